"""M5, M16. What actors expect of the law: announced is not effective."""

import numpy as np

from sim.domain.ensemble import Amounts, ByThing, PerDraw


def after_news(belief: PerDraw, jump: PerDraw | float) -> PerDraw:
    """Return the probability of a ban after law that makes the next one likelier.

    p <- p + jump (1 - p): each such law removes a share of the remaining doubt.
    """
    return belief + jump * (1.0 - belief)


def after_evidence(belief: PerDraw, log_odds: PerDraw | float) -> PerDraw:
    """Return a probability after news for or against a possible instrument.

    ln p/(1-p) <- ln p/(1-p) + w: what two pieces of news say adds up, whatever their
    order, and no news makes anything certain. Where w is 0 nothing moves.

    Args:
        belief: p, in [0, 1].
        log_odds: w, the weight of the evidence; below 0 it is against.

    Source:
        Bayes' rule in log-odds: Good (1950), 'Probability and the Weighing of
        Evidence'.
    """
    likelier = belief * np.exp(log_odds)
    return np.where(
        np.equal(log_odds, 0.0), belief, likelier / (1.0 - belief + likelier)
    )


def reopening(
    belief: Amounts, prior: ByThing | float, prior_of_reopening: PerDraw
) -> Amounts:
    """Return the probability that what law has closed is opened again.

    ln q/(1-q) = ln q0/(1-q0) - [ln p/(1-p) - ln p0/(1-p0)]: whatever makes further law
    less likely makes it likelier that the law that stands is taken back, by the same
    weight of evidence.

    Args:
        belief: p, probability of a further closing, in (0, 1).
        prior: p0, the same while there is no news, in (0, 1).
        prior_of_reopening: q0, probability of a reopening while there is no news.
    """
    odds = (1.0 - belief) * prior * prior_of_reopening
    against = belief * (1.0 - prior) * (1.0 - prior_of_reopening)
    return odds / (odds + against)


def faded(belief: Amounts, half_life: PerDraw, prior: PerDraw | float = 0.0) -> Amounts:
    """Return the belief after a month without news.

    Its distance from its prior halves in `half_life` months.
    """
    return prior + (belief - prior) * np.exp2(-1.0 / half_life)
