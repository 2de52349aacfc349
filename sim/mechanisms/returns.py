"""M16. What news does to the price of a share."""

from collections.abc import Iterable

import numpy as np

from sim.domain.ensemble import Amounts, ByThing, PerDraw


def expected_loss(
    announced: PerDraw | float, expected: Iterable[PerDraw]
) -> PerDraw | float:
    """Return the share of some sales that is expected to be lost, in [0, 1].

    1 - (1 - a) prod_i (1 - p_i b_i): what announced law takes, and of the rest what
    each possible instrument i would take, times the probability put on it. Instruments
    take independently of one another.

    Args:
        announced: a, share taken by law that is announced, in [0, 1].
        expected: p_i b_i of each possible instrument, each in [0, 1].
    """
    kept = 1.0 - announced
    for share_lost in expected:
        kept = kept * (1.0 - share_lost)
    return 1.0 - kept


def return_on_news(
    before: Amounts | float,
    after: Amounts,
    response: PerDraw,
    margin_ratio: float | ByThing,
) -> Amounts:
    """Return the log return of a share on news about law.

    r = -k m (x' - x). Zero where nothing is at risk, and the larger the larger the
    share of revenue at risk.

    Args:
        before: x, share of revenue expected to be lost before the news.
        after: x', the same after it.
        response: k, log price per share of revenue expected to be lost.
        margin_ratio: m, margin of the sales at risk over the firm's.

    Source:
        The size of k: H20 sales of 10 to 16 of 200 bn USD against a fall of 7 to 10 %,
        and ASML's China share of a third against a shift of probability of 0.15.
    """
    return -response * margin_ratio * (after - before)


def revaluation(
    surprise: PerDraw, ai_share: Amounts | float, response: PerDraw
) -> Amounts:
    """Return the log return of a share on a surprise in the efficiency of AI.

    r = -s a u: demand for compute is expected to fall by s for each log point by which
    the same result takes less compute than was thought.

    Args:
        surprise: u, log of compute thought to be needed over compute needed.
        ai_share: a, share of revenue that comes from AI compute, in [0, 1].
        response: s, log of expected demand lost per log point.
    """
    return -response * ai_share * surprise


def simple_return(log_return: Amounts) -> Amounts:
    """Return a log return as a simple one: never below -1."""
    return np.expm1(log_return)
