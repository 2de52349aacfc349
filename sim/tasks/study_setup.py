"""Lives that a study reads numbers off: one scenario each, recorded as far as asked."""

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
from sim.experiments.workers import processors
from sim.records import Records
from sim.records.pattern_rows import Read
from sim.settings.compose import Command, compose_scenario
from sim.tasks.prepare import PreparedRun, prepare_one_case, read_records
from sim.tasks.report import MOST_UNASKED


def law_of_record(command: Command) -> None:
    """Refuse a scenario where the law of record is lived through.

    Raises:
        SettingsError: one is chosen.
    """
    if command.scenario is not None:
        raise SettingsError(
            f"scenario={command.scenario.name}: task={command.settings.task} lives "
            "through the law of record; leave the scenario out"
        )


def prepare_study_run(
    command: Command,
    records: Records,
    horizon: Month,
    measures: Sequence[str],
    scenario: str | None = None,
) -> PreparedRun:
    """Return the life of a scenario, recorded from the first month on.

    Args:
        command: what was asked.
        records: what is known.
        horizon: the last month.
        measures: what is recorded.
        scenario: its name; the baseline if not given.
    """
    name = scenario or command.settings.baseline
    asked = replace(command, scenario=compose_scenario(name, command.scenario_files))
    prepared = prepare_one_case(asked, records, horizon)
    setup = replace(
        prepared.setup,
        record=list(measures),
        start=records.start,
        workers=asked.settings.workers or min(processors(), MOST_UNASKED),
    )
    return replace(prepared, setup=setup)


def runs_read(
    command: Command, records: Records, rows: Sequence[Read], record: ObservationRecord
) -> dict[str, PreparedRun]:
    """Return the lives that rows read off, by scenario; the baseline's among them.

    Args:
        command: what was asked.
        records: all that is known.
        rows: what is read off.
        record: what was observed, of which the baseline's life tells too.
    """
    baseline = command.settings.baseline
    last = max(Month.of(row.end) for one in record.series for row in one.rows)
    lives = {}
    for name in dict.fromkeys([baseline, *scenarios_needed(rows)]):
        own = [row for row in rows if reads_from(row, name)]
        horizon, measures = last_month_needed(own, last), set(measures_needed(own))
        if name == baseline:
            measures |= set(measures_to_record(record.series))
        lives[name] = prepare_study_run(
            command, records, horizon, sorted(measures), name
        )
    return lives


@dataclass(frozen=True, eq=False)
class Scoring:
    """What is scored: the past of a vintage, and what was observed after it.

    Attributes:
        everything: all that is known, whatever the vintage.
        vintage: the last month of the past.
        record: what was observed, up to the last month that is lived.
        prepared: the life of the law of record, as the vintage knows it.
    """

    everything: Records
    vintage: Month
    record: ObservationRecord
    prepared: PreparedRun

    @classmethod
    def of(cls, command: Command) -> Scoring:
        """Return what a command asks to be scored.

        Raises:
            ChipWarError: something in what was asked is wrong, or leaves nothing.
        """
        settings = command.settings
        everything = read_records(with_all_known(command).settings)
        vintage = settings.as_of or last_calibration_month(everything)
        horizon = last_scored(everything, vintage, settings.horizon)
        record = ObservationRecord.of(everything, horizon)
        measures = measures_to_record(record.series)
        prepared = prepare_study_run(command, read_records(settings), horizon, measures)
        return cls(everything, vintage, record, prepared)


def with_all_known(command: Command) -> Command:
    """Return the command without a vintage."""
    settings = command.settings.model_copy(update={"as_of": None})
    return replace(command, settings=settings)


def last_scored(records: Records, vintage: Month, asked: Month) -> Month:
    """Return the last month that is lived.

    Raises:
        SettingsError: it leaves nothing to score.
    """
    last = min(asked, last_observed_month(records))
    if last <= vintage:
        raise SettingsError(
            f"horizon={asked}: observations from {vintage + 1} to "
            f"{last_observed_month(records)} are scored; look further ahead, or "
            "choose an earlier as_of"
        )
    return last
