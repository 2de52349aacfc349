"""Cost estimate: what a sweep would cost, from a short pilot on this machine."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import process_time

from sim.agents.actor import release_world
from sim.domain.ensemble import Draws
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.experiments.arrangement import arrange
from sim.experiments.setup import Setup
from sim.experiments.simulation import Simulation
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
"""Worlds of the size of the first months that a worker holds at most, as measured: two,
which grow."""

_PROCESS = 180e6
"""Bytes that a worker takes with nothing to do, as measured."""

_TABLE_ROW = 80
"""Bytes of a row of the table, about."""

_SAMPLE = 3
_OVERHEAD = 1.1
"""Time of a simulation over that of its months (building, forking, results), as
measured."""


@dataclass(frozen=True)
class CostEstimate:
    """What is still to be run, and what it would take.

    Attributes:
        points_in_design: how many points the design has.
        refused: how many of them cannot be run.
        points: how many points are to be run, in some or all of their draws.
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
    seconds: float = 0.0
    memory: float = 0.0
    disk: float = 0.0

    @property
    def in_words(self) -> str:
        """The same in words."""
        refused = f", {self.refused:,} of them wrong" if self.refused else ""
        design = f"{counted(self.points_in_design, 'point')}{refused}"
        if not self.blocks:
            return f"{design}. Nothing is left to run: the numbers are stored."
        memory, disk = _size_in_words(self.memory), _size_in_words(self.disk)
        return (
            f"{design}. To run: {counted(self.points, 'point')}, "
            f"{counted(self.columns, 'world')}, in {counted(self.blocks, 'block')}.\n"
            f"About {_time_in_words(self.seconds)} with "
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
        blocks: what of it is to be run.
    """
    composer = PointComposer(sweep.command.fixed, sweep.design.keys)
    values = {point.key: point.values for point in sweep.points}

    def setups_of(block: Block) -> list[Setup]:
        return [composer.setup(composer.command(values[key])) for key in block.keys]

    return replace(
        estimate_blocks(blocks, setups_of, sweep.workers),
        points_in_design=len(sweep.points),
        refused=len(sweep.refused),
    )


def estimate_blocks(
    blocks: Sequence[Block],
    setups_of: Callable[[Block], Sequence[Setup]],
    workers: int,
) -> CostEstimate:
    """Return what blocks would cost.

    Args:
        blocks: what is to be run.
        setups_of: returns the experiments of a block.
        workers: processes that share the blocks.
    """
    points = len({key for block in blocks for key in block.keys})
    columns = sum(block.columns for block in blocks)
    counts = CostEstimate(points, 0, points, columns, len(blocks), workers)
    if not blocks:
        return counts
    largest = max(blocks, key=lambda block: block.columns)
    sample = [largest, *blocks[:: max(len(blocks) // _SAMPLE, 1)][:_SAMPLE]]
    setups = [setups_of(block) for block in sample]
    month = pilot(setups[0][0])
    seconds = [
        _seconds(month, block_setups, block.draws)
        for block_setups, block in zip(setups, sample, strict=True)
    ]
    mean = sum(seconds) / sum(block.columns for block in sample)
    return replace(
        counts,
        seconds=max(mean * columns / min(workers, len(blocks)), seconds[0]),
        memory=_memory(month, setups[0], largest.draws),
        disk=_disk(month, setups[0][0], points, columns),
    )


def pilot(setup: Setup) -> MonthCost:
    """Run some months of an experiment, and return what they cost."""
    first = setup.records.start
    setup = replace(setup, start=first)
    # Memory first: what a process does only once is then done when months are timed.
    bytes_more = _peak_bytes(setup, _WEIGHED) - _peak_bytes(setup, _NARROW)
    last = first + _PILOT_MONTHS
    fork = min(max(setup.fork_month, last), setup.horizon + 1)
    narrow = _start(setup, _NARROW)
    first_months = _timed(narrow, last, setup)
    before = (first_months + _timed(narrow, fork, setup)) / max(fork - first, 1)
    end = min(fork + 2 * MONTHS_A_YEAR, setup.horizon + 1)
    after = _timed(narrow, end, setup) / (end - fork) if end > fork else before
    series = len(narrow.results()[0].series)
    wide = _start(setup, _WIDE)
    extra = _timed(wide, last, setup) - first_months
    column = max(extra / _PILOT_MONTHS / (_WIDE - _NARROW), 0.0)
    for simulation in (narrow, wide):
        release_world(simulation.world)
    return MonthCost(
        before=max(before - _NARROW * column, 0.0),
        after=max(after - _NARROW * column, 0.0),
        column=column,
        state=bytes_more / (_WEIGHED - _NARROW),
        series=series,
    )


def _start(setup: Setup, columns: int) -> Simulation:
    case = setup.scenario or setup.baseline
    return Simulation.side_by_side(setup, [case], Draws(columns))


def _timed(simulation: Simulation, month: Month, setup: Setup) -> float:
    """Run until a month, and return the seconds of processor time that it took."""
    began = process_time()
    simulation.run_until(month, setup, ignore_month)
    return process_time() - began


def _peak_bytes(setup: Setup, columns: int) -> int:
    """Return the most that a world of some columns takes in its first months."""
    tracemalloc.start()
    simulation = _start(setup, columns)
    simulation.run_until(setup.records.start + _WATCHED_MONTHS, setup, ignore_month)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    release_world(simulation.world)
    return peak


def _simulations(
    setups: Sequence[Setup], draws: Draws
) -> Iterator[tuple[int, int, int]]:
    """Yield for each simulation its columns, and its months before and after a fork."""
    first, end = setups[0].records.start, setups[0].horizon + 1
    for arrangement in arrange(setups, draws):
        yield len(arrangement.baselines) * draws.count, end - first, 0
        for branch in arrangement.branches:
            months = end - (branch.fork_month or first)
            yield len(branch.cases) * draws.count, 0, months


def _seconds(month: MonthCost, setups: Sequence[Setup], draws: Draws) -> float:
    """Return how long a block takes one processor."""
    return _OVERHEAD * sum(
        before * (month.before + columns * month.column)
        + after * (month.after + columns * month.column)
        for columns, before, after in _simulations(setups, draws)
    )


def _memory(month: MonthCost, setups: Sequence[Setup], draws: Draws) -> float:
    """Return what a worker holds at most: worlds, and the records of all simulations.

    The records of the simulation that ends are held twice, while they are reshaped.
    """
    sizes = [
        (columns, before + after)
        for columns, before, after in _simulations(setups, draws)
    ]
    widest = max(columns for columns, _ in sizes)
    numbers = [columns * months * month.series for columns, months in sizes]
    recorded = (sum(numbers) + max(numbers)) * _NUMBER
    return _PROCESS + _WORLDS * widest * month.state + recorded


def _disk(month: MonthCost, setup: Setup, points: int, columns: int) -> float:
    """Return what blocks take (a number a year, in two cases) and the table."""
    years = (setup.horizon - setup.start) // MONTHS_A_YEAR + 2
    return month.series * (columns * years * 2 * _NUMBER + points * _TABLE_ROW)


def _time_in_words(seconds: float) -> str:
    for unit, size in (("hour", 3600.0), ("minute", 60.0)):
        if seconds >= 2 * size:
            return counted(round(seconds / size), unit)
    return counted(max(round(seconds), 1), "second")


def _size_in_words(amount: float) -> str:
    if amount >= 1e9:
        return f"{amount / 1e9:.1f} GB"
    return f"{max(amount / 1e6, 1.0):.0f} MB"
