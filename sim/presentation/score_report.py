"""How a forecast did on new observations: in words, in tables and in a figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from rich.console import Console
from rich.table import Table

from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.experiments.hindcast.observed import to_scale
from sim.experiments.hindcast.rivals import PERSISTENCE
from sim.experiments.hindcast.scoring_rules import BAND_50, BAND_90
from sim.experiments.observation_scores import (
    ALL,
    ObservationScores,
    likely_coverage,
)
from sim.experiments.saved_forecast import family_named
from sim.outcomes.quantiles import LEVELS
from sim.presentation import names, style
from sim.presentation.numbers import (
    counted,
    format_amount,
    format_percent,
    format_range,
    format_skill,
    reader_unit,
)
from sim.presentation.odds_in_words import of_draws
from sim.presentation.terminal_tables import console, fitted, new_table, plain

SUMMARY, PERIODS, SERIES, TOTALS = (
    "summary.md",
    "periods.csv",
    "series.csv",
    "totals.csv",
)
OBSERVATIONS = "observations.csv"
FIGURE = "scores.png"

Row = Mapping[Any, Any]
"""A row of a table of scores, by column."""

_MIDDLE = 0.5
"""Rank of the median: the share of draws below it."""

_SKILL = f"skill_{PERSISTENCE}"
_ON_SCREEN, _IN_FIGURE = 12, 40
"""Observations that are shown; those nearest the median are left out first."""

_ROW, _MARGINS = 0.24, 2.4
_LABEL = 66
_EDGE = 3.0
"""Half-widths of the 90 % band from the median at which a dot is drawn at the most."""


@dataclass(frozen=True, eq=False, repr=False)
class ScoreReport(ShortRepr):
    """What is told of the scores of a forecast.

    Attributes:
        folder: that of the forecast.
        law: the law under which it was run.
        observed_to: the last month that it knew.
        draws: how many it has.
        scores: the scores.
    """

    folder: Path
    law: str
    observed_to: Month
    draws: int
    scores: ObservationScores

    @property
    def total(self) -> Row:
        """The row of the totals over all observations."""
        rows = self.scores.totals.to_dict("records")
        return next(row for row in rows if row["by"] == ALL)

    def furthest(self, most: int) -> pd.DataFrame:
        """Return all observations, or only so many of those furthest off."""
        periods = self.scores.periods
        far = (
            (periods["rank"] - _MIDDLE)
            .abs()
            .sort_values(ascending=False, kind="stable")
        )
        return periods.loc[sorted(far.index[:most])]

    @property
    def paragraph(self) -> str:
        """How the forecast did, and how little so few observations prove."""
        return " ".join(_sentences(self))


def score_tables(scores: ObservationScores) -> dict[str, pd.DataFrame]:
    """Return the tables of the scores by file name."""
    return {PERIODS: scores.periods, SERIES: scores.series, TOTALS: scores.totals}


# --- in words -------------------------------------------------------------------------


def _sentences(report: ScoreReport) -> Iterator[str]:
    periods, total = report.scores.periods, report.total
    count = len(periods)
    in_50, in_90 = (int(periods[name].sum()) for name in ("covered_50", "covered_90"))
    verb = "lies" if count == 1 else "lie"
    yield (
        f"Of {counted(count, 'new observation')} of {_series(total['series'])}, "
        f"{in_90} {verb} in the 90 % band of the forecast and {in_50} in its 50 % "
        f"band; of bands that are right one would expect {BAND_90 * count:.1f} and "
        f"{BAND_50 * count:.1f}."
    )
    yield _against_persistence(total)
    far = report.furthest(1).to_dict("records")[0]
    if not far["covered_90"]:
        yield _furthest(far, report.draws)
    low, high = likely_coverage(in_90, count)
    yield (
        f"So few observations prove little: {in_90} of {count} is what bands would "
        f"show that hold anything from {format_percent(low)} to {format_percent(high)} "
        "of the truth, if the observations were independent, and those of one series "
        "or of one quarter tend to miss together."
    )
    if (periods["variant"] == "draws alone").all():
        yield (
            "The bands are those of the draws alone: neither what the model usually "
            "misses nor the error of observing is in them, so they are too narrow."
        )
    if report.scores.earlier:
        belong, were = (
            ("belongs", "was") if report.scores.earlier == 1 else ("belong", "were")
        )
        yield (
            f"{counted(report.scores.earlier, 'row')} about {report.observed_to} and "
            f"before {belong} to the past of the forecast, and {were} not scored."
        )


def _series(number: int) -> str:
    return f"{number} series"


def _against_persistence(total: Row) -> str:
    compared, better = int(total[f"{_SKILL}_of"]), int(total[f"{_SKILL}_better"])
    if not compared:
        return (
            "None could be compared with persistence, because no value from before "
            "the forecast is known."
        )
    return (
        f"By its score (CRPS) it was better than persistence, the last value known "
        f"before it, in {better} of {_series(compared)}; the median skill is "
        f"{format_skill(total[_SKILL])} (1 would be perfect, below 0 is worse)."
    )


def _furthest(row: Row, draws: int) -> str:
    unit, factor = reader_unit(str(row["unit"]))
    side = "above" if row["rank"] > _MIDDLE else "below"
    share = row["rank"] if side == "above" else 1.0 - row["rank"]
    ends = (format_amount(factor * row[name]) for name in ("p05", "p95"))
    title = names.series_title(str(row["measure"]), str(row["actor"]))
    return (
        f"Furthest off is {title} in {row['period']}: "
        f"{format_amount(factor * row['observed'])} {unit}, {side} "
        f"{of_draws(float(share), draws)}, where 90 % lie from "
        f"{' to '.join(ends)}."
    )


# --- on the screen --------------------------------------------------------------------


def print_scores(report: ScoreReport, out: Console | None = None) -> None:
    """Print the paragraph, each observation, and the totals."""
    out = out or console()
    out.print(plain(report.paragraph))
    out.print(fitted(_observations_table(report), out))
    out.print(fitted(_totals_table(report.scores.totals), out))


def _observations_table(report: ScoreReport) -> Table:
    shown = report.furthest(_ON_SCREEN)
    table = new_table(
        f"New observations beside the forecast on observations to "
        f"{report.observed_to}: median (5 to 95 %) of {report.draws:,} draws",
        ["", "period"],
        ["observed", "forecast"],
    )
    table.add_column("lies")
    table.add_column("skill", justify="right")
    for row in shown.to_dict("records"):
        unit, factor = reader_unit(str(row["unit"]))
        title = names.series_title(str(row["measure"]), str(row["actor"]), short=True)
        levels = (factor * row[name] for name in ("p50", "p05", "p95"))
        table.add_row(
            f"{title}, {unit}",
            str(row["period"]),
            format_amount(factor * row["observed"]),
            format_range(*levels),
            place_of(row),
            format_skill(row[_SKILL]),
        )
    more = len(report.scores.periods) - len(shown)
    table.caption = f"{PERIODS} holds {more} more, nearer the median" if more else None
    return table


def place_of(row: Row) -> str:
    """Return in words where an observation lies."""
    if row["covered_50"]:
        return "in 50 %"
    side = "above" if row["rank"] > _MIDDLE else "below"
    return f"in 90 %, {side}" if row["covered_90"] else f"{side} 90 %"


def _totals_table(totals: pd.DataFrame) -> Table:
    table = new_table(
        "Coverage and skill against persistence (median over series)",
        numbers=["observations", "in 50 %", "in 90 %", "skill", "better in"],
        no_wrap=True,
    )
    for row in totals.to_dict("records"):
        table.add_row(
            _title(row),
            str(row["periods"]),
            format_percent(row["coverage_50"]),
            format_percent(row["coverage_90"]),
            format_skill(row[_SKILL]),
            f"{row[f'{_SKILL}_better']} of {row[f'{_SKILL}_of']}",
        )
    return table


def _title(row: Row) -> str:
    name = str(row["name"])
    if row["by"] == ALL:
        return "All"
    return (
        names.actor_title(name) if row["by"] == "actor" else names.measure_title(name)
    )


# --- in a figure ----------------------------------------------------------------------


def draw_scores(folder: Path, report: ScoreReport) -> None:
    """Write the figure into a folder."""
    style.save(scores_chart(report), folder / FIGURE)


@style.figure_style()
def scores_chart(report: ScoreReport) -> style.StyledFigure:
    """Return a figure: each value against its band, and the ranks of all."""
    shown = report.furthest(_IN_FIGURE)
    height = _MARGINS + _ROW * max(len(shown), 6)
    left_out = len(report.scores.periods) - len(shown)
    figure = style.new_figure(
        (style.WIDTH + 1.4, height),
        f"New observations beside the forecast on observations to {report.observed_to}",
        "Left: each value against its 50 and 90 % bands, drawn to one width. Right: "
        "the share of draws below each value; if bands are right, along the line",
        [
            ("forecast", style.SCENARIO),
            ("observed", style.TEXT_COLOUR),
            ("outside 90 %", style.CUT),
        ],
        gap=0.1,
        footnote=f"{report.draws:,} draws; bands on the scale of each family of series."
        + f" The {left_out} nearest the median are left out at the left."
        * bool(left_out),
    )
    figure.alt_text = report.paragraph
    figure.subplots_adjust(left=0.42, right=0.97, wspace=0.15, bottom=0.75 / height)
    bands, ranks = figure.subplots(1, 2, width_ratios=[3, 2])
    _draw_bands(bands, shown)
    _draw_ranks(ranks, report.scores.periods)
    return figure


def _draw_bands(axes: Axes, periods: pd.DataFrame) -> None:
    labels = []
    for y, row in enumerate(periods.to_dict("records")):
        low, first, last, high, value = _on_one_width(row)
        axes.hlines(y, low, high, color=style.SCENARIO, linewidth=1.4)
        axes.hlines(y, first, last, color=style.SCENARIO, linewidth=4.5, alpha=0.6)
        colour = style.TEXT_COLOUR if row["covered_90"] else style.CUT
        place = float(np.clip(value, -_EDGE, _EDGE))
        mark = "o" if place == value else "<" if value < 0.0 else ">"
        axes.plot(place, y, mark, color=colour, markersize=4.5, zorder=4)
        title = names.series_title(str(row["measure"]), str(row["actor"]), short=True)
        unit, factor = reader_unit(str(row["unit"]))
        amount = format_amount(factor * row["observed"])
        room = _LABEL - len(f", {row['period']}: {amount} {unit}")
        short_title = shorten(title, max(room, 12), placeholder=" …")
        labels.append(f"{short_title}, {row['period']}: {amount} {unit}")
    axes.axvline(0.0, color=style.GREY, linewidth=0.8)
    axes.set_yticks(range(len(periods)), labels)
    axes.set_ylim(len(periods) - 0.4, -0.6)
    axes.set_xlim(-_EDGE - 0.2, _EDGE + 0.2)
    axes.set_xticks([-1, 0, 1], ["5 %", "median", "95 %"])


def _on_one_width(row: Row) -> list[float]:
    """Return the ends of both bands and the value, with 5 and 95 % at -1 and 1."""
    family = family_named(str(row["family"]), row["scale"])
    levels = np.array([row[name] for name in (*LEVELS, "observed")], dtype=float)
    low, first, middle, last, high, value = to_scale(family, levels, _floor(levels))
    below, above = max(middle - low, _LEAST), max(high - middle, _LEAST)
    return [
        (x - middle) / (below if x < middle else above)
        for x in (low, first, last, high, value)
    ]


_LEAST = 1e-12
"""Half-width of a band that has none."""


def _floor(levels: np.ndarray) -> float:
    """Return what zero counts as on a log scale: a thousandth of the least amount."""
    return float(min(levels[levels > 0.0], default=1.0)) / 1e3


def _draw_ranks(axes: Axes, periods: pd.DataFrame) -> None:
    ranked = periods.sort_values("rank", kind="stable")
    expected = (np.arange(len(ranked)) + 0.5) / len(ranked)
    axes.plot([0.0, 1.0], [0.0, 1.0], color=style.GREY, linewidth=0.8)
    for covered, colour in ((True, style.TEXT_COLOUR), (False, style.CUT)):
        own = (ranked["covered_90"] == covered).to_numpy()
        axes.plot(
            ranked["rank"].to_numpy()[own],
            expected[own],
            "o",
            color=colour,
            markersize=4,
        )
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel("share of draws below the value")
    axes.set_title("share of observations")
    axes.grid(visible=True, axis="x")
