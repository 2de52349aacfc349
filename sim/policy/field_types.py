"""Types of the fields of instruments: what each holds, and how a file may say it.

A type has up to three parts: what the model holds (a number that may differ by draw is
`float | PerDraw`), the function that reads a value from a file or refuses it, with what
may be written as JSON Schema, and the same in words, for the page on scenarios.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema

from sim.domain.actor_names import actors_called
from sim.domain.chips import REGULATED
from sim.domain.ensemble import PerDraw
from sim.domain.errors import choices, listed
from sim.domain.months import FIRST_YEAR, LAST_YEAR, is_likely_year, parse_day
from sim.domain.supply import SERVICE, TOOL_CLASSES, Good

STATE_CODES = (
    *("USA", "NLD", "DEU", "JPN", "KOR", "TWN", "CHN", "HKG", "MAC", "SGP", "MYS"),
    *("ARE", "THA", "ROW"),
)
"""Alpha-3 codes of the states and markets of the model."""

ISSUERS = (*STATE_CODES, "EU")
"""Who may issue an instrument."""

GOOD_GROUPS: dict[str, tuple[Good, ...]] = {"tools": TOOL_CLASSES, "service": SERVICE}
"""Names that stand for several goods."""

ChipTest = Mapping[str, float | PerDraw]
"""Limits by regulated attribute of a chip."""

_LARGEST = 10**300
"""Whole numbers up to here have a floating-point number beside them."""

_ECCN = re.compile(r"[0-9][A-E][0-9]{3}(\.[a-z0-9]+)*")


# --- what reads a value, or refuses it ------------------------------------------------


def known_word(
    value: object, known: Collection[str], noun: str, listing: str = "docs/scenarios.md"
) -> str:
    """Return a word if it is known, or say what is nearest to it."""
    word, names = text(value), [str(item) for item in known]
    if word not in names:
        hint = choices(word, names, listing)
        raise ValueError(f"{word!r} is not a known {noun}{hint}")
    return word


def one_of(noun: str, *known: str) -> BeforeValidator:
    """Return a validator that refuses any word but a few."""
    return BeforeValidator(lambda value: known_word(value, known, noun))


def text(value: object) -> str:
    """Return a text, or say how YAML came to read it as something else."""
    _refuse_bool(value, "quote it")
    if value is None:
        raise ValueError("is null; leave it out, or quote it if it is a word")
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text; quote it")
    if not value.strip():
        raise ValueError("is empty")
    return value


def _refuse_bool(value: object, remedy: str) -> None:
    if isinstance(value, bool):
        raise ValueError(
            f"reads as {str(value).lower()}, as YAML takes NO, OFF, YES and ON; "
            f"{remedy}"
        )


def remark(value: object) -> str:
    """Return a text that may be left out with a dash."""
    return "" if value == "-" else text(value)


def day(value: object) -> date:
    """Return a day, from ``2025-07-15`` or from a month, ``2025-07``."""
    if isinstance(value, datetime):
        return likely(value.date())
    if isinstance(value, date):
        return likely(value)
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a date; write 2025-07 or 2025-07-15")
    return likely(parse_day(value))


def likely(when: date) -> date:
    """Return a day, or refuse one of a year that is surely a mistake."""
    if not is_likely_year(when.year):
        raise ValueError(f"{when} is not a day from {FIRST_YEAR} to {LAST_YEAR}")
    return when


def number(value: object) -> float:
    """Return a finite number."""
    _refuse_bool(value, "give a number")
    if value is None:
        raise ValueError("is empty (null); give a number")
    if not isinstance(value, (int, float)):
        raise ValueError(f"{value!r} is not a number")
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise ValueError(f"a number of {len(str(abs(value)))} digits is too large")
    if not math.isfinite(value):
        raise ValueError(f"{value!r} is not a finite number")
    return float(value)


def share(value: object) -> float:
    """Return a share, from 0 to 1."""
    size = number(value)
    if not 0.0 <= size <= 1.0:
        raise ValueError(f"{size:g} is not a share; give a number from 0 to 1")
    return size


def amount(value: object) -> float:
    """Return an amount, 0 or more."""
    size = number(value)
    if size < 0.0:
        raise ValueError(f"{size:g} is negative; give 0 or more")
    return size


def months(value: object) -> int:
    """Return a number of months, 1 or more."""
    count = number(value)
    if count != int(count) or count < 1:
        raise ValueError(f"{count:g} is not a number of months; give 1 or more")
    return int(count)


def eccn(value: object) -> str:
    """Return an export control classification number."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise ValueError(
            f"reads as the number {value}: YAML takes an unquoted ECCN such as 3E001 "
            "for one; quote it"
        )
    word = text(value)
    if not _ECCN.fullmatch(word):
        raise ValueError(f"{word!r} is not an ECCN; write one such as '3A090.a'")
    return word


def state(value: object) -> str:
    """Return the alpha-3 code of a state or market."""
    return known_word(value, STATE_CODES, "state (alpha-3 code)")


def issuer(value: object) -> str:
    """Return the code of an issuer."""
    return known_word(value, ISSUERS, "issuer (alpha-3 code or EU)")


def states(value: object) -> frozenset[str]:
    """Return the alpha-3 codes of states or markets."""
    return frozenset(map(state, as_list(value)))


def actors(value: object, info: Any) -> frozenset[str]:
    """Return ids of actors, checked if the context of the reading names those known."""
    known: Mapping[str, str] | None = (info.context or {}).get("actors")
    if known is None:
        return frozenset(map(text, as_list(value)))
    return frozenset(_actor(item, known) for item in as_list(value))


def _actor(value: object, names: Mapping[str, str]) -> str:
    """Return the id of the one actor that a word stands for."""
    word = text(value)
    called = actors_called(word, names)
    if len(called) > 1:
        raise ValueError(f"{word!r} may be {listed(called)}; give one of them")
    return called[0] if called else known_word(word, names, "actor", "task=actors")


def goods(value: object) -> frozenset[Good]:
    """Return goods, from their names and the names of groups."""
    named = [known_word(item, (*Good, *GOOD_GROUPS), "good") for item in as_list(value)]
    groups = (GOOD_GROUPS.get(name) or (Good(name),) for name in named)
    return frozenset(good for group in groups for good in group)


def limits(value: object) -> dict[str, float]:
    """Return limits by regulated attribute of a chip."""
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is not a test; write one such as {{tpp: 4800}}")
    return {
        known_word(name, REGULATED, "attribute of a chip"): _limit(name, limit)
        for name, limit in value.items()
    }


def _limit(name: object, value: object) -> float:
    try:
        return amount(value)
    except ValueError as wrong:
        raise ValueError(f"{name}: {wrong}") from None


def chip_tests(value: object) -> tuple[dict[str, float], ...]:
    """Return tests, none of them without a limit (it would catch everything)."""
    tests = tuple(map(limits, as_list(value)))
    if not all(tests):
        raise ValueError("a test without limits would catch every chip")
    return tests


def coverage(value: object) -> float | dict[Good, float]:
    """Return a share, or shares by good."""
    if not isinstance(value, dict):
        return share(value)
    return {
        Good(known_word(name, tuple(Good), "good")): share(item)
        for name, item in value.items()
    }


def as_list(value: object) -> list[Any]:
    """Return a list, of a single item if it is not a collection; none appears twice."""
    if not isinstance(value, (list, tuple, set, frozenset)):
        return [value]
    items = list(value)
    check_no_repeats(items)
    return items


def check_no_repeats(items: Collection[object]) -> None:
    """Refuse a list in which an item appears twice."""
    seen: set[str] = set()
    for item in items:
        if repr(item) in seen:
            raise ValueError(f"{item!r} appears twice")
        seen.add(repr(item))


# --- what may be written, as JSON Schema ----------------------------------------------

JsonSchema = dict[str, Any]

ACTOR_ID, INSTRUMENT_ID = "actor_id", "instrument_id"
"""Formats of ids; which ids there are is in the data."""

WRITTEN_TEXT: JsonSchema = {"type": "string", "pattern": r"\S"}
WRITTEN_DAY: JsonSchema = {
    "type": "string",
    "pattern": r"^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$",
}
WRITTEN_NUMBER: JsonSchema = {"type": "number"}

_AMOUNT = {**WRITTEN_NUMBER, "minimum": 0}
_SHARE = {**_AMOUNT, "maximum": 1}
_ECCN_TEXT = {"type": "string", "pattern": f"^{_ECCN.pattern}$"}


def one_of_words(words: Collection[str]) -> JsonSchema:
    """Return the schema of a text that is one of a few."""
    return {"type": "string", "enum": [*map(str, words)]}


def _one_or_more(item: JsonSchema) -> JsonSchema:
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _mapping(names: JsonSchema, values: JsonSchema) -> JsonSchema:
    return {"type": "object", "propertyNames": names, "additionalProperties": values}


_STATE = one_of_words(STATE_CODES)
_GOOD = one_of_words(tuple(Good))
_LIMITS = _mapping(one_of_words(REGULATED), _AMOUNT)


def _read(read: Callable[..., object], written: JsonSchema) -> PlainValidator:
    """Return the validator of a type that a function reads."""
    form = Annotated[Any, WithJsonSchema(written)]
    return PlainValidator(read, json_schema_input_type=form)


def _read_all(read: Callable[[object], str], written: JsonSchema) -> PlainValidator:
    """Return the validator of a tuple, of which a function reads each item."""
    return _read(lambda value: tuple(map(read, as_list(value))), _one_or_more(written))


# --- the types ------------------------------------------------------------------------

Text = Annotated[str, _read(text, WRITTEN_TEXT), "text"]
Remark = Annotated[str, _read(remark, WRITTEN_TEXT), "text, or `-` for none"]
Day = Annotated[date, _read(day, WRITTEN_DAY), "a day or a month, `2025-07`"]
Share = Annotated[float | PerDraw, _read(share, _SHARE), "a share, 0 to 1"]
Amount = Annotated[float | PerDraw, _read(amount, _AMOUNT), "a number, 0 or more"]
Months = Annotated[
    int, _read(months, {"type": "integer", "minimum": 1}), "months, 1 or more"
]
State = Annotated[str, _read(state, _STATE), "an alpha-3 code"]
Issuer = Annotated[
    str, _read(issuer, one_of_words(ISSUERS)), "an alpha-3 code, or `EU`"
]
States = Annotated[frozenset[str], _read(states, _one_or_more(_STATE)), "alpha-3 codes"]
Actors = Annotated[
    frozenset[str],
    _read(actors, _one_or_more({"type": "string", "format": ACTOR_ID})),
    "ids of actors",
]
SharesByState = Annotated[Mapping[State, Share], "shares by alpha-3 code"]
Goods = Annotated[
    frozenset[Good],
    _read(goods, _one_or_more(one_of_words((*Good, *GOOD_GROUPS)))),
    "goods; `tools` and `service` stand for all of them",
]
Limits = Annotated[
    ChipTest, _read(limits, _LIMITS), "limits by attribute, `{tpp: 4800}`"
]
Tests = Annotated[
    tuple[ChipTest, ...],
    _read(chip_tests, _one_or_more({**_LIMITS, "minProperties": 1})),
    "tests, each of limits",
]
Coverage = Annotated[
    float | PerDraw | Mapping[Good, float | PerDraw],
    _read(coverage, {"anyOf": [_SHARE, _mapping(_GOOD, _SHARE)]}),
    "a share, or shares by good",
]
Eccns = Annotated[tuple[str, ...], _read_all(eccn, _ECCN_TEXT), "ECCNs, quoted"]
Ids = Annotated[
    tuple[str, ...],
    _read_all(text, {"type": "string", "format": INSTRUMENT_ID}),
    "ids of instruments",
]

ConfidenceLevel = Literal["seen", "derived", "memory", "judgement"]
"""How sure a number or a date is: read in its source, computed, recalled, judged."""

Confidence = Annotated[
    ConfidenceLevel, one_of("confidence", *get_args(ConfidenceLevel))
]
