"""Scenarios side by side on the terminal: one table, and who beats whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from sim.outcomes.choice_among_laws import RankRow
from sim.outcomes.objectives import ObjectiveValues
from sim.outcomes.scenario_comparison import EffectRow, LawComparison
from sim.presentation.comparison_text import FIRST
from sim.presentation.headline_cells import (
    MISSING,
    NO_CHANGE,
    Interval,
    share_of_draws,
    text_of_percent,
)
from sim.presentation.numbers import counted, is_percent
from sim.presentation.objective_words import ObjectiveWords
from sim.presentation.summary_text import print_summary
from sim.presentation.terminal_tables import (
    add_numbers,
    first_that_fits,
    new_table,
    plain,
    plain_lines,
)


@dataclass(frozen=True)
class _LawCells:
    """The texts of one law by one objective."""

    row: EffectRow
    rank: RankRow | None
    words: ObjectiveWords
    is_baseline: bool

    @property
    def level(self) -> str:
        return self.words.level(self.row.level[1])

    @property
    def _is_unchanged(self) -> bool:
        return self.row.probability_of_increase == self.row.probability_of_decrease == 0

    @property
    def _difference(self) -> Interval:
        if self.is_baseline:
            return Interval("")
        if self._is_unchanged:
            return Interval(NO_CHANGE)
        mark = " pp" if is_percent(self.words.unit) else ""
        return Interval.of(map(self.words.change, self.row.difference), mark)

    @property
    def difference(self) -> str:
        return str(self._difference)

    @property
    def stacked(self) -> str:
        return self._difference.stacked

    @property
    def median(self) -> str:
        return self._difference.median

    @property
    def percent(self) -> str:
        if self.is_baseline or self._is_unchanged:
            return ""
        return text_of_percent(self.row.change_percent[1])

    @property
    def best_in(self) -> str:
        return MISSING if self.rank is None else share_of_draws(self.rank.best_in)

    @property
    def regret(self) -> str:
        return MISSING if self.rank is None else self.words.level(self.rank.regret_mean)


@dataclass(frozen=True)
class _LawColumn:
    heading: str
    text: Callable[[_LawCells], str]


_LEVEL = _LawColumn("level", lambda cells: cells.level)
_PERCENT = _LawColumn("in %", lambda cells: cells.percent)
_BEST = _LawColumn("best in", lambda cells: cells.best_in)
_REGRET = _LawColumn("regret", lambda cells: cells.regret)
_LAYOUTS = (
    (
        _LEVEL,
        _LawColumn("difference", lambda cells: cells.difference),
        *(_PERCENT, _BEST, _REGRET),
    ),
    (
        _LEVEL,
        _LawColumn("difference", lambda cells: cells.stacked),
        *(_PERCENT, _BEST, _REGRET),
    ),
    (
        _LEVEL,
        _LawColumn("difference", lambda cells: cells.median),
        *(_PERCENT, _BEST, _REGRET),
    ),
    (_LEVEL, _LawColumn("difference", lambda cells: cells.median), _BEST),
    (_LawColumn("difference", lambda cells: cells.median),),
)
"""What is shown beside the names: the first that fits into the terminal."""

_LEAST_NAMES = 18
_MOST_BESIDE = 6
"""Laws that stand beside one another in the table of pairs at most."""


def print_comparison(laws: LawComparison, page: str, out: Console) -> None:
    """Print what a comparison says, its table, and who beats whom."""
    print_summary(page, out)
    out.print(comparison_table(laws, out))
    for values in [x for x in laws.values if x.differs][:FIRST]:
        if values.objective.better is not None:
            out.print()
            out.print(pairs_table(values, laws, out))


def comparison_table(laws: LawComparison, out: Console) -> Table:
    """Return every objective under every law at the horizon as a table."""
    return first_that_fits((_table(layout, laws) for layout in _LAYOUTS), out)


def _table(layout: Sequence[_LawColumn], laws: LawComparison) -> Table:
    table = new_table(
        f"{counted(len(laws.scenarios), 'scenario')} against {laws.baseline} at "
        f"{laws.horizon}: median (5 to 95 %) of "
        f"{counted(laws.draws.count, 'draw')}; flows over the last twelve months",
        (),
    )
    table.add_column("", min_width=_LEAST_NAMES, overflow="fold")
    blocks = [(values, list(_cells(values, laws))) for values in _shown(laws)]
    for column in layout:
        texts = (column.text(each) for _, cells in blocks for each in cells)
        add_numbers(table, column.heading, texts)
    for values, cells in blocks:
        table.add_row(plain(ObjectiveWords(values.objective).heading))
        for each in cells:
            name = Padding(plain(each.row.law), (0, 0, 0, 2))
            table.add_row(name, *(plain_lines(x.text(each)) for x in layout))
    table.caption = plain(_caption(layout, laws))
    table.caption_justify = "left"
    return table


def _shown(laws: LawComparison) -> list[ObjectiveValues]:
    """Return the objectives that any scenario changes; all if none does."""
    return [x for x in laws.values if x.differs] or list(laws.values)


def _cells(values: ObjectiveValues, laws: LawComparison) -> Iterator[_LawCells]:
    words, name = ObjectiveWords(values.objective), values.objective.name
    ranks = {row.law: row for row in laws.ranks if row.objective == name}
    for row in laws.effects:
        if row.objective == name:
            yield _LawCells(
                row, ranks.get(row.law), words, is_baseline=row.law == laws.baseline
            )


def _caption(layout: Sequence[_LawColumn], laws: LawComparison) -> str:
    same = [x.objective.title for x in laws.values if x not in _shown(laws)]
    parts = [
        "difference: draw by draw, from the baseline.",
        "best in: share of draws in which no other law is better. regret: how far the "
        "law is from the best of each draw, on average."
        * (_BEST in layout and _REGRET in layout),
        f"The same under all: {', '.join(same)}." * bool(same),
        "objectives.csv, ranks.csv, pairs.csv, timing.csv and measures.csv have the "
        "rest.",
    ]
    return " ".join(filter(None, parts))


def pairs_table(values: ObjectiveValues, laws: LawComparison, out: Console) -> Table:
    """Return in which share of draws each law is better than each other."""
    shares = better_shares(values, laws)
    names = list(values.series)
    counts = range(min(len(names), _MOST_BESIDE), 0, -1)
    tables = (_pairs(values, names, shares, count) for count in counts)
    return first_that_fits(tables, out)


def better_shares(
    values: ObjectiveValues, laws: LawComparison
) -> dict[tuple[str, str], float]:
    """Return the share of draws in which the first law is better than the second."""
    shares = {}
    for row in laws.pairs:
        if row.objective == values.objective.name:
            worse = row.lower if values.objective.better == "higher" else row.higher
            shares[row.first, row.second] = row.first_better
            shares[row.second, row.first] = worse
    return shares


def _pairs(
    values: ObjectiveValues,
    names: Sequence[str],
    shares: dict[tuple[str, str], float],
    count: int,
) -> Table:
    better = values.objective.better
    table = new_table(
        f"{values.objective.title}: share of draws in which it is {better} under the "
        "law of the row than under that of the column",
        (),
    )
    table.add_column("", min_width=_LEAST_NAMES, overflow="fold")
    rows = [[_share(shares, row, x) for x in names[:count]] for row in names]
    for number, name in enumerate(names[:count]):
        add_numbers(table, name, (row[number] for row in rows))
    for name, cells in zip(names, rows, strict=True):
        table.add_row(plain(name), *map(plain, cells))
    if count < len(names):
        table.caption = "pairs.csv has the columns that do not fit here"
        table.caption_justify = "left"
    return table


def _share(shares: dict[tuple[str, str], float], row: str, column: str) -> str:
    return "" if row == column else share_of_draws(shares[row, column])
