"""The history of an answer: the days on which it changes, and what changed it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sim.domain.supply import SupplyLine
from sim.policy.explain import LawAnswer, share_text
from sim.policy.instruments import Instrument
from sim.policy.law_ahead import concerns, suspending_truce
from sim.policy.regime import Regime
from sim.policy.sales import SaleGroup

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class LawChange:
    """A day from which the answer is another.

    Attributes:
        answer: what the law says from that day on.
        causes: what changed it, in words; nothing at the beginning.
    """

    answer: LawAnswer
    causes: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """The first day on which the law says so."""
        return self.answer.day

    @property
    def word(self) -> str:
        """Whether the sale is free, blocked, or how much is allowed at what levy."""
        levy = self.answer.levy
        if np.any(levy) and np.any(self.answer.passed):
            return f"{self.answer.word}, levy {share_text(levy)}"
        return self.answer.word

    def __str__(self) -> str:
        licence, permit = (
            share_text(self.answer.licence),
            share_text(self.answer.permit),
        )
        because = f"  {'; '.join(self.causes)}" if self.causes else ""
        return f"{self.day}  {self.word} (licence {licence}, permit {permit}){because}"


SaleHistory = tuple[SaleGroup, tuple[LawChange, ...]]
"""Sales, and the days on which what law says to them changes."""


def history_rows(histories: Iterable[SaleHistory]) -> Iterator[str]:
    """Yield the days on which the answers to sales change as rows of text."""
    for sales, changes in histories:
        yield f"{sales}:"
        yield from (f"  {change}" for change in changes)


def law_history(regime: Regime, line: SupplyLine) -> tuple[LawChange, ...]:
    """Return the days on which what the law says of a line changes, from the first on.

    The first is that on which the earliest act was announced.
    """
    law = regime.book.applicable_law(line)
    days = [_first_day(regime), *law.breaks, *_states_decide(regime)]
    changes: list[LawChange] = []
    for day in sorted(x for x in {*days} if x >= days[0]):
        answer = regime.explain(line, day)
        if not changes:
            changes.append(LawChange(answer))
        elif not _is_same(changes[-1].answer, answer):
            changes.append(LawChange(answer, tuple(_causes(regime, line, day))))
    return tuple(changes)


def _first_day(regime: Regime) -> date:
    """Return the day on which a law begins, as far as it is on record."""
    return min((act.announced for act in regime.book.acts.values()), default=date.min)


def _states_decide(regime: Regime) -> list[date]:
    return [regime.decisions.since.replace(day=1)] if regime.decisions else []


def _is_same(one: LawAnswer, other: LawAnswer) -> bool:
    """Return whether two answers say the same; a levy counts where anything passes."""
    names = ["licence", "permit", *["levy"] * bool(np.any(one.passed))]
    return all(np.array_equal(getattr(one, x), getattr(other, x)) for x in names)


def _causes(regime: Regime, line: SupplyLine, day: date) -> Iterator[str]:
    """Yield which instruments begin, end, are suspended or are joined on a day."""
    law, left = regime.book.applicable_law(line), _left_to_states(regime, day)
    before, now = law.in_force(day - _DAY), law.in_force(day)
    for act in law.instruments:
        if not concerns(act, line):
            continue
        joined = act.adoption_period(line.origin)
        named = f"{act.id} ({act.reference})"
        if act.id in left - _left_to_states(regime, day - _DAY):
            yield f"{named} is left to {act.issuer} to decide"
        elif act.id in now - before:
            yield f"{named} begins"
        elif act.id in before - now:
            yield f"{named} {_ending(regime, act, day)}"
        elif joined is not None and joined.start == day:
            yield f"{line.origin} joins {named}"
        elif act.ask is not None and act.ask.deadline == day:
            yield f"{named} reaches {line.origin} by its deadline"


def _ending(regime: Regime, act: Instrument, day: date) -> str:
    truce = suspending_truce(regime.book, act, day)
    return f"is suspended by {truce.id}" if truce else "ends"


def _left_to_states(regime: Regime, day: date) -> frozenset[str]:
    packages = regime.book.open_packages(day)
    return frozenset(act.id for package in packages for act in package.acts)
