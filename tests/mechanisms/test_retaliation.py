"""M15: what moves Beijing, and what its minerals do abroad."""

import numpy as np
import pytest
from hypothesis import given

from sim.mechanisms.retaliation import (
    mineral_price,
    resentment_after,
    stocks_after,
    strength_at_home,
)
from tests.strategies import amounts, each, per_draw, shares

DEAREST = 8.0


def test_resentment_halves_in_its_half_life_and_grows_by_what_was_done():
    after = resentment_after(
        each(1.0, 0.0), severity=each(0.0, 0.6), half_life=each(1, 1)
    )
    assert after == pytest.approx([0.5, 0.6])


def test_strength_is_the_part_of_compute_made_at_home():
    assert strength_at_home(each(3.0, 5.0, 0.0), each(1.0, 0.0, 0.0)) == pytest.approx(
        [0.75, 1.0, 0.0]
    )


def test_resentment_fades_by_its_half_life():
    after = resentment_after(each(1.0), severity=each(0.0), half_life=each(2.0))
    assert after == pytest.approx(2.0**-0.5)


def test_a_small_market_has_a_share_made_at_home_too():
    assert strength_at_home(each(0.3), each(0.2)) == pytest.approx(0.6)


def test_stocks_bridge_a_pause():
    """With stocks for four months, two months without shipments leave 9/16."""
    left = stocks_after(stocks_after(each(1.0), each(0.0), each(4.0)), each(0), each(4))
    assert left == pytest.approx(9 / 16)


def test_the_price_of_a_case_worked_by_hand():
    """Half the supply at an elasticity of one half is four times the price."""
    assert mineral_price(each(1.0, 0.5), each(0.5, 0.5), DEAREST) == pytest.approx(
        [1.0, 4.0]
    )


def test_no_supply_at_all_is_as_dear_as_it_gets():
    assert mineral_price(each(0.0), each(0.7), DEAREST) == pytest.approx(DEAREST)


@given(per_draw(0, 9), per_draw(0, 3), per_draw(0.01, 3), per_draw(1.0, 30.0))
def test_graver_moves_are_resented_more_and_all_is_forgotten(x, bite, more, life):
    one = resentment_after(x, severity=bite, half_life=life)
    graver = resentment_after(x, severity=bite + more, half_life=life)
    calm = resentment_after(x, severity=np.zeros(3), half_life=life)
    assert np.all((graver > one) & (calm <= x) & (calm >= 0.0))


@given(amounts(), amounts(), amounts())
def test_strength_rises_with_what_is_made_at_home(domestic, more, foreign):
    before = strength_at_home(domestic, foreign)
    after = strength_at_home(domestic + more, foreign)
    assert np.all((before >= 0.0) & (before <= after + 1e-12) & (after <= 1.0))


@given(shares(), shares(), per_draw(1.0, 12.0))
def test_stocks_stay_between_what_was_and_what_comes(stocked, shipped, months):
    now = stocks_after(stocked, shipped, months)
    assert np.all(now >= np.minimum(stocked, shipped) - 1e-12)
    assert np.all(now <= np.maximum(stocked, shipped) + 1e-12)


@given(shares(), shares(), per_draw(0.3, 2.0))
def test_scarcer_is_dearer_within_bounds(one, other, elasticity):
    less, more = np.minimum(one, other), np.maximum(one, other)
    dear = mineral_price(less, elasticity, DEAREST)
    cheap = mineral_price(more, elasticity, DEAREST)
    assert np.all((cheap >= 1.0 - 1e-12) & (cheap <= dear))
    assert np.all(dear <= DEAREST * (1.0 + 1e-9))


@given(per_draw(0.05, 0.95), per_draw(0.3, 1.0), per_draw(0.1, 1.0))
def test_price_moves_less_where_demand_is_more_elastic(stocked, elasticity, more):
    stiff = mineral_price(stocked, elasticity, DEAREST)
    supple = mineral_price(stocked, elasticity + more, DEAREST)
    assert np.all(supple <= stiff + 1e-12)
