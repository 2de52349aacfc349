"""Reading the file of a scenario."""

from pathlib import Path
from typing import Any

from sim.domain.errors import ScenarioError
from sim.records.plain_yaml import read_mapping


def read_file(path: Path) -> dict[str, Any]:
    """Return what a scenario file says, unchecked but for its form."""
    return read_mapping(path, ScenarioError)
