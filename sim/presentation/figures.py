"""Figures: the fan charts a reader looks at first, and the files that hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes

from sim.outcomes.attribution import Attribution
from sim.outcomes.quantiles import LEVELS, Bands
from sim.outcomes.results import Results
from sim.presentation.allies import allies_figure, talks_of_results
from sim.presentation.channels import channels_figure
from sim.presentation.map import network_of_results
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
from sim.presentation.view import LawDate, RunView, view_of_difference, view_of_results

_LOW, _INNER_LOW, _MEDIAN, _INNER_HIGH, _HIGH = range(len(LEVELS))
_MOST_MARKS = 4
"""More dates than this would hide the curves; then only the first is marked."""

_NARROW = 13
"""Letters of a name that fit beside the axes."""

_WIDTH, _TALL_PANEL, _PANEL = 9.6, 3.9, 2.15
_MARGINS, _ROW_GAP = 1.8, 0.45
_APART = 0.11
"""How far apart two labels stand at least, as a share of the axis."""

_DATES = {1: 10, 2: 10, 3: 5}
"""Dates on an axis at most, by the number of panels beside one another."""

_EDGE = 0.25
"""Share of the axis within which a label may not fit towards that side."""


@dataclass(frozen=True)
class Panel:
    """One set of axes: a measure for an actor, and what to call it."""

    measure: str
    actor: str
    title: str


@dataclass(frozen=True)
class FanFigure:
    """One figure: its file name, what it shows, and its panels."""

    name: str
    title: str
    panels: tuple[Panel, ...]
    columns: int = 2


def _panels(measure: str, titles: dict[str, str]) -> tuple[Panel, ...]:
    return tuple(Panel(measure, actor, title) for actor, title in titles.items())


FAN_FIGURES = (
    FanFigure(
        "frontier_lag",
        "How far China's best laboratory trails the frontier",
        (Panel("frontier_lag_months", "china", ""),),
    ),
    FanFigure(
        "ai_compute",
        "China's AI compute, and the channels it comes through",
        _panels(
            "ai_compute_stock",
            {
                "china": "All channels",
                "china:legal": "Legal imports",
                "china:domestic": "Domestic chips",
                "china:grey": "Smuggled chips",
                "china:offshore": "Rented offshore",
            },
        ),
        columns=3,
    ),
    FanFigure(
        "domestic_accelerators",
        "AI accelerators made in China",
        (Panel("domestic_accelerators", "china", ""),),
    ),
    FanFigure(
        "tool_availability",
        "How much of China's foreign tools stands ready to work",
        (
            Panel("tool_availability", "asml", "ASML tools"),
            Panel("tool_availability", "tel", "Tokyo Electron tools"),
        ),
    ),
    FanFigure(
        "wafer_starts",
        "Wafers started on China's lines",
        (
            Panel("wafer_starts", "smic_advanced", "SMIC, advanced lines"),
            Panel("wafer_starts", "cxmt", "CXMT, memory"),
        ),
    ),
    FanFigure(
        "china_revenue",
        "What the firms sell to China",
        _panels(
            "china_revenue",
            {"nvidia": "Nvidia", "asml": "ASML", "tel": "Tokyo Electron"},
        ),
        columns=3,
    ),
)
"""The figures of every run, in the order in which a reader asks."""

DIFFERENCES = FanFigure(
    "difference",
    "What the law changes: scenario minus baseline, draw by draw",
    (
        Panel("frontier_lag_months", "china", "Lag behind the frontier"),
        Panel("ai_compute_stock", "china", "China's AI compute"),
        Panel("domestic_accelerators", "china", "Domestic accelerators"),
        Panel("wafer_starts", "smic_advanced", "SMIC's advanced wafers"),
        Panel("china_revenue", "asml", "ASML's China revenue"),
        Panel("china_revenue", "tel", "Tokyo Electron's China revenue"),
    ),
    columns=3,
)
"""What the other figures show on either side, here as the paired difference."""


def draw_figures(
    folder: Path,
    scenario: Results,
    baseline: Results,
    split: Attribution | None = None,
) -> None:
    """Draw every figure that the recorded measures allow into a folder, as PNG.

    Args:
        folder: where.
        scenario: what came of the scenario.
        baseline: what came of the law compared with.
        split: the change of the lag by channel, if it was asked for.
    """
    sheets = (*FAN_FIGURES, DIFFERENCES)
    wanted = {(one.measure, one.actor) for sheet in sheets for one in sheet.panels}
    alone = scenario is baseline
    theirs = baseline.only(wanted)
    shown = view_of_results(theirs if alone else scenario.only(wanted), theirs)
    for sheet in FAN_FIGURES:
        panels = [one for one in sheet.panels if shown.has(one.measure, one.actor)]
        if panels:
            drawn = fan_figure(shown, sheet.title, panels, sheet.columns)
            save(drawn, folder / f"{sheet.name}.png")
    panels = [one for one in DIFFERENCES.panels if shown.has(one.measure, one.actor)]
    if panels and not alone:
        drawn = difference_figure(
            view_of_difference(scenario.only(wanted), theirs), panels
        )
        save(drawn, folder / f"{DIFFERENCES.name}.png")
    if split is not None:
        save(channels_figure(split), folder / "channels.png")
    asked = talks_of_results(scenario)
    if asked.courses:
        save(allies_figure(asked), folder / "allies.png")
    if scenario.network is not None:
        save(network_of_results(scenario, baseline), folder / "network.png")


def save(drawn: StyledFigure, path: Path) -> None:
    """Write a figure as PNG."""
    with figure_style():
        drawn.savefig(path, format="png", pil_kwargs={"compress_level": 1})


def fan_figure(
    shown: RunView, title: str, panels: Sequence[Panel], columns: int = 2
) -> StyledFigure:
    """Return a figure of fan charts: scenario in colour over the baseline in grey.

    Args:
        shown: the run.
        title: what the figure shows.
        panels: what each set of axes shows.
        columns: panels beside one another at most.
    """
    with figure_style():
        columns = min(columns, len(panels))
        rows = -(-len(panels) // columns)
        alone = len(panels) == 1
        height = _MARGINS + rows * (_TALL_PANEL if alone else _PANEL + _ROW_GAP)
        drawn = new_figure(_WIDTH, height)
        key = _key(shown) if alone else [*_key(shown), *_dates(shown)]
        write_header(
            drawn, title, _subtitle(shown), key, 0.0 if alone else _ROW_GAP / 2
        )
        grid = drawn.add_gridspec(rows, columns, hspace=0.38, wspace=0.42)
        for place, panel in enumerate(panels):
            axes = drawn.add_subplot(grid[place // columns, place % columns])
            unit = shown.units[panel.measure] if place % columns == 0 else ""
            format_axes(axes, unit, panel.title, _DATES[columns])
            _draw_panel(axes, shown, panel, alone=alone)
        write_footnote(drawn, _source(shown))
    return drawn


def difference_figure(shown: RunView, panels: Sequence[Panel]) -> StyledFigure:
    """Return a figure of differences between scenario and baseline, draw by draw.

    Args:
        shown: differences, under the baseline's name as well as the scenario's.
        panels: what each set of axes shows.
    """
    with figure_style():
        columns = min(DIFFERENCES.columns, len(panels))
        rows = -(-len(panels) // columns)
        drawn = new_figure(_WIDTH, _MARGINS + rows * (_PANEL + _ROW_GAP))
        key = [*_key(shown)[1:], *_dates(shown)]
        write_header(drawn, DIFFERENCES.title, _subtitle(shown), key, _ROW_GAP / 2)
        grid = drawn.add_gridspec(rows, columns, hspace=0.38, wspace=0.5)
        for place, panel in enumerate(panels):
            axes = drawn.add_subplot(grid[place // columns, place % columns])
            format_axes(axes, shown.units[panel.measure], panel.title, _DATES[columns])
            _draw_difference(axes, shown, panel)
        write_footnote(drawn, _source(shown))
    return drawn


def _draw_difference(axes: Axes, shown: RunView, panel: Panel) -> None:
    draw_law_dates(axes, shown, labelled=False)
    levels = shown.bands(shown.scenario, panel.measure, panel.actor)
    axes.axhline(0.0, color=BASELINE, linewidth=1.2)
    draw_fan(axes, shown.months, levels, SCENARIO)
    axes.set_xlim(*dates_on_axis(shown.months[[0, -1]]))
    axes.margins(y=0.08)
    if not levels.any():
        axes.set_ylim(-1, 1)
        _say_there_is_no_difference(axes)
    _label_ends(axes, [(shown.scenario, SCENARIO, levels)], alone=False)


def draw_fan(axes: Axes, months: np.ndarray, levels: Bands, colour: str) -> None:
    """Draw a median with its 50 % and 90 % bands."""
    days = dates_on_axis(months)
    for low, high, alpha in (
        (_LOW, _HIGH, WIDE_BAND),
        (_INNER_LOW, _INNER_HIGH, NARROW_BAND),
    ):
        axes.fill_between(
            days, levels[low], levels[high], color=colour, alpha=alpha, linewidth=0
        )
    axes.plot(days, levels[_MEDIAN], color=colour, linewidth=1.8)


def draw_law_dates(axes: Axes, shown: RunView, *, labelled: bool) -> None:
    """Mark the dates on which the laws part, and shade what lies past the record."""
    axes.xaxis_date()
    _shade_the_assumed(axes, shown, labelled=labelled)
    for row, mark in enumerate(_marks_within(shown)):
        day = date_on_axis(mark.day)
        axes.axvline(
            day,
            color=TEXT_COLOUR,
            linewidth=0.9,
            linestyle="-" if mark.effective else ":",
        )
        if labelled:
            _write_beside(axes, shown, mark, row)


def _marks_within(shown: RunView) -> list[LawDate]:
    """Return the dates to mark: few, and among the months shown."""
    first, last = shown.months[[0, -1]].astype("datetime64[D]").tolist()
    marks = [mark for mark in shown.law_dates if first <= mark.day <= last]
    if len(marks) <= _MOST_MARKS:
        return marks
    return [LawDate(marks[0].day, "laws differ from here on", effective=True)]


def _draw_panel(axes: Axes, shown: RunView, panel: Panel, *, alone: bool) -> None:
    draw_law_dates(axes, shown, labelled=alone)
    theirs = shown.bands(shown.baseline, panel.measure, panel.actor)
    draw_fan(axes, shown.months, theirs, BASELINE)
    axes.margins(y=0.08)
    ends = [(shown.baseline, BASELINE, theirs)]
    parting = shown.first_difference(panel.measure, panel.actor)
    if parting is not None:
        ours = shown.bands(shown.scenario, panel.measure, panel.actor)
        since = slice(max(parting - 1, 0), None)
        draw_fan(axes, shown.months[since], ours[:, since], SCENARIO)
        _draw_over(axes, shown.months[since], theirs[_MEDIAN, since])
        ends.append((shown.scenario, SCENARIO, ours))
    if np.all(theirs >= 0):
        axes.set_ylim(bottom=0)
    axes.set_xlim(*dates_on_axis(shown.months[[0, -1]]))
    if alone:
        _raise_the_roof(axes)
    _label_ends(axes, ends, alone=alone)
    if parting is None and shown.scenario != shown.baseline:
        _say_there_is_no_difference(axes)


def _draw_over(axes: Axes, months: np.ndarray, median: np.ndarray) -> None:
    """Draw the baseline's median over the scenario's bands, so that both are seen."""
    axes.plot(
        dates_on_axis(months),
        median,
        color=OVERLAY,
        linewidth=1.1,
        linestyle=(0, (4, 3)),
    )


def _say_there_is_no_difference(axes: Axes) -> None:
    axes.set_title("no difference", loc="right", size=7.5, color=GREY, pad=6)


def _raise_the_roof(axes: Axes) -> None:
    """Leave room above the curves for what the marks say."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.22 * (high - low))


def _label_ends(
    axes: Axes, ends: Sequence[tuple[str, str, Bands]], *, alone: bool
) -> None:
    """Write name and median beside the right end of each curve, none on another."""
    low, high = axes.get_ylim()
    heights = [(float(one[_MEDIAN, -1]) - low) / (high - low) for *_, one in ends]
    for (name, colour, one), y in zip(ends, _spread(heights, _APART), strict=True):
        words = short(float(one[_MEDIAN, -1]))
        axes.text(
            1.012,
            y,
            f"{fill(name.replace('_', ' '), _NARROW)}\n{words}" if alone else words,
            transform=axes.transAxes,
            color=colour,
            size=8,
            weight="bold",
            va="center",
            linespacing=1.1,
        )


def _spread(heights: Sequence[float], apart: float) -> list[float]:
    """Return heights moved so that two labels do not touch."""
    if len(heights) == 1 or abs(heights[0] - heights[1]) >= apart:
        return list(heights)
    middle = max(sum(heights) / 2, apart / 2)
    sign = 1 if heights[1] >= heights[0] else -1
    return [middle - sign * apart / 2, middle + sign * apart / 2]


def _shade_the_assumed(axes: Axes, shown: RunView, *, labelled: bool) -> None:
    if shown.recorded_until is None:
        return
    days = dates_on_axis(shown.months)
    until = date_on_axis(shown.recorded_until)
    if not days[0] < until < days[-1]:
        return
    axes.axvspan(until, float(days[-1]), color=ASSUMED, zorder=0, linewidth=0)
    if labelled:
        for words, side in (("law on record ", "right"), (" assumed to go on", "left")):
            axes.annotate(
                words,
                (until, 0.985),
                xycoords=("data", "axes fraction"),
                ha=side,
                va="top",
                size=7,
                color=GREY,
                style="italic",
            )


def _write_beside(axes: Axes, shown: RunView, mark: LawDate, row: int) -> None:
    """Write what a mark means on the side on which there is room.

    What is announced stands left of its line, what takes effect right of it, unless
    that is too near an edge.
    """
    first, last = dates_on_axis(shown.months[[0, -1]])
    day = date_on_axis(mark.day)
    place = (day - first) / (last - first)
    right = place < _EDGE or (mark.effective and place < 1 - _EDGE)
    axes.annotate(
        f" {mark.label} ",
        (day, 0.93 - 0.05 * row),
        xycoords=("data", "axes fraction"),
        ha="left" if right else "right",
        va="top",
        size=7.5,
        color=TEXT_COLOUR,
    )


def _subtitle(shown: RunView) -> str:
    bands = "line: median · dark band: half of the draws · light band: nine in ten"
    if shown.scenario == shown.baseline:
        return f"{shown.baseline.replace('_', ' ')} · {bands}"
    names = (shown.scenario, shown.baseline)
    ours, theirs = (name.replace("_", " ") for name in names)
    return f"{ours} against {theirs} · {bands}"


def _key(shown: RunView) -> list[tuple[str, str]]:
    key = [(f"■ {shown.baseline.replace('_', ' ')}", BASELINE)]
    if shown.scenario != shown.baseline:
        key.append((f"■ {shown.scenario.replace('_', ' ')}", SCENARIO))
    return key


def _dates(shown: RunView) -> list[tuple[str, str]]:
    """Return the marked dates as words of the key."""
    return [
        (f"{'│' if mark.effective else '┊'} {mark.label} {mark.day:%Y-%m}", TEXT_COLOUR)
        for mark in _marks_within(shown)
    ]


def _source(shown: RunView) -> str:
    return (
        f"Chip-war simulator · {shown.draws:,} draws, seed {shown.seed}; both laws "
        "meet the same luck. Vertical lines: where the laws part (dotted: announced, "
        "solid: in effect).\nShaded: past the last recorded change of law, which is "
        "assumed to go on."
    )
