"""The task `news`: the model's one-day returns on dated news beside those observed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from rich.console import Console

from sim.domain.errors import SettingsError
from sim.experiments.news_returns import (
    EventDay,
    compare_days,
    last_event_month,
    news_reactions,
)
from sim.presentation import news_report as show
from sim.presentation.terminal_tables import plain, print_rows
from sim.records.market_rows import EventReturnRow
from sim.settings.compose import Command
from sim.tasks.inputs import read_records
from sim.tasks.prepare import PreparedRun, prepare_one_case
from sim.tasks.study_run import Study, StudyResult, StudyRun


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class NewsStudy(StudyResult):
    """What news did to shares, in the model and on record."""

    days: list[EventDay]

    @property
    def scenario(self) -> str:
        """The scenario under whose law the record was run."""
        return self.prepared.setup.baseline.name

    @cached_property
    def table(self) -> pd.DataFrame:
        """The days as a frame; returns in percent."""
        return show.news_frame(self.days)

    def print_to(self, out: Console) -> None:
        """Print the days of news and the score."""
        rows = show.news_report(self.days, self.scenario, self.draws, out.width)
        print_rows(rows, out)
        out.print(plain(self.assumption_source))


def _compute(run: StudyRun) -> NewsStudy:
    """Run the record, and compare the days on which there was news."""
    prepared = _prepared(run.command)
    run.print_warnings()
    returns = news_reactions(prepared.setup, run.command.settings.quiet)
    return NewsStudy(prepared=prepared, days=compare_days(prepared.setup, returns))


def _prepared(command: Command) -> PreparedRun:
    records = read_records(command.settings)
    days = records.facts.rows(EventReturnRow)
    horizon = min(command.settings.horizon, last_event_month(days))
    prepared = prepare_one_case(command, records, horizon)
    first = min(row.date for row in days)
    if horizon < prepared.setup.start or horizon.last_day < first:
        raise SettingsError(
            f"horizon={command.settings.horizon}: the first day with observed returns "
            f"is {first}; look further ahead"
        )
    return prepared


NEWS: Study[NewsStudy] = Study(
    name="news",
    compute=_compute,
    tables=lambda result: {show.TABLE: result.table},
    draw=lambda folder, result: show.draw_news(
        folder, result.days, result.scenario, result.draws
    ),
)
