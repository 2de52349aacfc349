"""What actors expect of the law."""

import numpy as np
from hypothesis import given

from sim.mechanisms.belief import after_news, faded
from tests.strategies import each, per_draw, shares


def test_news_closes_its_share_of_the_doubt_that_is_left():
    np.testing.assert_allclose(after_news(each(0.0, 0.6), 0.25), [0.25, 0.7])


def test_a_belief_halves_in_its_half_life():
    belief = each(0.8)
    for _ in range(14):
        belief = faded(belief, each(14.0))
    np.testing.assert_allclose(belief, 0.4)


@given(shares(), shares())
def test_bad_news_never_calms_and_never_makes_more_than_certain(belief, jump):
    after = after_news(belief, jump)
    assert np.all((after >= belief - 1e-15) & (after <= 1.0 + 1e-15))


@given(shares(), per_draw(0.5, 60.0))
def test_a_quiet_month_never_frightens(belief, half_life):
    after = faded(belief, half_life)
    assert np.all((after >= 0.0) & (after <= belief))
