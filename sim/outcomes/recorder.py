"""The recorder: what is kept of a run, month by month."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np

from sim.domain.array_types import Float64
from sim.domain.ensemble import Draws, PerDraw
from sim.domain.errors import SettingsError, choices
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.outcomes.measures import MEASURES
from sim.outcomes.measures.measure import CHINA, Measure
from sim.outcomes.network_graph import without_quantities
from sim.outcomes.occurrences import Occurrence, merge_events
from sim.outcomes.results import Key, Results, Series, sorted_keys
from sim.policy.decided_law import AS_DATED
from sim.policy.regime import Regime
from sim.world import World

HEADLINE = "headline"
ALL = "all"
PART = ":"
"""Separates an actor from its part."""

Selection = str | Sequence[str]
"""``headline``, ``all``, or the names of measures, ``headline`` among them or not.

The headline keeps China in total and its channels where a measure covers China, and
every actor in total where it does not; the others keep all parts of all actors.
"""


def select(
    selection: Selection, known: Sequence[Measure] = MEASURES
) -> tuple[Measure, ...]:
    """Return the measures that a selection names, in the order of `known`.

    Raises:
        SettingsError: a name is not a measure's.
    """
    if selection == ALL:
        return tuple(known)
    if selection == HEADLINE:
        return tuple(measure for measure in known if measure.headline)
    chosen = [selection] if isinstance(selection, str) else list(selection)
    names = [measure.name for measure in known]
    for name in chosen:
        if name not in (*names, HEADLINE):
            hint = choices(name, [*names, HEADLINE, ALL], "task=measures")
            raise SettingsError(f"record: no measure is called {name!r}{hint}")
        if chosen.count(name) > 1:
            raise SettingsError(f"record: {name!r} appears twice")
    if not chosen:
        raise SettingsError("record: name at least one, or 'headline', or 'all'")
    return tuple(
        measure
        for measure in known
        if measure.name in chosen or (measure.headline and HEADLINE in chosen)
    )


def kept_in_headline(actors: Collection[str]) -> list[str]:
    """Return those of the actors of a measure that the headline keeps."""
    if CHINA in actors:
        return [actor for actor in actors if _is_of_china(actor)]
    return [actor for actor in actors if PART not in actor]


_Buffer = Float64[np.ndarray, "capacity draws"]
"""One row per month that there is room for, and one number per draw in each."""


class Recorder:
    """Keeps the selected measures of every month, in a table of its own for each.

    State is rebound elsewhere and never changed in place. These tables are the one
    exception: made before the months that fill them, they hold every number once, and
    nobody sees them until the run is over.
    """

    def __init__(
        self,
        measures: Selection = HEADLINE,
        known: Sequence[Measure] = MEASURES,
        *,
        capacity: int = MONTHS_A_YEAR,
    ) -> None:
        """Start with tables for some months; more are recorded all the same."""
        self.measures = select(measures, known)
        named = [measures] if isinstance(measures, str) else list(measures)
        self.leaves_out_parts = HEADLINE in named
        self._named = frozenset(named)
        self.months: list[Month] = []
        self._capacity = capacity
        self._tables: dict[Key, _Buffer] = {}

    def record(self, world: World) -> None:
        """Keep the month that a world has just finished.

        What a measure does not cover yet, or no longer, such as a chip that nobody
        has designed, is nothing: a new table holds zeros.
        """
        row = len(self.months)
        if row == self._capacity:
            self._resize(2 * row + 1)
        for measure in self.measures:
            for actor, amounts in self._kept(measure, world).items():
                key = (measure.name, actor)
                if key not in self._tables:
                    self._tables[key] = np.zeros((self._capacity, amounts.size))
                self._tables[key][row] = amounts
        self.months.append(world.month + -1)

    def fork(self) -> Recorder:
        """Return a recorder with the same history and a future of its own."""
        return copy(self)

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy of it needs, here or in another process: its history."""
        return {
            **self.__dict__,
            "months": list(self.months),
            "_tables": {
                key: self._recorded(table) for key, table in self._tables.items()
            },
        }

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Become a copy with tables of its own."""
        self.__dict__.update(state)
        self._resize(self._capacity)

    def _resize(self, months: int) -> None:
        """Move to tables for so many months, series by series."""
        self._capacity = months
        for key, table in self._tables.items():
            history = self._recorded(table)
            self._tables[key] = np.zeros((months, history.shape[1]))
            self._tables[key][: len(history)] = history

    def _recorded(self, table: _Buffer) -> Series:
        """Return the months of a table that have been recorded."""
        return table[: len(self.months)]

    def _kept(self, measure: Measure, world: World) -> Mapping[str, PerDraw]:
        """Return what is kept of the actors that a measure covers."""
        values = measure.read(world)
        if not self.leaves_out_parts or measure.name in self._named:
            return values
        return {key: values[key] for key in kept_in_headline(values)}

    def results(self, world: World, scenario: str) -> Results:
        """Return what was recorded of a world, now that its run is over.

        The recorder hands its tables over, and has none afterwards.
        """
        [results] = self.results_by_case(world, [(scenario, world.regime)])
        return results

    def results_by_case(
        self,
        world: World,
        cases: Sequence[tuple[str, Regime]],
        *,
        series_only: bool = False,
    ) -> list[Results]:
        """Return what was recorded of each copy of the draws in a world, likewise.

        Series are views of the tables, not copies. One that was recorded for any copy
        is there for all: nothing, where there is nothing to record.

        Args:
            world: a world that runs each draw once for each case, case after case.
            cases: name and law of each copy.
            series_only: whether to leave out events, decided law and the network.
        """
        quantities = {measure.name: measure.quantity for measure in self.measures}
        tables, self._tables = self._tables, {}
        order = sorted_keys(tables, quantities)
        series = {key: self._recorded(tables[key]) for key in order}
        count = world.chance.draws.count // len(cases)
        by_case = []
        for index, (name, law) in enumerate(cases):
            first = index * count
            columns = slice(first, first + count) if len(cases) > 1 else slice(None)
            results = Results(
                scenario=name,
                months=tuple(self.months),
                draws=Draws(count, world.chance.draws.first),
                quantities=quantities,
                series={key: numbers[:, columns] for key, numbers in series.items()},
                regime=law.with_decided(AS_DATED, AS_DATED),
                seed=world.chance.seed,
            )
            if not series_only:
                results = _with_events(results, world, columns)
            by_case.append(results)
        return by_case


def _with_events(results: Results, world: World, columns: slice) -> Results:
    """Return results with what happened, what was decided and all lines at the end."""
    draws, law = results.draws, world.regime
    events = (Occurrence.of(event, draws, columns) for event in world.events)
    return replace(
        results,
        events=merge_events(event for event in events if event.draws.size),
        decided=law.decided.of_draws(columns, law.book.acts),
        network=without_quantities(world.network, columns),
    )


def _is_of_china(key: str) -> bool:
    return key.partition(PART)[0] == CHINA
