"""Why a number differs between two laws: a sentence for the strongest chain, a tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from sim.domain.months import Month
from sim.outcomes.causal_chain import ChainLink
from sim.outcomes.measures.measure import CHINA
from sim.outcomes.measures.measure_inputs import LAW_ACTS_ON
from sim.policy.difference import LegalChange
from sim.policy.instruments import Instrument
from sim.presentation import names
from sim.presentation.effect_wording import EffectWording
from sim.presentation.headline_cells import share_of_draws
from sim.presentation.labelled_text import wrapped
from sim.presentation.numbers import counted
from sim.presentation.odds_in_words import odds_of_draws
from sim.presentation.story.wording import listed, month_name
from sim.presentation.terminal_tables import (
    add_numbers,
    first_that_fits,
    new_table,
    plain,
)

_COLUMNS = ("baseline", "scenario", "difference", "goes with", "differs in", "since")
_COUNTS = (6, 5, 4, 3, 1)
"""How many columns of numbers there may be, the widest table first."""

_DIFFERENCE = 2
_MOST_STEPS = 4


@dataclass(frozen=True)
class WhyReport:
    """Why a number differs.

    Attributes:
        scenario: name of the scenario.
        baseline: name of the law compared with.
        month: in which month.
        draws: how many were run.
        chain: the number asked about, and what makes it differ.
        changes: how the laws differ.
        who_decides: who decides the rest, in words; nothing if nobody does.
    """

    scenario: str
    baseline: str
    month: Month
    draws: int
    chain: Sequence[ChainLink]
    changes: Sequence[LegalChange]
    who_decides: str

    @property
    def sentences(self) -> list[str]:
        """What differs, through which chain most, and which law begins it."""
        asked = self.chain[0]
        title = _title(asked)
        if not asked.differs_in:
            return [
                f"{names.capitalised(title)} is the same under {self.scenario} and "
                f"{self.baseline} in every draw to {month_name(self.month)}."
            ]
        wording = _wording(asked)
        whole = (
            f"In {month_name(self.month)} {title} differs by "
            f"{wording.text(asked.difference[1])} {wording.unit} between "
            f"{self.scenario} and {self.baseline} in the median, and at all in "
            f"{odds_of_draws(asked.differs_in, self.draws)}"
        )
        return [f"{whole}.", *self._steps(), *self._law()]

    def _steps(self) -> Iterator[str]:
        """Yield the strongest chain, one measure acting on the next."""
        steps = list(_strongest(self.chain))[: _MOST_STEPS + 1]
        if len(steps) > 1:
            texts = [_step(link) for link in steps[1:]]
            yield f"Along the strongest chain: {'; because '.join(texts)}."

    def _law(self) -> Iterator[str]:
        """Yield which instruments differ that act on a measure of the chain."""
        acting: dict[str, list[str]] = {}
        for link in self.chain:
            for act in self._acting_on(link):
                acting.setdefault(act, []).append(_title(link))
        for act, titles in acting.items():
            shown = listed(titles)
            yield f"{act} acts on {shown}."
        if self.who_decides:
            yield self.who_decides

    def _acting_on(self, link: ChainLink) -> Iterator[str]:
        goods = set(LAW_ACTS_ON.get(link.key[0], ()))
        seen = set()
        for change in self.changes:
            if change.id not in seen and goods & set(_goods(change.instrument)):
                seen.add(change.id)
                since = getattr(change.instrument, "effective", None)
                day = f", in effect {since}" if since else ""
                yield f"{change.id} ({change.change}{day})"

    def print_to(self, out: Console) -> None:
        """Print the sentences, and the chain as a table."""
        for sentence in self.sentences:
            for line in wrapped(sentence, out.width):
                out.print(plain(line), soft_wrap=True)
        if self.chain[0].differs_in:
            out.print()
            out.print(first_that_fits((self._table(n) for n in _COUNTS), out))

    def _table(self, columns: int) -> Table:
        """Return the chain as a table; where there is little room, fewer columns."""
        table = new_table(
            f"What makes it differ, by {self.month}: medians of "
            f"{counted(self.draws, 'draw')}; flows over twelve months",
            (),
        )
        table.add_column("", min_width=24, overflow="fold")
        shown = _COLUMNS[:columns] if columns > 1 else (_COLUMNS[_DIFFERENCE],)
        cells = [_cells(link) for link in self.chain]
        for column in shown:
            add_numbers(table, column, (row[column] for row in cells))
        for link, row in zip(self.chain, cells, strict=True):
            name = Padding(plain(_name(link)), (0, 0, 0, 2 * link.depth))
            table.add_row(name, *(plain(row[column]) for column in shown))
        table.caption = plain(
            "Each measure stands below the one that it acts on, by the mechanism named "
            "(docs/ODD.md). goes with: rank correlation of the two differences over "
            "draws. since: the median month in which it first differs"
        )
        table.caption_justify = "left"
        return table


def _goods(act: Instrument) -> tuple[str, ...]:
    """Return the goods that an instrument is about; none of some kinds."""
    return tuple(getattr(getattr(act, "scope", None), "goods", ()) or ())


def _title(link: ChainLink) -> str:
    """Return a measure within a sentence; names keep their capitals."""
    measure, actor = link.key
    if actor == CHINA:
        return names.within_sentence(names.measure_title(measure, short=True))
    return names.series_title(measure, actor, short=True)


def _wording(link: ChainLink) -> EffectWording:
    return EffectWording(link.unit, is_change=True)


def _name(link: ChainLink) -> str:
    title = names.series_title(*link.key, short=True)
    unit = EffectWording(link.unit, is_change=False).unit
    by = f" [{link.mechanism}]" if link.mechanism else ""
    return f"{title}, {unit}{by}" if unit else f"{title}{by}"


def _cells(link: ChainLink) -> Mapping[str, str]:
    """Return the numbers of a row as text, by column."""
    level = EffectWording(link.unit, is_change=False)
    correlation = "" if isnan(link.correlation) else f"{link.correlation:+.2f}"
    return {
        "baseline": level.text(link.baseline[1]),
        "scenario": level.text(link.scenario[1]),
        "difference": _wording(link).text(link.difference[1]),
        "goes with": correlation.replace("-", "−"),
        "differs in": share_of_draws(link.differs_in),
        "since": "" if link.since is None else str(link.since),
    }


def _strongest(chain: Sequence[ChainLink]) -> Iterator[ChainLink]:
    """Yield the number asked about, then at each step the first of what is behind it.

    The chain has the strongest input of each measure right behind it.
    """
    depth = 0
    for link in chain:
        if link.depth == depth:
            yield link
            depth += 1
        elif link.depth < depth:
            return


def _step(link: ChainLink) -> str:
    level, change = EffectWording(link.unit, is_change=False), _wording(link)
    title = _title(link)
    return (
        f"{title} is {level.text(link.scenario[1])} {level.unit} "
        f"({change.text(link.difference[1])}, {link.mechanism})"
    )
