"""The recorder: what is kept of a run, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from sim.domain.ensemble import Draws, PerDraw
from sim.domain.errors import SettingsError, nearest
from sim.domain.months import Month
from sim.outcomes.measures import MEASURES, Measure
from sim.outcomes.network import slim
from sim.outcomes.readings import CHINA
from sim.outcomes.results import Key, Occurrence, Quantity, Results, in_order, merge
from sim.policy.conduct import AS_DATED
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


class Recorder:
    """Keeps the selected measures of every month; forks share the history so far.

    The arrays kept are those that the world returns (state is rebound, never changed
    in place), so a recorder costs no more than the numbers that it records.
    """

    def __init__(
        self, measures: Selection = HEADLINE, known: Sequence[Measure] = MEASURES
    ) -> None:
        self.measures = select(measures, known)
        self.leaves_out_parts = measures == HEADLINE
        self.months: list[Month] = []
        self._columns: dict[Key, list[PerDraw]] = {}

    def record(self, world: World) -> None:
        """Keep the month that a world has just finished.

        What a measure does not speak of yet, or no more, such as a chip that nobody
        has designed, is nothing.
        """
        values = {
            (measure.name, actor): _owned(amounts)
            for measure in self.measures
            for actor, amounts in self._wanted(measure.read(world)).items()
        }
        nothing = world.zeros()
        for key in values.keys() - self._columns.keys():
            self._columns[key] = [nothing] * len(self.months)
        for key, column in self._columns.items():
            column.append(values.get(key, nothing))
        self.months.append(world.month + -1)

    def fork(self) -> Recorder:
        """Return a recorder with the same history, which goes on by itself."""
        twin = Recorder.__new__(Recorder)
        twin.measures = self.measures
        twin.leaves_out_parts = self.leaves_out_parts
        twin.months = list(self.months)
        twin._columns = {key: list(rows) for key, rows in self._columns.items()}
        return twin

    def _wanted(self, values: Mapping[str, PerDraw]) -> Mapping[str, PerDraw]:
        """Return what is kept of the actors that a measure speaks of."""
        if not self.leaves_out_parts:
            return values
        if CHINA in values:
            return {key: x for key, x in values.items() if _is_of_china(key)}
        return {key: x for key, x in values.items() if PART not in key}

    def results(self, world: World, scenario: str) -> Results:
        """Return what was recorded of a world, now that its run is over.

        The recorder is emptied meanwhile: memory does not hold the numbers twice.
        """
        [results] = self.copies(world, [(scenario, world.regime)])
        return results

    def copies(
        self,
        world: World,
        cases: Sequence[tuple[str, Regime]],
        *,
        series_alone: bool = False,
    ) -> list[Results]:
        """Return what was recorded of each copy of the draws in a world, likewise.

        Series are views of the whole, not copies. One that was recorded for any copy is
        there for all: nothing, where there is nothing to record.

        Args:
            world: a world in which the draws stand side by side, once for each case.
            cases: name and law of each copy.
            series_alone: whether to spare events, conduct and the network.
        """
        quantities = {measure.name: quantity(measure) for measure in self.measures}
        order = in_order(list(self._columns), quantities)
        series = {key: np.stack(self._columns.pop(key)) for key in order}
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
                regime=law.under(AS_DATED, AS_DATED),
                seed=world.chance.seed,
            )
            found.append(bare if series_alone else _with_story(bare, world, part))
        return found


def _with_story(results: Results, world: World, part: slice) -> Results:
    """Return results with what happened, what was decided and how all lines stood."""
    conduct, draws = world.regime.conduct, results.draws
    events = (Occurrence.of(event, draws, part) for event in world.events)
    return replace(
        results,
        events=merge(event for event in events if event.draws.size),
        conduct=conduct.part(part, world.regime.acts),
        network=slim(world.network, part),
    )


def _is_of_china(key: str) -> bool:
    return key.partition(PART)[0] == CHINA


def quantity(measure: Measure) -> Quantity:
    """Return what a measure means, without the function that reads it."""
    return Quantity(
        name=measure.name,
        unit=measure.unit,
        title=measure.title,
        description=measure.description,
        kind=measure.kind,
        headline=measure.headline,
    )


def _owned(amounts: PerDraw) -> PerDraw:
    """Return an array that keeps no larger table alive."""
    return amounts if amounts.base is None else amounts.copy()
