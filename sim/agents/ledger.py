"""Businesses of listed firms: sales that the same law can take, read from books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.actor import Actor
from sim.domain.chips import Chip
from sim.domain.ensemble import PerDraw, Table, share, total
from sim.domain.supply import Good, LineKey, SupplyLine
from sim.policy.applicable_law import ApplicableLaw
from sim.policy.beliefs import BeliefChange
from sim.policy.instruments import Instrument
from sim.policy.prospects import Prospect
from sim.policy.statute_book import StatuteBook
from sim.policy.terms import Truce

if TYPE_CHECKING:
    from sim.agents.ledgers import Ledgers

Shares = dict[str, PerDraw | float]
"""Share of some business that each prospect would take, by prospect."""

_DAY = timedelta(days=1)


_UnderOneLaw = tuple[str, Good, tuple[str, ...], bool]
"""Origin, good and acts of lines to which law says the same; whether they are sold."""

TakenAndGivenBack = tuple[PerDraw, PerDraw]
"""Share of the sales made that law takes, and of those taken that it gives back."""


@dataclass(frozen=True, eq=False)
class Change:
    """What law changes of a part of a business.

    Attributes:
        key: the line, or the act that takes sales which are no line.
        carried: what it carried in a month, in a unit common to the parts.
        taken: share of it that law takes, in [0, 1].
        given_back: share of what law had taken of it that comes back, in [0, 1].
        moves: whether law can have changed it at all.
    """

    key: LineKey | str
    carried: PerDraw
    taken: PerDraw
    given_back: PerDraw
    moves: bool = True


@dataclass(frozen=True, kw_only=True)
class StockProfile:
    """What is known of a listed firm's share.

    Attributes:
        multiple: price to sales.
        margin_ratio: margin of its sales at risk over that of all its sales.
        ai_share: share of its revenue that AI compute brings; of a chip designer, of
            its data-centre revenue.
        daily_volatility: standard deviation of its daily log returns.
        won_from_rivals: share of what foreign rivals lose in China that it wins.
        tool_dependence: share of its output that goes with what law takes of the
            foreign tools, and of their upkeep, in its country.
        yearly: revenue by year where the model has no books of it, USD million.
        other_china: of that, sold in China besides the goods of the model.
        growth: growth of revenue after the last year on the record, a year.
        first_growth: ratio of the year after that one to it, for both; None if it is
            like later ones.
    """

    multiple: float
    margin_ratio: float
    ai_share: float
    daily_volatility: float
    won_from_rivals: float
    tool_dependence: float
    yearly: Mapping[int, float]
    other_china: Mapping[int, float]
    growth: float
    first_growth: PerDraw | None = None


@dataclass(eq=False)
class Business:
    """Sales of a firm that the same law can take.

    Attributes:
        lines: the lines on which it sells; none if they are not lines of the model.
        denied_shares: share of the business that each prospect would take.
        revenue: moving average of a month's revenue, USD million, as `Ledgers` has it.
        announced_loss: of that, what announced law takes.
        closed: sales that law has taken and may give back, USD million a month.
        shipped: what each line carried last month, in a row for each.
        chips: the chip that each line carried last month.
    """

    firm: Actor
    lines: list[SupplyLine]
    denied_shares: Shares
    shipped: Table = field(init=False)
    chips: list[Chip | None] = field(init=False)
    _foreseen: dict[_UnderOneLaw, tuple[date, PerDraw | float]] = field(
        init=False, default_factory=dict
    )
    _by_law: dict[_UnderOneLaw, TakenAndGivenBack | None] = field(
        init=False, default_factory=dict
    )
    _closed_by: dict[LineKey | str, PerDraw] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.note_shipments()

    def show(self, ledgers: Ledgers, row: int) -> None:
        """Show the numbers of one row of the ledgers from now on."""
        self._ledgers, self._row = ledgers, row

    @property
    def revenue(self) -> PerDraw:
        """Moving average of a month's revenue, USD million."""
        return self._ledgers.revenue[self._row]

    @revenue.setter
    def revenue(self, amount: PerDraw) -> None:
        self._ledgers.put("revenue", self._row, amount)

    @property
    def announced_loss(self) -> PerDraw:
        """Of the revenue, what announced law takes, USD million."""
        return self._ledgers.announced_loss[self._row]

    @announced_loss.setter
    def announced_loss(self, amount: PerDraw) -> None:
        self._ledgers.put("announced_loss", self._row, amount)

    @property
    def closed(self) -> PerDraw:
        """Sales that law has taken and may give back, USD million a month."""
        return self._ledgers.closed[self._row]

    @closed.setter
    def closed(self, amount: PerDraw) -> None:
        self._ledgers.put("closed", self._row, amount)

    @cached_property
    def goods(self) -> frozenset[Good]:
        """Goods on which law bears that takes any of the business."""
        return frozenset(line.good for line in self.lines)

    def monthly_revenue(self) -> PerDraw:
        """Return this month's revenue, USD million."""
        return total(line.orders.shipped * line.price for line in self.lines)

    def forget_closed(self, kept: PerDraw) -> None:
        """Let sales that law has taken fade: buyers find others.

        Args:
            kept: share that is still to be had after a month.
        """
        if self._closed_by:
            self._set_closed({key: kept * x for key, x in self._closed_by.items()})

    def _set_closed(self, amounts: Mapping[LineKey | str, PerDraw]) -> None:
        self._closed_by = dict(amounts)
        self.closed = total(self._closed_by.values())

    def note_shipments(self) -> None:
        """Note what each line carried this month, whose days of law are over."""
        self._foreseen = {}
        self.shipped = self._shipped_now()
        self.chips = [line.chip for line in self.lines]

    def _shipped_now(self) -> Table:
        if not self.lines:
            return np.zeros((0, self.firm.model.chance.draws.count))
        return np.array([line.orders.shipped for line in self.lines])

    def count_announced_change(
        self, move: BeliefChange, prospects: Mapping[str, Prospect]
    ) -> None:
        """Count as lost what an instrument takes, and as won what it gives back.

        What is taken is kept among the sales closed, from which alone something can
        come back.
        """
        changes = self._changes(move, prospects)
        if not changes:
            return
        remaining = self.revenue - self.announced_loss
        announced = self.announced_loss + remaining * _taken_share(changes)
        if self.firm.model.is_on("relief"):
            announced = announced - self._move_closed(changes, remaining)
        self.announced_loss = announced

    def _move_closed(self, changes: Sequence[Change], remaining: PerDraw) -> PerDraw:
        """Add to the sales closed what is taken; return what comes back from them."""
        nothing, closed = self.firm.model.zeros(), dict(self._closed_by)
        weights = _weights(changes)
        won = nothing
        for change, weight in zip(changes, weights, strict=True):
            if not change.moves:
                continue
            had = closed.get(change.key, nothing)
            back = had * change.given_back
            closed[change.key] = had + remaining * weight * change.taken - back
            won = won + back
        self._set_closed(closed)
        return won

    def _changes(
        self, move: BeliefChange, prospects: Mapping[str, Prospect]
    ) -> list[Change]:
        """Return what the law of a day changes: of each line, or of each act."""
        if not self.lines:
            return self._changes_by_name(move, prospects)
        assert move.act is not None
        of_act = move.act.scope.goods
        if of_act and not isinstance(move.act, Truce) and of_act.isdisjoint(self.goods):
            return []
        self._by_law = {}
        moves = [self._change(index, move) for index in range(len(self.lines))]
        self._by_law = {}
        if all(change is None for change in moves):
            return []
        nothing = self.firm.model.zeros()
        return [
            Change(
                line.key, carried, *(change or (nothing, nothing)), change is not None
            )
            for line, carried, change in zip(
                self.lines, self.shipped, moves, strict=True
            )
        ]

    def _changes_by_name(
        self, move: BeliefChange, prospects: Mapping[str, Prospect]
    ) -> list[Change]:
        """Return what an act takes of sales that are no lines, or gives back."""
        act, nothing = move.act, self.firm.model.zeros()
        assert act is not None
        if move.is_end:
            ended = act.id in self._closed_by
            return [Change(act.id, nothing, nothing, nothing + 1.0)] if ended else []
        denied = [
            x for key, x in self.denied_shares.items() if prospects[key].includes(act)
        ]
        if not denied:
            return []
        taken = max(denied)
        return [Change(act.id, nothing + 1.0, nothing + taken, nothing)]

    def _change(self, index: int, move: BeliefChange) -> TakenAndGivenBack | None:
        """Return the shares of a line's business that law takes and gives back."""
        return self._change_of_line(self.lines[index], move, self.chips[index])

    def _change_of_line(
        self,
        line: SupplyLine,
        move: BeliefChange,
        chip: Chip | None = None,
        *,
        is_sold: bool = True,
    ) -> TakenAndGivenBack | None:
        """Return what the law of an act's day takes of a line's sales, and gives back.

        The first is a share of the sales made, the second of those that law had taken.
        Lines under the same law get the same answer, which is looked up once.

        Args:
            line: the line.
            move: what has become known of the law.
            chip: that the line carries, or carried until law barred it.
            is_sold: whether it still carries it.
        """
        book = self.firm.model.regime.book
        law = book.applicable_law(line)
        key = (line.origin, line.good, law.equivalence_key, is_sold)
        if key not in self._by_law:
            assert move.act is not None
            assert move.day is not None
            self._by_law[key] = (
                self._change_on(move.day, line.carrying(chip), key)
                if _may_change(book, law, move.act)
                else None
            )
        return self._by_law[key]

    def _change_on(
        self, day: date, line: SupplyLine, key: _UnderOneLaw
    ) -> TakenAndGivenBack:
        """Return what law changes of a line's sales on a day, what is known counted."""
        world = self.firm.model
        leakage, known = world.leakage_on(line), self._foreseen.get(key)
        if known is not None and known[0] == day:
            before = known[1]
        else:
            before = world.regime.foreseen_access(line, day - _DAY, leakage)
        after = world.regime.foreseen_access(line, day, leakage)
        self._foreseen[key] = (day, after)
        nothing = world.zeros()
        closes, opens = np.maximum(nothing + before - after, 0.0), nothing
        if world.is_on("relief"):
            opens = np.maximum(nothing + after - before, 0.0)
        return share(closes, nothing + before), share(opens, nothing + 1.0 - before)


def _taken_share(changes: Sequence[Change]) -> PerDraw:
    """Return the share of a business that law takes, each part by what it carried."""
    carried = total(change.carried for change in changes)
    weighted = total(change.taken * change.carried for change in changes)
    unweighted = total(change.taken for change in changes) / len(changes)
    return np.where(carried > 0.0, share(weighted, carried), unweighted)


def _weights(changes: Sequence[Change]) -> list[PerDraw]:
    """Return the share of a business that each part is, all alike if none is sold."""
    carried = total(change.carried for change in changes)
    return [
        np.where(carried > 0.0, share(change.carried, carried), 1.0 / len(changes))
        for change in changes
    ]


def _may_change(book: StatuteBook, law: ApplicableLaw, act: Instrument) -> bool:
    """Return whether an act may take or give back business on lines under a law."""
    if isinstance(act, Truce):
        return any(act in book.suspending(item) for item in law.instruments)
    return act.id in law.ids_at_gates or any(act.id == x.id for x in law.policies)
