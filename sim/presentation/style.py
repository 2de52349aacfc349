"""The look that every figure shares: colours, type, axes and footnote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.presentation.numbers import short

TEXT_COLOUR = "#222222"
GREY = "#6e6e6e"
GRID_COLOUR = "#d9d9d9"
ASSUMED = "#f5f4ef"
"""Background of the time for which the law is assumed to go on."""

BASELINE = "#7f7f7f"
OVERLAY = "#444444"
SCENARIO = "#0072b2"
CUT = "#c8102e"
PALETTE = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
"""Okabe and Ito's colours, distinguishable by readers of every colour vision."""

WIDE_BAND, NARROW_BAND = 0.16, 0.30
"""How opaque the 90 % and the 50 % band are."""

DPI = 130
_SMALL, _TEXT, _TITLE = 8.0, 9.0, 13.0
_LEFT, _HEADER_INCHES, _FOOTER_INCHES = 0.07, 1.0, 0.8

_SETTINGS: Any = {
    "font.size": _TEXT,
    "text.color": TEXT_COLOUR,
    "text.parse_math": False,  # a dollar sign is a dollar sign
    "axes.edgecolor": GREY,
    "axes.labelcolor": GREY,
    "axes.labelsize": _SMALL,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": GRID_COLOUR,
    "grid.linewidth": 0.6,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelsize": _SMALL,
    "ytick.labelsize": _SMALL,
    "ytick.major.size": 0.0,
    "savefig.dpi": DPI,
}


class StyledFigure(Figure):
    """A figure that a notebook shows without further ado."""

    def _repr_png_(self) -> bytes:
        store = BytesIO()
        with figure_style():
            self.savefig(store, format="png")
        return store.getvalue()


@contextmanager
def figure_style() -> Iterator[None]:
    """Draw in the project's style, whatever the reader's own settings are."""
    with mpl.rc_context():
        mpl.rcParams.update(mpl.rcParamsDefault)
        mpl.rcParams.update(_SETTINGS)
        yield


def new_figure(width: float, height: float) -> StyledFigure:
    """Return an empty figure of a size in inches."""
    figure = StyledFigure(figsize=(width, height), facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def write_header(
    figure: StyledFigure,
    title: str,
    subtitle: str,
    legend: Sequence[tuple[str, str]] = (),
    gap: float = 0.0,
) -> None:
    """Write title, subtitle and a legend of coloured words above the axes.

    Args:
        figure: the figure.
        title: what it shows.
        subtitle: how to read it.
        legend: words and their colours.
        gap: inches left free below the legend.
    """
    height = figure.get_figheight()
    figure.text(_LEFT, 1 - 0.22 / height, title, size=_TITLE, weight="bold", va="top")
    figure.text(_LEFT, 1 - 0.50 / height, subtitle, size=_TEXT, color=GREY, va="top")
    write_legend(figure, 1 - 0.82 / height, legend)
    figure.subplots_adjust(
        left=_LEFT,
        right=0.9,
        top=1 - (_HEADER_INCHES + gap) / height,
        bottom=_FOOTER_INCHES / height,
    )


def write_legend(
    figure: StyledFigure, y: float, key: Sequence[tuple[str, str]]
) -> None:
    """Write words in their colours beside one another, as many as there is room for."""
    x = _LEFT
    for words, colour in key:
        text = figure.text(
            x, y, words, size=_SMALL, color=colour, weight="bold", va="baseline"
        )
        x += text.get_window_extent().width / figure.bbox.width
        if x > 1 - _LEFT / 2:
            text.remove()
            return
        x += 0.02


def write_footnote(figure: StyledFigure, text: str) -> None:
    """Write where the numbers come from below the axes."""
    at = 0.12 / figure.get_figheight()
    figure.text(_LEFT, at, text, size=7, color=GREY, va="bottom", linespacing=1.35)


def date_on_axis(day: date) -> float:
    """Return where a day stands on an axis of dates."""
    return float(date2num(day))  # type: ignore[no-untyped-call]


def dates_on_axis(days: np.ndarray) -> np.ndarray:
    """Return where days stand on an axis of dates."""
    return np.asarray(date2num(days))  # type: ignore[no-untyped-call]


def format_axes(axes: Axes, unit: str, title: str = "", dates: int = 10) -> None:
    """Give axes their unit, at most some dates, short numbers and a title."""
    axes.set_ylabel(unit)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, min_n_ticks=3))
    locator = AutoDateLocator(minticks=3, maxticks=dates)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(formatter)
    axes.grid(visible=False, axis="x")
    axes.margins(x=0)
    if title:
        axes.set_title(title, loc="left", size=_TEXT, weight="bold", pad=6)
