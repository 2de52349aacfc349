"""The table of a sweep for the terminal: what each point changes, at the last time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from sim.outcomes.frames import headline_rows
from sim.outcomes.results import Key
from sim.outcomes.sweep.point_status import as_text
from sim.outcomes.sweep.sweep_folder import SweepFolder
from sim.presentation import names
from sim.presentation.headline_cells import MISSING, HeadlineCells, Interval
from sim.presentation.terminal_tables import (
    add_numbers,
    first_that_fits,
    new_table,
    plain,
    plain_lines,
)

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

_SETTING = 16
"""Columns of the terminal that a setting takes at most."""

Cells = Mapping[tuple[str, str, int], HeadlineCells]
"""What each point comes to, by measure, actor and number of the point."""


def sweep_table(sweep: SweepFolder, out: Console) -> Table | None:
    """Return what points change at the last time kept: median and 90 % range.

    None if there are too many points for a table, or nothing to show of them. Levels
    are shown where no point has a baseline to differ from.

    Args:
        sweep: the sweep.
        out: the terminal; outcomes that do not fit into it are left out.
    """
    if len(sweep.design) > MOST_POINTS:
        return None
    rows = sweep.table.dropna(subset="measure")
    rows = rows[rows["when"].astype(str) == sweep.times[-1]]
    cells = {
        (row.measure, row.actor, int(point)): HeadlineCells(row)
        for point, row in zip(rows["point"], headline_rows(rows), strict=True)
    }
    known = {(measure, actor) for measure, actor, _ in cells}
    shown = [key for key in SHOWN if key in known]
    if not shown:
        return None
    tables = (_table_of(sweep, cells, shown[:n]) for n in range(len(shown), 0, -1))
    return first_that_fits(tables, out)


def _table_of(sweep: SweepFolder, cells: Cells, shown: Sequence[Key]) -> Table:
    """Return the table of some of the outcomes."""
    compared = any(not isnan(each.row.difference[1]) for each in cells.values())
    time = sweep.times[-1]
    when = f"in {time}" if time.isdigit() else f"at the {time}"
    what = "Change against the baseline" if compared else "The outcome of each point"
    table = new_table(f"{what} {when}: median, and 5 to 95 % of draws", ())
    for name in ("", *(_short(name, sweep.settings) for name in sweep.settings)):
        table.add_column(plain(name), overflow="fold", max_width=_SETTING)
    points = sweep.design["point"].tolist()
    columns = [
        [_text(cells.get((*key, point)), compared=compared) for point in points]
        for key in shown
    ]
    for key, texts in zip(shown, columns, strict=True):
        unit = next(x.unit for (*own, _), x in cells.items() if tuple(own) == key)
        add_numbers(table, _heading(key, unit), texts)
    for point, *texts in zip(
        sweep.design.itertuples(index=False), *columns, strict=True
    ):
        values = [_value(value) for value in point[1 : 1 + len(sweep.settings)]]
        names_of_point = map(plain, [str(point.point), *values])
        table.add_row(*names_of_point, *map(plain_lines, texts))
    table.caption = plain(_caption(compared=compared))
    table.caption_justify = "left"
    return table


def _text(cells: HeadlineCells | None, *, compared: bool) -> str:
    """Return a change; nothing where a point failed or is its own baseline."""
    if cells is None:
        return ""
    if not compared:
        return cells.scenario.stacked
    if isnan(cells.row.difference[1]):
        return ""
    change, percent = cells.difference, cells.percent.median
    is_known = percent not in {"", MISSING}
    median = f"{change.median} ({percent} %)" if is_known else change.median
    return Interval(median, change.ends).stacked


def _heading(key: Key, unit: str) -> str:
    """Return actor, measure and unit, a line each."""
    measure, actor = key
    title = names.measure_title(measure, short=True)
    return f"{names.short_actor_title(actor)}\n{title}\n{unit}"


def _caption(*, compared: bool) -> str:
    percent = (
        "pp: percentage points; %: of the baseline; none: no draw differs. " * compared
    )
    return f"{percent}sweep.parquet has every measure, actor and time"


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
