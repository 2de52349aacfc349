"""Factors: the settings that a sweep varies, and what each of them may be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from sim.domain.months import MONTHS_A_YEAR, Month
from sim.outcomes.sweep.setting_value import SettingValue

MOST_POINTS = 10_000_000
"""More points than this are taken for a typing error."""


@dataclass(frozen=True)
class Factor:
    """A setting that is swept, and what it may be.

    Attributes:
        key: the setting, such as ``assumptions.service.skill``.
        values: what it is set to, in order; None if it lies in an interval.
        low: where the interval begins (in years if its scale is months).
        high: where it ends; the interval does not hold its end.
        whole: whether the interval holds whole numbers alone.
        scale: on which points lie evenly between low and high; on ``months`` they are
            calendar months.
    """

    key: str
    values: tuple[SettingValue, ...] | None = None
    low: float | None = None
    high: float | None = None
    whole: bool = False
    scale: Literal["linear", "log", "months"] = "linear"

    def value_at(self, level: float) -> SettingValue:
        """Return the value at a level.

        Args:
            level: in [0, 1); equal shares of it belong to each value of a list, each
                whole number and each month of an interval.
        """
        if self.values is not None:
            return self.values[_share_index(level, len(self.values))]
        assert self.low is not None
        assert self.high is not None
        if self.scale == "months":
            first, end = month_at(self.low), month_at(self.high)
            return str(first + _share_index(level, end - first))
        if self.whole:
            first_whole = math.ceil(self.low)
            return first_whole + _share_index(level, math.ceil(self.high) - first_whole)
        if self.scale == "log":
            value = self.low * (self.high / self.low) ** level
        else:
            value = self.low + level * (self.high - self.low)
        return min(max(value, self.low), math.nextafter(self.high, self.low))


def month_at(years: float) -> Month:
    """Return the month that begins nearest to a time in decimal years.

    Example:
        >>> str(month_at(2026.5))
        '2026-07'
    """
    return Month.at(round(years * MONTHS_A_YEAR))


def _share_index(level: float, count: int) -> int:
    """Return which of as many equal shares of [0, 1) a level lies in."""
    return min(int(level * count), count - 1)
