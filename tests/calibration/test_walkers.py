"""The walkers: they find a posterior that is known, and say when they have not."""

import numpy as np
import pytest

from sim.experiments.calibration.convergence import (
    LARGEST_R_HAT,
    convergence,
    not_converged,
)
from sim.experiments.calibration.identifiability import correlations
from sim.experiments.calibration.sampler import (
    Sampler,
    SamplingPlan,
    thinned_samples,
)
from sim.experiments.workers import Crew
from tests.calibration.samples import KNOWN

NAMES = ("a", "b", "c")
PLAN = SamplingPlan(ensembles=4, steps=1500, burn=300, thin=3)


def walked(plan=PLAN, seed=7):
    with Crew() as crew:
        return Sampler(KNOWN, 3, plan).run(seed, crew, 1)


@pytest.fixture(scope="module")
def chains():
    return walked()


def test_a_known_posterior_is_found(chains):
    samples = chains.reshape(-1, 3)
    assert samples.mean(axis=0) == pytest.approx(KNOWN.mean, abs=0.03)
    assert np.cov(samples.T) == pytest.approx(KNOWN.covariance, abs=0.03)


def standard_normal(guesses):
    return -0.5 * (guesses**2).sum(axis=1)


def test_in_many_dimensions_nothing_is_found_narrower_than_it_is():
    # A move that accepts by a wrong ratio seems to converge all the same, and is a
    # sixth too narrow here.
    with Crew() as crew:
        plan = SamplingPlan(ensembles=1, steps=2000, burn=200, thin=10)
        chains = Sampler(standard_normal, 40, plan).run(3, crew, 1)
    assert chains.std() == pytest.approx(1.0, abs=0.02)


def test_walkers_that_have_explored_it_all_have_converged(chains):
    table = convergence(chains, NAMES)
    assert list(table.name) == list(NAMES)
    assert (table.r_hat < LARGEST_R_HAT).all()
    assert (table.ess_bulk > 400).all()
    assert (table.ess_tail > 400).all()
    assert not_converged(table) == []


def test_walkers_that_have_hardly_moved_have_not_converged():
    # Together they look converged, as they begin at draws of the prior.
    table = convergence(walked(SamplingPlan(4, steps=40, burn=0, thin=1)), NAMES)
    assert set(not_converged(table)) == set(NAMES)


def test_walkers_that_do_not_move_have_not_converged():
    still = np.repeat(np.random.default_rng(0).normal(size=(4, 1, 14, 3)), 50, axis=1)
    assert set(not_converged(convergence(still, NAMES))) == set(NAMES)


def test_with_one_ensemble_elsewhere_it_has_not_converged(chains):
    apart = chains.copy()
    apart[2, :, :, 1] += 3.0
    assert not_converged(convergence(apart, NAMES)) == ["b"]


def test_a_seed_always_walks_the_same_way():
    # Whoever walks: tests/cli/test_calibrate.py compares one worker with two.
    plan = SamplingPlan(2, steps=60, burn=10, thin=5)
    assert walked(plan).tobytes() == walked(plan).tobytes()
    assert walked(plan, seed=8).tobytes() != walked(plan).tobytes()


def test_an_ensemble_does_not_depend_on_how_many_there_are():
    few, many = (walked(SamplingPlan(count, 60, 10, 5)) for count in (2, 3))
    assert few.tobytes() == many[:2].tobytes()


def test_draws_that_are_kept_come_from_all_ensembles_and_times(chains):
    when = np.linspace(0.0, 0.9, 500).reshape(1, 500, 1, 1)
    who = np.arange(4.0).reshape(4, 1, 1, 1)
    marked = np.broadcast_to(who + when, (4, 500, 14, 1))
    kept = thinned_samples(marked, 400)[:, 0]
    assert np.bincount(kept.astype(int)).min() > 80
    assert np.quantile(kept % 1.0, [0.1, 0.9]) == pytest.approx([0.09, 0.81], abs=0.02)


def test_correlations_are_listed_strongest_first():
    luck = np.random.default_rng(5).normal(size=(3, 2000))
    table = correlations({"a": luck[0], "b": luck[0] - luck[1], "c": luck[2]})
    assert table.iloc[0][["first", "second"]].tolist() == ["a", "b"]
    assert table.correlation[0] == pytest.approx(np.sqrt(0.5), abs=0.03)
    assert len(table) == 1
