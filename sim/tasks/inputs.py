"""What a command reads: the facts, and scenarios that are checked against them."""

from __future__ import annotations

from sim.records import Records, load_records
from sim.records.facts import Facts
from sim.records.scenarios import Scenario, load_scenario
from sim.records.vintage import as_known
from sim.settings.checks import existing_folder
from sim.settings.hydra_composition import ComposedScenario
from sim.settings.scenario_files import ScenarioFiles
from sim.settings.schema import Settings


def read_records(settings: Settings) -> Records:
    """Return the facts: those shipped, or those in the folder of the setting `data`.

    The law is that of the facts, with what the folder of `law_folder` adds. Of a
    vintage (setting `as_of`), what was known by then.

    Raises:
        ChipWarError: there is no such folder, a table is wrong, or so early no history
            could be started.
    """
    if settings.data is not None:
        existing_folder("data", settings.data)
    if settings.law_folder is not None:
        existing_folder("law_folder", settings.law_folder)
    records = load_records(settings.data, settings.law_folder)
    if settings.data is not None:
        _check_own(records.facts, settings.scenario_folder)
    return records if settings.as_of is None else as_known(records, settings.as_of)


def _check_own(facts: Facts, scenario_folder: str | None) -> None:
    """Refuse tables of a user's own that name what the model does not have."""
    # What only these tables need is not imported for the shipped ones.
    from sim.tasks.reading_checks import check_readings  # noqa: PLC0415

    check_readings(facts, ScenarioFiles.find(scenario_folder).files)


def read_history(settings: Settings) -> Records:
    """Return the facts, for a study that compares runs with what was observed.

    Raises:
        ChipWarError: as by `read_records`, or a row is about an actor of whom the
            measure that it names says nothing.
    """
    records = read_records(settings)
    if settings.data is not None:
        from sim.tasks.reading_checks import check_actors_read  # noqa: PLC0415

        check_actors_read(records)
    return records


def read_scenario(chosen: ComposedScenario, records: Records) -> Scenario:
    """Return a scenario, checked against the facts."""
    return load_scenario(chosen.content, records, name=chosen.name)
