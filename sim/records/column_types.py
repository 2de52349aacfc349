"""Types of the columns of tables: what a cell may hold, whatever the table.

A type says what makes sense, and a cell that does not is refused with its row and
column: a negative price, a share above one, a year such as 20225.
"""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from sim.domain.months import (
    FIRST_YEAR,
    LAST_YEAR,
    MONTHS_A_YEAR,
    Month,
    is_likely_year,
    parse_day,
)
from sim.domain.supply import TOOL_CLASSES, Good
from sim.policy.decisions import ALLIES
from sim.policy.field_types import STATE_CODES, known_word, likely
from sim.policy.kinds import KINDS

LARGEST = 1e30
"""The largest number that a table may hold; products of a few stay finite."""

LONGEST_MONTHS = 240
"""The longest time that a good may take, months."""

SHARES = ("share", "probability")
"""Units of which there is at most one whole."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_YEARS = re.compile(r"(\d{4})-(\d{4})", re.ASCII)


def written_as(form: str, words: str) -> AfterValidator:
    """Return a validator that refuses text of another form.

    Args:
        form: a regular expression for the whole text.
        words: what it must be, as a message says it.
    """

    def checked(text: str) -> str:
        if not re.fullmatch(form, text, re.ASCII):
            raise ValueError(f"must be {words}")
        return text

    return AfterValidator(checked)


# --- numbers --------------------------------------------------------------------------


def _decimal(value: object) -> object:
    """Return a cell, or refuse digits that are joined by underscores."""
    if isinstance(value, str) and "_" in value:
        raise ValueError("must be a number")
    return value


def _between(least: float, greatest: float) -> AfterValidator:
    def checked(value: float) -> float:
        if not least <= value <= greatest:
            raise ValueError(f"must be from {least:g} to {greatest:g}")
        return value

    return AfterValidator(checked)


_DECIMAL = BeforeValidator(_decimal)

Number = Annotated[float, _DECIMAL, Field(ge=-LARGEST, le=LARGEST)]
Amount = Annotated[float, _DECIMAL, Field(ge=0.0, le=LARGEST)]
"""A price, a stock, a capacity: 0 or more."""

Positive = Annotated[float, _DECIMAL, Field(gt=0.0, le=LARGEST)]
Share = Annotated[float, _DECIMAL, _between(0.0, 1.0)]
"""A share or a probability, 0 and 1 among them."""

InsideShare = Annotated[float, _DECIMAL, Field(gt=0.0, lt=1.0)]
"""A share or a probability, neither 0 nor 1."""

Growth = Annotated[float, _DECIMAL, Field(gt=-1.0, le=10.0)]
"""Growth in a year, as a share: what shrinks does not vanish."""

Ratio = Annotated[float, _DECIMAL, Field(gt=0.0, le=100.0)]
"""One amount over another of its kind."""

PercentChange = Annotated[float, _DECIMAL, Field(ge=-100.0, le=LARGEST)]
"""A change in percent: nothing loses more than all."""

Months = Annotated[float, _DECIMAL, _between(1, LONGEST_MONTHS)]
WholeMonths = Annotated[int, _DECIMAL, _between(0, LONGEST_MONTHS)]


def check_unit(name: str, value: float, unit: str) -> None:
    """Refuse a value that its unit rules out.

    Raises:
        ValueError: a share or a probability above 1, a year of another time, or a part
            of a month.
    """
    if unit in SHARES and value > 1.0:
        raise ValueError(f"{name} {value:g} is above 1 ({unit})")
    if unit == "year" and not is_likely_year(int(value)):
        raise ValueError(f"{name} {value:g} is not from {FIRST_YEAR} to {LAST_YEAR}")
    if unit == "months" and (value % 1.0 or value > LONGEST_MONTHS):
        raise ValueError(f"{name} {value:g} is not a number of whole months")


# --- times ----------------------------------------------------------------------------


def _year(value: int) -> int:
    if not is_likely_year(value):
        raise ValueError(f"must be a year from {FIRST_YEAR} to {LAST_YEAR}")
    return value


def _day(value: object) -> object:
    if isinstance(value, str):
        if not _DAY.fullmatch(value):
            raise ValueError(f"{value!r} is not a day; write one such as 2025-07-15")
        return likely(parse_day(value))
    return value


def _text_of_day(value: str) -> str:
    likely(parse_day(value))
    return value


def _month(value: str) -> str:
    return str(Month.of(likely(parse_day(value))))


def _time(value: str) -> str:
    """Return a day, a month, a year or some years, or refuse what is none of them."""
    if _YEAR.fullmatch(value):
        _year(int(value))
    elif years := _YEARS.fullmatch(value):
        first, last = (_year(int(text)) for text in years.groups())
        if last < first:
            raise ValueError(f"{value!r} ends before it begins")
    else:
        likely(parse_day(value))
    return value


def last_month_of(time: str) -> Month:
    """Return the last month that a time covers; of a year, December.

    Example:
        >>> [str(last_month_of(x)) for x in ("2022-2026", "2024-06", "2025")]
        ['2026-12', '2024-06', '2025-12']
    """
    last = time.rpartition("-")[2] if _YEARS.fullmatch(time) else time
    return Month.parse(last if "-" in last else f"{last}-{MONTHS_A_YEAR}")


Year = Annotated[int, _DECIMAL, AfterValidator(_year)]
Day = Annotated[date, BeforeValidator(_day)]
"""A day, as ``2025-07-15``."""

DayText = Annotated[str, AfterValidator(_text_of_day)]
"""A day or a month, as it is written."""

MonthText = Annotated[str, AfterValidator(_month)]
"""A month, as ``2024-12``."""

TimeText = Annotated[str, AfterValidator(_time)]
"""A day, a month, a year, or years such as ``2022-2026``."""

QuarterEnd = Annotated[
    MonthText,
    written_as(r"\d{4}-(03|06|09|12)", "a quarter's last month such as 2023-03"),
]


# --- words ----------------------------------------------------------------------------


def optional(value: object) -> object:
    """Return a cell, nothing if it is empty."""
    return "" if value is None else value


def word_list(value: object) -> object:
    """Return the words of a cell, none if it is empty."""
    if value is None:
        return ()
    return tuple(value.split()) if isinstance(value, str) else value


def _known(noun: str, *words: str) -> BeforeValidator:
    return BeforeValidator(lambda value: value and known_word(value, words, noun))


def _kinds(value: object) -> object:
    words = word_list(value)
    assert isinstance(words, tuple)
    return frozenset(known_word(word, KINDS, "kind of instrument") for word in words)


Id = Annotated[str, written_as(r"[A-Za-z0-9_]+", "letters, digits and _")]
"""A word by which other rows, scenarios and results name a row."""

Label = Annotated[str, written_as(r"(?s)\S(.*\S)?", "text without blanks at its ends")]
"""A name as people write it."""

OptionalText = Annotated[str, BeforeValidator(optional)]
"""Text that may be left empty."""

WordList = Annotated[tuple[str, ...], BeforeValidator(word_list)]
State = Annotated[str, _known("state (alpha-3 code)", *STATE_CODES)]
Ally = Annotated[str, _known("state that can be asked to join", *ALLIES)]
Kind = Annotated[str, _known("kind of instrument", *KINDS)]
Kinds = Annotated[frozenset[str], BeforeValidator(_kinds)]
ToolClass = Annotated[Good, _known("class of tools", *map(str, TOOL_CLASSES))]
