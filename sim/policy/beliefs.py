"""Beliefs: the probability of each possible instrument, and the news that moves it.

A *prospect* is an instrument that may come, of one sort. Everyone holds the same
probability for it in a draw. Dated news of the record moves it, so does law that is
announced, and so does what happens inside the model: whoever decides there may add news
of its own, in the draws in which it happened.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np

from sim.domain.ensemble import InDraws, PerDraw, greatest, total
from sim.domain.months import Month
from sim.domain.supply import CHINA, SupplyLine
from sim.mechanisms.belief import after_evidence, after_news, faded
from sim.policy.imports import ImportMeasure
from sim.policy.instruments import Instrument
from sim.policy.regime import Regime
from sim.policy.scope import Scope

EFFICIENCY = "efficiency"
"""The kind of news that is about compute and not about law."""

_NO_PROSPECT = ""

BREAKTHROUGHS = "breakthroughs"
"""Where surprises in efficiency come from that happen inside the model."""

WEIGHT = "news.weight."
"""What the names of weights of evidence begin with; the kind of news follows."""


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """An instrument that may come.

    Attributes:
        group: the goods that Chinese buyers would lose by it; empty if none.
        kinds: kinds of instrument that may fulfil it.
        at_import: whether it would act at the importer's gate.
        scope: the lines that it would apply to; its origins are those of the sellers.
        prior: probability put on it while there is no news, in [0, 1].
        denied_share: share of the business on those lines that it would take.
    """

    id: str
    title: str
    group: str
    kinds: frozenset[str]
    at_import: bool
    scope: Scope
    prior: float
    denied_share: float

    @property
    def is_chinese(self) -> bool:
        """Whether China would be its author."""
        return self.at_import or CHINA in self.scope.origins

    def may_apply_to(self, line: SupplyLine) -> bool:
        """Return whether it would take business from a line."""
        return self.scope.covers_from_origin(line)

    def includes(self, act: Instrument) -> bool:
        """Return whether an act is of the sort: its kind, gate and goods."""
        wanted, scope = self.scope, act.scope
        return (
            act.kind in self.kinds
            and self.at_import == isinstance(act, ImportMeasure)
            and not (scope.goods and wanted.goods.isdisjoint(scope.goods))
            and not (
                scope.destinations
                and wanted.destinations.isdisjoint(scope.destinations)
            )
            and not (
                wanted.sellers
                and scope.sellers
                and wanted.sellers.isdisjoint(scope.sellers)
            )
        )

    def is_fulfilled_by(self, act: Instrument) -> bool:
        """Return whether an act is the one that was expected of its issuer."""
        issuers = act.own_origins | act.adopted_by.keys()
        by_issuer = self.at_import or not self.scope.origins.isdisjoint(issuers)
        return self.includes(act) and by_issuer


@dataclass(frozen=True, kw_only=True)
class News:
    """A dated piece of news of the record.

    Attributes:
        kind: of what sort; its weight is the assumption ``news.weight.<kind>``.
        sign: 1 if it makes the prospects likelier, -1 if less likely.
        prospects: ids of the prospects that it is about.
        log_points: of a surprise in efficiency, its size.
        given: ids of instruments without any of which it would not have been.
    """

    id: str
    title: str
    day: date
    kind: str
    sign: float = 1.0
    prospects: tuple[str, ...] = ()
    log_points: float = 0.0
    given: tuple[str, ...] = ()

    def happens_under(self, regime: Regime) -> bool:
        """Return whether a regime has, by that day, the law that the news is about."""
        acts = [regime.instruments.get(name) for name in self.given]
        return not self.given or any(a and a.announced <= self.day for a in acts)


@dataclass(frozen=True, eq=False)
class BeliefChange:
    """What one piece of news did to beliefs.

    Attributes:
        source: id of the news, of the instrument announced, or of who it comes from.
        before: probability by prospect before it; of those that moved alone.
        after: the same after it.
        act: the instrument that was announced, if it is one.
        surprise: log points of efficiency that it revealed, if any.
        news: the item of the record that it was, if it is one.
    """

    source: str
    before: Mapping[str, PerDraw]
    after: Mapping[str, PerDraw]
    act: Instrument | None = None
    surprise: PerDraw | None = None
    news: News | None = None


@dataclass(frozen=True, eq=False)
class _UnreadNews:
    """News from inside the model that nobody has read yet."""

    source: str
    prospect: str
    amount: PerDraw


class Beliefs:
    """The book of beliefs: one probability by prospect and draw.

    Attributes:
        prospects: what may come, by id.
        probability: put on each, by id.
        changes: what moved beliefs this month, in order.
    """

    def __init__(
        self,
        prospects: Sequence[Prospect] = (),
        news: Sequence[News] = (),
        *,
        draws: int = 1,
    ) -> None:
        self.prospects = {prospect.id: prospect for prospect in prospects}
        self._news: dict[Month, list[News]] = {}
        for item in sorted(news, key=lambda item: (item.day, item.id)):
            self._news.setdefault(Month.of(item.day), []).append(item)
        self._draws = draws
        self.probability: dict[str, PerDraw] = {
            prospect.id: np.full(draws, prospect.prior) for prospect in prospects
        }
        self.changes: list[BeliefChange] = []
        self._unread: list[_UnreadNews] = []

    def open_month(
        self,
        month: Month,
        regime: Regime,
        assume: Mapping[str, PerDraw],
        *,
        read_news: bool = True,
    ) -> None:
        """Let beliefs fade, then read the news and the law of the month day by day.

        Args:
            month: the month that begins.
            regime: the law; what it announces this month is news.
            assume: what is assumed, by name.
            read_news: whether news other than law is read.
        """
        if not self.prospects:
            return
        half_life = assume["belief.half_life_months"]
        self.probability = {
            key: faded(belief, half_life, self.prospects[key].prior)
            for key, belief in self.probability.items()
        }
        self.changes = []
        news = self._news.get(month, []) if read_news else []
        days: list[tuple[date, str, News | Instrument]] = [
            *((item.day, item.id, item) for item in news if item.happens_under(regime)),
            *(
                (act.announced, act.id, act)
                for act in self._announcements(regime, month)
            ),
        ]
        for _, _, item in sorted(days, key=lambda dated: dated[:2]):
            if isinstance(item, News):
                self._read_news(item, assume)
            else:
                self._read_announcement(item, assume)

    def _announcements(self, regime: Regime, month: Month) -> list[Instrument]:
        """Return instruments announced in a month, of kinds that may come again."""
        kinds = frozenset().union(
            *(prospect.kinds for prospect in self.prospects.values())
        )
        return [act for act in regime.book.announced(month) if act.kind in kinds]

    def _read_news(self, item: News, assume: Mapping[str, PerDraw]) -> None:
        weight: PerDraw | float = 0.0
        surprise = None
        if item.kind == EFFICIENCY:
            surprise = np.full(self._draws, item.log_points)
        else:
            weight = item.sign * assume[WEIGHT + item.kind]
        known = self.probability
        after = {key: after_evidence(known[key], weight) for key in item.prospects}
        self._change(item.id, after, surprise=surprise, news=item)

    def _read_announcement(
        self, act: Instrument, assume: Mapping[str, PerDraw]
    ) -> None:
        """Let announced law make the next one likelier, on the same side.

        Prospects of its sort take the jump in full, the others a part of it.
        """
        jump = assume["belief.jump_on_announcement"]
        spilt = jump * assume["belief.spill_to_other_goods"]
        spent = assume["belief.spent_on_announcement"]
        after = {
            key: after_news(
                self._remaining_belief(prospect, act, spent),
                jump if prospect.includes(act) else spilt,
            )
            for key, prospect in self.prospects.items()
            if prospect.is_chinese == (act.issuer == CHINA)
        }
        self._change(act.id, after, act=act)

    def _remaining_belief(
        self, prospect: Prospect, act: Instrument, spent: PerDraw
    ) -> PerDraw:
        """Return what is left of a belief once an instrument of the sort has come.

        Several of a day are one act of policy, and spend it once.
        """
        belief = self.probability[prospect.id]
        same_day = any(
            change.act is not None
            and change.act.announced == act.announced
            and prospect.is_fulfilled_by(change.act)
            for change in self.changes
        )
        if same_day or not prospect.is_fulfilled_by(act):
            return belief
        return prospect.prior + (belief - prospect.prior) * (1.0 - spent)

    def _change(
        self,
        source: str,
        after: Mapping[str, PerDraw],
        act: Instrument | None = None,
        surprise: PerDraw | None = None,
        news: News | None = None,
    ) -> None:
        before = {key: self.probability[key] for key in after}
        self.probability = self.probability | dict(after)
        self.changes.append(BeliefChange(source, before, after, act, surprise, news))

    # --- news from inside the model -----------------------------------------------

    def add_news(
        self,
        prospect: str,
        log_odds: PerDraw,
        where: InDraws | None = None,
        *,
        source: str = "",
    ) -> None:
        """Add news of a prospect; it is read when news next spreads.

        Args:
            prospect: id of what became likelier, or less likely.
            log_odds: weight of the evidence, below 0 if it is against.
            where: the draws in which it happened; None stands for all.
            source: id of who it comes from.
        """
        amount = log_odds if where is None else np.where(where, log_odds, 0.0)
        if self.prospects:
            self._unread.append(_UnreadNews(source, prospect, amount))

    def add_surprise(
        self, source: str, log_points: PerDraw, where: InDraws | None = None
    ) -> None:
        """Add a surprise in efficiency: log of compute expected over compute needed."""
        self.add_news(_NO_PROSPECT, log_points, where, source=source)

    def spread_news(self) -> None:
        """Read what was added since news last spread, in an order of its own.

        The order is that of sources and prospects, whoever added first. Surprises in
        efficiency are read as one.
        """
        unread = sorted(self._unread, key=lambda news: (news.source, news.prospect))
        self._unread = []
        surprises = [news.amount for news in unread if news.prospect == _NO_PROSPECT]
        if surprises:
            self._change(BREAKTHROUGHS, {}, surprise=total(surprises))
        about_law = (news for news in unread if news.prospect != _NO_PROSPECT)
        for source, items in groupby(about_law, key=lambda news: news.source):
            after: dict[str, PerDraw] = {}
            for news in items:
                before = after.get(news.prospect, self.probability[news.prospect])
                after[news.prospect] = after_evidence(before, news.amount)
            self._change(source, after)

    # --- what they come to ----------------------------------------------------------

    def feared_loss(
        self, groups: Iterable[str], nothing: PerDraw
    ) -> dict[str, PerDraw]:
        """Return how far losing each group of goods is feared, by group, in [0, 1].

        (p - prior) / (1 - prior) of the likeliest of the prospects that would take it,
        and not below 0: for the risk that there always is, buyers have what they hold.
        """
        above_prior: dict[str, list[PerDraw]] = {group: [nothing] for group in groups}
        for key, prospect in self.prospects.items():
            if prospect.group in above_prior:
                risen = self.probability[key] - prospect.prior
                above_prior[prospect.group].append(risen / (1.0 - prospect.prior))
        return {group: greatest(values) for group, values in above_prior.items()}
