"""Living a block: what a worker does, on whatever machine it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from sim.domain.ensemble import Draws
from sim.domain.errors import ChipWarError
from sim.experiments.run import Comparison
from sim.experiments.setup import Setup
from sim.experiments.side_by_side import months_side_by_side, run_side_by_side
from sim.outcomes.sweep.block_file import BlockEntry, PointFailure
from sim.outcomes.sweep.block_store import BlockStore
from sim.outcomes.sweep.point_values import point_values
from sim.tasks.sweep.job import BlockJob, BlockProgress
from sim.tasks.sweep.point_composer import PointComposer


def run_block(sweep: str, block: str) -> None:
    """Live through a block, and write what came of it, whole or not at all.

    A point that fails is written down with its error and leaves the others alone.

    Args:
        sweep: the folder of the sweep, in which the job stands.
        block: id of the block.
    """
    folder = Path(sweep)
    job = BlockJob.read(folder, block)
    composer = _composer(job.overrides, job.settings)
    points = [(key, composer.setup(values)) for key, values in job.points.items()]
    months = months_side_by_side([setup for _, setup in points], job.draws)
    outcome = BlockRun(job.draws, BlockProgress.of(folder, block, months))
    outcome.run(points)
    BlockStore(Path(job.store)).write(block, outcome.entries, outcome.failures)


@lru_cache(maxsize=4)
def _composer(fixed: tuple[str, ...], keys: tuple[str, ...]) -> PointComposer:
    """Return what prepares points; blocks of one sweep share it within a process."""
    return PointComposer(fixed, keys)


@dataclass
class BlockRun:
    """What has come of the points of a block so far.

    Attributes:
        draws: the draws of each.
        pace: told of every month.
        lived: points with their values.
        failed: points with what went wrong.
    """

    draws: Draws
    progress: BlockProgress
    entries: list[BlockEntry] = field(default_factory=list)
    failures: list[PointFailure] = field(default_factory=list)

    def run(self, points: Sequence[tuple[str, Setup]]) -> None:
        """Live some points side by side; if that fails, find out which is to blame.

        Raises:
            MemoryError: a single point is too large for this machine.
        """
        setups = [setup for _, setup in points]
        try:
            # What becomes of numbers that are none is looked at afterwards.
            with np.errstate(all="ignore"):
                together = run_side_by_side(
                    setups, self.draws, self.progress.report_month, series_only=True
                )
        except Exception as error:
            # Where it arose would keep a whole world in memory.
            failure = error.with_traceback(None)
        else:
            for (key, _), comparison in zip(points, together, strict=True):
                self._take(key, comparison)
            return
        if len(points) > 1:
            middle = len(points) // 2
            self.run(points[:middle])
            self.run(points[middle:])
        elif isinstance(failure, MemoryError):
            raise failure
        else:
            self._fail(points[0][0], failure)

    def _take(self, key: str, lived: Comparison) -> None:
        baseline = None if lived.baseline_only else lived.baseline
        try:
            values = point_values(lived.scenario, baseline)
        except ChipWarError as error:
            self._fail(key, error)
        else:
            self.entries.append(BlockEntry(key, self.draws, values))

    def _fail(self, key: str, error: Exception) -> None:
        self.failures.append(PointFailure(key, self.draws, _one_line(error)))


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    if isinstance(error, ChipWarError):
        return text
    return f"the model failed: {type(error).__name__}{': ' if text else ''}{text}"
