"""What figures share: colours and type, the frame, panels in rows, axes and fans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import MONTHLY, AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.domain.months import MONTHS_A_YEAR
from sim.domain.number_format import short, with_minus
from sim.domain.terminal_text import printable
from sim.outcomes import disk
from sim.outcomes.folder_writer import ALT_SUFFIX
from sim.presentation.figure_formats import SVG, formats
from sim.presentation.numbers import counted

TEXT_COLOUR = "#222222"
GREY = "#6e6e6e"
GRID_COLOUR = "#d9d9d9"
ASSUMED = "#f5f4ef"
"""Background of the time for which the law is assumed to go on."""

BASELINE = "#7f7f7f"
OVERLAY = "#444444"
SCENARIO = "#0072b2"
CUT = "#c8102e"
PALETTE = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999")
"""Okabe and Ito's colours, distinguishable by readers of every colour vision."""

DASHES = (0, (4, 3))
"""Of a line for comparison: a median, zero, or the baseline."""

WIDE_BAND, NARROW_BAND = 0.16, 0.30
"""How opaque the 90 % and the 50 % band are."""

HATCH_WIDTH = 0.5
"""Points that the lines of a pattern are wide."""

_PATCH_WIDTH, _PATCH_HEIGHT = 0.24, 0.13
WIDTH = 9.6
"""Inches that most figures are wide."""

DPI = 130
_SMALL, _TEXT, _TITLE = 8.0, 9.0, 13.0
_LEFT, _HEADER_INCHES, _FOOTER_INCHES = 0.07, 1.0, 0.8
_NOTE, _USUAL_LINES, _LINE_INCHES = 7.0, 3, 0.135

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
    "axes.titlelocation": "left",
    "axes.titlesize": _TEXT,
    "axes.titleweight": "bold",
    "grid.color": GRID_COLOUR,
    "grid.linewidth": 0.6,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelsize": _SMALL,
    "ytick.labelsize": _SMALL,
    "ytick.major.size": 0.0,
    "savefig.dpi": DPI,
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "chip-war simulator",
}


class StyledFigure(Figure):
    """A figure that a notebook shows without further ado.

    Attributes:
        alt_text: what it shows, with its numbers, for whoever does not see it.
    """

    alt_text: str = ""

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


def save(figure: StyledFigure, path: Path) -> None:
    """Write a figure, and its alt text beside it as a text file of the same name.

    Fonts have no control characters, and would warn.

    Args:
        figure: the figure.
        path: where; its suffix is that of each format that `saved_as` says.

    Raises:
        WriteError: it cannot be written.
    """
    for text in figure.findobj(Text):
        if not text.get_text().isprintable():
            text.set_text(printable(text.get_text()))
    for name in formats():
        _write(path.with_suffix(f".{name}"), _encoded(figure, name))
    _write(path.with_suffix(ALT_SUFFIX), f"{printable(alt_text(figure))}\n".encode())


def alt_text(figure: StyledFigure) -> str:
    """Return the alt text of a figure; its title and subtitle if it has none."""
    return figure.alt_text or ". ".join(text.get_text() for text in figure.texts[:2])


def as_svg(figure: StyledFigure) -> str:
    """Return a figure as SVG whose text is outlines, the same wherever it is shown."""
    salt = _SETTINGS["svg.hashsalt"]
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": salt}):
        store = StringIO()
        facts = {"Date": None}
        figure.savefig(store, format=SVG, metadata=facts)
    return store.getvalue()


def _encoded(figure: StyledFigure, name: str) -> bytes:
    """Return a figure in a format, the same bytes each time."""
    options: Any = {"pil_kwargs": {"compress_level": 1}}
    if name == SVG:
        facts = {"Title": figure.texts[0].get_text(), "Description": alt_text(figure)}
        options = {"metadata": {**facts, "Date": None}}
    store = BytesIO()
    with figure_style():
        figure.savefig(store, format=name, **options)
    return store.getvalue()


def _write(path: Path, content: bytes) -> None:
    with disk.writing(path):
        disk.write_bytes(path, content)


# --- frame and panels -----------------------------------------------------------------

Legend = Sequence[tuple[str, str]]
"""Words of a legend, and the colour of each."""


def new_figure(
    size: tuple[float, float],
    title: str,
    subtitle: str,
    legend: Legend = (),
    *,
    gap: float = 0.0,
    footnote: str = "",
) -> StyledFigure:
    """Return a figure without axes: title, subtitle, legend and footnote.

    Args:
        size: width and height in inches.
        title: what it shows.
        subtitle: how to read it.
        legend: as many of its words are written as there is room for.
        gap: inches left free below the legend.
        footnote: where the numbers come from.
    """
    figure = StyledFigure(figsize=size, facecolor="white")
    FigureCanvasAgg(figure)
    height = size[1]
    figure.text(_LEFT, 1 - 0.22 / height, title, size=_TITLE, weight="bold", va="top")
    figure.text(_LEFT, 1 - 0.50 / height, subtitle, size=_TEXT, color=GREY, va="top")
    _write_legend(figure, 1 - 0.82 / height, legend)
    note: Any = {"size": _NOTE, "color": GREY, "va": "bottom", "linespacing": 1.35}
    figure.text(_LEFT, 0.12 / height, footnote, **note)
    footer = _FOOTER_INCHES + extra_footer(footnote)
    figure.subplots_adjust(
        left=_LEFT,
        right=0.9,
        top=1 - (_HEADER_INCHES + gap) / height,
        bottom=footer / height,
    )
    return figure


def extra_footer(footnote: str) -> float:
    """Return the inches that a footnote needs beyond those of a usual one."""
    return max(footnote.count("\n") + 1 - _USUAL_LINES, 0) * _LINE_INCHES


def _write_legend(figure: StyledFigure, y: float, legend: Legend) -> None:
    x = _LEFT
    for words, colour in legend:
        text = figure.text(
            x, y, words, size=_SMALL, color=colour, weight="bold", va="baseline"
        )
        x += text.get_window_extent().width / figure.bbox.width
        if x > 1 - _LEFT / 2:
            text.remove()
            return
        x += 0.02


def write_patches(
    figure: StyledFigure, entries: Sequence[tuple[str, str, str]]
) -> None:
    """Write a legend of words, each beside a patch of its colour and pattern.

    Args:
        figure: where.
        entries: words, colour and pattern of each.
    """
    width, height = figure.get_size_inches()
    x, y = _LEFT, 1 - 0.86 / height
    for words, colour, hatch in entries:
        figure.add_artist(
            Rectangle(
                (x, y),
                _PATCH_WIDTH / width,
                _PATCH_HEIGHT / height,
                facecolor=colour,
                edgecolor=TEXT_COLOUR,
                hatch=hatch,
                hatch_linewidth=HATCH_WIDTH,
                linewidth=0.4,
            )
        )
        x += (_PATCH_WIDTH + 0.05) / width
        text = figure.text(x, y, words, size=_SMALL, color=TEXT_COLOUR, va="baseline")
        x += text.get_window_extent().width / figure.bbox.width + 0.016


def source_note(draws: int, seed: int) -> str:
    """Return the beginning of a footnote: where the numbers come from."""
    return f"Chip-war simulator · {counted(draws, 'draw')}, seed {seed}"


@dataclass(frozen=True)
class PanelGrid:
    """Rows of panels: heights in inches, spaces between panels as shares of one."""

    columns: int
    row_height: float
    margins: float
    hspace: float
    wspace: float
    width: float = WIDTH

    def rows(self, count: int) -> int:
        """Return how many rows so many panels need."""
        return -(-count // self.columns)

    def size(self, count: int) -> tuple[float, float]:
        """Return width and height of a figure of so many panels."""
        return self.width, self.margins + self.rows(count) * self.row_height

    def add_to(self, figure: StyledFigure, count: int) -> list[Axes]:
        """Return the axes of so many panels, row by row."""
        grid = figure.add_gridspec(
            self.rows(count), self.columns, hspace=self.hspace, wspace=self.wspace
        )
        places = (divmod(index, self.columns) for index in range(count))
        return [figure.add_subplot(grid[place]) for place in places]


SERIES_GRID = PanelGrid(3, row_height=2.35, margins=2.0, hspace=0.55, wspace=0.36)
"""The grid of figures with a small panel for each series."""


# --- axes -----------------------------------------------------------------------------

_STEPS = (1, 2, 5, 10)
"""What ticks of an axis of numbers may be multiples of."""

_FEWEST_YEARS = 4
"""Years from which on Januaries alone are marked."""

_LONE_MONTH = 15.0
"""Days shown on either side of a month that is the only one."""


def date_on_axis(day: date) -> float:
    """Return where a day stands on an axis of dates."""
    return float(date2num(day))  # type: ignore[no-untyped-call]


def dates_on_axis(days: Iterable[Any]) -> np.ndarray:
    """Return where days, or days as text, stand on an axis of dates."""
    as_dates = np.array(list(days), dtype="datetime64[D]")
    return np.asarray(date2num(as_dates))  # type: ignore[no-untyped-call]


def number_on_axis(value: float, _: object = None) -> str:
    """Return a number beside a tick."""
    return with_minus(short(value))


def show_months(axes: Axes, months: np.ndarray, dates: int = 10) -> None:
    """Let axes reach from the first month to the last, a lone one in the middle.

    Args:
        axes: where.
        months: the months, rising.
        dates: how many dates are marked at most, none if 0; of some years their
            Januaries.
    """
    first, last = dates_on_axis(months[[0, -1]])
    room = _LONE_MONTH if first == last else 0.0
    januaries = [month for month in months.tolist() if month.month == 1]
    if not dates:
        axes.set_xticks([], [])
    elif len(januaries) >= _FEWEST_YEARS:
        shown = januaries[:: -(-len(januaries) // dates)]
        axes.set_xticks(dates_on_axis(shown), [str(month.year) for month in shown])
    axes.set_xlim(first - room, last + room)


def format_value_axis(axis: Axis) -> None:
    """Give an axis of numbers short ones, at few round values."""
    axis.set_major_formatter(FuncFormatter(number_on_axis))
    axis.set_major_locator(MaxNLocator(nbins=5, min_n_ticks=3, steps=_STEPS))


def format_axes(axes: Axes, unit: str, title: str = "", dates: int = 10) -> None:
    """Give axes their unit, at most some dates, short numbers and a title."""
    axes.set_ylabel(unit)
    format_value_axis(axes.yaxis)
    least = 3 if dates > 3 else 2
    locator = AutoDateLocator(minticks=least, maxticks=dates)  # type: ignore[no-untyped-call]
    # With few dates, three years have too many half years and too few Januaries.
    locator.intervald[MONTHLY] = [*locator.intervald[MONTHLY], MONTHS_A_YEAR]
    axes.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(formatter)
    axes.grid(visible=False, axis="x")
    axes.margins(x=0)
    axes.set_title(title)


def draw_fan(
    axes: Axes,
    days: np.ndarray,
    quantiles: Mapping[str, Any] | pd.DataFrame,
    colour: str,
    width: float = 1.4,
) -> None:
    """Draw a median with its 50 % and 90 % bands.

    Args:
        axes: where.
        days: where the values stand on the axis of dates.
        quantiles: values by level, from `p05` to `p95`.
        colour: of all.
        width: of the median's line.
    """
    for low, high, alpha in (("p05", "p95", WIDE_BAND), ("p25", "p75", NARROW_BAND)):
        axes.fill_between(
            days,
            quantiles[low],
            quantiles[high],
            color=colour,
            alpha=alpha,
            linewidth=0,
        )
    dot = "o" if len(days) == 1 else ""
    axes.plot(days, quantiles["p50"], color=colour, linewidth=width, marker=dot)


def write_beside(axes: Axes, height: float, text: str, colour: str) -> Text:
    """Write text right of axes, at a share of their height; return it."""
    return axes.text(
        1.012,
        height,
        text,
        transform=axes.transAxes,
        color=colour,
        size=_SMALL,
        weight="bold",
        va="center",
    )


def write_unit(axes: Axes, unit: str) -> None:
    """Write a unit above the right end of axes."""
    axes.set_title(unit, loc="right", size=7.5, color=GREY, weight="normal")


def grid_across(axes: Axes) -> None:
    """Show grid lines at the values of the horizontal axis alone."""
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")


@dataclass(frozen=True)
class Look:
    """The look of a line: colour, marker, the sign of that in a legend, dashes."""

    colour: str
    marker: str = "o"
    sign: str = "●"
    dashes: Any = "-"
