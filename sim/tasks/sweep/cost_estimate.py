"""Estimate: what a sweep would cost, from a short pilot on this machine."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import process_time

from sim.agents.actor import release_world
from sim.domain.ensemble import Draws
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.experiments.arrangement import arrange
from sim.experiments.run import Simulation
from sim.experiments.setup import Setup
from sim.experiments.workers import ignore_month
from sim.presentation.numbers import counted
from sim.tasks.sweep.point_blocks import Block
from sim.tasks.sweep.point_composer import PointComposer
from sim.tasks.sweep.sweep_plan import SweepPlan

_NARROW, _WIDE = 16, 2048
"""Columns of the pilots: what a month costs is nearly a straight line through both."""

_PILOT_MONTHS = 6
_WEIGHED, _WATCHED_MONTHS = 512, 2
"""Columns and months of the world whose memory is watched, which makes it slow."""

_NUMBER = 8
"""Bytes of a number."""

_WORLDS = 3.5
"""Worlds at their beginning: two are held at most, and they grow, as measured."""

_PROCESS = 180e6
"""Bytes that a worker takes with nothing to do, as measured."""

_TABLE_ROW = 80
"""Bytes that a row of the table takes, more or less."""

_SAMPLE = 3
_BESIDE = 1.1
"""What a life takes beside its months (casting, parting, results), as measured."""


@dataclass(frozen=True)
class CostEstimate:
    """What is still to be done, and what it would take.

    Attributes:
        points_in_design: how many points the design has.
        refused: how many of them cannot be run.
        points: how many points are to be lived, in all or some of their draws.
        columns: points times draws.
        blocks: how many blocks.
        workers: processes that share them.
        seconds: how long it takes on an idle machine like this one.
        memory: of the largest block's worker, in bytes.
        disk: what blocks and table take, in bytes.
    """

    points_in_design: int
    refused: int
    points: int
    columns: int
    blocks: int
    workers: int
    seconds: float
    memory: float
    disk: float

    @property
    def in_words(self) -> str:
        """The same in words."""
        refused = f", {self.refused:,} of them wrong" if self.refused else ""
        asked = f"{counted(self.points_in_design, 'point')}{refused}"
        if not self.blocks:
            return f"{asked}. Nothing is left to be lived: the numbers are there."
        memory, disk = _spoken_size(self.memory), _spoken_size(self.disk)
        return (
            f"{asked}. To be lived: {counted(self.points, 'point')}, "
            f"{counted(self.columns, 'world')}, in {counted(self.blocks, 'block')}.\n"
            f"About {_spoken_time(self.seconds)} with "
            f"{counted(self.workers, 'worker')}, each with {memory} of memory; "
            f"{disk} on disk. "
            "By a pilot, for this machine when idle: times may be off by half."
        )


@dataclass(frozen=True)
class MonthCost:
    """What a month of a world costs.

    Attributes:
        before: seconds of a narrow world, under the law that both cases share.
        after: the same once the scenario's law is seen.
        column: seconds for each column of the draw axis.
        state: bytes of a world for each column.
        series: how many series are recorded.
    """

    before: float
    after: float
    column: float
    state: float
    series: int


def estimate(sweep: SweepPlan, blocks: Sequence[Block]) -> CostEstimate:
    """Return what a sweep would cost, from some of its blocks and a pilot of seconds.

    Args:
        sweep: as planned.
        blocks: what of it is to be lived.
    """
    composer = PointComposer(sweep.command.fixed, sweep.design.keys)
    values = {point.key: point.values for point in sweep.points}

    def prepare(block: Block) -> list[Setup]:
        return [composer.setup(values[key]) for key in block.keys]

    found = estimate_of(blocks, prepare, sweep.workers)
    return replace(
        found, points_in_design=len(sweep.points), refused=len(sweep.refused)
    )


def estimate_of(
    blocks: Sequence[Block],
    prepare: Callable[[Block], Sequence[Setup]],
    workers: int,
) -> CostEstimate:
    """Return what blocks would cost.

    Args:
        blocks: what is to be lived.
        prepare: returns the experiments of a block.
        workers: processes that share the blocks.
    """
    points = len({key for block in blocks for key in block.keys})
    columns = sum(block.columns for block in blocks)
    found = CostEstimate(
        points_in_design=points,
        refused=0,
        points=points,
        columns=columns,
        blocks=len(blocks),
        workers=workers,
        seconds=0.0,
        memory=0.0,
        disk=0.0,
    )
    if not blocks:
        return found
    largest = max(blocks, key=lambda block: block.columns)
    sample = [largest, *blocks[:: max(len(blocks) // _SAMPLE, 1)][:_SAMPLE]]
    setups = [prepare(block) for block in sample]
    month = pilot(setups[0][0])
    costs = [
        _seconds(month, some, block.draws)
        for some, block in zip(setups, sample, strict=True)
    ]
    mean = sum(costs) / sum(block.columns for block in sample)
    return replace(
        found,
        seconds=max(mean * columns / min(workers, len(blocks)), costs[0]),
        memory=_memory(month, setups[0], largest.draws),
        disk=_disk(month, setups[0][0], points, columns),
    )


def pilot(setup: Setup) -> MonthCost:
    """Live through some months of an experiment, and say what they cost."""
    first = setup.records.start
    setup = replace(setup, start=first)
    last = first + _PILOT_MONTHS
    parts = min(max(setup.fork_month, last), setup.horizon + 1)
    narrow = _begin(setup, _NARROW)
    begun = _timed(narrow, last, setup)
    before = (begun + _timed(narrow, parts, setup)) / max(parts - first, 1)
    end = min(parts + 2 * MONTHS_A_YEAR, setup.horizon + 1)
    after = _timed(narrow, end, setup) / (end - parts) if end > parts else before
    series = len(narrow.results()[0].series)
    wide = _begin(setup, _WIDE)
    column = (_timed(wide, last, setup) - begun) / _PILOT_MONTHS / (_WIDE - _NARROW)
    for life in (narrow, wide):
        release_world(life.world)
    column = max(column, 0.0)
    bare = _NARROW * column
    more = _WEIGHED - _NARROW
    state = (_bytes(setup, _WEIGHED) - _bytes(setup, _NARROW)) / more
    return MonthCost(
        before=max(before - bare, 0.0),
        after=max(after - bare, 0.0),
        column=column,
        state=state,
        series=series,
    )


def _begin(setup: Setup, columns: int) -> Simulation:
    case = setup.scenario or setup.baseline
    return Simulation.side_by_side(setup, [case], Draws(columns))


def _timed(life: Simulation, month: Month, setup: Setup) -> float:
    """Live until a month, and return the seconds that the processor was at it."""
    began = process_time()
    life.run_until(month, setup, ignore_month)
    return process_time() - began


def _bytes(setup: Setup, columns: int) -> int:
    """Return the most that a world of some columns takes in its first months."""
    tracemalloc.start()
    life = _begin(setup, columns)
    life.run_until(setup.records.start + _WATCHED_MONTHS, setup, ignore_month)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    release_world(life.world)
    return most


def _lives(setups: Sequence[Setup], draws: Draws) -> Iterator[tuple[int, int, int]]:
    """Yield of each life its columns, and its months before and after the parting."""
    first, end = setups[0].records.start, setups[0].horizon + 1
    for one in arrange(setups, draws):
        parting = [branch.fork_month or first for branch in one.branches]
        yield len(one.baselines) * draws.count, end - first, 0
        for branch, month in zip(one.branches, parting, strict=True):
            yield len(branch.cases) * draws.count, 0, end - month


def _seconds(month: MonthCost, setups: Sequence[Setup], draws: Draws) -> float:
    """Return how long a block takes one processor."""
    return _BESIDE * sum(
        before * (month.before + columns * month.column)
        + after * (month.after + columns * month.column)
        for columns, before, after in _lives(setups, draws)
    )


def _memory(month: MonthCost, setups: Sequence[Setup], draws: Draws) -> float:
    """Return what a worker holds at most: worlds, and the records of all lives.

    The records of the life that ends are there twice, while they are given their form.
    """
    lives = [
        (columns, before + after) for columns, before, after in _lives(setups, draws)
    ]
    widest = max(columns for columns, _ in lives)
    numbers = [columns * months * month.series for columns, months in lives]
    recorded = (sum(numbers) + max(numbers)) * _NUMBER
    return _PROCESS + _WORLDS * widest * month.state + recorded


def _disk(month: MonthCost, setup: Setup, points: int, columns: int) -> float:
    """Return what blocks take (a number a year, in two cases) and the table."""
    years = (setup.horizon - setup.start) // MONTHS_A_YEAR + 2
    return month.series * (columns * years * 2 * _NUMBER + points * _TABLE_ROW)


def _spoken_time(seconds: float) -> str:
    for unit, size in (("hour", 3600.0), ("minute", 60.0)):
        if seconds >= 2 * size:
            return counted(round(seconds / size), unit)
    return counted(max(round(seconds), 1), "second")


def _spoken_size(amount: float) -> str:
    if amount >= 1e9:
        return f"{amount / 1e9:.1f} GB"
    return f"{max(amount / 1e6, 1.0):.0f} MB"
