"""Interaction: whether scenarios together do more than each of them adds up to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.outcomes.objectives import ObjectiveValues
from sim.outcomes.paired_difference import paired_difference
from sim.outcomes.quantiles import Spread, headline_quantiles


@dataclass(frozen=True)
class InteractionRow:
    """A combination of scenarios beside its parts.

    Attributes:
        objective: what they change.
        unit: its unit, which quantiles are in.
        whole: the combination.
        parts: the scenarios combined, separated by blanks.
        of_whole: quantiles of what the combination changes.
        of_parts: quantiles of the sum of what its parts change, draw by draw.
        interaction: quantiles of the first less the second, draw by draw.
        above: share of draws in which the combination's change is above the sum.
        below: share in which it is below.
    """

    objective: str
    unit: str
    whole: str
    parts: str
    of_whole: Spread
    of_parts: Spread
    interaction: Spread
    above: float
    below: float

    @property
    def more(self) -> float:
        """Share of draws in which the whole goes further than its parts do together.

        Further is meant in the direction of the median of the sum of the parts.
        """
        return self.below if self.of_parts[1] < 0.0 else self.above

    @property
    def less(self) -> float:
        """Share of draws in which it goes less far."""
        return self.above if self.of_parts[1] < 0.0 else self.below


def interaction_rows(
    values: ObjectiveValues, parts_of: Mapping[str, Sequence[str]]
) -> Iterator[InteractionRow]:
    """Yield each combination of which all parts were run.

    Args:
        values: an objective under all laws.
        parts_of: the scenarios that each combination is made of, by its name.
    """
    for whole, parts in parts_of.items():
        if not {whole, *parts} <= set(values.scenarios):
            continue
        total = values.change(whole)
        added = np.zeros_like(total)
        for part in parts:
            added = added + values.change(part)
        # Levels are compared: a difference of them is as precise as they are.
        expected = values.at_horizon(values.baseline) + added
        rest = paired_difference(values.at_horizon(whole), expected)
        yield InteractionRow(
            objective=values.objective.name,
            unit=values.objective.unit,
            whole=whole,
            parts=" ".join(parts),
            of_whole=headline_quantiles(total),
            of_parts=headline_quantiles(added),
            interaction=headline_quantiles(rest),
            above=float(np.mean(rest > 0.0)),
            below=float(np.mean(rest < 0.0)),
        )
