"""The sampler: ensembles of walkers that explore the posterior, each by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b

import emcee
import numpy as np
from jaxtyping import Float64
from threadpoolctl import threadpool_limits

from sim.domain.ensemble import PerDraw
from sim.experiments.calibration.posterior import Guesses
from sim.experiments.workers import Crew

Chains = Float64[np.ndarray, "ensembles steps walkers dimensions"]
"""Where each walker of each ensemble stood after each step that is kept."""

Places = Float64[np.ndarray, "steps walkers dimensions"]
"""The same of one ensemble."""

_MORE_WALKERS = 8
"""Walkers beyond two for each dimension, which emcee needs at least."""

_SHORTER = 5
"""By how much a scouting walk is shorter."""

Density = Callable[[Guesses], PerDraw]
"""The log density of each of several guesses."""


@dataclass(frozen=True)
class Plan:
    """How long is walked, and by how many.

    Attributes:
        ensembles: that know nothing of one another.
        steps: that each walker takes.
        burn: of these, the first that are not kept.
        every: of the others, one in so many is kept.
    """

    ensembles: int
    steps: int
    burn: int
    every: int

    @property
    def scouting(self) -> Plan:
        """A shorter walk, to find out where to look."""
        return replace(self, steps=self.steps // _SHORTER, burn=self.burn // _SHORTER)


@dataclass(frozen=True, eq=False)
class Walk:
    """What every ensemble does.

    Attributes:
        density: of the posterior; a function that can be sent to another process.
        dimensions: of a guess.
        plan: how long is walked.
    """

    density: Density
    dimensions: int
    plan: Plan

    def ensemble(self, seed: int) -> Places:
        """Return where the walkers of one ensemble stood.

        They begin at draws from the prior, far from one another.
        """
        walkers = 2 * self.dimensions + _MORE_WALKERS
        luck = np.random.RandomState(seed)
        begin = luck.standard_normal((walkers, self.dimensions))
        sampler = emcee.EnsembleSampler(
            walkers,
            self.dimensions,
            self.density,
            vectorize=True,
            # Not DESnookerMove: that of emcee 3.1.6 accepts by a wrong ratio, and
            # finds a standard deviation of 0.85 of a standard normal of 47 dimensions.
            moves=emcee.moves.DEMove(),
        )
        every = self.plan.every
        with threadpool_limits(1):
            sampler.run_mcmc(
                emcee.State(begin, random_state=luck.get_state()),
                self.plan.steps // every,
                thin_by=every,
            )
        return sampler.get_chain(discard=self.plan.burn // every)


def explore(walk: Walk, seed: int, crew: Crew, workers: int) -> Chains:
    """Return where the walkers of all ensembles stood.

    An ensemble depends on the seed and on its number alone, not on who walks it.

    Args:
        walk: what each of them does.
        seed: what fixes the walk.
        crew: the workers of the calibration.
        workers: how many of them may be used.
    """
    plan = walk.plan
    seeds = [_seed(seed, f"{which} of {plan.steps}") for which in range(plan.ensembles)]
    count = min(workers, len(seeds))
    if count == 1:
        return np.stack([walk.ensemble(each) for each in seeds])
    return np.stack(crew.run_all([(walk.ensemble, each) for each in seeds], count))


def _seed(seed: int, which: str) -> int:
    digest = blake2b(f"{seed}|ensemble {which}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "little")
