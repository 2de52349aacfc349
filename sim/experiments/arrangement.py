"""Arrangement: which experiments share a world, and where their histories fork.

Points (experiments) with the same baseline law form a table: a row for each shape of
the scenario's law, a column for each world (what is assumed). Why it is worth arranging
them: a month of a world costs about as much as a thousand more draws in another, so
points are put beside one another along the draws where that is possible.

- Worlds can be: what is assumed is a value per draw.
- Laws of one shape can be: they differ in numbers alone, which are values per draw too.
- Laws of different shape cannot: each shape is a branch, a copy of the shared baseline
  from the month in which its law first differs.

A branch has as many copies of the draws as the baseline it forks from, copy for copy.
If a shape has several points in one world (say, two approval rates under the same
assumptions), either the baseline holds that world as often as needed, or each of them
gets a branch of its own. Which is cheaper depends on how early the branches fork, so
both are arranged and priced.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.experiments.setup import Case, Setup

_DRAWS_PER_WORLD = 1000
"""A month of a world costs about as much as so many draws more in another."""


@dataclass(frozen=True, eq=False)
class Branch:
    """Scenarios that are run side by side, from the month in which they fork.

    Attributes:
        fork_month: when they leave the baseline; None if they share no history with it.
        cases: the scenario of each copy of the draws.
        points: by copy, the number of its experiment; other copies are idle.
    """

    fork_month: Month | None
    cases: tuple[Case, ...]
    points: dict[int, int]


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Experiments that share the run of their baselines.

    Attributes:
        baselines: the baseline of each copy of the draws.
        baseline_copies: by experiment, the copy in which its baseline is run.
        branches: the scenarios, in the order in which they fork.
    """

    baselines: tuple[Case, ...]
    baseline_copies: dict[int, int]
    branches: tuple[Branch, ...]

    def months(self, first: Month, horizon: Month) -> int:
        """Return how many months are run, over all simulations."""
        return sum(horizon + 1 - start for start, _ in self._simulations(first))

    def cost(self, first: Month, horizon: Month, draws: Draws) -> float:
        """Return what it takes, in months of one draw more."""
        return sum(
            (horizon + 1 - start) * (_DRAWS_PER_WORLD + copies * draws.count)
            for start, copies in self._simulations(first)
        )

    def _simulations(self, first: Month) -> Iterator[tuple[Month, int]]:
        """Yield of each simulation its first month and its copies of the draws."""
        yield first, len(self.baselines)
        for branch in self.branches:
            yield branch.fork_month or first, len(branch.cases)


@dataclass(frozen=True, eq=False)
class _Point:
    """An experiment, and what it can share with others.

    Attributes:
        number: its place among the experiments.
        baseline: the case compared with.
        scenario: the case in question, if there is one.
        world: what is assumed; points with the same one share a baseline.
        law: the shape of its law and whether it forks from the baseline.
        fork_month: when it forks, if it does.
    """

    number: int
    baseline: Case
    scenario: Case | None
    world: object
    law: object
    fork_month: Month | None

    @classmethod
    def of(cls, number: int, setup: Setup) -> _Point:
        baseline, scenario, month = setup.baseline, setup.scenario, setup.shared_until
        world = (
            frozenset(baseline.assumptions.items()),
            frozenset(baseline.mechanisms.items()),
        )
        if scenario is None:
            return cls(number, baseline, None, world, None, None)
        law = scenario.regime.shape, month is not None
        return cls(number, baseline, scenario, world, law, month)

    @property
    def tested(self) -> Case:
        """The scenario, where there must be one."""
        assert self.scenario is not None
        return self.scenario


_Row = dict[object, list[_Point]]
"""The points of one shape of law, by world."""


def arrange(setups: Sequence[Setup], draws: Draws) -> list[Arrangement]:
    """Return how experiments are run at the least cost.

    Either all share one baseline, in which each world is run once, or as often as it
    takes for no law to need it twice; or those of each law keep to themselves.
    """
    first, horizon = setups[0].records.start, setups[0].horizon
    points = [_Point.of(number, setup) for number, setup in enumerate(setups)]
    by_law: dict[object, list[_Point]] = defaultdict(list)
    for point in points:
        by_law[point.law].append(point)

    def cost(arrangements: list[Arrangement]) -> float:
        return sum(
            arrangement.cost(first, horizon, draws) for arrangement in arrangements
        )

    def cheapest(points: Sequence[_Point]) -> list[Arrangement]:
        once, repeated = (_arranged(points, once=once) for once in (True, False))
        return min([once], [repeated], key=cost)

    separate = [
        arrangement for group in by_law.values() for arrangement in cheapest(group)
    ]
    return min(cheapest(points), separate, key=cost)


def _arranged(points: Sequence[_Point], *, once: bool) -> Arrangement:
    """Return points that share one baseline, with each world run once or repeated."""
    rows: dict[object, _Row] = defaultdict(lambda: defaultdict(list))
    for point in points:
        rows[point.law][point.world].append(point)
    baselines, copies = _baselines(points, rows.values(), once=once)
    baseline_copies = {
        point.number: copies[world][index % len(copies[world])]
        for row in rows.values()
        for world, row_points in row.items()
        for index, point in enumerate(row_points)
    }
    branches = [
        branch
        for row in rows.values()
        for branch in _branches(row, copies, len(baselines))
    ]
    branches.sort(key=_fork_index)
    return Arrangement(tuple(baselines), baseline_copies, tuple(branches))


def _baselines(
    points: Sequence[_Point], rows: Collection[_Row], *, once: bool
) -> tuple[list[Case], dict[object, list[int]]]:
    """Return the baseline of each copy of the draws, and the copies of each world."""
    baselines: list[Case] = []
    copies: dict[object, list[int]] = {}
    for point in points:
        if point.world not in copies:
            needed = max(len(row.get(point.world, ())) for row in rows)
            count = 1 if once else needed
            start = len(baselines)
            copies[point.world] = list(range(start, start + count))
            baselines += [point.baseline] * count
    return baselines, copies


def _branches(
    row: _Row, copies: dict[object, list[int]], width: int
) -> Iterator[Branch]:
    """Yield the branches in which the points of one law are run."""
    points = [point for points_of_world in row.values() for point in points_of_world]
    if points[0].scenario is None:
        return
    if points[0].fork_month is None:
        numbers = {copy: point.number for copy, point in enumerate(points)}
        yield Branch(None, tuple(point.tested for point in points), numbers)
        return
    for layer in _layers(row, copies):
        months = [point.fork_month for point in layer.values() if point.fork_month]
        idle = next(iter(layer.values())).tested
        yield Branch(
            fork_month=min(months),
            cases=tuple(
                layer[copy].tested if copy in layer else idle for copy in range(width)
            ),
            points={copy: point.number for copy, point in layer.items()},
        )


def _layers(row: _Row, copies: dict[object, list[int]]) -> list[dict[int, _Point]]:
    """Return the points of one law by copy, in as many layers as any copy is needed."""
    layers: list[dict[int, _Point]] = []
    for world, points in row.items():
        for index, point in enumerate(points):
            layer, copy = divmod(index, len(copies[world]))
            if layer == len(layers):
                layers.append({})
            layers[layer][copies[world][copy]] = point
    return layers


def _fork_index(branch: Branch) -> int:
    return -1 if branch.fork_month is None else branch.fork_month.index
