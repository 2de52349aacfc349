"""Words of law: what a text in a file may say, and what to answer if it does not."""

import math
import re
from collections.abc import Collection
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator

from sim.domain.chips import REGULATED
from sim.domain.errors import nearest
from sim.domain.months import parse_day
from sim.domain.supply import SERVICE, TOOL_CLASSES, Good

STATES = (
    "USA",
    "NLD",
    "DEU",
    "JPN",
    "KOR",
    "TWN",
    "CHN",
    "HKG",
    "SGP",
    "MYS",
    "ARE",
    "THA",
    "ROW",
)
"""Alpha-3 codes of the states and markets that the model knows."""

ISSUERS = (*STATES, "EU")
"""Who may issue an instrument."""

CONFIDENCES = ("seen", "derived", "memory", "judgement")
"""How sure a number or a date is."""

GROUPS: dict[str, tuple[Good, ...]] = {"tools": TOOL_CLASSES, "service": SERVICE}
"""Words that stand for several goods."""

_ECCN = re.compile(r"[0-9][A-E][0-9]{3}(\.[a-z0-9]+)*")


def one_of(value: object, known: Collection[str], noun: str) -> str:
    """Return a word if it is known, or say what is nearest to it.

    Raises:
        ValueError: the word is not known.
    """
    word, names = text(value), [str(item) for item in known]
    if word not in names:
        hint = nearest(word, names) or f"; choose from {', '.join(names)}"
        raise ValueError(f"{word!r} is no {noun}{hint}")
    return word


def text(value: object) -> str:
    """Return a text, or say how YAML came to read it as something else."""
    if isinstance(value, bool):
        raise ValueError(
            f"reads as {str(value).lower()}: YAML takes NO, OFF, YES and ON for that; "
            "quote it"
        )
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text; quote it")
    if not value.strip():
        raise ValueError("is empty")
    return value


def day(value: object) -> date:
    """Return a day, from ``2025-07-15`` or from a month, ``2025-07``."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a date; write 2025-07 or 2025-07-15")
    try:
        return parse_day(value)
    except ValueError as wrong:
        if "is not a date" in str(wrong):
            raise
        raise ValueError(f"{value!r} is not a date: {wrong}") from None


def number(value: object) -> float:
    """Return a finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{value!r} is no number")
    if not math.isfinite(value):
        raise ValueError(f"{value!r} is no number that can be used; give a finite one")
    return float(value)


def share(value: object) -> float:
    """Return a share, from 0 to 1."""
    amount = number(value)
    if not 0.0 <= amount <= 1.0:
        raise ValueError(f"{amount:g} is no share; give a number from 0 to 1")
    return amount


def amount(value: object) -> float:
    """Return an amount, 0 or more."""
    found = number(value)
    if found < 0.0:
        raise ValueError(f"{found:g} is negative; give 0 or more")
    return found


def whole(value: object) -> int:
    """Return a number of months, 1 or more."""
    found = number(value)
    if found != int(found) or found < 1:
        raise ValueError(f"{found:g} is no number of months; give 1 or more")
    return int(found)


def eccn(value: object) -> str:
    """Return an export control classification number."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise ValueError(
            f"reads as the number {value}: YAML takes an unquoted ECCN such as 3E001 "
            "for one; quote it"
        )
    word = text(value)
    if not _ECCN.fullmatch(word):
        raise ValueError(f"{word!r} is no ECCN; write one such as '3A090.a'")
    return word


def state(value: object) -> str:
    """Return the alpha-3 code of a state or market."""
    if value is False:
        raise ValueError("reads as false: YAML takes an unquoted NO for that; quote it")
    return one_of(value, STATES, "state (alpha-3 code)")


def issuer(value: object) -> str:
    """Return the code of an issuer."""
    if value is False:
        raise ValueError("reads as false: YAML takes an unquoted NO for that; quote it")
    return one_of(value, ISSUERS, "issuer (alpha-3 code or EU)")


def actor(value: object, info: Any) -> str:
    """Return the id of an actor, checked if the context knows the actors."""
    known: Collection[str] | None = (info.context or {}).get("actors")
    return text(value) if known is None else one_of(value, known, "actor")


def goods(value: object) -> frozenset[Good]:
    """Return goods, from their names and the names of groups."""
    found: set[Good] = set()
    for word in as_list(value):
        name = one_of(word, (*Good, *GROUPS), "good")
        found.update(GROUPS.get(name, (Good(name),) if name not in GROUPS else ()))
    return frozenset(found)


def test(value: object) -> dict[str, float]:
    """Return limits by regulated attribute of a chip."""
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is no test; write one such as {{tpp: 4800}}")
    return {
        one_of(name, REGULATED, "attribute of a chip"): _limit(name, limit)
        for name, limit in value.items()
    }


def tests(value: object) -> tuple[dict[str, float], ...]:
    """Return tests, none of them without a limit (it would catch everything)."""
    found = tuple(test(item) for item in as_list(value))
    if not all(found):
        raise ValueError("a test without limits would catch every chip")
    return found


def coverage(value: object) -> float | dict[Good, float]:
    """Return a share, or shares by good."""
    if not isinstance(value, dict):
        return share(value)
    return {
        Good(one_of(name, tuple(Good), "good")): share(item)
        for name, item in value.items()
    }


def as_list(value: object) -> list[Any]:
    """Return a list, of one thing if it stands alone."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return list(value)
    return [value]


def _limit(name: object, value: object) -> float:
    try:
        return amount(value)
    except ValueError as wrong:
        raise ValueError(f"{name}: {wrong}") from None


def _each(check: Any) -> Any:
    return lambda value: tuple(check(item) for item in as_list(value))


def _states(value: object) -> frozenset[str]:
    return frozenset(state(item) for item in as_list(value))


def _actors(value: object, info: Any) -> frozenset[str]:
    return frozenset(actor(item, info) for item in as_list(value))


Text = Annotated[str, BeforeValidator(text)]
Day = Annotated[date, BeforeValidator(day)]
Share = Annotated[float, BeforeValidator(share)]
Amount = Annotated[float, BeforeValidator(amount)]
Months = Annotated[int, BeforeValidator(whole)]
State = Annotated[str, BeforeValidator(state)]
Issuer = Annotated[str, BeforeValidator(issuer)]
States = Annotated[frozenset[str], BeforeValidator(_states)]
Actors = Annotated[frozenset[str], BeforeValidator(_actors)]
Goods = Annotated[frozenset[Good], BeforeValidator(goods)]
Limits = Annotated[dict[str, float], BeforeValidator(test)]
Tests = Annotated[tuple[dict[str, float], ...], BeforeValidator(tests)]
Coverage = Annotated[float | dict[Good, float], BeforeValidator(coverage)]
Eccns = Annotated[tuple[str, ...], BeforeValidator(_each(eccn))]
Ids = Annotated[tuple[str, ...], BeforeValidator(_each(text))]


def choice(noun: str, *known: str) -> BeforeValidator:
    """Return a check that a word is one of a few."""
    return BeforeValidator(lambda value: one_of(value, known, noun))
