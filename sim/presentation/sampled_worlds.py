"""Sampled worlds: a line for each of some draws, under a law and as differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes

from sim.domain.number_format import amount, signed
from sim.outcomes.columns import first_days
from sim.outcomes.paired_difference import paired_difference
from sim.outcomes.results import Key, Results, Series
from sim.presentation import names, style
from sim.presentation.names import spaced
from sim.presentation.numbers import change_unit, counted, reader_unit_by_year

WORLDS = 20
"""Worlds that are shown."""

_LINE = 0.8
_LEAST_GAP = 0.075
"""How far apart two labels are at least, as a share of the axis."""


@style.figure_style()
def worlds_figure(
    scenario: Results, baseline: Results, key: Key, count: int = WORLDS
) -> style.StyledFigure:
    """Return a line for each of the first draws, which are a sample like any other.

    Args:
        scenario: the law that is shown.
        baseline: the law compared with; the same results if it was run alone.
        key: measure and actor.
        count: worlds shown at most.
    """
    alone = scenario is baseline
    count = min(count, scenario.draws.count)
    quantity = scenario.quantities[key[0]]
    unit, factor = reader_unit_by_year(quantity.unit, is_flow=quantity.kind == "flow")
    level = factor * scenario.series[key]
    title = f"{names.series_title(*key)}, {counted(count, 'world')}"
    figure = style.new_figure(
        (style.WIDTH, 5.2),
        title,
        spaced(scenario.scenario)
        + ("" if alone else f" against {spaced(baseline.scenario)}")
        + f" · each line: one world · grey: nine in ten of "
        f"{counted(scenario.draws.count, 'draw')}",
        [("━ highest, middle and lowest at the end, with draw", style.SCENARIO)],
        gap=0.25,
        footnote=f"{style.source_note(scenario.draws.count, scenario.seed)}. Shown: "
        f"{_numbers(scenario.draws.first, count)}; task=replay tells the story of one "
        "(draw=...).",
    )
    figure.subplots_adjust(right=0.86, wspace=0.46)
    panels = figure.subplots(1, 1 if alone else 2, squeeze=False)[0]
    _draw_worlds(panels[0], scenario, level, count, amount)
    style.format_axes(panels[0], "", "Level", dates=5)
    style.write_unit(panels[0], unit)
    if not alone:
        change = factor * paired_difference(scenario.series[key], baseline.series[key])
        style.format_axes(panels[1], "", "Difference in the same world", dates=5)
        style.write_unit(panels[1], change_unit(unit))
        _draw_worlds(panels[1], scenario, change, count, signed)
        panels[1].axhline(0.0, color=style.OVERLAY, linewidth=1.0, linestyle="--")
    for axes in panels:
        style.show_months(axes, first_days(scenario.months), dates=5)
    ends = level[-1, :count]
    low, middle, high = (
        amount(float(end)) for end in (ends.min(), np.median(ends), ends.max())
    )
    at_end = f"from {low} to {high} {unit}, the middle {middle}"
    figure.alt_text = (
        f"{title} under {spaced(scenario.scenario)}, a line each by month to "
        f"{scenario.months[-1]}: at the end {at_end if count > 1 else f'{low} {unit}'}."
    )
    return figure


def _numbers(first: int, count: int) -> str:
    """Return the numbers of consecutive draws in words."""
    return f"draw {first}" if count == 1 else f"draws {first} to {first + count - 1}"


def _draw_worlds(
    axes: Axes,
    results: Results,
    series: Series,
    count: int,
    form: Callable[[float], str],
) -> None:
    """Draw the band of all draws in grey, and lines of the first over it."""
    days = style.dates_on_axis(first_days(results.months))
    low, high = np.quantile(series, [0.05, 0.95], axis=1)
    axes.xaxis_date()
    axes.fill_between(days, low, high, color=style.BASELINE, alpha=0.2, linewidth=0)
    shown = series[:, :count]
    order = np.argsort(shown[-1], kind="stable")
    named = {int(order[index]) for index in (0, count // 2, -1)}
    axes.plot(days, shown, color=style.SCENARIO, linewidth=_LINE, alpha=0.55)
    axes.margins(x=0, y=0.04)
    bottom, top = axes.get_ylim()
    last = -1.0
    for column in order.tolist():
        if column in named:
            axes.plot(days, shown[:, column], color=style.SCENARIO, linewidth=1.8)
            end = float(shown[-1, column])
            height = max((end - bottom) / (top - bottom), last + _LEAST_GAP)
            last = height
            label = f"{form(end)}  (draw {results.draws.first + column})"
            style.write_beside(axes, height, label, style.SCENARIO).set(size=7)
