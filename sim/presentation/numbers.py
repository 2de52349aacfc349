"""Numbers as a reader says them: amounts, changes, shares, ranges and scores."""

from __future__ import annotations

from math import isinf, isnan

import numpy as np

from sim.domain.months import MONTHS_A_YEAR
from sim.domain.number_format import amount, scale_of, short, whole_percent, with_minus

_PER_UNIT = {
    "USD million": ("USD", 1e6),
    "thousand wafers": ("wafers", 1e3),
    "share": ("%", 100.0),
}
"""Units that a reader thinks of otherwise: scales belong to the number."""

_POINTS = "percentage points"
_PERCENT = "%"
_BY_MONTH, _BY_YEAR = " a month", " a year"
_MISSING = "-"

_FAR = 100.0
"""Times the model's median from which on a bias is not worth a number."""

_WHOLE = 10_000
_DIGITS, _MORE_DIGITS = 3, 2
"""Figures of a number on an axis, and how many more may tell it from the next one."""


def short_number(value: float) -> str:
    """Return a number in few digits, exactly where it has few.

    Example:
        >>> short_number(0.1 + 0.2), short_number(2027), short_number(12500)
        ('0.3', '2027', '12.5k')
    """
    few = float(value).is_integer() and abs(value) < _WHOLE
    return str(int(value)) if few else short(value)


def axis_number(value: float, low: float, high: float) -> str:
    """Return a number in as few digits as tell it from its neighbours on an axis.

    Example:
        >>> axis_number(24.18, 24.1, 24.3), axis_number(7_161_000, 7e6, 8e6)
        ('24.18', '7.16M')
        >>> axis_number(-3.0, -5.0, 5.0)
        '−3'
    """
    most = max(abs(low), abs(high), abs(value))
    digits = _DIGITS
    if high > low and most > 0:
        more = int(np.ceil(np.log10(most / (high - low)))) - 1
        digits += min(max(more, 0), _MORE_DIGITS)
    scale, name = scale_of(value)
    return with_minus(f"{round(value / scale, 9) + 0.0:.{digits}g}{name}")


def reader_unit(unit: str) -> tuple[str, float]:
    """Return the unit in which a reader thinks, and what to multiply values by.

    Example:
        >>> reader_unit("USD million a year"), reader_unit("thousand wafers a month")
        (('USD a year', 1000000.0), ('wafers a month', 1000.0))
        >>> reader_unit("share of time"), reader_unit("months")
        (('% of time', 100.0), ('months', 1.0))
    """
    for start, (name, factor) in _PER_UNIT.items():
        rest = unit.removeprefix(start)
        if rest != unit and rest[:1] in {"", " "}:
            return name + rest, factor
    return unit, 1.0


def reader_unit_by_year(unit: str, *, is_flow: bool) -> tuple[str, float]:
    """Return the same for a month's value: that of a flow is shown at a yearly rate.

    Example:
        >>> reader_unit_by_year("units a month", is_flow=True)
        ('units a year', 12.0)
    """
    name, factor = reader_unit(unit)
    if not is_flow:
        return name, factor
    return name.removesuffix(_BY_MONTH) + _BY_YEAR, factor * MONTHS_A_YEAR


def change_unit(unit: str) -> str:
    """Return the unit of a change of what a reader has in some unit.

    Example:
        >>> change_unit("% of time"), change_unit("months")
        ('percentage points', 'months')
    """
    return _POINTS if is_percent(unit) else unit


def is_percent(unit: str) -> bool:
    """Return whether a reader has a quantity in per cent."""
    return unit.startswith(_PERCENT)


def counted(number: int, noun: str) -> str:
    """Return how many there are of something.

    Example:
        >>> counted(1, "point"), counted(12_500, "draw")
        ('1 point', '12,500 draws')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def as_written(value: float) -> str:
    """Return a number of the data as it was written.

    Example:
        >>> as_written(2.1e25), as_written(0.35), as_written(120000.0)
        ('2.1e+25', '0.35', '120000')
    """
    return f"{value:.10g}"


# --- scores and ranges ----------------------------------------------------------------


def format_percent(share: object) -> str:
    """Return a share in percent.

    Example:
        >>> format_percent(0.934)
        '93 %'
    """
    value = float(str(share))
    return _MISSING if isnan(value) else f"{whole_percent(value)} %"


def format_skill(value: object) -> str:
    """Return a skill with its sign, '-' if there is none.

    Example:
        >>> format_skill(0.214), format_skill(-3.3), format_skill(float("nan"))
        ('+0.21', '−3.30', '-')
    """
    number = float(str(value))
    return _MISSING if isnan(number) else with_minus(f"{number:+.2f}")


def format_bias(bias: float, scale: str) -> str:
    """Return by how much observations exceed the model's median, on a family's scale.

    Example:
        >>> format_bias(0.0953, "log"), format_bias(-2.4, "linear")
        ('+10 %', '−2.4')
        >>> format_bias(0.7, "logit")
        'odds ×2.0'
    """
    if scale == "log" and bias > np.log(_FAR):
        return "model: almost zero"
    if scale == "log":
        return with_minus(f"{100 * np.expm1(bias):+.0f} %")
    if scale == "logit":
        return f"odds ×{np.exp(bias):.1f}"
    return with_minus(f"{bias:+.1f}")


def format_amount(value: object) -> str:
    """Return an amount in two or three figures.

    Example:
        >>> (
        ...     format_amount(1_250_000.0),
        ...     format_amount(float("inf")),
        ...     format_amount(-0.031),
        ...     format_amount(2.5e25),
        ... )
        ('1.25M', 'never', '−0.031', '2.5e25')
    """
    number = float(str(value))
    if isnan(number):
        return _MISSING
    return "never" if isinf(number) else amount(number)


def format_range(middle: object, low: object, high: object) -> str:
    """Return a median and the ends of its range.

    Example:
        >>> format_range(10.0, 7.0, 17.0)
        '10 (7 to 17)'
    """
    return f"{format_amount(middle)} ({format_amount(low)} to {format_amount(high)})"


def format_band(low: object, high: object) -> str:
    """Return a band that may be open.

    Example:
        >>> format_band(9.0, 11.0), format_band(1.5, float("nan"))
        ('9 to 11', 'at least 1.5')
    """
    least, most = map(format_amount, (low, high))
    if most == _MISSING:
        return f"at least {least}"
    return f"at most {most}" if least == _MISSING else f"{least} to {most}"


def format_change(change: object, error: object = None) -> str:
    """Return a relative change in percent, with its standard error if it has one.

    Example:
        >>> format_change(0.0312, 0.011), format_change(-0.002)
        ('+3.1 ± 1.1 %', '−0.2 %')
    """
    value = with_minus(f"{100 * float(str(change)):+.1f}")
    if error is None or isnan(float(str(error))):
        return f"{value} %"
    return f"{value} ± {100 * float(str(error)):.1f} %"
