"""Assumptions: uncertain numbers with a range, and their values in every draw."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Literal, Protocol, runtime_checkable

import numpy as np
import scipy
from pydantic import model_validator

from sim.domain.chance import Chance
from sim.domain.ensemble import Draws, PerDraw
from sim.domain.errors import SettingsError, choices
from sim.records.column_types import SHARES, Number, written_as
from sim.records.row import Row

_BLOCK = 100
"""Draws are sampled in whole blocks: of any hundred, one lies in each hundredth."""

_NINETY_PERCENT = 1.6448536269514722
"""Standard normal quantile at 95 %: low to high is read as a 90 % range."""

_FARTHEST = 2.3263478740408408
"""Standard normal quantile at 99 %: no draw lies farther out."""


class Assumption(Row):
    """An uncertain number: a row of assumptions.csv.

    Attributes:
        name: dotted name.
        low: 5 % quantile.
        mid: median.
        high: 95 % quantile.
        scale: on which the two halves of the range are normal.
        meaning: what it is.
    """

    key = ("name",)

    name: Annotated[
        str, written_as(r"[a-z0-9_.]+", "small letters, digits, dots and _")
    ]
    low: Number
    mid: Number
    high: Number
    scale: Literal["linear", "log", "logit"]
    unit: str
    meaning: str

    @model_validator(mode="after")
    def _in_order(self) -> "Assumption":
        if not self.low <= self.mid <= self.high or self.low == self.high:
            raise ValueError("low, mid and high must rise")
        if self.scale == "log" and self.low <= 0.0:
            raise ValueError("on a log scale low must be above 0")
        if self.scale == "logit" and not 0.0 < self.low < self.high < 1.0:
            raise ValueError("on a logit scale low and high must lie inside (0, 1)")
        return self

    def quantile(self, probability: PerDraw) -> PerDraw:
        """Return the value below which a share of the possible worlds lies.

        Two normal halves meet at the median, on the row's scale; tails are cut at 1 %
        and 99 %, and a linear scale that starts at or above zero does not fall below
        its low end's sign.
        """
        bare, back = _scale(self.scale)
        low, mid, high = (bare(np.array([x])) for x in (self.low, self.mid, self.high))
        score = (
            np.clip(scipy.special.ndtri(probability), -_FARTHEST, _FARTHEST)
            / _NINETY_PERCENT
        )
        moved = mid + score * np.where(score < 0.0, mid - low, high - mid)
        value = back(moved)
        return np.maximum(value, 0.0) if self.low >= 0.0 else value

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest value that the quantity can have.

        A logit scale, and a share, lie from 0 to 1; a log scale above 0; a range that
        begins at or above 0 does not go below it.
        """
        share = self.unit in SHARES and self.low >= 0.0
        if self.scale == "logit" or share:
            return 0.0, 1.0
        return (0.0 if self.low >= 0.0 else -np.inf), np.inf

    def check(self, value: float) -> None:
        """Refuse a value that the quantity cannot have.

        It lies outside the bounds, or is 0 on a log scale. A value outside of low and
        high, but within the bounds, is an assumption like another.

        Raises:
            ValueError: says what may be given instead.
        """
        if not np.isfinite(value):
            raise ValueError(f"{value} is not a finite number")
        least, greatest = self.bounds
        if np.isfinite(greatest) and not least <= value <= greatest:
            raise ValueError(f"{value:g} is not from 0 to 1 ({self.unit})")
        if self.scale == "log" and value <= 0.0:
            raise ValueError(f"{value:g} is not above 0 ({self.unit})")
        if value < least:
            raise ValueError(f"{value:g} is not 0 or more ({self.unit})")

    def on_scale(self, value: float) -> float:
        """Return a value on the row's scale, on which each half of it is normal."""
        return float(self.all_on_scale(np.array([value]))[0])

    def all_on_scale(self, values: PerDraw) -> PerDraw:
        """Return values on the row's scale."""
        bare, _ = _scale(self.scale)
        return bare(values)


def _identity(value: PerDraw) -> PerDraw:
    return value


def _scale(name: str) -> tuple[Callable[..., PerDraw], Callable[..., PerDraw]]:
    """Return what takes numbers to a scale, and what takes them back."""
    match name:
        case "log":
            return np.log, np.exp
        case "logit":
            return scipy.special.logit, scipy.special.expit
    return _identity, _identity


@runtime_checkable
class Joint(Protocol):
    """Assumptions that are drawn together, from elsewhere than their ranges."""

    def values(self, draws: Draws, seed: int, /) -> Mapping[str, PerDraw]:
        """Return the value of each of them in each draw, by name."""


def sample(
    assumptions: Sequence[Assumption],
    draws: Draws,
    seed: int,
    fixed: Mapping[str, float] | None = None,
    joint: Joint | None = None,
) -> dict[str, PerDraw]:
    """Return each assumption's value in each draw.

    A Latin hypercube in blocks of draws: a value depends on the seed, the assumption's
    name and the number of the draw alone, not on how many draws there are, in what
    chunks they run, which other assumptions are in the table, or which of those are
    drawn jointly.

    Args:
        assumptions: the rows, in the order of the table.
        draws: which draws.
        seed: of their luck.
        fixed: values by name, the same in every draw. One that is drawn jointly is
            replaced alone: the others of its draw are not conditioned on it.
        joint: those drawn together; if not given, each is drawn from its range.

    Raises:
        SettingsError: a fixed name is not an assumption, or its value is not a number.

    Source:
        McKay, Beckman and Conover (1979), Latin hypercube sampling.
    """
    return sample_copies(assumptions, draws, seed, [fixed or {}], joint)


def sample_copies(
    assumptions: Sequence[Assumption],
    draws: Draws,
    seed: int,
    fixed: Sequence[Mapping[str, float]],
    joint: Joint | None = None,
) -> dict[str, PerDraw]:
    """Return each assumption's value in each draw of several copies of the draws.

    Each copy has fixed values of its own. Its values are those that `sample` returns
    for it alone; copies stand one after another.

    Raises:
        SettingsError: a fixed name is not an assumption, or its value is not a number.
    """
    known = [row.name for row in assumptions]
    for copy in fixed:
        check_names(copy, known)
    drawn = {} if joint is None else joint.values(draws, seed)
    free = {row.name: _unfixed(row, drawn, draws, seed) for row in assumptions}
    count = draws.count
    return {
        name: np.concatenate(
            [
                np.full(count, float(copy[name])) if name in copy else values
                for copy in fixed
            ]
        )
        for name, values in free.items()
    }


def _unfixed(
    row: Assumption, drawn: Mapping[str, PerDraw], draws: Draws, seed: int
) -> PerDraw:
    """Return what an assumption is in each draw if nobody fixes it."""
    if row.name in drawn:
        return drawn[row.name]
    return row.quantile(_stratified_probabilities(row.name, draws, seed))


def check_names(fixed: Mapping[str, float], known: Sequence[str]) -> None:
    """Refuse names that are not assumptions, and values that are not numbers.

    Raises:
        SettingsError: one is not.
    """
    for name, value in fixed.items():
        if name not in known:
            raise SettingsError(
                f"assumptions.{name}: no assumption is called {name!r}"
                f"{choices(name, known, 'task=assumptions')}"
            )
        if not np.isfinite(value):
            raise SettingsError(f"assumptions.{name}: {value} is not a finite number")


def _stratified_probabilities(name: str, draws: Draws, seed: int) -> PerDraw:
    """Return the probability levels of one assumption, inside (0, 1).

    Every block of `_BLOCK` draws has one level in each of as many equal strata, in an
    order of its own: a Latin hypercube, block by block.
    """
    first = draws.first // _BLOCK * _BLOCK
    blocks = -(-(draws.first + draws.count - first) // _BLOCK)
    luck = Chance(seed, Draws(blocks * _BLOCK, first))
    order = luck.uniform(f"order of {name}").reshape(blocks, _BLOCK)
    stratum = order.argsort(axis=1).argsort(axis=1).ravel()
    levels = (stratum + luck.uniform(f"place of {name}")) / _BLOCK
    wanted = levels[draws.first - first :][: draws.count]
    return np.clip(wanted, np.finfo(float).tiny, 1.0 - np.finfo(float).epsneg)
