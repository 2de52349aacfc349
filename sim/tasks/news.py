"""The task `news`: the model's one-day returns on dated news beside those observed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import pandas as pd

from sim.domain.errors import SettingsError
from sim.experiments.news import (
    EventDay,
    compare_days,
    last_event_month,
    run_through_news,
)
from sim.presentation import news as show
from sim.records import Records
from sim.records.market_rows import EventReturnRow
from sim.settings.compose import Command
from sim.tasks.prepare import PreparedRun, prepare_one_case, read_records
from sim.tasks.report import study_and_report
from sim.tasks.study_run import StudyRun

_FOLDER = "news"


@dataclass(frozen=True, eq=False)
class NewsStudy:
    """A study that is done and written.

    Attributes:
        scenario: under whose law the record was lived through.
        draws: in how many worlds.
        days: each firm on the day of each event, model beside observation.
        folder: where the results stand.
        where_drawn: where assumptions were drawn from, in words.
    """

    scenario: str
    draws: int
    days: list[EventDay]
    folder: Path
    where_drawn: str

    @cached_property
    def table(self) -> pd.DataFrame:
        """The days as a frame; returns in percent."""
        return show.frame(self.days)


def news_and_report(command: Command) -> None:
    """Carry out the study, write its folder and print it."""
    study_and_report(command, study, _print)


def _print(done: NewsStudy) -> None:
    print("\n".join(show.report(done.days, done.scenario, done.draws)))
    print(done.where_drawn)


def study(command: Command, command_line: Sequence[str], quiet: bool) -> NewsStudy:
    """Live through the record, and write the folder, whole or not at all.

    Args:
        command: what was asked.
        command_line: the command as it was given, for the record.
        quiet: whether to show no progress.

    Raises:
        ChipWarError: something in what was asked is wrong, or cannot be written.
    """
    inquiry = StudyRun.now(command, command_line)
    prepared = _prepared(command)
    setup = prepared.setup
    days = compare_days(setup, run_through_news(setup, quiet))
    name, draws = setup.baseline.name, setup.draws.count
    folder = inquiry.folder(_FOLDER)
    draw = partial(show.draw, days=days, scenario=name, draws=draws)
    inquiry.leave(folder, prepared, {show.TABLE: show.frame(days)}, draw)
    return NewsStudy(name, draws, days, folder, prepared.where_drawn)


def _prepared(command: Command) -> PreparedRun:
    records = read_records(command.settings)
    horizon = min(command.settings.horizon, last_event_month(_days(records)))
    prepared = prepare_one_case(command, records, horizon)
    first = min(row.date for row in _days(records))
    if horizon < prepared.setup.start or horizon.last_day < first:
        raise SettingsError(
            f"horizon={command.settings.horizon}: the first day with observed returns "
            f"is {first}; look further ahead"
        )
    return prepared


def _days(records: Records) -> list[EventReturnRow]:
    return records.facts.rows(EventReturnRow)
