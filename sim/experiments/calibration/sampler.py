"""The sampler: ensembles of walkers that explore the posterior independently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b

import emcee
import numpy as np
from threadpoolctl import threadpool_limits

from sim.domain.array_types import Float64
from sim.domain.ensemble import PerDraw
from sim.experiments.calibration.posterior_density import Samples
from sim.experiments.workers import Crew

Chains = Float64[np.ndarray, "ensembles steps walkers dimensions"]
"""The sample of each walker of each ensemble after each step that is kept."""

EnsembleChain = Float64[np.ndarray, "steps walkers dimensions"]
"""The same of one ensemble."""

LogDensity = Callable[[Samples], PerDraw]
"""The log density of each of several samples."""

_MORE_WALKERS = 8
"""Walkers beyond two for each dimension, which emcee needs at least."""

_PILOT = 5
"""By how much a pilot run is shorter."""


@dataclass(frozen=True)
class SamplingPlan:
    """How long is sampled, and by how many.

    Attributes:
        ensembles: how many independent ones there are.
        steps: that each walker takes.
        burn: of these, the first that are not kept.
        thin: of the others, one in so many is kept.
    """

    ensembles: int
    steps: int
    burn: int
    thin: int

    @property
    def pilot(self) -> SamplingPlan:
        """A shorter run, to find roughly where the posterior lies."""
        return replace(self, steps=self.steps // _PILOT, burn=self.burn // _PILOT)


@dataclass(frozen=True, eq=False)
class Sampler:
    """What every ensemble does; the density can be sent to another process."""

    log_density: LogDensity
    dimensions: int
    plan: SamplingPlan

    def run(self, seed: int, crew: Crew, workers: int) -> Chains:
        """Return the samples of all ensembles.

        An ensemble depends on the seed and on its number alone, not on the worker.
        """
        numbers = range(self.plan.ensembles)
        seeds = [_seed(seed, f"{number} of {self.plan.steps}") for number in numbers]
        count = min(workers, len(seeds))
        if count == 1:
            return np.stack(
                [self.run_ensemble(ensemble_seed) for ensemble_seed in seeds]
            )
        return np.stack(
            crew.run_all(
                [(self.run_ensemble, ensemble_seed) for ensemble_seed in seeds], count
            )
        )

    def run_ensemble(self, seed: int) -> EnsembleChain:
        """Return the samples of the walkers of one ensemble.

        They begin at draws from the prior, far from one another.
        """
        walkers = 2 * self.dimensions + _MORE_WALKERS
        luck = np.random.RandomState(seed)
        start = luck.standard_normal((walkers, self.dimensions))
        sampler = emcee.EnsembleSampler(
            walkers,
            self.dimensions,
            self.log_density,
            vectorize=True,
            # Not DESnookerMove: that of emcee 3.1.6 accepts by a wrong ratio, and
            # finds a standard deviation of 0.85 of a standard normal of 47 dimensions.
            moves=emcee.moves.DEMove(),
        )
        thin = self.plan.thin
        with threadpool_limits(1):
            sampler.run_mcmc(
                emcee.State(start, random_state=luck.get_state()),
                self.plan.steps // thin,
                thin_by=thin,
            )
        return sampler.get_chain(discard=self.plan.burn // thin)


def _seed(seed: int, ensemble: str) -> int:
    digest = blake2b(f"{seed}|ensemble {ensemble}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "little")


def thinned_samples(chains: Chains, count: int) -> Samples:
    """Return samples of all walkers, as widely spaced in time as possible."""
    in_time = chains.transpose(1, 0, 2, 3).reshape(-1, chains.shape[-1])
    chosen = np.linspace(0, len(in_time) - 1, count).round().astype(int)
    return in_time[chosen]
