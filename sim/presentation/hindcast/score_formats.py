"""Formats of scores, amounts and ranges in tables."""

from __future__ import annotations

from math import isnan

import numpy as np

from sim.presentation.numbers import rounded


def format_percent(share: object) -> str:
    """Return a share in percent.

    Example:
        >>> format_percent(0.934)
        '93 %'
    """
    value = float(str(share))
    return "-" if isnan(value) else f"{100 * value:.0f} %"


def format_skill(value: object) -> str:
    """Return a skill with its sign, '-' if there is none.

    Example:
        >>> format_skill(0.214), format_skill(-3.3), format_skill(float("nan"))
        ('+0.21', '−3.30', '-')
    """
    number = float(str(value))
    return "-" if isnan(number) else f"{number:+.2f}".replace("-", "−")


def format_bias(bias: float, scale: str) -> str:
    """Return by how much the observations exceed the model's median.

    Args:
        bias: on the scale of the family.
        scale: that scale.

    Example:
        >>> format_bias(0.0953, "log"), format_bias(-2.4, "linear")
        ('+10 %', '−2.4')
        >>> format_bias(0.7, "logit")
        'odds ×2.0'
    """
    if scale == "log" and bias > np.log(_FAR):
        return "model: almost zero"
    if scale == "log":
        return f"{100 * np.expm1(bias):+.0f} %".replace("-", "−")
    if scale == "logit":
        return f"odds ×{np.exp(bias):.1f}"
    return f"{bias:+.1f}".replace("-", "−")


_FAR = 100.0
"""Times the model's median from which on a bias is not worth a number."""


def format_amount(value: object) -> str:
    """Return an amount in two or three figures.

    Example:
        >>> (
        ...     format_amount(1_250_000.0),
        ...     format_amount(float("inf")),
        ...     format_amount(-0.031),
        ...     format_amount(2.5e25),
        ... )
        ('1.25m', 'never', '−0.031', '2.5e25')
    """
    number = float(str(value))
    if isnan(number):
        return _MISSING
    if np.isinf(number):
        return "never"
    if abs(number) >= _BEYOND_WORDS:
        return f"{number:.1e}".replace("e+", "e")
    return rounded(number).replace("-", "−")


_BEYOND_WORDS = 1e13
_MISSING = "-"


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
    value = f"{100 * float(str(change)):+.1f}".replace("-", "−")
    if error is None or isnan(float(str(error))):
        return f"{value} %"
    return f"{value} ± {100 * float(str(error)):.1f} %"
