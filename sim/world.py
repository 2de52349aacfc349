"""The world that agents act in: its clock, its law, its luck and its supply lines."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import mesa
import networkx as nx
import numpy as np

from sim.domain.chance import Chance
from sim.domain.ensemble import InDraws, PerDraw
from sim.domain.months import Month
from sim.domain.supply import SupplyLine
from sim.policy.beliefs import Beliefs
from sim.policy.quotas import QuotaBook
from sim.policy.regime import Leakage, Regime

FEARED = ("tools", "service", "hbm", "chips")
"""Groups of goods that Chinese buyers fear to lose."""


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
        inputs: of a decision, what was weighed, by name, one number per draw.
        threshold: what the sum of it had to reach, one number per draw; None if the
            event is no decision.
        alternative: what was not done instead.
    """

    month: Month
    actor: str
    event: str
    subject: str
    detail: str = ""
    where: InDraws | None = None
    inputs: Mapping[str, PerDraw] = field(default_factory=dict)
    threshold: PerDraw | None = None
    alternative: str = ""


class World(mesa.Model):
    """All that an agent may see: what is not here, no agent knows.

    Attributes:
        month: the month that is being lived.
        regime: the instruments in force.
        chance: the luck of every draw.
        assume: what is assumed, by name of assumption, each one number per draw.
        facts: what is known, by name of constant.
        network: who supplies what to whom; an edge holds its `line`.
        beliefs: what everyone expects of coming law.
        fear: probability that Chinese buyers put on losing a group of goods, by group
            of `FEARED`; nothing where they do not stock up.
        domestic_worth: what the best Chinese accelerator on sale is worth to a
            laboratory per USD million, H100-equivalents.
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
        beliefs: Beliefs | None = None,
    ) -> None:
        super().__init__(rng=chance.seed)
        self.start = self.month = start
        self.regime = regime
        self.chance = chance
        self.assume = assume
        self.facts = facts
        self.switched_off = frozenset(switched_off)
        self.network = nx.MultiDiGraph()
        self.lines: list[SupplyLine] = []
        self.events: list[Event] = []
        self.domestic_worth = self.zeros()
        self.beliefs = beliefs or Beliefs()
        self.fear: Mapping[str, PerDraw] = dict.fromkeys(FEARED, self.zeros())
        self.leakage = Leakage(
            affiliates=assume["law.affiliate_leakage"],
            facilities=assume["law.facility_leakage"],
        )
        self._read: Regime | None = None
        self._governed: list[SupplyLine] = []
        self.quotas = QuotaBook(self.lines)

    def zeros(self) -> PerDraw:
        """Return nothing, in every draw."""
        return np.zeros(self.chance.draws.count)

    def every(self, value: float) -> PerDraw:
        """Return one number in every draw."""
        return np.full(self.chance.draws.count, float(value))

    def on(self, mechanism: str) -> bool:
        """Return whether a mechanism is switched on."""
        return mechanism not in self.switched_off

    # --- actors and lines ---------------------------------------------------------

    def all(self, kind: type[mesa.Agent]) -> Iterable[mesa.Agent]:
        """Return the actors of exactly one kind, in the order of the cast."""
        return self.agents_by_type.get(kind, ())

    def each(self, kind: type[mesa.Agent], phase: Callable[..., None]) -> None:
        """Let every actor of a kind act out one phase of the month."""
        for actor in self.all(kind):
            phase(actor)

    def place(self, name: str, title: str, kind: str, country: str) -> None:
        """Put an actor on the map."""
        self.network.add_node(name, name=title, kind=kind, country=country)

    def connect(
        self,
        line: SupplyLine,
        *,
        share: float = 1.0,
        substitutability: float = 0.0,
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
        """Let the law of the month reach every line."""
        if self._read is not self.regime:
            self._read = self.regime
            self._governed = [line for line in self.lines if self._is_governed(line)]
            self._review_all(self.lines)
        elif self.regime.changes(self.month):
            law, month = self.regime, self.month
            self._review_all(
                [x for x in self._governed if law.bearing(x).moves_in(month)]
            )
        self.quotas.open_month(self.regime, self.month)
        self.beliefs.open_month(
            self.month, self.regime, self.assume, listening=self.on("news")
        )
        for move in self.beliefs.moves:
            if move.news is not None:
                self.tell(
                    "press", f"news: {move.news.kind}", move.source, move.news.title
                )

    @property
    def law_moves(self) -> bool:
        """Whether what a gate lets through may differ from last month's."""
        return self.month == self.start or self.regime.changes(self.month)

    def _is_governed(self, line: SupplyLine) -> bool:
        """Return whether any instrument of the regime can ever bear on a line."""
        bearing = self.regime.bearing(line)
        return bool(bearing.exports or bearing.imports)

    def _review_all(self, lines: list[SupplyLine]) -> None:
        """Ask both gates of many lines; alike lines share one answer."""
        asked: dict[tuple[int, int], SupplyLine] = {}
        for line in lines:
            alike = (id(self.regime.bearing(line)), id(line.chip))
            first = asked.setdefault(alike, line)
            if first is line:
                self.review(line)
            else:
                line.set_gates(first.licence, first.permit, first.pending)

    def review(self, line: SupplyLine) -> None:
        """Ask both gates of a line what they let through this month."""
        law, month = self.regime, self.month
        one = np.ones(self.chance.draws.count)
        line.set_gates(
            licence=one * law.licence(line, month, self.leakage),
            permit=one * law.permit(line, month),
            pending=one * law.pending(line, month, self.leakage),
        )

    def spread_news(self) -> None:
        """Let what actors have put down as news reach everyone."""
        self.beliefs.settle()
        if self.on("stockpiling"):
            self.fear = self.beliefs.fear(FEARED, self.zeros())

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

        A decision says what was weighed, what it had to reach, and what was not done.
        """
        if where is None or where.any():
            self.events.append(
                Event(
                    month=self.month,
                    actor=actor,
                    event=event,
                    subject=subject,
                    detail=detail,
                    where=where,
                    inputs=inputs or {},
                    threshold=threshold,
                    alternative=alternative,
                )
            )
