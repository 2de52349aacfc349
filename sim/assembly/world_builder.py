"""The stage: facts on one side, actors and lines on the other."""

from sim.agents.actor import Actor
from sim.domain.ensemble import PerDraw
from sim.domain.supply import Good, SupplyLine
from sim.model import ChipWar
from sim.records import tables

CHINA = "CHN"


class WorldBuilder:
    """A world in the casting.

    Attributes:
        facts: what is known.
        world: the world that is cast.
        assume: what is assumed, each number one per draw.
        country: state of every actor, by id.
        actors: who is cast so far, by id.
    """

    def __init__(self, facts: tables.Facts, world: ChipWar) -> None:
        self.facts, self.world, self.assume = facts, world, world.assume
        self.country = {row.id: row.country for row in facts.rows(tables.ActorRow)}
        self.actors: dict[str, Actor] = {}
        for row in facts.rows(tables.ActorRow):
            world.register_actor(row.id, row.name, row.kind, row.country)

    def identity(self, name: str) -> tuple[ChipWar, str, str]:
        """Return what every actor is made with: world, id and state."""
        return self.world, name, self.country[name]

    def in_every_draw(self, value: float) -> PerDraw:
        """Return one number in every draw."""
        return self.world.per_draw(value)

    def first_year(self, name: str) -> PerDraw | None:
        """Return growth in the first year after a record that a vintage cuts.

        None if all of the record is seen: what comes after it is assumed elsewhere.

        Args:
            name: of the kind of record, in the assumptions ``vintage.<name>_growth``.
        """
        if self.facts.seen_until is None:
            return None
        return self.assume[f"vintage.{name}_growth"]

    def open(
        self,
        seller: str,
        buyer: str,
        good: Good,
        *,
        share: float = 1.0,
        substitutability: float = 0.0,
        destination: str = "",
        party: str = "",
        advanced: bool = False,
        transit: int = 0,
        lead_time: float = 1.0,
        price: float = 1.0,
        ordered: float = 0.0,
    ) -> SupplyLine:
        """Open a line between two actors, one of whom may be a mere market."""
        line = SupplyLine(
            seller=seller,
            buyer=buyer,
            good=good,
            origin=self.country[seller],
            destination=destination or self.country[buyer],
            ordered=self.world.per_draw(ordered),
            party=party,
            advanced=advanced,
            transit=transit,
            lead_time=lead_time,
            price=price,
        )
        self.world.connect(line, share=share, substitutability=substitutability)
        if seller in self.actors:
            self.actors[seller].sales.append(line)
        if buyer in self.actors:
            self.actors[buyer].purchases.append(line)
        return line
