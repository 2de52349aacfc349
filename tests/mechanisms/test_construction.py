"""M18: capacity is wanted, started and completed."""

import numpy as np
import pytest
from hypothesis import given

from sim.mechanisms.construction import (
    construction_started,
    mean_worth,
    months_to_use_stock,
    need_when_completed,
    speed_of_investment,
)
from tests.strategies import DRAWS, amounts, each, per_draw


def test_makers_build_for_the_orders_that_they_expect():
    need = need_when_completed(
        each(100.0), expected_growth=each(2.0), months=each(18.0)
    )
    assert need == pytest.approx(100.0 * 2.0**1.5)


def test_speed_is_the_growth_at_cost_where_a_unit_is_worth_its_cost():
    speed = speed_of_investment(
        each(1.0, 4.0, 100.0),
        growth_at_cost=np.full(3, 2.0),
        most=9.0,
        eta=np.full(3, 0.5),
    )
    np.testing.assert_allclose(speed * 12.0, np.log(2.0) * each(1.0, 2.0, 3.0))


@given(per_draw(0.0, 20.0), per_draw(0.0, 5.0), per_draw(0.1, 1.5))
def test_a_dearer_unit_is_built_no_slower_and_its_stock_used_no_later(q, more, eta):
    def speed(worth):
        return speed_of_investment(
            worth, growth_at_cost=np.full(DRAWS, 1.8), most=10.0, eta=eta
        )

    def months(worth):
        return months_to_use_stock(worth, months_at_cost=48.0, most=10.0, eta=eta)

    assert np.all(speed(q + more) >= speed(q))
    assert np.all(months(q + more) <= months(q))
    assert np.all(months(q) <= 48.0)


@given(amounts(), amounts(), amounts(), per_draw(1.0, 20.0), per_draw(0.0, 0.3))
def test_no_more_is_started_than_lacks_or_than_speed_allows(
    wanted, capacity, building, months, speed
):
    started = construction_started(
        wanted=wanted,
        capacity=capacity,
        under_construction=building,
        months_to_adjust=months,
        fastest=speed,
    )
    assert np.all(started >= 0.0)
    assert np.all(started <= np.maximum(wanted - capacity - building, 0.0))
    assert np.all(started <= speed * (capacity + building))


@given(amounts(), amounts(), per_draw(0.0, 10.0), per_draw(0.0, 10.0))
def test_a_mean_worth_lies_between_those_of_buyers_who_order(one, two, a, b):
    mean = mean_worth([one, two], [a, b])
    ordered = one + two > 0.0
    assert np.all(mean[~ordered] == 0.0)
    assert np.all(mean[ordered] >= np.minimum(a, b)[ordered] * (1.0 - 1e-9))
    assert np.all(mean[ordered] <= np.maximum(a, b)[ordered] * (1.0 + 1e-9))
