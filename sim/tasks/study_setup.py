"""Set-up of studies: runs of one scenario each, with the measures that are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.experiments.hindcast.observed import (
    ObservationRecord,
    last_calibration_month,
    last_observed_month,
    measures_to_record,
)
from sim.experiments.hindcast.patterns import (
    last_month_needed,
    measures_needed,
    reads_from,
    scenarios_needed,
)
from sim.records import Records
from sim.records.pattern_rows import ReadingRow
from sim.settings.compose import Command
from sim.settings.hydra_composition import compose_scenario
from sim.tasks.inputs import read_history, read_records
from sim.tasks.prepare import PreparedRun, prepare_one_case


def require_law_of_record(command: Command) -> None:
    """Refuse a scenario where the law of record is run."""
    if command.scenario is not None:
        raise SettingsError(
            f"scenario={command.scenario.name}: task={command.settings.task} runs "
            "the law of record; leave the scenario out"
        )


def prepare_study_run(
    command: Command,
    records: Records,
    horizon: Month,
    measures: Sequence[str],
    scenario: str | None = None,
) -> PreparedRun:
    """Return the run of a scenario alone, recorded from the first month on."""
    name = scenario or command.settings.baseline
    alone = replace(command, scenario=compose_scenario(name, command.scenario_files))
    prepared = prepare_one_case(alone, records, horizon)
    return replace(prepared, setup=replace(prepared.setup, record=list(measures)))


def runs_needed(
    command: Command,
    records: Records,
    rows: Sequence[ReadingRow],
    record: ObservationRecord,
) -> dict[str, PreparedRun]:
    """Return the runs that rows read, by scenario; the baseline's among them.

    Args:
        command: the command.
        records: all that is known.
        rows: what is read.
        record: what was observed, with which the baseline's run is compared too.
    """
    baseline = command.settings.baseline
    last = max(Month.of(row.end) for series in record.series for row in series.rows)
    runs = {}
    for name in dict.fromkeys([baseline, *scenarios_needed(rows)]):
        own = [row for row in rows if reads_from(row, name)]
        horizon, measures = last_month_needed(own, last), set(measures_needed(own))
        if name == baseline:
            measures |= set(measures_to_record(record.series))
        runs[name] = prepare_study_run(
            command, records, horizon, sorted(measures), name
        )
    return runs


@dataclass(frozen=True, eq=False)
class Scoring:
    """What is scored: the past of a vintage, and what was observed after it.

    Attributes:
        all_records: all that is known, whatever the vintage.
        vintage: the last month of the past.
        record: what was observed, up to the last month that is run.
        prepared: the run of the law of record, as the vintage knows it.
    """

    all_records: Records
    vintage: Month
    record: ObservationRecord
    prepared: PreparedRun

    @classmethod
    def of(cls, command: Command) -> Scoring:
        """Return what a command asks to be scored."""
        require_law_of_record(command)
        settings = command.settings
        all_records = read_history(command.with_settings(as_of=None).settings)
        vintage = settings.as_of or last_calibration_month(all_records)
        horizon = _last_scored(all_records, vintage, settings.horizon)
        record = ObservationRecord.of(all_records, horizon)
        measures = measures_to_record(record.series)
        prepared = prepare_study_run(command, read_records(settings), horizon, measures)
        return cls(all_records, vintage, record, prepared)


def _last_scored(records: Records, vintage: Month, horizon: Month) -> Month:
    """Return the last month that is run."""
    last = min(horizon, last_observed_month(records))
    if last <= vintage:
        raise SettingsError(
            f"horizon={horizon}: observations from {vintage + 1} to "
            f"{last_observed_month(records)} are scored; look further ahead, or "
            "choose an earlier as_of"
        )
    return last
