"""The table of a sweep for the terminal: what each point changes, at the last time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from rich.table import Table
from rich.text import Text

from sim.outcomes.sweep.point_status import as_text
from sim.outcomes.sweep.sweep_folder import SweepFolder
from sim.presentation import names
from sim.presentation.numbers import reader_unit, signed, signed_months
from sim.presentation.terminal_tables import new_table, plain

MOST_POINTS = 30
"""Points beyond which a table is not printed."""

SHOWN = (
    ("frontier_lag_months", "china"),
    ("ai_compute_stock", "china"),
    ("wafer_starts", "smic_advanced"),
    ("china_revenue", "nvidia"),
    ("china_revenue", "asml"),
    ("china_revenue", "tel"),
)
"""Series that a reader asks for first, in the order of their columns."""

_SETTING, _OUTCOME = 16, 19
"""Columns of the terminal that a setting takes, and an outcome."""

_TOLERANCE = 1e-4
"""Share of the baseline's value below which a change is shown as none."""


def sweep_table(sweep: SweepFolder, width: int) -> Table | None:
    """Return what points change at the last time kept: median and 90 % range.

    None if there are too many points for a table, or nothing to show of them.

    Args:
        sweep: the sweep.
        width: columns of the terminal; what does not fit is left out.
    """
    rows = sweep.table.dropna(subset="measure")
    when = sorted(rows["when"].astype(str).unique())[-1:]
    room = max((width - _SETTING * len(sweep.settings)) // _OUTCOME, 1)
    shown = [key for key in SHOWN if len(_rows(rows, key))][:room]
    if not shown or len(sweep.design) > MOST_POINTS:
        return None
    time = when[0] if when[0].isdigit() else "the horizon"
    table = new_table(
        f"Change against the baseline at {time}: median, and 5 to 95 % of draws", ()
    )
    for name in ("", *(_short(name, sweep.settings) for name in sweep.settings)):
        table.add_column(plain(name), overflow="fold", max_width=_SETTING)
    units = []
    for key in shown:
        of_key = _rows(rows, key)
        unit, factor = reader_unit(str(of_key["unit"].iloc[0]))
        units.append((key, unit, factor))
        table.add_column(_heading(key, unit), justify="right", min_width=16)
    for point in sweep.design.itertuples(index=False):
        of_point = rows[(rows["point"] == point.point) & (rows["when"] == when[0])]
        cells = [
            _cell(_rows(of_point, key), unit, factor) for key, unit, factor in units
        ]
        values = [_value(value) for value in point[1 : 1 + len(sweep.settings)]]
        table.add_row(*map(plain, [str(point.point), *values]), *cells)
    return table


def _rows(rows: pd.DataFrame, key: tuple[str, str]) -> pd.DataFrame:
    return rows[(rows["measure"] == key[0]) & (rows["actor"] == key[1])]


def _cell(rows: pd.DataFrame, unit: str, factor: float) -> Text:
    """Return a change: nothing where the point failed or is its own baseline."""
    if not len(rows) or rows["difference_p50"].isna().all():
        return Text()
    row = rows.iloc[0]
    tolerance = abs(row["baseline_p50"]) * _TOLERANCE
    low, middle, high = (
        _change(row[f"difference_p{level}"], tolerance, unit, factor)
        for level in ("05", "50", "95")
    )
    return plain(middle) if low == high else _lines(middle, f"{low} to {high}")


def _heading(key: tuple[str, str], unit: str) -> Text:
    """Return actor, measure and unit, a line each."""
    measure, actor = key
    title = names.measure_title(measure, short=True)
    return Text("\n").join(
        [plain(names.short_actor_title(actor)), plain(title), plain(unit)]
    )


def _lines(first: str, second: str) -> Text:
    return Text("\n").join([plain(first), plain(second)])


def _change(value: float, tolerance: float, unit: str, factor: float) -> str:
    """Return a change with its sign; one that is only rounding is zero."""
    if unit == "months":
        return signed_months(value)
    return "0" if abs(value) <= tolerance else signed(value * factor)


def _value(value: Any) -> str:
    """Return the value of a setting as the command line has it; nothing if not set."""
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return as_text(value.item() if isinstance(value, np.generic) else value)


def _short(name: str, names: tuple[str, ...]) -> str:
    """Return the end of a setting's name that tells it from the others."""
    parts = name.split(".")
    for start in range(len(parts) - 1, -1, -1):
        end = ".".join(parts[start:])
        if sum(other.endswith(end) for other in names) == 1:
            return end
    return name
