"""Calibration from end to end: two waves of worlds, emulator, sampler, and a check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from sim.domain.ensemble import Draws, PerDraw
from sim.experiments.calibration.convergence import convergence
from sim.experiments.calibration.emulator import Emulator, influential
from sim.experiments.calibration.evidence import Evidence, PerObservationAndDraw
from sim.experiments.calibration.normal_scores import NormalScores
from sim.experiments.calibration.posterior_check import check_by_observation
from sim.experiments.calibration.posterior_density import PosteriorDensity, Samples
from sim.experiments.calibration.sampler import (
    Chains,
    Sampler,
    SamplingPlan,
    run_sampler,
    thinned_samples,
)
from sim.experiments.calibration.simulated_worlds import (
    Execution,
    prior_assumptions,
    simulate_worlds,
)
from sim.experiments.hindcast.discrepancy import MEMORY, SPREAD
from sim.experiments.setup import Setup
from sim.records import Records, assumptions
from sim.records.discrepancy_row import DiscrepancyRow

_WIDER = 1.5
"""By how much the second wave is spread wider than where it is expected."""


@dataclass(frozen=True)
class CalibrationEffort:
    """How much work a calibration does.

    Attributes:
        worlds: of the first wave, to which the emulator is fitted; the second has half
            as many.
        least_share: of the variance of an observation that an assumption accounts for
            by itself, at least, if it is to be fitted.
        plan: how long is sampled.
        rows: samples of the posterior that are kept.
    """

    worlds: int
    least_share: float
    plan: SamplingPlan
    rows: int


@dataclass(frozen=True, eq=False)
class CalibrationResult:
    """The posterior that a calibration has sampled.

    Attributes:
        posterior: its density.
        samples: the samples of it that are kept.
        convergence: R-hat and effective sample sizes.
        observations: the samples run through the model, a row for each observation.
        discrepancy_priors: sizes and memories of all families' discrepancies, drawn
            from their ranges.
    """

    posterior: PosteriorDensity
    samples: Samples
    convergence: pd.DataFrame
    observations: pd.DataFrame
    discrepancy_priors: Mapping[str, PerDraw]

    @property
    def assumption_values(self) -> dict[str, PerDraw]:
        """The value of each fitted assumption in each sample."""
        score_table, _, _ = self.posterior.split(self.samples)
        return self.posterior.emulator.scores.values(score_table)

    @property
    def discrepancy_values(self) -> dict[str, PerDraw]:
        """The size and the memory of each family's discrepancy in each sample.

        Of families of which nothing was aimed at they are drawn from their ranges.
        """
        _, spreads, memories = self.posterior.split(self.samples)
        fitted = {
            **self.posterior.spreads.values(spreads),
            **self.posterior.memories.values(memories),
        }
        priors = self.discrepancy_priors.items()
        return {name: fitted.get(name, prior) for name, prior in priors}

    @property
    def scores(self) -> dict[str, PerDraw]:
        """The score of each fitted assumption in each sample."""
        score_table, _, _ = self.posterior.split(self.samples)
        return dict(zip(self.posterior.emulator.scores.names, score_table, strict=True))


def run_calibration(
    setup: Setup, evidence: Evidence, effort: CalibrationEffort, execution: Execution
) -> CalibrationResult:
    """Return what the evidence makes of the assumptions.

    Two waves: worlds from the ranges say which assumptions are influential and roughly
    where the posterior lies; worlds from there, spread wider, make the emulator exact
    where it is needed.

    Args:
        setup: the law of record, its horizon, and the seed.
        evidence: the observations aimed at.
        effort: how much work is done.
        execution: by what worlds are simulated.
    """
    wide = replace(setup, draws=Draws(effort.worlds))
    prior = prior_assumptions(wide)
    modelled = simulate_worlds(wide, prior, evidence, execution)
    first = evidence.on_scale(modelled)
    with threadpool_limits(1):  # sums of several threads differ in their last bits
        rough = _rough_posterior(setup, evidence, prior, first, effort.least_share)
    pilot = _sample(rough, effort.plan.pilot, setup, execution)
    near = _spread_wider(thinned_samples(pilot, effort.worlds // 2))
    near_draws = Draws(len(near), effort.worlds)
    second = _simulate(setup, rough, near, near_draws, execution)
    with threadpool_limits(1):
        posterior = rough.refit(near, second)
    chains = _sample(posterior, effort.plan, setup, execution)
    samples = thinned_samples(chains, effort.rows)
    draws = Draws(len(samples))
    third = _simulate(setup, posterior, samples, draws, execution)
    return CalibrationResult(
        posterior=posterior,
        samples=samples,
        convergence=convergence(chains, posterior.names),
        observations=check_by_observation(
            posterior, samples, modelled=third, prior=first, seed=setup.seed
        ),
        discrepancy_priors=assumptions.sample(
            setup.records.facts.rows(DiscrepancyRow), draws, setup.seed
        ),
    )


def _rough_posterior(
    setup: Setup,
    evidence: Evidence,
    prior: Mapping[str, PerDraw],
    modelled: PerObservationAndDraw,
    least_share: float,
) -> PosteriorDensity:
    """Return a first density: screened, emulated, with its discrepancies."""
    spreads, memories = _discrepancy_scores(evidence, setup.records)
    fixed = setup.baseline.assumptions
    free_rows = (row for row in setup.records.assumptions if row.name not in fixed)
    free = NormalScores(tuple(free_rows))
    score_table = free.of(prior)
    usual = np.array([row.mid for row in spreads.rows])[evidence.family_of]
    noise = usual**2 + evidence.errors**2
    chosen = influential(score_table, modelled, noise, least_share)
    fitted = NormalScores(tuple(free.rows[index] for index in chosen))
    emulator = Emulator.fit(fitted, score_table[chosen], modelled)
    return PosteriorDensity(evidence, emulator, spreads, memories)


def _discrepancy_scores(
    evidence: Evidence, records: Records
) -> tuple[NormalScores, NormalScores]:
    """Return the scores of the sizes and the memories of families' discrepancies."""
    rows = {row.name: row for row in records.facts.rows(DiscrepancyRow)}
    spreads, memories = (
        NormalScores(tuple(rows[f"{kind}.{family}"] for family in evidence.families))
        for kind in (SPREAD, MEMORY)
    )
    return spreads, memories


def _sample(
    posterior: PosteriorDensity, plan: SamplingPlan, setup: Setup, execution: Execution
) -> Chains:
    sampler = Sampler(posterior.log_density, len(posterior.names), plan)
    return run_sampler(sampler, setup.seed, execution.crew, setup.workers)


def _spread_wider(samples: Samples) -> Samples:
    centre = samples.mean(axis=0)
    return centre + _WIDER * (samples - centre)


def _simulate(
    setup: Setup,
    posterior: PosteriorDensity,
    samples: Samples,
    draws: Draws,
    execution: Execution,
) -> PerObservationAndDraw:
    """Return modelled values at samples, on scale; the rest drawn from ranges."""
    worlds = replace(setup, draws=draws)
    score_table, _, _ = posterior.split(samples)
    fitted = posterior.emulator.scores.values(score_table)
    values = {**prior_assumptions(worlds), **fitted}
    evidence = posterior.evidence
    return evidence.on_scale(simulate_worlds(worlds, values, evidence, execution))
