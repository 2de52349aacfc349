"""The emulator: what it foretells of worlds it has not seen, and what it misses."""

import numpy as np
import pytest

from sim.experiments.calibration.emulator import Emulator, influential
from sim.experiments.calibration.normal_scores import LARGEST_SCORE, NormalScores, score
from tests.calibration.samples import assumption

SCORES = NormalScores((assumption("a.share"), assumption("b.share")))


@pytest.fixture(scope="module")
def places():
    return np.random.default_rng(3).normal(size=(2, 4000))


def test_a_quadratic_model_without_luck_is_foretold_exactly(places):
    felt = SCORES.clipped(places)
    said = np.stack([felt[0] + 0.5 * felt[0] * felt[1], 2.0 - felt[1] ** 2])
    emulator = Emulator.fit(SCORES, places, said)
    assert emulator.r_squared == pytest.approx([1.0, 1.0], abs=1e-4)
    assert emulator(places[:, :5]) == pytest.approx(said[:, :5], abs=0.02)


def test_luck_is_not_foretold_but_stays_as_covariance(places):
    luck = np.random.default_rng(4).normal(size=places.shape[1])
    said = np.stack([places[0] + luck, -places[0] + 2.0 * luck])
    emulator = Emulator.fit(SCORES, places, said)
    assert emulator.r_squared == pytest.approx([0.5, 0.2], abs=0.05)
    assert emulator.residual_covariance == pytest.approx(
        np.array([[1, 2], [2, 4]]), rel=0.1
    )


def test_what_matters_is_told_from_what_does_not(places):
    said = np.stack([places[0] + 0.01 * places[1], 0.001 * places[1]])
    assert influential(places, said, np.full(2, 0.1), 0.03) == [0]


def test_an_assumption_counts_if_the_noise_would_let_it_be_seen(places):
    said = 0.001 * places[[1]]
    assert influential(places, said, np.array([1e-8]), 0.03) == [1]


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
    assert score(row, values) == pytest.approx(wanted)


def test_the_model_feels_no_more_than_the_ends_of_a_range():
    row = assumption("a.b", low=0.0, mid=1.0, high=2.0)
    felt = NormalScores((row,)).clipped(np.array([[-9.0, 0.5, 9.0]]))[0]
    # Below 0 this quantity does not go.
    assert felt == pytest.approx([-1.6448536, 0.5, LARGEST_SCORE])


def test_a_side_without_width_has_one_score():
    row = assumption("a.b", low=1.0, mid=1.0, high=2.0)
    values = NormalScores((row,)).values(np.array([[-1.0, 0.0, 1.0]]))["a.b"]
    assert score(row, values) == pytest.approx([0.0, 0.0, 1.0])
