"""Odds in words, by the likelihood scale of the IPCC.

Of its overlapping classes the narrowest is named: Mastrandrea and others (2010),
Guidance Note for Lead Authors of the IPCC Fifth Assessment Report on Consistent
Treatment of Uncertainties, table 1. They are odds within the model: shares of draws.
"""

from sim.presentation.headline_cells import share_of_draws

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
