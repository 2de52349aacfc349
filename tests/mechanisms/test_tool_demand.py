"""M5: what fabs order, what fear adds, and what the home maker gets."""

import numpy as np
import pytest
from hypothesis import given

from sim.mechanisms.tool_demand import (
    domestic_share,
    learned_quality,
    orders,
    planned_capacity,
    room_to_grow,
    sector_cycle,
    stockpile,
    used_to,
)
from tests.strategies import amounts, each, per_draw, shares


def grown(plan, growth, ceiling, sharpness):
    return planned_capacity(plan, growth, room_to_grow(plan, ceiling, sharpness))


def test_far_below_its_ceiling_a_plan_grows_at_its_rate():
    np.testing.assert_allclose(
        grown(each(10.0), each(0.05), each(1e9), each(1.0)), 10.5, rtol=1e-6
    )


def test_at_its_ceiling_a_plan_stands_still():
    assert grown(each(100.0), each(0.05), each(100.0), each(2.0)) == 100.0


def test_at_half_its_ceiling_a_logistic_plan_keeps_half_of_its_growth():
    room = room_to_grow(
        each(50.0, 50.0, 120.0), each(100.0, 100.0, 100.0), each(1.0, 2.0, 1.0)
    )
    np.testing.assert_allclose(room, [0.5, 0.75, -0.2])


@given(
    per_draw(0.1, 100.0),
    per_draw(0.0, 0.1),
    per_draw(100.0, 1_000.0),
    per_draw(1.0, 5.0),
    per_draw(0.0, 2.0),
)
def test_a_plan_grows_towards_its_ceiling_and_not_beyond(
    plan, growth, ceiling, sharpness, more
):
    after = grown(plan, growth, ceiling, sharpness)
    assert np.all((after >= plan) & (after <= ceiling))
    assert np.all(grown(plan, growth, ceiling, sharpness + more) >= after)


def test_the_sector_keeps_half_of_a_shock_for_its_half_life():
    cycle = each(1.0)
    for _ in range(12):
        cycle = sector_cycle(cycle, each(0.0), each(12.0))
    np.testing.assert_allclose(cycle, 0.5)


def test_the_spread_of_the_sector_tends_to_one():
    luck, cycle = np.random.default_rng(1), np.zeros(5_000)
    for _ in range(60):
        cycle = sector_cycle(cycle, luck.normal(size=5_000), np.full(5_000, 6.0))
    assert cycle.std() == pytest.approx(1.0, abs=0.05)
    assert cycle.mean() == pytest.approx(0.0, abs=0.05)


def test_half_of_a_new_fear_is_used_to_after_its_half_life():
    usual = each(0.0)
    for _ in range(15):
        usual = used_to(usual, each(0.8), each(15.0))
    np.testing.assert_allclose(usual, 0.4)


@given(shares(), shares(), per_draw(1.0, 60.0), per_draw(0.0, 60.0))
def test_what_is_used_to_moves_towards_fear_the_slower_the_longer_stocks_are_held(
    before, fear, half_life, more
):
    after = used_to(before, fear, half_life)
    low, high = np.minimum(before, fear), np.maximum(before, fear)
    assert np.all((after >= low - 1e-12) & (after <= high + 1e-12))
    slower = used_to(before, fear, half_life + more)
    assert np.all(np.abs(slower - before) <= np.abs(after - before) + 1e-12)


def test_a_fab_that_puts_a_half_on_a_ban_stores_half_of_its_horizon():
    assert stockpile(each(0.5), each(22.0), each(3.0)) == 33.0


def ordered(in_hand, stock=0.0):
    return orders(
        usual=each(5.0),
        need=each(100.0),
        in_hand=each(in_hand),
        wanted_stock=each(stock),
        months_to_adjust=each(8.0),
    )


def test_a_fab_with_what_it_needs_orders_the_usual_flow():
    assert ordered(in_hand=100.0) == 5.0


def test_fear_adds_orders_and_a_trough_follows():
    assert ordered(in_hand=100.0, stock=40.0) == 10.0
    assert ordered(in_hand=124.0) == 2.0


def test_nobody_returns_tools():
    assert ordered(in_hand=1_000.0) == 0.0


@given(amounts(), amounts(), amounts(), amounts(), per_draw(1.0, 24.0), amounts())
def test_orders_rise_with_need_and_fall_with_what_is_in_hand(
    usual, need, in_hand, stock, months, more
):
    def placed(need, in_hand):
        return orders(
            usual=usual,
            need=need,
            in_hand=in_hand,
            wanted_stock=stock,
            months_to_adjust=months,
        )

    assert np.all(placed(need, in_hand) >= 0.0)
    assert np.all(placed(need + more, in_hand) >= placed(need, in_hand))
    assert np.all(placed(need, in_hand + more) <= placed(need, in_hand))


def home(*, quality=0.4, fear=0.0, mandate=0.0, base=0.2):
    return domestic_share(
        base_share=each(base),
        quality=each(quality),
        base_quality=each(0.4),
        quality_response=each(2.0),
        fear=each(fear),
        fear_response=each(0.6),
        mandate=each(mandate),
    )


def test_without_news_the_home_maker_keeps_its_share():
    np.testing.assert_allclose(home(), 0.2)


def test_a_better_tool_gains_by_its_elasticity():
    np.testing.assert_allclose(home(quality=0.6), 0.2 * 1.5**2)


def test_fear_favours_home():
    np.testing.assert_allclose(home(fear=0.5), 0.2 * 1.3)


def test_a_mandate_asks_for_its_share_as_far_as_the_tools_work():
    np.testing.assert_allclose(home(mandate=0.7), 0.7 * 0.4)


def test_a_maker_that_had_no_tool_sells_what_a_mandate_asks_for():
    bought = domestic_share(
        base_share=each(0.0),
        quality=each(0.4),
        base_quality=each(0.0),
        quality_response=each(2.0),
        fear=each(0.0),
        fear_response=each(0.6),
        mandate=each(0.5),
    )
    np.testing.assert_allclose(bought, 0.2)


def test_a_fab_cannot_be_made_to_buy_what_does_not_work():
    assert home(quality=0.0, mandate=1.0, fear=1.0) == 0.0


@given(shares(), shares(), per_draw(0.1, 1.0), shares(), shares(), per_draw(0.0, 1.0))
def test_the_home_share_never_exceeds_the_quality(
    base, quality, base_quality, fear, mandate, more
):
    def part(fear):
        return domestic_share(
            base_share=base,
            quality=quality,
            base_quality=base_quality,
            quality_response=np.full(3, 2.0),
            fear=fear,
            fear_response=np.full(3, 0.6),
            mandate=mandate,
        )

    assert np.all((part(fear) >= 0.0) & (part(fear) <= quality))
    assert np.all(part(fear + more) >= part(fear))


def test_each_doubling_of_shipments_closes_its_share_of_the_gap():
    quality = learned_quality(
        each(0.2, 0.2, 0.2),
        each(100.0, 200.0, 400.0),
        each(100.0, 100.0, 100.0),
        each(0.25, 0.25, 0.25),
    )
    np.testing.assert_allclose(quality, [0.2, 0.4, 0.55])


@given(shares(), per_draw(1.0, 1e5), per_draw(0.0, 1e5), per_draw(0.0, 0.5))
def test_shipments_never_unteach_and_never_overtake(start, shipped, more, rate):
    before = learned_quality(start, shipped, np.ones(3), rate)
    after = learned_quality(start, shipped + more, np.ones(3), rate)
    assert np.all((after >= before) & (after <= 1.0))
