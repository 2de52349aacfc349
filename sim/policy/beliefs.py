"""Beliefs: the probability of each possible instrument, and the news that moves it.

Everyone holds the same probability for a prospect in a draw. Dated news of the record
moves it, so does law that is announced, and so does what happens inside the model:
whoever decides there may add news of its own, in the draws in which it happened.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np

from sim.domain.ensemble import InDraws, PerDraw, greatest, total
from sim.domain.months import Month
from sim.domain.supply import CHINA
from sim.mechanisms.belief import after_evidence, after_news, faded
from sim.policy.exports import LicencePolicy
from sim.policy.instruments import Instrument
from sim.policy.prospects import News, Prospect
from sim.policy.regime import Regime
from sim.policy.terms import Truce

EFFICIENCY = "efficiency"
"""The kind of news that is about compute and not about law."""

ENDED = ":end"
"""What follows the id of an instrument where the news is that it has ended."""

SPILL_TO_KIN = "belief.spill_to_kin"
"""Name of the share of the weight of news that its kin take."""

_LOOSENING = (LicencePolicy, Truce)
"""Kinds of instrument that give back what others take."""

_NO_PROSPECT = ""

BREAKTHROUGHS = "breakthroughs"
"""Where surprises in efficiency come from that happen inside the model."""

WEIGHT = "news.weight."
"""What the names of weights of evidence begin with; the kind of news follows."""


@dataclass(frozen=True, eq=False)
class BeliefChange:
    """What one piece of news did to beliefs.

    Attributes:
        source: id of the news, of the instrument announced, or of who it comes from.
        before: probability by prospect before it; of those that moved alone.
        after: the same after it.
        act: the instrument that was announced or has ended, if it is one.
        surprise: log points of efficiency that it revealed, if any.
        news: the item of the record that it was, if it is one.
        day: of an instrument, the day on which law changes.
    """

    source: str
    before: Mapping[str, PerDraw]
    after: Mapping[str, PerDraw]
    act: Instrument | None = None
    surprise: PerDraw | None = None
    news: News | None = None
    day: date | None = None

    @property
    def is_end(self) -> bool:
        """Whether it is that an instrument has ended."""
        return self.act is not None and self.source == self.act.id + ENDED


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
        hears_relief: bool = False,
    ) -> None:
        self._hears_relief = hears_relief
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
            *(self._relief(regime, month) if self._hears_relief else ()),
        ]
        for day, source, item in sorted(days, key=lambda dated: dated[:2]):
            if isinstance(item, News):
                self._read_news(item, assume)
            elif source == item.id and not isinstance(item, _LOOSENING):
                self._read_announcement(item, assume)
            else:
                self._change(source, {}, act=item, day=day)

    def _announcements(self, regime: Regime, month: Month) -> list[Instrument]:
        """Return instruments announced in a month, of kinds that may come again."""
        kinds = frozenset().union(
            *(prospect.kinds for prospect in self.prospects.values())
        )
        return [
            act
            for act in regime.book.announced(month)
            if act.kind in kinds and act.end != act.announced
        ]

    def _relief(
        self, regime: Regime, month: Month
    ) -> Iterator[tuple[date, str, Instrument]]:
        """Yield the days of a month on which law gives back what it had taken.

        That is when an instrument ends, when a licence policy takes effect, and when a
        truce is announced. It moves no belief of itself; what is said of it is news.
        """
        book = regime.book
        for act in book.repealed(month):
            if act.end is not None and act.end > act.announced:
                yield act.end, act.id + ENDED, act
        for act in book.taking_effect(month):
            if isinstance(act, LicencePolicy) and Month.of(act.effective) == month:
                yield act.effective, act.id, act
        for act in book.announced(month):
            if isinstance(act, Truce):
                yield act.announced, act.id, act

    def _read_news(self, item: News, assume: Mapping[str, PerDraw]) -> None:
        weight: PerDraw | float = 0.0
        surprise = None
        if item.kind == EFFICIENCY:
            surprise = np.full(self._draws, item.log_points)
        else:
            weight = item.sign * assume[WEIGHT + item.kind]
        known = self.probability
        after = {key: after_evidence(known[key], weight) for key in item.prospects}
        weights = dict.fromkeys(item.prospects, weight)
        kin = self._kin_after(after, weights, assume.get(SPILL_TO_KIN, 0.0))
        self._change(item.id, after | kin, surprise=surprise, news=item)

    def _kin_after(
        self,
        known: Mapping[str, PerDraw],
        weights: Mapping[str, PerDraw | float],
        spill: PerDraw | float,
    ) -> dict[str, PerDraw]:
        """Return the beliefs in the kin of the prospects that news is about.

        One piece of news is one sign of where law goes: what it weighs for a prospect
        counts once for each of its kin, the heaviest of several. In draws in which it
        is about a prospect, that one takes nothing as kin besides.

        Args:
            known: beliefs in those prospects once the news has been read.
            weights: of the evidence, by prospect that the news is about.
            spill: share of it that kin take.
        """
        after = {}
        for key, belief in self.probability.items():
            about = [x for x in weights if key in self.prospects[x].kin]
            if about:
                heaviest = _heaviest([weights[x] for x in about])
                is_kin = np.equal(weights.get(key, 0.0), 0.0)
                as_kin = np.where(is_kin, spill * heaviest, 0.0)
                after[key] = after_evidence(known.get(key, belief), as_kin)
        return after

    def _read_announcement(
        self, act: Instrument, assume: Mapping[str, PerDraw]
    ) -> None:
        """Let announced law make the next one likelier, on the same side.

        Prospects of its sort take the jump in full, the others a part of it. Wider
        ones, which either side may bring about, take that part once a day, and are
        spent as what was expected is.
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
            if prospect.is_wider or prospect.is_chinese == (act.issuer == CHINA)
            if not (prospect.is_wider and self._is_second_of_day(act))
        }
        self._change(act.id, after, act=act, day=act.announced)

    def _is_second_of_day(self, act: Instrument) -> bool:
        """Return whether another act of the same day and issuer has been read."""
        return any(
            change.act is not None
            and change.day == change.act.announced
            and not change.is_end
            and (change.act.announced, change.act.issuer) == (act.announced, act.issuer)
            for change in self.changes
        )

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
        if same_day or not (prospect.is_wider or prospect.is_fulfilled_by(act)):
            return belief
        return prospect.prior + (belief - prospect.prior) * (1.0 - spent)

    def _change(
        self,
        source: str,
        after: Mapping[str, PerDraw],
        *,
        act: Instrument | None = None,
        surprise: PerDraw | None = None,
        news: News | None = None,
        day: date | None = None,
    ) -> None:
        before = {key: self.probability[key] for key in after}
        self.probability = self.probability | dict(after)
        self.changes.append(
            BeliefChange(source, before, after, act, surprise, news, day)
        )

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

    def spread_news(self, spill: PerDraw | float = 0.0) -> None:
        """Read what was added since news last spread, in an order of its own.

        The order is that of sources and prospects, whoever added first. Surprises in
        efficiency are read as one.

        Args:
            spill: share of the weight of evidence that kin take.
        """
        unread = sorted(self._unread, key=lambda news: (news.source, news.prospect))
        self._unread = []
        surprises = [news.amount for news in unread if news.prospect == _NO_PROSPECT]
        if surprises:
            self._change(BREAKTHROUGHS, {}, surprise=total(surprises))
        about_law = (news for news in unread if news.prospect != _NO_PROSPECT)
        for source, items in groupby(about_law, key=lambda news: news.source):
            after: dict[str, PerDraw] = {}
            weights: dict[str, PerDraw | float] = {}
            for news in items:
                before = after.get(news.prospect, self.probability[news.prospect])
                after[news.prospect] = after_evidence(before, news.amount)
                weights[news.prospect] = news.amount + weights.get(news.prospect, 0.0)
            self._change(source, after | self._kin_after(after, weights, spill))

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


def _heaviest(weights: Sequence[PerDraw | float]) -> PerDraw | float:
    """Return, draw by draw, the weight that is farthest from nothing."""
    heaviest = weights[0]
    for weight in weights[1:]:
        heaviest = np.where(np.abs(weight) > np.abs(heaviest), weight, heaviest)
    return heaviest
