"""What a command reads: the facts, and scenarios that are checked against them."""

from __future__ import annotations

from sim.records import Records, load_records
from sim.records.scenarios import Scenario, load_scenario
from sim.records.vintage import as_known
from sim.settings.checks import existing_folder
from sim.settings.compose import ComposedScenario
from sim.settings.schema import Settings


def read_records(settings: Settings) -> Records:
    """Return the facts: those shipped, or those in the folder of the setting `data`.

    Of a vintage (setting `as_of`), what was known by then.

    Raises:
        ChipWarError: there is no such folder, a table is wrong, or so early no history
            could be started.
    """
    if settings.data is not None:
        existing_folder("data", settings.data)
    records = load_records(settings.data)
    return records if settings.as_of is None else as_known(records, settings.as_of)


def read_scenario(chosen: ComposedScenario, records: Records) -> Scenario:
    """Return a scenario, checked against the facts."""
    return load_scenario(chosen.content, records, name=chosen.name)
