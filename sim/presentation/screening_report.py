"""Which assumptions would turn the answer alone: in words, in a table, in a figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from rich.table import Table

from sim.domain.errors import listed
from sim.domain.short_repr import ShortRepr
from sim.experiments.effect_curve import Crossing
from sim.presentation import names, style
from sim.presentation.break_even_chart import draw_curve, what_is_drawn
from sim.presentation.break_even_report import (
    CROSSINGS,
    CURVE,
    BreakEvenAnswer,
    BreakEvenReport,
    crossings_frame,
    curve_frame,
    share_turned,
)
from sim.presentation.numbers import counted
from sim.presentation.odds_in_words import hundredths
from sim.presentation.terminal_tables import new_table

TRIED = "tried.csv"

MOST_TRIED = 12
"""Assumptions that are tried: those that move the effect most."""

_MOST_NAMED = 3


@dataclass(frozen=True, eq=False, repr=False)
class TriedAssumption(ShortRepr):
    """An assumption that was tried.

    Attributes:
        swing: mean size of the change of the effect between the ends of its range.
        report: the effect over its range.
    """

    swing: float
    report: BreakEvenReport

    @property
    def name(self) -> str:
        """Its name."""
        return self.report.name

    @cached_property
    def crossing(self) -> Crossing | None:
        """Where it turns the answer: of several, nearest to the middle of its draws."""
        crossings = self.report.curve.crossings
        return min(crossings, key=self._distance_of, default=None)

    @property
    def distance(self) -> float:
        """How far from its median the crossing is: 0, to 0.5 beyond all draws."""
        return np.inf if self.crossing is None else self._distance_of(self.crossing)

    def _distance_of(self, crossing: Crossing) -> float:
        value = self.report.curve.number.value(crossing.coordinate)
        assert self.report.assumed is not None
        return abs(float(np.mean(self.report.assumed < float(str(value)))) - 0.5)


@dataclass(frozen=True, eq=False, repr=False)
class ScreeningReport(BreakEvenAnswer):
    """What is told of the assumptions that were tried.

    Attributes:
        as_it_is: the scenario as it is.
        tried: those that move the effect most.
        screened: how many were looked at in a few draws.
        meanings: what each is.
    """

    as_it_is: BreakEvenReport
    tried: Sequence[TriedAssumption]
    screened: int
    meanings: Mapping[str, str]

    @cached_property
    def nearest_first(self) -> list[TriedAssumption]:
        """The assumptions, those that turn the answer nearest to their median first."""
        return sorted(self.tried, key=lambda one: one.distance)

    @property
    def turning(self) -> list[TriedAssumption]:
        """Those that turn the answer, nearest first."""
        return [one for one in self.nearest_first if one.crossing is not None]

    def sentences(self) -> Iterator[str]:
        """Yield what would turn the answer, and what would not."""
        return _sentences(self)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by file name."""
        reports = [one.report for one in self.nearest_first]
        turning = [one.report for one in self.turning] or reports[:1]
        return {
            TRIED: tried_frame(self),
            CURVE: pd.concat(map(curve_frame, reports), ignore_index=True),
            CROSSINGS: pd.concat(map(crossings_frame, turning), ignore_index=True),
        }

    def screen_table(self) -> Table:
        """Return the assumptions, with the effect at both ends of their ranges."""
        return _table(self)

    def figure(self) -> style.StyledFigure:
        """Return a panel for each of the assumptions that turn the answer."""
        return _chart(self)


def tried_frame(report: ScreeningReport) -> pd.DataFrame:
    """Return a row for each assumption that was tried, nearest first.

    `swing` is the mean size of the change of the effect between the ends of its range
    in a few draws, `low` and `high` are these ends, `level_low` and `level_high` the
    statistic there; `value` is where the answer turns, `distance` the share of draws
    between that and the median of the draws, `points` how many values were run;
    `turned` is the share of draws whose own value lies where the answer is another.
    """
    columns = ["assumption", "meaning", "swing", "low", "high"]
    columns += ["level_low", "level_high", "points"]
    columns += ["value", "distance", "turned", "resamples"]
    rows = []
    for one in report.nearest_first:
        curve, crossing = one.report.curve, one.crossing
        turn: list[object] = [np.nan] * 4
        if crossing is not None:
            turn = [
                curve.number.value(crossing.coordinate),
                one.distance,
                share_turned(one.report),
                crossing.resamples,
            ]
        ends = [curve.number.value(x) for x in (curve.number.low, curve.number.high)]
        levels = [float(curve.levels[0]), float(curve.levels[-1])]
        meaning = report.meanings.get(one.name, "")
        rows.append(
            [
                one.name,
                meaning,
                one.swing,
                *ends,
                *levels,
                len(curve.coordinates),
                *turn,
            ]
        )
    return pd.DataFrame(rows, columns=columns)


def _sentences(report: ScreeningReport) -> Iterator[str]:
    base = report.as_it_is
    level = float(base.curve.levels[0])
    statistic = "median " * (base.curve.target.statistic == "median")
    yield f"The {statistic}{base.effect} is {base.level_text(level)}."
    tried = (
        f"the {len(report.tried)} of {counted(report.screened, 'assumption')} that "
        "move it most"
    )
    if not any(one.swing for one in report.tried):
        yield (
            f"None of {counted(report.screened, 'assumption')} moves it between the "
            "ends of its range, in the draws in which all were tried."
        )
    elif not report.turning:
        side = base.side_text(int(base.curve.sides[0]))
        yield (
            f"Of {tried}, none turns it alone within its range: it is {side} at both "
            "ends of each."
        )
    else:
        yield (
            f"Of {tried}, {len(report.turning)} would turn it alone, within their "
            "ranges. Nearest to the middle of the draws:"
        )
        yield "; ".join(map(_turns, report.turning[:_MOST_NAMED])) + "."
    others = [one.name for one in report.tried if one.crossing is None]
    if report.turning and others:
        do_not = "others do not" if others[1:] else "other does not"
        yield f"The {do_not}: {listed(others)}."
    yield "Several at a time are not looked at."


def _turns(one: TriedAssumption) -> str:
    """Return where an assumption turns the answer."""
    report, crossing = one.report, one.crossing
    assert crossing is not None
    assert report.assumed is not None
    middle = report.number_text(float(np.median(report.assumed)))
    low, high = (report.value_text(x) for x in (crossing.low, crossing.high))
    return (
        f"{one.name} at {report.value_text(crossing.coordinate)} ({low} to {high} in "
        f"nine of ten resamples that cross, {hundredths(crossing.resamples)} in 100 "
        f"do), drawn at {middle} in the median, where it {report.turn_text(crossing)}"
    )


def _table(report: ScreeningReport) -> Table:
    base = report.as_it_is
    table = new_table(
        f"Effect on {names.series_title(*base.key)} in {base.month} at the ends of "
        "each assumption's range, and where it turns",
        ["assumption"],
        ["turns at", "drawn at", "low", "effect", "high", "effect"],
        no_wrap=True,
    )
    for one in report.nearest_first:
        curve, own = one.report.curve, one.report
        assert own.assumed is not None
        cells = []
        for place, level in ((0, curve.levels[0]), (-1, curve.levels[-1])):
            cells += [
                own.value_text(float(curve.coordinates[place])),
                own.short_level(float(level)),
            ]
        turns = "" if one.crossing is None else own.value_text(one.crossing.coordinate)
        middle = own.number_text(float(np.median(own.assumed)))
        table.add_row(one.name, turns, middle, *cells)
    return table


_PANEL_HEIGHT = 3.4


@style.figure_style()
def _chart(report: ScreeningReport) -> style.StyledFigure:
    base = report.as_it_is
    shown = (report.turning or report.nearest_first)[:_MOST_NAMED]
    figure = style.new_figure(
        (style.WIDTH, 1.8 + _PANEL_HEIGHT * max(len(shown), 1)),
        f"{base.scenario}: effect on {names.series_title(*base.key, short=True)} in "
        f"{base.month}",
        f"{what_is_drawn(base)}; one assumption at a time, over its range",
        [("effect", style.SCENARIO), ("crossing and its range", style.CUT)],
        gap=0.2,
        footnote=f"{counted(base.as_it_is.size, 'draw')}, {base.scenario} against "
        f"{base.baseline}; the range of a crossing is that of nine in ten resamples.",
    )
    figure.alt_text = report.paragraph
    figure.subplots_adjust(hspace=0.35)
    for index, one in enumerate(shown, start=1):
        draw_curve(figure.add_subplot(len(shown), 1, index), one.report)
    return figure
