"""Bargaining: what was asked of governments, and what they answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from math import nan

import numpy as np
from jaxtyping import Float64

from sim.domain.ensemble import NEVER, Draws, InDraws, PerDraw
from sim.domain.months import Month
from sim.outcomes.quantiles import HEADLINE_LEVELS, quantiles
from sim.outcomes.results import Occurrence, Results

Shares = Float64[np.ndarray, "stands months"]
"""Share of draws in each `Stand` at the end of each month; a month's add to 1."""

ASK_EVENT = "asks an ally"
"""The event of an ask; its subject is the act, its detail the state asked."""


class Position(IntEnum):
    """Where a government stands on what is put to it."""

    NOT_ASKED = 0
    UNDECIDED = 1
    AGREED = 2
    JOINED_IN_PART = 3
    JOINED = 4
    REFUSED = 5
    WITHDREW = 6


@dataclass(frozen=True)
class Proposal:
    """What is put to a government: acts that it decides on as one.

    Attributes:
        government: actor id of who decides.
        state: its state.
        instrument: id of the act under which the chronicle tells of it.
        others: ids of the acts decided on with it.
        asks: ids of the acts with which it is asked; none where nobody asks it.
        deadline: the first day on which the asker's law reaches it anyway, if any.
    """

    government: str
    state: str
    instrument: str
    others: tuple[str, ...] = ()
    asks: frozenset[str] = frozenset()
    deadline: date | None = None


@dataclass(frozen=True, eq=False)
class ProposalOutcome:
    """What became of a matter, draw by draw.

    Attributes:
        matter: the matter.
        first: the month index of the first event of each kind of `DEEDS`, `NEVER` where
            there was none.
        stand: where the government stands in the end, a `Stand` per draw.
        shares: share of draws in each stand, by month.
    """

    proposal: Proposal
    first_months: Mapping[str, PerDraw]
    position: np.ndarray
    shares: Shares

    @property
    def asked(self) -> InDraws:
        """The draws in which it was asked; all if nobody ever asks it."""
        return self.position != Position.NOT_ASKED


@dataclass(frozen=True)
class BargainingRow:
    """One line of the table of bargaining.

    Shares are of the draws asked, `asked` itself of all draws. What nobody asks for, a
    government's own act, counts in all draws, and `asked` is a missing value.

    Attributes:
        scenario: name of the scenario.
        government: actor id of who decides.
        state: its state.
        instrument: id of the act, the first where several are decided on as one.
        others: ids of the acts decided on with it, a blank between them.
        asks: ids of the acts with which it is asked, a blank between them.
        deadline: the first day on which the asker's law reaches it anyway, if any.
        asked: share of draws in which it was asked.
        agreed: share in which it ever agreed to the whole, or decided on its own act.
        agreed_in_part: share in which it ever agreed to a part.
        bound: share in which the whole ever came to bind.
        bound_in_part: share in which a part ever came to bind.
        refused: share in which it refused.
        left: share in which it ever withdrew, or the act ran its time.
        months_to_agree: quantiles of the months from the ask to the first agreement.
        bound_from: quantiles of the month in which any of it first bound.
        at_horizon: share in each stand at the horizon; they add to 1.
    """

    scenario: str
    government: str
    state: str
    instrument: str
    others: str
    asks: str
    deadline: date | None
    asked: float
    agreed: float
    agreed_in_part: float
    bound: float
    bound_in_part: float
    refused: float
    withdrew: float
    months_to_agree: tuple[float, ...]
    bound_from: tuple[Month | None, ...]
    at_horizon: Mapping[Position, float]


ACTIONS: Mapping[str, tuple[Position, tuple[str, ...]]] = {
    "agreed": (
        Position.AGREED,
        ("ally agrees", "instrument decided", "retaliation", "truce"),
    ),
    "agreed_in_part": (Position.AGREED, ("ally agrees in part",)),
    "bound": (Position.JOINED, ("ally joins", "instrument effective")),
    "bound_in_part": (Position.JOINED_IN_PART, ("ally joins in part",)),
    "refused": (Position.REFUSED, ("ally refuses",)),
    "withdrew": (
        Position.WITHDREW,
        ("ally defects", "instrument withdrawn", "instrument lifted"),
    ),
}
"""What governments do about a matter: where they stand then, and what it is called."""

_DEED_OF = {event: deed for deed, (_, names) in ACTIONS.items() for event in names}
ANSWER_EVENTS = frozenset({ASK_EVENT, *_DEED_OF})
"""The events from which the course of a matter is read."""

_ORDER = ["asked", *ACTIONS]


def bargaining(results: Results) -> list[BargainingRow]:
    """Return the table of bargaining: a line for each matter put to a government."""
    matters = proposals_of(results)
    found = outcomes_of(matters, results.events, results.months, results.draws)
    return [bargaining_row(results.scenario, course) for course in found]


def proposals_of(results: Results) -> list[Proposal]:
    """Return what the law of a run leaves to governments, the asked ones first."""
    regime = results.regime
    if regime is None or not regime.decisions:
        return []
    governments = _governments(results)
    matters = [
        Proposal(
            government=governments.get(each.state, each.state),
            state=each.state,
            instrument=each.name,
            others=tuple(act.id for act in each.acts[1:]),
            asks=each.asks,
            deadline=each.deadline,
        )
        for each in regime.decisions.packages(regime.book.acts)
    ]
    return sorted(matters, key=lambda matter: not matter.asks)


def outcomes_of(
    matters: Iterable[Proposal],
    events: Iterable[Occurrence],
    months: Sequence[Month],
    draws: Draws,
) -> Iterator[ProposalOutcome]:
    """Yield what became of each matter.

    Args:
        matters: what was put to governments.
        events: what happened.
        months: the months for which shares are wanted; the last is the horizon.
        draws: the draws that were lived.
    """
    known = [event for event in events if event.month <= months[-1]]
    told: dict[tuple[str, str], list[Occurrence]] = {}
    asks: dict[tuple[str, str], list[Occurrence]] = {}
    for event in known:
        if event.event == ASK_EVENT:
            asks.setdefault((event.subject, event.detail), []).append(event)
        elif event.event in _DEED_OF:
            told.setdefault((event.actor, event.subject), []).append(event)
    for matter in matters:
        own = told.get((matter.government, matter.instrument), [])
        put = [x for act in matter.asks for x in asks.get((act, matter.state), [])]
        yield _followed(matter, [*put, *own], months, draws)


def bargaining_row(scenario: str, course: ProposalOutcome) -> BargainingRow:
    """Return a course summed up over draws."""
    matter, asked, first = course.proposal, course.asked, course.first_months
    agreed = np.minimum(first["agreed"], first["agreed_in_part"])
    bound = np.minimum(first["bound"], first["bound_in_part"])
    answered = np.isfinite(agreed) & np.isfinite(first["asked"])
    waited = agreed[answered] - first["asked"][answered]
    return BargainingRow(
        scenario=scenario,
        government=matter.government,
        state=matter.state,
        instrument=matter.instrument,
        others=" ".join(matter.others),
        asks=" ".join(sorted(matter.asks)),
        deadline=matter.deadline,
        asked=float(np.mean(asked)) if matter.asks else nan,
        **{deed: _share(np.isfinite(first[deed]), asked) for deed in ACTIONS},
        months_to_agree=_spread(waited),
        bound_from=_months(bound[np.isfinite(bound)]),
        at_horizon={
            stand: _share(course.position == stand, asked)
            for stand in Position
            if stand is not Position.NOT_ASKED
        },
    )


def _followed(
    matter: Proposal, events: list[Occurrence], months: Sequence[Month], draws: Draws
) -> ProposalOutcome:
    """Return a matter followed through its events, a later one superseding earlier."""
    begins = Position.NOT_ASKED if matter.asks else Position.UNDECIDED
    stand = np.full(draws.count, int(begins), dtype=np.int8)
    first = {deed: np.full(draws.count, NEVER) for deed in _ORDER}
    by_month: dict[Month, list[Occurrence]] = {}
    for event in sorted(events, key=_when):
        by_month.setdefault(event.month, []).append(event)
    shares = np.zeros((len(Position), len(months)))
    past = [month for month in by_month if month < months[0]]
    for month in past:
        _live_through(by_month[month], stand, first, draws)
    for column, month in enumerate(months):
        if column == 0 or month in by_month:
            _live_through(by_month.get(month, []), stand, first, draws)
            shares[:, column] = (
                np.bincount(stand, minlength=len(Position)) / draws.count
            )
        else:
            shares[:, column] = shares[:, column - 1]
    return ProposalOutcome(matter, first, stand, shares)


def _live_through(
    events: list[Occurrence], stand: np.ndarray, first: dict[str, PerDraw], draws: Draws
) -> None:
    """Take in the events of a month; the arrays given are this module's own."""
    for event in events:
        deed, where = _deed(event), event.draws - draws.first
        now = float(event.month.index)
        first[deed][where] = np.minimum(first[deed][where], now)
        before = stand[where]
        if deed == "asked":
            stand[where] = np.where(
                before == Position.NOT_ASKED, Position.UNDECIDED, before
            )
            continue
        then = ACTIONS[deed][0]
        # Who agrees to the whole stays bound in part until the whole binds.
        waits = (before == Position.JOINED_IN_PART) & (then == Position.AGREED)
        stand[where] = np.where(waits, before, then)


def _deed(event: Occurrence) -> str:
    return "asked" if event.event == ASK_EVENT else _DEED_OF[event.event]


def _when(event: Occurrence) -> tuple[Month, int]:
    return event.month, _ORDER.index(_deed(event))


def _governments(results: Results) -> dict[str, str]:
    """Return the government of each state, by the state."""
    if results.network is None:
        return {}
    return {
        str(facts["country"]): actor
        for actor, facts in results.network.nodes.items()
        if facts.get("kind") == "government"
    }


def _share(where: InDraws, asked: InDraws) -> float:
    """Return the share of the draws asked; missing if there are none."""
    count = int(np.sum(asked))
    return float(np.sum(where & asked)) / count if count else nan


def _spread(values: PerDraw) -> tuple[float, ...]:
    if values.size == 0:
        return tuple(nan for _ in HEADLINE_LEVELS)
    return tuple(quantiles(values, list(HEADLINE_LEVELS.values())))


def _months(indices: PerDraw) -> tuple[Month | None, ...]:
    """Return quantiles of months, each a month that occurs."""
    levels = list(HEADLINE_LEVELS.values())
    if indices.size == 0:
        return tuple(None for _ in levels)
    found = np.quantile(indices, levels, method="inverted_cdf")
    return tuple(Month.at(int(index)) for index in found)
