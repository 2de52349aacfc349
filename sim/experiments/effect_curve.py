"""Break-even: at which value of one number the effect of a law passes a target.

The number is varied over points in common worlds: a coarse scan, and then every
interval in which the effect passes the target is quartered until it is narrow. What a
draw is at one point does not depend on the others, so the answer is the same whatever
the workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

import numpy as np

from sim.domain.array_types import Float64, Int64
from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.experiments.progress import progress
from sim.experiments.setup import CHUNK_OF_SEVERAL, Setup
from sim.experiments.side_by_side import months_side_by_side, run_side_by_side
from sim.experiments.workers import Crew, OnMonth, report_month
from sim.outcomes.paired_difference import paired_difference
from sim.outcomes.results import Key, with_same_series
from sim.outcomes.sweep.setting_value import SettingValue

Statistic = Literal["median", "share"]
"""What is compared with the target: the median, or the share of draws that rise."""

PointEffects = Float64[np.ndarray, "points draws"]
"""What a law changes, by point and draw, in the measure's unit by year."""

PerPoint = Float64[np.ndarray, "points"]
Sides = Int64[np.ndarray, "points"]

NARROW = 1 / 100
"""Part of the range that a crossing is narrowed to."""

_PARTS = 4
"""Parts into which an interval is divided in each round."""

_MOST_CROSSINGS = 4
"""Crossings that are narrowed down; a curve with more is told as it is."""

_DRAWS_FOR_WORKER = 1_000
"""Draws, over all points, for which one worker more is worth its start."""

_RESAMPLES = 400
_LOW, _HIGH = 0.05, 0.95


@dataclass(frozen=True)
class VariedNumber:
    """A number that is varied, and between which ends.

    Attributes:
        key: the setting.
        low: the lower end, as a coordinate on its scale.
        high: the upper end.
        scale: on which points are even; ``log`` has coordinates in natural logarithms,
            ``months`` in months since year 0.
    """

    key: str
    low: float
    high: float
    scale: Literal["linear", "log", "months"] = "linear"

    def between(self, low: float, high: float, parts: int) -> list[float]:
        """Return the coordinates that divide an interval, without its ends.

        Example:
            >>> VariedNumber("cap", 0.0, 8.0).between(0.0, 8.0, 4)
            [2.0, 4.0, 6.0]
            >>> VariedNumber("end", 24300.0, 24302.0, "months").between(
            ...     24300.0, 24302.0, 4
            ... )
            [24301.0]
        """
        inner = low + (high - low) * np.arange(1, parts) / parts
        if self.scale == "months":
            inner = np.unique(np.round(inner))
        return [float(x) for x in inner if low < x < high]

    def scan(self, points: int) -> list[float]:
        """Return the coordinates of a scan, ends included."""
        return [self.low, *self.between(self.low, self.high, points - 1), self.high]

    def value(self, coordinate: float) -> SettingValue:
        """Return what a setting has at a coordinate: a number, or a month as text."""
        if self.scale == "months":
            return str(Month.at(round(coordinate)))
        return float(np.exp(coordinate)) if self.scale == "log" else float(coordinate)

    def is_narrow(self, low: float, high: float, part: float = NARROW) -> bool:
        """Return whether an interval is at most a part of the range, or a month."""
        least = 1.0 if self.scale == "months" else 0.0
        return high - low <= max(part * (self.high - self.low), least)


@dataclass(frozen=True)
class Target:
    """What the effect is compared with.

    Attributes:
        statistic: the median over draws, or the share of draws in which it is a rise.
        value: the target, in the measure's unit by year or as a share.
    """

    statistic: Statistic
    value: float

    def levels(self, effects: PointEffects) -> PerPoint:
        """Return the statistic at each point."""
        if self.statistic == "median":
            return np.asarray(np.median(effects, axis=1))
        return np.asarray(np.mean(effects > 0.0, axis=1))

    def sides(self, levels: PerPoint) -> Sides:
        """Return whether each level is below the target (-1), at it, or above (1)."""
        return np.sign(levels - self.value).astype(np.int64)


@dataclass(frozen=True)
class Crossing:
    """Where the effect passes the target.

    Attributes:
        coordinate: where; of months the first on the other side.
        low: low end of the range in which nine of ten resamples of the draws have it.
        high: high end.
        resamples: share of the resamples that have it at all.
        before: the side of the target to its left: -1, 0 or 1.
        after: the side to its right.
    """

    coordinate: float
    low: float
    high: float
    resamples: float
    before: int
    after: int


@dataclass(frozen=True, eq=False, repr=False)
class EffectCurve(ShortRepr):
    """What a law changes at each value of a number, draw by draw.

    Attributes:
        number: what is varied.
        target: what the effect is compared with.
        coordinates: of the points, rising.
        effects: at each of them, by draw.
        seed: of the resamples.
    """

    number: VariedNumber
    target: Target
    coordinates: PerPoint
    effects: PointEffects
    seed: int = 0

    @cached_property
    def levels(self) -> PerPoint:
        """The statistic at each point."""
        return self.target.levels(self.effects)

    @property
    def sides(self) -> Sides:
        """On which side of the target each point lies."""
        return self.target.sides(self.levels)

    def with_points(
        self, coordinates: Sequence[float], effects: PointEffects
    ) -> EffectCurve:
        """Return the curve with further points."""
        places = np.concatenate([self.coordinates, np.array(coordinates, dtype=float)])
        order = np.argsort(places, kind="stable")
        both = np.concatenate([self.effects, effects])
        return EffectCurve(
            self.number, self.target, places[order], both[order], self.seed
        )

    def wide_intervals(self, narrow: float) -> list[tuple[float, float]]:
        """Return the intervals, not narrow ones, in which it passes the target."""
        changes = np.flatnonzero(np.diff(self.sides))[:_MOST_CROSSINGS]
        ends = [(self.coordinates[i], self.coordinates[i + 1]) for i in changes]
        return [
            (float(low), float(high))
            for low, high in ends
            if not self.number.is_narrow(low, high, narrow)
        ]

    @cached_property
    def crossings(self) -> list[Crossing]:
        """Where it passes the target, the lowest first, and how sure that is."""
        places = crossing_places(
            self.number, self.coordinates, self.levels, self.target
        )
        if not places:
            return []
        resampled = [self._resampled(levels) for levels in self._resampled_levels()]
        return [
            self._with_range(coordinate, before, after, resampled)
            for coordinate, before, after in places
        ]

    def _resampled_levels(self) -> Iterator[PerPoint]:
        """Yield the statistic at each point, in one resample after another.

        The draws of a resample are the same at all points.
        """
        luck = np.random.default_rng(self.seed)
        draws = self.effects.shape[1]
        for _ in range(_RESAMPLES):
            yield self.target.levels(self.effects[:, luck.integers(draws, size=draws)])

    def _resampled(self, levels: PerPoint) -> list[tuple[float, int, int]]:
        return crossing_places(self.number, self.coordinates, levels, self.target)

    def _with_range(
        self,
        coordinate: float,
        before: int,
        after: int,
        resampled: Sequence[Sequence[tuple[float, int, int]]],
    ) -> Crossing:
        """Return a crossing with the range of those nearest to it in resamples."""
        rises = after > before
        nearest = []
        for places in resampled:
            alike = [x for x, left, right in places if (right > left) == rises]
            if alike:
                nearest.append(min(alike, key=lambda x: abs(x - coordinate)))
        low, high = np.quantile(nearest or [coordinate], [_LOW, _HIGH])
        share = len(nearest) / len(resampled)
        return Crossing(coordinate, float(low), float(high), share, before, after)


def crossing_places(
    number: VariedNumber, coordinates: PerPoint, levels: PerPoint, target: Target
) -> list[tuple[float, int, int]]:
    """Return where levels pass a target, with the sides before and after.

    Between a point below and a point above it is where a straight line would pass, of
    months the first on the other side; of a stretch on the target itself it is the
    edge. A stretch that is narrow counts as one crossing.
    """
    sides = target.sides(levels)
    places: list[tuple[float, int, int]] = []
    reached = -np.inf  # where the stretch on the target begins
    for left in np.flatnonzero(np.diff(sides)):
        right = left + 1
        before, after = int(sides[left]), int(sides[right])
        low, high = float(coordinates[left]), float(coordinates[right])
        place = low if before == 0 else high
        if before * after < 0:
            gap = levels[right] - levels[left]
            place = low + (high - low) * float((target.value - levels[left]) / gap)
        if before == 0 and number.is_narrow(reached, low):
            _, before, _ = places.pop()
            if before == after:
                continue
            place = (reached + low) / 2.0
        reached = high
        place = float(np.ceil(place)) if number.scale == "months" else place
        places.append((place, before, after))
    return places


# --- running the points ---------------------------------------------------------------

Evaluate = Callable[[Sequence[float]], PointEffects]
"""Runs the points at some coordinates, and returns the effects at each."""


def search(
    number: VariedNumber, target: Target, points: int, seed: int, evaluate: Evaluate
) -> EffectCurve:
    """Return the curve of an effect, with narrow intervals where it passes the target.

    Args:
        number: what is varied.
        target: what the effect is compared with.
        points: those of the coarse scan.
        seed: of the resamples of the draws.
        evaluate: runs points.
    """
    first = number.scan(points)
    curve = EffectCurve(number, target, np.array(first), evaluate(first), seed)
    return refined(curve, evaluate)


def refined(
    curve: EffectCurve, evaluate: Evaluate, narrow: float = NARROW
) -> EffectCurve:
    """Return a curve with narrow intervals where it passes the target.

    Args:
        curve: the curve.
        evaluate: runs points.
        narrow: the part of the range that such an interval may have.
    """
    number = curve.number
    while further := [
        x
        for ends in curve.wide_intervals(narrow)
        for x in number.between(*ends, _PARTS)
    ]:
        curve = curve.with_points(further, evaluate(further))
    return curve


def run_effects(
    setups: Sequence[Setup], key: Key, month: Month, crew: Crew, *, quiet: bool = True
) -> PointEffects:
    """Return what the scenario of each of several experiments changes, draw by draw.

    Args:
        setups: experiments that can be run side by side.
        key: the measure and the actor.
        month: when; of a flow, the twelve months to it.
        crew: the workers that may share the draws.
        quiet: whether to show no progress.
    """
    first = setups[0]
    useful = len(setups) * first.draws.count // _DRAWS_FOR_WORKER
    workers = min(first.workers, max(useful, 1))
    most = first.chunk or max(CHUNK_OF_SEVERAL // len(setups), 1)
    parts = first.draws.split(min(most, -(-first.draws.count // workers)))
    months = months_side_by_side(setups, parts[0]) * len(parts)
    run = partial(_effects, setups, key, month)
    with progress(months, quiet, f"{len(setups)} points") as on_month:
        if workers == 1 or len(parts) == 1:
            effects = [run(draws, on_month) for draws in parts]
        else:
            jobs = [(run, draws, report_month) for draws in parts]
            effects = crew.run_all(jobs, workers, on_month)
    return np.concatenate(effects, axis=1)


def _effects(
    setups: Sequence[Setup], key: Key, month: Month, draws: Draws, on_month: OnMonth
) -> PointEffects:
    rows = []
    for compared in run_side_by_side(setups, draws, on_month, series_only=True):
        scenario, baseline = with_same_series(compared.scenario, compared.baseline)
        scenario.of(*key)
        new, old = (side.over_year(key, month) for side in (scenario, baseline))
        rows.append(paired_difference(new, old))
    return np.stack(rows)
