"""Rivals: naive predictions that a model has to beat.

Persistence says that a series stays at its last observed value, drift that it goes on
changing at its mean rate. Both are distributions: as wide as changes over the same
number of months were in the past. Amounts that add up over time are compared by month,
so that a half year can be set beside a year.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtri

from sim.domain.months import Month
from sim.experiments.hindcast.discrepancy import PerTime, PerTimeAndDraw
from sim.experiments.hindcast.observed import ObservedSeries, from_scale, to_scale
from sim.outcomes.measures.measure import Kind
from sim.records.history_rows import Observation

PERSISTENCE, DRIFT = "persistence", "drift"

Rival = Literal["persistence", "drift"]

FEWEST_CHANGES = 4
"""Changes of a series of its own that a spread is taken from; else its family's."""

QUANTILE_LEVELS = (np.arange(1, 1000) - 0.5) / 999
"""Quantiles that stand for the whole distribution of a rival."""


@dataclass(frozen=True, eq=False)
class SeriesHistory:
    """What a rival uses of a series: its past, by month and on its family's scale."""

    times: PerTime
    values: PerTime

    def changes(self, months: float, drift: float = 0.0) -> PerTime:
        """Return all changes over so many months, beyond a drift a month."""
        months_apart = self.times[None, :] - self.times[:, None]
        before, after = np.nonzero(np.triu(months_apart == months, 1))
        return self.values[after] - self.values[before] - drift * months

    @property
    def drift(self) -> float:
        """The mean change a month; zero if there is but one time."""
        months = self.times[-1] - self.times[0]
        return float((self.values[-1] - self.values[0]) / months) if months else 0.0

    def change_lengths(self) -> Iterator[float]:
        """Yield the numbers of months over which there are changes."""
        months_apart = np.subtract.outer(self.times, self.times)
        yield from np.unique(months_apart[months_apart > 0.0])


@dataclass(frozen=True, eq=False)
class RivalPrediction:
    """A rival's predictions of periods, on the family's scale, in even quantiles."""

    point: PerTime
    quantiles: PerTimeAndDraw


def history_of(series: ObservedSeries, kind: Kind) -> SeriesHistory:
    """Return what rivals use of a series that has ended."""
    by_month = series.values / _lengths(series.rows, kind)
    return SeriesHistory(series.times, to_scale(series.family, by_month))


def rival_prediction(
    rival: Rival,
    series: ObservedSeries,
    kind: Kind,
    known: int,
    family: Sequence[SeriesHistory],
) -> RivalPrediction | None:
    """Return a rival's prediction of each period of a series; None if it has none.

    As for the model, up to now each period knows the one before it, and from now on
    the last that is known. Spread and drift are those of the whole past, so up to now
    rivals are fitted as the model is. Of the first period they say nothing (NaN).
    `family` holds the histories of all series of the family.
    """
    if known == 0:
        return None
    history = history_of(series.first(known), kind)
    drift = history.drift if rival == DRIFT else 0.0
    point = np.full(len(series.rows), np.nan)
    spread = np.full(len(series.rows), np.nan)
    for index in range(1, len(series.rows)):
        last = min(index, known) - 1
        months = float(series.times[index] - series.times[last])
        point[index] = history.values[last] + drift * months
        spread[index] = _spread(history, family, months, rival)
    if np.isnan(spread[1:]).any():
        return None
    return _for_whole_periods(series, kind, point, spread)


def _spread(
    history: SeriesHistory,
    family: Sequence[SeriesHistory],
    months: float,
    rival: Rival,
) -> float:
    """Return the root mean square of past changes over so many months; NaN if none.

    Those of the series itself if there are enough, else those of its family; if none of
    them spans as many months, those over the nearest number, as a random walk's.
    """
    for histories in ((history,), family):
        changes = _changes(histories, months, rival)
        if len(changes) >= FEWEST_CHANGES:
            return _root_mean_square(changes)
    lengths = {length for member in family for length in member.change_lengths()}
    if not lengths:
        return np.nan
    nearest = min(lengths, key=lambda length: (abs(length - months), length))
    changes = _changes(family, nearest, rival)
    return _root_mean_square(changes) * float(np.sqrt(max(months, 1.0) / nearest))


def _changes(
    histories: Sequence[SeriesHistory], months: float, rival: Rival
) -> PerTime:
    """Return all changes over so many months; of drift, beyond that of its series."""
    return np.concatenate(
        [
            history.changes(months, history.drift if rival == DRIFT else 0.0)
            for history in histories
        ]
    )


def _root_mean_square(changes: PerTime) -> float:
    return float(np.sqrt(np.mean(changes**2)))


def _for_whole_periods(
    series: ObservedSeries, kind: Kind, point: PerTime, spread: PerTime
) -> RivalPrediction:
    """Return predictions by month as predictions of whole periods."""
    lengths = _lengths(series.rows, kind)
    by_month = point[:, None] + spread[:, None] * ndtri(QUANTILE_LEVELS)[None, :]
    quantiles = from_scale(series.family, by_month) * lengths[:, None]
    amounts = from_scale(series.family, point) * lengths
    return RivalPrediction(series.scaled(amounts), series.scaled(quantiles))


def _lengths(rows: Sequence[Observation], kind: Kind) -> PerTime:
    """Return the months of each period if amounts add up over them, else 1."""
    if kind != "flow":
        return np.ones(len(rows))
    return np.array([Month.of(row.end) - Month.of(row.start) + 1.0 for row in rows])
