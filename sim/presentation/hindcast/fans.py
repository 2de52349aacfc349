"""Fans of the hindcast: predictions and observations of every series."""

from __future__ import annotations

from collections.abc import Iterator
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
from sim.experiments.hindcast.scoreboard import CALIBRATION, TEST
from sim.outcomes.quantiles import LEVELS
from sim.presentation import names, style
from sim.presentation.numbers import reader_unit

_FEWEST_JOINED = 4
"""Periods from which on bands are joined to a fan; fewer are bars of their own."""

_FEWEST_SERIES = 3
"""Series from which on a family has a figure of its own."""

_DATES = 6
_TITLE = 34
_BY_POWERS = {"FLOP"}
"""Units whose values spread over powers of ten."""

_EARLIEST = style.date_on_axis(date(2022, 1, 1))
_AHEAD = 6
"""Months after the vintage that every panel shows, whatever was observed."""

_ROOM = 40.0
"""Days left free at the right."""

_ASIDE = 22.0
"""Days by which the second of two bars is moved aside."""


@dataclass(frozen=True)
class SeriesFanFigure:
    """A figure: its name, its title, and the scored periods that it shows."""

    name: str
    title: str
    periods: pd.DataFrame


def fan_figures(periods: pd.DataFrame) -> Iterator[SeriesFanFigure]:
    """Yield a figure for each family, one for all that have few series."""
    small_families = []
    for name, rows in periods.groupby("family", sort=False):
        if len(rows.groupby(["measure", "actor"])) >= _FEWEST_SERIES:
            yield SeriesFanFigure(f"fans_{name}", names.family_title(str(name)), rows)
        else:
            small_families.append(rows)
    if small_families:
        yield SeriesFanFigure("fans_others", "Other series", pd.concat(small_families))


_LEGEND = (
    ("model", style.BASELINE),
    ("its discrepancy carried forward", style.SCENARIO),
    ("observed", style.TEXT_COLOUR),
    ("observed outside 90 %", style.CUT),
    ("persistence - -  drift ··", style.GREY),
)


@style.figure_style()
def draw_fan_figure(
    fans: SeriesFanFigure, vintage: Month, draws: int
) -> style.StyledFigure:
    """Return fans, a panel for each series; the past ends with the vintage."""
    groups = list(fans.periods.groupby(["measure", "actor"], sort=False))
    figure = style.new_figure(
        style.SERIES_GRID.size(len(groups)),
        f"{fans.title}: hindcast and observations",
        "Bands are the central 50 and 90 % of predictions; filled dots were known "
        "to the fit, open ones were not",
        _LEGEND,
        gap=0.25,
        footnote=f"{draws:,} draws; each period is drawn at its end, amounts by month. "
        f"The dotted line marks {vintage}: what came later was used for neither "
        "band.",
    )
    starts, ends = (
        style.dates_on_axis(fans.periods[name]) for name in ("start", "end")
    )
    last = max(ends.max(), style.date_on_axis((vintage + _AHEAD).last_day))
    panels = style.SERIES_GRID.add_to(figure, len(groups))
    for axes, ((measure, actor), group) in zip(panels, groups, strict=True):
        _panel(axes, names.series_title(str(measure), str(actor)), group, vintage)
        axes.set_xlim(min(starts.min(), _EARLIEST), last + _ROOM)
    return figure


def _panel(axes: Axes, title: str, periods: pd.DataFrame, vintage: Month) -> None:
    is_flow = periods["kind"].iloc[0] == "flow"
    unit, factor = reader_unit(
        str(periods["unit"].iloc[0]) + " a month" * bool(is_flow)
    )
    periods = _in_unit(_by_month(periods) if is_flow else periods, factor)
    style.format_axes(axes, unit, fill(title, _TITLE), _DATES)
    axes.xaxis_date()
    model = periods[periods["variant"] == MODEL]
    carried = periods[periods["variant"] == CARRIED]
    known, ahead = (carried[carried["part"] == part] for part in (CALIBRATION, TEST))
    joined = len(model) >= _FEWEST_JOINED
    _bands(axes, model, style.BASELINE, joined)
    if len(ahead):
        fan = _from_last_observation(known, ahead) if joined else ahead
        _bands(axes, fan, style.SCENARIO, joined)
        _rivals(axes, known, ahead)
    _dots(axes, pd.concat([model[model["part"] == CALIBRATION], ahead]))
    axes.axvline(
        style.date_on_axis(vintage.last_day),
        color=style.GREY,
        linewidth=0.8,
        linestyle=":",
    )
    axes.margins(y=0.08)
    if unit in _BY_POWERS:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(numticks=5))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0e}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
    elif periods["p05"].min() >= 0.0:
        axes.set_ylim(bottom=0.0)


_AMOUNTS = [*LEVELS, "observed", PERSISTENCE, DRIFT]


def _in_unit(periods: pd.DataFrame, factor: float) -> pd.DataFrame:
    return periods.assign(**{name: periods[name] * factor for name in _AMOUNTS})


def _by_month(periods: pd.DataFrame) -> pd.DataFrame:
    """Return amounts by month, so that a half year can be set beside a year."""
    starts, ends = (periods[name].map(Month.parse) for name in ("start", "end"))
    months = np.array(
        [end - start + 1 for start, end in zip(starts, ends, strict=True)]
    )
    return periods.assign(**{name: periods[name] / months for name in _AMOUNTS})


def _from_last_observation(known: pd.DataFrame, ahead: pd.DataFrame) -> pd.DataFrame:
    """Return periods ahead, as a fan that opens at the last observation."""
    point = known.iloc[-1:].copy()
    for name in LEVELS:
        point[name] = point["observed"]
    return pd.concat([point, ahead])


def _bands(axes: Axes, periods: pd.DataFrame, colour: str, joined: bool) -> None:
    days = style.dates_on_axis(periods["end"])
    if joined:
        style.draw_fan(axes, days, periods, colour)
        return
    days = days + (_ASIDE if colour == style.SCENARIO else 0.0)
    for low, high, width in (("p05", "p95", 1.4), ("p25", "p75", 4.0)):
        axes.vlines(days, periods[low], periods[high], color=colour, linewidth=width)


def _rivals(axes: Axes, known: pd.DataFrame, ahead: pd.DataFrame) -> None:
    """Draw the point predictions of rivals from the last observation on."""
    last = known.iloc[-1:]
    for rival, dashes in ((PERSISTENCE, style.DASHES), (DRIFT, (0, (1, 1.5)))):
        if last.empty or ahead[rival].isna().any():
            continue
        axes.plot(
            style.dates_on_axis([*last["end"], *ahead["end"]]),
            np.concatenate([last["observed"], ahead[rival]]),
            color=style.GREY,
            linewidth=0.9,
            linestyle=dashes,
        )


def _dots(axes: Axes, periods: pd.DataFrame) -> None:
    """Draw observations: filled if the fit knew them, red if outside the 90 % band."""
    for (part, covered), group in periods.groupby(["part", "covered_90"]):
        colour = style.TEXT_COLOUR if bool(covered) else style.CUT
        axes.plot(
            style.dates_on_axis(group["end"]),
            group["observed"].to_numpy(),
            "o",
            markersize=3.6,
            color=colour,
            markerfacecolor=colour if part == CALIBRATION else "white",
            zorder=4,
        )
