"""A panel with the difference between two laws by month: what draws it, and words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from sim.domain.number_format import signed
from sim.outcomes.quantiles import LEVELS, MEDIAN, Bands
from sim.outcomes.results import Key
from sim.presentation import style
from sim.presentation.view import RunView

HOW_TO_READ = "line: median · dark band: half of the draws · light band: nine in ten"

LABEL_GAP = 0.11
"""How far apart two labels are at least, as a share of the axis."""


@dataclass(frozen=True)
class Panel:
    """One set of axes: a measure for an actor, and its title."""

    measure: str
    actor: str
    title: str

    @property
    def key(self) -> Key:
        """Measure and actor."""
        return self.measure, self.actor


def first_difference(view: RunView, panels: Sequence[Panel]) -> int | None:
    """Return the index of the month from which on any panel shows a difference."""
    firsts = (view.first_difference(panel.measure, panel.actor) for panel in panels)
    return min((first for first in firsts if first is not None), default=None)


def draw_difference(axes: Axes, view: RunView, panel: Panel, since: int | None) -> None:
    """Draw the quantiles of a difference, from a month on that has an index."""
    bands = view.changes[panel.key]
    axes.axhline(0.0, color=style.OVERLAY, linewidth=1.1, linestyle=style.DASHES)
    axes.margins(y=0.08)
    if not bands.any():
        axes.set_ylim(-1.0, 1.0)
        axes.set_yticks([0.0])
        write_no_difference(axes, f"no difference {where_none(view, panel)}")
        return
    shown = slice(max((since or 0) - 1, 0), None)
    draw_bands(axes, view.months[shown], bands[:, shown], style.SCENARIO)


def label_change(axes: Axes, bands: Bands) -> None:
    """Write the median and the range of a difference beside its right end."""
    if not bands.any():
        return
    low, high = axes.get_ylim()
    median, fifth, last = (float(bands[row, -1]) for row in (MEDIAN, 0, -1))
    height = min(max((median - low) / (high - low), LABEL_GAP), 1 - LABEL_GAP)
    style.write_beside(axes, height, f"{signed(median)}\n", style.SCENARIO)
    style.write_beside(
        axes, height, f"\n{signed(fifth)} to {signed(last)}", style.GREY
    ).set(size=6.8, weight="normal")


def draw_bands(axes: Axes, months: np.ndarray, bands: Bands, colour: str) -> None:
    """Draw the median and the bands of a row of `bands` for each level."""
    by_level = dict(zip(LEVELS, bands, strict=True))
    style.draw_fan(axes, style.dates_on_axis(months), by_level, colour, width=1.8)


def where_none(view: RunView, panel: Panel) -> str:
    """Return in which draws there is no difference if its quantiles are all zero."""
    recorded = "recorded " if view.change_draws < view.draws else ""
    if panel.key in view.unchanged:
        return f"in any {recorded}draw"
    return f"in nine of ten {recorded}draws"


def write_no_difference(axes: Axes, words: str) -> None:
    """Write words in the middle of axes that have nothing to show."""
    axes.text(
        0.5,
        0.56,
        words,
        transform=axes.transAxes,
        ha="center",
        size=7.5,
        color=style.GREY,
    )


def end_in_words(bands: Bands, form: Callable[[float], str]) -> str:
    """Return the median of the last month, and its range in parentheses."""
    median, low, high = (form(float(bands[row, -1])) for row in (MEDIAN, 0, -1))
    return f"{median} ({low} to {high})"
