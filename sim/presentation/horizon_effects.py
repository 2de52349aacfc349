"""Effects at the horizon, world by world, as twenty dots each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes

from sim.domain.array_types import Float64
from sim.domain.number_format import signed
from sim.outcomes.paired_difference import paired_difference
from sim.outcomes.results import Key, Results
from sim.presentation import names, style
from sim.presentation.names import spaced
from sim.presentation.numbers import change_unit, reader_unit

DOTS = 20
"""Dots of an effect, each as likely as another."""

MAIN_EFFECTS: tuple[Key, ...] = (
    ("frontier_lag_months", "china"),
    ("ai_compute_stock", "china"),
    ("domestic_accelerators", "china"),
    ("wafer_starts", "smic_advanced"),
    ("china_revenue", "asml"),
    ("china_revenue", "tel"),
)
"""Effects that a reader asks for first."""

_COLUMNS_OF_DOTS, _FILLED = 20, 0.8
_COLUMNS = 3
_TITLE = 34
_SIDE_GAP = 0.06


@dataclass(frozen=True, eq=False)
class HorizonEffect:
    """What a scenario changes of one quantity at the horizon, a number per draw."""

    title: str
    unit: str
    change: Float64[np.ndarray, "draws"]

    @cached_property
    def dots(self) -> Float64[np.ndarray, "dots"]:
        """The quantiles in the middle of twenty equally likely parts, rising."""
        return np.quantile(self.change, (np.arange(DOTS) + 0.5) / DOTS)


def effects_of(
    scenario: Results, baseline: Results, keys: Sequence[Key]
) -> list[HorizonEffect]:
    """Return what a scenario changes of some quantities, flows over twelve months."""
    last = scenario.months[-1]
    effects = []
    for key in keys:
        unit, factor = reader_unit(scenario.quantities[key[0]].unit_by_year)
        change = paired_difference(
            scenario.over_year(key, last), baseline.over_year(key, last)
        )
        title = names.series_title(*key, short=True)
        effects.append(HorizonEffect(title, change_unit(unit), factor * change))
    return effects


@style.figure_style()
def dots_figure(
    effects: Sequence[HorizonEffect], scenario: Results, baseline: Results
) -> style.StyledFigure:
    """Return a figure with a panel for each effect: twenty dots over its size.

    Args:
        effects: what is shown.
        scenario: whose effects they are.
        baseline: what it is compared with.
    """
    grid = style.PanelGrid(
        min(_COLUMNS, len(effects)),
        row_height=1.75,
        margins=1.9,
        hspace=0.95,
        wspace=0.16,
    )
    figure = style.new_figure(
        grid.size(len(effects)),
        f"What the law changes by {scenario.months[-1]}, in twenty worlds",
        f"{spaced(scenario.scenario)} minus {spaced(baseline.scenario)} in the same "
        "world · each dot: one world in twenty",
        [
            ("● more", style.SCENARIO),
            ("○ less", style.CUT),
            ("× no change", style.GREY),
        ],
        gap=0.2,
        footnote=f"{style.source_note(scenario.draws.count, scenario.seed)}. Dots are "
        "quantiles of all draws (2.5, 7.5 ... 97.5 %), stacked where they would cover\n"
        "one another; amounts a year over the last twelve months.",
    )
    figure.subplots_adjust(left=_SIDE_GAP, right=1 - _SIDE_GAP)
    for axes, effect in zip(grid.add_to(figure, len(effects)), effects, strict=True):
        draw_dots(axes, effect)
    text = " ".join(effect_in_words(effect) for effect in effects)
    figure.alt_text = (
        f"What {spaced(scenario.scenario)} changes by {scenario.months[-1]} against "
        f"{spaced(baseline.scenario)}, as twenty equally likely dots each. {text}"
    )
    return figure


def effect_in_words(effect: HorizonEffect) -> str:
    """Return how many dots lie above and below zero, and their middle and range."""
    dots = effect.dots
    more, less = int(np.sum(dots > 0.0)), int(np.sum(dots < 0.0))
    low, middle, high = (signed(float(np.quantile(dots, q))) for q in (0.0, 0.5, 1.0))
    return (
        f"{effect.title}: {more} of {DOTS} dots more, {less} less; the middle "
        f"{middle} {effect.unit}, from {low} to {high}."
    )


def draw_dots(axes: Axes, effect: HorizonEffect) -> None:
    """Draw the dots of an effect in columns.

    Zero is between two columns, and has one of its own.
    """
    dots = effect.dots
    low, high = min(float(dots.min()), 0.0), max(float(dots.max()), 0.0)
    step = (high - low or 1.0) / (_COLUMNS_OF_DOTS - 2)
    cells = np.floor(dots / step) + 0.5
    columns = np.where(dots == 0.0, 0.0, cells) * step
    stacks = {x: int(np.sum(columns == x)) for x in np.unique(columns).tolist()}
    figure = axes.get_figure(root=True)
    assert figure is not None
    box, (inches_wide, inches_high) = axes.get_position(), figure.get_size_inches()
    width = box.width * inches_wide / _COLUMNS_OF_DOTS
    height = box.height * inches_high
    size = min(width, height / (max(stacks.values()) + 0.5))
    for x, count in stacks.items():
        for level in range(count):
            _draw_dot(axes, x, level + 0.5, float(np.sign(x)), 72 * _FILLED * size)
    axes.set_xlim(low - step, high + step)
    axes.set_ylim(0, height / size)
    axes.axvline(0.0, color=style.OVERLAY, linewidth=1.1, linestyle=style.DASHES)
    _format_dots(axes, effect)


def _draw_dot(axes: Axes, x: float, y: float, change: float, size: float) -> None:
    """Draw a dot, filled where there is more, hollow where there is less."""
    colour = style.SCENARIO if change > 0 else style.CUT if change < 0 else style.GREY
    axes.plot(
        x,
        y,
        marker="o" if change else "x",
        markersize=size,
        markerfacecolor=colour if change > 0 else "white",
        markeredgecolor=colour,
        markeredgewidth=1.2,
    )


def _format_dots(axes: Axes, effect: HorizonEffect) -> None:
    dots = effect.dots
    more, less = int(np.sum(dots > 0.0)), int(np.sum(dots < 0.0))
    axes.set_title(fill(effect.title, _TITLE))
    axes.set_xlabel(f"{effect.unit} · {more} more, {less} less")
    style.format_value_axis(axes.xaxis)
    axes.set_yticks([])
    axes.grid(visible=False)
