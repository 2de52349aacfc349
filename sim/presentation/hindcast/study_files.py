"""The files of a hindcast: its tables and its figures."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

import pandas as pd

from sim.domain.months import Month
from sim.experiments.hindcast.scoreboard import HindcastScores
from sim.experiments.news_returns import EventDay
from sim.presentation.hindcast.charts import coverage_chart, skill_chart
from sim.presentation.hindcast.fans import draw_fan_figure, fan_figures
from sim.presentation.news_report import TABLE as RETURNS
from sim.presentation.news_report import draw_news, news_frame
from sim.presentation.style import save

PERIODS, SERIES = "periods.csv", "series.csv"
TOTALS, BANDS = "totals.csv", "bands.csv"
"""Tables: each observation, each series, all of them, and the width of bands."""

PATTERNS, PUBLISHED = "patterns.csv", "published.csv"
"""Tables: patterns of the record, and figures of others, beside the model's."""

_ALL_FACTS = "all"
"""What is written where a run knows the whole record."""


@runtime_checkable
class StudySummary(Protocol):
    """What every study of the record says of the runs that it rests on."""

    @property
    def vintage(self) -> Month:
        """The last month of the past."""

    @property
    def draws(self) -> int:
        """How many draws were run."""

    @property
    def assumption_source(self) -> str:
        """Where assumptions are drawn from, in words."""


@runtime_checkable
class HindcastStudy(StudySummary, Protocol):
    """A hindcast that is done."""

    @property
    def scores(self) -> HindcastScores:
        """Scores of the predictions of observed series."""

    @property
    def totals_with_hindsight(self) -> pd.DataFrame | None:
        """Totals with all facts that became known later."""

    @property
    def patterns(self) -> pd.DataFrame:
        """The verdict on each pattern of the record."""

    @property
    def published(self) -> pd.DataFrame:
        """Figures of others beside the model's."""

    @property
    def days(self) -> list[EventDay]:
        """Each firm on the day of each event."""


def facts_seen(study: HindcastStudy) -> str:
    """Return up to when the facts are known from which a hindcast was run, in words."""
    return _ALL_FACTS if study.totals_with_hindsight is None else f"to {study.vintage}"


def hindcast_tables(study: HindcastStudy) -> dict[str, pd.DataFrame]:
    """Return the tables of a hindcast, by file name."""
    totals = [study.scores.totals.assign(facts=facts_seen(study))]
    if study.totals_with_hindsight is not None:
        totals.append(study.totals_with_hindsight.assign(facts=_ALL_FACTS))
    return {
        PERIODS: study.scores.periods,
        SERIES: study.scores.series,
        TOTALS: pd.concat(totals, ignore_index=True),
        BANDS: study.scores.bands,
        PATTERNS: study.patterns,
        PUBLISHED: study.published,
        RETURNS: news_frame(study.days),
    }


def draw_hindcast(folder: Path, study: HindcastStudy) -> None:
    """Write the figures of a hindcast into a folder."""
    for figure in fan_figures(study.scores.periods):
        picture = draw_fan_figure(figure, study.vintage, study.draws)
        save(picture, folder / f"{figure.name}.png")
    save(skill_chart(study.scores.series, str(study.vintage)), folder / "skill.png")
    save(coverage_chart(study.scores.bands), folder / "coverage.png")
    draw_news(folder, study.days, "the record", study.draws)
