"""Divergence: where two lives of one world part, and how the difference spreads.

Both were lived in the same draw, with the same luck: until the law differs they are one
world, to the last bit, and what differs afterwards is the law's doing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float64

from sim.domain.months import Month
from sim.outcomes.lines import STATES, LineName, LineRecord
from sim.outcomes.network import Network, distances
from sim.outcomes.results import Key, Occurrence, Results, with_same_series

TOLERANCE = 1e-3
"""Relative difference beyond which something counts as different; of shares of a line's
orders, the difference itself."""

LARGEST, OF_ONE_MEASURE = 10, 2
"""Differences told of at the horizon, and how many of them may be of one measure."""

GATES = ("open_share", "pending")
"""States of a line that are law; what is shipped is trade."""

_DUST = 0.01
"""Share of a measure's largest value below which a value is too small to be told of."""

PerMonth = Float64[np.ndarray, "months"]
Differs = Bool[np.ndarray, "months"]


@dataclass(frozen=True)
class MeasureDifference:
    """A measure of an actor under both laws.

    Attributes:
        measure: its name.
        actor: whom it is about, with its part after a colon.
        unit: its unit.
        scenario: its value under the scenario.
        baseline: its value under the law compared with.
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
        return float(
            relative_difference(np.array([self.scenario]), np.array([self.baseline]))[0]
        )


@dataclass(frozen=True)
class DivergenceStep:
    """What parts in a month.

    Attributes:
        month: the month.
        lines: by state, the lines that differ in it now and did not before.
        actors: actors that are touched now and were not before, each with the measure
            of its own that differs most, if one does.
        differing_lines: how many lines differ in this month.
        differing_actors: how many actors do, by a measure or by a line of theirs.
    """

    month: Month
    lines: Mapping[str, tuple[LineName, ...]]
    actors: Mapping[str, MeasureDifference | None]
    differing_lines: int
    differing_actors: int


@dataclass(frozen=True, eq=False)
class Divergence:
    """Two lives of one world: of the first of their draws.

    Attributes:
        scenario: results under the law in question.
        baseline: results under the law compared with, for the same draw and months.
        scenario_lines: how the lines stood under the first.
        baseline_lines: how they stood under the second.
    """

    scenario: Results
    baseline: Results
    scenario_lines: LineRecord
    baseline_lines: LineRecord

    @classmethod
    def of(
        cls,
        scenario: Results,
        baseline: Results,
        scenario_lines: LineRecord,
        baseline_lines: LineRecord,
    ) -> Divergence:
        """Return the divergence of two lives, series matched."""
        ours, theirs = with_same_series(scenario, baseline)
        return cls(ours, theirs, scenario_lines, baseline_lines)

    # --- where they part --------------------------------------------------------------

    @cached_property
    def first(self) -> Month | None:
        """The first month in which anything differs, be it in the last bit."""
        months = [self._first(differs) for differs in self._exactly()]
        months += [event.month for event in self.differing_events()]
        return min((month for month in months if month is not None), default=None)

    def differing_events(self, month: Month | None = None) -> list[Occurrence]:
        """Return what happened in one of both lives alone, or not for the same numbers.

        Args:
            month: the month; all months if not given.
        """
        ours, theirs = (
            {_told(e): e for e in results.events if month in {None, e.month}}
            for results in (self.scenario, self.baseline)
        )
        alone = [ours.get(key) or theirs[key] for key in ours.keys() ^ theirs.keys()]
        return sorted(alone, key=lambda e: (e.month.index, *e.key[1:]))

    def events_by_side(self, month: Month) -> tuple[list[Occurrence], list[Occurrence]]:
        """Return what happened in a month in one life alone, the scenario's first."""
        alone = self.differing_events(month)
        scenario = {id(event) for event in self.scenario.events}
        return (
            [event for event in alone if id(event) in scenario],
            [event for event in alone if id(event) not in scenario],
        )

    def _exactly(self) -> Iterator[Differs]:
        yield from (ours != theirs for ours, theirs in self._series.values())
        yield np.any(self._line_gaps > 0.0, axis=1)

    def _first(self, differs: Differs) -> Month | None:
        return self.months[int(np.argmax(differs))] if differs.any() else None

    # --- how it spreads ---------------------------------------------------------------

    @cached_property
    def steps(self) -> tuple[DivergenceStep, ...]:
        """The months in which a line or an actor differs in a way it did not before."""
        found, so_far, actors_so_far = [], set[tuple[str, int]](), set[str]()
        for row, month in enumerate(self.months):
            states = {
                (state, int(place))
                for state, gaps in self._state_gaps.items()
                for place in np.flatnonzero(gaps[row] > TOLERANCE)
            }
            lines = {place for _, place in states}
            actors = self._touched(row, lines)
            new, new_actors = states - so_far, actors - actors_so_far
            so_far |= states
            actors_so_far |= actors
            if new or new_actors:
                found.append(
                    DivergenceStep(
                        month=month,
                        lines=self._by_state(new),
                        actors={
                            actor: self.largest_of(actor, month)
                            for actor in sorted(new_actors)
                        },
                        differing_lines=len(lines),
                        differing_actors=len(actors),
                    )
                )
        return tuple(found)

    def _by_state(self, new: set[tuple[str, int]]) -> dict[str, tuple[LineName, ...]]:
        names = self.scenario_lines.lines
        return {
            state: tuple(names[place] for which, place in sorted(new) if which == state)
            for state in STATES
        }

    def count(self, month: Month) -> tuple[int, int]:
        """Return how many lines and how many actors differ in a month."""
        row = self.baseline.month_index(month)
        lines = set(np.flatnonzero(self._line_gaps[row] > TOLERANCE).tolist())
        return len(lines), len(self._touched(row, lines))

    def largest_of(self, actor: str, month: Month) -> MeasureDifference | None:
        """Return the measure of an actor that differs most in a month."""
        gaps = [
            self._gap(key, self.baseline.month_index(month))
            for key in self._series
            if key[1].partition(":")[0] == actor
        ]
        wide = [gap for gap in gaps if gap.size > TOLERANCE]
        return max(wide, key=lambda gap: gap.size, default=None)

    def line(self, name: LineName, month: Month) -> dict[str, tuple[float, float]]:
        """Return each state of a line in a month: under the baseline, the scenario."""
        row = self.baseline.month_index(month)
        place = self.scenario_lines.lines.index(name)
        return {
            state: (
                float(self.baseline_lines.states[state][row, place, 0]),
                float(values[row, place, 0]),
            )
            for state, values in self.scenario_lines.states.items()
        }

    @cached_property
    def first_lines(self) -> tuple[LineName, ...]:
        """The lines touched first: by law, or where no law touches one, by trade.

        Law touches a line when what may pass on it differs, or what is announced.
        """
        for gaps in (self._gate_gaps, self._line_gaps):
            rows = np.flatnonzero((gaps > 0.0).any(axis=1))
            if rows.size:
                names = self.scenario_lines.lines
                return tuple(names[at] for at in np.flatnonzero(gaps[rows[0]] > 0.0))
        return ()

    @cached_property
    def hops(self) -> dict[str, int]:
        """How many supply lines lie between an actor and the lines first touched.

        The actors at the ends of those lines are at 0.
        """
        if self.network is None:
            return {}
        ends = {end for line in self.first_lines for end in line.ends}
        return distances(self.network, ends)

    # --- what it comes to -------------------------------------------------------------

    def largest(self) -> list[MeasureDifference]:
        """Return the largest relative differences at the horizon.

        Flows are those of the last twelve months. What is small beside the same measure
        of others is left out, and so are more than a few actors of one measure.
        """
        last = self.months[-1]
        gaps = [self.over_year(key, last) for key in self._series]
        most: dict[str, float] = {}
        for gap in gaps:
            value = max(abs(gap.scenario), abs(gap.baseline))
            most[gap.measure] = max(most.get(gap.measure, 0.0), value)
        told: list[MeasureDifference] = []
        for gap in sorted(gaps, key=lambda gap: -gap.size):
            weight = max(abs(gap.scenario), abs(gap.baseline))
            of_measure = sum(one.measure == gap.measure for one in told)
            if (
                gap.size > TOLERANCE
                and weight >= _DUST * most[gap.measure]
                and of_measure < OF_ONE_MEASURE
            ):
                told.append(gap)
        return told[:LARGEST]

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
        return self._gap(key, self.baseline.month_index(month))

    def frame(self) -> pd.DataFrame:
        """Return when each line and each actor first differs, and how far away it is.

        Columns: month, what (``line`` or ``actor``), name, hops, measure, baseline,
        scenario. Of a line the measure is a state of it.
        """
        rows: list[tuple[object, ...]] = []
        for step in self.steps:
            pairs = [(s, name) for s, names in step.lines.items() for name in names]
            for state, name in pairs:
                amounts = self.line(name, step.month)[state]
                hops = min(self.hops.get(end, -1) for end in name.ends)
                rows.append(
                    (step.month.first_day, "line", str(name), hops, state, *amounts)
                )
            for actor, gap in step.actors.items():
                hops = self.hops.get(actor, -1)
                numbers = (
                    ("", np.nan, np.nan)
                    if gap is None
                    else (gap.measure, gap.baseline, gap.scenario)
                )
                rows.append((step.month.first_day, "actor", actor, hops, *numbers))
        columns = ["month", "what", "name", "hops", "measure", "baseline", "scenario"]
        return pd.DataFrame(rows, columns=columns)

    # --- what they are made of --------------------------------------------------------

    @property
    def months(self) -> tuple[Month, ...]:
        """The months lived under both laws."""
        return self.baseline.months

    @property
    def network(self) -> Network | None:
        """Actors and lines."""
        return self.scenario.network

    @cached_property
    def actors(self) -> frozenset[str]:
        """Actors that trade, or of which a measure speaks."""
        network = self.network
        known = frozenset() if network is None else frozenset(network.nodes)
        ends = {end for line in self.scenario_lines.lines for end in line.ends}
        spoken_of = {actor.partition(":")[0] for _, actor in self._series}
        return known & (ends | spoken_of)

    @cached_property
    def _series(self) -> dict[Key, tuple[PerMonth, PerMonth]]:
        theirs = self.baseline.series
        return {
            key: (series[:, 0], theirs[key][:, 0])
            for key, series in self.scenario.series.items()
        }

    @cached_property
    def _measure_gaps(self) -> dict[str, Float64[np.ndarray, "months"]]:
        """The widest relative difference of any measure of each actor, by month."""
        found: dict[str, PerMonth] = {}
        for (_, actor), (ours, theirs) in self._series.items():
            name = actor.partition(":")[0]
            gap = relative_difference(ours, theirs)
            found[name] = np.maximum(found[name], gap) if name in found else gap
        return found

    @cached_property
    def _line_gaps(self) -> Float64[np.ndarray, "months lines"]:
        """The widest difference of any state of each line, by month."""
        return np.maximum.reduce(list(self._state_gaps.values()))

    @cached_property
    def _gate_gaps(self) -> Float64[np.ndarray, "months lines"]:
        """The widest difference of what may pass on each line, or is to be denied."""
        return np.maximum.reduce([self._state_gaps[gate] for gate in GATES])

    @cached_property
    def _state_gaps(self) -> dict[str, Float64[np.ndarray, "months lines"]]:
        """The difference of each state of each line by month; of trade, relative."""
        ours, theirs = self.scenario_lines.states, self.baseline_lines.states
        return {
            state: (
                np.abs(ours[state] - theirs[state])[:, :, 0]
                if state in GATES
                else relative_difference(ours[state][:, :, 0], theirs[state][:, :, 0])
            )
            for state in STATES
        }

    def _touched(self, row: int, lines: set[int]) -> set[str]:
        names = self.scenario_lines.lines
        by_line = {end for place in lines for end in names[place].ends}
        by_measure = {
            actor for actor, gap in self._measure_gaps.items() if gap[row] > TOLERANCE
        }
        return (by_line | by_measure) & self.actors

    def _gap(self, key: Key, row: int) -> MeasureDifference:
        ours, theirs = self._series[key]
        unit = self.scenario.quantities[key[0]].unit_by_month
        return MeasureDifference(*key, unit, float(ours[row]), float(theirs[row]))


def relative_difference(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Return the difference over the larger of both, nothing where both are nothing."""
    larger = np.maximum(np.abs(ours), np.abs(theirs))
    return np.divide(
        np.abs(ours - theirs), larger, out=np.zeros_like(larger), where=larger > 0.0
    )


def _told(event: Occurrence) -> object:
    """Return an event with the numbers of its first draw, to be compared."""
    numbers = tuple((name, float(x[0])) for name, x in event.inputs.items())
    threshold = None if event.threshold is None else float(event.threshold[0])
    return (event.key, numbers, threshold)
