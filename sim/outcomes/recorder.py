"""The recorder: what is kept of a run, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float64

from sim.domain.ensemble import Draws, PerDraw
from sim.domain.errors import SettingsError, nearest
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.outcomes.measures import MEASURES
from sim.outcomes.measures.measure import CHINA, Measure
from sim.outcomes.network import without_quantities
from sim.outcomes.occurrences import Occurrence, merge_events
from sim.outcomes.results import Key, Results, Series, sorted_keys
from sim.policy.decided_law import AS_DATED
from sim.policy.regime import Regime
from sim.world import World

HEADLINE = "headline"
ALL = "all"
PART = ":"
"""Stands between an actor and its part."""

Selection = str | Sequence[str]
"""``headline``, ``all``, or the names of measures.

The headline keeps China as a whole and its channels where a measure speaks of China,
and every actor as a whole where it does not; the others keep all parts of all actors.
"""


def select(
    selection: Selection, known: Sequence[Measure] = MEASURES
) -> tuple[Measure, ...]:
    """Return the measures that a selection names, in the order of `known`.

    Raises:
        SettingsError: a name is no measure's.
    """
    if selection == ALL:
        return tuple(known)
    if selection == HEADLINE:
        return tuple(measure for measure in known if measure.headline)
    wanted = [selection] if isinstance(selection, str) else list(selection)
    names = [measure.name for measure in known]
    for name in wanted:
        if name not in names:
            hint = nearest(name, [*names, HEADLINE, ALL])
            raise SettingsError(
                f"measures: no measure is called {name!r}; give 'headline', 'all' or "
                f"names from docs/outputs.md{hint}"
            )
    if not wanted:
        raise SettingsError("measures: name at least one, or 'headline', or 'all'")
    return tuple(measure for measure in known if measure.name in wanted)


_Roomy = Float64[np.ndarray, "room draws"]
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
        """Have recorded nothing yet.

        Args:
            measures: which are recorded.
            known: those that can be named.
            capacity: months for which tables are made; more are recorded all the same.
        """
        self.measures = select(measures, known)
        self.leaves_out_parts = measures == HEADLINE
        self.months: list[Month] = []
        self._room = capacity
        self._tables: dict[Key, _Roomy] = {}

    def record(self, world: World) -> None:
        """Keep the month that a world has just finished.

        What a measure does not speak of yet, or no more, such as a chip that nobody
        has designed, is nothing: a new table holds zeros.
        """
        row = len(self.months)
        if row == self._room:
            self._make_room(2 * row + 1)
        for measure in self.measures:
            for actor, amounts in self._wanted(measure.read(world)).items():
                key = (measure.name, actor)
                if key not in self._tables:
                    self._tables[key] = np.zeros((self._room, amounts.size))
                self._tables[key][row] = amounts
        self.months.append(world.month + -1)

    def fork(self) -> Recorder:
        """Return a recorder with the same history, which goes on by itself."""
        return copy(self)

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy of it needs, here or in another process: its history."""
        return {
            **self.__dict__,
            "months": list(self.months),
            "_tables": {key: self._lived(table) for key, table in self._tables.items()},
        }

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Become a copy, with tables of its own."""
        self.__dict__.update(state)
        self._make_room(self._room)

    def _make_room(self, months: int) -> None:
        """Move to tables for so many months, series by series."""
        self._room = months
        for key, table in self._tables.items():
            history = self._lived(table)
            self._tables[key] = np.zeros((months, history.shape[1]))
            self._tables[key][: len(history)] = history

    def _lived(self, table: _Roomy) -> Series:
        """Return the months of a table that have been recorded."""
        return table[: len(self.months)]

    def _wanted(self, values: Mapping[str, PerDraw]) -> Mapping[str, PerDraw]:
        """Return what is kept of the actors that a measure speaks of."""
        if not self.leaves_out_parts:
            return values
        if CHINA in values:
            return {key: x for key, x in values.items() if _is_of_china(key)}
        return {key: x for key, x in values.items() if PART not in key}

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

        Series are views of the whole, not copies. One that was recorded for any copy is
        there for all: nothing, where there is nothing to record.

        Args:
            world: a world in which the draws stand side by side, once for each case.
            cases: name and law of each copy.
            series_only: whether to spare events, conduct and the network.
        """
        quantities = {measure.name: measure.quantity for measure in self.measures}
        tables, self._tables = self._tables, {}
        order = sorted_keys(tables, quantities)
        series = {key: self._lived(tables[key]) for key in order}
        count = world.chance.draws.count // len(cases)
        found = []
        for place, (name, law) in enumerate(cases):
            first = place * count
            part = slice(first, first + count) if len(cases) > 1 else slice(None)
            bare = Results(
                scenario=name,
                months=tuple(self.months),
                draws=Draws(count, world.chance.draws.first),
                quantities=quantities,
                series={key: whole[:, part] for key, whole in series.items()},
                regime=law.with_decided(AS_DATED, AS_DATED),
                seed=world.chance.seed,
            )
            found.append(bare if series_only else _with_story(bare, world, part))
        return found


def _with_story(results: Results, world: World, part: slice) -> Results:
    """Return results with what happened, what was decided and how all lines stood."""
    conduct, draws = world.regime.decided, results.draws
    events = (Occurrence.of(event, draws, part) for event in world.events)
    return replace(
        results,
        events=merge_events(event for event in events if event.draws.size),
        decided=conduct.of_draws(part, world.regime.book.acts),
        network=without_quantities(world.network, part),
    )


def _is_of_china(key: str) -> bool:
    return key.partition(PART)[0] == CHINA
