"""The files of a hindcast: its tables and its figures."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

import pandas as pd

from sim.experiments.hindcast.study import Scores
from sim.experiments.news import EventDay
from sim.presentation.figures import save
from sim.presentation.hindcast.charts import coverage_chart, skill_chart
from sim.presentation.hindcast.fans import fan_sheet, sheets
from sim.presentation.hindcast.study_summary import StudySummary
from sim.presentation.news import TABLE as RETURNS
from sim.presentation.news import draw as draw_news
from sim.presentation.news import frame as frame_of_news

PERIODS, SERIES, TOTALS, BANDS = (
    "periods.csv",
    "series.csv",
    "totals.csv",
    "bands.csv",
)
"""Tables: each observation, each series, all of them, and the width of bands."""

PATTERNS, PUBLISHED = "patterns.csv", "published.csv"
"""Tables: patterns of the record, and figures of others, beside the model's."""


@runtime_checkable
class Done(StudySummary, Protocol):
    """A hindcast that is done."""

    @property
    def scores(self) -> Scores:
        """How predictions of observed series fared."""
        ...

    @property
    def later(self) -> pd.DataFrame | None:
        """Totals with all that was learnt later."""
        ...

    @property
    def patterns(self) -> pd.DataFrame:
        """The patterns of the record, judged."""
        ...

    @property
    def published(self) -> pd.DataFrame:
        """Figures of others, the model's beside them."""
        ...

    @property
    def days(self) -> list[EventDay]:
        """Each firm on the day of each event."""
        ...


def tables(done: Done) -> dict[str, pd.DataFrame]:
    """Return the tables of a hindcast, by file name."""
    known = done.scores.totals.assign(facts=f"to {done.vintage}")
    later = [] if done.later is None else [done.later.assign(facts="all")]
    return {
        PERIODS: done.scores.periods,
        SERIES: done.scores.series,
        TOTALS: pd.concat([known, *later], ignore_index=True),
        BANDS: done.scores.bands,
        PATTERNS: done.patterns,
        PUBLISHED: done.published,
        RETURNS: frame_of_news(done.days),
    }


def draw(folder: Path, done: Done) -> None:
    """Write the figures of a hindcast into a folder."""
    for sheet in sheets(done.scores.periods):
        drawn = fan_sheet(sheet, done.vintage, done.draws)
        save(drawn, folder / f"{sheet.name}.png")
    save(skill_chart(done.scores.series, str(done.vintage)), folder / "skill.png")
    save(coverage_chart(done.scores.bands), folder / "coverage.png")
    draw_news(folder, done.days, "the record", done.draws)
