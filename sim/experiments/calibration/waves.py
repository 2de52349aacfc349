"""Calibration from end to end: two waves of worlds, emulator, sampler, and a check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from sim.domain.chance import Chance
from sim.domain.ensemble import Draws, PerDraw
from sim.domain.short_repr import ShortRepr
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
    thinned_samples,
)
from sim.experiments.calibration.simulated_worlds import (
    modelled_in_chunk,
    prior_assumptions,
)
from sim.experiments.calibration.untargeted_families import UntargetedFamilies
from sim.experiments.chunks import run_chunks
from sim.experiments.setup import Setup
from sim.experiments.workers import Crew
from sim.records import assumptions
from sim.records.discrepancy_row import MEMORY, SPREAD, DiscrepancyRow

_WIDER = 1.5
"""By how much the second wave is spread wider than where it is expected."""


@dataclass(frozen=True)
class CalibrationEffort:
    """How much work a calibration does.

    Attributes:
        worlds: of the first wave, to which the emulator is fitted; the second has half
            as many.
        least_share: of the variance of an observation that an assumption accounts for
            alone, at least, if it is to be fitted.
        plan: how long is sampled.
        rows: samples of the posterior that are kept.
    """

    worlds: int
    least_share: float
    plan: SamplingPlan
    rows: int


@dataclass(frozen=True, eq=False, repr=False)
class CalibrationResult(ShortRepr):
    """The posterior that a calibration has sampled.

    Attributes:
        posterior: its density.
        scores: of each fitted assumption in each sample that is kept, by name.
        assumption_values: the same in the assumptions' units.
        discrepancy_values: size and memory of each family's discrepancy in each sample;
            of families at which no fit aims, given what the samples leave over.
        convergence: R-hat and effective sample sizes.
        observations: the samples run through the model, a row for each observation.
    """

    posterior: PosteriorDensity
    scores: Mapping[str, PerDraw]
    assumption_values: Mapping[str, PerDraw]
    discrepancy_values: Mapping[str, PerDraw]
    convergence: pd.DataFrame
    observations: pd.DataFrame


@dataclass(frozen=True, eq=False)
class CalibrationWaves:
    """A calibration in two waves.

    Worlds from the ranges say which assumptions are influential and roughly where the
    posterior lies; worlds from there, spread wider, make the emulator exact where it is
    needed.

    Attributes:
        evidence: what a fit aims at.
        untargeted: all that was observed of families at which it hardly aims.
    """

    setup: Setup
    evidence: Evidence
    untargeted: Evidence
    effort: CalibrationEffort
    crew: Crew
    quiet: bool

    def run(self) -> CalibrationResult:
        """Return what the evidence makes of the assumptions."""
        wide = replace(self.setup, draws=Draws(self.effort.worlds))
        prior = prior_assumptions(wide)
        first = self._simulate(wide, prior)
        with threadpool_limits(1):  # sums of several threads differ in their last bits
            rough = self._rough_posterior(prior, first)
        pilot = self._sample(rough, self.effort.plan.pilot)
        near = _spread_wider(thinned_samples(pilot, self.effort.worlds // 2))
        second = self._simulate_samples(rough, near, first=self.effort.worlds)
        with threadpool_limits(1):
            posterior = rough.refit(near, second)
        chains = self._sample(posterior, self.effort.plan)
        samples = thinned_samples(chains, self.effort.rows)
        third = self._simulate_samples(posterior, samples)
        others = self._simulate_samples(posterior, samples, of=self.untargeted)
        score_table, _, _ = posterior.split(samples)
        scores = posterior.emulator.scores
        return CalibrationResult(
            posterior=posterior,
            scores=dict(zip(scores.names, score_table, strict=True)),
            assumption_values=scores.values(score_table),
            discrepancy_values=self._discrepancy_values(posterior, samples, others),
            convergence=convergence(chains, posterior.names),
            observations=check_by_observation(
                posterior, samples, modelled=third, prior=first, seed=self.setup.seed
            ),
        )

    def _rough_posterior(
        self, prior: Mapping[str, PerDraw], modelled: PerObservationAndDraw
    ) -> PosteriorDensity:
        """Return a first density: screened, emulated, with its discrepancies."""
        evidence, records = self.evidence, self.setup.records
        ranges = {row.name: row for row in records.facts.rows(DiscrepancyRow)}
        spreads, memories = (
            NormalScores(tuple(ranges[f"{kind}.{name}"] for name in evidence.families))
            for kind in (SPREAD, MEMORY)
        )
        fixed = self.setup.baseline.assumptions
        free_rows = (row for row in records.assumptions if row.name not in fixed)
        free = NormalScores(tuple(free_rows))
        score_table = free.of(prior)
        usual = np.array([row.mid for row in spreads.rows])[evidence.family_of]
        noise = usual**2 + evidence.errors**2
        chosen = influential(score_table, modelled, noise, self.effort.least_share)
        fitted = NormalScores(tuple(free.rows[index] for index in chosen))
        emulator = Emulator.fit(fitted, score_table[chosen], modelled)
        return PosteriorDensity(evidence, emulator, spreads, memories)

    def _sample(self, posterior: PosteriorDensity, plan: SamplingPlan) -> Chains:
        sampler = Sampler(posterior.log_density, len(posterior.names), plan)
        return sampler.run(self.setup.seed, self.crew, self.setup.workers)

    def _simulate_samples(
        self,
        posterior: PosteriorDensity,
        samples: Samples,
        first: int = 0,
        of: Evidence | None = None,
    ) -> PerObservationAndDraw:
        """Return modelled values at samples; other assumptions come from ranges.

        They are those of the evidence, or of what else was observed.
        """
        setup = replace(self.setup, draws=Draws(len(samples), first))
        score_table, _, _ = posterior.split(samples)
        fitted = posterior.emulator.scores.values(score_table)
        return self._simulate(setup, {**prior_assumptions(setup), **fitted}, of)

    def _simulate(
        self,
        setup: Setup,
        assumption_values: Mapping[str, PerDraw],
        of: Evidence | None = None,
    ) -> PerObservationAndDraw:
        """Return modelled values on the scales of families."""
        evidence = of or self.evidence
        run = partial(modelled_in_chunk, assumption_values, evidence)
        title = f"{setup.draws.count:,} worlds"
        chunks = run_chunks(run, setup, self.quiet, title, self.crew)
        return evidence.on_scale(np.concatenate(chunks, axis=1))

    def _discrepancy_values(
        self,
        posterior: PosteriorDensity,
        samples: Samples,
        others: PerObservationAndDraw,
    ) -> dict[str, PerDraw]:
        _, spreads, memories = posterior.split(samples)
        rows = self.setup.records.facts.rows(DiscrepancyRow)
        chance = Chance(self.setup.seed, Draws(len(samples)))
        untargeted = UntargetedFamilies(
            self.untargeted, {row.name: row for row in rows}
        )
        return {
            **assumptions.sample(rows, Draws(len(samples)), self.setup.seed),
            **posterior.spreads.values(spreads),
            **posterior.memories.values(memories),
            **untargeted.fit(others, chance),
        }


def _spread_wider(samples: Samples) -> Samples:
    centre = samples.mean(axis=0)
    return centre + _WIDER * (samples - centre)
