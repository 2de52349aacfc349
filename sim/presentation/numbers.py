"""Numbers as a reader says them."""

_MILLIONS, _BILLIONS = "USD million", "USD billion"
_THOUSAND, _MILLION, _BILLION = 1e3, 1e6, 1e9
_SCALES = ((_BILLION, "bn"), (_MILLION, "m"), (_THOUSAND, "k"))


def short(value: float) -> str:
    """Return a number as a reader would say it: 1.2 m, 35 k, 0.4.

    Example:
        >>> short(1_250_000), short(35_000), short(0.4), short(7)
        ('1.25m', '35k', '0.4', '7')
    """
    for scale, name in _SCALES:
        if abs(value) >= scale:
            return f"{value / scale:.3g}{name}"
    return f"{value:.3g}"


def rounded(value: float) -> str:
    """Return a number in two or three figures, as a label gives it.

    Example:
        >>> rounded(9.09), rounded(0.949), rounded(4_960_000)
        ('9.1', '0.95', '4.96m')
    """
    return short(value) if abs(value) >= _THOUSAND / 10 else f"{value:.2g}"


def signed_months(months: float) -> str:
    """Return a change of a lag with its sign, in hundredths of a month.

    Example:
        >>> signed_months(0.949), signed_months(-0.31), signed_months(-0.001)
        ('+0.95', '−0.31', '0')
    """
    words = f"{months:+.2f}".replace("-", "−")
    return words if words.strip("+−0.") else "0"


def reader_unit(unit: str) -> tuple[str, float]:
    """Return the unit in which a reader thinks, and what to multiply values by.

    Example:
        >>> reader_unit("USD million a year")
        ('USD billion a year', 0.001)
        >>> reader_unit("months")
        ('months', 1.0)
    """
    if unit.startswith(_MILLIONS):
        return _BILLIONS + unit.removeprefix(_MILLIONS), 1 / _THOUSAND
    return unit, 1.0


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
