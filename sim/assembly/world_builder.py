"""A world while it is built: facts on one side, actors and lines on the other."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from sim.agents.actor import Actor
from sim.domain.ensemble import PerDraw
from sim.domain.supply import Good, SupplyLine
from sim.model import ChipWar
from sim.records.facts import Facts
from sim.records.tables import ActorRow

Fields = ParamSpec("Fields")
SomeActor = TypeVar("SomeActor", bound=Actor)


class WorldBuilder:
    """Adds actors to a world, and opens the lines between them.

    Attributes:
        facts: what is known.
        world: the world that is built.
        assume: what is assumed, each number one per draw.
        country: state of every actor, by id.
        actors: who has been added so far, by id.
    """

    def __init__(self, facts: Facts, world: ChipWar) -> None:
        self.facts, self.world, self.assume = facts, world, world.assume
        self.country = {row.id: row.country for row in facts.rows(ActorRow)}
        self.actors: dict[str, Actor] = {}
        for row in facts.rows(ActorRow):
            world.register_actor(row.id, row.name, row.kind, row.country)

    def add(
        self,
        kind: Callable[Concatenate[ChipWar, str, str, Fields], SomeActor],
        name: str,
        *args: Fields.args,
        **fields: Fields.kwargs,
    ) -> SomeActor:
        """Create the actor with an id, and return it.

        Args:
            kind: its class, called with the world, the id, and the actor's state.
            name: its id.
            args: what else the class takes.
            fields: the same by name.
        """
        actor = kind(self.world, name, self.country[name], *args, **fields)
        self.actors[name] = actor
        return actor

    def actor(self, kind: type[SomeActor], name: str) -> SomeActor:
        """Return an actor that has been added, by its class and id."""
        actor = self.actors[name]
        assert isinstance(actor, kind), f"{name} is no {kind.__name__}"
        return actor

    def every(self, kind: type[SomeActor]) -> list[SomeActor]:
        """Return the actors of a class and its subclasses that have been added."""
        return [actor for actor in self.actors.values() if isinstance(actor, kind)]

    def first_year_growth(self, record: str) -> PerDraw | None:
        """Return growth in the first year after a record that a vintage cuts.

        None if all of the record is seen: what comes after it is assumed elsewhere.

        Args:
            record: its kind, as in the assumptions ``vintage.<record>_growth``.
        """
        if self.facts.seen_until is None:
            return None
        return self.assume[f"vintage.{record}_growth"]

    def open_line(
        self,
        seller: str,
        buyer: str,
        good: Good,
        *,
        share: float = 1.0,
        substitutability: float = 0.0,
        ordered: float = 0.0,
        **fields: Any,
    ) -> SupplyLine:
        """Open a line between two actors, one of whom may be a mere market.

        Args:
            seller: actor id.
            buyer: actor id; the good goes to its state unless `fields` say otherwise.
            good: what the line carries.
            share: the seller's share of what the buyer buys of the good.
            substitutability: how far another seller's good would do, in [0, 1].
            ordered: orders at the start, units.
            fields: what else is known of the line, as `SupplyLine` names it.
        """
        fields.setdefault("destination", self.country[buyer])
        line = SupplyLine(
            seller=seller,
            buyer=buyer,
            good=good,
            origin=self.country[seller],
            ordered=self.world.per_draw(ordered),
            **fields,
        )
        self.world.connect(line, share=share, substitutability=substitutability)
        if seller in self.actors:
            self.actors[seller].sales.append(line)
        if buyer in self.actors:
            self.actors[buyer].purchases.append(line)
        return line
