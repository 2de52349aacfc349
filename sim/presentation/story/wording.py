"""Wording: inputs, amounts, months and lists as a sentence has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sim.domain.months import MONTHS_A_YEAR, Month
from sim.domain.number_format import rounded, whole_percent
from sim.presentation import names

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def share(value: float) -> str:
    """Return a share in per cent; a small one is not rounded to 0%.

    Example:
        >>> share(0.256), share(0.004), share(0.0)
        ('26%', '0.4%', '0%')
    """
    percent = f"{whole_percent(value)}%"
    return percent if value <= 0.0 or value >= 0.01 else f"{100 * value:.1g}%"


def usd(millions: float) -> str:
    """Return an amount of USD million.

    Example:
        >>> usd(12_345.0), usd(320.0), usd(4.3e6)
        ('USD 12 billion', 'USD 320 million', 'USD 4.3 trillion')
    """
    if abs(millions) >= 1e6:
        return f"USD {rounded(millions / 1e6)} trillion"
    if abs(millions) >= 1_000.0:
        return f"USD {rounded(millions / 1_000.0)} billion"
    return f"USD {rounded(millions)} million"


def months(value: float) -> str:
    """Return a span of months.

    Example:
        >>> months(1.0), months(7.25)
        ('1 month', '7.2 months')
    """
    number = rounded(value)
    return f"{number} month" + "s" * (number != "1")


@dataclass(frozen=True)
class InputWording:
    """The name of an input in a sentence, and the format of its value."""

    name: str
    amount: Callable[[float], str] = rounded


def _h100e(value: float) -> str:
    return f"{rounded(value)} H100e"


INPUTS: Mapping[str, InputWording] = {
    # governments
    "security": InputWording("the threat that it sees"),
    "coercion": InputWording("pressure from Washington"),
    "leaning": InputWording("its own leaning"),
    "side payment": InputWording("what it is offered in return"),
    "strictness": InputWording("how strict the instrument is"),
    "China revenue at risk": InputWording("revenue from China at risk"),
    "cost of leaving": InputWording("what leaving would cost"),
    "threat": InputWording("the threat from China that it sees"),
    "Congress": InputWording("pressure from Congress"),
    "lobbying": InputWording("lobbying by firms that lost revenue"),
    "minerals": InputWording("high prices of minerals"),
    "rung": InputWording("how severe the step is"),
    "inertia": InputWording("what taking it back would cost"),
    "resentment": InputWording("resentment of moves against it"),
    "strength at home": InputWording("what its own makers can supply"),
    "denied supply": InputWording("supply that it is denied"),
    "retaliation": InputWording("China's retaliation"),
    "peers": InputWording("what other allies do"),
    # firms
    "worth": InputWording("worth", _h100e),
    "training_worth": InputWording("worth for training", _h100e),
    "price": InputWording("price", usd),
    "licence_odds": InputWording("odds of a licence", share),
    "licence_odds_of_former": InputWording("odds for the chip before", share),
    "chance": InputWording("chance in the month", share),
    "hazard": InputWording("effort so far"),
    "denied_share": InputWording("denied", share),
    "year": InputWording("year", "{:.1f}".format),
    "die_yield": InputWording("good dies", share),
}
"""Inputs of events; others have their own name."""


def input_wording(name: str) -> InputWording:
    """Return the wording of an input."""
    return INPUTS.get(name, InputWording(names.spaced(name)))


def listed(words: Iterable[str]) -> str:
    """Return words as a list in a sentence, each once.

    Example:
        >>> listed(["a", "b", "a", "c"])
        'a, b and c'
    """
    *others, last = dict.fromkeys(words)
    return f"{', '.join(others)} and {last}" if others else last


def span(values: Sequence[float], amount: Callable[[float], str] = rounded) -> str:
    """Return one amount, or the least and the greatest of several."""
    low, high = amount(min(values)), amount(max(values))
    return low if low == high else f"{low} to {high}"


def month_only(month: Month) -> str:
    """Return a month without its year, such as ``October``."""
    return MONTHS[month.number - 1]


def month_name(month: Month) -> str:
    """Return a month in words, such as ``October 2022``."""
    return f"{month_only(month)} {month.year}"


def year_end(month: Month) -> str:
    """Return the end of a year, or the last month of one cut short."""
    december = month.number == MONTHS_A_YEAR
    return f"the end of {month.year}" if december else month_name(month)


def day(day: date) -> str:
    """Return a day in words, such as ``7 October 2022``."""
    return f"{day.day} {month_name(Month.of(day))}"


def integer(value: float) -> str:
    """Return a number without decimals."""
    return f"{value:,.0f}"


def channel(name: str) -> str:
    """Return a channel of compute in words."""
    return names.CHANNELS[name]


def thousands(millions: float) -> str:
    """Return an amount of USD million in dollars, as the price of a chip is given."""
    return f"USD {rounded(1e6 * millions)}"


def chip(name: str) -> str:
    """Return a chip with its article; a version for China with its parent and maker.

    Example:
        >>> chip("H20"), chip("H100 for China (October 2022)")
        ('the H20', 'its version of the H100 of October 2022')
    """
    parent, _, designed = name.partition(" for China ")
    if designed:
        return f"its version of the {parent} of {designed.strip('()')}"
    return f"the {name}"


def tests(text: str) -> str:
    """Return tests of the law such as ``inside tpp<4800&interconnect<600`` in words."""
    phrases = [
        " with ".join(_limit(limit) for limit in test.split("&"))
        for test in text.removeprefix("inside ").split(" or ")
    ]
    return "whatever reaches " + ", or ".join(phrases)


def _limit(test: str) -> str:
    name, _, limit = test.partition("<")
    attribute, unit = _ATTRIBUTES.get(name, (names.spaced(name), ""))
    return f"{attribute} {limit}{unit}"


_ATTRIBUTES = {
    "tpp": ("TPP", ""),
    "interconnect": ("links of", " GB/s"),
    "memory_bandwidth": ("memory of", " GB/s"),
    "bandwidth_sum": ("links and memory together of", " GB/s"),
    "performance_density": ("performance density", ""),
}


def ranked(inputs: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return what was weighed, the heaviest first."""
    return sorted(inputs.items(), key=lambda item: -abs(item[1]))
