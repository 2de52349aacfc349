"""The headline on the terminal, how it splits by channel, and what was decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from sim.domain.number_format import signed
from sim.outcomes.attribution import (
    CHANNELS,
    TITLES,
    WHOLE,
    Attribution,
    ChannelShare,
    channel_shares,
)
from sim.outcomes.frames import headline_rows
from sim.outcomes.headline import HORIZON, HeadlineRow
from sim.outcomes.run_tables import RunTables
from sim.outcomes.saved_run import RunFolder
from sim.presentation.decision_table import decision_table, decisions_under
from sim.presentation.headline_cells import (
    HeadlineCells,
    NamedRow,
    named_rows,
    share_of_draws,
)
from sim.presentation.numbers import counted
from sim.presentation.terminal_tables import (
    add_numbers,
    console,
    first_that_fits,
    new_table,
    plain,
    plain_lines,
)


def print_headline(run: RunTables | RunFolder, out: Console | None = None) -> None:
    """Print the headline at the horizon, its channels, and what was decided."""
    out = out or console()
    out.print(headline_table(headline_rows(run.headline), run, out))
    if run.has_split and run.split is not None:
        out.print(channel_table(run.split, out))
    decisions = decisions_under(run)
    if decisions:
        out.print()
        out.print(decision_table(decisions, run, out))


# --- headline -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Column:
    heading: str
    text: Callable[[HeadlineCells], str]


@dataclass(frozen=True)
class _Layout:
    """Columns of numbers, and how wide the names beside them are at least."""

    columns: tuple[_Column, ...]
    least_names: int
    is_short: bool = False
    has_ranges: bool = True

    @property
    def indent(self) -> int:
        """How far a step of the names is set in."""
        return 1 if self.is_short else 2


_UP = _Column("up in", lambda cells: cells.up)
_DOWN = _Column("down in", lambda cells: cells.down)
_DIRECTION = _Column("in draws", lambda cells: cells.direction)
_SIDES = (
    _Column("baseline", lambda cells: cells.baseline.median),
    _Column("scenario", lambda cells: cells.scenario.median),
)
_RANGES = (
    _Column("baseline", lambda cells: str(cells.baseline)),
    _Column("scenario", lambda cells: str(cells.scenario)),
    _Column("difference", lambda cells: str(cells.difference)),
    _Column("in %", lambda cells: str(cells.percent)),
)
_STACKED = (
    _Column("baseline", lambda cells: cells.baseline.stacked),
    _Column("scenario", lambda cells: cells.scenario.stacked),
    _Column("difference", lambda cells: cells.difference.stacked),
    _Column("in %", lambda cells: cells.percent.stacked),
)
_DIFFERENCE = _Column("difference", lambda cells: cells.difference.median)
_PERCENT = _Column("in %", lambda cells: cells.percent.median)

_LAYOUTS = (
    _Layout((*_RANGES, _UP, _DOWN), 36),
    _Layout((*_STACKED, _UP, _DOWN), 24),
    _Layout((*_SIDES, _RANGES[2], _PERCENT, _DIRECTION), 24),
    _Layout((*_SIDES, _STACKED[2], _PERCENT, _DIRECTION), 15, is_short=True),
    _Layout((*_SIDES, _STACKED[2], _PERCENT), 20, is_short=True),
    _Layout((*_SIDES, _DIFFERENCE, _PERCENT), 16, is_short=True, has_ranges=False),
    _Layout((_DIFFERENCE, _PERCENT), 14, is_short=True, has_ranges=False),
    _Layout((_DIFFERENCE,), 12, is_short=True, has_ranges=False),
)
"""What is shown beside the names: the first that fits into the terminal."""

_LAYOUTS_ALONE = (
    _Layout((_RANGES[0],), 32),
    _Layout((_RANGES[0],), 20, is_short=True),
    _Layout((_STACKED[0],), 20, is_short=True),
)
"""The same of a baseline that was run alone."""


def headline_table(
    rows: Iterable[HeadlineRow], run: RunTables | RunFolder, out: Console
) -> Table:
    """Return the headline at the horizon as a table: medians and 90 % ranges."""
    alone, rows = run.scenario == run.baseline, list(rows)
    layouts = _LAYOUTS_ALONE if alone else _LAYOUTS
    return first_that_fits((_table_in(layout, rows, run) for layout in layouts), out)


def _table_in(
    layout: _Layout, rows: Sequence[HeadlineRow], run: RunTables | RunFolder
) -> Table:
    table = new_table(_title(run, has_ranges=layout.has_ranges), ())
    table.add_column("", min_width=layout.least_names, overflow="fold")
    shown = list(named_rows(rows, run.actor_names, short=layout.is_short))
    columns = [[_text_of(named, x) for named in shown] for x in layout.columns]
    for column, texts in zip(layout.columns, columns, strict=True):
        add_numbers(table, column.heading, texts)
    for named, *texts in zip(shown, *columns, strict=True):
        name = Padding(plain(named.name), (0, 0, 0, named.indent * layout.indent))
        table.add_row(name, *map(plain_lines, texts))
    table.caption = plain(_caption(layout))
    table.caption_justify = "left"
    return table


def _text_of(named: NamedRow, column: _Column) -> str:
    """Return a text of a row; a name above several rows has none."""
    return "" if named.cells is None else column.text(named.cells)


def _title(run: RunTables | RunFolder, *, has_ranges: bool) -> str:
    against = "" if run.scenario == run.baseline else f" against {run.baseline}"
    ranges = " (5 to 95 %)" if has_ranges else ""
    return (
        f"{run.scenario}{against} at {run.months[-1]}: median{ranges} of "
        f"{counted(run.draws.count, 'draw')}; flows over the last twelve months"
    )


def _caption(layout: _Layout) -> str:
    headings = {column.heading for column in layout.columns}
    percent = "in %: of the baseline. " * (_PERCENT.heading in headings)
    compared = _DIFFERENCE.heading in headings
    points = (
        "pp: percentage points; none: no draw differs. difference: the median of the "
        "differences draw by draw, which need not be that of the two medians. "
    ) * compared
    complete = layout in {*_LAYOUTS[:2], *_LAYOUTS_ALONE}
    rest = "" if complete else ", and the columns and ranges that do not fit here"
    return f"{percent}{points}headline.csv has every year and more actors{rest}"


def headline_at_horizon(run: RunTables | RunFolder) -> pd.DataFrame:
    """Return the headline at the horizon as the terminal shows it, for a notebook.

    A row for each measure and actor that a reader asks for first, in the unit in which
    a reader thinks; the cells are text. The columns of the difference are left out of a
    baseline that was run alone.
    """
    alone = run.scenario == run.baseline
    layout = _LAYOUTS_ALONE[0] if alone else _LAYOUTS[0]
    shown = list(named_rows(headline_rows(run.headline), run.actor_names))
    return pd.DataFrame(
        {x.heading: [_text_of(row, x) for row in shown] for x in layout.columns},
        index=pd.Index(
            ["  " * row.indent + row.name for row in shown],
            name=_title(run, has_ranges=True),
        ),
    )


# --- channels -------------------------------------------------------------------------


_CHANNEL_COLUMNS = ("mean", "5 to 95 %", "narrows in", "widens in")
_CHANNELS_LEFT = (4, 2, 1)
"""How many of these there may be, the widest table first."""


def channel_table(split: Attribution, out: Console) -> Table:
    """Return how the change of the lag at the horizon splits over channels."""
    return first_that_fits((_channels_in(n, split) for n in _CHANNELS_LEFT), out)


def _channels_in(columns: int, split: Attribution) -> Table:
    table = new_table(
        f"Change of China's lag at {split.horizon} by channel, months "
        f"({split.draws.count:,} draws)",
        (),
    )
    table.add_column("", min_width=len(CHANNELS["domestic_substitution"]))
    shares = [share for share in channel_shares(split) if share.when == HORIZON]
    rows = [_channel_cells(share, split)[: columns + 1] for share in shares]
    for index, heading in enumerate(_CHANNEL_COLUMNS[:columns], start=1):
        add_numbers(table, heading, (row[index] for row in rows))
    for share, row in zip(shares, rows, strict=True):
        if share.channel == WHOLE:
            table.add_section()
        table.add_row(*map(plain, row))
    table.caption = "means add up, ranges do not; attribution.csv has every year"
    table.caption_justify = "left"
    return table


def _channel_cells(share: ChannelShare, split: Attribution) -> list[str]:
    name = TITLES[share.channel]
    if share.channel in split.off:
        return [name, "off", "", "", ""]
    shares = map(share_of_draws, (share.narrows, share.widens))
    spread = f"{signed(share.p05)} to {signed(share.p95)}"
    return [name, signed(share.mean), spread, *shares]
