"""Allied governments: they weigh what they gain and lose by joining (M13)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.agents.government import Government, Ladder, PlannedAction, Terms
from sim.agents.toolmaker import Toolmaker
from sim.domain.ensemble import InDraws, PerDraw, greatest, share, total
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.domain.supply import SERVICE, TOOL_CLASSES, Good, LineKey, SupplyLine
from sim.mechanisms.bargaining import (
    LEANING,
    deadline_pressure,
    prefers_part,
    revenue_at_risk,
    scaled_terms,
    willingness,
)
from sim.policy.decisions import LEADER
from sim.policy.exports import ExportControl
from sim.policy.instruments import Instrument
from sim.policy.motions import Motion
from sim.world import World


@dataclass(frozen=True, eq=False)
class LineAtRisk:
    """A line of an ally's firm, and the share of its business that an act refuses."""

    line: SupplyLine
    maker: Toolmaker
    refused: PerDraw


class Ally(Government):
    """A state whose vendors China needs, and which Washington asks to join.

    Attributes:
        exposure: how much a Chinese answer would hurt it, over Japan.
        at_risk: what each act would cost its firms, share of their revenue, by id of
            the act; a mean over some months, held once the act binds.
        strictness: share of the business concerned, still open, that the act refuses.
        stance: its leaning towards Washington whatever the ask, log-odds.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        escalation_steps: Ladder,
        exposure: float,
    ) -> None:
        super().__init__(world, name, country, escalation_steps=escalation_steps)
        self.exposure = exposure
        self.at_risk: dict[str, PerDraw] = {}
        self.strictness: dict[str, PerDraw] = {}
        self._lines_at_risk: dict[str, dict[LineKey, LineAtRisk]] = {}

    @cached_property
    def leaning(self) -> PerDraw:
        """Its own inclination towards Washington, log-odds; it never changes."""
        assume = self.model.assume
        own = self.model.chance.normal(f"leaning of {self.country}")
        return assume["ally.leaning"] + assume["ally.spread"] * own

    @property
    def makers(self) -> list[Toolmaker]:
        """Its own listed makers of tools."""
        makers = self.model.actors(Toolmaker)
        return [maker for maker in makers if maker.country == self.country]

    def _update_perception(self) -> None:
        """Perceive the threat, and what Beijing has done to others."""
        self.stance = total((self.leaning, self._security(), -self._retaliation()))

    # --- weighing ---------------------------------------------------------------------

    def _consider(self, package: tuple[Motion, ...]) -> None:
        self._update_cost(package)
        first, month = package[0], self.model.month
        joined_in_part = first.is_agreed & (first.partial_share > 0.0)
        if (first.is_open(month) | joined_in_part).any():
            self._answer(package, joined_in_part & ~self._has_lapsed(first))
        if first.is_binding(month).any():
            cost = self.model.assume["ally.exit_cost"]
            self._plan_withdrawal(
                package,
                stay=self._terms(package) | {"cost of leaving": cost},
                rate="ally.decision_rate",
                event="ally defects",
            )

    def _answer(self, package: tuple[Motion, ...], joined_in_part: InDraws) -> None:
        """Join, join in part, wait, or refuse once the ask has lapsed.

        Where it has joined in part it may still join in full.
        """
        world, assume, first = self.model, self.model.assume, package[0]
        terms = self._terms(package)
        terms_in_part = self._terms_in_part(terms, first.act)
        for_joining = willingness(terms)
        for_joining_in_part = willingness(terms_in_part)
        threshold = self._threshold(package, "decides on", "ally.decision_rate")
        is_open = first.is_open(world.month)
        takes_part = prefers_part(for_joining, for_joining_in_part) & first.is_joining
        in_part = is_open & takes_part & (for_joining_in_part >= threshold)
        in_full = (is_open & ~takes_part | joined_in_part) & (for_joining >= threshold)
        lapsed = is_open & ~in_part & ~in_full & self._has_lapsed(first)
        months = assume["ally.months_to_legislate"]
        # A law that is being made is extended, and takes effect no sooner.
        months_until_binding = np.maximum(first.binding - world.month.index, 1.0)
        self.planned_actions += [
            PlannedAction(
                package,
                "agree",
                "ally agrees",
                in_full,
                terms=terms,
                threshold=threshold,
                alternative="refuse, or join in part",
                wait=np.where(joined_in_part, months_until_binding, months),
            ),
            PlannedAction(
                package,
                "agree",
                "ally agrees in part",
                in_part,
                terms=terms_in_part,
                threshold=threshold,
                alternative="refuse, or join whole",
                wait=months,
                in_part=assume["ally.partial_share"],
            ),
            PlannedAction(
                package,
                "refuse",
                "ally refuses",
                lapsed,
                terms=terms,
                alternative="join, whole or in part",
            ),
        ]

    def _terms_in_part(self, terms: Terms, act: Instrument) -> Terms:
        """Return what weighs for joining in part: it does not meet a deadline."""
        assume = self.model.assume
        gain, cost = assume["ally.partial_gain"], assume["ally.partial_share"]
        scaled = scaled_terms(terms, gain, cost)
        if act.ask is not None and act.ask.deadline is not None:
            threat = assume["ally.coercion_weight"] * act.ask.coercion
            scaled["coercion"] = gain * threat
        return scaled

    def _terms(self, package: tuple[Motion, ...]) -> Terms:
        assume, act, key = self.model.assume, package[0].act, package[0].act.id
        return {
            LEANING: self.leaning,
            "security": self._security(),
            "side payment": assume["ally.payment_weight"] * self._payment(act),
            "coercion": assume["ally.coercion_weight"] * self._coercion(act),
            "peers": assume["ally.peer_weight"] * self._peers(package[0]),
            "strictness": -assume["ally.strictness_weight"] * self.strictness[key],
            "China revenue at risk": -assume["ally.revenue_weight"] * self.at_risk[key],
            "retaliation": -self._retaliation(),
        }

    def _security(self) -> PerDraw:
        return self.model.assume["ally.security_weight"] * self.model.threat

    def _retaliation(self) -> PerDraw:
        weight = self.model.assume["ally.retaliation_weight"] * self.exposure
        return weight * self.model.minerals_withheld

    def _payment(self, act: Instrument) -> PerDraw:
        """Return what it is offered, over its firms' revenue."""
        if act.ask is None:
            return self.model.zeros()
        yearly = self.model.per_draw(act.ask.side_payment)
        return np.minimum(share(yearly, self._revenue() * MONTHS_A_YEAR), 1.0)

    def _coercion(self, act: Instrument) -> PerDraw:
        """Return how much of a threat of extraterritorial law it feels, in [0, 1]."""
        ask = act.ask
        if ask is None:
            return self.model.assume["ally.usual_coercion"]
        coercion = self.model.per_draw(ask.coercion)
        if ask.deadline is None:
            return coercion
        months = self.model.per_draw(float(Month.of(ask.deadline) - self.model.month))
        pressure = deadline_pressure(
            months, self.model.assume["ally.deadline_half_life"]
        )
        return np.maximum(coercion, ask.backstop.get(self.country, 0.0) * pressure)

    def _peers(self, motion: Motion) -> PerDraw:
        """Return the share of the other states asked that have agreed so far."""
        nobody = self.model.zeros()
        peers = [
            other
            for other in self.model.motions
            if other.state not in {self.country, LEADER}
            and _answer_same_act(other, motion)
        ]
        asked = total(
            [nobody, *(np.isfinite(peer.asked).astype(float) for peer in peers)]
        )
        return share(
            total([nobody, *(peer.is_agreed.astype(float) for peer in peers)]), asked
        )

    def _has_lapsed(self, motion: Motion) -> InDraws:
        """Return where the ask has grown too old, or its deadline has passed."""
        ask, now = motion.act.ask, self.model.month
        if ask is not None and ask.deadline is not None:
            return self.model.per_draw(float(now >= Month.of(ask.deadline))) > 0.0
        return now.index - motion.asked >= self.model.assume["ally.ask_lapses_months"]

    # --- what it would cost -----------------------------------------------------------

    def _update_cost(self, package: tuple[Motion, ...]) -> None:
        """Read from the supply lines what the act would take from its firms."""
        key = package[0].act.id
        if key not in self._lines_at_risk:
            self._lines_at_risk[key] = self._find_lines_at_risk(package)
        lines_at_risk = self._lines_at_risk[key].values()
        lost, refused = self.model.zeros(), self.model.zeros()
        concerned = total(
            [
                self.model.zeros(),
                *((stake.refused > 0.0).astype(float) for stake in lines_at_risk),
            ]
        )
        for stake in lines_at_risk:
            closes = stake.refused * stake.line.gates.open_share
            lost = lost + self._monthly_revenue(stake) * closes
            refused = refused + share(closes, concerned)
        at_risk = revenue_at_risk(lost, self._revenue())
        kept = self.model.facts["books_memory"]
        before = self.at_risk.get(key, at_risk)
        is_binding = package[0].is_binding(self.model.month)
        mean = kept * before + (1.0 - kept) * at_risk
        self.at_risk[key] = np.where(is_binding, before, mean)
        self.strictness[key] = np.where(
            is_binding, self.strictness.get(key, refused), refused
        )

    def _find_lines_at_risk(
        self, package: tuple[Motion, ...]
    ) -> dict[LineKey, LineAtRisk]:
        lines_at_risk: dict[LineKey, LineAtRisk] = {}
        for maker in self.makers:
            for line in (*maker.tool_lines, *maker.service_lines):
                shares = (self.model.per_draw(_refused(m.act, line)) for m in package)
                refused = greatest([self.model.zeros(), *shares])
                if refused.any():
                    lines_at_risk[line.key] = LineAtRisk(line, maker, refused)
        return lines_at_risk

    def _monthly_revenue(self, at_risk: LineAtRisk) -> PerDraw:
        """Return what a line brings in a month, USD million."""
        line, maker = at_risk.line, at_risk.maker
        if line.good in TOOL_CLASSES:
            return line.orders.shipped * line.price
        engineers = self.model.assume["service.engineers_weight"]
        parts = self.model.assume["service.parts_weight"]
        weights = {Good.ENGINEERS: engineers, Good.SPARE_PARTS: parts}
        weight = weights.get(line.good, 1.0 - engineers - parts)
        fabs = len(maker.service_lines) / len(SERVICE)
        return maker.china_service * weight / fabs

    def _revenue(self) -> PerDraw:
        """Return all that its makers sold last month, USD million."""
        return total([self.model.zeros(), *(maker.revenue for maker in self.makers)])


def _answer_same_act(motion: Motion, other: Motion) -> bool:
    """Return whether two motions answer the same act."""
    if motion.is_joining or other.is_joining:
        return motion.act.id == other.act.id
    return not set(motion.act.answers).isdisjoint(other.act.answers)


def _refused(act: Instrument, line: SupplyLine) -> PerDraw | float:
    """Return the share of a line's business that an act refuses once it is joined."""
    if not isinstance(act, ExportControl) or not act.scope.covers(line):
        return 0.0
    return act.covered_share(line.good) * (1.0 - act.approval)
