"""Breakthroughs: a hazard that effort raises."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.mechanisms.hazard import accrued, has_occurred, hazard_needed, monthly_rate
from tests.strategies import each, per_draw


def waited(effort, luck, months=96, median=96.0):
    hazard = np.zeros_like(luck)
    rate = monthly_rate(np.full_like(luck, median))
    for _ in range(months):
        hazard = accrued(hazard, rate=rate, effort=effort)
    return has_occurred(hazard, luck)


def test_half_of_all_worlds_have_broken_through_by_the_median():
    luck = (np.arange(1_000) + 0.5) / 1_000
    assert waited(np.ones(1_000), luck).sum() == 500


def test_with_double_effort_the_median_comes_in_half_the_time():
    luck = (np.arange(1_000) + 0.5) / 1_000
    assert waited(np.full(1_000, 2.0), luck, months=48).sum() == 500


@given(
    per_draw(0.0, 0.999),
    per_draw(0.1, 3.0),
    per_draw(0.0, 2.0),
    st.integers(0, 20),
)
def test_more_effort_never_comes_later_with_the_same_luck(luck, effort, more, months):
    """The coupling: a draw's one number of luck serves both worlds."""
    with_less = waited(effort, luck, months, median=8.0)
    with_more = waited(effort + more, luck, months, median=8.0)
    assert np.all(with_more >= with_less)


@given(per_draw(0.0, 0.999), per_draw(0.1, 3.0), st.integers(0, 20))
def test_what_has_occurred_stays(luck, effort, months):
    now = waited(effort, luck, months, median=8.0)
    assert np.all(waited(effort, luck, months + 1, median=8.0) >= now)


def test_a_breakthrough_comes_when_its_hazard_is_reached_exactly():
    luck = each(0.0, 0.25, 0.9)
    assert has_occurred(hazard_needed(luck), luck).all()


def test_a_median_of_a_month_is_a_rate_of_ln_two():
    np.testing.assert_allclose(monthly_rate(each(1.0)), np.log(2.0))
