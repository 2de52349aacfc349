"""Fan charts: medians and bands of a scenario over its baseline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Flag, auto
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes

from sim.domain.number_format import amount, signed
from sim.outcomes.quantiles import MEDIAN, Bands
from sim.presentation import style
from sim.presentation.difference_panel import (
    HOW_TO_READ,
    LABEL_GAP,
    Panel,
    draw_bands,
    draw_difference,
    end_in_words,
    first_difference,
    label_change,
    where_none,
    write_no_difference,
)
from sim.presentation.law_date_lines import date_legend, draw_law_dates
from sim.presentation.names import spaced
from sim.presentation.numbers import counted
from sim.presentation.step_marks import Mark, mark_causes, marks_of
from sim.presentation.style import PanelGrid, StyledFigure
from sim.presentation.view import RunView

H100E = "H100e"
"""The unit of compute, which a footnote explains."""

_NARROW = 13
"""Letters of a name that fit beside the axes."""

_TALL_PANEL, _PANEL, _ROW_GAP = 3.9, 2.15, 0.45
_ROW_HEIGHTS, _LOW_ROW = {1: 3.4, 2: 2.5, 3: 2.15}, 1.6
"""Inches of a row with level and difference, by the number of rows."""

_PAIR_MARGINS, _PAIR_RIGHT, _PAIR_GAP = 1.7, 0.87, 0.44
_NOTE_LETTERS = 150
_MOSTLY_EMPTY = 0.5
"""Share of the highest value below which an axis would hold nothing."""

_TICKS = {1: 10, 2: 10, 3: 5}
"""Dates on an axis at most, by the number of panels beside one another."""

_DATES = 5
"""Dates below a column of rows at most; rows above have none."""


class Alike(Flag):
    """Which axes of a figure have one scale."""

    NOTHING = 0
    LEVELS = auto()
    DIFFERENCES = auto()
    ALL = LEVELS | DIFFERENCES


@style.figure_style()
def fan_figure(
    view: RunView,
    title: str,
    panels: Sequence[Panel],
    columns: int = 2,
    *,
    alike: Alike = Alike.NOTHING,
) -> StyledFigure:
    """Return fan charts: a scenario over its baseline, and beside it the difference.

    Args:
        view: what is shown.
        title: of the figure.
        panels: a row for each, levels on the left and differences on the right; levels
            alone where the view has no differences.
        columns: panels beside one another at most, where there are no differences.
        alike: which axes have one scale.
    """
    paired = all(panel.key in view.changes for panel in panels)
    draw = _draw_pairs if paired else _draw_levels
    figure = draw(view, title, panels, columns, alike)
    figure.alt_text = f"{title}. {alt_text(view, panels)}"
    return figure


def _draw_pairs(
    view: RunView, title: str, panels: Sequence[Panel], _: int, alike: Alike
) -> StyledFigure:
    """Return a figure with level and difference of each panel in a row."""
    height = _ROW_HEIGHTS.get(len(panels), _LOW_ROW)
    hspace = _ROW_GAP / (height - _ROW_GAP)
    grid = PanelGrid(2, height, _PAIR_MARGINS, hspace, wspace=_PAIR_GAP)
    legend = [*_legend(view), *date_legend(view)]
    figure = _figure(view, title, legend, grid, panels, count=2 * len(panels))
    figure.subplots_adjust(right=_PAIR_RIGHT)
    added = grid.add_to(figure, 2 * len(panels))
    levels, differences = added[::2], added[1::2]
    since = first_difference(view, panels)
    marks = _marks(view, panels)
    for axes, beside, panel in zip(levels, differences, panels, strict=True):
        _format_pair(axes, beside, view, panel)
        _draw_level(axes, view, panel, since)
        draw_difference(beside, view, panel, since)
        mark_causes(axes, view, marks, panel.key)
    for number, axes in enumerate(added):
        dates = _DATES if number >= len(added) - 2 else 0
        style.show_months(axes, view.months, dates)
    _set_scales(levels, differences, alike)
    for axes, beside, panel in zip(levels, differences, panels, strict=True):
        _label_ends(axes, _ends(view, panel), alone=False)
        label_change(beside, view.changes[panel.key])
    return figure


def _draw_levels(
    view: RunView, title: str, panels: Sequence[Panel], columns: int, alike: Alike
) -> StyledFigure:
    """Return a figure of levels alone."""
    alone = len(panels) == 1
    legend = _legend(view) if alone else [*_legend(view), *date_legend(view)]
    grid = PanelGrid(
        min(columns, len(panels)),
        _TALL_PANEL if alone else _PANEL + _ROW_GAP,
        margins=1.8,
        hspace=0.38,
        wspace=0.42,
    )
    figure = _figure(view, title, legend, grid, panels, count=len(panels))
    since = first_difference(view, panels)
    marks = _marks(view, panels)
    added = grid.add_to(figure, len(panels))
    for axes, panel in zip(added, panels, strict=True):
        _format_panel(axes, panel.title, view.units[panel.measure], grid.columns)
        draw_law_dates(axes, view, labelled=alone)
        _draw_level(axes, view, panel, since)
        mark_causes(axes, view, marks, panel.key)
        style.show_months(axes, view.months, _TICKS[grid.columns])
        if alone:
            _make_room_for_labels(axes)
    _set_scales(added, [], alike)
    for axes, panel in zip(added, panels, strict=True):
        _label_ends(axes, _ends(view, panel), alone=alone)
        if not view.alone and view.first_difference(*panel.key) is None:
            write_no_difference(axes, "no difference in these quantiles")
    return figure


def _marks(view: RunView, panels: Sequence[Panel]) -> list[Mark]:
    """Return the steps that a figure explains, numbered from panel to panel."""
    return marks_of(view, [panel.key for panel in panels])


def _figure(
    view: RunView,
    title: str,
    legend: style.Legend,
    grid: PanelGrid,
    panels: Sequence[Panel],
    *,
    count: int,
) -> StyledFigure:
    footnote = _footnote(view, panels)
    width, height = grid.size(count)
    return style.new_figure(
        (width, height + style.extra_footer(footnote)),
        title,
        _subtitle(view),
        legend,
        gap=0.0 if grid.columns == 1 else _ROW_GAP / 2,
        footnote=footnote,
    )


def _footnote(view: RunView, panels: Sequence[Panel]) -> str:
    units = {view.units[panel.measure] for panel in panels}
    sentences = [f"{style.source_note(view.draws, view.seed)}."]
    if not view.alone:
        sentences += [
            "Both laws meet the same luck; differences are taken draw by draw"
            + _of_recorded_draws(view),
            "Vertical lines: where the laws differ (dotted: announced, solid: in "
            "effect). The scenario is drawn from the month in which a panel first "
            "differs.",
        ]
    sentences.append(
        "Shaded: past the last recorded change of law, which is assumed to go on."
    )
    if any(unit.endswith("a year") for unit in units):
        sentences.append(
            "Amounts a year: of each month, times twelve; tables add up a year."
        )
    if H100E in units:
        sentences.append(
            f"{H100E}: compute of accelerators, in Nvidia H100 of the same speed."
        )
    if any(_shows_range(_highest_and_lowest(view, panel)) for panel in panels):
        sentences.append("An axis of levels that does not begin at 0 says so.")
    if "domestic_accelerators" in {panel.measure for panel in panels}:
        sentences.append(
            "A new chip may take more dies and memory; then fewer are made."
        )
    lines = [fill(" ".join(sentences), _NOTE_LETTERS)]
    lines += [
        fill(f"{mark.sign} {mark.text}", _NOTE_LETTERS) for mark in _marks(view, panels)
    ]
    return "\n".join(lines)


def _of_recorded_draws(view: RunView) -> str:
    """Return the end of a sentence: in which draws differences are taken."""
    fewer = 0 < view.change_draws < view.draws
    return f", in the {view.change_draws:,} recorded ones." if fewer else "."


def _format_panel(axes: Axes, title: str, unit: str, columns: int) -> None:
    """Give axes a title on the left, and on the right the unit."""
    style.format_axes(axes, "", title, _TICKS[columns])
    style.write_unit(axes, unit)


def _format_pair(axes: Axes, beside: Axes, view: RunView, panel: Panel) -> None:
    unit, change_unit = view.units[panel.measure], view.change_unit(panel.measure)
    _format_panel(axes, panel.title or "Level", unit, columns=2)
    _format_panel(beside, "Difference", change_unit, columns=2)
    for each in (axes, beside):
        draw_law_dates(each, view, labelled=False)


def _draw_level(axes: Axes, view: RunView, panel: Panel, since: int | None) -> None:
    """Draw a panel; all panels show the scenario from the same month on.

    From there on the baseline is drawn in outline, so that both are seen.
    """
    baseline = view.bands(view.baseline, *panel.key)
    axes.margins(y=0.08)
    if since is None or view.first_difference(*panel.key) is None:
        draw_bands(axes, view.months, baseline, style.BASELINE)
    else:
        split = max(since - 1, 0)
        before, after = slice(None, split + 1), slice(split, None)
        draw_bands(axes, view.months[before], baseline[:, before], style.BASELINE)
        scenario = view.bands(view.scenario, *panel.key)
        draw_bands(axes, view.months[after], scenario[:, after], style.SCENARIO)
        _draw_outline(axes, view.months[after], baseline[:, after])
    if not _shows_range(_highest_and_lowest(view, panel)):
        axes.set_ylim(bottom=min(axes.dataLim.y0, 0.0))
        if axes.dataLim.y0 >= 0.0:
            axes.set_ylim(bottom=0.0)


def _highest_and_lowest(view: RunView, panel: Panel) -> tuple[float, float]:
    """Return the highest and the lowest of all bands of a panel."""
    sides = [view.bands(name, *panel.key) for name in (view.baseline, view.scenario)]
    return float(np.max(sides)), float(np.min(sides))


def _shows_range(extremes: tuple[float, float]) -> bool:
    """Whether axes show the range of the data: an axis from 0 would be mostly empty."""
    highest, lowest = extremes
    return lowest > _MOSTLY_EMPTY * highest > 0.0


def _set_scales(
    levels: Sequence[Axes], differences: Sequence[Axes], alike: Alike
) -> None:
    """Give axes one scale where a figure says so; say where one does not begin at 0."""
    if Alike.LEVELS in alike:
        _share_scale(levels)
    if Alike.DIFFERENCES in alike:
        _share_scale([axes for axes in differences if axes.get_lines()[1:]])
    for axes in levels:
        if axes.get_ylim()[0] > 0.0:
            style.write_unit(axes, f"{axes.get_title(loc='right')} · axis not from 0")


def _share_scale(panels: Sequence[Axes]) -> None:
    limits = [axes.get_ylim() for axes in panels]
    for axes in panels:
        axes.set_ylim(min(low for low, _ in limits), max(high for _, high in limits))


def _ends(view: RunView, panel: Panel) -> list[tuple[str, str, Bands]]:
    """Return name, colour and bands of each side that a panel shows at its end."""
    sides = [(view.baseline, style.OVERLAY)]
    if view.first_difference(*panel.key) is not None:
        sides.append((view.scenario, style.SCENARIO))
    return [(name, colour, view.bands(name, *panel.key)) for name, colour in sides]


def _draw_outline(axes: Axes, months: np.ndarray, bands: Bands) -> None:
    """Draw a median and the edges of its widest band as dashed lines."""
    days = style.dates_on_axis(months)
    for row, width in ((0, 0.7), (MEDIAN, 1.2), (-1, 0.7)):
        axes.plot(
            days,
            bands[row],
            color=style.OVERLAY,
            linewidth=width,
            linestyle=style.DASHES,
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
    medians = [float(bands[MEDIAN, -1]) for *_, bands in ends]
    heights = _spread([(median - low) / (high - low) for median in medians], LABEL_GAP)
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


# --- words ----------------------------------------------------------------------------


def _subtitle(view: RunView) -> str:
    if view.alone:
        return f"{spaced(view.baseline)} · {HOW_TO_READ}"
    return f"{spaced(view.scenario)} against {spaced(view.baseline)} · {HOW_TO_READ}"


def _legend(view: RunView) -> list[tuple[str, str]]:
    if view.alone:
        return [(f"■ {spaced(view.baseline)}", style.BASELINE)]
    return [
        (f"┅ {spaced(view.baseline)}", style.OVERLAY),
        (f"■ {spaced(view.scenario)}", style.SCENARIO),
    ]


def alt_text(view: RunView, panels: Sequence[Panel]) -> str:
    """Return in words what fan charts show: the end of each curve, and its range."""
    first, last = (f"{month:%Y-%m}" for month in view.months[[0, -1]].tolist())
    sentences = [
        f"Fan charts by month from {first} to {last}, the median and the range of nine "
        f"in ten of {counted(view.draws, 'draw')}; these are the values of {last}."
    ]
    sentences += [_panel_in_words(view, panel) for panel in panels]
    sentences += [f"{mark.text}." for mark in _marks(view, panels)]
    return " ".join(sentences)


def _panel_in_words(view: RunView, panel: Panel) -> str:
    names = dict.fromkeys((view.scenario, view.baseline))
    sides = [
        f"{spaced(name)} {end_in_words(view.bands(name, *panel.key), amount)}"
        for name in names
    ]
    text = f"{panel.title or 'Level'}, {view.units[panel.measure]}: {', '.join(sides)}"
    if panel.key not in view.changes:
        return f"{text}."
    change = view.changes[panel.key]
    if not change.any():
        return f"{text}, difference none {where_none(view, panel)}."
    return f"{text}, difference {end_in_words(change, signed)}."
