"""M4: launches come forward with need, and slip where lines stand still."""

import numpy as np
from hypothesis import given

from sim.mechanisms.launches import speed_of_development
from tests.strategies import each, per_draw


def speed(worth, then, running, running_then, response):
    """Return months of development done in a month."""
    return speed_of_development(
        worth=worth,
        worth_then=then,
        running=running,
        running_then=running_then,
        response=response,
    )


def test_speed_by_hand():
    """Fourfold worth, none then, half of the wafers, and more wafers than then."""
    done = speed(
        each(8.0, 8.0, 2.0, 2.0),
        each(2.0, 0.0, 2.0, 2.0),
        each(0.8, 0.8, 0.4, 0.9),
        each(0.8, 0.8, 0.8, 0.8),
        each(0.5, 0.5, 0.5, 0.5),
    )
    np.testing.assert_allclose(done, [2.0, 1.0, 0.5, 1.0])


POSITIVE = per_draw(0.01, 10.0)


@given(POSITIVE, POSITIVE, per_draw(0.01, 1.0), per_draw(0.01, 1.0), POSITIVE)
def test_more_need_never_delays_and_fewer_wafers_never_hasten(
    worth, then, running, running_then, more
):
    response = np.full(3, 0.2)
    usual = speed(worth, then, running, running_then, response)
    needed = speed(worth + more, then, running, running_then, response)
    fewer = speed(worth, then, running / (1.0 + more), running_then, response)
    assert np.all(needed >= usual)
    assert np.all(fewer <= usual)
    assert np.all((fewer > 0.0) & (needed <= 4.0**0.2 * (1.0 + 1e-12)))
