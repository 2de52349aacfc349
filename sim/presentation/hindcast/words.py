"""Scores in words."""

from __future__ import annotations

from math import isnan

import numpy as np

from sim.presentation.numbers import rounded


def percent(share: object) -> str:
    """Return a share in percent.

    Example:
        >>> percent(0.934)
        '93 %'
    """
    value = float(str(share))
    return "-" if isnan(value) else f"{100 * value:.0f} %"


def skill_in_words(value: object) -> str:
    """Return a skill with its sign, '-' if there is none.

    Example:
        >>> skill_in_words(0.214), skill_in_words(-3.3), skill_in_words(float("nan"))
        ('+0.21', '−3.30', '-')
    """
    number = float(str(value))
    return "-" if isnan(number) else f"{number:+.2f}".replace("-", "−")


def bias_in_words(bias: float, scale: str) -> str:
    """Return by how much what was seen lies above the model's median.

    Args:
        bias: on the family's scale.
        scale: which that is.

    Example:
        >>> bias_in_words(0.0953, "log"), bias_in_words(-2.4, "linear")
        ('+10 %', '−2.4')
        >>> bias_in_words(0.7, "logit")
        'odds ×2.0'
    """
    if scale == "log" and bias > np.log(_FAR):
        return "model: next to nothing"
    if scale == "log":
        return f"{100 * np.expm1(bias):+.0f} %".replace("-", "−")
    if scale == "logit":
        return f"odds ×{np.exp(bias):.1f}"
    return f"{bias:+.1f}".replace("-", "−")


_FAR = 100.0
"""Times the model's median from which on a bias is not worth a number."""


def amount(value: object) -> str:
    """Return an amount in two or three figures.

    Example:
        >>> amount(1_250_000.0), amount(float("inf")), amount(-0.031), amount(2.5e25)
        ('1.25m', 'never', '−0.031', '2.5e25')
    """
    number = float(str(value))
    if isnan(number):
        return "-"
    if np.isinf(number):
        return "never"
    if abs(number) >= _BEYOND_WORDS:
        return f"{number:.1e}".replace("e+", "e")
    return rounded(number).replace("-", "−")


_BEYOND_WORDS = 1e13


def range_in_words(middle: object, low: object, high: object) -> str:
    """Return a median and the ends of its range.

    Example:
        >>> range_in_words(10.0, 7.0, 17.0)
        '10 (7 to 17)'
    """
    return f"{amount(middle)} ({amount(low)} to {amount(high)})"


def band_in_words(low: object, high: object) -> str:
    """Return a band that may be open.

    Example:
        >>> band_in_words(9.0, 11.0), band_in_words(1.5, float("nan"))
        ('9 to 11', 'at least 1.5')
    """
    ends = [
        None if end is None or isnan(float(str(end))) else end for end in (low, high)
    ]
    if ends[1] is None:
        return f"at least {amount(ends[0])}"
    if ends[0] is None:
        return f"at most {amount(ends[1])}"
    return f"{amount(ends[0])} to {amount(ends[1])}"


def change_in_words(change: object, error: object = None) -> str:
    """Return a relative change in percent, with its standard error if it has one.

    Example:
        >>> change_in_words(0.0312, 0.011), change_in_words(-0.002)
        ('+3.1 ± 1.1 %', '−0.2 %')
    """
    value = f"{100 * float(str(change)):+.1f}".replace("-", "−")
    if error is None or isnan(float(str(error))):
        return f"{value} %"
    return f"{value} ± {100 * float(str(error)):.1f} %"
