"""The records and the scenarios as shipped."""

from functools import cache
from pathlib import Path

from sim.records import Records, load_records

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@cache
def records() -> Records:
    """Return the records as shipped."""
    return load_records()
