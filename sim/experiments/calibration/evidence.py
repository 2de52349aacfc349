"""Evidence: the observations that a calibration aims at, on the scales of families."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float64, Int64

from sim.experiments.hindcast.discrepancy import AtTimes
from sim.experiments.hindcast.observed import Observed
from sim.experiments.hindcast.scale import on_scale
from sim.outcomes.results import Results
from sim.records.history import Errors

ByObservation = Float64[np.ndarray, "observations"]
"""One number per observation."""

Answers = Float64[np.ndarray, "observations draws"]
"""One number per observation and draw."""

ByFamily = Float64[np.ndarray, "families draws"]
"""One number per family and draw."""

Which = Int64[np.ndarray, "observations"]
"""To which of several things each observation belongs."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What was observed, an entry for each row of each series.

    Attributes:
        series: the series, of the rows aimed at alone.
        errors: standard deviation of each observation's error, on its family's scale.
    """

    series: tuple[Observed, ...]
    errors: ByObservation

    @classmethod
    def of(cls, series: Sequence[Observed], errors: Errors) -> Evidence:
        """Return the evidence that series hold.

        Args:
            series: the series, of the rows aimed at alone.
            errors: how far observations may be off.
        """
        kept = tuple(one for one in series if one.rows)
        found = [one.errors(errors) for one in kept]
        return cls(kept, np.concatenate(found) if found else np.zeros(0))

    @cached_property
    def values(self) -> ByObservation:
        """What was observed, on the scale of its family."""
        return np.concatenate([one.scaled(one.values) for one in self.series])

    @cached_property
    def times(self) -> ByObservation:
        """The month in which each period ends, in months since year 0."""
        return np.concatenate([one.times for one in self.series])

    @cached_property
    def series_of(self) -> Which:
        """The series of each observation."""
        counts = [len(one.rows) for one in self.series]
        return np.repeat(np.arange(len(counts)), counts)

    @cached_property
    def families(self) -> tuple[str, ...]:
        """The families of which something was observed."""
        return tuple(dict.fromkeys(one.family.family for one in self.series))

    @cached_property
    def family_of(self) -> Which:
        """The family of each observation."""
        own = [self.families.index(one.family.family) for one in self.series]
        return np.array(own)[self.series_of]

    def answers(self, results: Results) -> Answers:
        """Return what a model says of each observation, in the measure's unit."""
        return np.concatenate([one.answers(results) for one in self.series])

    def on_scale(self, answers: Answers) -> Answers:
        """Return answers, a row for each observation, on the scales of families.

        On a log or logit scale an answer below a hundredth of what was seen counts as
        a hundredth: nothing and next to nothing are equally far off.
        """
        parts = np.split(answers, np.flatnonzero(np.diff(self.series_of)) + 1)
        pairs = zip(self.series, parts, strict=True)
        return np.concatenate([_of_series(one, part) for one, part in pairs])


_FAR_OFF = 0.01
"""Of what was seen: farther below, answers are alike."""


def _of_series(series: Observed, answers: AtTimes) -> AtTimes:
    if series.family.scale == "linear":
        return answers
    least = _FAR_OFF * series.values[:, None]
    return on_scale(series.family, np.maximum(answers, least))
