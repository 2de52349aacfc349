"""Stocks, perceptions and averages that follow what they see."""

import numpy as np
import pytest
from hypothesis import given

from sim.mechanisms.adjustment import adjusted
from tests.strategies import each, per_draw, shares


def test_a_stock_goes_a_tenth_of_the_way_in_one_of_ten_months():
    np.testing.assert_allclose(adjusted(each(1.0), each(3.0), each(10.0)), 1.2)


def test_a_perception_closes_a_share_of_the_way():
    assert adjusted(each(0.2), each(0.8), each(15.0)) == pytest.approx(0.24)


def test_an_average_over_a_year_forgets_a_twelfth_a_month():
    np.testing.assert_allclose(adjusted(each(12.0), 0.0, 12.0), [11.0])


@given(shares(), shares(), per_draw(1.0, 40.0))
def test_a_stock_stays_between_what_it_was_and_its_target(was, target, months):
    now = adjusted(was, target, months)
    slack = 1e-12
    assert np.all(now >= np.minimum(was, target) - slack)
    assert np.all(now <= np.maximum(was, target) + slack)
