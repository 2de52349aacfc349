"""The folder that a caller names."""

from pathlib import Path

from sim.domain.errors import SettingsError, one_line

RUN_FOLDER = "outputs/<scenario>/<time>"
"""How the folder of a run is named."""

SWEEP_FOLDER = "outputs/sweeps/<name>"
"""How the folder of a sweep is named."""

_LONGEST = 60
"""Characters of a value that a refusal repeats; of a longer one it says the type."""


def folder_path(given: object, example: str) -> Path:
    """Return the folder that a text or a path names.

    Args:
        given: what a caller gave.
        example: the name of such a folder.

    Raises:
        SettingsError: it is neither a text nor a path.
    """
    if isinstance(given, str | Path):
        return Path(given)
    text = one_line(repr(given))
    shown = text if len(text) <= _LONGEST else f"a value of type {type(given).__name__}"
    raise SettingsError(f"{shown} is no folder; give its name, such as {example}")
