"""Overrides: `setting=value`, read by Hydra's grammar or made from Python values."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException

from sim.domain.errors import SettingsError, one_line
from sim.domain.months import Month

_NUMBER_IN_GROUPS = re.compile(
    r"(?:^|[\[({:,])\s*([+-]?\d[\d.]*(?:_[\d.]+)+(?:e[+-]?\d+)?)\s*(?=$|[\])},])",
    re.IGNORECASE,
)
"""A number whose digits are grouped by _, such as 1_000 or 2025_01."""


def format_overrides(choices: Mapping[str, object]) -> list[str]:
    """Return settings as the overrides that set the same on the command line.

    Args:
        choices: values by setting; a mapping below a setting becomes dotted keys.

    Example:
        >>> format_overrides({"draws": 20, "assumptions": {"service.skill": 0.3}})
        ['draws=20', 'assumptions.service.skill=0.3']
    """
    return [f"{key}={format_value(value)}" for key, value in _dotted(choices)]


def _dotted(choices: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for key, value in choices.items():
        if isinstance(value, Mapping):
            yield from ((f"{key}.{rest}", deep) for rest, deep in _dotted(value))
        else:
            yield key, value


def format_value(value: object) -> str:
    r"""Return one value as the command line has it.

    Example:
        >>> format_value(["a", "it's"])
        "['a','it\\'s']"
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | Month | date) or hasattr(value, "__fspath__"):
        return _quoted(str(value))
    if isinstance(value, Sequence):
        return f"[{','.join(format_value(item) for item in value)}]"
    return _number(value)


def _quoted(text: str) -> str:
    """Return text in quotes: backslashes count only before a quote, or at the end."""
    body = ""
    for index, part in enumerate(text.split("'")):
        if index:
            body += "\\'"
        trailing = len(part) - len(part.rstrip("\\"))
        body += part + "\\" * trailing
    return f"'{body}'"


def _number(value: object) -> str:
    item = getattr(value, "item", None)
    plain = item() if callable(item) else value
    if isinstance(plain, bool):
        return format_value(plain)
    if not isinstance(plain, int | float):
        raise SettingsError(
            f"{value!r} is of a kind that no setting has; give a number, a text, "
            "true or false, None, a list or a dict of these"
        )
    return repr(plain)


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
    if number := _NUMBER_IN_GROUPS.search(text.partition("=")[2]):
        raise SettingsError(
            f"{one_line(text)}: {number[1]} is read as a number; write it without _, "
            "or in quotes within quotes if it is a name"
        )
    try:
        return OverridesParser.create().parse_override(text)
    except HydraException as error:
        key = text.partition("=")[0]
        if "while evaluating" in str(error):
            raise SettingsError(f"{one_line(text)}: {_call_error(error)}") from error
        raise SettingsError(
            f"{one_line(text)}: the value cannot be read; "
            f"put it in quotes within quotes, {key}=\"'...'\""
        ) from error


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
