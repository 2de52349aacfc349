"""Parts of a whole: a dot and a range for each, and beside it their course by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from sim.domain.array_types import Float64
from sim.domain.months import Month
from sim.presentation import style
from sim.presentation.style import StyledFigure

Ranged = tuple[float, float, float]
"""The low end of a range, a value, and the high end."""

_LETTERS = 46
_UP, _DOWN = -0.13, 0.2
"""Where the two marks of a row stand, in rows from its middle."""

_MARKERS, _SIGNS = "osD^vP*Xp<>", "●■◆▲▼✚★✖⬟◀▶"

ROW = 0.52
"""Inches that a row is high."""


@dataclass(frozen=True)
class PartSeries:
    """A part of a whole.

    Attributes:
        label: what it is.
        at_end: its value with a range at the last time.
        by_time: its value at each time.
        beside: a second value with a range, drawn hollow; if there is one.
    """

    label: str
    at_end: Ranged
    by_time: Float64[np.ndarray, "times"] = field(default_factory=lambda: np.zeros(0))
    beside: Ranged | None = None
    is_whole: bool = False
    """Whether it is what the others add up to."""


def add_panels(
    figure: StyledFigure, heights: Sequence[int] = (1,), hspace: float = 0.0
) -> list[tuple[Axes, Axes]]:
    """Return the axes of rows of panels: dots on the left, years on the right.

    Args:
        figure: where.
        heights: of the rows of panels, in proportion.
        hspace: between them, as a share of their mean height.
    """
    count = len(heights)
    grid = figure.add_gridspec(
        count,
        2,
        height_ratios=heights,
        width_ratios=[1.25, 1.0],
        left=0.36,
        right=0.97,
        wspace=0.22,
        hspace=hspace,
    )
    return [
        (figure.add_subplot(grid[row, 0]), figure.add_subplot(grid[row, 1]))
        for row in range(count)
    ]


def draw_parts(axes: Axes, parts: Sequence[PartSeries], unit: str) -> None:
    """Draw the parts at the last time, a row each."""
    for row, part in enumerate(parts):
        colour, marker, _ = _look(row, part)
        offset = 0.0 if part.beside is None else _UP
        low, value, high = part.at_end
        axes.hlines(row + offset, low, high, color=colour, linewidth=2)
        axes.plot(value, row + offset, marker, color=colour)
        if part.beside is not None:
            _draw_beside(axes, row + _DOWN, part.beside)
    labels = [
        fill(f"{_SIGNS[row % len(_SIGNS)]} {part.label}", _LETTERS)
        for row, part in enumerate(parts)
    ]
    axes.set_yticks(range(len(parts)), labels)
    axes.tick_params(axis="y", labelcolor=style.TEXT_COLOUR, labelsize=7.5)
    axes.set_ylim(len(parts) - 0.5, -0.5)
    axes.axvline(0.0, color=style.GREY, linewidth=0.9, zorder=0)
    style.format_value_axis(axes.xaxis)
    style.grid_across(axes)
    axes.set_xlabel(unit)


def _draw_beside(axes: Axes, height: float, ranged: Ranged) -> None:
    low, value, high = ranged
    axes.hlines(height, low, high, color=style.OVERLAY, linewidth=0.9)
    axes.plot(
        value,
        height,
        "o",
        markerfacecolor="white",
        markeredgecolor=style.OVERLAY,
        markersize=4.5,
    )


def draw_by_year(
    axes: Axes, parts: Sequence[PartSeries], months: Sequence[Month], unit: str
) -> None:
    """Draw the course of the parts, each with the marker of its row."""
    days = style.dates_on_axis([month.first_day for month in months])
    for row, part in enumerate(parts):
        colour, marker, dashes = _look(row, part)
        axes.plot(
            days,
            part.by_time,
            color=colour,
            marker=marker,
            linestyle=dashes,
            markersize=4.5,
            linewidth=1.3,
        )
    axes.axhline(0.0, color=style.GREY, linewidth=0.9, zorder=0)
    shown = list(zip(days, months, strict=True))[:: -(-len(months) // 7)]
    axes.set_xticks([day for day, _ in shown], [str(month.year) for _, month in shown])
    style.format_value_axis(axes.yaxis)
    axes.set_title(unit, loc="left", size=8, color=style.GREY, weight="normal")


def _look(row: int, part: PartSeries) -> tuple[str, str, Any]:
    """Return the colour, the marker and the dashes of a row."""
    marker = _MARKERS[row % len(_MARKERS)]
    if part.is_whole:
        return style.TEXT_COLOUR, marker, style.DASHES
    return style.PALETTE[row % len(style.PALETTE)], marker, "-"
