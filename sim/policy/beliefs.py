"""Beliefs: the probability put on each coming instrument, and the news that moves it.

A *prospect* is an instrument that may come, of one sort. Everyone holds the same
probability for it in a draw. Dated news of the record moves it, so does law that is
announced, and so does what happens inside the model: whoever decides there may `hear`
news of its own, in the draws in which it happened.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from sim.domain.ensemble import InDraws, PerDraw, greatest, total
from sim.domain.months import Month
from sim.domain.supply import SupplyLine
from sim.mechanisms.belief import after_evidence, after_news, faded
from sim.policy.imports import ImportMeasure
from sim.policy.instruments import Instrument
from sim.policy.regime import Regime
from sim.policy.scope import Scope

CHINA = "CHN"

EFFICIENCY = "efficiency"
"""The kind of news that is about compute and not about law."""

BREAKTHROUGHS = "breakthroughs"
"""Where surprises in efficiency come from that happen inside the model."""

WEIGHT = "news.weight."
"""What the names of weights of evidence begin with; the kind of news follows."""


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """An instrument that may come.

    Attributes:
        id: its name.
        title: what it would be, in a line.
        group: the goods that Chinese buyers would lose by it; empty if none.
        kinds: kinds of instrument that are one.
        at_import: whether it would stand at the importer's gate.
        scope: the lines that it would hit; its origins are those of the sellers.
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
        origins = self.scope.origins
        return (not origins or line.origin in origins) and self.scope.covers(line)

    def includes(self, act: Instrument) -> bool:
        """Return whether an instrument is one of the sort."""
        return act.kind in self.kinds and self.overlaps(act)

    def is_fulfilled_by(self, act: Instrument) -> bool:
        """Return whether an instrument is the one that was expected of its issuer."""
        issuers = act.own_origins | act.adopted_by.keys()
        mine = self.scope.origins
        return self.includes(act) and (self.at_import or not mine.isdisjoint(issuers))

    def overlaps(self, act: Instrument) -> bool:
        """Return whether an instrument speaks of the same goods at the same gate."""
        mine, its = self.scope, act.scope
        same_gate = self.at_import == isinstance(act, ImportMeasure)
        goods = not its.goods or not mine.goods.isdisjoint(its.goods)
        places = not its.destinations or not mine.destinations.isdisjoint(
            its.destinations
        )
        sellers = not mine.sellers or not its.sellers or mine.sellers & its.sellers
        return bool(same_gate and goods and places and sellers)


@dataclass(frozen=True, kw_only=True)
class News:
    """A dated piece of news of the record.

    Attributes:
        id: its name.
        title: what was learnt, in a line.
        day: when.
        kind: of what sort; its weight is the assumption ``news.weight.<kind>``.
        sign: 1 if it makes the prospects likelier, -1 if less likely.
        prospects: ids of the prospects that it speaks of.
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
        moves: what moved beliefs this month, in order.
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
            each.id: np.full(draws, each.prior) for each in prospects
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
        for _, _, item in sorted(days, key=lambda each: each[:2]):
            if isinstance(item, News):
                self._read_news(item, assume)
            else:
                self._read_announcement(item, assume)

    def _announcements(self, regime: Regime, month: Month) -> list[Instrument]:
        """Return instruments announced in a month, of kinds that may come again."""
        kinds = frozenset().union(*(each.kinds for each in self.prospects.values()))
        return [act for act in regime.book.announced(month) if act.kind in kinds]

    def _read_news(self, item: News, assume: Mapping[str, PerDraw]) -> None:
        surprise = None
        weight: PerDraw | float = 0.0
        if item.kind == EFFICIENCY:
            surprise = np.full(self._draws, item.log_points)
        else:
            weight = item.sign * assume[WEIGHT + item.kind]
        after = {
            key: after_evidence(self.probability[key], weight) for key in item.prospects
        }
        self._change(item.id, after, surprise=surprise, news=item)

    def _read_announcement(
        self, act: Instrument, assume: Mapping[str, PerDraw]
    ) -> None:
        """Let announced law make the next one likelier, on the same side.

        The jump is whole for what the law resembles, and spills over to the rest.
        """
        jump = assume["belief.jump_on_announcement"]
        spill = assume["belief.spill_to_other_goods"]
        after = {
            key: after_news(
                self._remaining_belief(
                    each, act, assume["belief.spent_on_announcement"]
                ),
                jump if each.includes(act) else jump * spill,
            )
            for key, each in self.prospects.items()
            if each.is_chinese == (act.issuer == CHINA)
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
            move.act is not None
            and move.act.announced == act.announced
            and prospect.is_fulfilled_by(move.act)
            for move in self.changes
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
        """Put down news of a prospect; it is read when news next spreads.

        Args:
            prospect: id of what became likelier, or less likely.
            log_odds: weight of the evidence, below 0 if it speaks against.
            where: the draws in which it happened; None stands for all.
            source: id of who it comes from.
        """
        self._add(source, prospect, log_odds, where)

    def add_surprise(
        self, source: str, log_points: PerDraw, where: InDraws | None = None
    ) -> None:
        """Put down a surprise in efficiency; it is read when news next spreads.

        Args:
            source: id of who it comes from.
            log_points: log of compute thought to be needed over compute needed.
            where: the draws in which it happened; None stands for all.
        """
        self._add(source, "", log_points, where)

    def _add(
        self, source: str, prospect: str, amount: PerDraw, where: InDraws | None
    ) -> None:
        if where is not None:
            amount = np.where(where, amount, 0.0)
        if self.prospects:
            self._unread.append(_UnreadNews(source, prospect, amount))

    def spread_news(self) -> None:
        """Read what was put down since news last spread, whoever put it down first.

        Surprises in efficiency are read as one.
        """
        posts = sorted(self._unread, key=lambda post: (post.source, post.prospect))
        self._unread = []
        found = [post.amount for post in posts if not post.prospect]
        if found:
            self._change(BREAKTHROUGHS, {}, surprise=total(found))
        told = [post for post in posts if post.prospect]
        for source in dict.fromkeys(post.source for post in told):
            after: dict[str, PerDraw] = {}
            for post in told:
                if post.source == source:
                    now = after.get(post.prospect, self.probability[post.prospect])
                    after[post.prospect] = after_evidence(now, post.amount)
            self._change(source, after)

    # --- what they come to ----------------------------------------------------------

    def feared_loss(
        self, groups: Iterable[str], nothing: PerDraw
    ) -> dict[str, PerDraw]:
        """Return how far losing each group of goods is feared, by group, in [0, 1].

        (p - prior) / (1 - prior) of the likeliest of the prospects that would take it,
        and not below 0: for the risk that there always is, buyers have what they hold.
        """
        found: dict[str, PerDraw] = {}
        for group in groups:
            of_group = [
                (self.probability[key] - each.prior) / (1.0 - each.prior)
                for key, each in self.prospects.items()
                if each.group == group
            ]
            found[group] = greatest([nothing, *of_group])
        return found
