"""M9: where laboratories put their money, and how their chips age."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.mechanisms import procurement
from sim.mechanisms.procurement import budget_response, survivors, top_up
from tests.strategies import DRAWS, each, per_draw, shares


def choice_shares(attractions, reach, sensitivity):
    """Return the shares of channels that are given as lists."""
    return procurement.choice_shares(
        np.array(attractions), np.array(reach), sensitivity
    )


def inclusive_value(attractions, reach, sensitivity):
    """Return the worth of a choice among channels that are given as lists."""
    return procurement.inclusive_value(
        np.array(attractions), np.array(reach), sensitivity
    )


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


def test_a_channel_that_a_buyer_does_not_use_leaves_the_choice_of_the_others_alone():
    """The second buyer, in the second row, does not use the first channel."""
    attractions = np.array([[each(9.0), each(-np.inf)], [each(1.0)] * 2])
    reach = np.array([[each(1.0), each(1.0)], [each(0.25)] * 2])
    parts = procurement.choice_shares(attractions, reach, each(2.0))
    np.testing.assert_array_equal(parts[:, 1, 0], [0.0, 1.0])
    value = procurement.inclusive_value(attractions, reach, each(2.0))[1]
    alone = inclusive_value([each(1.0)], [each(0.25)], each(2.0))
    np.testing.assert_array_equal(value, alone)


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


def test_one_channel_that_delivers_is_worth_its_value_per_dollar():
    value = inclusive_value([np.log(each(30.0))], [each(1.0)], each(2.0))
    np.testing.assert_allclose(value, 30.0)


def test_at_a_sensitivity_of_two_a_quarter_of_the_supply_halves_the_value():
    value = inclusive_value([np.log(each(30.0))], [each(0.25)], each(2.0))
    np.testing.assert_allclose(value, 15.0)


@given(st.lists(per_draw(-3, 5), min_size=1, max_size=4), shares(), per_draw(0.5, 4))
def test_a_dollar_is_worth_more_the_more_is_to_be_had(attractions, reach, sensitivity):
    supply = [reach] * len(attractions)
    value = inclusive_value(attractions, supply, sensitivity)
    more = inclusive_value(attractions, [np.sqrt(reach)] * len(supply), sensitivity)
    dearer = inclusive_value([u - 0.5 for u in attractions], supply, sensitivity)
    assert np.all(value <= more * (1.0 + 1e-9))
    np.testing.assert_allclose(dearer, value * np.exp(-0.5), rtol=1e-9, atol=1e-300)


def test_a_budget_settles_at_the_elasticity_times_the_log_of_value():
    response = each(0.0)
    for _ in range(400):
        response = budget_response(
            response, value=each(2.0), elasticity=each(0.5), months=each(12.0)
        )
    np.testing.assert_allclose(response, 0.5 * np.log(2.0))


@given(per_draw(0.02, 5.0), per_draw(1.0, 3.0), per_draw(-0.3, 0.8))
def test_a_budget_moves_with_the_sign_of_its_elasticity(value, times, elasticity):
    less, more = (
        budget_response(
            np.zeros(3), value=x, elasticity=elasticity, months=np.full(3, 12.0)
        )
        for x in (value, value * times)
    )
    assert np.all((more - less) * elasticity >= -1e-12)


def test_a_lag_a_year_longer_than_usual_adds_six_tenths_and_a_shorter_one_nothing():
    np.testing.assert_allclose(top_up(each(12.0, -5.0), each(0.6, 0.6)), [0.6, 0.0])
