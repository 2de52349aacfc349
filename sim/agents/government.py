"""Governments: they follow the record, and decide what the scenario leaves open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from sim.agents.actor import Actor
from sim.domain.ensemble import NEVER, InDraws, PerDraw, total
from sim.domain.months import Month
from sim.domain.supply import CHINA, Good, SupplyLine
from sim.mechanisms.bargaining import required_willingness, willingness
from sim.policy.decisions import ALLIES, LEADER, LEADER_GOVERNMENT
from sim.policy.instruments import Instrument
from sim.policy.motions import Motion
from sim.policy.terms import Truce
from sim.world import World

Terms = dict[str, PerDraw]
"""What a decision weighs, by name: log-odds for it, or below zero against it."""

Ladder = Mapping[str, "EscalationStep"]
"""How severe each kind of instrument is taken to be, by kind."""


@dataclass(frozen=True)
class EscalationStep:
    """How severe a kind of instrument is taken to be.

    Attributes:
        severity: from 0 to 1.
        tightens: whether it takes trade away.
    """

    severity: float
    tightens: bool


@dataclass(frozen=True, eq=False)
class PlannedAction:
    """What a government has decided to do this month, in some draws.

    Attributes:
        package: the motions that it is about, decided as one.
        action: ``agree``, ``refuse`` or ``leave``.
        event: what the chronicle calls it.
        threshold: what the sum of it had to reach.
        alternative: what was not done instead.
        wait: months until what is agreed binds.
        in_part: share held back of goods other than engineers, where joined in part;
            None where joined in full.
    """

    package: tuple[Motion, ...]
    action: str
    event: str
    where: InDraws
    terms: Terms = field(default_factory=dict)
    threshold: PerDraw | None = None
    alternative: str = ""
    wait: PerDraw | None = None
    in_part: PerDraw | None = None


class Government(Actor):
    """A government that issues and lifts instruments as the regime dates them.

    What the regime leaves open, it decides by what all could know at the start of the
    month; then all governments act at once.

    Attributes:
        instruments_in_force: how many of its own bind this month.
        enforcement: officers and budget against smuggling, ratio to the base.
        alignment: share of its own vendors' engineers, parts and etch tools for China
            that its law holds back, in [0, 1]; 1 for the leader.
        retaliation: share of China's mineral exports that its own controls hold back.
        stance: how inclined it is to act, log-odds; what it means is the state's own.
    """

    def __init__(
        self, world: World, name: str, country: str, *, escalation_steps: Ladder
    ) -> None:
        super().__init__(world, name, country)
        self.escalation_steps = escalation_steps
        self.instruments_in_force = world.zeros()
        self.enforcement: PerDraw | float = 1.0
        self.alignment = world.per_draw(float(country == LEADER))
        self.retaliation = world.zeros()
        self.stance = world.zeros()
        self.planned_actions: list[PlannedAction] = []
        self._exports: dict[tuple[Good, ...], list[SupplyLine]] = {}

    # --- the record -------------------------------------------------------------------

    def follow_record(self) -> None:
        """Announce, enact and lift what the regime dates to this month."""
        world, law = self.model, self.model.regime
        if not world.law_changed:
            return
        for event, act in world.dated_events():
            if act.issuer == self.country:
                self.tell(event, act.id, f"{act.kind}: {act.title}")
        for act, state in law.book.joining(world.month):
            if state == self.country:
                self.tell("ally joins", act.id, act.title)
        self.instruments_in_force = self._count_in_force()
        if self.country == LEADER:
            means = law.enforcement(world.month)
            self.enforcement = np.sqrt(means.officers * means.budget)
            self._tell_of_asks()
            return
        self.alignment = self._held_back(Good.ENGINEERS, Good.SPARE_PARTS, Good.ETCH)
        if self.country == CHINA:
            self.retaliation = self._held_back(Good.MINERALS)

    def _count_in_force(self) -> PerDraw:
        """Return how many of its own acts bind; one that a truce suspends does not."""
        law = self.model.regime
        dated = {act.id for act in law.book.in_force(self.model.month.last_day)}
        counted = dated | law.book.decided_ids
        forces = (
            self.model.per_draw(law.decided.force(key))
            for key, act in law.book.acts.items()
            if act.issuer == self.country and key in counted
        )
        return total([self.model.zeros(), *forces])

    def _tell_of_asks(self) -> None:
        """Enter which allies are asked, when an act that they may join is made."""
        law = self.model.regime
        for act in law.book.announced(self.model.month):
            if act.issuer != LEADER:
                continue
            for state in _asked_by(act, law.book.acts):
                self.tell("asks an ally", act.id, state)

    def _held_back(self, *goods: Good) -> PerDraw:
        """Return the share of its exports of some goods that law holds back."""
        lines = self._exports_of(goods)
        shares = ((1.0 - line.gates.licence) / len(lines) for line in lines)
        return total([self.model.zeros(), *shares])

    def _exports_of(self, goods: tuple[Good, ...]) -> list[SupplyLine]:
        """Return the lines of some goods out of its country; all lines are open."""
        if goods not in self._exports:
            self._exports[goods] = [
                line
                for line in self.model.lines
                if line.origin == self.country
                and line.good in goods
                and line.destination != self.country
            ]
        return self._exports[goods]

    # --- deciding ---------------------------------------------------------------------

    def observe(self) -> None:
        """Perceive what happened last month."""
        self._update_perception()

    def _update_perception(self) -> None:
        """Perceive what a state of this kind looks at."""

    def deliberate(self) -> None:
        """Decide on everything that it is asked.

        It considers nothing before the day from which it decides, so a world that is
        forked on that day equals one that was run from the start.
        """
        self.planned_actions = []
        if not self._decides_now():
            return
        for package in self._packages():
            self._consider(package)

    def _decides_now(self) -> bool:
        """Return whether the day has come from which governments decide."""
        return self.model.month >= Month.of(self.model.regime.decisions.since)

    def _consider(self, package: tuple[Motion, ...]) -> None:
        """Consider a package; a state that only follows the record has none."""

    def act(self) -> None:
        """Carry out what it has decided, and say why."""
        world, month = self.model, self.model.month
        for planned in self.planned_actions:
            for motion in planned.package:
                _carry_out(motion, planned, month)
            first = planned.package[0].act
            others = ", ".join(m.act.id for m in planned.package[1:])
            self.tell(
                planned.event,
                first.id,
                f"{first.title}{f' (with {others})' if others else ''}",
                planned.where,
                inputs=planned.terms,
                threshold=planned.threshold,
                alternative=planned.alternative,
            )
            if planned.action == "agree":
                world.publish_decision(first, planned.where, self.name)
        self.planned_actions = []
        self._ask_due_motions()
        self._tell_of_binding_acts()

    def _ask_due_motions(self) -> None:
        """Ask what events give reason to ask; it can decide from next month on."""
        if not self._decides_now():
            return
        for package in self._packages():
            reason = self._reason_to_ask(package[0])
            if not reason.any():
                continue
            for motion in package:
                new = motion.ask(reason, self.model.month)
            first = package[0]
            if first.is_joining and self.model.regime.decisions.decides(first.act):
                self.model.tell(
                    LEADER_GOVERNMENT,
                    "asks an ally",
                    first.act.id,
                    self.country,
                    new,
                )

    def _tell_of_binding_acts(self) -> None:
        """Enter what begins to bind this month, and end what has expired."""
        for package in self._packages():
            first, act = package[0], package[0].act
            begins = first.binding == float(self.model.month.index)
            in_part = first.partial_share > 0.0
            name = "ally joins" if first.is_joining else "instrument effective"
            self.tell(name, act.id, act.title, begins & ~in_part)
            self.tell(f"{name} in part", act.id, act.title, begins & in_part)
            for motion in package:
                self._expire(motion)

    def _expire(self, motion: Motion) -> None:
        """End a temporary act."""
        world, act = self.model, motion.act
        ended = motion.has_ended(world.month)
        if ended.any():
            motion.withdraw(ended, world.month)
            if not isinstance(act, Truce):
                motion.refuse(ended, world.month)
            self.tell("instrument lifted", act.id, "its time is up", ended)

    def _packages(self) -> list[tuple[Motion, ...]]:
        """Return what it is asked; acts of one text and day are decided as one.

        A lasting act comes before temporary ones, and represents the package.
        """
        packages: dict[tuple[object, ...], list[Motion]] = {}
        package_key = self.model.regime.decisions.package_key
        for motion in self.model.motions:
            if motion.state == self.country:
                key = package_key(motion.act, motion.state)
                packages.setdefault(key, []).append(motion)
        return [
            tuple(sorted(motions, key=lambda motion: motion.duration < NEVER))
            for motions in packages.values()
        ]

    def _reason_to_ask(self, motion: Motion) -> InDraws:
        """Return the draws in which there is a reason to consider a motion."""
        if motion.is_joining:
            return self._is_known(motion.act)
        if not motion.act.answers:
            return self._is_due(motion.act)
        acts = self.model.regime.book.acts
        answered = [acts[name] for name in motion.act.answers if name in acts]
        return self._in_any(self._is_known(act) for act in answered)

    def _in_any(self, statements: Iterable[InDraws]) -> InDraws:
        """Return the draws in which any of some statements holds."""
        return np.logical_or.reduce([self.model.zeros() > 0.0, *statements])

    def _is_known(self, act: Instrument) -> InDraws:
        """Return the draws in which an act has been announced or decided."""
        law, month = self.model.regime, self.model.month
        if act.id not in law.book.decided_ids:
            return self._is_due(act)
        return self._in_any(
            motion.agreed <= month.index
            for motion in self.model.motions
            if motion.act.id == act.id and not motion.is_joining
        )

    def _may_agree_again(self, motion: Motion) -> InDraws:
        """Return where enough time has passed since it withdrew from a motion."""
        rest = self.model.facts["months_before_reconsidering"]
        rested = self.model.month.index - motion.withdrawn >= rest
        return rested | ~np.isfinite(motion.withdrawn) | isinstance(motion.act, Truce)

    def _is_due(self, act: Instrument) -> InDraws:
        """Return all draws once the day has come from which an act may be made."""
        due = float(Month.of(act.announced) <= self.model.month)
        return self.model.per_draw(due) > 0.0

    def _threshold(
        self, package: tuple[Motion, ...], act_text: str, rate: str
    ) -> PerDraw:
        """Return what the willingness to do something must reach this month."""
        world = self.model
        event = f"{self.country} {act_text} {package[0].act.id}"
        return required_willingness(
            world.chance.uniform(event, world.month), world.assume[rate]
        )

    def _plan_agreement(
        self,
        package: tuple[Motion, ...],
        *,
        agree: Terms,
        rate: str,
        wait: PerDraw,
        event: str,
        alternative: str,
    ) -> None:
        """Agree to a package in the draws in which the sum of terms suffices."""
        is_open = package[0].is_open(self.model.month) & self._may_agree_again(
            package[0]
        )
        if not is_open.any():
            return
        threshold = self._threshold(package, "decides on", rate)
        self.planned_actions.append(
            PlannedAction(
                package,
                "agree",
                event,
                is_open & (willingness(agree) >= threshold),
                terms=agree,
                threshold=threshold,
                alternative=alternative,
                wait=wait,
            )
        )

    def _plan_withdrawal(
        self, package: tuple[Motion, ...], *, stay: Terms, rate: str, event: str
    ) -> None:
        """Leave a package in the draws in which the reasons to stay no longer suffice.

        What was decided is not reconsidered for some months.
        """
        leave = {name: -term for name, term in stay.items()}
        first, now = package[0], self.model.month.index
        may_reconsider = (
            now - first.binding >= self.model.facts["months_before_reconsidering"]
        )
        if not may_reconsider.any():
            return
        threshold = self._threshold(package, "reconsiders", rate)
        self.planned_actions.append(
            PlannedAction(
                package,
                "leave",
                event,
                may_reconsider & (willingness(leave) >= threshold),
                terms=leave,
                threshold=threshold,
                alternative="let it stand",
            )
        )


def _carry_out(motion: Motion, planned: PlannedAction, month: Month) -> None:
    match planned.action:
        case "agree":
            nothing = np.zeros_like(motion.partial_share)
            wait = nothing if planned.wait is None else planned.wait
            part = nothing if planned.in_part is None else planned.in_part
            allowed = planned.where & ~np.isfinite(motion.refused)
            motion.agree(allowed, month, np.ceil(wait), part)
        case "refuse":
            motion.refuse(planned.where, month)
        case "leave":
            motion.withdraw(planned.where, month)
            if motion.is_joining:
                motion.refuse(planned.where, month)


def _asked_by(act: Instrument, acts: Mapping[str, Instrument]) -> tuple[str, ...]:
    """Return the allies that an act asks: to join it, or to make a law that answers."""
    answering = {other.issuer for other in acts.values() if act.id in other.answers}
    return tuple(x for x in ALLIES if x in answering or x in act.adopted_by)
