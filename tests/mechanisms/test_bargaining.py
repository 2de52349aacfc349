"""M13: whether an ally joins, in numbers worked out by hand and over all numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.mechanisms.bargaining import (
    LEANING,
    deadline_pressure,
    prefers_part,
    required_willingness,
    revenue_at_risk,
    scaled_terms,
    willingness,
)
from tests.strategies import DRAWS, amounts, each, per_draw, shares

FOR = ("security", "side payment", "coercion", "peers")
AGAINST = ("strictness", "China revenue at risk", "retaliation")


def weighed(**terms):
    """Return the terms of a decision: gains above zero, costs below."""
    return {name.replace("_", " "): value for name, value in terms.items()}


# --- by hand --------------------------------------------------------------------------


def test_willingness_is_what_speaks_for_it_less_what_speaks_against():
    terms = weighed(
        leaning=each(0.1),
        security=each(0.5),
        coercion=each(0.84),
        strictness=each(-3.0),
        China_revenue_at_risk=each(-1.2),
        retaliation=each(-0.24),
    )
    assert willingness(terms) == pytest.approx(-3.0)


def test_what_luck_asks_for_is_zero_at_half_the_rate():
    assert required_willingness(each(0.1, 0.2), each(0.2, 0.4)) == pytest.approx(
        [0.0, 0.0]
    )


def test_nothing_is_enough_where_luck_is_not_below_the_rate():
    assert np.all(required_willingness(each(0.4, 0.9), each(0.4, 0.4)) == np.inf)


def test_anything_is_enough_with_the_best_of_luck():
    assert required_willingness(each(0.0), each(0.4)) == [-np.inf]


def test_half_of_an_ultimatum_is_felt_one_half_life_before_it_ends():
    felt = deadline_pressure(each(6.0, 3.0, 0.0, -2.0), each(3.0, 3.0, 3.0, 3.0))
    assert felt == pytest.approx([0.25, 0.5, 1.0, 1.0])


def test_a_half_measure_keeps_the_leaning_and_shares_the_rest():
    whole = {LEANING: each(-0.4), "coercion": each(2.0), "strictness": each(-3.0)}
    half = scaled_terms(whole, gains=each(0.4), costs=each(0.5))
    assert {name: float(x[0]) for name, x in half.items()} == pytest.approx(
        {LEANING: -0.4, "coercion": 0.8, "strictness": -1.5}
    )


def test_a_half_measure_shares_a_small_gain_as_it_shares_a_large_one():
    terms = {"security": each(0.5), "retaliation": each(-0.5)}
    half = scaled_terms(terms, gains=each(0.4), costs=each(0.2))
    assert half["security"] == pytest.approx(0.2)
    assert half["retaliation"] == pytest.approx(-0.1)


def test_revenue_at_risk_is_a_share_and_never_more_than_all():
    risk = revenue_at_risk(each(30.0, 200.0, 5.0), each(120.0, 100.0, 0.0))
    assert risk == pytest.approx([0.25, 1.0, 0.0])


# --- over all numbers -----------------------------------------------------------------

terms = st.fixed_dictionaries(
    {
        LEANING: per_draw(-3.0, 3.0),
        **{name: per_draw(0.0, 5.0) for name in FOR},
        **{name: per_draw(-5.0, 0.0) for name in AGAINST},
    }
)


@given(terms, st.sampled_from(FOR), per_draw(0.01, 3.0))
def test_willingness_rises_with_all_that_speaks_for_it(before, name, more):
    after = before | {name: before[name] + more}
    assert np.all(willingness(after) > willingness(before))


@given(terms, st.sampled_from(AGAINST), per_draw(0.01, 3.0))
def test_willingness_falls_with_all_that_speaks_against_it(before, name, more):
    after = before | {name: before[name] - more}
    assert np.all(willingness(after) < willingness(before))


@given(per_draw(-6.0, 6.0), per_draw(0.0, 0.999), per_draw(0.05, 1.0))
def test_the_threshold_is_reached_with_the_chance_of_the_odds(willing, luck, rate):
    """Reaching it, and luck below rate / (1 + exp(-W)), are the same draws."""
    chance = rate / (1.0 + np.exp(-willing))
    clear = np.abs(luck - chance) > 1e-9
    decides = willing >= required_willingness(luck, rate)
    assert np.array_equal(decides[clear], (luck < chance)[clear])


@given(shares(), shares(), per_draw(0.05, 1.0))
def test_worse_luck_asks_for_more(one, other, rate):
    low, high = np.minimum(one, other), np.maximum(one, other)
    assert np.all(required_willingness(low, rate) <= required_willingness(high, rate))


@given(per_draw(0.0, 40.0), per_draw(0.1, 10.0), per_draw(0.5, 12.0))
def test_pressure_grows_as_the_deadline_nears(left, sooner, half_life):
    far = deadline_pressure(left + sooner, half_life)
    near = deadline_pressure(left, half_life)
    assert np.all((far > 0.0) & (far < near) & (near <= 1.0))


@given(amounts(), amounts(), amounts())
def test_revenue_at_risk_rises_with_what_is_lost(lost, more, revenue):
    less, risk = revenue_at_risk(lost, revenue), revenue_at_risk(lost + more, revenue)
    assert np.all((less >= 0.0) & (less <= risk) & (risk <= 1.0))


@given(terms, shares(), shares())
def test_a_half_measure_never_turns_a_gain_into_a_cost(whole, gains, costs):
    half = scaled_terms(whole, gains, costs)
    assert all(np.all(half[x] >= 0.0) and np.all(half[x] <= whole[x]) for x in FOR)
    assert all(np.all(half[x] <= 0.0) and np.all(half[x] >= whole[x]) for x in AGAINST)


@given(per_draw(-5.0, 5.0), per_draw(-5.0, 5.0))
def test_the_half_measure_is_preferred_only_where_it_is_liked_better(whole, part):
    assert np.array_equal(prefers_part(whole, part), part > whole)
    assert not prefers_part(np.zeros(DRAWS), np.zeros(DRAWS)).any()
