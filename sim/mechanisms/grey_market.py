"""M8. Brokers: what is diverted, at what markup, and what is seized."""

import numpy as np

from sim.domain.ensemble import PerDraw

_NEWTON_STEPS = 6
_LOG_PREMIUM_RANGE = (-12.0, 4.0)


def clearing_markup(
    *, spending: PerDraw, price: PerDraw, capacity: PerDraw, elasticity: PerDraw
) -> PerDraw:
    """Return the markup m at which brokers supply what buyers can pay for.

    Supply k (m - 1)^e meets demand B / (p m). With x = m - 1 this is
    e ln x + ln(1 + x) = ln(B / (p k)), which Newton's method solves in a fixed number
    of steps, so that a draw's answer does not depend on its neighbours.

    Args:
        spending: B, what buyers would spend in the month, USD million.
        price: p, price of the chip abroad, USD million a unit.
        capacity: k, units a month at a markup of 2.
        elasticity: e, of supply to the premium over the price abroad.
    """
    wanted = np.maximum(spending / price, 1e-9) / np.maximum(capacity, 1e-9)
    target = np.log(wanted)
    log_premium = target / (elasticity + 1.0)
    for _ in range(_NEWTON_STEPS):
        premium = np.exp(log_premium)
        gap = elasticity * log_premium + np.log1p(premium) - target
        slope = elasticity + premium / (1.0 + premium)
        log_premium = np.clip(log_premium - gap / slope, *_LOG_PREMIUM_RANGE)
    return 1.0 + np.exp(log_premium)


def diverted(
    capacity: PerDraw, premium: PerDraw, elasticity: PerDraw, hub_imports: PerDraw
) -> PerDraw:
    """Return units a broker buys to divert: k (m - 1)^e, at most what its hub can hide.

    Args:
        capacity: k, units a month at a markup of 2.
        premium: m - 1.
        elasticity: e.
        hub_imports: units of the hub's imports that can vanish in a month.
    """
    return np.minimum(capacity * premium**elasticity, hub_imports)


def entrants(
    capacity: PerDraw,
    *,
    premium: PerDraw,
    usual_premium: PerDraw,
    entry_rate: PerDraw,
    room: PerDraw,
) -> PerDraw:
    """Return brokers' capacity after a month of entry.

    k <- k (1 + entry (premium / usual premium) room): profit draws in entrants until
    the hub's flow is as large as can be hidden (room = 0).
    """
    return capacity * (1.0 + entry_rate * premium / usual_premium * room)


def seizure_probability(
    base: PerDraw,
    *,
    officers: PerDraw | float,
    budget: PerDraw | float,
    location_verification: PerDraw | float,
    verification_power: PerDraw,
) -> PerDraw:
    """Return the share of diverted chips that is seized or stopped, in [0, 0.95].

    p = p0 officers^0.5 budget^0.5, and of what gets through, location verification
    stops the share of chips that carry it times its power.

    Args:
        base: p0, share interdicted at today's enforcement.
        officers: export control officers abroad, over today's number.
        budget: enforcement budget, over today's.
        location_verification: share of chips shipped that report where they are.
        verification_power: share of diverted chips with verification that it stops.
    """
    stopped = np.minimum(base * np.sqrt(officers * budget), _MOST_SEIZED)
    verified = location_verification * verification_power
    return np.minimum(stopped + (1.0 - stopped) * verified, _MOST_SEIZED)


_MOST_SEIZED = 0.95
