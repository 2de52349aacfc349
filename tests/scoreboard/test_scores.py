"""Scores worked by hand."""

import numpy as np
import pytest

from sim.experiments.hindcast.scoring_rules import (
    covered,
    crps,
    rank,
    skill,
    skill_by_period,
)


def test_the_crps_of_two_draws_is_that_worked_by_hand():
    """|1 - 2| and |3 - 2| on average 1; half the mean distance of pairs, 2/4, off."""
    assert crps(np.array([2.0]), np.array([[1.0, 3.0]])) == pytest.approx([0.5])


def test_the_crps_of_a_single_value_is_the_absolute_error():
    assert crps(np.array([2.0]), np.array([[5.0]])) == pytest.approx([3.0])


def test_the_crps_of_a_normal_prediction_is_the_closed_form():
    """Gneiting and Raftery (2007), eq. 21: at the mean, s (sqrt 2 - 1) / sqrt pi."""
    draws = 2.0 * np.random.default_rng(0).standard_normal((1, 200_000))
    closed = 2.0 * (np.sqrt(2.0) - 1.0) / np.sqrt(np.pi)
    assert crps(np.array([0.0]), draws) == pytest.approx([closed], rel=0.01)


def test_draws_that_weigh_nothing_do_not_count():
    observed, predicted = np.array([2.0]), np.array([[1.0, 3.0, 99.0]])
    weights = np.array([[0.5, 0.5, 0.0]])
    assert crps(observed, predicted, weights) == pytest.approx([0.5])


def test_a_band_holds_what_lies_between_its_quantiles():
    predicted = np.tile(np.arange(101.0), (4, 1))
    observed = np.array([4.9, 5.0, 95.0, 95.1])
    assert covered(observed, predicted, 0.9).tolist() == [False, True, True, False]
    assert covered(observed, predicted, 1.0).all()


def test_the_rank_counts_draws_below_and_half_of_those_alike():
    predicted = np.array([[1.0, 2.0, 2.0, 3.0]])
    assert rank(np.array([2.0]), predicted).tolist() == [0.5]
    assert rank(np.array([9.0]), predicted).tolist() == [1.0]


def test_skill_is_the_share_by_which_the_score_is_smaller():
    assert skill(np.array([1.0, 1.0]), np.array([1.0, 3.0])) == pytest.approx(0.5)
    assert skill(np.array([3.0]), np.array([1.0])) == pytest.approx(-2.0)
    assert np.isnan(skill(np.array([1.0]), np.array([0.0])))


def test_a_period_in_which_the_rival_was_exact_has_no_skill():
    by_period = skill_by_period(np.array([1.0, 1.0, 1.0]), np.array([4.0, 0.0, np.nan]))
    np.testing.assert_array_equal(by_period, [0.75, np.nan, np.nan])
