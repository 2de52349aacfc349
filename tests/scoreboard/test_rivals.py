"""Naive rivals worked by hand."""

import numpy as np
import pytest

from sim.experiments.hindcast.rivals import (
    QUANTILE_LEVELS,
    SeriesHistory,
    history_of,
    rival_prediction,
)
from tests.scoreboard.samples import FIRST, observation, series


def spread_of(prediction, index):
    """Return the standard deviation of a rival's quantiles."""
    return prediction.quantiles[index].std()


def test_persistence_stays_and_drift_goes_on():
    observed = series([10.0, 12.0, 14.0, 16.0, 0.0, 0.0])
    stays = rival_prediction(
        "persistence", observed, "level", 4, [history_of(observed.first(4), "level")]
    )
    goes = rival_prediction(
        "drift", observed, "level", 4, [history_of(observed.first(4), "level")]
    )
    assert stays.point[4:].tolist() == [16.0, 16.0]
    assert goes.point[4:] == pytest.approx([18.0, 20.0])


def test_up_to_now_each_period_knows_the_one_before():
    observed = series([10.0, 12.0, 15.0, 99.0])
    stays = rival_prediction(
        "persistence", observed, "level", 3, [history_of(observed.first(3), "level")]
    )
    assert np.isnan(stays.point[0])
    assert stays.point[1:3].tolist() == [10.0, 12.0]


def test_the_spread_is_the_root_mean_square_of_changes_over_as_many_months():
    """Changes over a quarter: 1, -2, 3, -4, 5; over half a year: -1, 1, -1, 1."""
    values = [0.0, 1.0, -1.0, 2.0, -2.0, 3.0]
    observed = series([*values, 0.0, 0.0])
    stays = rival_prediction(
        "persistence", observed, "level", 6, [history_of(observed.first(6), "level")]
    )
    assert spread_of(stays, 6) == pytest.approx(np.sqrt(55.0 / 5.0), rel=0.01)
    assert spread_of(stays, 7) == pytest.approx(1.0, rel=0.01)


def test_drift_is_as_wide_as_changes_beyond_the_drift():
    observed = series([0.0, 1.0, 2.0, 3.0, 4.0, 0.0])
    goes = rival_prediction(
        "drift", observed, "level", 5, [history_of(observed.first(5), "level")]
    )
    assert spread_of(goes, 5) == pytest.approx(0.0, abs=1e-12)


def test_a_short_series_is_as_uncertain_as_its_family():
    short, long = series([5.0, 6.0]), series([0.0, 3.0, 0.0, 3.0, 0.0])
    family = [history_of(short.first(1), "level"), history_of(long, "level")]
    stays = rival_prediction("persistence", short, "level", 1, family)
    assert spread_of(stays, 1) == pytest.approx(3.0, rel=0.01)


def test_over_months_that_nothing_spans_it_widens_as_a_random_walk():
    yearly = SeriesHistory(np.array([0.0, 12.0, 24.0]), np.array([0.0, 2.0, 0.0]))
    observed = series([1.0, 1.0])
    stays = rival_prediction("persistence", observed, "level", 1, [yearly])
    assert spread_of(stays, 1) == pytest.approx(2.0 * np.sqrt(3.0 / 12.0), rel=0.01)


def test_without_any_change_in_its_family_a_rival_says_nothing():
    observed = series([1.0, 2.0])
    alone = [history_of(observed.first(1), "level")]
    assert rival_prediction("persistence", observed, "level", 1, alone) is None
    assert rival_prediction("persistence", observed, "level", 0, []) is None


def test_a_flow_is_compared_by_month():
    """A year of 120 goes on as a quarter of 30."""
    rows = (
        observation(120.0, FIRST, FIRST + 11),
        observation(99.0, FIRST + 12, FIRST + 14),
    )
    observed = series([1.0])
    mixed = type(observed)(observed.measure, observed.actor, observed.family, rows)
    yearly = SeriesHistory(np.array([0.0, 12.0]), np.array([8.0, 10.0]))
    stays = rival_prediction("persistence", mixed, "flow", 1, [yearly])
    assert stays.point[1] == pytest.approx(30.0)


def test_on_a_log_scale_persistence_is_spread_by_factors():
    observed = series([1.0, 2.0, 1.0, 2.0, 1.0, 1.0], scale="log")
    stays = rival_prediction(
        "persistence", observed, "level", 5, [history_of(observed.first(5), "level")]
    )
    assert stays.point[5] == pytest.approx(0.0)
    assert spread_of(stays, 5) == pytest.approx(np.log(2.0), rel=0.01)


def test_quantiles_stand_for_the_whole_distribution():
    assert QUANTILE_LEVELS.mean() == pytest.approx(0.5)
