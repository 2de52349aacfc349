"""Number format: amounts in three figures and changes in two, the same everywhere."""

from math import floor

import numpy as np

_SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "M"), (1e3, "k"))
_BEYOND_WORDS = 1e15
_FIGURES, _FEW_FIGURES = 3, 2

_MANY = 99.5
"""From here on a number has three figures, of which none is behind the point."""

_LEAST, _LEAST_IN_WORDS = 1e-4, "<0.0001"
_NOTHING = 1e-9
"""Changes smaller than this in a reader's unit are what is left of rounding."""


def short(value: float, figures: int = _FIGURES) -> str:
    """Return a number in three figures, in thousands (k), millions (M) and so on.

    Example:
        >>> short(1_250_000), short(35_000), short(0.4), short(999_900)
        ('1.25M', '35k', '0.4', '1M')
        >>> short(2.1e9), short(4.3e12), short(2.5e25), short(0.000098)
        ('2.1bn', '4.3tn', '2.5e25', '0.000098')
    """
    value = float(f"{value:.{figures}g}")
    if abs(value) < _NOTHING:
        return "0"
    if abs(value) >= _BEYOND_WORDS:
        return f"{value:.{figures}g}".replace("e+", "e")
    scale, name = scale_of(value)
    number = np.format_float_positional(
        value / scale, precision=figures, fractional=False, trim="-"
    )
    return f"{number}{name}"


def scale_of(value: float) -> tuple[float, str]:
    """Return the thousand, million or more that a number is counted in."""
    scales = (scale for scale in _SCALES if abs(value) >= scale[0])
    return next(scales, (1.0, ""))


def rounded(value: float) -> str:
    """Return a number in two or three figures, as a label gives it.

    Example:
        >>> rounded(9.09), rounded(0.949), rounded(99.7), rounded(4_960_000)
        ('9.1', '0.95', '99.7', '4.96M')
    """
    return short(value, _FIGURES if abs(value) >= _MANY else _FEW_FIGURES)


def whole_percent(share: float) -> int:
    """Return a share in whole per cent; halves are rounded up.

    Example:
        >>> whole_percent(0.125), whole_percent(0.375), whole_percent(0.285)
        (13, 38, 29)
    """
    return floor(100.0 * share + 0.5 + _NOTHING)


def with_minus(number: str) -> str:
    """Return a formatted number with a minus sign for its hyphen."""
    return number.replace("-", "−")


def signed(change: float) -> str:
    """Return a change in two or three figures with its sign; '0' is none at all.

    Example:
        >>> signed(0.31), signed(-0.2), signed(-105_000), signed(0.0)
        ('+0.31', '−0.2', '−105k', '0')
        >>> signed(-0.00001), signed(-1e-17)
        ('−<0.0001', '0')
    """
    size = abs(change)
    if size < _NOTHING:
        return "0"
    number = rounded(size) if size >= _LEAST else _LEAST_IN_WORDS
    return f"−{number}" if change < 0.0 else f"+{number}"


def amount(value: float) -> str:
    """Return an amount in three figures, with a minus sign below zero.

    Example:
        >>> amount(19.84), amount(-0.0312), amount(12_500), amount(0.00001)
        ('19.8', '−0.0312', '12.5k', '<0.0001')
    """
    if _NOTHING <= abs(value) < _LEAST:
        return signed(value).removeprefix("+")
    return with_minus(short(value))
