"""Months: the model's only clock."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import total_ordering

MONTHS_A_YEAR = 12
MONTHS_A_QUARTER = 3

FIRST_YEAR, LAST_YEAR = 1970, 2100
"""Years of which data and law may tell; any other is taken for a typing mistake."""

_FORM = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?", re.ASCII)


@total_ordering
@dataclass(frozen=True)
class Month:
    """A calendar month, such as ``Month(2022, 10)``.

    Example:
        >>> Month(2022, 12) + 1
        Month(year=2023, number=1)
        >>> Month(2023, 3) - Month(2022, 12)
        3
    """

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month that holds a day."""
        return cls(day.year, day.month)

    @classmethod
    def at(cls, index: int) -> "Month":
        """Return the month with an index (months since year 0)."""
        return cls(index // MONTHS_A_YEAR, index % MONTHS_A_YEAR + 1)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read ``2025-07`` (or a day in it, ``2025-07-15``).

        Raises:
            ValueError: the text is not a month.
        """
        return cls.of(parse_day(text))

    @property
    def index(self) -> int:
        """Months since year 0."""
        return MONTHS_A_YEAR * self.year + self.number - 1

    @property
    def days(self) -> int:
        """Days in the month."""
        return monthrange(self.year, self.number)[1]

    @property
    def first_day(self) -> date:
        """The month's first day."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """The month's last day."""
        return date(self.year, self.number, self.days)

    @property
    def year_fraction(self) -> float:
        """The middle of the month in decimal years, such as 2022.79."""
        return self.year + (self.number - 0.5) / MONTHS_A_YEAR

    def __add__(self, months: int) -> "Month":
        return Month.at(self.index + months)

    def __sub__(self, other: "Month") -> int:
        return self.index - other.index

    def __lt__(self, other: "Month") -> bool:
        return self.index < other.index

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def parse_day(text: str) -> date:
    """Read a day, ``2025-07-15``; a bare month, ``2025-07``, is its first day.

    Raises:
        ValueError: the text is neither, or there is no such day.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a date; write 2025-07 or 2025-07-15")
    year, month, day = match.groups(default="01")
    try:
        return date(int(year), int(month), int(day))
    except ValueError as wrong:
        raise ValueError(f"{text!r} is not a date: {wrong}") from None


def is_likely_year(year: int) -> bool:
    """Return whether data or law may tell of a year."""
    return FIRST_YEAR <= year <= LAST_YEAR
