"""M4: accelerators from dies and memory."""

import numpy as np
from hypothesis import given

from sim.mechanisms.accelerators import packages, ramp
from tests.strategies import amounts, each, per_draw


def test_the_scarcer_of_dies_and_memory_rules():
    made = packages(
        dies=each(200.0, 200.0),
        stacks=each(8_000.0, 80.0),
        dies_per_package=2.0,
        stacks_per_package=8.0,
        packaging_yield=each(0.8, 0.8),
    )
    np.testing.assert_allclose(made, [80.0, 10.0])


def made_of(dies, stacks, packed):
    return packages(
        dies=dies,
        stacks=stacks,
        dies_per_package=2.0,
        stacks_per_package=8.0,
        packaging_yield=packed,
    )


@given(amounts(), amounts(), per_draw(0.5, 1.0))
def test_no_package_without_its_dies_and_its_memory(dies, stacks, packed):
    made = made_of(dies, stacks, packed)
    assert np.all(made >= 0.0)
    assert np.all(made * 2.0 / packed <= dies * (1 + 1e-12))
    assert np.all(made * 8.0 <= stacks * (1 + 1e-12))


@given(amounts(), amounts(), per_draw(0.5, 1.0), amounts())
def test_dies_lost_where_memory_binds_cost_nothing(dies, stacks, packed, lost):
    before = made_of(dies + lost, stacks, packed)
    after = made_of(dies, stacks, packed)
    memory_bound = stacks / 8.0 <= dies * packed / 2.0
    np.testing.assert_array_equal(after[memory_bound], before[memory_bound])
    assert np.all(after <= before)


def test_a_ramp_is_half_way_after_its_half_way_time_and_nothing_before_the_start():
    reached = ramp(each(-5.0, 0.0, 26.0, 52.0), np.full(4, 26.0))
    np.testing.assert_allclose(reached, [0.0, 0.0, 0.5, 0.75])


@given(per_draw(-100.0, 1_000.0), per_draw(0.0, 100.0), per_draw(1.0, 60.0))
def test_a_ramp_rises_and_stays_a_share(months, later, half_way):
    now, then = ramp(months, half_way), ramp(months + later, half_way)
    assert np.all((now >= 0.0) & (now <= 1.0))
    assert np.all(then >= now)
