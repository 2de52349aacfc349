"""M26: the world's AI investment and firms' sales, by hand and by property."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats

from sim.mechanisms.ai_investment import monthly_scatter, next_growth, sales_ratio
from tests.strategies import each, per_draw


def test_half_of_an_unexpected_growth_is_left_after_its_half_life():
    growth = expected = each(0.03)
    growth = growth + 0.02
    for _ in range(9):
        growth = next_growth(
            growth,
            expected,
            expected,
            luck=each(0.0),
            spread=each(0.1),
            half_life=each(9.0),
        )
    np.testing.assert_allclose(growth - expected, 0.01)


@given(per_draw(-0.1, 0.1), per_draw(0.001, 0.1), per_draw(1.0, 24.0))
def test_good_luck_makes_investment_grow_faster_the_wider_its_spread(
    growth, spread, half_life
):
    still, wide, wider = (
        next_growth(
            growth,
            growth,
            growth,
            luck=each(1.0, 1.0, 1.0),
            spread=width,
            half_life=half_life,
        )
        for width in (0.0 * spread, spread, 2.0 * spread)
    )
    np.testing.assert_allclose(still, growth)
    assert np.all(wide > still)
    assert np.all(wider > wide)


def test_sales_are_what_ai_pays_for_and_the_rest():
    share, rise, growth, walk = (
        np.array([[x]]) for x in (0.2, np.log(2.0), 1.1, np.log(1.5))
    )
    ratio = sales_ratio(share, rise, growth, walk)
    np.testing.assert_allclose(ratio, 0.2 * 2.0 + 0.8 * 1.1 * 1.5)


@given(floats(0.0, 1.0), floats(0.0, 1.0), per_draw(0.01, 2.0))
def test_the_larger_the_share_of_ai_the_more_a_boom_brings(one, other, rise):
    rise = rise[None, :]
    nothing = np.zeros_like(rise)
    small, large = (np.array([[x]]) for x in sorted((one, other)))
    less = sales_ratio(small, rise, nothing + 1.0, nothing)
    more = sales_ratio(large, rise, nothing + 1.0, nothing)
    assert np.all(less >= 1.0)
    assert np.all(more >= less)
    assert np.all(sales_ratio(large, -rise, nothing + 1.0, nothing) <= 1.0)


def test_a_firm_wanders_as_its_sales_did_drawn_towards_all_firms():
    calm, lively, unknown = monthly_scatter([[0.02] * 4, [-0.2] * 4, []])
    quarter = 19.0 / 9.0
    middle = (0.02**2 + 0.2**2) / 2.0
    assert calm == pytest.approx(np.sqrt((0.02**2 + middle) / 2.0 / quarter))
    assert lively == pytest.approx(np.sqrt((0.2**2 + middle) / 2.0 / quarter))
    assert unknown == pytest.approx(np.sqrt(middle / quarter))
    assert monthly_scatter([[], []]) == [0.0, 0.0]
