"""Governments: in this version they follow the record, or what the scenario states."""

from sim.agents.actor import Actor
from sim.domain.ensemble import PerDraw
from sim.domain.supply import Good
from sim.policy.instruments import Instrument
from sim.world import World

LEADER = "USA"
"""The state whose instruments allies are asked to join."""

CHINA = "CHN"


class Government(Actor):
    """A government that issues and lifts instruments as the regime dates them.

    Attributes:
        instruments_in_force: how many of its own bind this month.
        enforcement: officers and budget against smuggling, ratio to the base.
        alignment: share of its own vendors' engineers, parts and etch tools for China
            that its law holds back, in [0, 1]; 1 for the leader.
        retaliation: share of China's mineral exports that its own controls hold back.
    """

    def __init__(self, world: World, name: str, country: str) -> None:
        super().__init__(world, name, country)
        self.instruments_in_force = 0.0
        self.enforcement = 1.0
        self.alignment = world.every(float(country == LEADER))
        self.retaliation = world.zeros()

    def follow_the_record(self) -> None:
        """Announce, enact and lift what the regime dates to this month."""
        world, law = self.model, self.model.regime
        if not world.law_moves:
            return
        self._tell("announced", law.announced(world.month))
        self._tell("effective", law.taking_effect(world.month))
        self._tell("lifted", law.ending(world.month))
        for act, state in law.joining(world.month):
            if state == self.country:
                world.tell(self.name, "ally joins", act.id, act.title)
        in_force = law.in_force(world.month.last_day)
        self.instruments_in_force = float(
            sum(act.issuer == self.country for act in in_force)
        )
        if self.country == LEADER:
            means = law.enforcement(world.month)
            self.enforcement = (means.officers * means.budget) ** 0.5
            return
        self.alignment = self._held_back(Good.ENGINEERS, Good.SPARE_PARTS, Good.ETCH)
        if self.country == CHINA:
            self.retaliation = self._held_back(Good.MINERALS)

    def _tell(self, event: str, acts: tuple[Instrument, ...]) -> None:
        for act in acts:
            if act.issuer == self.country:
                self.model.tell(
                    self.name, f"instrument {event}", act.id, f"{act.kind}: {act.title}"
                )

    def _held_back(self, *goods: Good) -> PerDraw:
        """Return the share of its exports of some goods that law holds back."""
        lines = [
            line
            for line in self.model.lines
            if line.origin == self.country
            and line.good in goods
            and line.destination != self.country
        ]
        held = self.model.zeros()
        for line in lines:
            held = held + (1.0 - line.licence) / len(lines)
        return held
