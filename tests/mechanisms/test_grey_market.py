"""M8: brokers, the markup that clears, and what is seized."""

import numpy as np
from hypothesis import given

from sim.mechanisms.grey_market import (
    clearing_markup,
    diverted,
    entrants,
    seizure_probability,
)
from tests.strategies import each, per_draw, shares

MOST_SEIZED = 0.95


def cleared(spending, price=0.03, capacity=1_000.0, elasticity=1.5):
    return clearing_markup(
        spending=each(spending),
        price=each(price),
        capacity=each(capacity),
        elasticity=each(elasticity),
    )


def test_money_for_a_thousand_chips_at_double_price_meets_a_capacity_of_a_thousand():
    np.testing.assert_allclose(cleared(1_000 * 0.03 * 2.0), 2.0)


@given(
    per_draw(1e-3, 1_000.0),
    per_draw(0.01, 0.06),
    per_draw(100.0, 50_000.0),
    per_draw(0.8, 3.0),
)
def test_at_the_markup_supply_meets_demand(tightness, price, capacity, elasticity):
    """Excess demand is nil to a hundred-thousandth, for markups up to fifty.

    Tightness is what buyers could pay for at the price abroad over what brokers supply
    at a markup of two.
    """
    spending = tightness * price * capacity
    markup = clearing_markup(
        spending=spending, price=price, capacity=capacity, elasticity=elasticity
    )
    supply = capacity * (markup - 1.0) ** elasticity
    demand = spending / (price * markup)
    np.testing.assert_allclose(supply, demand, rtol=1e-5)


@given(per_draw(1.0, 5_000.0), per_draw(0.0, 1_000.0))
def test_more_money_or_fewer_brokers_raise_the_markup(spending, more):
    def markup(money, capacity):
        return clearing_markup(
            spending=money,
            price=np.full(3, 0.03),
            capacity=capacity,
            elasticity=np.full(3, 1.5),
        )

    many, few = np.full(3, 2_000.0), np.full(3, 1_000.0)
    assert np.all(markup(spending + more, many) >= markup(spending, many) - 1e-12)
    assert np.all(markup(spending, few) >= markup(spending, many) - 1e-12)


def test_without_money_or_without_brokers_the_markup_is_still_a_number():
    assert np.isfinite(cleared(0.0)).all()
    assert np.isfinite(cleared(100.0, capacity=0.0)).all()


def test_a_broker_diverts_its_capacity_at_double_price_if_the_hub_can_hide_it():
    bought = diverted(
        each(900.0, 900.0), each(1.0, 1.0), each(1.5, 1.5), each(5_000.0, 600.0)
    )
    np.testing.assert_array_equal(bought, [900.0, 600.0])


def test_at_no_premium_nobody_diverts():
    assert diverted(each(900.0), each(0.0), each(1.5), each(5_000.0)) == 0.0


@given(per_draw(0.0, 1e4), per_draw(0.0, 2.0), per_draw(0.0, 1.0), per_draw(0.0, 1e4))
def test_a_higher_premium_never_diverts_less(capacity, premium, higher, hidden):
    elasticity = np.full(3, 1.5)
    low = diverted(capacity, premium, elasticity, hidden)
    high = diverted(capacity, premium + higher, elasticity, hidden)
    assert np.all((high >= low) & (high <= hidden))


def grown(room):
    return entrants(
        each(1_000.0),
        premium=each(0.5),
        usual_premium=each(0.5),
        entry_rate=each(0.19),
        room=each(room),
    )


def test_at_the_usual_premium_entry_is_at_its_usual_rate_while_there_is_room():
    np.testing.assert_allclose(grown(room=1.0), 1_190.0)


def test_nobody_enters_a_hub_that_can_hide_no_more():
    assert grown(room=0.0) == 1_000.0


def seized(base=0.02, officers=1.0, budget=1.0, verified=0.0, power=0.6):
    return seizure_probability(
        each(base),
        officers=officers,
        budget=budget,
        location_verification=verified,
        verification_power=each(power),
    )


def test_at_todays_enforcement_the_base_share_is_seized():
    np.testing.assert_allclose(seized(), 0.02)


def test_four_times_the_officers_seize_twice_as_much():
    np.testing.assert_allclose(seized(officers=4.0), 0.04)


def test_verification_stops_its_share_of_what_gets_through():
    np.testing.assert_allclose(seized(verified=0.5), 0.02 + 0.98 * 0.3)


def test_nobody_can_seize_everything():
    assert seized(base=0.9, officers=100.0, verified=1.0, power=1.0) == MOST_SEIZED


@given(shares(), per_draw(0.0, 10.0), per_draw(0.0, 10.0), shares(), shares())
def test_the_seized_share_is_a_share(base, officers, budget, verified, power):
    probability = seizure_probability(
        base,
        officers=officers,
        budget=budget,
        location_verification=verified,
        verification_power=power,
    )
    assert np.all((probability >= 0.0) & (probability <= MOST_SEIZED))
