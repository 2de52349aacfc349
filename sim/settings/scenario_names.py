"""Which files of a folder are scenarios, by their names."""

import re
from pathlib import Path

ENDINGS = (".yaml", ".yml")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\+[A-Za-z0-9][A-Za-z0-9_-]*)*")
"""The name of a scenario; a run keeps a combination under the names of its parts."""


def scenarios_in(folder: Path) -> dict[str, Path]:
    """Return the YAML files of a folder whose names may name a scenario."""
    files = sorted(path for path in folder.glob("*.yaml") if path.is_file())
    return {path.stem: path for path in files if _NAME.fullmatch(path.stem)}


def name_fault(path: Path) -> str:
    """Return why a file is not a scenario by its name, if it looks like one."""
    if path.suffix.lower() not in ENDINGS or path.name.startswith("."):
        return ""
    if not _NAME.fullmatch(path.stem):
        return (
            "the name of a scenario begins with a letter (a to z, A to Z) or a digit, "
            "and has only these, _ and -"
        )
    return "" if path.suffix == ".yaml" else "its name must end in .yaml"
