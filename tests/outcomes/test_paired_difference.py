"""What differs by rounding alone counts as equal, wherever two runs are compared."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.outcomes.headline import headline
from sim.outcomes.paired_difference import (
    A_DAY,
    defined,
    is_equal,
    narrows,
    paired_difference,
    percent_of,
    relative_difference,
    widens,
)
from sim.outcomes.run_tables import RunTables
from sim.outcomes.sweep.table_writer import NUMBERS, statistics
from tests.outcomes.samples import LAG, narrowed, results

NOISE = 1e-12
KEY = (LAG.name, "china")

amounts = st.one_of(st.just(0.0), st.floats(1e-3, 1e9), st.floats(-1e9, -1e-3))
noises = st.floats(-NOISE, NOISE)
draws = st.lists(st.tuples(amounts, amounts, noises, noises), min_size=1, max_size=20)


def of_lag(rows, when="horizon"):
    (row,) = [row for row in rows if row.measure == LAG.name and row.when == when]
    return row


def with_lag(values, scenario):
    """Return results with a lag that is given by draw, the same in every month."""
    base = results(draws=len(values))
    series = {**base.series, KEY: np.tile(np.asarray(values, dtype=float), (24, 1))}
    return replace(base, scenario=scenario, series=series)


def noise_of_sums():
    """Return thirty sums of the same amounts, and in 18 of them in another order."""
    amounts = np.random.default_rng(1).uniform(1e3, 1e5, (40, 600))
    old, new = amounts.sum(axis=0), np.zeros(600)
    for amount in amounts[::-1]:
        new = new + amount
    differ, same = np.flatnonzero(new != old)[:18], np.flatnonzero(new == old)[:12]
    chosen = np.sort(np.concatenate([differ, same]))
    assert chosen.size == 30
    return new[chosen], old[chosen]


def test_sums_in_another_order_are_no_change_in_any_table():
    new, old = noise_of_sums()
    scenario, baseline = with_lag(new, "ban"), with_lag(old, "baseline")
    row = of_lag(headline(scenario, baseline))
    assert (row.probability_of_increase, row.probability_of_decrease) == (0.0, 0.0)
    assert row.difference == row.change_percent == (0.0, 0.0, 0.0)
    table = RunTables.of(scenario, baseline).difference_quantiles
    of_measure = table[table["measure"] == LAG.name]
    assert not of_measure[["p05", "p25", "p50", "p75", "p95"]].to_numpy().any()


@given(draws)
def test_noise_changes_no_share_and_no_sign(numbers):
    new, old, of_new, of_old = np.array(numbers).T
    clean = paired_difference(new, old)
    noisy = paired_difference(new * (1 + of_new), old * (1 + of_old))
    np.testing.assert_array_equal(np.sign(noisy), np.sign(clean))
    before, after = (
        of_lag(headline(with_lag(one, "ban"), with_lag(two, "baseline")))
        for one, two in ((new, old), (new * (1 + of_new), old * (1 + of_old)))
    )
    assert after.probability_of_increase == before.probability_of_increase
    assert after.probability_of_decrease == before.probability_of_decrease


@given(st.lists(amounts, min_size=1, max_size=20), st.data())
def test_equal_values_stay_equal_whatever_the_noise(values, data):
    old = np.array(values)
    size = st.lists(noises, min_size=old.size, max_size=old.size)
    new = old * (1 + np.array(data.draw(size)))
    assert is_equal(new, old).all()
    assert not paired_difference(new, old).any()
    assert not percent_of(paired_difference(new, old), old).any()
    assert not relative_difference(new, old).any()


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=20))
def test_what_rises_one_way_falls_the_other(pairs):
    new, old = np.array(pairs).T
    there, back = paired_difference(new, old), paired_difference(old, new)
    np.testing.assert_array_equal(there, -back)


def test_what_is_left_of_terms_that_cancel_out_is_nothing():
    left = np.array([0.3 - 0.1 - 0.2])
    assert left[0] != 0.0
    assert is_equal(left, np.zeros(1)).all()


def test_a_small_change_is_a_change():
    new, old = np.array([2e6 * (1 + 1e-7)]), np.array([2e6])
    assert paired_difference(new, old) == pytest.approx(0.2)


def test_a_day_is_what_a_lag_must_change_by_to_be_called_changed():
    months = np.array([-2 * A_DAY, -A_DAY / 2, 0.0, A_DAY / 2, 2 * A_DAY])
    assert narrows(months).tolist() == [True, False, False, False, False]
    assert widens(months).tolist() == [False, False, False, False, True]


# --- in per cent ----------------------------------------------------------------------


def percent(new, old):
    new, old = np.array(new, dtype=float), np.array(old, dtype=float)
    return defined(percent_of(paired_difference(new, old), old)).tolist()


def test_a_change_in_per_cent_is_of_the_baseline_of_the_same_draw():
    assert percent([150.0, 50.0, 1.0], [100.0, 100.0, 1.0]) == [50.0, -50.0, 0.0]


def test_a_change_of_a_negative_baseline_keeps_its_sign():
    assert percent([-1.0, -3.0], [-2.0, -2.0]) == [50.0, -50.0]


def test_no_change_of_nothing_is_none_and_any_other_is_undefined():
    zero, undefined = percent([0.0, 3.0], [0.0, 0.0])
    assert zero == 0.0
    assert np.isnan(undefined)


def test_a_median_in_per_cent_is_empty_where_it_falls_on_a_change_of_nothing():
    # Two of three draws start from nothing: the lowest quantile alone is defined.
    base = with_lag([0.0, 0.0, 2.0], "baseline")
    row = of_lag(headline(narrowed(base, [1.0, 1.0, 1.0]), base))
    assert np.isnan(row.change_percent).tolist() == [True, True, True]
    base = with_lag([0.0, 2.0, 4.0, 2.0, 2.0], "baseline")
    row = of_lag(headline(narrowed(base, [1.0] * 5), base))
    assert row.change_percent[:2] == pytest.approx((30.0, 50.0))
    assert np.isnan(row.change_percent[2])


def test_a_sweep_has_the_same_numbers_as_the_headline():
    old, new = np.array([0.0, 2.0, 4.0, 2.0]), np.array([1.0, 2.0, 3.0, 2.0 + 1e-15])
    row = of_lag(headline(with_lag(new, "ban"), with_lag(old, "baseline")))
    numbers = statistics(new[np.newaxis], old[np.newaxis], np.array([True]))[:, 0]
    found = dict(zip(NUMBERS, numbers, strict=True))
    assert found["probability_of_increase"] == row.probability_of_increase == 0.25
    assert found["probability_of_decrease"] == row.probability_of_decrease == 0.25
    np.testing.assert_array_equal(
        [found[f"change_percent_p{level}"] for level in ("05", "50", "95")],
        row.change_percent,
    )


def test_relative_differences_of_nothing_and_of_other_signs():
    scenario, baseline = np.array([0.0, 1.0, -1.0, 2.0]), np.array([0.0, 0.0, 1.0, 1.0])
    np.testing.assert_array_equal(
        relative_difference(scenario, baseline), [0.0, 1.0, 2.0, 0.5]
    )
