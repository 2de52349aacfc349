"""Fans of the hindcast: what was held possible of every series, and what was seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from sim.domain.months import Month
from sim.experiments.hindcast.predictive import CARRIED, MODEL
from sim.experiments.hindcast.rivals import DRIFT, PERSISTENCE
from sim.experiments.hindcast.scoreboard import BANDS, CALIBRATION, TEST
from sim.presentation.hindcast import names
from sim.presentation.numbers import reader_unit
from sim.presentation.style import (
    BASELINE,
    CUT,
    GREY,
    NARROW_BAND,
    SCENARIO,
    TEXT_COLOUR,
    WIDE_BAND,
    StyledFigure,
    date_on_axis,
    figure_style,
    format_axes,
    new_figure,
    write_footnote,
    write_header,
)

ENOUGH = 4
"""Periods from which on bands are joined to a fan; fewer are bars of their own."""

_ALONE = 3
"""Series from which on a family has a figure of its own."""

_COLUMNS = 3
_WIDTH, _PANEL, _MARGINS = 9.6, 2.35, 2.0
_DATES = 6
_TITLE = 34
_BY_POWERS = {"FLOP"}
"""Units whose values spread over powers of ten."""


@dataclass(frozen=True)
class Sheet:
    """A figure: its name, its title, and the periods that it shows."""

    name: str
    title: str
    rows: pd.DataFrame


def sheets(periods: pd.DataFrame) -> Iterator[Sheet]:
    """Yield a figure for each family, one for all that have few series."""
    few = []
    for name, rows in periods.groupby("family", sort=False):
        if len(rows.groupby(["measure", "actor"])) >= _ALONE:
            yield Sheet(f"fans_{name}", names.family(str(name)), rows)
        else:
            few.append(rows)
    if few:
        yield Sheet("fans_others", "Other series", pd.concat(few))


def fan_sheet(sheet: Sheet, vintage: Month, draws: int) -> StyledFigure:
    """Return a figure of fans, a panel for each series.

    Args:
        sheet: what it shows.
        vintage: the last month of the past.
        draws: how many were lived.
    """
    groups = list(sheet.rows.groupby(["measure", "actor"], sort=False))
    lines = -(-len(groups) // _COLUMNS)
    with figure_style():
        drawn = new_figure(_WIDTH, _MARGINS + lines * _PANEL)
        write_header(
            drawn,
            f"{sheet.title}: hindcast and what was seen",
            "Bands hold 50 and 90 % of what was held possible; filled dots were known "
            "to the fit, open ones were not",
            [
                ("model", BASELINE),
                ("what it left over carried forward", SCENARIO),
                ("seen", TEXT_COLOUR),
                ("seen outside 90 %", CUT),
                ("persistence - -  drift ··", GREY),
            ],
            gap=0.25,
        )
        grid = drawn.add_gridspec(lines, _COLUMNS, hspace=0.55, wspace=0.36)
        first, last = _days(sheet.rows, "start").min(), _days(sheet.rows, "end").max()
        ahead = date_on_axis((vintage + _AHEAD).last_day)
        for place, ((measure, actor), rows) in enumerate(groups):
            axes = drawn.add_subplot(grid[place // _COLUMNS, place % _COLUMNS])
            _panel(axes, names.series(str(measure), str(actor)), rows, vintage)
            axes.set_xlim(min(first, _EARLIEST), max(last, ahead) + _ROOM)
        write_footnote(
            drawn,
            f"{draws:,} draws; each period stands at its end, amounts by month. The "
            f"dotted line marks {vintage}: what came later was used for neither band.",
        )
    return drawn


def _panel(axes: Axes, title: str, rows: pd.DataFrame, vintage: Month) -> None:
    is_flow = rows["kind"].iloc[0] == "flow"
    unit, factor = reader_unit(str(rows["unit"].iloc[0]) + " a month" * bool(is_flow))
    rows = _by_month(rows) if is_flow else rows
    format_axes(axes, unit, fill(title, _TITLE), _DATES)
    axes.xaxis_date()
    model = rows[rows["variant"] == MODEL]
    carried = rows[rows["variant"] == CARRIED]
    ahead = carried[carried["part"] == TEST]
    _bands(axes, model, factor, BASELINE, len(model) >= ENOUGH)
    known = carried[carried["part"] == CALIBRATION]
    if len(ahead):
        joined = len(model) >= ENOUGH
        _bands(axes, _from_the_last(known, ahead, joined), factor, SCENARIO, joined)
        _rivals(axes, known, ahead, factor)
    _dots(axes, pd.concat([model[model["part"] == CALIBRATION], ahead]), factor)
    axes.axvline(
        date_on_axis(vintage.last_day), color=GREY, linewidth=0.8, linestyle=":"
    )
    axes.margins(y=0.08)
    if unit in _BY_POWERS:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(numticks=5))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0e}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
    elif rows["p05"].min() >= 0.0:
        axes.set_ylim(bottom=0.0)


def _by_month(rows: pd.DataFrame) -> pd.DataFrame:
    """Return amounts by month, so that a half year can be set beside a year."""
    starts, ends = (rows[name].map(Month.parse) for name in ("start", "end"))
    months = np.array(
        [end - start + 1 for start, end in zip(starts, ends, strict=True)]
    )
    amounts = [*BANDS, "observed", PERSISTENCE, DRIFT]
    return rows.assign(**{name: rows[name] / months for name in amounts})


def _from_the_last(
    known: pd.DataFrame, ahead: pd.DataFrame, joined: bool
) -> pd.DataFrame:
    """Return periods ahead, as a fan that opens at what was last seen."""
    if not joined or not len(known):
        return ahead
    point = known.iloc[[-1]].copy()
    for name in BANDS:
        point[name] = point["observed"]
    return pd.concat([point, ahead])


def _bands(
    axes: Axes, rows: pd.DataFrame, factor: float, colour: str, joined: bool
) -> None:
    days = _days(rows, "end")
    levels = {name: factor * rows[name].to_numpy() for name in BANDS}
    if joined:
        for low, high, alpha in (
            ("p05", "p95", WIDE_BAND),
            ("p25", "p75", NARROW_BAND),
        ):
            axes.fill_between(
                days, levels[low], levels[high], color=colour, alpha=alpha, linewidth=0
            )
        axes.plot(days, levels["p50"], color=colour, linewidth=1.4)
        return
    days = days + (_ASIDE if colour == SCENARIO else 0.0)
    axes.vlines(days, levels["p05"], levels["p95"], color=colour, linewidth=1.4)
    axes.vlines(days, levels["p25"], levels["p75"], color=colour, linewidth=4.0)


_EARLIEST = date_on_axis(date(2022, 1, 1))
_AHEAD = 6
"""Months after the vintage that every panel shows, whatever was seen."""

_ROOM = 40.0
"""Days left free at the right."""

_ASIDE = 22.0
"""Days by which the second of two bars stands aside."""


def _rivals(
    axes: Axes, known: pd.DataFrame, ahead: pd.DataFrame, factor: float
) -> None:
    """Draw the bare rivals from what was last seen on."""
    for rival, style in ((PERSISTENCE, (0, (4, 3))), (DRIFT, (0, (1, 1.5)))):
        values = ahead[rival].to_numpy()
        if not len(known) or np.isnan(values).any():
            continue
        days, last = _days(ahead, "end"), _days(known.iloc[[-1]], "end")
        axes.plot(
            np.concatenate([last, days]),
            factor * np.concatenate([known["observed"].to_numpy()[-1:], values]),
            color=GREY,
            linewidth=0.9,
            linestyle=style,
        )


def _dots(axes: Axes, rows: pd.DataFrame, factor: float) -> None:
    """Draw what was seen: filled if the fit knew it, red if outside the 90 % band."""
    for (part, held), some in rows.groupby(["part", "inside_90"]):
        colour = TEXT_COLOUR if held is True or held == np.True_ else CUT
        axes.plot(
            _days(some, "end"),
            factor * some["observed"].to_numpy(),
            linestyle="",
            marker="o",
            markersize=3.6,
            color=colour,
            markerfacecolor=colour if part == CALIBRATION else "white",
            zorder=4,
        )


def _days(rows: pd.DataFrame, column: str) -> np.ndarray:
    """Return where days stand on the axis."""
    days: Sequence[str] = rows[column].tolist()
    return np.array([date_on_axis(date.fromisoformat(day)) for day in days])
