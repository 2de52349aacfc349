"""Fan charts: medians and bands of a scenario over its baseline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes

from sim.domain.number_format import amount, signed
from sim.outcomes.quantiles import LEVELS, Bands
from sim.presentation import style
from sim.presentation.names import spaced
from sim.presentation.style import PanelGrid, StyledFigure
from sim.presentation.view import LawDate, RunView

HOW_TO_READ = "line: median · dark band: half of the draws · light band: nine in ten"

_MEDIAN = list(LEVELS).index("p50")
_MOST_DATES = 4
"""More dates than this would hide the curves; then only the first is marked."""

_NARROW = 13
"""Letters of a name that fit beside the axes."""

_TALL_PANEL, _PANEL, _ROW_GAP = 3.9, 2.15, 0.45
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


@style.figure_style()
def fan_figure(
    view: RunView, title: str, panels: Sequence[Panel], columns: int = 2
) -> StyledFigure:
    """Return fan charts, at most so many `columns`: scenario over grey baseline."""
    alone = len(panels) == 1
    legend = _legend(view) if alone else [*_legend(view), *_date_legend(view)]
    grid = _grid(
        len(panels), columns, _TALL_PANEL if alone else _PANEL + _ROW_GAP, 0.42
    )
    figure = _figure(view, title, legend, grid, panels)
    since = _first_difference(view, panels)
    for index, axes in enumerate(_add_panels(figure, grid, view, panels)):
        if index % grid.columns:
            axes.set_ylabel("")
        _draw_panel(axes, view, panels[index], since, alone=alone)
    return figure


def _first_difference(view: RunView, panels: Sequence[Panel]) -> int | None:
    """Return the index of the month from which on any panel shows a difference."""
    firsts = (view.first_difference(panel.measure, panel.actor) for panel in panels)
    return min((first for first in firsts if first is not None), default=None)


@style.figure_style()
def difference_figure(
    view: RunView, title: str, panels: Sequence[Panel], columns: int
) -> StyledFigure:
    """Return fan charts of the differences in a view, taken draw by draw."""
    legend = [*_legend(view)[1:], *_date_legend(view)]
    grid = _grid(len(panels), columns, _PANEL + _ROW_GAP, wspace=0.68)
    figure = _figure(view, title, legend, grid, panels)
    for axes, panel in zip(
        _add_panels(figure, grid, view, panels), panels, strict=True
    ):
        _draw_difference(axes, view, panel)
    return figure


def _grid(count: int, columns: int, row_height: float, wspace: float) -> PanelGrid:
    return PanelGrid(min(columns, count), row_height, 1.8, hspace=0.38, wspace=wspace)


def _figure(
    view: RunView,
    title: str,
    legend: style.Legend,
    grid: PanelGrid,
    panels: Sequence[Panel],
) -> StyledFigure:
    return style.new_figure(
        grid.size(len(panels)),
        title,
        _subtitle(view),
        legend,
        gap=0.0 if len(panels) == 1 else _ROW_GAP / 2,
        footnote=_footnote(view, panels),
    )


def _footnote(view: RunView, panels: Sequence[Panel]) -> str:
    by_year = any(view.units[panel.measure].endswith("a year") for panel in panels)
    source = style.source_note(view.draws, view.seed)
    shading = "Shaded: past the last recorded change of law, which is assumed to go on."
    amounts = "\nAmounts a year: of each month, times twelve; tables add up a year."
    if view.alone:
        return f"{source}. {shading}{amounts * by_year}"
    return (
        f"{source}; both laws meet the same luck. Vertical lines: where the laws "
        f"differ (dotted: announced, solid: in effect).\n{shading} The scenario is "
        f"drawn from the month in which a panel first differs.{amounts * by_year}"
    )


def _add_panels(
    figure: StyledFigure,
    grid: PanelGrid,
    view: RunView,
    panels: Sequence[Panel],
) -> list[Axes]:
    added = grid.add_to(figure, len(panels))
    for axes, panel in zip(added, panels, strict=True):
        style.format_axes(
            axes, view.units[panel.measure], panel.title, _TICKS[grid.columns]
        )
    return added


def _draw_panel(
    axes: Axes, view: RunView, panel: Panel, since: int | None, *, alone: bool
) -> None:
    """Draw a panel; all panels show the scenario from the same month on."""
    draw_law_dates(axes, view, labelled=alone)
    baseline = view.bands(view.baseline, panel.measure, panel.actor)
    draw_bands(axes, view.months, baseline, style.BASELINE)
    axes.margins(y=0.08)
    ends = [(view.baseline, style.BASELINE, baseline)]
    differs = view.first_difference(panel.measure, panel.actor) is not None
    if since is not None and differs:
        scenario = view.bands(view.scenario, panel.measure, panel.actor)
        shown = slice(max(since - 1, 0), None)
        draw_bands(axes, view.months[shown], scenario[:, shown], style.SCENARIO)
        _draw_over(axes, view.months[shown], baseline[_MEDIAN, shown])
        ends.append((view.scenario, style.SCENARIO, scenario))
    if np.all(baseline >= 0):
        axes.set_ylim(bottom=0)
    style.show_months(axes, view.months)
    if alone:
        _make_room_for_labels(axes)
    _label_ends(axes, ends, alone=alone)
    if not differs and not view.alone:
        _write_no_difference(axes)


def _draw_difference(axes: Axes, view: RunView, panel: Panel) -> None:
    draw_law_dates(axes, view, labelled=False)
    bands = view.bands(view.scenario, panel.measure, panel.actor)
    axes.axhline(0.0, color=style.BASELINE, linewidth=1.2)
    draw_bands(axes, view.months, bands, style.SCENARIO)
    style.show_months(axes, view.months)
    axes.margins(y=0.08)
    if not bands.any():
        axes.set_ylim(-1, 1)
        _write_no_difference(axes)
    end = (view.scenario, style.SCENARIO, bands)
    _label_ends(axes, [end], alone=False, form=signed)


def draw_bands(axes: Axes, months: np.ndarray, bands: Bands, colour: str) -> None:
    """Draw the median and the bands of a row of `bands` for each level."""
    by_level = dict(zip(LEVELS, bands, strict=True))
    style.draw_fan(axes, style.dates_on_axis(months), by_level, colour, width=1.8)


def _draw_over(axes: Axes, months: np.ndarray, median: np.ndarray) -> None:
    """Draw the baseline's median over the scenario's bands, so that both are seen."""
    axes.plot(
        style.dates_on_axis(months),
        median,
        color=style.OVERLAY,
        linewidth=1.1,
        linestyle=(0, (4, 3)),
    )


def _write_no_difference(axes: Axes) -> None:
    axes.set_title(
        "no difference", loc="right", size=7.5, color=style.GREY, weight="normal"
    )


def _make_room_for_labels(axes: Axes) -> None:
    """Leave room above the curves for the labels of dates."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.22 * (high - low))


def _label_ends(
    axes: Axes,
    ends: Sequence[tuple[str, str, Bands]],
    *,
    alone: bool,
    form: Callable[[float], str] = amount,
) -> None:
    """Write name and median beside the right end of each curve, none on another."""
    low, high = axes.get_ylim()
    medians = [float(bands[_MEDIAN, -1]) for *_, bands in ends]
    heights = _spread([(median - low) / (high - low) for median in medians], _LABEL_GAP)
    for (name, colour, _), median, y in zip(ends, medians, heights, strict=True):
        label = form(median)
        text = f"{fill(spaced(name), _NARROW)}\n{label}" if alone else label
        style.write_beside(axes, y, text, colour).set_linespacing(1.1)


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
        dashes = "-" if law_date.effective else ":"
        day = style.date_on_axis(law_date.day)
        axes.axvline(day, color=style.TEXT_COLOUR, linewidth=0.9, linestyle=dashes)
        if labelled:
            _label_date(axes, view, law_date, row)


def _dates_shown(view: RunView) -> list[LawDate]:
    """Return the dates to mark: few, and among the months shown."""
    first, last = view.months[[0, -1]].astype("datetime64[D]").tolist()
    dates = [x for x in view.law_dates if first <= x.day <= last]
    if len(dates) <= _MOST_DATES:
        return dates
    first = dates[0]
    label = "laws begin to differ" if first.effective else "first difference announced"
    return [LawDate(first.day, label, first.effective)]


def _shade_assumed(axes: Axes, view: RunView, *, labelled: bool) -> None:
    if view.recorded_until is None:
        return
    days = style.dates_on_axis(view.months)
    until = style.date_on_axis(view.recorded_until)
    if not days[0] < until < days[-1]:
        return
    axes.axvspan(until, float(days[-1]), color=style.ASSUMED, zorder=0, linewidth=0)
    if labelled:
        for text, side in (("law on record ", "right"), (" assumed to go on", "left")):
            axes.annotate(
                text,
                (until, 0.985),
                xycoords=("data", "axes fraction"),
                ha=side,
                va="top",
                size=7,
                color=style.GREY,
                style="italic",
            )


def _label_date(axes: Axes, view: RunView, law_date: LawDate, row: int) -> None:
    """Write what happens on a date on the side on which there is room.

    What is announced is written left of its line, what takes effect right of it,
    unless that is too near an edge.
    """
    first, last = style.dates_on_axis(view.months[[0, -1]])
    day = style.date_on_axis(law_date.day)
    share = (day - first) / (last - first)
    right = share < _EDGE or (law_date.effective and share < 1 - _EDGE)
    axes.annotate(
        f" {law_date.label} ",
        (day, 0.93 - 0.05 * row),
        xycoords=("data", "axes fraction"),
        ha="left" if right else "right",
        va="top",
        size=7.5,
        color=style.TEXT_COLOUR,
    )


# --- words ----------------------------------------------------------------------------


def _subtitle(view: RunView) -> str:
    if view.alone:
        return f"{spaced(view.baseline)} · {HOW_TO_READ}"
    return f"{spaced(view.scenario)} against {spaced(view.baseline)} · {HOW_TO_READ}"


def _legend(view: RunView) -> list[tuple[str, str]]:
    sides = [(view.baseline, style.BASELINE), (view.scenario, style.SCENARIO)]
    return [(f"■ {spaced(name)}", colour) for name, colour in sides[: 2 - view.alone]]


def _date_legend(view: RunView) -> list[tuple[str, str]]:
    """Return the marked dates as words of the legend."""
    return [
        (f"{'│' if x.effective else '┊'} {x.label} {x.day:%Y-%m}", style.TEXT_COLOUR)
        for x in _dates_shown(view)
    ]
