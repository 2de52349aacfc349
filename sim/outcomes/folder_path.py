"""The folders and files that a caller names."""

from pathlib import Path

from sim.domain.errors import SettingsError, one_line

RUN_FOLDER = "outputs/<scenario>/<time>"
"""How the folder of a run is named."""

SWEEP_FOLDER = "outputs/sweeps/<name>"
"""How the folder of a sweep is named."""

_LONGEST = 60
"""Characters of a value that a refusal repeats; of a longer one it says the type."""


def with_home(path: str | Path) -> Path:
    """Return a path in which ~ is the home folder, as in a shell.

    Raises:
        SettingsError: there is no such user, or nobody knows that folder.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise SettingsError(f"{path}: no home folder is known for the ~") from None


def folder_path(given: object, example: str) -> Path:
    """Return the folder that a text or a path names.

    Args:
        given: what a caller gave.
        example: the name of such a folder.

    Raises:
        SettingsError: it is neither a text nor a path, or its ~ stands for nothing.
    """
    if isinstance(given, str | Path):
        return with_home(given)
    text = one_line(repr(given))
    shown = text if len(text) <= _LONGEST else f"a value of type {type(given).__name__}"
    raise SettingsError(f"{shown} is no folder; give its name, such as {example}")
