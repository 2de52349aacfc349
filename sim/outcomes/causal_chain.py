"""Why a number differs: the measures behind it, and how far each differs with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.outcomes.measures.measure_inputs import inputs_of
from sim.outcomes.paired_difference import is_equal, paired_difference
from sim.outcomes.quantiles import Spread, headline_quantiles
from sim.outcomes.results import Key, Results


@dataclass(frozen=True)
class ChainLink:
    """A measure behind a number that differs between two laws.

    Attributes:
        key: measure and actor.
        depth: how many links lead from the number asked about to it.
        mechanism: by which it acts; nothing of the number asked about itself.
        unit: of a year.
        baseline: quantiles of the level under the law compared with.
        scenario: the same under the scenario.
        difference: the same of the paired difference.
        differs_in: share of draws in which it differs at all.
        since: the median month from which on it differs, of these draws.
        correlation: rank correlation over draws of its difference with that of the
            number that it acts on; missing of one draw, or where one never varies.
    """

    key: Key
    depth: int
    mechanism: str
    unit: str
    baseline: Spread
    scenario: Spread
    difference: Spread
    differs_in: float
    since: Month | None
    correlation: float


def causal_chain(
    scenario: Results, baseline: Results, key: Key, month: Month
) -> list[ChainLink]:
    """Return the number asked about, and what makes it differ, the nearest first.

    What does not differ in any draw by then is left out, and so is all behind it. Of
    the inputs of a number the one whose difference goes most with its own comes first.

    Args:
        scenario: results under the scenario.
        baseline: the same draws under the law compared with.
        key: measure and actor.
        month: in which; of a flow the twelve months to it are looked at.
    """
    return list(_Chain(scenario, baseline, month).links(key))


@dataclass(frozen=True, eq=False)
class _Chain:
    scenario: Results
    baseline: Results
    month: Month

    def links(self, key: Key) -> Iterator[ChainLink]:
        shown: set[Key] = set()
        yield from self._links(key, 0, "", None, shown)

    def _links(
        self, key: Key, depth: int, mechanism: str, parent: Key | None, shown: set[Key]
    ) -> Iterator[ChainLink]:
        shown.add(key)
        link = self._link(key, depth, mechanism, parent)
        if depth and not link.differs_in:
            return
        yield link
        inputs = [
            (self._correlation(one.input, key), one)
            for one in inputs_of(key)
            if one.input in self.scenario.series
        ]
        inputs.sort(key=lambda each: -abs(np.nan_to_num(each[0])))
        for _, one in inputs:
            if one.input not in shown:
                yield from self._links(one.input, depth + 1, one.mechanism, key, shown)

    def _link(
        self, key: Key, depth: int, mechanism: str, parent: Key | None
    ) -> ChainLink:
        new, old = (
            side.over_year(key, self.month) for side in (self.scenario, self.baseline)
        )
        differs, since = self._first_differences(key)
        return ChainLink(
            key=key,
            depth=depth,
            mechanism=mechanism,
            unit=self.scenario.quantities[key[0]].unit_by_year,
            baseline=headline_quantiles(old),
            scenario=headline_quantiles(new),
            difference=headline_quantiles(paired_difference(new, old)),
            differs_in=differs,
            since=since,
            correlation=np.nan if parent is None else self._correlation(key, parent),
        )

    def _change(self, key: Key) -> PerDraw:
        sides = (self.scenario, self.baseline)
        new, old = (side.over_year(key, self.month) for side in sides)
        return paired_difference(new, old)

    def _correlation(self, key: Key, parent: Key) -> float:
        """Return the rank correlation of two differences over draws."""
        one, other = (pd.Series(self._change(x)).rank() for x in (key, parent))
        if len(one) < 2 or one.nunique() < 2 or other.nunique() < 2:
            return float(np.nan)
        return float(np.corrcoef(one, other)[0, 1])

    def _first_differences(self, key: Key) -> tuple[float, Month | None]:
        """Return in which share of draws it differs by then, and the median start."""
        end = self.scenario.month_index(self.month) + 1
        new, old = (side.series[key][:end] for side in (self.scenario, self.baseline))
        differs = ~is_equal(new, old)
        moved = differs.any(axis=0)
        if not moved.any():
            return 0.0, None
        first = np.sort(np.argmax(differs, axis=0)[moved])
        return float(np.mean(moved)), self.scenario.months[first[len(first) // 2]]
