"""Swept values: an override with several values becomes a factor of the design.

The grammar is Hydra's own: ``a,b``, ``choice(a,b)``, ``range(1,5,0.5)``, ``glob(*)``,
``interval(0,1)``, and the casts, ``sort``, ``shuffle`` and ``tag`` around them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from hydra.core.override_parser.types import (
    ChoiceSweep,
    FloatRange,
    Glob,
    IntervalSweep,
    Override,
    QuotedString,
    RangeSweep,
    Sweep,
)

from sim.domain.errors import SettingsError, listed
from sim.experiments.factors import MOST_POINTS, Factor, month_at
from sim.outcomes.sweep.setting_value import SettingValue
from sim.settings.scenario_files import ScenarioFiles
from sim.settings.schema import ASSUMPTION_SOURCES

SWEEPABLE = ("scenario", "baseline", "assumptions", "seed", "horizon", "start")
"""Settings that may be swept alone."""

SWEEPABLE_BELOW = ("assumptions", "mechanisms", "scenario")
"""Settings of which all below them may be swept."""

_CHOSEN_BY_NAME = ("scenario", "baseline", "assumptions", "mechanisms")
"""What is chosen by name, and lies in no interval."""

_MONTHS = ("horizon", "start")
_WITH_DATES = (["regime"], ["decisions"], ["base"])
_DATES = ("announced", "effective", "end", "since", "deadline", "as_of")
"""Fields of law that hold a day; so do those below `adopted_by`, one for each state."""

_WHOLE_NUMBERS = ("seed", "period_months")
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


def read_factor(override: Override, scenario_files: ScenarioFiles, seed: int) -> Factor:
    """Return the factor that an override with several values describes.

    Args:
        override: the override.
        scenario_files: the scenarios that a glob chooses among.
        seed: of the order in which a list is shuffled.
    """
    key, text = override.key_or_group, str(override.input_line)
    check_sweepable(key, text)
    swept: Any = override.value()
    if isinstance(swept, Sweep) and swept.tags - {"log"}:
        tag = min(swept.tags - {"log"})
        raise SettingsError(
            f"{text}: there is no tag {tag!r}; tag(log,interval(...)) is the only one"
        )
    if isinstance(swept, IntervalSweep):
        return _interval(key, text, swept)
    if isinstance(swept, Sweep) and swept.tags:
        raise SettingsError(f"{text}: only an interval can be tagged log")
    values = tuple(_values(override, scenario_files))
    if getattr(swept, "shuffle", False):
        values = tuple(random.Random(seed).sample(values, len(values)))
    _check_values(text, values)
    if key == "assumptions":
        _check_drawn_from(text, values)
    return Factor(key, values)


def _values(
    override: Override, scenario_files: ScenarioFiles
) -> Iterator[SettingValue]:
    """Yield the values of a list, a range or a glob, in order."""
    key, text = override.key_or_group, str(override.input_line)
    swept: Any = override.value()
    if isinstance(swept, Glob):
        yield from _matching_names(key, text, swept, scenario_files)
    elif isinstance(swept, RangeSweep):
        yield from _range_values(key, text, swept)
    elif isinstance(swept, ChoiceSweep):
        yield from (_plain_value(text, value) for value in swept.list)
    else:
        raise SettingsError(f"{text}: the values cannot be read")


def _matching_names(
    key: str, text: str, swept: Glob, scenario_files: ScenarioFiles
) -> list[str]:
    if key not in ("scenario", "baseline"):
        raise SettingsError(
            f"{text}: glob() chooses among the names of scenarios; it goes with "
            "scenario= or baseline="
        )
    names = swept.filter(list(scenario_files.files))
    if not names:
        raise SettingsError(
            f"{text}: no scenario has such a name; choose from "
            f"{listed(scenario_files.files, listing='task=scenarios')}"
        )
    return names


def _range_values(key: str, text: str, swept: RangeSweep) -> Iterator[SettingValue]:
    start, stop, step = swept.start, swept.stop, swept.step
    assert start is not None
    assert stop is not None
    if not step or not all(map(math.isfinite, (start, stop, step))):
        raise SettingsError(f"{text}: a range has finite ends, and steps other than 0")
    if (stop - start) / step > MOST_POINTS:
        raise SettingsError(f"{text}: the range holds more than {MOST_POINTS} values")
    values = list(_steps(swept))
    if not values:
        raise SettingsError(
            f"{text}: the range holds no value; write range(from,to,step), which ends "
            "before to"
        )
    if not is_date(key):
        yield from values
        return
    for years in values:
        _check_years(text, years)
        yield str(month_at(years))


def _steps(swept: RangeSweep) -> Iterable[int | float]:
    """Return the values of a range, in decimals: 0.4 + 0.02 is 0.42."""
    ends = (swept.start, swept.stop, swept.step)
    if all(isinstance(end, int) for end in ends):
        return swept.range()
    return FloatRange(*(Decimal(repr(end)) for end in ends))


def _interval(key: str, text: str, swept: IntervalSweep) -> Factor:
    low, high = swept.start, swept.end
    assert low is not None
    assert high is not None
    root = key.partition(".")[0]
    if key in _CHOSEN_BY_NAME or root == "mechanisms":
        raise SettingsError(
            f"{text}: {key} is chosen by name; give the values, such as {key}=a,b"
        )
    if not low < high or not math.isfinite(high - low):
        raise SettingsError(
            f"{text}: an interval goes from a number to a higher one, interval(0.1,0.5)"
        )
    if is_date(key):
        _check_years(text, low)
        _check_years(text, high)
        if month_at(low) == month_at(high):
            raise SettingsError(
                f"{text}: there is no month between; dates are given in years, such as "
                "interval(2026,2028.5)"
            )
        return Factor(key, low=low, high=high, scale="months")
    whole = is_whole(key) or (isinstance(low, int) and isinstance(high, int))
    log = "log" in swept.tags
    if log and (low <= 0.0 or whole):
        raise SettingsError(
            f"{text}: on a log scale an interval holds numbers above 0, not whole ones"
        )
    if whole and math.ceil(low) == math.ceil(high):
        raise SettingsError(f"{text}: there is no whole number between")
    return Factor(
        key, low=low, high=high, whole=whole, scale="log" if log else "linear"
    )


def _plain_value(text: str, value: object) -> SettingValue:
    """Return a value that a point can hold."""
    if isinstance(value, QuotedString):
        return value.text
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise SettingsError(
        f"{text}: each value must be a number, a text or a date, not a list or mapping"
    )


def is_date(key: str) -> bool:
    """Return whether a setting holds a month or a day."""
    *above, last = key.split(".")
    if above[:1] != ["scenario"] or above[1:2] not in _WITH_DATES:
        return key in _MONTHS
    return last in _DATES or above[-1] == "adopted_by"


def is_whole(key: str) -> bool:
    """Return whether a setting holds whole numbers alone."""
    return key.rpartition(".")[2] in _WHOLE_NUMBERS


def _check_years(text: str, years: float) -> None:
    if not _FIRST_YEAR <= years <= _LAST_YEAR:
        raise SettingsError(
            f"{text}: dates in a range or interval are given in years, such as "
            "range(2026,2028,0.5); or list them, such as 2026-07,2027-01"
        )


def check_sweepable(key: str, text: str) -> None:
    """Refuse to vary what a sweep cannot vary."""
    root, _, below = key.partition(".")
    if root == "sweep":
        raise SettingsError(f"{text}: one value is expected here; a list is [a,b]")
    if key in SWEEPABLE or (below and root in SWEEPABLE_BELOW):
        return
    raise SettingsError(
        f"{text}: {key} cannot be swept; {', '.join(SWEEPABLE)} can, and what is below "
        f"{', '.join(SWEEPABLE_BELOW)}"
    )


def _check_values(text: str, values: Sequence[SettingValue]) -> None:
    """Refuse a list in which a value appears twice."""
    seen: set[object] = set()
    for value in values:
        comparable = value if isinstance(value, str) else (type(value) is bool, value)
        if comparable in seen:
            raise SettingsError(f"{text}: {value} appears twice")
        seen.add(comparable)


def _check_drawn_from(text: str, values: Sequence[SettingValue]) -> None:
    """Refuse a list of anything but the places that assumptions are drawn from."""
    for value in values:
        if value not in ASSUMPTION_SOURCES:
            raise SettingsError(
                f"{text}: {value} is neither {' nor '.join(ASSUMPTION_SOURCES)}; "
                "values of one assumption are swept by its name, "
                "assumptions.<name>=0.1,0.3"
            )
