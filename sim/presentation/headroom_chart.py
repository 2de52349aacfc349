"""Chips against each vintage of the chip rule: what passes, and by how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

from sim.policy.field_types import ChipTest
from sim.policy.headroom import ChipHeadroom, RuleVintage
from sim.presentation import style
from sim.presentation.names import spaced

TABLE = "headroom.csv"
"""The table of the figure."""

ATTRIBUTES = {
    "tpp": "TPP",
    "performance_density": "density",
    "interconnect": "links",
    "memory_bandwidth": "memory",
    "bandwidth_sum": "memory + links",
}
"""Short names of what is limited."""

UNITS = {
    "tpp": "TPP",
    "performance_density": "TPP per mm2",
    "interconnect": "GB/s",
    "memory_bandwidth": "GB/s",
    "bandwidth_sum": "GB/s",
}
"""Units of the same."""

FREE, IN_PART, DENIED = "free", "licensed in part", "denied"
"""What the rule says to a chip."""


@dataclass(frozen=True)
class VerdictLook:
    """How a verdict is drawn, distinguished without colours too."""

    marker: str
    colour: str
    filled: str


_LOOKS: Mapping[str, VerdictLook] = {
    FREE: VerdictLook("o", style.SCENARIO, "none"),
    IN_PART: VerdictLook("D", style.PALETTE[1], "left"),
    DENIED: VerdictLook("s", style.CUT, "full"),
}

_SIGNS = {FREE: "○", IN_PART: "◆", DENIED: "■"}
_COLUMNS = 3
_ROW, _TEXT_LINE, _SCALE, _HEADER, _FOOTER = 0.2, 0.125, 0.45, 1.0, 0.55
"""Inches: a row, a line above a panel, the scale below it, and around all."""

_LEFT, _RIGHT, _BETWEEN = 0.105, 0.985, 0.06
"""Ends of the panels as shares of the figure's width, and the space between two."""

_TICKS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
_ROOM, _TEXT_ROOM = 1.35, 3.5
"""How far, as factors, the axis goes beyond the values; on the right is text."""


def verdict(chip: ChipHeadroom) -> str:
    """Return whether a chip is free, licensed in part or denied."""
    if chip.licence >= 1.0:
        return FREE
    return IN_PART if chip.licence > 0.0 else DENIED


def headroom_table(vintages: Sequence[RuleVintage]) -> pd.DataFrame:
    """Return a row for each chip under each vintage, with the limit that decides."""
    return pd.DataFrame(
        {
            "since": vintage.since,
            "chip": chip.chip,
            "designer": chip.designer,
            "verdict": verdict(chip),
            "licence": chip.licence,
            **_limit_cells(chip),
        }
        for vintage in vintages
        for chip in vintage.chips
    )


def _limit_cells(chip: ChipHeadroom) -> dict[str, Any]:
    nearest = chip.nearest
    if nearest is None:
        names = ("instrument", "attribute", "unit", "value", "limit", "ratio")
        return dict.fromkeys(names)
    return {
        "instrument": nearest.instrument,
        "attribute": nearest.attribute,
        "unit": UNITS[nearest.attribute],
        "value": nearest.value,
        "limit": nearest.limit,
        "ratio": nearest.ratio,
    }


@style.figure_style()
def headroom_figure(
    vintages: Sequence[RuleVintage], law: str, makers: Mapping[str, str]
) -> style.StyledFigure:
    """Return a panel for each vintage of the rule, with a row for each chip.

    Args:
        vintages: one or more.
        law: name of the scenario whose law it is.
        makers: names of designers by id.
    """
    headings = [_heading(vintage) for vintage in vintages]
    names = [
        f"{makers.get(x.designer, x.designer)} {x.chip}" for x in vintages[0].chips
    ]
    inches = _ROW * len(names)
    above = [
        _TEXT_LINE * (max(map(len, headings[first : first + _COLUMNS])) + 1)
        for first in range(0, len(headings), _COLUMNS)
    ]
    height = _HEADER + sum(above) + len(above) * (inches + _SCALE) + _FOOTER
    figure = style.new_figure(
        (style.WIDTH, height),
        f"Chips against each vintage of the chip rule on China ({spaced(law)})",
        "each chip as a multiple of the limit that decides (1: just caught), on a "
        "logarithmic scale, whether or not it was sold yet",
        [(f"{_SIGNS[name]} {name}", look.colour) for name, look in _LOOKS.items()],
        footnote="Chip-war simulator · buyers in China that no law names; the "
        "importer's gate is left out. A chip is caught by reaching all limits of a "
        "line.\n* of chips for data centres. TPP: total processing performance; "
        "density: TPP per mm2; links and memory in GB/s. "
        f"{TABLE} has all numbers.",
    )
    width = (_RIGHT - _LEFT - (_COLUMNS - 1) * _BETWEEN) / _COLUMNS
    limits = _axis_limits(vintages)
    for number, (vintage, lines) in enumerate(zip(vintages, headings, strict=True)):
        row, column = divmod(number, _COLUMNS)
        top = height - _HEADER - sum(above[: row + 1]) - row * (inches + _SCALE)
        left = _LEFT + column * (width + _BETWEEN)
        axes = figure.add_axes((left, (top - inches) / height, width, inches / height))
        _draw_panel(axes, vintage, limits)
        shown = names if column == 0 else [""] * len(names)
        axes.set_yticks(range(len(names)), shown, size=7.0)
        axes.tick_params(axis="y", labelcolor=style.TEXT_COLOUR)
        _write_heading(axes, lines, above[row], inches)
    figure.alt_text = headroom_in_words(vintages, law)
    return figure


def _write_heading(
    axes: Axes, lines: Sequence[str], above: float, inches: float
) -> None:
    """Write lines above axes from the top of their room down, the first one bold.

    Args:
        axes: where.
        lines: what is written.
        above: inches of room above the axes.
        inches: that the axes are high.
    """
    for number, line in enumerate(lines):
        height = 1.0 + (above - number * _TEXT_LINE) / inches
        axes.text(
            *(0.0, height, line),
            transform=axes.transAxes,
            size=6.4 if number else 8.0,
            weight="normal" if number else "bold",
            va="top",
        )


def _heading(vintage: RuleVintage) -> list[str]:
    """Return day, tests and limits of the licences of a vintage, a line each."""
    tests = dict.fromkeys(_in_words(test, "≥") for _, test in vintage.tests)
    licensed = dict.fromkeys(
        f"licences: {_in_words(limits, '<')}"
        for _, limits in vintage.licensed
        if any(name in ATTRIBUTES for name in limits)
    )
    return [f"from {vintage.since}", *tests, *licensed]


def _in_words(limits: ChipTest, sign: str) -> str:
    parts = [
        f"{ATTRIBUTES[name]} {sign} {float(np.min(limit)):g}"
        for name, limit in limits.items()
        if name in ATTRIBUTES
    ]
    return ", ".join(parts) + ("*" if "data_centre" in limits else "")


def _axis_limits(vintages: Sequence[RuleVintage]) -> tuple[float, float]:
    ratios = [chip.ratio for each in vintages for chip in each.chips if chip.nearest]
    low, high = min([0.5, *ratios]), max([2.0, *ratios])
    return low / _ROOM, high * _TEXT_ROOM


def _draw_panel(axes: Axes, vintage: RuleVintage, limits: tuple[float, float]) -> None:
    axes.set_xscale("log")
    axes.set_xlim(limits)
    axes.set_ylim(len(vintage.chips) - 0.5, -0.5)
    axes.axvline(1.0, color=style.TEXT_COLOUR, linewidth=1.0)
    for row, chip in enumerate(vintage.chips):
        if chip.nearest is not None:
            _draw_chip(axes, row, chip)
    ticks = [tick for tick in _TICKS if limits[0] <= tick <= limits[1]]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_major_formatter(style.number_on_axis)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    style.grid_across(axes)


def _draw_chip(axes: Axes, row: int, chip: ChipHeadroom) -> None:
    """Draw how far a chip is from the limit, and write which limit that is."""
    assert chip.nearest is not None
    look = _LOOKS[verdict(chip)]
    axes.plot([1.0, chip.ratio], [row, row], color=look.colour, linewidth=1.1)
    axes.plot(
        [chip.ratio],
        [row],
        marker=look.marker,
        markersize=5.0,
        color=look.colour,
        markerfacecolor="white" if look.filled == "none" else look.colour,
        markerfacecoloralt="white",
        fillstyle="full" if look.filled == "none" else look.filled,
    )
    axes.annotate(
        f"{_ratio_text(chip.ratio)} {ATTRIBUTES[chip.nearest.attribute]}",
        (max(chip.ratio, 1.0), row),
        xytext=(5, 0),
        textcoords="offset points",
        size=6.2,
        va="center",
        color=style.TEXT_COLOUR,
    )


def _ratio_text(ratio: float) -> str:
    """Return a ratio so that one just below a limit does not read as at it.

    Example:
        >>> _ratio_text(0.998), _ratio_text(14.06)
        ('0.998', '14.1')
    """
    digits = 3 if 0.995 <= ratio < 1.0 else 2
    return f"{ratio:.{digits}f}" if ratio < 10.0 else f"{ratio:.3g}"


def headroom_in_words(vintages: Sequence[RuleVintage], law: str) -> str:
    """Return in words what passes under each vintage, and what only just does."""
    sentences = [_vintage_in_words(vintage) for vintage in vintages]
    return (
        f"Chart of {len(vintages[0].chips)} chips under {len(vintages)} vintages of "
        f"the chip rule on China ({spaced(law)}). {' '.join(sentences)}"
    )


def _vintage_in_words(vintage: RuleVintage) -> str:
    counted = {
        name: sum(verdict(chip) == name for chip in vintage.chips) for name in _LOOKS
    }
    passing = [chip for chip in vintage.chips if verdict(chip) == FREE and chip.nearest]
    words = ", ".join(f"{count} {name}" for name, count in counted.items() if count)
    if not passing:
        return f"From {vintage.since}: {words}."
    last = max(passing, key=lambda chip: chip.ratio)
    assert last.nearest is not None
    return (
        f"From {vintage.since}: {words}; of the free, {last.chip} comes nearest, at "
        f"{last.ratio:.2g} of the limit on {ATTRIBUTES[last.nearest.attribute]}."
    )
