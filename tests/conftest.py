"""What all tests share: the shipped records and law, read once."""

import gc
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from sim.policy.regime import Regime
from sim.records import Records, load_records
from sim.records.scenario_file import read_file
from sim.records.scenarios import load_scenario
from tests.ensembles import ensembles

__all__ = ["ensembles", "law_of", "records"]

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")

SCENARIOS = Path(__file__).parent.parent / "scenarios"

Law = Callable[[str], Regime]


# Readline, which pytest imports, hands the size of a screen on to its workers; without
# these no output of a test is taken for a screen.
os.environ.pop("COLUMNS", None)
os.environ.pop("LINES", None)

# Tests read the files themselves, and leave the user's cache alone.
os.environ["CHIPWAR_CACHE"] = "off"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with slow files, so that in the end no worker waits for another."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True, scope="module")
def _nothing_old_is_looked_through() -> None:
    """Look for garbage among what the module makes: a run asks for it often.

    For each module anew, since a command ends by looking through everything again.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def records() -> Records:
    """All that the shipped tables say."""
    return load_records()


@pytest.fixture(scope="session")
def law_of(records) -> Law:
    """The law of a shipped scenario, by name."""

    def regime(scenario: str) -> Regime:
        content = read_file(SCENARIOS / f"{scenario}.yaml")
        return load_scenario(content, records, name=scenario).regime

    return regime
