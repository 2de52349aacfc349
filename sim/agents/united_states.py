"""The United States: what it perceives, and how it escalates (M14)."""

from operator import attrgetter

import numpy as np

from sim.agents.designer import Designer
from sim.agents.government import Government, Ladder, Terms
from sim.agents.laboratories import Laboratories, training_of_all
from sim.agents.toolmaker import Toolmaker
from sim.domain.ensemble import PerDraw, least, total
from sim.mechanisms.adjustment import adjusted
from sim.mechanisms.stance import (
    after_revelations,
    lobbying_influence,
    pressure_after,
    required_stance,
    threat_of,
)
from sim.policy.beliefs import EFFICIENCY
from sim.policy.motions import Motion
from sim.policy.terms import Truce
from sim.world import World

REVELATION = "revelation"
"""The kind of news that shows more than was thought."""

REVELATIONS = ("node milestone", "breakthrough")
"""Events that show Washington more than it expected."""


class UnitedStates(Government):
    """The government that leads the controls: BIS, Congress and the White House.

    Attributes:
        threat: how capable it holds China to be, in [0, 1].
        pressure: of Congress, log-odds.
        lobbying_influence: of firms that lost revenue.
        pain: log of the price of minerals over the usual.
        revealed: share of China's compute that it knows to be smuggled, in [0, 1].
    """

    def __init__(
        self, world: World, name: str, country: str, *, escalation_steps: Ladder
    ) -> None:
        super().__init__(world, name, country, escalation_steps=escalation_steps)
        self.threat = world.assume["us.initial_threat"]
        world.publish_threat(self.threat)
        self.pressure = self.lobbying_influence = self.pain = world.zeros()
        self.revealed = world.zeros()
        self._events_seen = 0

    # --- what it sees -----------------------------------------------------------------

    def _update_perception(self) -> None:
        """Perceive last month's capability, smuggling, lobbying and minerals."""
        world, assume = self.model, self.model.assume
        threat_before, revealed_before = self.threat, self.revealed
        if world.month > world.start:
            seen = threat_of(
                self._observed_lag(),
                assume["us.threat_midpoint_months"],
                assume["us.threat_scale_months"],
            )
            self.threat = adjusted(self.threat, seen, assume["us.perception_months"])
        self.threat = after_revelations(
            self.threat, assume["us.revelation_jump"], self._surprises()
        )
        world.publish_threat(self.threat)
        self.revealed = self._smuggling_revealed()
        more_threat = np.maximum(self.threat - threat_before, 0.0)
        alarm = more_threat + np.maximum(self.revealed - revealed_before, 0.0)
        self.pressure = pressure_after(
            self.pressure,
            alarm=alarm,
            weight=assume["us.congress_response"],
            half_life=assume["us.congress_memory_months"],
        )
        self.lobbying_influence = lobbying_influence(
            self._lobbying(), world.facts["lobbying_base_usd_m"]
        )
        self.pain = np.log(world.mineral_price.get(self.country, world.per_draw(1.0)))
        self.stance = total(self._drives().values())

    def _drives(self) -> Terms:
        assume = self.model.assume
        return {
            "leaning": assume["us.leaning"],
            "threat": assume["us.threat_weight"] * self.threat,
            "Congress": self.pressure,
            "lobbying": -assume["us.lobbying_weight"] * self.lobbying_influence,
            "minerals": -assume["us.minerals_weight"] * self.pain,
        }

    def _observed_lag(self) -> PerDraw:
        world = self.model
        error = world.chance.normal("what Washington sees of China's lag", world.month)
        [labs] = world.actors(Laboratories)
        return least(labs.capability.lag) + error * world.assume["us.lag_error_months"]

    def _surprises(self) -> PerDraw:
        """Return how many revelations there were since it last looked.

        Those of the record are in the news, those of one world alone among its events.
        """
        recorded = [
            move
            for move in self.model.beliefs.changes
            if move.news is not None and move.news.kind in {REVELATION, EFFICIENCY}
        ]
        surprises = self.model.per_draw(float(len(recorded)))
        for event in self.model.events[self._events_seen :]:
            if event.event in REVELATIONS and event.where is not None:
                surprises = surprises + event.where
        self._events_seen = len(self.model.events)
        return surprises

    def _smuggling_revealed(self) -> PerDraw:
        """Return the smuggling it knows about; investigations reveal it with a lag."""
        [labs] = self.model.actors(Laboratories)
        grey = total(labs.stocks["grey"].training)
        compute = training_of_all(labs.stocks.values())
        share = grey / np.maximum(compute, 1.0)
        months = self.model.assume["us.inquiry_months"]
        return adjusted(self.revealed, share, months)

    def _lobbying(self) -> PerDraw:
        firms = (*self.model.actors(Designer), *self.model.actors(Toolmaker))
        return total(firm.lobbying for firm in firms)

    # --- the ladder -------------------------------------------------------------------

    def _consider(self, package: tuple[Motion, ...]) -> None:
        assume = self.model.assume
        steps = [self.escalation_steps[motion.act.kind] for motion in package]
        gravest = max(steps, key=attrgetter("severity"))
        sign = 1.0 if gravest.tightens else -1.0
        step = required_stance(
            sign * gravest.severity,
            base=assume["us.ladder_base"],
            span=assume["us.ladder_span"],
        )
        terms = {name: sign * term for name, term in self._drives().items()}
        terms["rung"] = -sign * step
        is_truce = isinstance(package[0].act, Truce)
        if is_truce:
            terms["Beijing's wish"] = np.minimum(self.model.truce_wish, 0.0)
        self._plan_agreement(
            package,
            agree=terms,
            rate="us.decision_rate",
            wait=assume["us.months_to_effect"],
            event="truce" if is_truce else "instrument decided",
            alternative="stay on the rung below" if gravest.tightens else "hold firm",
        )
        self._plan_withdrawal(
            package,
            stay=terms | {"inertia": assume["us.inertia"]},
            rate="us.decision_rate",
            event="instrument withdrawn",
        )
