"""What governments decided, on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
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
    "with-\ndrew": (Position.WITHDREW,),
    "un-\ndecided": (Position.UNDECIDED, Position.AGREED),
}
"""Columns of the table of decisions, and the positions that each counts."""

_SINCE = "since"
_LEGEND = {
    "un-\ndecided": "undecided: or agreed and not yet binding. ",
    _SINCE: "since: the median month in which it was first binding. ",
}
"""What the caption says of a column that is shown."""


def decisions_under(run: RunTables | RunFolder) -> list[BargainingRow]:
    """Return what governments decided under the scenario of a run, summed up."""
    events = run.occurrences(ANSWER_EVENTS)
    outcomes = outcomes_of(run.proposals, events, run.months, run.draws)
    return [bargaining_row(run.scenario, outcome) for outcome in outcomes]


def decision_table(
    rows: Sequence[BargainingRow], run: RunTables | RunFolder, out: Console
) -> Table:
    """Return what governments decided: what was asked first, then their own acts."""
    shown = sorted(rows, key=_rank)[:_MOST_DECISIONS]
    more = len(rows) - len(shown)
    columns = _columns_of(shown)
    return first_that_fits(
        (
            _table_of(columns[:count], shown, run, _caption(columns, count, more))
            for count in range(len(columns), 0, -1)
        ),
        out,
    )


def _columns_of(rows: Sequence[BargainingRow]) -> list[str]:
    """Return the headings of the columns of numbers in which a row has one."""
    texts = [_shares(row) for row in rows]
    return [heading for heading in texts[0] if any(row[heading] for row in texts)]


def _table_of(
    headings: Sequence[str],
    shown: Sequence[BargainingRow],
    run: RunTables | RunFolder,
    caption: str,
) -> Table:
    """Return the table with some columns of numbers."""
    shares = {id(row): _shares(row) for row in shown}
    cells = {
        key: [_act(row), *(shares[key][heading] for heading in headings)]
        for key, row in ((id(row), row) for row in shown)
    }
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
    table.caption = plain(caption)
    table.caption_justify = "left"
    return table


def _caption(columns: Sequence[str], count: int, more: int) -> str:
    """Return what the columns shown mean, and what the file has besides them."""
    left_out = ["what does not fit here"] if count < len(columns) else []
    legend = "".join(_LEGEND.get(heading, "") for heading in columns[:count])
    rows = [f"{more} more"] if more else []
    rest = " and ".join([*rows, *left_out])
    return (
        "asked: share of draws; the rest: share of the draws asked (of all, where "
        f"nobody asks). {legend}"
        f"{f'bargaining.csv holds {rest}' if rest else 'See bargaining.csv'}"
    )


def _rank(row: BargainingRow) -> tuple[bool, float]:
    """Return the order of a row: asked first, then by how often it was decided."""
    unasked = isnan(row.asked)
    ever = max((x for x in (row.bound, row.bound_in_part) if not isnan(x)), default=0.0)
    return unasked, -ever * (1.0 if unasked else row.asked)


def _act(row: BargainingRow) -> str:
    others = len(row.others.split())
    return f" {row.instrument}" + (f" and {others} more" if others else "")


def _shares(row: BargainingRow) -> dict[str, str]:
    """Return the texts of the columns of numbers, by heading."""
    texts = {"asked": "" if isnan(row.asked) else share_of_draws(row.asked)}
    for heading, positions in _POSITIONS.items():
        share = sum(row.at_horizon[position] for position in positions)
        texts[heading] = share_of_draws(share) if share else ""
    since = row.bound_from[len(row.bound_from) // 2]
    return {**texts, _SINCE: "" if since is None else str(since)}
