"""Calibration from end to end: worlds, emulator, walkers, and the check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from sim.domain.ensemble import Draws, PerDraw
from sim.experiments.calibration.check import Check
from sim.experiments.calibration.convergence import convergence, thinned
from sim.experiments.calibration.design import (
    Design,
    Means,
    live_by_ranges,
    live_through,
)
from sim.experiments.calibration.emulator import Emulator, matter
from sim.experiments.calibration.evidence import Evidence
from sim.experiments.calibration.posterior import Guesses, Posterior
from sim.experiments.calibration.sampler import (
    Chains,
    Plan,
    Walk,
    explore,
)
from sim.experiments.calibration.scores import Scores
from sim.experiments.setup import Setup
from sim.records import Records, assumptions
from sim.records.discrepancy_row import DiscrepancyRow


@dataclass(frozen=True)
class Extent:
    """How much work a calibration makes of it.

    Attributes:
        worlds: of the first wave, that the emulator learns from; the second has half
            as many.
        least: share of the variance of an observation that an assumption accounts for
            by itself, at least, if it is to be fitted.
        plan: of the walkers.
        rows: draws of the posterior that are kept.
    """

    worlds: int
    least: float
    plan: Plan
    rows: int


@dataclass(frozen=True, eq=False)
class Calibrated:
    """What a calibration found.

    Attributes:
        posterior: the density that was sampled.
        guesses: the draws of it that are kept, as scores.
        settled: R-hat and effective sample sizes.
        check: the draws, put to the real model.
        untold: sizes and memories of all families' remainders, from their ranges.
    """

    posterior: Posterior
    guesses: Guesses
    settled: pd.DataFrame
    check: Check
    untold: Mapping[str, PerDraw]

    @property
    def assumed(self) -> dict[str, PerDraw]:
        """The value of each fitted assumption in each draw that is kept."""
        places, _, _ = self.posterior.parts(self.guesses)
        return self.posterior.emulator.scores.values(places)

    @property
    def left_over(self) -> dict[str, PerDraw]:
        """The size and the memory of each family's remainders in the same draws.

        Of families of which nothing was aimed at they are drawn from their ranges.
        """
        _, spread, memory = self.posterior.parts(self.guesses)
        fitted = {
            **self.posterior.spreads.values(spread),
            **self.posterior.memories.values(memory),
        }
        return {name: fitted.get(name, drawn) for name, drawn in self.untold.items()}

    @property
    def scores(self) -> dict[str, PerDraw]:
        """The score of each fitted assumption in the same draws."""
        places, _, _ = self.posterior.parts(self.guesses)
        return dict(zip(self.posterior.emulator.scores.names, places, strict=True))


def calibrated(
    setup: Setup, evidence: Evidence, extent: Extent, means: Means
) -> Calibrated:
    """Return what the evidence makes of the assumptions.

    Two waves: worlds from the ranges say which assumptions matter and roughly where
    the posterior lies; worlds from there, spread wider, make the emulator exact where
    it is needed.

    Args:
        setup: the law of record, how far it is lived, and the seed.
        evidence: the observations aimed at.
        extent: how much work is made of it.
        means: what worlds are lived through with.
    """
    wide = replace(setup, draws=Draws(extent.worlds))
    first = live_by_ranges(wide, evidence, means)
    with threadpool_limits(1):  # sums of several threads differ in their last bits
        rough = _rough(setup, evidence, first, extent.least)
    near = _spread(_explored(rough, extent.plan.scouting, setup, means), extent.worlds)
    second = _lived(setup, rough, near, Draws(len(near), extent.worlds), means)
    with threadpool_limits(1):
        posterior = rough.refitted(near, evidence.on_scale(second.answers))
    chains = _explored(posterior, extent.plan, setup, means)
    guesses = thinned(chains, extent.rows)
    third = _lived(setup, posterior, guesses, Draws(len(guesses)), means)
    check = Check.of(
        posterior,
        guesses,
        real=evidence.on_scale(third.answers),
        prior=evidence.on_scale(first.answers),
        seed=setup.seed,
    )
    rows = setup.records.facts.rows(DiscrepancyRow)
    return Calibrated(
        posterior=posterior,
        guesses=guesses,
        settled=convergence(chains, posterior.names),
        check=check,
        untold=assumptions.sample(rows, Draws(len(guesses)), setup.seed),
    )


def _rough(setup: Setup, evidence: Evidence, design: Design, least: float) -> Posterior:
    """Return a first density: screened, emulated, with its remainders."""
    spreads, memories = _of_families(evidence, setup.records)
    fixed = setup.baseline.assumptions
    rows_free = (row for row in setup.records.assumptions if row.name not in fixed)
    free = Scores(tuple(rows_free))
    places, answers = free.of(design.assumed), evidence.on_scale(design.answers)
    usual = np.array([row.mid for row in spreads.rows])[evidence.family_of]
    which = matter(places, answers, usual**2 + evidence.errors**2, least)
    fitted = Scores(tuple(free.rows[each] for each in which))
    emulator = Emulator.fitted(fitted, places[which], answers)
    return Posterior.of(evidence, emulator, spreads, memories)


def _of_families(evidence: Evidence, records: Records) -> tuple[Scores, Scores]:
    """Return the ranges of the sizes and the memories of families' remainders."""
    known = {row.name: row for row in records.facts.rows(DiscrepancyRow)}
    spreads, memories = (
        Scores(tuple(known[f"{of}.{family}"] for family in evidence.families))
        for of in ("spread", "memory")
    )
    return spreads, memories


def _explored(posterior: Posterior, plan: Plan, setup: Setup, means: Means) -> Chains:
    walk = Walk(posterior.log_density, len(posterior.names), plan)
    return explore(walk, setup.seed, means.crew, setup.workers)


_WIDER = 1.5
"""By how much the second wave is spread wider than where it is expected."""


def _spread(chains: Chains, worlds: int) -> Guesses:
    """Return half as many places as the first wave had, spread wider."""
    guesses = thinned(chains, worlds // 2)
    centre = guesses.mean(axis=0)
    return centre + _WIDER * (guesses - centre)


def _lived(
    setup: Setup, posterior: Posterior, guesses: Guesses, draws: Draws, means: Means
) -> Design:
    """Return worlds of which some guesses are true, and the ranges for the rest."""
    here = replace(setup, draws=draws)
    places, _, _ = posterior.parts(guesses)
    fitted = posterior.emulator.scores.values(places)
    by_range = assumptions.sample(
        setup.records.assumptions, draws, setup.seed, setup.baseline.assumptions
    )
    return live_through(here, {**by_range, **fitted}, posterior.evidence, means)
