"""M22: what a designer does not sell in one market reaches another, at a price."""

import numpy as np
import pytest
from hypothesis import given

from sim.mechanisms.world_market import (
    price_with_levy,
    supply_over_demand,
    world_price,
)
from tests.strategies import amounts, each, per_draw, shares

BOUNDS = (0.5, 2.0)


def price(left, usual, waiting, elasticity):
    over_demand = supply_over_demand(left, usual, waiting)
    return world_price(over_demand, elasticity, BOUNDS)


def test_what_is_left_over_reaches_those_who_wait_before_the_price_falls():
    found = price(
        each(100.0, 120.0, 240.0, 50.0, 0.0, 5.0),
        each(100.0, 100.0, 100.0, 100.0, 100.0, 0.0),
        np.full(6, 0.2),
        np.full(6, 2.0),
    )
    np.testing.assert_allclose(found, [1.0, 1.0, 0.5**0.5, 2.0**0.5, 2.0, 1.0])


@given(amounts(), amounts(), amounts(), per_draw(0.0, 1.0), per_draw(0.5, 3.0))
def test_the_more_is_left_the_lower_is_the_price(
    left, more, usual, waiting, elasticity
):
    before = price(left, usual, waiting, elasticity)
    after = price(left + more, usual, waiting, elasticity)
    assert np.all(after <= before)
    assert np.all((before >= BOUNDS[0]) & (before <= BOUNDS[1]))


@given(per_draw(0.0, 0.9), shares(), shares())
def test_a_levy_is_borne_by_both_and_the_more_by_the_buyer_the_more_is_passed_on(
    levy, one, other
):
    less, more = np.minimum(one, other), np.maximum(one, other)
    buyer = price_with_levy(levy, more)
    assert np.all(buyer >= price_with_levy(levy, less))
    assert np.all(buyer >= 1.0)
    assert np.all(buyer * (1.0 - levy) <= 1.0 + 1e-12)


def test_a_levy_that_is_all_passed_on_leaves_the_seller_what_it_had():
    kept = price_with_levy(each(0.25), each(1.0)) * 0.75
    assert kept == pytest.approx(1.0)
