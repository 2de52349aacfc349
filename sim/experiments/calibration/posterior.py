"""The posterior: how well a guess at assumptions and remainders fits what was seen.

    log p(z | y) = log N(y - f(z); 0, R + D(s, m) + E) + log N(z; 0, I)

z are scores: of the assumptions that matter, then of the size s and of the memory m of
each family's remainders. f is the emulator, R what it misses, D the covariance of the
remainders and E that of the errors of observing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from sim.domain.ensemble import PerDraw
from sim.experiments.calibration.discrepancies import Noise, Pairs
from sim.experiments.calibration.emulator import Emulator
from sim.experiments.calibration.evidence import Answers, ByFamily, Evidence
from sim.experiments.calibration.scores import Places, Scores

Guesses = Float64[np.ndarray, "guesses dimensions"]
"""A guess in each row: the score of everything that is fitted."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """The density that is sampled.

    Attributes:
        evidence: what was seen.
        emulator: what the model would say of it.
        spreads: of the remainders' sizes, by family.
        memories: of the remainders' memories, by family.
        noise: all that parts the two.
    """

    evidence: Evidence
    emulator: Emulator
    spreads: Scores
    memories: Scores
    noise: Noise

    @classmethod
    def of(
        cls, evidence: Evidence, emulator: Emulator, spreads: Scores, memories: Scores
    ) -> Posterior:
        """Return the posterior of evidence."""
        fixed = emulator.rest + np.diag(evidence.errors**2)
        noise = Noise(Pairs.within_series(evidence), fixed)
        return cls(evidence, emulator, spreads, memories, noise)

    def refitted(self, guesses: Guesses, answers: Answers) -> Posterior:
        """Return the same with an emulator of other worlds.

        Args:
            guesses: what was true of them, a world in each row.
            answers: what they say, a row for each observation, on its scale.
        """
        places, _, _ = self.parts(guesses)
        emulator = Emulator.fitted(self.emulator.scores, places, answers)
        return Posterior.of(self.evidence, emulator, self.spreads, self.memories)

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that is fitted, in the order of a guess."""
        return (
            *self.emulator.scores.names,
            *self.spreads.names,
            *self.memories.names,
        )

    def parts(self, guesses: Guesses) -> tuple[Places, ByFamily, ByFamily]:
        """Return the scores of assumptions, of sizes and of memories, by row."""
        assumed = len(self.emulator.scores.rows)
        families = len(self.spreads.rows)
        cuts = [assumed, assumed + families]
        places, spread, memory = np.split(guesses.T, cuts)
        return places, spread, memory

    def remainders(self, guesses: Guesses) -> tuple[ByFamily, ByFamily]:
        """Return the size and the memory of remainders, by family and guess."""
        _, spread, memory = self.parts(guesses)
        sizes = np.stack(list(self.spreads.values(spread).values()))
        months = np.stack(list(self.memories.values(memory).values()))
        return sizes, months

    def log_density(self, guesses: Guesses) -> PerDraw:
        """Return the log density of each guess, less that of the evidence."""
        places, _, _ = self.parts(guesses)
        apart = self.evidence.values[:, None] - self.emulator(places)
        likelihood = self.noise.log_density(apart, *self.remainders(guesses))
        return likelihood - 0.5 * (guesses**2).sum(axis=1)
