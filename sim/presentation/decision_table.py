"""What governments decided, on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan

from rich.console import Console
from rich.table import Table

from sim.outcomes.bargaining_table import (
    ANSWER_EVENTS,
    BargainingRow,
    Position,
    bargaining_row,
    outcomes_of,
)
from sim.outcomes.run_tables import RunTables
from sim.outcomes.saved_run import RunFolder
from sim.presentation import names
from sim.presentation.headline_cells import share_of_draws
from sim.presentation.terminal_tables import (
    add_numbers,
    first_that_fits,
    new_table,
    plain,
)

_MOST_DECISIONS = 12
_POSITIONS = {
    "joined": (Position.JOINED,),
    "joined\nin part": (Position.JOINED_IN_PART,),
    "refused": (Position.REFUSED,),
    "withdrew": (Position.WITHDREW,),
    "undecided": (Position.UNDECIDED, Position.AGREED),
}
"""Columns of the table of decisions, and the positions that each counts."""

_COLUMNS_LEFT = (7, 4, 3, 2, 1)
"""How many columns of numbers there may be, the widest table first."""


def decisions_under(run: RunTables | RunFolder) -> list[BargainingRow]:
    """Return what governments decided under the scenario of a run, summed up."""
    events = run.occurrences(ANSWER_EVENTS)
    outcomes = outcomes_of(run.proposals, events, run.months, run.draws)
    return [bargaining_row(run.scenario, outcome) for outcome in outcomes]


def decision_table(
    rows: Sequence[BargainingRow], run: RunTables | RunFolder, out: Console
) -> Table:
    """Return what governments decided: what was asked first, then their own acts."""
    return first_that_fits((_table_of(n, rows, run) for n in _COLUMNS_LEFT), out)


def _table_of(
    columns: int, rows: Sequence[BargainingRow], run: RunTables | RunFolder
) -> Table:
    """Return the table with the first of its columns of numbers."""
    headings = ["asked", *_POSITIONS, "since"][:columns]
    shown = sorted(rows, key=_rank)[:_MOST_DECISIONS]
    cells = {id(row): [_act(row), *_shares(row)][: columns + 1] for row in shown}
    table = new_table(
        f"What governments decided under {run.scenario}, by {run.months[-1]}", ()
    )
    table.add_column("", min_width=max(len(act) for act, *_ in cells.values()))
    for index, heading in enumerate(headings, start=1):
        add_numbers(table, heading, (texts[index] for texts in cells.values()))
    for government in dict.fromkeys(row.government for row in shown):
        table.add_row(plain(names.actor_title(government, run.actor_names)))
        for row in shown:
            if row.government == government:
                table.add_row(*map(plain, cells[id(row)]))
    table.caption = plain(_caption(len(rows) - len(shown), len(headings)))
    table.caption_justify = "left"
    return table


def _caption(more: int, columns: int) -> str:
    left_out = [] if columns > len(_POSITIONS) + 1 else ["what does not fit here"]
    rows = [f"{more} more"] if more else []
    rest = " and ".join([*rows, *left_out])
    return (
        "asked: share of draws; the rest: share of the draws asked (of all, where "
        "nobody asks). undecided: or agreed and not yet binding. since: the median "
        "month in which it was first binding. "
        f"{f'bargaining.csv holds {rest}' if rest else 'See bargaining.csv'}"
    )


def _rank(row: BargainingRow) -> tuple[bool, float]:
    """Return the order of a row: asked first, then by how often it was decided."""
    unasked = isnan(row.asked)
    ever = max((x for x in (row.bound, row.bound_in_part) if not isnan(x)), default=0.0)
    return unasked, -ever * (1.0 if unasked else row.asked)


def _act(row: BargainingRow) -> str:
    others = len(row.others.split())
    return f"  {row.instrument}" + (f" and {others} more" if others else "")


def _shares(row: BargainingRow) -> Iterator[str]:
    """Yield the texts of the columns of numbers."""
    yield "" if isnan(row.asked) else share_of_draws(row.asked)
    for positions in _POSITIONS.values():
        share = sum(row.at_horizon[position] for position in positions)
        yield share_of_draws(share) if share else ""
    since = row.bound_from[len(row.bound_from) // 2]
    yield "" if since is None else str(since)
