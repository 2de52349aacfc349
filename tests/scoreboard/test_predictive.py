"""Predictive distributions against closed forms, and against data of their own."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from sim.domain.chance import Chance
from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.experiments.hindcast.discrepancy import (
    Discrepancy,
    ObservedDiscrepancy,
    carry_forward,
)
from sim.experiments.hindcast.observed import ObservedSeries
from sim.experiments.hindcast.scoreboard import (
    band_coverage,
    score_periods,
    score_series,
    total_scores,
)
from tests.scoreboard.samples import FIRST, series
from tests.scoreboard.samples import prediction as prediction_of
from tests.worlds import unchecked

MANY = 40_000


def test_one_observation_carried_forward_is_the_closed_form():
    """Mean r s^2/(s^2 + e^2) x, variance s^2 - (r s^2)^2/(s^2 + e^2), r = exp(-t/m)."""
    spread, memory, error, left, ahead = 2.0, 6.0, 1.0, 3.0, 3.0
    discrepancy = Discrepancy(np.full(MANY, spread), np.full(MANY, memory))
    observed = ObservedDiscrepancy(
        np.array([0.0]), np.full((1, MANY), left), np.array([error])
    )
    luck = Chance(1, Draws(MANY)).normal("luck")[None, :]
    values = carry_forward(discrepancy, observed, np.array([ahead]), luck)[0]
    decay, known = np.exp(-ahead / memory), spread**2 + error**2
    mean = decay * spread**2 / known * left
    variance = spread**2 - (decay * spread**2) ** 2 / known
    assert values.mean() == pytest.approx(mean, abs=0.03)
    assert values.std() == pytest.approx(np.sqrt(variance), rel=0.01)
    exact_mean, exact_variance = discrepancy.conditional(observed, np.array([ahead]))
    assert exact_mean[0] == pytest.approx(np.full(MANY, mean))
    assert exact_variance[:, 0, 0] == pytest.approx(np.full(MANY, variance))


def test_with_nothing_seen_it_is_as_wide_as_it_ever_is():
    discrepancy = Discrepancy(np.full(MANY, 2.0), np.full(MANY, 6.0))
    nothing = ObservedDiscrepancy(np.zeros(0), np.zeros((0, MANY)), np.zeros(0))
    luck = np.stack([Chance(1, Draws(MANY)).normal(name) for name in "ab"])
    values = carry_forward(discrepancy, nothing, np.array([0.0, 6.0]), luck)
    assert values.std(axis=1) == pytest.approx([2.0, 2.0], rel=0.02)
    assert np.corrcoef(values)[0, 1] == pytest.approx(np.exp(-1.0), abs=0.01)


def test_a_discrepancy_that_lasts_is_carried_on_in_full():
    observed = series([10.0, 10.0, 10.0])
    prediction = prediction_of(observed, np.full((3, 500), 7.0), memory=1e6, error=1e-3)
    assert prediction.carried_forward(2)[2] == pytest.approx(
        np.full(500, 10.0), abs=0.05
    )
    assert abs(np.median(prediction.unconditional()[2]) - 7.0) < 0.2


def test_before_the_vintage_a_period_does_not_know_itself():
    """The observation of a period moves the prediction of later periods alone."""
    low, high = series([10.0, 5.0, 10.0]), series([10.0, 50.0, 10.0])
    answers = np.full((3, 50), 7.0)
    from_low, from_high = (
        prediction_of(series_, answers).carried_forward(3) for series_ in (low, high)
    )
    assert np.array_equal(from_low[:2], from_high[:2])
    assert (from_low[2] < from_high[2]).all()


def test_a_draw_does_not_know_its_neighbours():
    observed = series([10.0, 12.0, 9.0, 11.0])
    answers = np.linspace(5.0, 15.0, 4 * 64).reshape(4, 64)
    many, few = (
        prediction_of(observed, answers),
        prediction_of(observed, answers[:, :17]),
    )
    for of in ("unconditional", "carried_forward"):
        given = (2,) if of == "carried_forward" else ()
        of_many, of_few = (getattr(each, of)(*given) for each in (many, few))
        assert np.array_equal(of_many[:, :17], of_few)


def test_the_density_of_one_draw_is_normal():
    observed = series([10.0, 12.0])
    prediction = prediction_of(observed, [[7.0], [8.0]], spread=2.0, error=0.5)
    total = np.hypot(2.0, 0.5)
    by_hand = norm.logpdf([3.0, 4.0], 0.0, total)
    assert prediction.log_density(0) == pytest.approx(by_hand)


def test_the_likelihood_of_periods_together_is_that_of_their_covariance():
    observed = series([10.0, 12.0, 9.0])
    prediction = prediction_of(
        observed, [[7.0], [8.0], [9.5]], spread=2.0, memory=6.0, error=0.5
    )
    apart = np.abs(np.subtract.outer([0.0, 3.0, 6.0], [0.0, 3.0, 6.0]))
    covariance = 4.0 * np.exp(-apart / 6.0) + 0.25 * np.eye(3)
    by_hand = multivariate_normal.logpdf([3.0, 4.0, -0.5], cov=covariance)
    likelihood = prediction.log_likelihood(prediction.scaled_modelled, np.zeros((3, 3)))
    assert likelihood == pytest.approx([by_hand])


def simulated(truth, draws, *, spread=1.5, memory=6.0, error=0.3):
    """Return a series that the model itself makes: its draw `truth`, and its luck."""
    answers = np.random.default_rng(truth).normal(0.0, 1.0, (16, draws + 1))
    observed = series(np.zeros(16).tolist(), actor=f"firm{truth}")
    world = prediction_of(
        observed, answers, spread=spread, memory=memory, error=error, seed=truth
    )
    chance = np.random.default_rng(truth + 10_000)
    times = observed.times
    apart = np.abs(np.subtract.outer(times, times))
    root = np.linalg.cholesky(spread**2 * np.exp(-apart / memory))
    values = (
        answers[:, -1]
        + root @ chance.standard_normal(16)
        + error * chance.standard_normal(16)
    )
    rows = tuple(
        row.model_copy(update={"mid": float(value)})
        for row, value in zip(observed.rows, values, strict=True)
    )
    own_series = ObservedSeries(observed.measure, observed.actor, observed.family, rows)
    return prediction_of(
        own_series,
        world.modelled[:, :-1],
        spread=spread,
        memory=memory,
        error=error,
        seed=truth,
    )


@pytest.fixture(scope="module")
def of_its_own():
    """The scoreboard of 60 series that the model itself made, half of them past."""
    with unchecked():
        predictions = [simulated(number, 200) for number in range(60)]
        return score_periods(predictions, {"revenue": "level"}, FIRST + (3 * 8 - 1))


def test_bands_of_the_models_own_data_hold_what_they_say(of_its_own):
    """960 periods, correlated within a series: four standard errors are 0.06."""
    bands = band_coverage(of_its_own)
    assert (bands["coverage"] - bands["nominal"]).abs().max() < 0.07


def test_on_its_own_data_the_model_beats_its_rivals(of_its_own):
    series_ = score_series(of_its_own)
    totals = total_scores(of_its_own, series_).set_index(["variant", "part"])
    test = totals.loc[("carried", "test")]
    assert test["periods"] == 60 * 8
    assert test["coverage_90"] == pytest.approx(0.9, abs=0.05)
    assert test["skill_persistence"] > 0.1
    assert test["skill_drift"] > 0.1


def test_what_is_carried_forward_sharpens_the_next_period(of_its_own):
    nearest = of_its_own[of_its_own["end"] == str((FIRST + 26).last_day)]
    scores = nearest.groupby("variant")["crps"].mean()
    assert scores["carried"] < scores["model"]


def test_periods_are_counted_to_the_part_that_their_end_lies_in():
    observed = series([1.0, 2.0, 3.0], first=Month(2024, 5))
    rows = score_periods(
        [prediction_of(observed, np.ones((3, 20)))],
        {"revenue": "level"},
        Month(2024, 12),
    )
    assert rows["part"].tolist() == ["calibration", "calibration", "test"] * 2
    assert set(rows["variant"]) == {"model", "carried"}
