"""The number that a break-even varies, and the ends between which it does."""

from __future__ import annotations

import numpy as np

from sim.domain.errors import SettingsError, choices
from sim.domain.months import Month
from sim.experiments.effect_curve import VariedNumber
from sim.records import Records
from sim.records.assumptions import Assumption
from sim.settings.schema import BreakEvenSettings
from sim.settings.swept_values import is_date

EVERY = "assumptions"
"""What is varied if all assumptions are looked at."""

ASSUMPTIONS, SCENARIO = f"{EVERY}.", "scenario."
"""How the setting of an assumption begins, and that of a number of the scenario."""


def varied_number(options: BreakEvenSettings, records: Records) -> VariedNumber:
    """Return what is varied, and between which ends.

    Raises:
        SettingsError: nothing of the kind can be varied, or not between these ends.
    """
    key = str(options.over)
    if key.startswith(ASSUMPTIONS):
        return varied_assumption(key, options, records)
    if key.startswith(SCENARIO):
        return _varied_law(key, options)
    raise SettingsError(
        f"break_even.over={key}: must be an assumption, assumptions.NAME, a number or "
        "a date of the scenario, scenario...., or assumptions, to try them all"
    )


def varied_assumption(
    key: str, options: BreakEvenSettings, records: Records
) -> VariedNumber:
    """Return an assumption as what is varied, by default over its whole range.

    Raises:
        SettingsError: there is no such assumption, or an end that it cannot have.
    """
    name = key.removeprefix(ASSUMPTIONS)
    rows = {row.name: row for row in records.assumptions}
    if name not in rows:
        raise SettingsError(
            f"break_even.over={key}: there is no such assumption"
            f"{choices(name, rows, 'task=assumptions')}"
        )
    row = rows[name]
    low, high = (
        _number(end, given, default, row)
        for end, given, default in (
            ("low", options.low, row.low),
            ("high", options.high, row.high),
        )
    )
    _check_order(low, high)
    if row.scale == "log":
        return VariedNumber(key, float(np.log(low)), float(np.log(high)), "log")
    return VariedNumber(key, low, high)


def _number(
    end: str, given: str | float | None, default: float, row: Assumption
) -> float:
    """Return an end of an assumption's range, if it is a value that it can have."""
    if given is None:
        return default
    value = _plain_number(end, given)
    try:
        row.check(value)
    except ValueError as error:
        raise SettingsError(f"break_even.{end}={value:g}: {error}") from None
    return value


def _varied_law(key: str, options: BreakEvenSettings) -> VariedNumber:
    if options.low is None or options.high is None:
        example = "2026-01 and 2028-01" if is_date(key) else "5000 and 50000"
        raise SettingsError(
            f"break_even.over={key}: between which values? give break_even.low=... and "
            f"break_even.high=..., such as {example}"
        )
    ends = {"low": options.low, "high": options.high}
    dated = is_date(key)
    low, high = (
        float(_month(*item).index) if dated else _plain_number(*item)
        for item in ends.items()
    )
    _check_order(low, high)
    return VariedNumber(key, low, high, "months" if dated else "linear")


def _month(end: str, given: str | float) -> Month:
    try:
        return Month.parse(str(given))
    except ValueError:
        raise SettingsError(
            f"break_even.{end}={_shown(given)}: must be a month such as 2027-07"
        ) from None


def _plain_number(end: str, given: str | float) -> float:
    if isinstance(given, str):
        raise SettingsError(
            f"break_even.{end}={given}: must be a number, since break_even.over names "
            "no date"
        )
    return given


def _shown(given: str | float) -> str:
    return given if isinstance(given, str) else f"{given:g}"


def _check_order(low: float, high: float) -> None:
    if not low < high:
        raise SettingsError("break_even.low: must be below break_even.high")
