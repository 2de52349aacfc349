"""Overrides: `setting=value`, read by Hydra's grammar or made from Python values."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import singledispatch
from itertools import accumulate
from numbers import Integral, Real
from os import PathLike
from typing import Any, NoReturn

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException

from sim.domain.dotted_names import dotted
from sim.domain.errors import SettingsError, one_line
from sim.domain.months import Month
from sim.records.plain_yaml import DEEPEST, HALF_CHARACTER

_NUMBER_IN_GROUPS = re.compile(
    r"(?:^|[\[({:,])\s*([+-]?\d[\d.]*(?:_[\d.]+)+(?:e[+-]?\d+)?)\s*(?=$|[\])},])",
    re.IGNORECASE,
)
"""A number whose digits are grouped by _, such as 1_000 or 2025_01."""

_LONGEST_NAME = 200
_STEPS = dict.fromkeys("[{(", 1) | dict.fromkeys(")}]", -1)
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
"""Text in quotes, whose brackets count for nothing."""

_LONGEST = 60
"""Characters of a value that a refusal repeats, at most."""


def format_overrides(choices: Mapping[str, object]) -> list[str]:
    """Return settings as the overrides that set the same on the command line.

    Args:
        choices: values by setting; a mapping below a setting becomes dotted keys.

    Example:
        >>> format_overrides({"draws": 20, "assumptions": {"service.skill": 0.3}})
        ['draws=20', 'assumptions.service.skill=0.3']
    """
    return [
        format_override(key, value)
        for key, value in dotted(choices)
        if not isinstance(value, Mapping)
    ]


def format_override(key: str, value: object, *, several: bool = False) -> str:
    """Return a setting as an override.

    Args:
        key: its name.
        value: its value, or
        several: values to be swept, or a text in the command line's notation.

    Raises:
        SettingsError: no setting has such a value.
    """
    if several and isinstance(value, str):
        return f"{key}={value}"
    try:
        text = format_value(value)
    except SettingsError as error:
        raise SettingsError(f"{key}: {error}") from error
    return f"{key}={text.removeprefix('[').removesuffix(']') if several else text}"


_MISSING_DATE = "a date is missing (NaT); give one, such as 2024-06 or 2024-06-01"


@singledispatch
def format_value(value: object) -> str:
    r"""Return one value as the command line has it.

    Numbers, dates and lists may be those of NumPy and pandas.

    Raises:
        SettingsError: no setting has a value of that kind.

    Example:
        >>> format_value(["a", "it's"])
        "['a','it\\'s']"
        >>> import numpy as np
        >>> format_value(np.array([1, 2]))
        '[1,2]'
    """
    # Of NumPy and pandas, which need not be imported for it.
    if hasattr(value, "dtype") and hasattr(value, "astype"):
        return _format_of_numpy(value)
    if isinstance(value, Iterable) and hasattr(value, "tolist"):
        return format_value(list(value))
    if hasattr(value, "start_time"):
        return _quoted(str(value))
    return _refuse_kind(value)


def _refuse_kind(value: object) -> NoReturn:
    raise SettingsError(
        f"{one_line(repr(value))[:_LONGEST]} is of a kind that no setting has; give a "
        "number, a text, a date, true or false, None, a list or a dict of these"
    )


format_value.register(type(None), lambda _: "null")
format_value.register(Integral, lambda value: str(int(value)))
format_value.register(Real, lambda value: repr(float(_shortest(value))))
format_value.register(Decimal, lambda value: repr(float(value)))
format_value.register(bool, lambda value: str(value).lower())
format_value.register(str | Month | PathLike, lambda value: _quoted(str(value)))
format_value.register(bytes | bytearray, format_value.dispatch(object))


@format_value.register
def _(value: Sequence) -> str:  # type: ignore[type-arg]
    return f"[{','.join(format_value(item) for item in value)}]"


@format_value.register
def _(value: date) -> str:
    # The date of pandas that is missing does not equal itself.
    if value != value:  # noqa: PLR0124
        raise SettingsError(_MISSING_DATE)
    if not isinstance(value, datetime):
        return _quoted(str(value))
    if value.time() != time():
        raise SettingsError(
            f"{value} has a time of day; give a day, such as {value.date()}"
        )
    return _quoted(str(value.date()))


def _shortest(value: Any) -> Any:
    """Return a number with no more digits than it has: 0.3 of 32 bits is 0.3."""
    return str(value) if hasattr(value, "dtype") else value


def _format_of_numpy(value: Any) -> str:
    """Return an array, a day, true or false of NumPy's as the command line has it."""
    if value.ndim:
        return format_value(list(value))
    if value.dtype.kind == "M":
        value = value.astype("datetime64[us]")
    plain = value.item()
    if plain is None:
        raise SettingsError(_MISSING_DATE)
    return _refuse_kind(value) if hasattr(plain, "dtype") else format_value(plain)


def _quoted(text: str) -> str:
    """Return text in quotes: backslashes count only before a quote, or at the end."""
    body = ""
    for index, part in enumerate(text.split("'")):
        if index:
            body += "\\'"
        trailing = len(part) - len(part.rstrip("\\"))
        body += part + "\\" * trailing
    return f"'{body}'"


def parse_overrides(overrides: Iterable[str]) -> list[Override]:
    """Read the overrides of a command, as `parse_override` does."""
    return [parse_override(override) for override in overrides]


def parse_override(text: str) -> Override:
    """Read one override with Hydra's grammar."""
    if "=" not in text and not text.startswith("~"):
        raise SettingsError(
            f"{one_line(text)!r} is not a setting; settings are written name=value, "
            "such as scenario=service_ban"
        )
    if HALF_CHARACTER.search(text):
        raise SettingsError(f"{one_line(text)}: is not text in UTF-8")
    _check_bounds(text)
    if number := _NUMBER_IN_GROUPS.search(text.partition("=")[2]):
        raise SettingsError(
            f"{one_line(text)}: {number[1]} is read as a number; write it without _, "
            "or in quotes within quotes if it is a name"
        )
    try:
        return OverridesParser.create().parse_override(text)
    except ValueError as error:  # a number has more digits than Python reads
        raise SettingsError(
            f"{one_line(text)}: the value holds a number that is too large"
        ) from error
    except HydraException as error:
        key = text.partition("=")[0]
        if "while evaluating" in str(error):
            raise SettingsError(f"{one_line(text)}: {_call_error(error)}") from error
        raise SettingsError(
            f"{one_line(text)}: the value cannot be read; "
            f"put it in quotes within quotes, {key}=\"'...'\""
        ) from error


def _check_bounds(text: str) -> None:
    """Refuse a name, or a nesting of brackets, that is beyond all sense."""
    name, _, value = text.partition("=")
    if len(name) > _LONGEST_NAME:
        raise SettingsError(
            f"{one_line(text)}: no setting has a name of {len(name)} letters"
        )
    steps = (_STEPS.get(sign, 0) for sign in _QUOTED.sub("", value))
    if max(accumulate(steps), default=0) > DEEPEST:
        raise SettingsError(f"{one_line(text)}: nests deeper than {DEEPEST} levels")


def _call_error(error: HydraException) -> str:
    """Say what is wrong with the call of a function of Hydra's."""
    reason = one_line(str(error.__cause__))
    if "str is incompatible with Union[int, float]" in reason:
        return (
            "range and interval take numbers; dates are given in years, such as "
            "interval(2026,2028.5)"
        )
    return reason


def last_value(overrides: Iterable[Override], key: str) -> Any:
    """Return the value that a command gives a key last, None if it gives none."""
    values = [item.value() for item in overrides if item.key_or_group == key]
    return values[-1] if values else None
