"""The study of news: what the model's shares do on the days of the record.

The record is run once; whatever news moves shares on a day with an observed return is
set beside it. Nothing here is fitted, and no day has a number of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import ndtri
from scipy.stats import spearmanr

from sim.agents.investors import Investors
from sim.domain.chance import Chance
from sim.domain.ensemble import Draws, PerDraw
from sim.domain.months import Month
from sim.experiments.chunks import run_chunks
from sim.experiments.hindcast.scoring_rules import crps, skill
from sim.experiments.setup import Setup
from sim.experiments.simulation import Simulation
from sim.experiments.workers import OnMonth
from sim.mechanisms.returns import simple_return
from sim.policy.beliefs import ENDED
from sim.records.market_rows import EventReturnRow, MarketRow, NewsRow
from sim.records.tables import SeverityRow

LOW, HIGH = 0.05, 0.95
"""Ends of the 90 % range."""

_PERCENT = 100.0

_LEAST_RANKS = 2
"""Values that must differ before they can be put in an order that says anything."""

NewsReturns = dict[tuple[str, str], PerDraw]
"""Log returns by piece of news and firm."""


@dataclass(frozen=True)
class EventDay:
    """A firm's share on the day of an event; returns in percent.

    Attributes:
        model: median return that the news calls for.
        model_low: 5 % quantile of it.
        model_high: 95 % quantile of it.
        noisy_low: 5 % quantile with what an ordinary day adds.
        noisy_high: 95 % quantile with the same.
        abnormal: observed beyond what the market explains; None if not worked out.
        ordinary: standard deviation of an ordinary day.
        score: continuous ranked probability score of the model with its noise, percent.
        rival_score: the same of an ordinary day, on which news does nothing.
        confounded: what else moved the share; empty if nothing is known.
        use: whether a calibration may see it.
        direction: 1 if most of the day's news tightens, -1 if it loosens, 0 if neither.
    """

    event: str
    title: str
    date: date
    firm: str
    model: float
    model_low: float
    model_high: float
    noisy_low: float
    noisy_high: float
    abnormal: float | None
    raw: float
    ordinary: float
    score: float
    rival_score: float
    confounded: str
    use: str
    direction: int = 0

    @property
    def observed(self) -> float:
        """The return compared with: beyond the market where that is worked out."""
        return self.raw if self.abnormal is None else self.abnormal

    @property
    def inside(self) -> bool:
        """Whether the observed return lies in the model's range with its noise."""
        return self.noisy_low <= self.observed <= self.noisy_high

    @property
    def ordinary_enough(self) -> bool:
        """Whether it would lie in the 90 % range of a day without any news."""
        return abs(self.observed) <= float(ndtri(HIGH)) * self.ordinary

    @property
    def same_sign(self) -> bool:
        """Whether model and observation go the same way."""
        return self.model * self.observed > 0.0

    @property
    def rival(self) -> float:
        """What one who knows only whether law tightens or loosens expects, percent.

        An ordinary day's move, down if it tightens and up if it loosens, of any firm.
        """
        return -self.direction * self.ordinary

    @property
    def relieves(self) -> bool:
        """Whether the model's share rises."""
        return self.model > 0.0


@dataclass(frozen=True)
class NewsScore:
    """How model and observation agree over some days.

    Attributes:
        days: days that are counted: nothing else is known to have moved the share.
        inside: of these, observed inside the model's range with its noise.
        ordinary_enough: of these, inside the range of a day without any news.
        moved: days on which the model moves by at least a share of an ordinary day.
        same_sign: of these, days with the same sign.
        misses: days outside the model's range.
        skill: by which share the model's score is better than that of ordinary days.
        rank: Spearman's correlation of model and observation over the days moved.
        rival_same_sign: of the days moved, those whose sign the rival has right.
        rival_rank: the rival's correlation over the same days.
        relieved: days moved on which the model's share rises.
        relieved_same_sign: of these, days on which it rose.
    """

    days: int
    inside: int
    ordinary_enough: int
    moved: int
    same_sign: int
    misses: tuple[EventDay, ...]
    skill: float
    rank: float
    rival_same_sign: int
    rival_rank: float
    relieved: int
    relieved_same_sign: int


def last_event_month(days: Sequence[EventReturnRow]) -> Month:
    """Return the month of the last day on record."""
    return Month.of(max(row.date for row in days))


def news_reactions(setup: Setup, quiet: bool = True) -> NewsReturns:
    """Return what each piece of news did to each share, from start to horizon."""
    parts = run_chunks(_news_of_chunk, setup, quiet)
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def _news_of_chunk(setup: Setup, draws: Draws, on_month: OnMonth) -> NewsReturns:
    """Return what news did to shares in a chunk of the draws."""
    world = Simulation.start(setup, setup.baseline, draws).world
    [investors] = world.actors(Investors)
    assert isinstance(investors, Investors)
    returns: NewsReturns = {}
    while world.month <= setup.horizon:
        world.step()
        for reaction in investors.reactions:
            for firm, log_return in reaction.log_returns.items():
                key = reaction.source, firm
                before = returns.get(key)
                returns[key] = log_return if before is None else before + log_return
        on_month()
    return returns


def compare_days(setup: Setup, returns: NewsReturns) -> list[EventDay]:
    """Return the days on record up to the horizon, model beside observation."""
    facts = setup.records.facts
    volatility = {row.firm: row.daily_volatility for row in facts.rows(MarketRow)}
    chance = Chance(setup.seed, setup.draws)
    rows = [
        row
        for row in facts.rows(EventReturnRow)
        if Month.of(row.date) <= setup.horizon and row.firm in volatility
    ]
    ways = _directions(setup)
    days = [_day(row, returns, volatility[row.firm], chance, ways) for row in rows]
    return sorted(days, key=lambda day: day.event)


def _day(
    row: EventReturnRow,
    returns: NewsReturns,
    volatility: float,
    chance: Chance,
    directions: Mapping[str, int],
) -> EventDay:
    log_return = np.zeros(chance.draws.count)
    for item in row.items:
        log_return = log_return + returns.get((item, row.firm), 0.0)
    luck = chance.normal(f"ordinary day of {row.firm}, {row.event}")
    news = simple_return(log_return) * _PERCENT
    noisy = simple_return(log_return + volatility * luck) * _PERCENT
    low, median, high = (float(np.quantile(news, q)) for q in (LOW, 0.5, HIGH))
    noisy_low, noisy_high = (float(np.quantile(noisy, q)) for q in (LOW, HIGH))
    observed = row.raw_pct if row.abnormal_pct is None else row.abnormal_pct
    still = simple_return(volatility * luck) * _PERCENT
    model_score, rival_score = crps(np.full(2, observed), np.stack([noisy, still]))
    return EventDay(
        event=row.event,
        title=row.title,
        date=row.date,
        firm=row.firm,
        model=median,
        model_low=low,
        model_high=high,
        noisy_low=noisy_low,
        noisy_high=noisy_high,
        abnormal=row.abnormal_pct,
        raw=row.raw_pct,
        ordinary=volatility * _PERCENT,
        score=float(model_score),
        rival_score=float(rival_score),
        confounded=row.confounded,
        use=row.use,
        direction=int(np.sign(sum(directions.get(item, 0) for item in row.items))),
    )


def _directions(setup: Setup) -> dict[str, int]:
    """Return by source of news whether it tightens (1) or loosens (-1)."""
    facts = setup.records.facts
    tightens = {row.kind: row.tightens for row in facts.rows(SeverityRow)}
    of_news = {row.id: 1 if row.direction == "+" else -1 for row in facts.rows(NewsRow)}
    of_acts = {
        key: 1 if tightens[act.kind] else -1
        for key, act in setup.baseline.regime.instruments.items()
    }
    ends = {key + ENDED: -way for key, way in of_acts.items()}
    return of_news | of_acts | ends


def news_score(days: Sequence[EventDay], least_move: float = 1.0) -> NewsScore:
    """Return how model and observation agree on days that nothing else moved.

    Args:
        days: the days.
        least_move: share of an ordinary day from which on the model is held to move.
    """
    clean = [day for day in days if not day.confounded]
    moved = [day for day in clean if abs(day.model) >= least_move * day.ordinary]
    relieved = [day for day in moved if day.relieves]
    return NewsScore(
        days=len(clean),
        inside=sum(day.inside for day in clean),
        ordinary_enough=sum(day.ordinary_enough for day in clean),
        moved=len(moved),
        same_sign=sum(day.same_sign for day in moved),
        misses=tuple(day for day in clean if not day.inside),
        skill=skill(
            np.array([day.score for day in clean]),
            np.array([day.rival_score for day in clean]),
        ),
        rank=_rank_correlation([day.model for day in moved], moved),
        rival_same_sign=sum(day.rival * day.observed > 0.0 for day in moved),
        rival_rank=_rank_correlation([day.rival for day in moved], moved),
        relieved=len(relieved),
        relieved_same_sign=sum(day.same_sign for day in relieved),
    )


def _rank_correlation(expected: Sequence[float], days: Sequence[EventDay]) -> float:
    """Return Spearman's correlation with what was observed; nan if none is defined."""
    observed = [day.observed for day in days]
    if len(set(expected)) < _LEAST_RANKS or len(set(observed)) < _LEAST_RANKS:
        return float("nan")
    return float(spearmanr(expected, observed).statistic)


def days_by_event(days: Sequence[EventDay]) -> Iterator[tuple[str, list[EventDay]]]:
    """Yield the days of each event, in the order of the events."""
    for event in dict.fromkeys(day.event for day in days):
        yield event, [day for day in days if day.event == event]
