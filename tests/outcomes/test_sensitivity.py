"""What an effect depends on is read off the draws, and luck is not taken for it."""

import numpy as np
import pytest

from sim.outcomes.effect_drivers import Effect, drivers_of

DRAWS = 400
KEY = ("frontier_lag_months", "china")


@pytest.fixture
def luck():
    return np.random.default_rng(7)


def effect(change):
    return Effect(KEY, "months", change)


def test_an_effect_that_rises_with_one_assumption_hangs_on_it_alone(luck):
    decay, growth = luck.random(DRAWS), luck.random(DRAWS)
    change = decay**3 - 0.2
    drivers = drivers_of([effect(change)], {"decay": decay, "growth": growth})
    [driver] = drivers
    assert driver.assumption == "decay"
    assert driver.correlation == pytest.approx(1.0)
    assert driver.share == pytest.approx(1.0)
    assert driver.low == pytest.approx(
        np.median(change[decay <= np.quantile(decay, 1 / 3)])
    )
    assert driver.high > 0.0 > driver.low
    assert driver.changes_sign


def test_one_that_falls_with_it_has_a_negative_correlation(luck):
    decay = luck.random(DRAWS)
    [driver] = drivers_of([effect(-decay)], {"decay": decay})
    assert driver.correlation == pytest.approx(-1.0)
    assert not driver.changes_sign


def test_the_heaviest_comes_first(luck):
    decay, growth = luck.random(DRAWS), luck.random(DRAWS)
    change = growth + 3.0 * decay
    names = [
        driver.assumption
        for driver in drivers_of([effect(change)], {"growth": growth, "decay": decay})
    ]
    assert names == ["decay", "growth"]


def test_of_two_hundred_idle_assumptions_hardly_any_is_named(luck):
    """Each of fifty effects may name one with probability 1 %: more than 4 would be
    seen once in six hundred times."""
    assumed = {f"a{number}": luck.random(DRAWS) for number in range(200)}
    effects = [effect(luck.normal(size=DRAWS)) for _ in range(50)]
    assert len(drivers_of(effects, assumed)) <= 4


def test_what_is_fixed_or_moves_nothing_is_left_out(luck):
    decay = luck.random(DRAWS)
    fixed = np.full(DRAWS, 0.3)
    assert not drivers_of([effect(np.zeros(DRAWS))], {"decay": decay})
    assert not drivers_of([effect(decay)], {"fixed": fixed})
    assert not drivers_of([], {"decay": decay})


def test_ranks_are_looked_at_so_that_one_wild_draw_decides_nothing(luck):
    decay = luck.random(DRAWS)
    wild = decay.copy()
    wild[0] = 1e9
    [driver] = drivers_of([effect(wild)], {"decay": decay})
    assert driver.share > 0.95


def test_where_most_draws_have_one_value_the_others_are_the_ends():
    rate = np.full(DRAWS, 0.5)
    rate[:60], rate[-60:] = 0.2, 0.9
    [driver] = drivers_of([effect(10.0 * rate)], {"rate": rate})
    assert (driver.low, driver.high) == (2.0, 9.0)
