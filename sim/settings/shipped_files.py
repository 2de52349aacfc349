"""Where configuration and scenarios are, in a checkout or an installed copy."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
CHECKOUT = PACKAGE.parent
SHIPPED = PACKAGE / "_shipped"


def shipped_path(name: str) -> Path:
    """Return a shipped file or folder: beside the package, or carried inside it.

    Args:
        name: ``configs``, ``scenarios`` or another path relative to the repository.
    """
    carried = SHIPPED / name
    return carried if carried.exists() else CHECKOUT / name


CONFIGS = shipped_path("configs")
SCENARIOS = shipped_path("scenarios")
SCHEMA = shipped_path("docs/reference/scenario.schema.json")
"""The JSON Schema of scenario files, for editors."""

HINDCAST_SERIES = shipped_path("docs/hindcast/series.csv")
"""The published scores of the model on each observed series."""
