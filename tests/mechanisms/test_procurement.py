"""M9: where laboratories put their money, and how their chips age."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.mechanisms.procurement import choice_shares, survivors
from tests.strategies import DRAWS, each, per_draw, shares


def test_equal_channels_share_equally():
    parts = choice_shares([each(1.0)] * 4, [each(1.0)] * 4, each(2.0))
    np.testing.assert_allclose(parts, 0.25)


def test_at_a_sensitivity_of_two_double_value_draws_four_times_the_money():
    parts = choice_shares(
        [np.log(each(2.0)), np.log(each(1.0))], [each(1.0), each(1.0)], each(2.0)
    )
    np.testing.assert_allclose(np.ravel(parts), [0.8, 0.2])


def test_a_channel_that_cannot_be_reached_gets_no_money():
    parts = choice_shares([each(5.0), each(0.0)], [each(0.0), each(1.0)], each(2.0))
    np.testing.assert_allclose(np.ravel(parts), [0.0, 1.0])


def test_where_nothing_can_be_reached_nothing_is_spent():
    parts = choice_shares([each(5.0), each(0.0)], [each(0.0), each(0.0)], each(2.0))
    np.testing.assert_array_equal(np.ravel(parts), [0.0, 0.0])


def test_attractions_far_from_zero_are_compared_by_their_differences():
    for level in (-2_000.0, 2_000.0):
        shares_of = choice_shares(
            [each(level), each(level - np.log(2.0))], [each(1.0)] * 2, each(2.0)
        )
        np.testing.assert_allclose(np.ravel(shares_of), [0.8, 0.2])


channels = st.integers(1, 4).flatmap(
    lambda many: st.tuples(
        st.lists(per_draw(-30.0, 10.0), min_size=many, max_size=many),
        st.lists(per_draw(0.01, 1.0), min_size=many, max_size=many),
    )
)


@given(channels, per_draw(1.0, 3.5))
def test_a_budget_is_spent_once(channels, sensitivity):
    parts = choice_shares(*channels, sensitivity)
    assert all(np.all(part >= 0.0) for part in parts)
    np.testing.assert_allclose(sum(parts), np.ones(DRAWS), rtol=1e-12)


@given(channels, per_draw(1.0, 3.5), shares())
def test_a_channel_that_supplies_less_never_gets_more(channels, sensitivity, left):
    attractions, reach = channels
    before = choice_shares(attractions, reach, sensitivity)[0]
    closed = [reach[0] * left, *reach[1:]]
    after = choice_shares(attractions, closed, sensitivity)[0]
    assert np.all(after <= before * (1 + 1e-12))


def test_a_yearly_failure_of_nine_percent_leaves_so_much_after_a_year():
    np.testing.assert_allclose(survivors(each(0.09)) ** 12, np.exp(-0.09))


def test_chips_that_fail_more_survive_less():
    assert survivors(each(0.135)) < survivors(each(0.09))


@given(per_draw(0.0, 6.0))
def test_no_stock_of_chips_grows_by_ageing(failure):
    kept = survivors(failure)
    assert np.all((kept > 0.0) & (kept <= 1.0))
