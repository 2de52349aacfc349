"""M13. Whether an ally joins: what it gains, what it loses, and when it decides."""

from collections.abc import Mapping

import numpy as np
import scipy

from sim.domain.ensemble import InDraws, PerDraw, share, total


def willingness(terms: Mapping[str, PerDraw]) -> PerDraw:
    """Return the log-odds of agreeing: gains count up, costs count down.

    W = leaning + security + side payment + coercion + peers - strictness
        - revenue at risk - retaliation, each term already weighted, costs below zero.
    """
    return total(terms.values())


def scaled_terms(
    terms: Mapping[str, PerDraw], gains: PerDraw, costs: PerDraw
) -> dict[str, PerDraw]:
    """Return the terms of a half-measure: a share of the gains and of the costs.

    Args:
        terms: weighted terms of the whole measure; the leaning is kept as it is.
        gains: share of what counts for it, in [0, 1].
        costs: share of what counts against it, in [0, 1].
    """
    return {
        name: term if name == LEANING else term * np.where(term > 0.0, gains, costs)
        for name, term in terms.items()
    }


LEANING = "leaning"
"""The term that is the same whatever a state is asked."""


def required_willingness(luck: PerDraw, rate: PerDraw) -> PerDraw:
    """Return the willingness that this month's luck requires: ln(u / (rate - u)).

    Where luck is not below the rate nothing is enough: the threshold is infinite. A
    state decides where W exceeds it: with the chance rate / (1 + exp(-W)).
    """
    odds = np.where(luck < rate, luck / rate, 1.0)
    return scipy.special.logit(odds)


def revenue_at_risk(lost: PerDraw, revenue: PerDraw) -> PerDraw:
    """Return what joining costs a state's firms, as a share of all their revenue.

    Args:
        lost: revenue from lines into China that the act would close and that are open
            today, USD million.
        revenue: all the revenue of the state's firms, USD million.
    """
    return np.minimum(share(lost, revenue), 1.0)


def deadline_pressure(months_left: PerDraw | float, half_life: PerDraw) -> PerDraw:
    """Return the pressure of an ultimatum, in [0, 1]: 2^(-months left / h).

    It doubles with every `half_life` months that pass, and is 1 at the deadline.
    """
    return np.exp2(-np.maximum(months_left, 0.0) / half_life)


def prefers_part(full: PerDraw, partial: PerDraw) -> InDraws:
    """Return the draws in which joining in part is preferred to joining in full."""
    return partial > full
