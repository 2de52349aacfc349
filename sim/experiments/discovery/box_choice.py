"""Which box is told: few limits that count, and how far resamples agree with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from sim.domain.ensemble import InDraws, PerDraw
from sim.experiments.discovery.peeling import peeled_boxes
from sim.experiments.discovery.world_boxes import BoxScore, Limit, WorldBox

MOST_LIMITS = 4
"""Assumptions that a box limits at most, so that a reader can keep it in mind."""

MOST_SCREENED = 20
"""Assumptions that a box is made of at most, before it is simplified."""

LUCK = 0.01
"""Probability with which luck alone may make a limit, or a box, seem of use."""

_LUCK_OF_ONE = 0.05
"""The same, of an assumption that is looked at before any box is."""

RESAMPLES = 20

_Assumed = Mapping[str, PerDraw]


@dataclass(frozen=True)
class Resampled:
    """One end of a limit in resamples of the draws.

    Attributes:
        side: the end.
        quasi_p: how likely the box is to be as dense by luck if it is of no use.
        resamples: share of the resamples whose box has an end on the same side.
        lowest: the lowest of these.
        highest: the highest.
    """

    side: Limit
    quasi_p: float
    resamples: float
    lowest: float
    highest: float

    @property
    def place(self) -> float:
        """Where it is."""
        return place_of(self.side)


def place_of(side: Limit) -> float:
    """Return where an end of a limit is."""
    return side.low if np.isfinite(side.low) else side.high


@dataclass(frozen=True, eq=False)
class ChosenBox:
    """A box, and how sure it is.

    Attributes:
        box: the box; without limits if none is better than the base rate.
        candidates: the boxes among which it was chosen, with their scores.
        score: its own, in the draws in which it was found.
        sides: each end of its limits.
        agreement: mean over resamples of the share of the draws in either box, that of
            the resample or this one, that are in both.
    """

    box: WorldBox
    candidates: Sequence[tuple[WorldBox, BoxScore]]
    score: BoxScore
    sides: Sequence[Resampled]
    agreement: float


def find_box(
    assumed: _Assumed, interest: InDraws, *, seed: int = 0, resamples: int = RESAMPLES
) -> ChosenBox:
    """Return the box that best says which draws are of interest.

    Args:
        assumed: what is assumed in each draw, by name; what is the same in all draws
            is left out.
        interest: the draws of interest.
        seed: of the resamples.
        resamples: halves of the draws in which a box is looked for again.

    Raises:
        ValueError: a value is missing.
    """
    free = varied(assumed)
    candidates = _candidates(free, interest)
    box, score = chosen(candidates, interest)
    quasi = _quasi_p_values(box.sides(), free, interest) if box.limits else []
    halves = list(_halves(free, interest, seed, resamples if box.limits else 0))
    return ChosenBox(
        box=box,
        candidates=candidates,
        score=score,
        sides=[
            _resampled(side, quasi_p, halves)
            for side, quasi_p in zip(box.sides(), quasi, strict=True)
        ],
        agreement=_agreement(box, halves, free),
    )


def varied(assumed: _Assumed) -> dict[str, PerDraw]:
    """Return what differs between draws.

    Raises:
        ValueError: a value is missing.
    """
    for name, values in assumed.items():
        if not np.isfinite(values).all():
            raise ValueError(f"{name}: a value is missing")
    return {name: values for name, values in assumed.items() if np.ptp(values) > 0.0}


def chosen(
    candidates: Sequence[tuple[WorldBox, BoxScore]], interest: InDraws
) -> tuple[WorldBox, BoxScore]:
    """Return the candidate with the largest correlation, or the box of all draws."""
    everything = (WorldBox(), BoxScore.of(np.ones(len(interest), dtype=bool), interest))
    return max(candidates, key=lambda each: each[1].correlation, default=everything)


def screened_assumptions(assumed: _Assumed, interest: InDraws) -> dict[str, PerDraw]:
    """Return the assumptions of which draws of interest have other values than others.

    Of hundreds of assumptions some would always serve a box by luck. Those are kept of
    which the two distributions differ by more than luck explains (Kolmogorov and
    Smirnov's statistic, its asymptotic law), the clearest `MOST_SCREENED` of them. What
    acts only together with others, and not at all by itself, is not seen.
    """
    of_interest = int(np.count_nonzero(interest))
    others = len(interest) - of_interest
    if not of_interest or not others:
        return {}
    names, values = list(assumed), np.stack(list(assumed.values()))
    order = np.argsort(values, axis=1, kind="stable")
    ahead = np.cumsum(
        np.where(interest, 1.0 / of_interest, -1.0 / others)[order], axis=1
    )
    in_order = np.take_along_axis(values, order, axis=1)
    ends_a_value = np.ones(in_order.shape, dtype=bool)
    ends_a_value[:, :-1] = in_order[:, :-1] != in_order[:, 1:]
    distances = np.abs(np.where(ends_a_value, ahead, 0.0)).max(axis=1)
    size = np.sqrt(of_interest * others / len(interest))
    luck = scipy.special.kolmogorov(size * distances)
    clearest = np.argsort(luck, kind="stable")[:MOST_SCREENED]
    return {
        names[i]: assumed[names[i]]
        for i in np.sort(clearest)
        if luck[i] <= _LUCK_OF_ONE
    }


def _candidates(
    assumed: _Assumed, interest: InDraws
) -> list[tuple[WorldBox, BoxScore]]:
    """Return the peeled boxes, each with its few limits that count, once each."""
    if not assumed:
        return []
    screened = screened_assumptions(assumed, interest)
    if not screened:
        return []
    boxes = (
        _simplified(box, screened, interest) for box in peeled_boxes(screened, interest)
    )
    return [
        (box, BoxScore.of(box.holds(assumed), interest))
        for box in dict.fromkeys(boxes)
        if box.limits
    ]


def _simplified(box: WorldBox, assumed: _Assumed, interest: InDraws) -> WorldBox:
    """Return a box without the ends that luck would explain, and with few limits.

    The end that luck explains best is dropped first, and all are looked at again.
    """
    while box.limits:
        sides = box.sides()
        quasi = _quasi_p_values(sides, assumed, interest)
        worst = int(np.argmax(quasi))
        if quasi[worst] <= LUCK and len(box.limits) <= MOST_LIMITS:
            break
        box = box.without(sides[worst])
    return box


def _quasi_p_values(
    sides: Sequence[Limit], assumed: _Assumed, interest: InDraws
) -> list[float]:
    """Return how likely a box is to be as dense by luck, if an end is of no use.

    That is the probability that as many of its draws, or more, are of interest if each
    is so with the density of the box without that end.

    Source:
        Bryant and Lempert (2010), appendix; *quasi* since the end was chosen by the
        same draws.
    """
    outside = np.stack([~side.holds(assumed[side.assumption]) for side in sides])
    ends_crossed = outside.sum(axis=0)
    own = BoxScore.of(ends_crossed == 0, interest)
    values = []
    for side in outside:
        wider = BoxScore.of(ends_crossed == side, interest)
        values.append(chance_of_as_many(own.both, own.inside, wider.density))
    return values


def chance_of_as_many(successes: int, trials: int, probability: float) -> float:
    """Return the probability of so many successes, or more, by the binomial law.

    Example:
        >>> chance_of_as_many(2, 2, 0.5), chance_of_as_many(0, 5, 0.1)
        (0.25, 1.0)
    """
    if successes == 0:
        return 1.0
    return float(scipy.special.bdtrc(successes - 1, trials, probability))


def _halves(
    assumed: _Assumed, interest: InDraws, seed: int, resamples: int
) -> Iterator[WorldBox]:
    """Yield the box that is found in one random half of the draws after another."""
    luck = np.random.default_rng(seed)
    for _ in range(resamples):
        rows = np.sort(luck.permutation(len(interest))[: len(interest) // 2])
        half = varied({name: values[rows] for name, values in assumed.items()})
        box, _ = chosen(_candidates(half, interest[rows]), interest[rows])
        yield box


def _resampled(side: Limit, quasi_p: float, halves: Sequence[WorldBox]) -> Resampled:
    """Return how often and where an end is found in halves of the draws."""
    is_low = np.isfinite(side.low)
    places = [
        place_of(other)
        for box in halves
        for other in box.sides()
        if other.assumption == side.assumption and np.isfinite(other.low) == is_low
    ]
    share = len(places) / len(halves) if halves else 0.0
    known = places or [place_of(side)]
    return Resampled(side, quasi_p, share, min(known), max(known))


def _agreement(box: WorldBox, halves: Sequence[WorldBox], assumed: _Assumed) -> float:
    """Return how far the boxes of halves have the same draws as a box, on average."""
    if not halves:
        return 0.0
    own = box.holds(assumed)
    shares = []
    for half in halves:
        other = half.holds(assumed)
        shares.append(np.count_nonzero(own & other) / np.count_nonzero(own | other))
    return float(np.mean(shares))
