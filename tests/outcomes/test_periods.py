"""Periods: what a series says over months, and when an event first came."""

from dataclasses import replace

import numpy as np
import pytest

from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.outcomes import periods
from sim.outcomes.occurrences import Occurrence
from tests.outcomes.samples import START, results

REVENUE = ("china_revenue", "asml")


def test_a_sum_runs_over_both_ends():
    """Draw k earns 10 + k in the first month and one more in each that follows."""
    values = periods.total_over(results(), REVENUE, START, START + 2)
    np.testing.assert_array_equal(values, [33.0, 36.0, 39.0, 42.0])


def test_a_mean_is_the_sum_over_the_months():
    values = periods.mean_over(results(), REVENUE, START + 1, START + 2)
    np.testing.assert_array_equal(values, [11.5, 12.5, 13.5, 14.5])


def test_a_draw_says_the_same_whatever_draws_stand_around_it():
    alone = periods.total_over(results(first=2, draws=1), REVENUE, START, START + 9)
    among = periods.total_over(results(), REVENUE, START, START + 9)
    assert alone[0] == among[2]


def test_an_event_that_came_in_some_draws_never_came_in_the_others():
    values = periods.months_until(results(), "node milestone", "n+3", START)
    np.testing.assert_array_equal(values, [2.0, np.inf, 2.0, np.inf])


def test_draws_are_counted_from_the_first_of_the_results():
    values = periods.months_until(results(first=7), "node milestone", "n+3", START)
    np.testing.assert_array_equal(values, [2.0, np.inf, 2.0, np.inf])


def test_the_first_of_two_events_counts_and_a_part_of_the_subject_suffices():
    base = results()
    events = [
        Occurrence(START + k, "nvidia", "chip on offer", name, "", np.array([1]))
        for k, name in ((5, "H100 (2022-10)"), (3, "A100 (2022-10)"), (1, "H100"))
    ]
    values = periods.months_until(
        replace(base, events=tuple(events)), "chip on offer", "(2022-10)", START
    )
    np.testing.assert_array_equal(values, [np.inf, 3.0, np.inf, np.inf])


def test_a_value_is_read_so_many_months_after_the_event():
    values = periods.value_after(results(), REVENUE, "node milestone", "n+3", 4)
    np.testing.assert_array_equal(values, [16.0, np.nan, 18.0, np.nan])


def test_what_came_too_late_to_be_followed_is_no_number():
    values = periods.value_after(results(), REVENUE, "node milestone", "n+3", 22)
    assert np.isnan(values).all()


def test_a_month_that_was_not_recorded_is_refused():
    with pytest.raises(SettingsError, match="2022-01 was not recorded"):
        periods.mean_over(results(), REVENUE, Month(2022, 1), START)
