"""M10 and M11: training compute, induced efficiency, and the lag."""

import numpy as np
from hypothesis import given

from sim.mechanisms.capability import (
    SECONDS_PER_MONTH,
    compute_gap,
    constrained_growth,
    development_fleet,
    frontier_lag,
    induced_efficiency,
    released_gap,
    research_compute,
    run_compute,
    serving_share,
)
from tests.strategies import each, per_draw, shares


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


# --- compute in parts -----------------------------------------------------------------


def test_half_of_a_fleet_that_serves_becomes_three_quarters_after_ln_3():
    now = serving_share(each(0.5), growth=each(np.log(3.0)), years=1.0)
    np.testing.assert_allclose(now, 0.75)
    before = serving_share(each(0.5), growth=each(np.log(3.0)), years=-1.0)
    np.testing.assert_allclose(before, 0.25)


@given(shares(), per_draw(0.1, 4.0), per_draw(0.0, 1e6))
def test_a_laboratory_develops_with_no_more_than_its_fleet(serving, factor, fleet):
    developing = development_fleet(fleet, serving=serving, factor=factor)
    assert np.all((developing >= 0.0) & (developing <= fleet))
    fewer = development_fleet(fleet, serving=serving, factor=factor / 2.0)
    assert np.all(fewer <= developing)


def test_a_fleet_of_which_three_fifths_serve_develops_with_two_fifths():
    fleet = development_fleet(each(100.0), serving=each(0.6), factor=each(1.0))
    np.testing.assert_allclose(fleet, 40.0)


def test_run_and_research_are_a_year_of_development():
    fleet, speed = each(50.0), each(3e14)
    run = run_compute(
        fleet, fleet_share=each(0.5), months=each(3.0), flop_per_second=speed
    )
    research = research_compute(fleet, run=run, flop_per_second=speed)
    np.testing.assert_allclose(research / run, 7.0)
    year = 12.0 * SECONDS_PER_MONTH * speed * fleet
    np.testing.assert_allclose(run + research, year)


def test_two_gaps_are_weighed():
    gap = compute_gap(each(3.0), each(1.0), each(0.25))
    np.testing.assert_allclose(gap, 2.5)


@given(per_draw(-3, 8), per_draw(-3, 8), shares(), per_draw(0, 2))
def test_the_gap_lies_between_its_parts_and_grows_with_either(run, research, k, more):
    gap = compute_gap(run, research, k)
    assert np.all(gap >= np.minimum(run, research) - 1e-9)
    assert np.all(gap <= np.maximum(run, research) + 1e-9)
    assert np.all(compute_gap(run + more, research, k) >= gap - 1e-9)
    assert np.all(compute_gap(run, research + more, k) >= gap - 1e-9)


def test_a_released_model_ages_until_the_next_release():
    gap = each(1.0, 1.0)
    for month in range(4):
        released = np.array([month == 3, False])
        gap = released_gap(
            gap, gap=each(0.5, 0.5), growth=each(0.2, 0.2), released=released
        )
    np.testing.assert_allclose(gap, [0.5, 1.8])


def test_nobody_releases_a_model_that_is_worse_than_the_last():
    worse = released_gap(
        each(0.3), gap=each(2.0), growth=each(0.1), released=np.array([True])
    )
    np.testing.assert_allclose(worse, 0.4)
