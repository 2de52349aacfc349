"""Bargaining: what was asked of governments, and what they answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from math import nan

import numpy as np

from sim.domain.array_types import Float64
from sim.domain.ensemble import NEVER, Draws, InDraws, PerDraw
from sim.domain.months import Month
from sim.outcomes.occurrences import Occurrence
from sim.outcomes.quantiles import headline_quantiles, month_quantiles
from sim.outcomes.results import Results

PositionShares = Float64[np.ndarray, "positions months"]
"""Share of draws in each `Position` at the end of each month; a month's add to 1."""

ASK_EVENT = "asks an ally"
"""The event of an ask; its subject is the act, its detail the state asked."""


class Position(IntEnum):
    """A government's position on what is proposed to it."""

    NOT_ASKED = 0
    UNDECIDED = 1
    AGREED = 2
    JOINED_IN_PART = 3
    JOINED = 4
    REFUSED = 5
    WITHDREW = 6


@dataclass(frozen=True)
class Proposal:
    """Acts that a government decides on as one, asked to or of its own accord.

    Attributes:
        government: actor id of who decides.
        instrument: id of the act under which events name it.
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
    """The outcome of a proposal, draw by draw.

    Attributes:
        first_months: the month index of the first event of each kind of `ACTIONS`,
            `NEVER` where there was none.
        position: of the government in the end, a `Position` per draw.
        shares: share of draws in each position, by month.
    """

    proposal: Proposal
    first_months: Mapping[str, PerDraw]
    position: np.ndarray
    shares: PositionShares

    @property
    def asked(self) -> InDraws:
        """The draws in which it was asked; all if nobody ever asks it."""
        return self.position != Position.NOT_ASKED


@dataclass(frozen=True)
class BargainingRow:
    """One row of the table of bargaining.

    Shares are of the draws asked, `asked` itself of all draws. What nobody asks for, a
    government's own act, counts in all draws, and `asked` is a missing value.

    Attributes:
        asks: ids of the acts with which it is asked, a blank between them.
        asked: share of draws in which it was asked.
        agreed: share in which it ever agreed in full, or decided on its own act.
        bound: share in which the act was ever binding in full.
        withdrew: share in which it ever withdrew, or the act ran its time.
        months_to_agree: quantiles of the months from the ask to the first agreement.
        bound_from: quantiles of the month in which any of it was first binding.
        at_horizon: share in each position at the horizon; they add to 1.
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
"""What governments do about a proposal: their position then, and the events of it."""

_ACTION_OF = {
    event: action for action, (_, names) in ACTIONS.items() for event in names
}
ANSWER_EVENTS = frozenset({ASK_EVENT, *_ACTION_OF})
"""The events from which the outcome of a proposal is read."""

_ORDER = ["asked", *ACTIONS]


def bargaining(results: Results) -> list[BargainingRow]:
    """Return the table of bargaining: a row for each proposal to a government."""
    proposals = proposals_of(results)
    outcomes = outcomes_of(proposals, results.events, results.months, results.draws)
    return [bargaining_row(results.scenario, outcome) for outcome in outcomes]


def proposals_of(results: Results) -> list[Proposal]:
    """Return what the law of a run leaves to governments, the asked ones first."""
    regime = results.regime
    if regime is None or not regime.decisions:
        return []
    nodes = {} if results.network is None else results.network.nodes
    governments = {
        str(facts["country"]): actor
        for actor, facts in nodes.items()
        if facts.get("kind") == "government"
    }
    proposals = [
        Proposal(
            government=governments.get(package.state, package.state),
            state=package.state,
            instrument=package.name,
            others=tuple(act.id for act in package.acts[1:]),
            asks=package.asks,
            deadline=package.deadline,
        )
        for package in regime.decisions.packages(regime.book.acts)
    ]
    return sorted(proposals, key=lambda proposal: not proposal.asks)


def outcomes_of(
    proposals: Iterable[Proposal],
    events: Iterable[Occurrence],
    months: Sequence[Month],
    draws: Draws,
) -> Iterator[ProposalOutcome]:
    """Yield the outcome of each proposal, with shares for each of the months.

    The last of the months is the horizon.
    """
    asks: dict[tuple[str, str], list[Occurrence]] = {}
    actions: dict[tuple[str, str], list[Occurrence]] = {}
    for event in events:
        if event.month > months[-1]:
            continue
        if event.event == ASK_EVENT:
            asks.setdefault((event.subject, event.detail), []).append(event)
        elif event.event in _ACTION_OF:
            actions.setdefault((event.actor, event.subject), []).append(event)
    for proposal in proposals:
        asked = [
            x for act in proposal.asks for x in asks.get((act, proposal.state), [])
        ]
        taken = actions.get((proposal.government, proposal.instrument), [])
        yield _outcome(proposal, [*asked, *taken], months, draws)


def joined_acts(
    proposals: Iterable[Proposal],
    events: Iterable[Occurrence],
    months: Sequence[Month],
    draws: Draws,
) -> dict[str, tuple[Proposal, PerDraw]]:
    """Return what allies were asked to join, and 1 in the draws in which they did.

    Keys are of the form ``NLD joins service_ban``.
    """
    asked = [proposal for proposal in proposals if proposal.asks]
    return {
        f"{outcome.proposal.state} joins {outcome.proposal.instrument}": (
            outcome.proposal,
            np.isfinite(outcome.first_months["bound"]).astype(float),
        )
        for outcome in outcomes_of(asked, events, months, draws)
    }


def bargaining_row(scenario: str, outcome: ProposalOutcome) -> BargainingRow:
    """Return an outcome summed up over draws."""
    proposal, asked, first = outcome.proposal, outcome.asked, outcome.first_months
    agreed = np.minimum(first["agreed"], first["agreed_in_part"])
    bound = np.minimum(first["bound"], first["bound_in_part"])
    answered = np.isfinite(agreed) & np.isfinite(first["asked"])
    return BargainingRow(
        scenario=scenario,
        government=proposal.government,
        state=proposal.state,
        instrument=proposal.instrument,
        others=" ".join(proposal.others),
        asks=" ".join(sorted(proposal.asks)),
        deadline=proposal.deadline,
        asked=float(np.mean(asked)) if proposal.asks else nan,
        **{name: _share(np.isfinite(first[name]), asked) for name in ACTIONS},
        months_to_agree=headline_quantiles(agreed[answered] - first["asked"][answered]),
        bound_from=month_quantiles(bound[np.isfinite(bound)]),
        at_horizon={
            position: _share(outcome.position == position, asked)
            for position in Position
            if position is not Position.NOT_ASKED
        },
    )


def _outcome(
    proposal: Proposal, events: list[Occurrence], months: Sequence[Month], draws: Draws
) -> ProposalOutcome:
    """Return what its events, the later superseding the earlier, make of a proposal."""
    start = Position.NOT_ASKED if proposal.asks else Position.UNDECIDED
    position = np.full(draws.count, start, dtype=np.int8)
    first = {action: np.full(draws.count, NEVER) for action in _ORDER}
    ordered = sorted(events, key=lambda x: (x.month, _ORDER.index(_action(x))))
    shares = np.zeros((len(Position), len(months)))
    applied = 0
    for column, month in enumerate(months):
        while applied < len(ordered) and ordered[applied].month <= month:
            _apply(ordered[applied], position, first, draws)
            applied += 1
        shares[:, column] = np.bincount(position, minlength=len(Position)) / draws.count
    return ProposalOutcome(proposal, first, position, shares)


def _apply(
    event: Occurrence, position: np.ndarray, first: dict[str, PerDraw], draws: Draws
) -> None:
    """Take in an event; the arrays given are this module's own."""
    action, rows = _action(event), event.draws - draws.first
    first[action][rows] = np.minimum(first[action][rows], float(event.month.index))
    before = position[rows]
    if action == "asked":
        after, stays = Position.UNDECIDED, before != Position.NOT_ASKED
    else:
        # Who agrees in full stays bound in part until the whole act is binding.
        after = ACTIONS[action][0]
        stays = (before == Position.JOINED_IN_PART) & (after == Position.AGREED)
    position[rows] = np.where(stays, before, after)


def _action(event: Occurrence) -> str:
    return "asked" if event.event == ASK_EVENT else _ACTION_OF[event.event]


def _share(where: InDraws, asked: InDraws) -> float:
    """Return the share of the draws asked; missing if there are none."""
    count = int(np.sum(asked))
    return float(np.sum(where & asked)) / count if count else nan
