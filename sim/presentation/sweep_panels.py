"""Axes of a sweep: settings as readers know them, and panels of one kind each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, TwoSlopeNorm
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.domain.array_types import Float64
from sim.outcomes.quantiles import HEADLINE_LEVELS
from sim.presentation.names import capitalised, spaced
from sim.presentation.numbers import axis_number, short_number
from sim.presentation.style import (
    BASELINE,
    PALETTE,
    SCENARIO,
    TEXT_COLOUR,
    WIDE_BAND,
    Look,
    dates_on_axis,
)

Spreads = Float64[np.ndarray, "levels points"]
"""Quantiles (5, 50, 95 %) in a row each, a column for each point."""


_MARKERS, _SIGNS = "os^Dv*P", "●■▲◆▼★✚"
_DASHES = ("-", (0, (5, 2)), (0, (1, 1.5)), "-.", (0, (8, 3)), (0, (3, 1, 1, 1)), "-")

_LETTERS, _FEW_LETTERS = 52, 34
_DATES, _FEW_DATES = 6, 3
_STEPS = (1, 2, 2.5, 5, 10)
_FLAT = 1e-3
"""Differences of less than this share of a level are none to the eye."""

_MOST_TICKS = 9
_MOST_WORDS = 5
"""Cells along an axis up to which each holds its number."""

_BINS = 12
_FEW = 24
_MOST_DOTS = 3000
DIVERGING, RISING = "RdBu_r", "viridis"
_DOT = 13


@dataclass(frozen=True)
class SweptSetting:
    """A swept setting, as a figure shows it.

    Attributes:
        name: its key.
        meaning: what it is, in words.
        kind: ``number``, ``date`` or ``choice``.
        values: what it takes, rising.
    """

    name: str
    meaning: str
    kind: str
    values: tuple[Any, ...]

    @property
    def is_choice(self) -> bool:
        """Whether its values have no distance between them."""
        return self.kind == "choice"

    @property
    def label(self) -> str:
        """What a level axis says."""
        return fill(self.meaning, _LETTERS)

    @property
    def label_upright(self) -> str:
        """The same beside an upright axis."""
        return fill(self.meaning, _FEW_LETTERS)

    @property
    def short(self) -> str:
        """A few words for it."""
        return readable_key(self.name)

    def positions(self, values: pd.Series[Any]) -> np.ndarray:
        """Return the positions of values on an axis."""
        if self.kind == "date":
            return dates_on_axis(values.to_numpy().astype("datetime64[D]"))
        if self.is_choice:
            return values.astype(str).map(self.values.index).to_numpy(float)
        return values.to_numpy(float)

    def label_of(self, value: Any) -> str:
        """Return a value as a label gives it."""
        if self.kind == "date":
            return f"{value:%Y-%m}" if value.day == 1 else f"{value:%Y-%m-%d}"
        return spaced(str(value)) if self.is_choice else short_number(value)


def swept_setting(
    name: str, values: pd.Series[Any], meaning: str | None
) -> SweptSetting:
    """Return a setting from its key and the values that it takes."""
    present = values.dropna()
    title = capitalised(meaning or readable_key(name))
    kind = {"M": "date", "i": "number", "f": "number"}.get(present.dtype.kind)
    if kind is None:
        known = dict.fromkeys(present.astype(str))
        return SweptSetting(name, title, "choice", tuple(known))
    return SweptSetting(name, title, kind, tuple(sorted(present.unique().tolist())))


def readable_key(name: str) -> str:
    """Return the last words of a key, the first of them only where one says little.

    Example:
        >>> readable_key("assumptions.service.grey_market_parts_coverage")
        'grey market parts coverage'
        >>> readable_key("scenario.regime.add.service_ban.effective")
        'service ban effective'
    """
    parts = spaced(name).split(".")
    last = parts[-1]
    return f"{parts[-2]} {last}" if len(parts) > 1 and " " not in last else last


def format_value_axis(axes: Axes, *, level: bool = False) -> None:
    """Give the axis of values short numbers that can be distinguished."""
    axis = axes.xaxis if level else axes.yaxis
    limits = axes.get_xlim if level else axes.get_ylim
    axis.set_major_formatter(lambda value, _: axis_number(value, *limits()))
    axis.set_major_locator(MaxNLocator(nbins=5, min_n_ticks=3, steps=_STEPS))


def format_setting_axis(
    axes: Axes, setting: SweptSetting, *, upright: bool = False, narrow: bool = False
) -> None:
    """Give an axis the values of a setting and its meaning, dates as dates."""
    axis = axes.yaxis if upright else axes.xaxis
    letters = _FEW_LETTERS if upright or narrow else _LETTERS
    axis.set_label_text(fill(setting.meaning, letters))
    if setting.kind == "date":
        days = dates_to_mark(setting.values, _FEW_DATES if narrow else _DATES)
        labels = [setting.label_of(day) for day in days]
        axis.set_ticks(dates_on_axis(np.array(days, dtype="datetime64[D]")), labels)
    elif setting.is_choice:
        _mark_choices(axes, setting, upright=upright, narrow=narrow)
    else:
        axis.set_major_formatter(FuncFormatter(lambda value, _: short_number(value)))
        bins = 4 if narrow else 6
        axis.set_major_locator(MaxNLocator(nbins=bins, min_n_ticks=3, steps=_STEPS))


def dates_to_mark(days: Sequence[Any], most: int) -> list[Any]:
    """Return some dates of many, evenly from the first to the last."""
    if len(days) <= most:
        return list(days)
    chosen = np.linspace(0, len(days) - 1, most).round().astype(int)
    return [days[index] for index in chosen]


def _mark_choices(
    axes: Axes, setting: SweptSetting, *, upright: bool, narrow: bool
) -> None:
    axis = axes.yaxis if upright else axes.xaxis
    labels = [setting.label_of(value) for value in setting.values]
    count = len(labels)
    limits = (-0.5, count - 0.5)
    if upright:
        axis.set_ticks(range(count), [fill(label, 22) for label in labels])
        axes.set_ylim(limits[::-1])
        return
    room = (_FEW_LETTERS if narrow else _LETTERS) // count
    longest = max(len(part) for label in labels for part in label.split())
    if longest <= room:
        axis.set_ticks(range(count), [fill(label, room) for label in labels])
    else:
        turned: Any = {"rotation": 25, "ha": "right", "rotation_mode": "anchor"}
        axis.set_ticks(range(count), labels, **turned)
    axes.set_xlim(limits)


def draw_band(
    axes: Axes, at: np.ndarray, levels: Spreads, look: Look, *, band: bool = True
) -> None:
    """Draw a median over a setting, with the band of nine draws in ten."""
    low, middle, high = levels
    if band and np.any(low < high):
        axes.fill_between(
            at, low, high, color=look.colour, alpha=WIDE_BAND, linewidth=0
        )
    axes.plot(
        at,
        middle,
        color=look.colour,
        linewidth=1.8,
        linestyle=look.dashes,
        marker=look.marker if len(at) <= _FEW else None,
        markersize=4.5,
    )


def draw_ranges(axes: Axes, at: np.ndarray, levels: Spreads, colour: str) -> None:
    """Draw a median and a range on a line of each choice."""
    low, middle, high = levels
    axes.hlines(at, low, high, color=colour, linewidth=2.2, alpha=0.45)
    axes.plot(middle, at, "o", color=colour, markersize=5)


def draw_heat_map(
    axes: Axes,
    across: SweptSetting,
    up: SweptSetting,
    values: Mapping[tuple[Any, Any], float],
    norm: Normalize,
) -> Any:
    """Draw a value for each pair of settings as a coloured cell."""
    cells = np.full((len(up.values), len(across.values)), np.nan)
    for (x, y), value in values.items():
        cells[up.values.index(y), across.values.index(x)] = value
    image = axes.imshow(
        cells, origin="lower", aspect="auto", cmap=_colours(norm), norm=norm
    )
    axes.grid(visible=False)
    for setting, axis in ((across, axes.xaxis), (up, axes.yaxis)):
        ticks = _ticks(len(setting.values))
        labels = [setting.label_of(setting.values[index]) for index in ticks]
        axis.set_ticks(ticks, [fill(label, 14) for label in labels])
    if max(cells.shape) <= _MOST_WORDS:
        _write_cells(axes, cells, norm)
    return image


def draw_dots(
    axes: Axes, at: tuple[np.ndarray, np.ndarray], values: np.ndarray, norm: Normalize
) -> Any:
    """Draw a coloured dot for each point at the values of two settings."""
    return axes.scatter(
        *at, c=values, cmap=_colours(norm), norm=norm, s=_DOT, linewidths=0
    )


def draw_scatter(
    axes: Axes, setting: SweptSetting, at: np.ndarray, values: np.ndarray
) -> None:
    """Draw each point at one setting's value, and the running median of them."""
    step = max(len(at) // _MOST_DOTS, 1)
    x, y = at[::step], values[::step]
    axes.plot(
        x + _jitter(len(x), setting),
        y,
        "o",
        color=SCENARIO,
        alpha=max(0.12, min(0.55, 60 / len(x))),
        markersize=2.6,
        markeredgewidth=0,
        rasterized=True,
    )
    middle = running_median(at, values, steps=len(setting.values))
    if setting.is_choice:
        for position, value in middle:
            axes.hlines(
                value, position - 0.32, position + 0.32, color=TEXT_COLOUR, linewidth=2
            )
    else:
        axes.plot(*zip(*middle, strict=True), color=TEXT_COLOUR, linewidth=2)


def running_median(
    at: np.ndarray, values: np.ndarray, steps: int
) -> list[tuple[float, float]]:
    """Return the median over points near a value, from one end to the other.

    Where there are few values, over the points of each; else over equal shares.
    """
    if steps <= _BINS:
        return [(x, float(np.median(values[at == x]))) for x in np.unique(at).tolist()]
    order = np.argsort(at, kind="stable")
    return [
        (float(np.median(at[share])), float(np.median(values[share])))
        for share in np.array_split(order, min(_BINS, len(order)))
    ]


def colour_scale(values: np.ndarray, *, signed: bool) -> Normalize:
    """Return a scale of colours: of differences one that is white at zero."""
    known = values[np.isfinite(values)]
    if not signed:
        low, high = (known.min(), known.max()) if known.size else (0.0, 1.0)
        least = _FLAT * max(abs(low), abs(high)) or 1.0
        return Normalize(low, max(high, low + least))
    most = float(np.abs(known).max()) if known.size else 0.0
    most = most or 1.0
    return TwoSlopeNorm(0.0, -most, most)


def quantiles_of_side(rows: pd.DataFrame, side: str, scale: float) -> Spreads:
    """Return quantiles of one side of a table."""
    return np.array(
        [rows[f"{side}_{level}"].to_numpy(float) * scale for level in HEADLINE_LEVELS]
    )


def looks(values: Sequence[Any]) -> Mapping[Any, Look]:
    """Return how the line of each choice looks: distinguished without colours too."""
    ways = zip(PALETTE, _MARKERS, _SIGNS, _DASHES, strict=True)
    return dict(zip(values, (Look(*way) for way in ways), strict=False))


def mark_zero(axes: Axes, *, upright: bool = False) -> None:
    """Draw where there is no difference."""
    (axes.axvline if upright else axes.axhline)(
        0.0, color=BASELINE, linewidth=1.2, zorder=1
    )


def _colours(norm: Normalize) -> str:
    return DIVERGING if isinstance(norm, TwoSlopeNorm) else RISING


def _ticks(count: int) -> list[int]:
    """Return the indices of few values of many, from the first in even steps."""
    step = -(-count // _MOST_TICKS)
    return list(range(0, count, step))


def _write_cells(axes: Axes, cells: np.ndarray, norm: Normalize) -> None:
    for (row, column), value in np.ndenumerate(cells):
        if not np.isfinite(value):
            continue
        share = float(norm(value))
        dark = abs(share - 0.5) > 0.3 if isinstance(norm, TwoSlopeNorm) else share < 0.6
        axes.text(
            column,
            row,
            _cell_number(value, norm),
            ha="center",
            va="center",
            size=7.5,
            color="white" if dark else TEXT_COLOUR,
        )


def _cell_number(value: float, norm: Normalize) -> str:
    """Return the number in a cell; a difference has its sign."""
    number = axis_number(value, float(norm.vmin or 0.0), float(norm.vmax or 0.0))
    return f"+{number}" if isinstance(norm, TwoSlopeNorm) and value > 0.0 else number


def _jitter(count: int, setting: SweptSetting) -> np.ndarray:
    """Return small shifts, the same each time, that separate the dots of a choice."""
    if not setting.is_choice:
        return np.zeros(count)
    return (np.arange(count) * 0.618034 % 1.0 - 0.5) * 0.5
