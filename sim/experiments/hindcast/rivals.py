"""Rivals: naive predictions that a model has to beat.

Persistence says that a series stays where it was last seen, drift that it goes on as it
went on average. Both are distributions: as wide as changes over the same number of
months were in the past. Amounts that add up over time are compared by month, so that a
half year can be set beside a year.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtri

from sim.domain.months import Month
from sim.experiments.hindcast.discrepancy import AtTimes, Times
from sim.experiments.hindcast.observed import Observed
from sim.experiments.hindcast.scale import off_scale, on_scale
from sim.outcomes.measures.measure import Kind
from sim.records.history_rows import Observation

PERSISTENCE, DRIFT = "persistence", "drift"

Rival = Literal["persistence", "drift"]

ENOUGH = 4
"""Changes of a series of its own that a spread is taken from; else its family's."""

LEVELS = (np.arange(1, 1000) - 0.5) / 999
"""Quantiles that stand for the whole distribution of a rival."""


@dataclass(frozen=True, eq=False)
class Past:
    """What a rival knows of a series: its past, by month and on its family's scale.

    Attributes:
        times: the months in which periods ended.
        values: what was seen, by month if it is a flow.
    """

    times: Times
    values: Times

    def changes(self, months: float, drift: float = 0.0) -> Times:
        """Return all changes over so many months, beyond a drift a month."""
        return np.array(
            [
                self.values[after] - self.values[before] - drift * months
                for before in range(len(self.times))
                for after in range(before + 1, len(self.times))
                if self.times[after] - self.times[before] == months
            ]
        )

    @property
    def drift(self) -> float:
        """The mean change a month; nothing if there is but one time."""
        months = self.times[-1] - self.times[0]
        return float((self.values[-1] - self.values[0]) / months) if months else 0.0

    def spans(self) -> Iterator[float]:
        """Yield the numbers of months over which there are changes."""
        apart = np.subtract.outer(self.times, self.times)
        yield from np.unique(apart[apart > 0.0])


@dataclass(frozen=True, eq=False)
class Naive:
    """A rival's predictions of some periods of a series.

    Attributes:
        middle: its bare value for each period, on the family's scale.
        predicted: quantiles of each period, evenly apart, on the family's scale.
    """

    middle: Times
    predicted: AtTimes


def past(series: Observed, kind: Kind) -> Past:
    """Return what rivals know of a series all of whose periods are over."""
    by_month = series.values / _lengths(series.rows, kind)
    return Past(series.times, on_scale(series.family, by_month))


def naive(
    rival: Rival, series: Observed, kind: Kind, known: int, family: Sequence[Past]
) -> Naive | None:
    """Return what a rival says of each period of a series; None if it cannot.

    As for the model, up to now each period knows the one before it, and from now on
    the last that is known. Spread and drift are those of the whole past, so up to now
    rivals are fitted as the model is. Of the first period they say nothing (NaN).

    Args:
        rival: which.
        series: the series.
        kind: of its measure: a flow is compared by month.
        known: how many periods are over, the first ones.
        family: the pasts of all series of its family, up to now.
    """
    if known == 0:
        return None
    own = past(series.first(known), kind)
    drift = own.drift if rival == DRIFT else 0.0
    middle = np.full(len(series.rows), np.nan)
    spread = np.full(len(series.rows), np.nan)
    for place in range(1, len(series.rows)):
        last = min(place, known) - 1
        months = float(series.times[place] - series.times[last])
        middle[place] = own.values[last] + drift * months
        spread[place] = _spread(own, family, months, rival)
    if np.isnan(spread[1:]).any():
        return None
    return _spelled(series, kind, middle, spread)


def _spread(own: Past, family: Sequence[Past], months: float, rival: Rival) -> float:
    """Return the root mean square of past changes over so many months; NaN if none.

    Those of the series itself if there are enough, else those of its family; if none of
    them spans as many months, those over the nearest number, as a random walk's.
    """
    for pasts in ((own,), family):
        changes = _changes(pasts, months, rival)
        if len(changes) >= ENOUGH:
            return _size(changes)
    spans = {span for each in family for span in each.spans()}
    if not spans:
        return np.nan
    nearest = min(spans, key=lambda span: (abs(span - months), span))
    changes = _changes(family, nearest, rival)
    return _size(changes) * float(np.sqrt(max(months, 1.0) / nearest))


def _changes(pasts: Sequence[Past], months: float, rival: Rival) -> Times:
    drifts = [each.drift if rival == DRIFT else 0.0 for each in pasts]
    parts = [
        each.changes(months, drift) for each, drift in zip(pasts, drifts, strict=True)
    ]
    return np.concatenate(parts)


def _size(changes: Times) -> float:
    return float(np.sqrt(np.mean(changes**2)))


def _spelled(series: Observed, kind: Kind, middle: Times, spread: Times) -> Naive:
    """Return predictions by month as predictions of whole periods."""
    lengths = _lengths(series.rows, kind)
    spaced = middle[:, None] + spread[:, None] * ndtri(LEVELS)[None, :]
    whole = off_scale(series.family, spaced) * lengths[:, None]
    bare = off_scale(series.family, middle) * lengths
    return Naive(series.scaled(bare), series.scaled(whole))


def _lengths(rows: Sequence[Observation], kind: Kind) -> Times:
    """Return the months of each period if amounts add up over them, else 1."""
    if kind != "flow":
        return np.ones(len(rows))
    return np.array([Month.of(row.end) - Month.of(row.start) + 1.0 for row in rows])
