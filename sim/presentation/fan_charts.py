"""Fan charts: medians and bands of a scenario over its baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes

from sim.outcomes.quantiles import LEVELS, Bands
from sim.presentation.names import spaced
from sim.presentation.numbers import short
from sim.presentation.style import (
    ASSUMED,
    BASELINE,
    GREY,
    NARROW_BAND,
    OVERLAY,
    SCENARIO,
    TEXT_COLOUR,
    WIDE_BAND,
    StyledFigure,
    date_on_axis,
    dates_on_axis,
    figure_style,
    format_axes,
    new_figure,
    write_footnote,
    write_header,
)
from sim.presentation.view import LawDate, RunView

HOW_TO_READ = "line: median · dark band: half of the draws · light band: nine in ten"

_LOW, _INNER_LOW, _MEDIAN, _INNER_HIGH, _HIGH = range(len(LEVELS))
_MOST_DATES = 4
"""More dates than this would hide the curves; then only the first is marked."""

_NARROW = 13
"""Letters of a name that fit beside the axes."""

_WIDTH, _TALL_PANEL, _PANEL = 9.6, 3.9, 2.15
_MARGINS, _ROW_GAP = 1.8, 0.45
_LABEL_GAP = 0.11
"""How far apart two labels are at least, as a share of the axis."""

_TICKS = {1: 10, 2: 10, 3: 5}
"""Dates on an axis at most, by the number of panels beside one another."""

_EDGE = 0.25
"""Share of the axis within which a label may not fit towards that side."""


@dataclass(frozen=True)
class Panel:
    """One set of axes: a measure for an actor, and its title."""

    measure: str
    actor: str
    title: str


def fan_figure(
    view: RunView, title: str, panels: Sequence[Panel], columns: int = 2
) -> StyledFigure:
    """Return a figure of fan charts: scenario in colour over the baseline in grey.

    Args:
        view: the run.
        title: what the figure shows.
        panels: what each set of axes shows.
        columns: panels beside one another at most.
    """
    with figure_style():
        columns = min(columns, len(panels))
        alone = len(panels) == 1
        legend = _legend(view) if alone else [*_legend(view), *_date_legend(view)]
        figure = _figure(view, title, legend, -(-len(panels) // columns), alone=alone)
        grid = figure.add_gridspec(
            -(-len(panels) // columns), columns, hspace=0.38, wspace=0.42
        )
        for index, panel in enumerate(panels):
            axes = figure.add_subplot(grid[index // columns, index % columns])
            unit = view.units[panel.measure] if index % columns == 0 else ""
            format_axes(axes, unit, panel.title, _TICKS[columns])
            _draw_panel(axes, view, panel, alone=alone)
    return figure


def difference_figure(
    view: RunView, title: str, panels: Sequence[Panel], columns: int
) -> StyledFigure:
    """Return a figure of differences between scenario and baseline, draw by draw.

    Args:
        view: differences, under the scenario's name.
        title: what the figure shows.
        panels: what each set of axes shows.
        columns: panels beside one another at most.
    """
    with figure_style():
        columns = min(columns, len(panels))
        rows = -(-len(panels) // columns)
        legend = [*_legend(view)[1:], *_date_legend(view)]
        figure = _figure(view, title, legend, rows, alone=False)
        grid = figure.add_gridspec(rows, columns, hspace=0.38, wspace=0.5)
        for index, panel in enumerate(panels):
            axes = figure.add_subplot(grid[index // columns, index % columns])
            unit = view.units[panel.measure]
            format_axes(axes, unit, panel.title, _TICKS[columns])
            _draw_difference(axes, view, panel)
    return figure


def _figure(
    view: RunView, title: str, legend: list[tuple[str, str]], rows: int, *, alone: bool
) -> StyledFigure:
    """Return a figure of some rows of panels, with header and footnote alone."""
    height = _MARGINS + rows * (_TALL_PANEL if alone else _PANEL + _ROW_GAP)
    figure = new_figure(_WIDTH, height)
    gap = 0.0 if alone else _ROW_GAP / 2
    write_header(figure, title, _subtitle(view), legend, gap)
    write_footnote(
        figure,
        f"Chip-war simulator · {view.draws:,} draws, seed {view.seed}; both laws "
        "meet the same luck. Vertical lines: where the laws differ (dotted: announced, "
        "solid: in effect).\nShaded: past the last recorded change of law, which is "
        "assumed to go on.",
    )
    return figure


def _draw_panel(axes: Axes, view: RunView, panel: Panel, *, alone: bool) -> None:
    draw_law_dates(axes, view, labelled=alone)
    baseline = view.bands(view.baseline, panel.measure, panel.actor)
    draw_fan(axes, view.months, baseline, BASELINE)
    axes.margins(y=0.08)
    ends = [(view.baseline, BASELINE, baseline)]
    first_difference = view.first_difference(panel.measure, panel.actor)
    if first_difference is not None:
        scenario = view.bands(view.scenario, panel.measure, panel.actor)
        since = slice(max(first_difference - 1, 0), None)
        draw_fan(axes, view.months[since], scenario[:, since], SCENARIO)
        _draw_over(axes, view.months[since], baseline[_MEDIAN, since])
        ends.append((view.scenario, SCENARIO, scenario))
    if np.all(baseline >= 0):
        axes.set_ylim(bottom=0)
    axes.set_xlim(*dates_on_axis(view.months[[0, -1]]))
    if alone:
        _make_room_for_labels(axes)
    _label_ends(axes, ends, alone=alone)
    if first_difference is None and not view.alone:
        _write_no_difference(axes)


def _draw_difference(axes: Axes, view: RunView, panel: Panel) -> None:
    draw_law_dates(axes, view, labelled=False)
    bands = view.bands(view.scenario, panel.measure, panel.actor)
    axes.axhline(0.0, color=BASELINE, linewidth=1.2)
    draw_fan(axes, view.months, bands, SCENARIO)
    axes.set_xlim(*dates_on_axis(view.months[[0, -1]]))
    axes.margins(y=0.08)
    if not bands.any():
        axes.set_ylim(-1, 1)
        _write_no_difference(axes)
    _label_ends(axes, [(view.scenario, SCENARIO, bands)], alone=False)


def draw_fan(axes: Axes, months: np.ndarray, bands: Bands, colour: str) -> None:
    """Draw a median with its 50 % and 90 % bands."""
    days = dates_on_axis(months)
    for low, high, alpha in (
        (_LOW, _HIGH, WIDE_BAND),
        (_INNER_LOW, _INNER_HIGH, NARROW_BAND),
    ):
        axes.fill_between(
            days, bands[low], bands[high], color=colour, alpha=alpha, linewidth=0
        )
    axes.plot(days, bands[_MEDIAN], color=colour, linewidth=1.8)


def _draw_over(axes: Axes, months: np.ndarray, median: np.ndarray) -> None:
    """Draw the baseline's median over the scenario's bands, so that both are seen."""
    axes.plot(
        dates_on_axis(months),
        median,
        color=OVERLAY,
        linewidth=1.1,
        linestyle=(0, (4, 3)),
    )


def _write_no_difference(axes: Axes) -> None:
    axes.set_title("no difference", loc="right", size=7.5, color=GREY, pad=6)


def _make_room_for_labels(axes: Axes) -> None:
    """Leave room above the curves for the labels of dates."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.22 * (high - low))


def _label_ends(
    axes: Axes, ends: Sequence[tuple[str, str, Bands]], *, alone: bool
) -> None:
    """Write name and median beside the right end of each curve, none on another."""
    low, high = axes.get_ylim()
    medians = [float(bands[_MEDIAN, -1]) for *_, bands in ends]
    heights = _spread([(median - low) / (high - low) for median in medians], _LABEL_GAP)
    for (name, colour, _), median, y in zip(ends, medians, heights, strict=True):
        label = short(median)
        axes.text(
            1.012,
            y,
            f"{fill(spaced(name), _NARROW)}\n{label}" if alone else label,
            transform=axes.transAxes,
            color=colour,
            size=8,
            weight="bold",
            va="center",
            linespacing=1.1,
        )


def _spread(heights: Sequence[float], gap: float) -> list[float]:
    """Return heights moved so that two labels do not touch."""
    if len(heights) == 1 or abs(heights[0] - heights[1]) >= gap:
        return list(heights)
    middle = max(sum(heights) / 2, gap / 2)
    sign = 1 if heights[1] >= heights[0] else -1
    return [middle - sign * gap / 2, middle + sign * gap / 2]


# --- dates of the law -----------------------------------------------------------------


def draw_law_dates(axes: Axes, view: RunView, *, labelled: bool) -> None:
    """Mark the dates on which the laws differ, and shade what lies past the record."""
    axes.xaxis_date()
    _shade_assumed(axes, view, labelled=labelled)
    for row, law_date in enumerate(_dates_shown(view)):
        style = "-" if law_date.effective else ":"
        day = date_on_axis(law_date.day)
        axes.axvline(day, color=TEXT_COLOUR, linewidth=0.9, linestyle=style)
        if labelled:
            _label_date(axes, view, law_date, row)


def _dates_shown(view: RunView) -> list[LawDate]:
    """Return the dates to mark: few, and among the months shown."""
    first, last = view.months[[0, -1]].astype("datetime64[D]").tolist()
    dates = [x for x in view.law_dates if first <= x.day <= last]
    if len(dates) <= _MOST_DATES:
        return dates
    return [LawDate(dates[0].day, "laws differ from here on", effective=True)]


def _shade_assumed(axes: Axes, view: RunView, *, labelled: bool) -> None:
    if view.recorded_until is None:
        return
    days = dates_on_axis(view.months)
    until = date_on_axis(view.recorded_until)
    if not days[0] < until < days[-1]:
        return
    axes.axvspan(until, float(days[-1]), color=ASSUMED, zorder=0, linewidth=0)
    if labelled:
        for text, side in (("law on record ", "right"), (" assumed to go on", "left")):
            axes.annotate(
                text,
                (until, 0.985),
                xycoords=("data", "axes fraction"),
                ha=side,
                va="top",
                size=7,
                color=GREY,
                style="italic",
            )


def _label_date(axes: Axes, view: RunView, law_date: LawDate, row: int) -> None:
    """Write what happens on a date on the side on which there is room.

    What is announced is written left of its line, what takes effect right of it,
    unless that is too near an edge.
    """
    first, last = dates_on_axis(view.months[[0, -1]])
    day = date_on_axis(law_date.day)
    share = (day - first) / (last - first)
    right = share < _EDGE or (law_date.effective and share < 1 - _EDGE)
    axes.annotate(
        f" {law_date.label} ",
        (day, 0.93 - 0.05 * row),
        xycoords=("data", "axes fraction"),
        ha="left" if right else "right",
        va="top",
        size=7.5,
        color=TEXT_COLOUR,
    )


# --- words ----------------------------------------------------------------------------


def _subtitle(view: RunView) -> str:
    if view.alone:
        return f"{spaced(view.baseline)} · {HOW_TO_READ}"
    return f"{spaced(view.scenario)} against {spaced(view.baseline)} · {HOW_TO_READ}"


def _legend(view: RunView) -> list[tuple[str, str]]:
    baseline = (f"■ {spaced(view.baseline)}", BASELINE)
    scenario = (f"■ {spaced(view.scenario)}", SCENARIO)
    return [baseline] if view.alone else [baseline, scenario]


def _date_legend(view: RunView) -> list[tuple[str, str]]:
    """Return the marked dates as words of the legend."""
    return [
        (f"{'│' if x.effective else '┊'} {x.label} {x.day:%Y-%m}", TEXT_COLOUR)
        for x in _dates_shown(view)
    ]
