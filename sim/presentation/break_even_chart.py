"""The figure of a break-even: the effect against the number that is varied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import (
    FuncFormatter,
    Locator,
    LogLocator,
    MaxNLocator,
    MultipleLocator,
    PercentFormatter,
)

from sim.experiments.effect_curve import VariedNumber
from sim.outcomes.quantiles import LEVELS, MEDIAN, bands
from sim.presentation import names, style
from sim.presentation.numbers import change_unit, counted, reader_unit

if TYPE_CHECKING:
    from sim.presentation.break_even_report import BreakEvenReport

_TICKS = 7
"""Values of the number that are marked on its axis at most."""

_MONTHS_APART = (1, 3, 6, 12, 24, 60, 120)

_WIDE = np.log(20.0)
"""Range of logarithms from which on round values are those of each power of ten."""


@style.figure_style()
def break_even_chart(report: BreakEvenReport) -> style.StyledFigure:
    """Return a figure: the effect against the number, its band and its crossings."""
    curve = report.curve
    figure = style.new_figure(
        (style.WIDTH, 5.2),
        f"{report.scenario}: effect on {names.series_title(*report.key, short=True)} "
        f"in {report.month}",
        what_is_drawn(report),
        [("effect", style.SCENARIO), ("crossing and its range", style.CUT)],
        gap=0.1,
        footnote=f"{counted(report.draws, 'draw')}, {report.scenario} "
        f"against {report.baseline}, {len(curve.coordinates)} values in the same "
        "worlds; the range of a crossing is that of nine in ten resamples.",
    )
    figure.alt_text = report.paragraph
    draw_curve(figure.add_subplot(), report)
    return figure


def what_is_drawn(report: BreakEvenReport) -> str:
    """Return what a curve shows, and in which unit."""
    if report.curve.target.statistic == "share":
        return "Share of draws in which it is a rise"
    unit = names.capitalised(change_unit(reader_unit(report.unit)[0]))
    return f"{unit}; bands hold 50 and 90 % of draws"


def draw_curve(axes: Axes, report: BreakEvenReport) -> None:
    """Draw the effect against the number: its bands, the target and the crossings."""
    curve, places = report.curve, report.curve.coordinates
    _, factor = reader_unit(report.unit)
    axes.yaxis.set_major_formatter(FuncFormatter(style.number_on_axis))
    if curve.target.statistic == "share":
        factor = 1.0
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        axes.plot(places, curve.levels, color=style.SCENARIO, marker="o", markersize=3)
    else:
        levels = bands(factor * curve.effects)
        style.draw_fan(
            axes, places, dict(zip(LEVELS, levels, strict=True)), style.SCENARIO
        )
        axes.plot(places, levels[MEDIAN], "o", color=style.SCENARIO, markersize=3)
    axes.axhline(factor * curve.target.value, color=style.GREY, linewidth=0.9)
    for crossing in curve.crossings:
        axes.axvspan(
            crossing.low, crossing.high, color=style.CUT, alpha=0.15, linewidth=0
        )
        axes.axvline(crossing.coordinate, color=style.CUT, linewidth=1.2)
        axes.annotate(
            report.value_text(crossing.coordinate),
            (crossing.coordinate, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(3, -10),
            textcoords="offset points",
            color=style.CUT,
        )
    ticks = _ticks(curve.number)
    axes.set_xticks(ticks, [report.value_text(x) for x in ticks])
    axes.set_xlabel(report.name)
    axes.margins(x=0)


def _ticks(number: VariedNumber) -> list[float]:
    """Return the coordinates of some round values within the range of a number."""
    low, high = number.low, number.high
    if number.scale == "log":
        low, high = float(np.exp(low)), float(np.exp(high))
    marked = [float(x) for x in _locator(number).tick_values(low, high)]
    inside = np.array([x for x in marked if low <= x <= high])
    return (np.log(inside) if number.scale == "log" else inside).tolist()


def _locator(number: VariedNumber) -> Locator:
    """Return what finds round values: of months the first of a quarter or year."""
    if number.scale == "months":
        least = (number.high - number.low) / _TICKS
        return MultipleLocator(next(x for x in _MONTHS_APART if x >= least))
    if number.scale == "log" and number.high - number.low > _WIDE:
        return LogLocator(subs=(1.0, 2.0, 5.0))
    return MaxNLocator(_TICKS, steps=[1, 2, 2.5, 5, 10])
