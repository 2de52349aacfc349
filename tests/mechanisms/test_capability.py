"""M10 and M11: training compute, induced efficiency, and the lag."""

import numpy as np
from hypothesis import given

from sim.mechanisms.capability import (
    constrained_growth,
    frontier_lag,
    induced_efficiency,
    run_compute,
)
from tests.strategies import each, per_draw


def test_a_thousand_h100_for_three_months_make_about_three_septillion_flop():
    run = run_compute(
        each(10_000.0),
        fleet_share=each(0.1),
        months=each(3.0),
        flop_per_second=each(4e14),
    )
    np.testing.assert_allclose(run, 1_000 * 3 * 30.4375 * 86_400 * 4e14)


def test_induced_efficiency_settles_at_elasticity_times_the_log_gap():
    efficiency = each(0.0)
    for _ in range(400):
        efficiency = induced_efficiency(
            efficiency, log_gap=each(2.0), elasticity=each(0.5), months=each(12.0)
        )
    np.testing.assert_allclose(efficiency, 1.0)


def test_scarcity_takes_months_to_teach():
    first = induced_efficiency(
        each(0.0), log_gap=each(2.0), elasticity=each(0.5), months=each(12.0)
    )
    np.testing.assert_allclose(first, 1.0 / 12.0)


@given(per_draw(-2.0, 2.0), per_draw(-5.0, 5.0), per_draw(0.0, 1.0), per_draw(1, 24))
def test_a_laboratory_ahead_is_taught_nothing_by_scarcity(now, gap, elasticity, months):
    after = induced_efficiency(now, log_gap=gap, elasticity=elasticity, months=months)
    target = elasticity * np.maximum(gap, 0.0)
    assert np.all(np.abs(after - target) <= np.abs(now - target) + 1e-12)


@given(per_draw(0.0, 5.0), per_draw(0.0, 2.0), per_draw(0.1, 0.9))
def test_a_wider_gap_never_teaches_less(gap, wider, elasticity):
    def learnt(log_gap):
        return induced_efficiency(
            np.zeros(3), log_gap=log_gap, elasticity=elasticity, months=np.full(3, 12.0)
        )

    assert np.all(learnt(gap + wider) >= learnt(gap))


def test_a_tenfold_gap_at_fourfold_growth_a_year_is_twenty_months():
    lag = frontier_lag(np.log(each(10.0)), np.log(each(4.0)) / 12.0)
    np.testing.assert_allclose(lag, 19.93, rtol=1e-3)


def test_who_is_ahead_has_a_negative_lag():
    assert frontier_lag(each(-0.5), each(0.1)) == -5.0


@given(per_draw(-5.0, 10.0), per_draw(0.0, 2.0), per_draw(0.05, 0.3))
def test_the_lag_grows_with_the_gap_and_shrinks_as_the_frontier_speeds_up(
    gap, wider, growth
):
    assert np.all(frontier_lag(gap + wider, growth) >= frontier_lag(gap, growth))
    faster = frontier_lag(np.abs(gap), growth * 2.0)
    assert np.all(faster <= frontier_lag(np.abs(gap), growth))


def test_runs_grow_as_wished_until_the_supply_of_chips_binds():
    growth = constrained_growth(each(0.1, 0.1), each(0.12, 0.04), each(0.02, 0.02))
    np.testing.assert_allclose(growth, [0.1, 0.06])
