"""M14. Washington's motives: perceived threat, Congress, lobbying, minerals."""

import numpy as np
import scipy

from sim.domain.ensemble import PerDraw


def threat_of(lag: PerDraw, midpoint: PerDraw, scale: PerDraw) -> PerDraw:
    """Return the threat that a lag amounts to, in [0, 1].

    1 / (1 + exp((lag - midpoint) / scale)): a rival who is close is a threat.

    Args:
        lag: months by which China's best laboratory trails, as observed.
        midpoint: lag at which the threat is one half.
        scale: months over which it fades.
    """
    return scipy.special.expit((midpoint - lag) / scale)


def after_revelations(perceived: PerDraw, jump: PerDraw, surprises: PerDraw) -> PerDraw:
    """Return a perception after revelations: each closes a share of the gap to 1.

    x <- 1 - (1 - x)(1 - jump)^n, such as the phone chip of August 2023 or the model of
    January 2025.
    """
    return 1.0 - (1.0 - perceived) * (1.0 - jump) ** surprises


def pressure_after(
    pressure: PerDraw, *, alarm: PerDraw, weight: PerDraw, half_life: PerDraw
) -> PerDraw:
    """Return the pressure of Congress after a month: alarms add to it, it fades.

    x <- x 2^(-1/h) + weight * alarm
    """
    return pressure * np.exp2(-1.0 / half_life) + weight * alarm


def lobbying_influence(lobbying: PerDraw, base: PerDraw | float) -> PerDraw:
    """Return the influence of lobbying: ln(1 + lobbying / usual lobbying).

    Args:
        lobbying: USD million a month, by firms in proportion to revenue lost.
        base: usual spending, USD million a month.
    """
    return np.log1p(lobbying / base)


def required_stance(
    severity: PerDraw | float, *, base: PerDraw, span: PerDraw
) -> PerDraw:
    """Return the stance at which an act is as likely as not: base + span x severity."""
    return base + span * severity
