"""How the value of a setting is read: switches, names, dates, places, objectives."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, Strict

from sim.domain.dotted_names import dotted
from sim.domain.errors import SettingsError
from sim.domain.months import Month, parse_day
from sim.outcomes.folder_path import with_home

_SWITCHES = {"on": True, "yes": True, "off": False, "no": False}
_RESERVED = ("blocks",)
_LONGEST_NAME = 100
"""Letters that the name of a folder of results may have."""

_TIMES = ("horizon", "all")


def _date_reader(
    kind: type, parse: Callable[[str], object], example: str
) -> Callable[[object], object]:
    """Return what reads a date of a kind; one that is read already, or None, stays."""

    def read(value: object) -> object:
        if value is None or isinstance(value, kind):
            return value
        if not isinstance(value, str):
            raise ValueError(f"{value!r} is not a date; write one such as {example}")
        return parse(value)

    return read


def _flat(value: object) -> object:
    """Join nested keys with dots, so that names may be given either way."""
    return dict(dotted(value)) if isinstance(value, Mapping) else value


def _with_home(path: str) -> str:
    """Return a path with the home folder in place of ~; any other stays as it is."""
    try:
        return str(with_home(path)) if path.startswith("~") else path
    except SettingsError as error:
        raise ValueError(str(error)) from error


def _plain_name(name: str) -> str:
    if not name.replace("_", "").replace("-", "").isalnum():
        raise ValueError(
            f"{name!r} is not a name; letters, digits, _ and - may be used"
        )
    return name


def _scenario_name(name: str) -> str:
    """Read the name of a scenario, or of several that are combined."""
    if not name.replace("+", "").replace("_", "").replace("-", "").isalnum():
        return _plain_name(name)
    return name


def _sweep_name(name: str) -> str:
    if name.lower() in _RESERVED:
        raise ValueError(f"{name!r} is the folder in which sweeps keep their blocks")
    if len(name) > _LONGEST_NAME:
        raise ValueError(f"must have at most {_LONGEST_NAME} letters")
    return _plain_name(name)


def _switch(value: object) -> object:
    """Read true and false, also as words; no number is one of them."""
    if isinstance(value, str) and value in _SWITCHES:
        return _SWITCHES[value]
    if not isinstance(value, bool):
        raise ValueError("must be true or false (on or off)")
    return value


def _times(value: object) -> object:
    """Read one time or several; years become text, as in tables of results."""
    times = value if isinstance(value, list | tuple) else [value]
    for time in times:
        if time not in _TIMES and not _is_year(time):
            raise ValueError("must be horizon, all, or a list of years [2027,2030]")
    texts = tuple(str(time) for time in times)
    if len(set(texts)) < len(texts):
        raise ValueError("holds a time twice")
    return texts


def _is_year(value: object) -> bool:
    return (
        not isinstance(value, bool)
        and re.fullmatch(r"\d{4}", str(value), re.ASCII) is not None
    )


def with_formulas(value: object) -> object:
    """Read objectives; one that is no mapping is the formula of its value."""
    if not isinstance(value, dict):
        return value
    return {
        name: {"value": item} if isinstance(item, str | int | float | list) else item
        for name, item in value.items()
    }


def _words(value: object) -> object:
    """Read words to look for; what YAML takes for a number is one."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value


def _end(value: object) -> object:
    """Read a number, or a month as it is written."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("must be a number or a month such as 2027-07")
    return value if isinstance(value, str) else float(value)


MonthSetting = Annotated[
    Month, BeforeValidator(_date_reader(Month, Month.parse, "2030-12"))
]
DaySetting = Annotated[
    date, BeforeValidator(_date_reader(date, parse_day, "2024-06-01"))
]
Name = Annotated[str, AfterValidator(_plain_name)]
ScenarioName = Annotated[str, AfterValidator(_scenario_name)]
Words = Annotated[str, BeforeValidator(_words)]
Place = Annotated[str, AfterValidator(_with_home)]
Finite = Annotated[float, Field(allow_inf_nan=False, strict=True)]
Quantity = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]
Whole = Annotated[int, Strict()]
End = Annotated[str | float, BeforeValidator(_end)]
"""An end of a range: a number, or a month as text."""

Switch = Annotated[bool, BeforeValidator(_switch)]
Times = Annotated[tuple[str, ...], BeforeValidator(_times)]
SweepName = Annotated[str, AfterValidator(_sweep_name)]
NumbersByName = Annotated[dict[str, Finite], BeforeValidator(_flat)]
SwitchesByName = Annotated[dict[str, Switch], BeforeValidator(_flat)]
