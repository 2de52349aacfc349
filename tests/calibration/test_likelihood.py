"""The likelihood: the covariance of discrepancies, and the density of observations."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from sim.experiments.calibration.posterior_density import NoiseModel
from tests.calibration.samples import evidence

SPREADS = np.array([[0.2, 0.4], [3.0, 1.0]])
MEMORIES = np.array([[6.0, 3.0], [2.0, 12.0]])
FIXED = 0.05 * np.eye(5) + 0.01


def by_hand(draw):
    sales, lag = SPREADS[0, draw] ** 2, SPREADS[1, draw] ** 2
    quarter = np.exp(-3.0 / MEMORIES[0, draw])
    month = np.exp(-1.0 / MEMORIES[1, draw])
    covariance = FIXED.copy()
    covariance[:3, :3] += sales * np.array(
        [[1, quarter, quarter**2], [quarter, 1, quarter], [quarter**2, quarter, 1]]
    )
    covariance[3:, 3:] += lag * np.array([[1, month], [month, 1]])
    return covariance


def test_discrepancies_of_one_series_are_correlated_and_those_of_two_are_not():
    residuals = np.array([[0.1, -0.2, 0.3, 2.0, -1.0], [0.0, 0.5, 0.1, -1.0, 0.2]]).T
    noise = NoiseModel.of(evidence(), FIXED)
    densities = noise.log_density(residuals, SPREADS, MEMORIES)
    for draw in range(2):
        expected = multivariate_normal(cov=by_hand(draw)).logpdf(residuals[:, draw])
        assert densities[draw] == pytest.approx(expected, rel=1e-12)


def test_a_guess_does_not_know_its_neighbours():
    residuals = np.random.default_rng(1).normal(size=(5, 2))
    noise = NoiseModel.of(evidence(), FIXED)
    together = noise.log_density(residuals, SPREADS, MEMORIES)
    alone = [
        noise.log_density(
            *(table[:, [draw]] for table in (residuals, SPREADS, MEMORIES))
        )
        for draw in range(2)
    ]
    assert together.tolist() == np.concatenate(alone).tolist()


def test_errors_are_halves_of_90_percent_ranges_on_the_scale_of_the_family():
    errors = evidence().errors
    assert errors[:3] == pytest.approx(np.log(1.1) / 1.6448536)
    assert errors[3:] == pytest.approx(1.0 / 1.6448536)


def test_answers_of_nothing_count_as_a_hundredth_of_what_was_seen():
    modelled = np.array([[0.0], [400.0], [1.0], [-3.0], [8.0]])
    scaled = evidence().on_scale(modelled)[:, 0]
    assert np.exp(scaled[:3]) == pytest.approx([1.0, 400.0, 1.5])
    assert scaled[3:].tolist() == [-3.0, 8.0]
