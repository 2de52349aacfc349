"""Divergence: when two runs of one world come to differ, and how that spreads.

Both were run in the same draw, with the same luck: until the law differs they are one
world, to the last bit, and what differs afterwards is the law's doing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from sim.domain.array_types import Float64
from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.outcomes.line_differences import TOLERANCE, LineDifferences
from sim.outcomes.lines import STATES, LineName, LineRecord
from sim.outcomes.network_graph import Network, distances
from sim.outcomes.occurrences import Occurrence
from sim.outcomes.paired_difference import is_equal, relative_difference
from sim.outcomes.results import Key, Results, with_same_series

LARGEST, OF_ONE_MEASURE = 10, 2
"""Differences listed at the horizon, and how many of them may be of one measure."""

_NEGLIGIBLE = 0.01
"""Share of a measure's largest value below which a value is too small to be listed."""

PerMonth = Float64[np.ndarray, "months"]


@dataclass(frozen=True)
class MeasureDifference:
    """A measure of an actor under both laws.

    Attributes:
        actor: whom it is about, with its part after a colon.
    """

    measure: str
    actor: str
    unit: str
    scenario: float
    baseline: float

    @property
    def change(self) -> float:
        """Scenario over baseline, less one; infinite if the baseline has nothing."""
        if self.baseline == 0.0:
            return float(np.inf) if self.scenario else 0.0
        return (self.scenario - self.baseline) / abs(self.baseline)

    @property
    def size(self) -> float:
        """Difference over the larger of both, in [0, 2]."""
        new, old = np.array([self.scenario]), np.array([self.baseline])
        return float(relative_difference(new, old)[0])

    @property
    def magnitude(self) -> float:
        """The larger of both values, without its sign."""
        return max(abs(self.scenario), abs(self.baseline))


@dataclass(frozen=True, repr=False)
class DivergenceStep(ShortRepr):
    """What comes to differ in a month.

    Attributes:
        actors: actors that differ now and did not before, each with the measure of its
            own that differs most, if one does.
    """

    month: Month
    lines: Mapping[str, Sequence[LineName]]
    actors: Mapping[str, MeasureDifference | None]


@dataclass(frozen=True, eq=False, repr=False)
class Divergence(ShortRepr):
    """Two runs of one world, compared in the first of their draws.

    Attributes:
        baseline: results under the law compared with, for the same draw and months.
    """

    scenario: Results
    baseline: Results
    lines: LineDifferences

    @classmethod
    def of(
        cls,
        scenario: Results,
        baseline: Results,
        scenario_lines: LineRecord,
        baseline_lines: LineRecord,
    ) -> Divergence:
        """Return the divergence of two runs, their series matched."""
        lines = LineDifferences(scenario_lines, baseline_lines)
        return cls(*with_same_series(scenario, baseline), lines)

    @property
    def months(self) -> tuple[Month, ...]:
        """The months run under both laws."""
        return self.baseline.months

    @property
    def network(self) -> Network | None:
        """Actors and lines."""
        return self.scenario.network

    # --- when they come to differ -----------------------------------------------------

    @cached_property
    def first(self) -> Month | None:
        """The first month in which anything differs by more than rounding."""
        tables = [~is_equal(new, old) for new, old in self._series.values()]
        tables.append(np.any(self.lines.largest > 0.0, axis=1))
        months = [self.months[int(np.argmax(x))] for x in tables if x.any()]
        months += [event.month for event in self.differing_events()]
        return min(months, default=None)

    def differing_events(self, month: Month | None = None) -> list[Occurrence]:
        """Return what happened in one run alone in a month, or in any if none is given.

        What happened in both, but not for the same numbers, is among it.
        """
        only_scenario, only_baseline = self.events_by_side(month)
        return sorted(
            only_scenario + only_baseline, key=lambda e: (e.month.index, *e.key[1:])
        )

    def events_by_side(
        self, month: Month | None = None
    ) -> tuple[list[Occurrence], list[Occurrence]]:
        """Return the same, what happened under the scenario alone first."""
        new, old = (
            _by_key(e for e in results.events if month in {None, e.month})
            for results in (self.scenario, self.baseline)
        )
        return _only_in(new, old), _only_in(old, new)

    # --- how it spreads ---------------------------------------------------------------

    @cached_property
    def steps(self) -> tuple[DivergenceStep, ...]:
        """The months in which a line or an actor differs in a way it did not before."""
        steps, past_states, past_actors = [], set[tuple[str, int]](), set[str]()
        for row, month in enumerate(self.months):
            states, actors = self.lines.differing(row), self._differing_actors(row)
            new_states, new_actors = states - past_states, actors - past_actors
            past_states |= states
            past_actors |= actors
            if new_states or new_actors:
                lines: dict[str, list[LineName]] = {state: [] for state in STATES}
                for state, index in sorted(new_states):
                    lines[state].append(self.lines.names[index])
                largest = {x: self.largest_of(x, month) for x in sorted(new_actors)}
                steps.append(DivergenceStep(month, lines, largest))
        return tuple(steps)

    def count(self, month: Month) -> tuple[int, int]:
        """Return how many lines and how many actors differ in a month."""
        row = self.baseline.month_index(month)
        lines = {index for _, index in self.lines.differing(row)}
        return len(lines), len(self._differing_actors(row))

    def _differing_actors(self, row: int) -> set[str]:
        """Return the actors that differ in a month, by a measure or by a line."""
        by_line = {
            end
            for _, index in self.lines.differing(row)
            for end in self.lines.names[index].ends
        }
        by_measure = {
            actor
            for actor, size in self._measure_differences.items()
            if size[row] > TOLERANCE
        }
        return (by_line | by_measure) & self.actors

    def largest_of(self, actor: str, month: Month) -> MeasureDifference | None:
        """Return the measure of an actor that differs most in a month."""
        differences = [
            difference
            for key in self._series
            if key[1].partition(":")[0] == actor
            and (difference := self.in_month(key, month)).size > TOLERANCE
        ]
        return max(differences, key=lambda difference: difference.size, default=None)

    def line(self, name: LineName, month: Month) -> dict[str, tuple[float, float]]:
        """Return each state of a line in a month: under the baseline, the scenario."""
        return self.lines.values(name, self.baseline.month_index(month))

    @cached_property
    def hops(self) -> dict[str, int]:
        """How many supply lines lie between an actor and the lines that differ first.

        The actors at the ends of those lines are at 0.
        """
        if self.network is None:
            return {}
        ends = {end for line in self.lines.first for end in line.ends}
        return distances(self.network, ends)

    # --- what it comes to -------------------------------------------------------------

    def largest(self) -> list[MeasureDifference]:
        """Return the largest relative differences at the horizon.

        Flows are those of the last twelve months. What is small beside the same measure
        of others is left out, and so are more than a few actors of one measure.
        """
        last = self.months[-1]
        differences = [self.over_year(key, last) for key in self._series]
        most: dict[str, float] = defaultdict(float)
        for x in differences:
            most[x.measure] = max(most[x.measure], x.magnitude)
        listed: list[MeasureDifference] = []
        of_measure = Counter[str]()
        for x in sorted(differences, key=lambda x: -x.size):
            if (
                x.size > TOLERANCE
                and x.magnitude >= _NEGLIGIBLE * most[x.measure]
                and of_measure[x.measure] < OF_ONE_MEASURE
            ):
                listed.append(x)
                of_measure[x.measure] += 1
        return listed[:LARGEST]

    def over_year(self, key: Key, last: Month) -> MeasureDifference:
        """Return a measure under both laws for the year that ends with a month."""
        return MeasureDifference(
            *key,
            unit=self.scenario.quantities[key[0]].unit_by_year,
            scenario=float(self.scenario.over_year(key, last)[0]),
            baseline=float(self.baseline.over_year(key, last)[0]),
        )

    def in_month(self, key: Key, month: Month) -> MeasureDifference:
        """Return a measure under both laws as it was in a month."""
        row = self.baseline.month_index(month)
        new, old = self._series[key]
        unit = self.scenario.quantities[key[0]].unit_by_month
        return MeasureDifference(*key, unit, float(new[row]), float(old[row]))

    def frame(self) -> pd.DataFrame:
        """Return when each line and each actor first differs, and how far away it is.

        Columns: month, what (``line`` or ``actor``), name, hops, measure, baseline,
        scenario. Of a line the measure is a state of it.
        """
        columns = ["month", "what", "name", "hops", "measure", "baseline", "scenario"]
        rows = [row for step in self.steps for row in self._rows(step)]
        return pd.DataFrame(rows, columns=columns)

    def _rows(self, step: DivergenceStep) -> Iterator[tuple[object, ...]]:
        day = step.month.first_day
        for state, names in step.lines.items():
            for name in names:
                values = self.line(name, step.month)[state]
                hops = min(self.hops.get(end, -1) for end in name.ends)
                yield (day, "line", str(name), hops, state, *values)
        for actor, x in step.actors.items():
            values = (np.nan, np.nan) if x is None else (x.baseline, x.scenario)
            measure = "" if x is None else x.measure
            yield (day, "actor", actor, self.hops.get(actor, -1), measure, *values)

    # --- what is compared -------------------------------------------------------------

    @cached_property
    def actors(self) -> frozenset[str]:
        """Actors that trade, or that a measure covers."""
        known = frozenset() if self.network is None else frozenset(self.network.nodes)
        ends = {end for line in self.lines.names for end in line.ends}
        measured = {actor.partition(":")[0] for _, actor in self._series}
        return known & (ends | measured)

    @cached_property
    def _series(self) -> dict[Key, tuple[PerMonth, PerMonth]]:
        """The series of both runs, the scenario's first."""
        return {
            key: (series[:, 0], self.baseline.series[key][:, 0])
            for key, series in self.scenario.series.items()
        }

    @cached_property
    def _measure_differences(self) -> dict[str, PerMonth]:
        """The largest relative difference of any measure of each actor, by month."""
        largest: dict[str, PerMonth] = defaultdict(lambda: np.zeros(len(self.months)))
        for (_, key), (new, old) in self._series.items():
            actor = key.partition(":")[0]
            largest[actor] = np.maximum(largest[actor], relative_difference(new, old))
        return largest


def _by_key(events: Iterable[Occurrence]) -> dict[object, Occurrence]:
    return {(event.key, event.form): event for event in events}


def _only_in(
    events: Mapping[object, Occurrence], others: Mapping[object, Occurrence]
) -> list[Occurrence]:
    """Return events that are not among others, or there with other numbers."""
    return [
        event
        for key, event in events.items()
        if key not in others or not _is_same(event, others[key])
    ]


def _is_same(event: Occurrence, other: Occurrence) -> bool:
    """Return whether two events have the same numbers in their first draw."""
    return bool(is_equal(_numbers_of(event), _numbers_of(other)).all())


def _numbers_of(event: Occurrence) -> np.ndarray:
    thresholds = [] if event.threshold is None else [event.threshold]
    return np.array([float(x[0]) for x in [*event.inputs.values(), *thresholds]])
