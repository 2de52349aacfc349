"""Who may sell a good, who may buy it and where, as the tables say.

A question of law is not confined to the sales that the model has supply lines for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim.domain.supply import CHINA, SERVICE, TOOL_CLASSES, Good, SupplyLine
from sim.policy.instruments import Instrument
from sim.policy.sales import OTHERS, Sale
from sim.records.fab_rows import FabRow, ToolLineRow
from sim.records.facts import Facts
from sim.records.tables import ActorRow, CloudRow, MineralRow

FOR_FABS = frozenset({Good.EUV, *TOOL_CLASSES, *SERVICE})
"""Goods that fabs buy."""

_MAKERS: Mapping[Good, str] = {
    Good.AI_CHIP: "chip designer",
    Good.EDA: "EDA vendor",
    Good.LOGIC_WAFERS: "foundry",
    Good.HBM: "memory maker",
    Good.CLOUD: "offshore cloud",
    Good.MINERALS: "exporter",
}
_FABS_THAT_SELL = {Good.LOGIC_WAFERS: "ai_logic", Good.HBM: "hbm"}
"""What a Chinese fab makes that sells a good beside its foreign makers."""

_USERS: Mapping[Good, tuple[str, ...]] = {
    Good.AI_CHIP: ("laboratory", "broker", "offshore cloud", "distributor"),
    Good.CLOUD: ("laboratory",),
    Good.MINERALS: ("market",),
    **dict.fromkeys((Good.LOGIC_WAFERS, Good.HBM, Good.EDA), ("chip designer",)),
}
"""Kinds of actors that buy a good; fabs buy all others."""

_NO_BUYERS = frozenset({"government", "investors", "labour market"})
"""Kinds of actors that buy nothing."""

_FAB_WORDS = {True: "advanced fabs", False: "fabs that are not advanced"}


@dataclass(frozen=True, eq=False)
class TradePartners:
    """Sellers, buyers and places, by the tables of a data folder."""

    facts: Facts

    @cached_property
    def actors(self) -> dict[str, ActorRow]:
        """The actors that trade, by id."""
        rows = self.facts.rows(ActorRow)
        return {row.id: row for row in rows if row.kind not in _NO_BUYERS}

    @cached_property
    def fabs(self) -> dict[str, FabRow]:
        """The fabs by id."""
        return {row.fab: row for row in self.facts.rows(FabRow)}

    def sellers(self, good: Good) -> dict[str, str]:
        """Return the names of those who make a good, by id."""
        if good in FOR_FABS:
            ids = self._vendors(good)
        else:
            makers = (x.id for x in self.actors.values() if x.kind == _MAKERS[good])
            made = _FABS_THAT_SELL.get(good)
            ids = [*makers, *(x.fab for x in self.fabs.values() if x.kind == made)]
        return {key: self.actors[key].name for key in dict.fromkeys(ids)}

    def _vendors(self, good: Good) -> list[str]:
        """Return who makes a class of tools, or serves tools that it made.

        EUV is made by who makes the other scanners that print the finest lines.
        """
        rows = self.facts.rows(ToolLineRow)
        if good in SERVICE:
            return self.abroad(row.vendor for row in rows)
        tool = Good.DUV_IMMERSION if good is Good.EUV else good
        return [row.vendor for row in rows if row.good == tool]

    def abroad(self, actors: Iterable[str]) -> list[str]:
        """Return those actors that are not in China."""
        return [x for x in actors if self.actors[x].country != CHINA]

    def resellers(self) -> dict[str, str]:
        """Return the names of the brokers that sell chips on, by id."""
        return {x.id: x.name for x in self.actors.values() if x.kind == "broker"}

    def buyers(self, good: Good) -> tuple[str, ...]:
        """Return the ids of the actors that buy a good, by kind."""
        if good in FOR_FABS:
            return tuple(self.fabs)
        return tuple(
            actor.id
            for kind in _USERS[good]
            for actor in self.actors.values()
            if actor.kind == kind and self._buys(actor, good)
        )

    def _buys(self, actor: ActorRow, good: Good) -> bool:
        """Return whether an actor of a kind that buys a good does so."""
        if good is Good.MINERALS:
            return actor.country != CHINA
        return good is Good.AI_CHIP or actor.country == CHINA

    def facilities(self, actor: str) -> tuple[str, ...]:
        """Return the ids of the fabs of a firm: its own, if it is a fab itself."""
        own = tuple(x.fab for x in self.fabs.values() if x.party == actor != x.fab)
        return own or (actor,)

    @cached_property
    def _places(self) -> dict[str, str]:
        """Where goods for actors go that are not at home."""
        clouds = {row.cloud: row.host for row in self.facts.rows(CloudRow)}
        minerals = {x.buyer: x.destination for x in self.facts.rows(MineralRow)}
        return clouds | minerals

    def place(self, actor: str) -> str:
        """Return where goods for an actor go."""
        return self._places.get(actor, self.actors[actor].country)

    def sales_to(
        self, buyer: str, good: Good, seller: str, destination: str | None
    ) -> Iterator[Sale]:
        """Yield the sales of a good to an actor: two if it has fabs that are not told.

        Args:
            buyer: id of an actor.
            good: what is sold.
            seller: id of an actor.
            destination: where the good goes, if not to where the buyer is.
        """
        where = destination or self.place(buyer)
        named = buyer if where == self.place(buyer) else f"{buyer} in {where}"
        kind = self.actors[buyer].kind
        fab = self.fabs.get(buyer)
        party = fab.party if fab else buyer
        if fab or good not in FOR_FABS:
            advanced = bool(fab and fab.advanced and good in FOR_FABS)
            line = self._line(
                seller, buyer, good, where, party=party, advanced=advanced
            )
            yield Sale(line, str(good), named, kind)
            return
        for advanced, words in _FAB_WORDS.items():
            line = self._line(
                seller, buyer, good, where, party=party, advanced=advanced
            )
            yield Sale(line, str(good), named, kind, words)

    def sales_to_others(
        self, good: Good, seller: str, destination: str
    ) -> Iterator[Sale]:
        """Yield the sales of a good to buyers in a place that no law names."""
        fabs = _FAB_WORDS if good in FOR_FABS else {False: ""}
        for advanced, words in fabs.items():
            line = self._line(seller, OTHERS, good, destination, advanced=advanced)
            yield Sale(line, str(good), destination, OTHERS, words)

    def destinations(self, good: Good, acts: Iterable[Instrument]) -> tuple[str, ...]:
        """Return where a good goes: to its buyers, and where instruments say."""
        named = {
            place
            for act in acts
            if not act.scope.goods or good in act.scope.goods
            for place in act.scope.destinations
        }
        return tuple(sorted(named | set(map(self.place, self.buyers(good)))))

    def _line(
        self, seller: str, buyer: str, good: Good, destination: str, **facility: Any
    ) -> SupplyLine:
        """Return a line on which nothing is ordered."""
        origin, orders = self.actors[seller].country, np.zeros(1)
        return SupplyLine(seller, buyer, good, origin, destination, orders, **facility)


def chip_lines(facts: Facts, destination: str) -> list[SupplyLine]:
    """Return a line for each chip on record to buyers in a place that no law names."""
    partners = TradePartners(facts)
    return [
        sale.line.carrying(chip)
        for chip in facts.catalogue
        for sale in partners.sales_to_others(Good.AI_CHIP, chip.designer, destination)
    ]
