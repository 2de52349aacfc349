"""The market for tools: what all fabs order, from whom, and what makers ship.

All fabs and makers act at once, in one table. A fab's plan is its own, a maker's room
too; how orders are split, and what replaces the tools that are denied, is the same rule
for every fab.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np

from sim.agents.fab import Fab
from sim.agents.tool_access import ToolAccess, state_of_law
from sim.agents.tool_fleet import Fleet, ToolFleet
from sim.agents.tool_table import (
    ByClass,
    ByFab,
    ByForeign,
    ByHome,
    ByMaker,
    places,
)
from sim.agents.toolmaker import DomesticToolmaker, Toolmaker
from sim.domain.ensemble import InDraws, PerDraw, same_objects, share, total
from sim.domain.supply import TOOL_CLASSES, SupplyLine
from sim.mechanisms.tool_demand import orders, sector_cycle, stockpile, used_to
from sim.world import World

_LARGE_RISE = 0.25
"""A smaller rise of the denied share of a class of tools is not entered."""


@dataclass(frozen=True, eq=False)
class Replacement:
    """What is denied abroad, and where it is found instead; by class, fab and draw.

    Attributes:
        denied: what law keeps from being shipped or installed.
        at_allies: of that, what other foreign makers are asked for.
        second_hand: of that, what is bought second-hand.
    """

    denied: ByClass
    at_allies: ByClass
    second_hand: ByClass

    @property
    def missing(self) -> ByClass:
        """What neither of the two replaces."""
        return np.maximum(self.denied - self.at_allies - self.second_hand, 0.0)


class ToolMarket(ToolFleet):
    """All fabs as buyers of tools, and all makers as their sellers.

    Attributes:
        lines: between them, by row of the table and fab.
        makers: of tools, foreign and Chinese.
        cycle: what all fabs feel together, in standard deviations.
        usual_fear: the fear of losing foreign tools that fabs are used to, in [0, 1].
        new_fear: what they fear beyond that.
        reported_denied_share: the denied share that was last entered.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        lines: Sequence[Sequence[SupplyLine]],
        makers: Sequence[Toolmaker],
        **fleet: Unpack[Fleet],
    ) -> None:
        super().__init__(world, name, country, **fleet)
        self.lines = tuple(map(tuple, lines))
        self.makers = tuple(makers)
        self.cycle = self.usual_fear = self.new_fear = world.zeros()
        self.reported_denied_share = np.zeros_like(self._per_kwpm)
        at = {
            line.key: (row, fab)
            for row, of_row in enumerate(self.lines)
            for fab, line in enumerate(of_row)
        }
        self._places = {
            maker.name: places(maker.tool_lines, at)
            for maker in (*self.makers, *self._home_makers())
        }
        self._maker_of = [
            [maker.name for maker in makers].index(vendor)
            for vendor in self.layout.vendors[self.layout.foreign]
        ]
        self._law: list[PerDraw] = []
        self._review_access()

    def _home_makers(self) -> list[DomesticToolmaker]:
        return list(dict.fromkeys(self.home_makers.values()))

    def _review_access(self) -> None:
        """Find what fabs can get of each maker, if law has changed."""
        law = state_of_law(self.lines, self.fabs)
        is_same = same_objects(law, self._law)
        if not is_same:
            self._law = law
            self._access = ToolAccess.read(self.layout, self.lines, self.fabs)

    def fill_order_books(self) -> None:
        """Begin with the tools on order and under way that growth needs."""
        monthly = np.array([fab.usual_flow() for fab in self.fabs])
        flow = monthly * self._needed_per_kwpm()
        whole = self.layout.over_makers(self.table.tools)
        shares = share(self.table.tools, whole[self.layout.class_of])
        self.table.fill(self.layout.spread(flow, shares))

    # --- ordering (M5) --------------------------------------------------------------

    def move_cycle(self) -> None:
        """Let a boom or a slump of the whole sector reach every fab."""
        world = self.model
        if not world.is_on("sector_cycle"):
            return
        luck = world.chance.normal("tool cycle", world.month)
        half_life = world.assume["fab.cycle_half_life_months"]
        self.cycle = sector_cycle(self.cycle, luck, half_life)
        for fab in self.fabs:
            fab.set_cycle(self.cycle)

    def order_tools(self) -> None:
        """Order what plans need, and what fear adds, from whoever may sell.

        Backfill takes its share of what is denied, second-hand tools a little, and the
        home makers as much of the rest as their quality can replace.
        """
        self._review_access()
        self._get_used_to_fear()
        if self.model.law_changed:
            for fab in self.fabs:
                fab.tell_of_warning(self.new_fear)
        layout, access = self.layout, self._access
        wanted, home_share = self._wanted(), self._home_share()
        abroad = wanted * (1.0 - home_share)
        foreign = layout.spread(abroad, layout.usual_share)
        home = layout.by_row(wanted * home_share, layout.home)
        if access.is_restricted:
            replaced = self._replace_denied(foreign, abroad)
            backfill = layout.spread(replaced.at_allies, access.backfill_share)
            foreign = foreign * access.installable + backfill
            home = home + self._substitutes(replaced)
        elif self.reported_denied_share.any():
            self.reported_denied_share = np.zeros_like(self.reported_denied_share)
        self.table.place(np.concatenate([foreign, home]))

    def _get_used_to_fear(self) -> None:
        """Find what fabs fear beyond what they are used to, which rises too."""
        if not self.model.is_on("stockpiling"):
            return
        fear = self.model.fear["tools"]
        self.new_fear = np.maximum(fear - self.usual_fear, 0.0)
        half_life = self.model.assume["fab.stock_half_life_months"]
        self.usual_fear = used_to(self.usual_fear, fear, half_life)

    def _wanted(self) -> ByClass:
        """Return the tools of each class that fabs want this month."""
        per_kwpm = self._needed_per_kwpm()
        months = [fab.month_of_plan() for fab in self.fabs]
        ahead, monthly, noise = (np.array(rows) for rows in zip(*months, strict=True))
        wanted = orders(
            usual=monthly * per_kwpm,
            need=ahead * per_kwpm,
            in_hand=self._in_hand(),
            wanted_stock=self._stockpile(monthly) * per_kwpm,
            months_to_adjust=self.model.assume["fab.order_adjust_months"],
        )
        return wanted * noise

    def _in_hand(self) -> ByClass:
        """Return tools that fabs count on; they do not replace all that wear takes."""
        worn, service = self._worn()
        down = 1.0 - self.service.availability[service]
        in_hand = self.table.tools.copy()
        in_hand[worn] *= 1.0 - self.model.assume["fab.wear_replacement"] * down
        for ordered in (self.table.backlog, *self.table.under_way):
            in_hand += ordered
        in_hand[self.layout.home] *= self._home_quality()
        return self.layout.over_makers(in_hand)

    def _stockpile(self, monthly: ByFab) -> ByFab | ByClass:
        """Return capacity for which fabs stockpile, thousand wafers a month.

        Of a class of tools that announced law would deny them, they stockpile more.
        """
        world, fear = self.model, self.new_fear
        horizon = world.assume["fab.stockpile_horizon_months"]
        usual = stockpile(fear, horizon, monthly)
        if not (world.is_on("stockpiling") and self._access.pending):
            return usual
        stock = np.repeat(usual[np.newaxis], len(self.layout.classes), axis=0)
        for (good, fab), pending in self._access.pending.items():
            feared = np.maximum(fear, pending)
            stock[good, fab] = stockpile(feared, horizon, monthly[fab])
        return stock

    def _home_share(self) -> ByMaker:
        """Return the share of each class that fabs order at home."""
        nothing = self.model.zeros()
        makers = [self.home_makers.get(good) for good in self.layout.classes]
        shares = [
            nothing if maker is None else maker.home_share[good]
            for maker, good in zip(makers, self.layout.classes, strict=True)
        ]
        return np.array(shares)[:, np.newaxis]

    def _replace_denied(self, foreign: ByForeign, abroad: ByClass) -> Replacement:
        """Find elsewhere some of the tools that are denied; return where."""
        assume, access = self.model.assume, self._access
        denied = foreign * access.denied_share
        unmet = self.layout.over_makers(denied)
        backfill_share = assume["ally.backfill_share_if_unilateral"]
        backfill_share = backfill_share * self.model.draws_with("ally_backfill")
        at_allies = np.where(access.has_seller, unmet * backfill_share, 0.0)
        second_hand_share = assume["tools.grey_share_of_denied"]
        replaced = Replacement(unmet, at_allies, unmet * second_hand_share)
        self.table.add(denied * second_hand_share)
        for fab, bought in zip(self.fabs, total(replaced.second_hand), strict=True):
            fab.count_second_hand(bought)
        self._tell_of_denial(replaced, abroad)
        return replaced

    def _substitutes(self, replaced: Replacement) -> ByHome | float:
        """Return what Chinese makers are asked for in place of what is missing."""
        if not self.model.is_on("domestic_substitution"):
            return 0.0
        works = self.model.draws_with("domestic_substitution")
        missing = self.layout.by_row(replaced.missing * works, self.layout.home)
        return missing * self._home_quality()

    def _tell_of_denial(self, replaced: Replacement, abroad: ByClass) -> None:
        """Tell where much more of what fabs ask for abroad is denied than before."""
        denied = share(replaced.denied, abroad)
        reported = self.reported_denied_share
        much_more = denied > reported + _LARGE_RISE
        self.reported_denied_share = np.where(
            much_more, denied, np.minimum(reported, denied)
        )
        if not much_more.any():
            return
        to_allies = share(replaced.at_allies, replaced.denied)
        goods = [self.layout.classes.index(good) for good in TOOL_CLASSES]
        for index, fab in enumerate(self.fabs):
            for good in goods:
                at = good, index
                self._tell_of_class(fab, good, much_more[at], denied[at], to_allies[at])

    def _tell_of_class(
        self,
        fab: Fab,
        good: int,
        where: InDraws,
        denied: PerDraw,
        to_allies: PerDraw,
    ) -> None:
        """Tell where a fab is denied tools of a class, and how they are replaced."""
        name = self.layout.classes[good]
        maker = self.home_makers.get(name)
        works = self.model.zeros()
        if maker is not None and self.model.is_on("domestic_substitution"):
            works = maker.quality[name]
        second_hand = self.model.assume["tools.grey_share_of_denied"]
        at_home = np.maximum(1.0 - to_allies - second_hand, 0.0) * works
        fab.tell(
            "tools denied",
            name,
            where=where,
            inputs={
                "denied_share": denied,
                "found_at_allies": to_allies,
                "found_second_hand": second_hand,
                "found_at_home": at_home,
            },
        )

    # --- shipping (M7) --------------------------------------------------------------

    def ship_tools(self) -> None:
        """Ship what is due, as far as the makers' capacity goes."""
        self._strike_denied()
        shipped = self.table.due
        foreign, home = self.layout.foreign, self.layout.home
        shipped[foreign] *= self._filled(shipped[foreign])
        for row, good in enumerate(self.layout.goods[home], home.start):
            shipped[row] = self.home_makers[good].limited(good, shipped[row])
        self.table.ship(shipped, self.table.new * self._access.open_share)
        for maker in self._home_makers():
            maker.count_shipments(shipped[self._places[maker.name]])

    def _strike_denied(self) -> None:
        """Strike from the open orders what law that has tightened since denies."""
        struck = [
            (row, fab, line.gates)
            for row, lines in enumerate(self.lines)
            for fab, line in enumerate(lines)
            if line.gates.tightened
        ]
        if not struck:
            return
        rows, fabs, gates = (list(column) for column in zip(*struck, strict=True))
        still_open = np.array([x.still_licensed * x.still_permitted for x in gates])
        self.table.keep_orders((rows, fabs), still_open)
        for gate in gates:
            gate.settle()

    def _filled(self, due: ByForeign) -> ByMaker:
        """Return the share of what is due that each foreign maker can ship."""
        value = due * self.layout.price[self.layout.foreign]
        filled = [
            maker.ration(total(value[self._places[maker.name]]))
            for maker in self.makers
        ]
        return np.array(filled)[self._maker_of, np.newaxis]
