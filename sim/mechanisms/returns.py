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


def sales_lost(
    open_sales: Amounts,
    announced: Amounts,
    kept: Amounts,
    closed_sales: Amounts,
    reopened: Amounts,
) -> Amounts:
    """Return what law is expected to take of some sales; below 0 if it gives more back.

    R - [R - A]+ prod_i (1 - p_i b_i) - C [1 - prod_i (1 - q_i b_i)]: sales that a firm
    makes may be lost, sales that law has taken may come back.

    Args:
        open_sales: R, sales made.
        announced: A, what announced law takes of them; below 0 if it gives back.
        kept: prod_i (1 - p_i b_i), share that possible instruments leave, in [0, 1].
        closed_sales: C, sales that law has taken.
        reopened: 1 - prod_i (1 - q_i b_i), share expected to come back, in [0, 1].
    """
    expected = np.maximum(open_sales - announced, 0.0) * kept
    return open_sales - expected - closed_sales * reopened


def supplier_loss(ai_share: Amounts, lost: PerDraw, sold: PerDraw) -> Amounts:
    """Return the share of revenue that firms lose as designers of AI chips sell less.

    a L / S: what a firm supplies for AI compute goes the way of the sales of those who
    design the chips.

    Args:
        ai_share: a, share of each firm's revenue that AI compute brings, in [0, 1].
        lost: L, sales that all designers are expected to lose, USD million.
        sold: S, sales of AI compute of all designers, USD million.
    """
    lost_share = np.divide(lost, sold, out=np.zeros_like(lost), where=sold > 0.0)
    return ai_share * lost_share


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
