"""World: what agents can see (clock, law, luck, supply lines, signals)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import mesa
import networkx as nx
import numpy as np

from sim.domain.chance import Chance
from sim.domain.ensemble import NEVER, InDraws, PerDraw, PerEventDraw
from sim.domain.months import Month
from sim.domain.supply import Good, SupplyLine
from sim.policy.applicable_law import ApplicableLaw, LeakageShares
from sim.policy.beliefs import Beliefs
from sim.policy.decided_law import ChangedActs
from sim.policy.instruments import Instrument
from sim.policy.motions import Motion, decided_law_of
from sim.policy.quotas import QuotaBook
from sim.policy.regime import Regime

Kind = TypeVar("Kind", bound=mesa.Agent)

FEARED_GROUPS = ("tools", "service", "hbm", "chips")
"""Groups of goods that Chinese buyers fear to lose."""

LICENSED_GOODS = frozenset({Good.AI_CHIP})
"""Goods that could be shipped before the decision on their licence.

A tool takes longer to make than its licence to be granted, and service is no single
shipment; the months in which minerals waited for licences are in the record of law.
"""


@dataclass(frozen=True, eq=False)
class Event:
    """Something that happened, in some draws or in all.

    Attributes:
        month: when.
        actor: id of who did it or met it.
        event: what, in a few words.
        subject: what it is about: an instrument, a chip, a good.
        detail: how, in plain words.
        where: the draws in which it happened; None stands for all.
        inputs: of a decision, what was weighed, by name, a number for each of the draws
            in which it happened.
        threshold: what it had to reach in each of them (of a government, the sum of its
            inputs; docs/outputs.md says which for other events); None if it had to
            reach nothing.
        alternative: what was not done instead.
    """

    month: Month
    actor: str
    event: str
    subject: str
    detail: str = ""
    where: InDraws | None = None
    inputs: Mapping[str, PerEventDraw] = field(default_factory=dict)
    threshold: PerEventDraw | None = None
    alternative: str = ""

    def __deepcopy__(self, memo: dict[int, object]) -> "Event":
        """Return the event itself.

        A world is forked by a deep copy. What has happened does not change, so both
        worlds may share it; copying a long chronicle would cost more than all else.
        """
        return self


class World(mesa.Model):
    """All that an agent may see: what is not here, no agent knows.

    Attributes:
        month: the month that is being simulated.
        regime: the instruments in force.
        chance: the luck of every draw.
        assume: what is assumed, by name of assumption, each one number per draw.
        facts: what is known, by name of constant.
        switched_off: mechanisms that work in no draw.
        switched_by_draw: mechanisms that work in some draws only, with those draws.
        network: who supplies what to whom; an edge holds its `line`.
        beliefs: what everyone expects of future law.
        fear: probability that Chinese buyers put on losing a group of goods, by group
            of `FEARED_GROUPS`; nothing where they do not stock up.
        domestic_worth: what the best Chinese accelerator on sale is worth to a
            laboratory per USD million, H100-equivalents.
        threat: how capable Washington holds China to be, in [0, 1].
        mineral_price: of critical minerals over the usual, by state that buys them.
        minerals_withheld: share of usual minerals that the state hit hardest lacks.
        truce_wish: how much Beijing would like a truce, log-odds.
        motions: what governments are asked to decide, and the outcome.
        speeds: how fast work that depends on people goes, over the usual speed, by
            vendor of tools or by trade; empty while all goes at its usual speed.
        quotas: what has been shipped under quotas, and what may still be.
        events: what has happened so far.
    """

    def __init__(
        self,
        *,
        start: Month,
        regime: Regime,
        chance: Chance,
        assume: Mapping[str, PerDraw],
        facts: Mapping[str, float],
        switched_off: Iterable[str] = (),
        switched_by_draw: Mapping[str, InDraws] | None = None,
        beliefs: Beliefs | None = None,
    ) -> None:
        super().__init__(rng=chance.seed)
        self._actors_by_kind: dict[type[mesa.Agent], list[Any]] = {}
        self.start = self.month = start
        self._nothing = _constant(0.0, chance.draws.count)
        self._usual = {0.0: self._nothing, 1.0: _constant(1.0, chance.draws.count)}
        self.regime = regime
        self.chance = chance
        self.assume = assume
        self.facts = facts
        self.switched_off = frozenset(switched_off)
        self.switched_by_draw = dict(switched_by_draw or {})
        self.network = nx.MultiDiGraph()
        self.lines: list[SupplyLine] = []
        self.events: list[Event] = []
        self.domestic_worth = self.zeros()
        self.speeds: Mapping[str, PerDraw] = {}
        self.beliefs = beliefs or Beliefs()
        self.fear: Mapping[str, PerDraw] = dict.fromkeys(FEARED_GROUPS, self.zeros())
        self.leakage = LeakageShares(
            affiliates=assume["law.affiliate_leakage"],
            facilities=assume["law.facility_leakage"],
        )
        self.memory_leakage = LeakageShares(
            affiliates=assume["law.affiliate_leakage_hbm"],
            facilities=assume["law.facility_leakage"],
        )
        self.threat = self.minerals_withheld = self.truce_wish = self.zeros()
        self.mineral_price: Mapping[str, PerDraw] = {}
        self.motions: list[Motion] = []
        self._dated_law: Mapping[str, Instrument] | None = None
        self._law_is_new = False
        self._changed_acts: ChangedActs = frozenset()
        self._governed_lines: list[list[SupplyLine]] = []
        self.quotas = QuotaBook(self.lines)

    def zeros(self) -> PerDraw:
        """Return nothing, in every draw."""
        return self._nothing

    def per_draw(self, value: float | PerDraw) -> PerDraw:
        """Return one number in every draw, or the one that each draw has already.

        Nothing and all are the same object every time, so that who compares by identity
        sees that nothing has changed.
        """
        if isinstance(value, np.ndarray) and value.shape == self._nothing.shape:
            return value
        if isinstance(value, float) and value in self._usual:
            return self._usual[value]
        return np.full(self._nothing.shape, value, dtype=float)

    def is_on(self, mechanism: str) -> bool:
        """Return whether a mechanism works in any draw."""
        return mechanism not in self.switched_off

    def draws_with(self, mechanism: str) -> InDraws | bool:
        """Return the draws in which a mechanism works, or one answer for all."""
        return self.switched_by_draw.get(mechanism, self.is_on(mechanism))

    def speed_of(self, workers: str) -> PerDraw | float:
        """Return how fast the work of some people goes, over its usual speed."""
        return self.speeds[workers] if self.speeds else 1.0

    # --- actors and lines ---------------------------------------------------------

    def actors(self, kind: type[Kind]) -> Sequence[Kind]:
        """Return the actors of exactly one kind, in the order of their entry."""
        if kind not in self._actors_by_kind:
            self._actors_by_kind[kind] = list(self.agents_by_type.get(kind, ()))
        return self._actors_by_kind[kind]

    def register_agent(self, agent: mesa.Agent) -> None:
        """Take in an actor, as Mesa asks when it is made."""
        super().register_agent(agent)
        self._actors_by_kind.clear()

    def deregister_agent(self, agent: mesa.Agent) -> None:
        """Let go of an actor."""
        super().deregister_agent(agent)
        self._actors_by_kind.clear()

    def run_phases(
        self, kinds: Sequence[type[mesa.Agent]], *phases: Callable[..., None]
    ) -> None:
        """Let all actors of some kinds run some phases, one phase after another."""
        for phase in phases:
            for kind in kinds:
                for actor in self.actors(kind):
                    phase(actor)

    def register_actor(self, name: str, title: str, kind: str, country: str) -> None:
        """Put an actor on the map."""
        self.network.add_node(name, name=title, kind=kind, country=country)

    def connect(
        self, line: SupplyLine, *, share: float = 1.0, substitutability: float = 0.0
    ) -> SupplyLine:
        """Open a supply line between two actors, and return it."""
        self.network.add_edge(
            line.seller,
            line.buyer,
            line=line,
            share=share,
            lead_time=line.lead_time,
            substitutability=substitutability,
        )
        self.lines.append(line)
        return line

    # --- law ----------------------------------------------------------------------

    def enact(self) -> None:
        """Let the law of the month, dated and decided, reach every line.

        Gates are reviewed only where law can have changed, since that is most of the
        work of a month: all lines when the dated law is another one (in the first
        month, and after a fork), else the governed lines that a date of this month or a
        decision concerns.
        """
        # A regime keeps its dated law as one object through all decisions, so another
        # object means another law: comparing thousands of fields is not needed.
        self._law_is_new = self._dated_law is not self.regime.book.dated
        if self._law_is_new:
            self._dated_law = self.regime.book.dated
            self._open_motions()
        self._apply_decided_law()
        if self._law_is_new:
            self._governed_lines = self._find_governed_lines()
            self.review_lines(self.lines)
        elif self.law_changed:
            changing = (x for x in self._governed_lines if self.law_may_change(x[0]))
            self.review_lines([line for lines in changing for line in lines])
        self.quotas.open_month(self.regime, self.month)
        self.beliefs.open_month(
            self.month, self.regime, self.assume, read_news=self.is_on("news")
        )
        self._tell_of_news()

    @property
    def law_changed(self) -> bool:
        """Whether what a gate lets through may differ from last month's."""
        dated = self.month == self.start or self.regime.book.changes_in(self.month)
        return dated or bool(self._changed_acts)

    def law_may_change(self, line: SupplyLine) -> bool:
        """Return whether a line's gates may let through other than last month."""
        if not self.law_changed or self._law_is_new:
            return self.law_changed
        law = self.regime.book.applicable_law(line)
        is_decided = bool(self._changed_acts) and law.is_changed_by(
            self._changed_acts, line.origin
        )
        return is_decided or law.changes_in(self.month)

    def _open_motions(self) -> None:
        """Ask governments what the law leaves to them; keep what they decided."""
        before = {motion.key: motion for motion in self.motions}
        law, never = self.regime, self.per_draw(NEVER)
        self.motions = [
            before.get((act.id, state)) or Motion(act, state, never)
            for act, state in law.decisions.open_decisions(law.book.acts)
        ]

    def _apply_decided_law(self) -> None:
        """Take what governments have decided into the law of this month."""
        law, month = self.regime, self.month
        self._changed_acts = frozenset()
        if not self.motions:
            return
        decided = decided_law_of(self.motions, law.book.acts, month)
        ahead = decided_law_of(self.motions, law.book.acts, month, agreed=True)
        decided, ahead = decided.keeping(law.decided), ahead.keeping(law.decided_ahead)
        changed = decided.changed_since(law.decided)
        self._changed_acts = changed | ahead.changed_since(law.decided_ahead)
        if self._changed_acts:
            self.regime = law.with_decided(decided, ahead)

    def _find_governed_lines(self) -> list[list[SupplyLine]]:
        """Return the lines to which any instrument can ever apply, by their law."""
        governed: dict[ApplicableLaw, list[SupplyLine]] = {}
        for line in self.lines:
            law = self.regime.book.applicable_law(line)
            if law.exports or law.imports:
                governed.setdefault(law, []).append(line)
        return list(governed.values())

    def review_lines(self, lines: list[SupplyLine]) -> None:
        """Set both gates of many lines; lines under the same law share one answer.

        Which instruments can apply to a line, and when, is looked up once and kept
        (its applicable law). Lines under the same law and with the same chip have the
        same answer, to the last bit.
        """
        reviewed: dict[tuple[object, ...], SupplyLine] = {}
        for line in lines:
            key = (self.regime.book.applicable_law(line), line.chip)
            first = reviewed.setdefault(key, line)
            if first is line:
                self.review_line(line)
            else:
                line.gates.copy_from(first.gates)

    def review_line(self, line: SupplyLine) -> None:
        """Set both gates of a line to what the law of this month lets through."""
        law, month, leakage = self.regime, self.month, self.leakage_on(line)
        line.gates.set(
            licence=self.per_draw(law.licence(line, month, leakage)),
            permit=self.per_draw(law.permit(line, month)),
            pending=self.per_draw(law.pending_denial(line, month, leakage)),
        )
        if line.good in LICENSED_GOODS and self.is_on("licence_queue"):
            line.gates.ask_for_licences(
                self.per_draw(law.without_licence(line, month, leakage)),
                self.per_draw(law.open_days(line, month, leakage)),
            )

    def leakage_on(self, line: SupplyLine) -> LeakageShares:
        """Return what controls miss of a line's business; of memory it is more."""
        return self.memory_leakage if line.good is Good.HBM else self.leakage

    def publish_decision(self, act: Instrument, where: InDraws, actor: str) -> None:
        """Make news of an act that a government has decided on, in some draws."""
        weight = self.assume["news.weight.decision"]
        for key, prospect in self.beliefs.prospects.items():
            if prospect.includes(act):
                self.beliefs.add_news(key, weight, where, source=actor)

    def dated_events(self) -> Iterator[tuple[str, Instrument]]:
        """Yield what the dates of the law say of this month, with each instrument."""
        book, month = self.regime.book, self.month
        for event, acts in (
            ("announced", book.announced(month)),
            ("effective", book.taking_effect(month)),
            ("lifted", book.ending(month)),
        ):
            for act in acts:
                yield f"instrument {event}", act

    def _tell_of_news(self) -> None:
        """Enter the month's news, and acts of states without a government as actor."""
        for change in self.beliefs.changes:
            if (news := change.news) is not None:
                self.tell("press", f"news: {news.kind}", change.source, news.title)
        if not self.law_changed:
            return
        actors = self.network.nodes(data=True)
        states = {x["country"] for _, x in actors if x.get("kind") == "government"}
        for event, act in self.dated_events():
            if act.issuer not in states:
                self.tell(act.issuer, event, act.id, f"{act.kind}: {act.title}")

    def spread_news(self) -> None:
        """Let the news that actors have made reach everyone."""
        self.beliefs.spread_news(self.assume["belief.spill_to_kin"])
        if self.is_on("stockpiling"):
            self.fear = self.beliefs.feared_loss(FEARED_GROUPS, self.zeros())

    # --- signals ------------------------------------------------------------------

    def publish_threat(self, threat: PerDraw) -> None:
        """Let all see how capable Washington holds China to be, in [0, 1]."""
        self.threat = threat

    def publish_truce_wish(self, wish: PerDraw) -> None:
        """Let all see how much Beijing would like a truce, log-odds."""
        self.truce_wish = wish

    def publish_minerals(
        self, prices: Mapping[str, PerDraw], withheld: PerDraw
    ) -> None:
        """Let all see the price of minerals by state, and the share that is missing."""
        self.mineral_price, self.minerals_withheld = prices, withheld

    def publish_domestic_worth(self, worth: PerDraw) -> None:
        """Let all see the worth of the best Chinese accelerator per USD million."""
        self.domestic_worth = worth

    def publish_speeds(self, speeds: Mapping[str, PerDraw]) -> None:
        """Let all see how fast work goes, by vendor or trade."""
        self.speeds = speeds

    # --- what happened ------------------------------------------------------------

    def tell(
        self,
        actor: str,
        event: str,
        subject: str,
        detail: str = "",
        where: InDraws | None = None,
        *,
        inputs: Mapping[str, PerDraw] | None = None,
        threshold: PerDraw | None = None,
        alternative: str = "",
    ) -> None:
        """Enter an event into the chronicle, if it happened in any draw.

        A decision says what was weighed, what it had to reach (one number per draw
        each; those of other draws are not kept), and what was not done.
        """
        if where is not None and not where.any():
            return
        draws = slice(None) if where is None else where
        self.events.append(
            Event(
                month=self.month,
                actor=actor,
                event=event,
                subject=subject,
                detail=detail,
                where=where,
                inputs={name: x[draws] for name, x in (inputs or {}).items()},
                threshold=None if threshold is None else threshold[draws],
                alternative=alternative,
            )
        )


def _constant(value: float, draws: int) -> PerDraw:
    """Return one number in every draw, as an array that cannot be written to."""
    array = np.full(draws, value)
    array.setflags(write=False)
    return array
