"""The sales that a query of the law is about: what is not given is asked for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from sim.domain.actor_names import actors_called, known_spelling
from sim.domain.chips import Chip, DescribedChip
from sim.domain.errors import SettingsError, choices
from sim.domain.supply import Good
from sim.policy.field_types import GOOD_GROUPS, STATE_CODES
from sim.policy.regime import Regime
from sim.policy.sales import Sale
from sim.records import Records
from sim.records.chip_rows import DomesticChipRow
from sim.records.trade_partners import TradePartners
from sim.settings.schema import CHIP_ATTRIBUTES, Query

_UNITS = {
    "tpp": "TPP {:g}",
    "density": "density {:g}",
    "interconnect": "links of {:g} GB/s",
    "memory_bandwidth": "memory of {:g} GB/s",
}


_FOR_CONSUMERS = ", not for data centres"

_Asked = tuple[Good, str, Chip | None, list[str]]
"""A good, its name, the chip if it is one, and who makes that chip."""


def asks_of_a_sale(query: Query) -> bool:
    """Return whether a query is about sales, and not about all law of a day."""
    return any(value is not None for name, value in query if name != "day")


def sales_of(query: Query, records: Records, regime: Regime) -> list[Sale]:
    """Return the sales that a query is about.

    Raises:
        SettingsError: it names something that is not on record, or contradicts itself.
    """
    return list(_Question(query, records, regime).sales())


@dataclass(frozen=True, eq=False)
class _Question:
    """A query, and what it is answered from."""

    query: Query
    records: Records
    regime: Regime

    @cached_property
    def partners(self) -> TradePartners:
        return TradePartners(self.records.facts)

    def sales(self) -> Iterator[Sale]:
        for good, what, chip, designers in self._goods():
            sellers = self._sellers(good, designers)
            for sale in self._of_good(good, sellers):
                yield replace(sale, line=sale.line.carrying(chip), what=what)

    def _goods(self) -> Iterator[_Asked]:
        """Yield each good with its name, the chip if any, and who makes that chip."""
        query = self.query
        ways = (query.chip is not None, query.tool is not None, self._is_described)
        if sum(ways) > 1:
            raise SettingsError(self._two_goods())
        if self._is_described:
            yield Good.AI_CHIP, *self._described()
        elif query.tool is not None:
            yield from _without_chips(_goods_called(query.tool))
        else:
            yield from self._chips()
            if query.chip is None:
                others = (good for good in Good if good is not Good.AI_CHIP)
                yield from _without_chips(others)

    @property
    def _is_described(self) -> bool:
        given = (*self.query.attributes.values(), self.query.data_centre)
        return any(x is not None for x in given)

    def _two_goods(self) -> str:
        query = self.query
        named: dict[str, object] = {"chip": query.chip, "tool": query.tool}
        named |= {k: f"{v:g}" for k, v in query.attributes.items() if v is not None}
        given = [f"query.{k}={v}" for k, v in named.items() if v is not None]
        return (
            f"{' '.join(given)}: give one of them, query.chip=... (a chip), "
            "query.tool=... (a tool, a service, another good) or the attributes of a "
            "chip"
        )

    def _described(self) -> tuple[str, Chip, list[str]]:
        """Return a chip that is given by its attributes."""
        given = self.query.attributes
        known = {name: x for name, x in given.items() if x is not None}
        first = next(iter(known), "data_centre")
        missing = [f"query.{name}=..." for name in CHIP_ATTRIBUTES if name not in known]
        if missing:
            raise SettingsError(
                f"query.{first}: a chip is given by all of "
                f"{', '.join(CHIP_ATTRIBUTES)}; give {' '.join(missing)} too"
            )
        words = ", ".join(_UNITS[name].format(x) for name, x in known.items())
        for_consumers = self.query.data_centre is False
        name = f"a chip ({words}{_FOR_CONSUMERS if for_consumers else ''})"
        chip = DescribedChip(
            name=name,
            designer="",
            tpp=known["tpp"],
            die_area=known["tpp"] / (known["density"] or 1.0),
            interconnect=known["interconnect"],
            memory_bandwidth=known["memory_bandwidth"],
            price=0.0,
            data_centre=0.0 if for_consumers else 1.0,
            density=known["density"],
        )
        makers = self.partners.sellers(Good.AI_CHIP)
        return name, chip, self.partners.abroad(makers)

    def _chips(self) -> Iterator[_Asked]:
        """Yield the chip that is named, or else all; of Chinese ones law reads none."""
        facts, word = self.records.facts, self.query.chip
        foreign = {chip.name: chip for chip in facts.catalogue}
        makers = {name: chip.designer for name, chip in foreign.items()}
        makers |= {row.chip: row.designer for row in facts.rows(DomesticChipRow)}
        names = list(makers) if word is None else [_known("chip", word, makers)]
        for name in names:
            yield Good.AI_CHIP, name, foreign.get(name), [makers[name]]

    def _sellers(self, good: Good, designers: list[str]) -> list[str]:
        """Return who sells a good: who is named, or else who makes it."""
        makers = self.partners.sellers(good)
        word = self.query.seller
        if word is None:
            return designers or list(makers)
        known = dict(makers)
        if good is Good.AI_CHIP:
            known |= self.partners.resellers()
        if self._names_one_good or actors_called(word, known):
            return [_actor("seller", word, known, "sells this")]
        _actor("seller", word, self._names, "is on record")
        return []

    @property
    def _names_one_good(self) -> bool:
        return self.query.tool not in (None, *GOOD_GROUPS) or (
            self.query.chip is not None or self._is_described
        )

    @cached_property
    def _names(self) -> dict[str, str]:
        return {key: row.name for key, row in self.partners.actors.items()}

    def _of_good(self, good: Good, sellers: list[str]) -> Iterator[Sale]:
        """Yield the sales of a good by each seller to each buyer asked about."""
        for seller in sellers:
            for buyer in self._buyers(good):
                if buyer != seller:
                    yield from self.partners.sales_to(
                        buyer, good, seller, self._destination
                    )
            if self.query.buyer is None:
                for place in self._others_in(good):
                    yield from self.partners.sales_to_others(good, seller, place)

    def _buyers(self, good: Good) -> tuple[str, ...]:
        word, where = self.query.buyer, self._destination
        if word is not None:
            actor = _actor("buyer", word, self._names, "is on record")
            return self.partners.facilities(actor)
        buyers = self.partners.buyers(good)
        return tuple(x for x in buyers if where in (None, self.partners.place(x)))

    def _others_in(self, good: Good) -> tuple[str, ...]:
        if self._destination is not None:
            return (self._destination,)
        acts = self.regime.book.acts.values()
        return self.partners.destinations(good, acts)

    @cached_property
    def _destination(self) -> str | None:
        """Where the good is to go, if the query says so."""
        word = self.query.destination
        if word is None or word.upper() in STATE_CODES:
            return word and word.upper()
        raise SettingsError(
            f"query.destination={word}: is not a destination on record; choose from "
            f"{', '.join(STATE_CODES)} (ROW: any other)"
        )


def _without_chips(goods: Iterable[Good]) -> Iterator[_Asked]:
    """Yield goods by their names, without a chip."""
    return ((good, str(good), None, []) for good in goods)


def _goods_called(word: str) -> list[Good]:
    """Return the good of a name, or the goods of a group."""
    name = _known("tool", word, [*Good, *GOOD_GROUPS])
    return list(GOOD_GROUPS.get(name) or (Good(name),))


def _actor(setting: str, word: str, names: Mapping[str, str], role: str) -> str:
    """Return the id of the one actor that a word stands for, or refuse it."""
    called = actors_called(word, names)
    if len(called) > 1:
        raise SettingsError(f"query.{setting}={word}: which one? {', '.join(called)}")
    if not called:
        hint = choices(word, names, "task=actors")
        raise SettingsError(f"query.{setting}={word}: nobody of that name {role}{hint}")
    return called[0]


def _known(setting: str, word: str, known: Iterable[str]) -> str:
    """Return a chip or a good as the records spell it, or refuse it."""
    names = [str(name) for name in known]
    spelt = known_spelling(word, names)
    if spelt not in names:
        listing = {"chip": "task=chips"}.get(setting, "docs/scenarios.md")
        hint = choices(word, names, listing)
        raise SettingsError(f"query.{setting}={word}: there is no such {setting}{hint}")
    return spelt
