"""The emulator: what it predicts of worlds it was not fitted to, and what it misses."""

import numpy as np
import pytest

from sim.experiments.calibration.emulator import Emulator, influential
from sim.experiments.calibration.normal_scores import (
    LARGEST_SCORE,
    NormalScores,
    normal_score,
)
from tests.calibration.samples import assumption

SCORES = NormalScores((assumption("a.share"), assumption("b.share")))


@pytest.fixture(scope="module")
def score_table():
    return np.random.default_rng(3).normal(size=(2, 4000))


def test_a_quadratic_model_without_luck_is_predicted_exactly(score_table):
    clipped = SCORES.clipped(score_table)
    modelled = np.stack(
        [clipped[0] + 0.5 * clipped[0] * clipped[1], 2.0 - clipped[1] ** 2]
    )
    emulator = Emulator.fit(SCORES, score_table, modelled)
    assert emulator.r_squared == pytest.approx([1.0, 1.0], abs=1e-4)
    assert emulator(score_table[:, :5]) == pytest.approx(modelled[:, :5], abs=0.02)


def test_luck_is_not_predicted_but_stays_as_covariance(score_table):
    luck = np.random.default_rng(4).normal(size=score_table.shape[1])
    modelled = np.stack([score_table[0] + luck, -score_table[0] + 2.0 * luck])
    emulator = Emulator.fit(SCORES, score_table, modelled)
    assert emulator.r_squared == pytest.approx([0.5, 0.2], abs=0.05)
    assert emulator.residual_covariance == pytest.approx(
        np.array([[1, 2], [2, 4]]), rel=0.1
    )


def test_influential_assumptions_are_told_from_others(score_table):
    modelled = np.stack(
        [score_table[0] + 0.01 * score_table[1], 0.001 * score_table[1]]
    )
    assert influential(score_table, modelled, np.full(2, 0.1), 0.03) == [0]


def test_an_assumption_counts_if_the_noise_would_let_it_be_seen(score_table):
    modelled = 0.001 * score_table[[1]]
    assert influential(score_table, modelled, np.array([1e-8]), 0.03) == [1]


@pytest.mark.parametrize(
    ("low", "mid", "high", "scale"),
    [(1.0, 2.0, 4.0, "linear"), (1.0, 2.0, 9.0, "log"), (0.1, 0.2, 0.8, "logit")],
)
def test_scores_and_values_are_turned_into_each_other(low, mid, high, scale):
    row = assumption("a.b", low=low, mid=mid, high=high, scale=scale)
    ends = NormalScores((row,)).values(np.array([[-1.6448536, 0.0, 1.6448536]]))
    assert ends["a.b"] == pytest.approx([low, mid, high])
    wanted = np.linspace(-2.3, 2.3, 11)
    values = NormalScores((row,)).values(wanted[None])["a.b"]
    assert normal_score(row, values) == pytest.approx(wanted)


def test_scores_are_clipped_at_the_ends_of_a_range():
    row = assumption("a.b", low=0.0, mid=1.0, high=2.0)
    clipped = NormalScores((row,)).clipped(np.array([[-9.0, 0.5, 9.0]]))[0]
    # Below 0 this quantity does not go.
    assert clipped == pytest.approx([-1.6448536, 0.5, LARGEST_SCORE])


def test_a_side_without_width_has_one_score():
    row = assumption("a.b", low=1.0, mid=1.0, high=2.0)
    values = NormalScores((row,)).values(np.array([[-1.0, 0.0, 1.0]]))["a.b"]
    assert normal_score(row, values) == pytest.approx([0.0, 0.0, 1.0])
