"""Arrangement: which experiments share a world, and where their lives part.

Points (experiments) with the same baseline law form a table of worlds (what is assumed
of them) and laws (of the scenario). Worlds stand side by side along the draws; so do
laws that differ in numbers alone. Other laws part from the shared baseline one after
another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.experiments.setup import Case, Setup

_DRAWS_WORTH_A_WORLD = 1000
"""A month of a world costs about as much as so many draws more in another."""


@dataclass(frozen=True, eq=False)
class Branch:
    """Scenarios that are lived side by side, from the month in which they part.

    Attributes:
        parting: when they leave the baseline; None if they share no history with it.
        cases: the scenario of each copy of the draws.
        points: by copy, the experiment that it belongs to; other copies are idle.
    """

    fork_month: Month | None
    cases: tuple[Case, ...]
    points: dict[int, int]


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Experiments that share the life of their baselines.

    Attributes:
        worlds: the baseline of each copy of the draws.
        homes: by experiment, the copy in which its baseline is lived.
        branches: the scenarios, in the order in which they part.
    """

    baselines: tuple[Case, ...]
    baseline_copies: dict[int, int]
    branches: tuple[Branch, ...]

    def months(self, first: Month, horizon: Month) -> int:
        """Return how many months are lived, over all lives."""
        starts = (first, *(branch.fork_month or first for branch in self.branches))
        return sum(horizon + 1 - start for start in starts)

    def cost(self, first: Month, horizon: Month, draws: Draws) -> float:
        """Return what it takes, in months of one draw more."""
        copies = [len(self.baselines), *(len(one.cases) for one in self.branches)]
        starts = [first, *(branch.fork_month or first for branch in self.branches)]
        return sum(
            (horizon + 1 - start) * (_DRAWS_WORTH_A_WORLD + count * draws.count)
            for start, count in zip(starts, copies, strict=True)
        )


@dataclass(frozen=True, eq=False)
class _Point:
    """An experiment, and what it can share with others."""

    number: int
    baseline: Case
    scenario: Case | None
    world: object
    law: object
    fork_month: Month | None


def arrange(setups: Sequence[Setup], draws: Draws) -> list[Arrangement]:
    """Return how experiments are lived at the least cost.

    Either all share one baseline, in which each world is lived once, or as often as it
    takes for no law to need it twice; or those of each law keep to themselves.

    Args:
        setups: experiments that may be lived together.
        draws: the draws of each.
    """
    first, horizon = setups[0].records.start, setups[0].horizon
    points = [_point(number, setup, first) for number, setup in enumerate(setups)]
    laws: dict[object, list[_Point]] = {}
    for point in points:
        laws.setdefault(point.law, []).append(point)

    def cost(arrangements: list[Arrangement]) -> float:
        return sum(one.cost(first, horizon, draws) for one in arrangements)

    def cheapest(some: Sequence[_Point]) -> list[Arrangement]:
        ways = [[_laid_out(some, once=once)] for once in (True, False)]
        return min(ways, key=cost)

    apart = [one for some in laws.values() for one in cheapest(some)]
    return min([cheapest(points), apart], key=cost)


def _point(number: int, setup: Setup, first: Month) -> _Point:
    ours, theirs = setup.scenario, setup.baseline
    world = _world(theirs)
    if ours is None:
        return _Point(number, theirs, None, world, None, None)
    parting = setup.fork_month(first)
    shares = parting > first
    law = (ours.regime.shape, shares)
    return _Point(number, theirs, ours, world, law, parting if shares else None)


def _world(case: Case) -> object:
    return frozenset(case.assumptions.items()), frozenset(case.mechanisms.items())


def _laid_out(points: Sequence[_Point], *, once: bool) -> Arrangement:
    """Return points that share one baseline, with each world lived once or oftener."""
    table: dict[object, dict[object, list[_Point]]] = {}
    for point in points:
        table.setdefault(point.law, {}).setdefault(point.world, []).append(point)
    worlds: list[Case] = []
    copies: dict[object, list[int]] = {}
    for point in points:
        if point.world not in copies:
            rows = (len(row.get(point.world, ())) for row in table.values())
            count = 1 if once else max(rows)
            copies[point.world] = [len(worlds) + place for place in range(count)]
            worlds += [point.baseline] * count
    homes = {
        point.number: copies[point.world][place % len(copies[point.world])]
        for row in table.values()
        for same in row.values()
        for place, point in enumerate(same)
    }
    branches = [
        branch
        for row in table.values()
        for branch in _branches(row, copies, len(worlds))
    ]
    return Arrangement(tuple(worlds), homes, tuple(sorted(branches, key=_when)))


def _branches(
    row: dict[object, list[_Point]], copies: dict[object, list[int]], width: int
) -> Iterable[Branch]:
    """Yield the branches in which the points of one law are lived."""
    every = [point for same in row.values() for point in same]
    if every[0].scenario is None:
        return
    if every[0].fork_month is None:
        cases = tuple(_scenario(point) for point in every)
        numbers = {place: point.number for place, point in enumerate(every)}
        yield Branch(None, cases, numbers)
        return
    for layer in _layers(row, copies):
        partings = [x.fork_month for x in layer.values() if x.fork_month is not None]
        idle = _scenario(next(iter(layer.values())))
        yield Branch(
            fork_month=min(partings),
            cases=tuple(
                _scenario(layer[copy]) if copy in layer else idle
                for copy in range(width)
            ),
            points={copy: point.number for copy, point in layer.items()},
        )


def _layers(
    row: dict[object, list[_Point]], copies: dict[object, list[int]]
) -> list[dict[int, _Point]]:
    """Return the points of one law by copy, as often as any copy is needed."""
    layers: list[dict[int, _Point]] = []
    for world, same in row.items():
        places = copies[world]
        for number, point in enumerate(same):
            above, place = divmod(number, len(places))
            if above == len(layers):
                layers.append({})
            layers[above][places[place]] = point
    return layers


def _scenario(point: _Point) -> Case:
    assert point.scenario is not None
    return point.scenario


def _when(branch: Branch) -> int:
    return -1 if branch.fork_month is None else branch.fork_month.index
