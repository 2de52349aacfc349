"""M12. Engineers and researchers: who leaves, who stays, and how fast work goes."""

import numpy as np

from sim.domain.ensemble import Amounts, PerDraw, share
from sim.domain.months import MONTHS_A_YEAR


def let_go(staff: Amounts, posts: Amounts, months: PerDraw) -> Amounts:
    """Return field engineers whom a vendor lets go in a month, persons.

    [F - N]+ / months: those whom law keeps from the fabs that they served are not
    dismissed in a day, since the law may change and other customers may need them.

    Args:
        staff: F, field engineers of the vendor in China, persons.
        posts: N, those whom the tools it may still serve take, persons.
        months: mean time for which one without a post is kept on.

    Source:
        Judgement. At Fujian Jinhua 0.67 of 300 engineers of the partner were gone three
        months after the listing of October 2018 (silicon.co.uk, FT).
    """
    return np.maximum(staff - posts, 0.0) / months


def hired_locally(leaving: Amounts, expatriates: PerDraw, hired: PerDraw) -> Amounts:
    """Return those who leave a vendor and go on to Chinese firms, persons.

    (1 - x) h of them: expatriates go home for good, and of the others a part leaves
    the trade.

    Args:
        leaving: who leave the vendor, persons.
        expatriates: x, share of them who are no Chinese nationals, in [0, 1].
        hired: h, share of the nationals whom Chinese firms hire, in [0, 1].
    """
    return leaving * (1.0 - expatriates) * hired


def hired_away(
    *, lost: Amounts, filled: Amounts, yearly: PerDraw, staff: Amounts
) -> Amounts:
    """Return engineers whom fabs hire away from a vendor in a month, persons.

    min(F, k [U - L]+ / 12): fabs fill the posts that law left empty with those who
    used to come.

    Args:
        lost: U, posts at fabs whose service law stops, persons.
        filled: L, engineers of the vendor who hold such posts by now, persons.
        yearly: k, share of the empty posts that they fill in a year.
        staff: F, who can be hired away, persons.

    Source:
        Judgement. Former engineers of American vendors at Chinese fabs are reported
        since October 2022 (FT, December 2025).
    """
    wanted = np.maximum(lost - filled, 0.0) * yearly / MONTHS_A_YEAR
    return np.minimum(wanted, staff)


def called_back(freed: Amounts, denied: Amounts, before: Amounts) -> Amounts:
    """Return engineers freed by law whom the vendor takes back in a month, persons.

    L [1 - d / d0]+: where law lets a part of the service in again, the same part of
    those who had left over it returns.

    Args:
        freed: L, engineers at Chinese fabs who had to leave the vendor, persons.
        denied: d, share of its service that law stops now, in [0, 1].
        before: d0, the same a month before.
    """
    return freed * np.where(denied < before, 1.0 - share(denied, before), 0.0)


def local_cover(
    *, settled: Amounts, freed: Amounts, posts: Amounts, lost: Amounts
) -> Amounts:
    """Return a vendor's former engineers per post, in the fabs that lost its service.

    X / W + L / U: those who left of their own will work in all fabs equally, those whom
    law freed in the fabs that lost them. Nothing of the second kind where nothing is
    lost.

    Args:
        settled: X, former engineers who left of their own will, persons.
        freed: L, former engineers who left because of the law, persons.
        posts: W, field engineers whom all the vendor's tools in China take, persons.
        lost: U, posts whose service law stops, persons.
    """
    return share(settled, posts) + share(freed, lost)


def speed(stock: Amounts, usual: Amounts, elasticity: PerDraw) -> Amounts:
    """Return how fast work goes, over its usual speed: (S / S_usual)^e.

    1 where the stock follows its usual course, and where nobody is usual.

    Args:
        stock: S, people for a task.
        usual: S_usual, as many as there would be in the usual course of things.
        elasticity: e, below 1 where people get in each other's way.

    Source:
        Jones (1995), 'R&D-based models of economic growth': output of research rises
        less than in proportion to researchers.

    Example:
        >>> float(speed(np.array([4.0]), np.array([1.0]), np.array([0.5]))[0])
        2.0
    """
    return np.where(usual > 0.0, share(stock, usual), 1.0) ** elasticity


def intake(
    *, usual_intake: PerDraw, stock: PerDraw, usual: PerDraw, months: PerDraw
) -> PerDraw:
    """Return graduates who join in a month, persons.

    The usual number, and [S_usual - S]+ / months in place of those who went for
    reasons that are not usual.

    Args:
        usual_intake: graduates who join in the usual course of things.
        stock: S, people in the posts.
        usual: S_usual.
        months: in which a post is filled again and its holder trained.
    """
    return usual_intake + np.maximum(usual - stock, 0.0) / months


def recalled(
    stock: PerDraw, foreign: PerDraw, stopped: PerDraw, most_stopped: PerDraw
) -> PerDraw:
    """Return foreign persons at Chinese firms whom their own law makes leave, persons.

    p S [b - b_max]+: each step by which the law is harder than ever before takes its
    share of them, once.

    Args:
        stock: S, people at the firms.
        foreign: p, share of them who are bound by that law, in [0, 1].
        stopped: b, share of their work that the law stops now, in [0, 1].
        most_stopped: b_max, the most that it stopped in any month before.

    Source:
        15 CFR 744.6(c)(2) of October 2022; at least 43 American executives worked for
        16 listed Chinese chip firms (recalled, WSJ).
    """
    return stock * foreign * np.maximum(stopped - most_stopped, 0.0)


def returned(abroad: PerDraw, yearly: PerDraw, restriction: PerDraw) -> PerDraw:
    """Return people who come home in a month beyond the usual number, persons.

    r c A / 12.

    Args:
        abroad: A, Chinese of the trade who work abroad, persons.
        yearly: r, share who return in a year besides, once they are not wanted.
        restriction: c, how restrictive the law abroad is, in [0, 1].
    """
    return abroad * yearly * restriction / MONTHS_A_YEAR
