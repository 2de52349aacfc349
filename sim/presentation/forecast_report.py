"""The forecast on the screen and in a figure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from rich.console import Console
from rich.table import Table

from sim.domain.months import Month
from sim.experiments.hindcast.observed import ObservationRecord, ObservedSeries
from sim.outcomes.quantiles import LEVELS
from sim.presentation import names, style
from sim.presentation.numbers import format_range, reader_unit, reader_unit_by_year
from sim.presentation.terminal_tables import console, fitted, new_table, plain

FIGURE = "forecast.png"

SHOWN = (
    ("china_revenue", "nvidia", "fiscal quarter"),
    ("china_share", "nvidia", "fiscal quarter"),
    ("china_system_sales", "asml", "quarter"),
    ("china_revenue", "tel", "quarter"),
    ("china_revenue", "amat", "fiscal quarter"),
    ("china_share_of_nvidia_compute", "china", "quarter"),
    ("ai_compute_stock", "china", "quarter"),
    ("domestic_accelerators", "china", "quarter"),
    ("smuggled_units", "china", "quarter"),
    ("wafer_starts", "smic_advanced", "quarter"),
    ("domestic_chip_share", "china", "quarter"),
    ("frontier_lag_months", "china", "month"),
)
"""Series that a reader asks for first, and by which periods."""

_DATES, _TITLE = 6, 34


def print_forecast(
    table: pd.DataFrame,
    observed_to: Month,
    assumption_source: str,
    out: Console | None = None,
) -> None:
    """Print years of the series that a reader asks for first."""
    out = out or console()
    out.print(plain(assumption_source))
    out.print(fitted(years_table(table, observed_to), out))


def years_table(table: pd.DataFrame, observed_to: Month) -> Table:
    """Return the forecast by year: median and 90 % range."""
    years = table[table["period"] == "year"]
    ends = sorted(set(years["end"]))
    shown = new_table(
        f"Forecast on observations to {observed_to}, law of record: median (5 to 95 %)",
        numbers=[end[:4] for end in ends],
    )
    shown.add_column("rests on")
    for measure, actor, _ in SHOWN:
        own = years[(years["measure"] == measure) & (years["actor"] == actor)]
        if not len(own):
            continue
        unit, factor = reader_unit(str(own["unit"].iloc[0]))
        title = f"{names.series_title(measure, actor)}, {unit}"
        cells = [
            format_range(*(factor * row[name] for name in ("p50", "p05", "p95")))
            for row in own.sort_values("end").to_dict("records")
        ]
        rests_on = str(own["rests_on"].iloc[0])
        shown.add_row(title, *cells, rests_on)
    shown.caption = "forecast.csv holds all series, by month, quarter and year"
    return shown


def draw_forecast(
    folder: Path, table: pd.DataFrame, record: ObservationRecord, observed_to: Month
) -> None:
    """Write the figure of a forecast into a folder, if it holds a series shown."""
    if any(len(_rows(table, key)) for key in SHOWN):
        style.save(forecast_figure(table, record.series, observed_to), folder / FIGURE)


@style.figure_style()
def forecast_figure(
    table: pd.DataFrame, series: Iterable[ObservedSeries], observed_to: Month
) -> style.StyledFigure:
    """Return a figure of the series that a reader asks for first, a panel each."""
    observed = {(x.measure, x.actor): x for x in series}
    shown = [(key, rows) for key in SHOWN if len(rows := _rows(table, key))]
    figure = style.new_figure(
        style.SERIES_GRID.size(len(shown)),
        f"Forecast on observations to {observed_to}, under the law of record",
        "Bands hold 50 and 90 % of what is held possible; amounts at a yearly rate",
        [("forecast", style.SCENARIO), ("observed", style.TEXT_COLOUR)],
        gap=0.25,
        footnote=f"{int(table['draws'].iloc[0]):,} draws. Where there are dots, what "
        "the model's discrepancy from them is carried forward.",
    )
    panels = style.SERIES_GRID.add_to(figure, len(shown))
    for axes, (key, rows) in zip(panels, shown, strict=True):
        _panel(axes, rows, observed.get(key[:2]))
        last = style.dates_on_axis(rows["end"]).max()
        axes.set_xlim(style.date_on_axis(date(2022, 1, 1)), last + 40.0)
    return figure


def _rows(table: pd.DataFrame, key: tuple[str, str, str]) -> pd.DataFrame:
    measure, actor, kind = key
    own = table[(table["measure"] == measure) & (table["actor"] == actor)]
    return own[own["period"] == kind].sort_values("end")


def _panel(axes: Axes, rows: pd.DataFrame, observed: ObservedSeries | None) -> None:
    first = rows.iloc[0]
    is_flow = bool(first["flow"])
    unit, factor = reader_unit_by_year(str(first["unit"]), is_flow=is_flow)
    title = names.series_title(str(first["measure"]), str(first["actor"]))
    style.format_axes(axes, unit, fill(title, _TITLE), _DATES)
    axes.xaxis_date()
    months = _lengths(rows["start"], rows["end"]) if is_flow else np.ones(len(rows))
    days = style.dates_on_axis(rows["end"])
    levels = {name: factor * rows[name].to_numpy(float) / months for name in LEVELS}
    style.draw_fan(axes, days, levels, style.SCENARIO)
    if observed is not None:
        ends = [str(row.end) for row in observed.rows]
        starts = [str(row.start) for row in observed.rows]
        lengths = _lengths(starts, ends) if is_flow else np.ones(len(ends))
        amounts = factor * observed.values / lengths
        axes.plot(
            style.dates_on_axis(ends),
            amounts,
            "o",
            markersize=3.4,
            color=style.TEXT_COLOUR,
        )
    axes.axvline(days.min() - 45.0, color=style.GREY, linewidth=0.8, linestyle=":")
    axes.margins(y=0.08)
    if min(levels["p05"].min(), 0.0) == 0.0:
        axes.set_ylim(bottom=0.0)


def _lengths(starts: Iterable[str], ends: Iterable[str]) -> np.ndarray:
    pairs = zip(starts, ends, strict=True)
    return np.array([Month.parse(end) - Month.parse(start) + 1 for start, end in pairs])
