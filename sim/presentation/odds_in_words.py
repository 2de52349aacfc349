"""Odds in words, by the likelihood scale of the IPCC.

Of its overlapping classes the narrowest is named: Mastrandrea and others (2010),
Guidance Note for Lead Authors of the IPCC Fifth Assessment Report on Consistent
Treatment of Uncertainties, table 1. They are odds within the model: shares of draws.
"""

from sim.outcomes.effect_drivers import FEWEST_DRAWS
from sim.presentation.headline_cells import share_of_draws
from sim.presentation.numbers import counted

_LIKELY = ((0.99, "virtually certain"), (0.90, "very likely"), (0.66, "likely"))
_UNLIKELY = (
    *((0.01, "exceptionally unlikely"), (0.10, "very unlikely")),
    (0.33, "unlikely"),
)
"""The least share of draws for a word, and the greatest."""


def likelihood(probability: float) -> str:
    """Return odds in words.

    Example:
        >>> likelihood(0.81), likelihood(0.5), likelihood(0.995), likelihood(0.05)
        ('likely', 'about as likely as not', 'virtually certain', 'very unlikely')
    """
    for least, word in _LIKELY:
        if probability >= least:
            return word
    for most, word in _UNLIKELY:
        if probability <= most:
            return word
    return "about as likely as not"


def hundredths(probability: float) -> str:
    """Return a share of draws in a hundred; none and all only where it is exact.

    Example:
        >>> hundredths(0.81), hundredths(0.001), hundredths(0.999), hundredths(1.0)
        ('81', 'fewer than 1', 'more than 99', '100')
    """
    number = share_of_draws(probability).removesuffix("%")
    return number.replace("<", "fewer than ").replace(">", "more than ")


def of_draws(share: float, draws: int) -> str:
    """Return in how many draws: of a hundred; of fewer, their number.

    Example:
        >>> of_draws(0.714, 500), of_draws(0.7, 40), of_draws(1.0, 40)
        ('71 of 100 draws', '28 of 40 draws', 'all 40 draws')
    """
    if draws >= FEWEST_DRAWS:
        return f"{hundredths(share)} of 100 draws"
    if share == 1.0 and draws > 1:
        return f"all {draws} draws"
    return f"{round(share * draws)} of {counted(draws, 'draw')}"


def odds_of_draws(share: float, draws: int) -> str:
    """Return the same with the odds in words, where there are draws enough for them.

    Example:
        >>> odds_of_draws(0.714, 500), odds_of_draws(0.7, 40)
        ('71 of 100 draws (likely)', '28 of 40 draws')
    """
    odds = f" ({likelihood(share)})" if draws >= FEWEST_DRAWS else ""
    return f"{of_draws(share, draws)}{odds}"
