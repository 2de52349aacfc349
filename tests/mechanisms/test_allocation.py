"""M7: scarce output is divided in proportion, and a quota binds at its cap."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.mechanisms.allocation import fill_rate, within_quota
from tests.strategies import amounts, each, per_draw, shares

ROUNDING = 1.0 + 1e-12


def test_orders_of_ten_and_thirty_on_an_output_of_twenty_are_half_filled():
    filled = fill_rate(np.array([each(10.0, 10.0), each(30.0, 5.0)]), each(20.0, 20.0))
    np.testing.assert_array_equal(filled, [0.5, 1.0])


def test_nobody_who_orders_nothing_is_short():
    np.testing.assert_array_equal(fill_rate(np.zeros((2, 1)), each(0.0)), [1.0])


@given(st.lists(amounts(), min_size=1, max_size=4), amounts())
def test_a_seller_never_ships_more_than_it_has_nor_than_was_ordered(orders, output):
    filled = fill_rate(np.array(orders), output)
    assert np.all((filled >= 0.0) & (filled <= 1.0))
    assert np.all(sum(orders) * filled <= output * ROUNDING)


@given(st.lists(amounts(), min_size=1, max_size=4), amounts())
def test_a_seller_that_is_short_sells_all_it_has(orders, output):
    filled, wanted = fill_rate(np.array(orders), output), sum(orders)
    short = wanted > output
    np.testing.assert_allclose((wanted * filled)[short], output[short], rtol=1e-12)


@given(amounts(), amounts(), shares())
def test_more_output_never_fills_less(order, output, more):
    orders = order[np.newaxis]
    assert np.all(fill_rate(orders, output + more) >= fill_rate(orders, output))


def test_a_quota_of_fifty_lets_fifty_units_of_size_one_or_a_hundred_halves_through():
    shipped = within_quota(each(80.0, 120.0), each(1.0, 0.5), each(50.0, 50.0))
    np.testing.assert_array_equal(shipped, [50.0, 100.0])


def test_what_a_quota_does_not_count_passes():
    shipped = within_quota(each(80.0), each(0.0), each(0.0))
    np.testing.assert_array_equal(shipped, [80.0])


def test_a_quota_overdrawn_lets_nothing_through():
    assert within_quota(each(80.0), each(1.0), each(-5.0)) == 0.0


@given(amounts(), per_draw(0.01, 10.0), per_draw(-100.0, 1e6))
def test_a_quota_is_never_exceeded_and_never_adds(shipment, size, left):
    passed = within_quota(shipment, size, left)
    assert np.all((passed >= 0.0) & (passed <= shipment))
    assert np.all(passed * size <= np.maximum(left, 0.0) * ROUNDING)
