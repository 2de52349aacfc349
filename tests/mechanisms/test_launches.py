"""M4: launches come forward with need, and slip where lines stand still."""

import numpy as np
from hypothesis import given

from sim.mechanisms.launches import speed_of_development
from tests.strategies import each, per_draw


def speed(worth, running, response, *, planned=2.0, running_planned=0.8):
    """Return months of development done in a month."""
    return speed_of_development(
        worth=worth,
        worth_planned=np.full_like(worth, planned),
        running=running,
        running_planned=running_planned,
        response=response,
    )


def test_speed_by_hand():
    """Fourfold worth, as planned, half of the wafers, and more wafers than planned."""
    done = speed(
        each(8.0, 2.0, 2.0, 2.0), each(0.8, 0.8, 0.4, 0.9), each(0.5, 0.5, 0.5, 0.5)
    )
    np.testing.assert_allclose(done, [2.0, 1.0, 0.5, 1.0])


POSITIVE = per_draw(0.01, 10.0)


@given(POSITIVE, per_draw(0.01, 1.0), POSITIVE)
def test_more_need_never_delays_and_fewer_wafers_never_hasten(worth, running, more):
    response = np.full(3, 0.2)
    usual = speed(worth, running, response)
    needed = speed(worth + more, running, response)
    fewer = speed(worth, running / (1.0 + more), response)
    assert np.all(needed >= usual)
    assert np.all(fewer <= usual)
    assert np.all((fewer > 0.0) & (needed <= 4.0**0.2 * (1.0 + 1e-12)))
