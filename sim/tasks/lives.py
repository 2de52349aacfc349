"""Lives that a study reads numbers off: one scenario each, recorded as far as asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.experiments.hindcast.observed import measures_asked
from sim.experiments.hindcast.patterns import (
    last_read,
    measures_read,
    reads_off,
    scenarios_read,
)
from sim.experiments.hindcast.study import Record
from sim.experiments.workers import processors
from sim.records import Records
from sim.records.pattern_rows import Read
from sim.settings.compose import Command, compose_scenario
from sim.tasks.prepare import Prepared, prepare_alone
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


def prepare_life(
    command: Command,
    records: Records,
    horizon: Month,
    measures: Sequence[str],
    scenario: str | None = None,
) -> Prepared:
    """Return the life of a scenario, recorded from the first month on.

    Args:
        command: what was asked.
        records: what is known.
        horizon: the last month.
        measures: what is recorded.
        scenario: its name; the baseline if not given.
    """
    name = scenario or command.settings.baseline
    asked = replace(command, scenario=compose_scenario(name, command.offered))
    prepared = prepare_alone(asked, records, horizon)
    setup = replace(
        prepared.setup,
        record=list(measures),
        start=records.start,
        workers=asked.settings.workers or min(processors(), MOST_UNASKED),
    )
    return replace(prepared, setup=setup)


def lives_read(
    command: Command, records: Records, rows: Sequence[Read], record: Record
) -> dict[str, Prepared]:
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
    for name in dict.fromkeys([baseline, *scenarios_read(rows)]):
        own = [row for row in rows if reads_off(row, name)]
        horizon, measures = last_read(own, last), set(measures_read(own))
        if name == baseline:
            measures |= set(measures_asked(record.series))
        lives[name] = prepare_life(command, records, horizon, sorted(measures), name)
    return lives
