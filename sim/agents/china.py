"""China's government: it retaliates, restricts imports, and bargains (M15)."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property

import numpy as np

from sim.agents.designer import Designer
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.government import Government, Ladder, Terms
from sim.agents.suppliers import Exporter
from sim.domain.ensemble import (
    InDraws,
    PerDraw,
    same_objects,
    sum_in_order,
    total,
)
from sim.domain.supply import CHINA, TOOL_CLASSES, Good, SupplyLine
from sim.mechanisms.adjustment import adjusted
from sim.mechanisms.bargaining import willingness
from sim.mechanisms.retaliation import (
    mineral_price,
    resentment_after,
    stocks_after,
    strength_at_home,
)
from sim.mechanisms.stance import required_stance
from sim.policy.decisions import ALLIES
from sim.policy.instruments import Instrument
from sim.policy.motions import Motion
from sim.world import World


class ChinaGovernment(Government):
    """Beijing: the second gate, minerals, mandates and money.

    Attributes:
        resentment: of moves against China, their severity summed and fading.
        strength: share of compute bought in China that domestic makers supply.
        denied: share of foreign tools and chips that law keeps from China.
        mineral_stocks: of foreign buyers of minerals, over the usual, by state.
        stance: resentment, in log-odds of an answer on minerals.
    """

    def __init__(
        self, world: World, name: str, country: str, *, escalation_steps: Ladder
    ) -> None:
        super().__init__(world, name, country, escalation_steps=escalation_steps)
        self.resentment = world.zeros()
        self.strength = self.denied = world.zeros()
        self.mineral_stocks: dict[str, PerDraw] = {}
        self._licences: list[PerDraw] = []

    # --- what it sees -----------------------------------------------------------------

    def _update_perception(self) -> None:
        """Perceive what others did, and what its own industry can do."""
        world, assume = self.model, self.model.assume
        self.resentment = resentment_after(
            self.resentment,
            severity=self._new_severity(),
            half_life=assume["china.resentment_memory_months"],
        )
        self.strength = adjusted(
            self.strength, self._strength_now(), assume["china.perception_months"]
        )
        self._update_denied()
        self._update_minerals()
        self.stance = willingness(self._drives())
        world.publish_truce_wish(self._truce_wish())

    def _new_severity(self) -> PerDraw:
        """Return the severity of what was announced now, or decided last month.

        What one state does on one day, or decides in one month, counts once, by the
        gravest of its acts.
        """
        law, month = self.model.regime, self.model.month
        dated: dict[tuple[str, date], float] = {}
        for act in law.book.announced(month):
            if self._is_against(act):
                day = (act.issuer, act.announced)
                severity = self.escalation_steps[act.kind].severity
                dated[day] = max(dated.get(day, 0.0), severity)
        decided: dict[str, PerDraw] = {}
        for motion in self.model.motions:
            if motion.state != CHINA and self._is_against(motion.act):
                severity = self.escalation_steps[motion.act.kind].severity
                before = decided.get(motion.state, self.model.zeros())
                now = (motion.agreed == month.index - 1) * severity
                decided[motion.state] = np.maximum(before, now)
        return total(
            [self.model.per_draw(sum_in_order(dated.values())), *decided.values()]
        )

    def _is_against(self, act: Instrument) -> bool:
        return act.issuer != CHINA and self.escalation_steps[act.kind].tightens

    def _strength_now(self) -> PerDraw:
        home = self.model.actors(DomesticDesigner)
        made = total(designer.compute_made for designer in home)
        bought = (
            total(seller.units.values()) * seller.lineup.offer.training
            for seller in self.model.actors(Designer)
            if seller.lineup.offer is not None
        )
        return strength_at_home(made, total([self.model.zeros(), *bought]))

    def _update_denied(self) -> None:
        """Update the share of lines of tools and chips into China that law closes."""
        licences = [line.gates.licence for line in self._lines_from_abroad]
        if same_objects(licences, self._licences):
            return
        denied = (1.0 - licence for licence in licences)
        self.denied = total([self.model.zeros(), *denied]) / max(len(licences), 1)
        self._licences = licences

    @cached_property
    def _lines_from_abroad(self) -> list[SupplyLine]:
        """The lines of tools and chips into China, once all are open."""
        goods = {*TOOL_CLASSES, Good.AI_CHIP}
        return [
            line
            for line in self.model.lines
            if line.good in goods
            if line.destination == CHINA and line.origin != CHINA
        ]

    def _update_minerals(self) -> None:
        """Update stocks abroad from shipments, and prices from stocks (P13)."""
        world, assume = self.model, self.model.assume
        withheld = world.zeros()
        prices: dict[str, PerDraw] = {}
        usual_share = world.per_draw(1.0)
        for line, usual in self._mineral_lines():
            has_shipped = world.month > world.start
            arrived = line.orders.shipped / usual if has_shipped else usual_share
            before = self.mineral_stocks.get(line.destination, usual_share)
            stocks = stocks_after(before, arrived, assume["minerals.stock_months"])
            self.mineral_stocks[line.destination] = stocks
            prices[line.destination] = mineral_price(
                stocks,
                assume["minerals.price_elasticity"],
                world.facts["dearest_minerals"],
            )
            withheld = np.maximum(withheld, 1.0 - stocks)
        world.publish_minerals(prices, withheld)

    def _mineral_lines(self) -> Iterator[tuple[SupplyLine, float]]:
        """Yield the lines on which minerals leave, with the tonnes of a usual month."""
        for exporter in self.model.actors(Exporter):
            if exporter.country == self.country:
                for line in exporter.sales_of(Good.MINERALS):
                    yield line, exporter.usual[line.buyer]

    # --- answering --------------------------------------------------------------------

    def _drives(self) -> Terms:
        assume = self.model.assume
        return {
            "leaning": assume["china.leaning"],
            "resentment": assume["china.resentment_weight"] * self.resentment,
        }

    def _terms(self, motion: Motion) -> Terms:
        """Return what weighs for and against an act, by its kind.

        Minerals and the gate are answers; mandates and money build up industry.
        """
        assume, kind = self.model.assume, motion.act.kind
        terms = self._drives()
        if kind in _INDUSTRY:
            del terms["resentment"]
            terms["denied supply"] = assume["china.denied_weight"] * self.denied
        if kind in _NEEDS_STRENGTH:
            terms["strength at home"] = assume["china.strength_weight"] * self.strength
        terms["rung"] = -required_stance(
            self.escalation_steps[kind].severity,
            base=assume["china.ladder_base"],
            span=assume["china.ladder_span"],
        )
        return terms

    def _consider(self, package: tuple[Motion, ...]) -> None:
        assume, first = self.model.assume, package[0]
        terms = self._terms(first)
        answers = first.act.kind == "mineral_control"
        self._plan_agreement(
            package,
            agree=terms,
            rate="china.decision_rate",
            wait=assume["china.answer_months"],
            event="retaliation" if answers else "instrument decided",
            alternative="wait" if answers else "leave it to the market",
        )
        if first.act.kind in {"mineral_control", "import_discouragement"}:
            self._plan_withdrawal(
                package,
                stay=terms | {"inertia": assume["china.inertia"]},
                rate="china.decision_rate",
                event="instrument withdrawn",
            )

    def _reason_to_ask(self, motion: Motion) -> InDraws:
        """Return where there is a reason: punishment waits until an ally has joined."""
        targets = motion.act.scope.destinations & set(ALLIES)
        if motion.act.answers or not targets:
            return super()._reason_to_ask(motion)
        joined = self._in_any(
            other.agreed <= self.model.month.index
            for other in self.model.motions
            if other.state in targets
        )
        return joined & self._is_due(motion.act)

    def _truce_wish(self) -> PerDraw:
        """Return how much Beijing would like a truce, log-odds."""
        assume = self.model.assume
        return (
            assume["china.truce_leaning"]
            + assume["china.denied_weight"] * self.denied
            - assume["china.strength_weight"] * self.strength
        )


_INDUSTRY = frozenset({"procurement_mandate", "subsidy"})
_NEEDS_STRENGTH = frozenset({"procurement_mandate", "import_discouragement"})
