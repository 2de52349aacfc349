"""A user's own observations: what was measured after a forecast was made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from sim.domain.months import MONTHS_A_YEAR, Month, is_likely_year
from sim.records.column_types import Number, OptionalText
from sim.records.row import KeyedRow

_PARTS = {"": (MONTHS_A_YEAR, 1), "Q": (3, 4), "H": (6, 2)}
"""Months of a year and of its parts, and how many parts a year has, by letter."""

_NAMED = re.compile(r"(\d{4})(?:-?([QH])(\d))?", re.ASCII)
_MONTHS = re.compile(r"(\d{4}-\d{2})(?: to (\d{4}-\d{2}))?", re.ASCII)


@dataclass(frozen=True)
class MonthSpan:
    """Whole months, one after another.

    Attributes:
        first: the first month.
        last: the last.
    """

    first: Month
    last: Month

    @classmethod
    def parse(cls, text: str) -> MonthSpan:
        """Read a month, a quarter, a half, a year, or the first and the last month.

        Raises:
            ValueError: the text is none of them.

        Example:
            >>> for text in ("2025", "2025-Q3", "2025-07 to 2025-12", "2025-05"):
            ...     print(MonthSpan.parse(text))
            2025
            2025Q3
            2025H2
            2025-05
        """
        span = cls._of_months(text) or cls._of_name(text)
        if span is None or not is_likely_year(span.first.year):
            raise ValueError(
                f"{text!r} is not a period; write 2025-07, 2025Q3, 2025H2, 2025 or, "
                "with a firm's own quarters, 2025-05 to 2025-07"
            )
        if span.last < span.first:
            raise ValueError(f"{text!r} ends before it begins")
        return span

    @classmethod
    def _of_months(cls, text: str) -> MonthSpan | None:
        match = _MONTHS.fullmatch(text)
        if match is None:
            return None
        first, last = match[1], match[2] or match[1]
        return cls(Month.parse(first), Month.parse(last))

    @classmethod
    def _of_name(cls, text: str) -> MonthSpan | None:
        match = _NAMED.fullmatch(text)
        if match is None:
            return None
        months, parts = _PARTS[match[2] or ""]
        number = int(match[3] or 1)
        if not 1 <= number <= parts:
            return None
        first = Month(int(match[1]), 1) + months * (number - 1)
        return cls(first, first + (months - 1))

    def __str__(self) -> str:
        """Return the shortest way to write it, the same for the same months."""
        if self.first == self.last:
            return str(self.first)
        for letter, (months, _) in _PARTS.items():
            before = self.first.number - 1
            if before % months == 0 and self.last == self.first + (months - 1):
                part = before // months + 1
                return f"{self.first.year}{letter}{part if letter else ''}"
        return f"{self.first} to {self.last}"


def _period(value: object) -> object:
    return MonthSpan.parse(value.strip()) if isinstance(value, str) else value


class NewObservation(KeyedRow):
    """A value of a measure over some whole months, as a user found it.

    Attributes:
        measure: its name.
        actor: whose value it is: an actor key of the measure.
        period: the months; of a stock the last of them counts.
        value: in the measure's unit; of an amount, for the whole period.
        unit: that unit; empty if the user does not repeat it.
        source: where it is from.
        note: a remark.
    """

    key = ("measure", "actor", "period")

    measure: str
    actor: str
    period: Annotated[MonthSpan, BeforeValidator(_period)]
    value: Number
    unit: OptionalText = ""
    source: str
    note: str = ""
