"""Block jobs: what a worker needs to know of a block, and how it runs one."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from sim.domain.ensemble import Draws
from sim.domain.errors import ChipWarError, OutputError
from sim.experiments.arithmetic import arithmetic_in_words
from sim.experiments.setup import Setup
from sim.experiments.side_by_side import months_side_by_side, run_side_by_side
from sim.experiments.simulation import Comparison
from sim.outcomes import disk
from sim.outcomes.sweep.block_file import BlockEntry, PointFailure
from sim.outcomes.sweep.block_store import BlockStore
from sim.outcomes.sweep.point_values import point_values
from sim.outcomes.sweep.setting_value import SettingValue
from sim.tasks.sweep.point_composer import PointComposer

JOBS = "jobs"
"""Folder of the jobs in the folder of their sweep, while it runs."""


@dataclass(frozen=True)
class BlockJob:
    """What a worker is to run, and where it puts the numbers: one small file.

    Attributes:
        block: id of the block.
        store: the folder of blocks.
        overrides: those that all points share.
        settings: those that are swept.
        points: by key of a point, its value of each of them.
        first: number of the first draw.
        count: how many draws each point has.
        arithmetic: of the machine that asks for it, and so part of the keys.
    """

    block: str
    store: str
    overrides: tuple[str, ...]
    settings: tuple[str, ...]
    points: dict[str, tuple[SettingValue, ...]]
    first: int
    count: int
    arithmetic: str = field(default_factory=arithmetic_in_words)

    @property
    def draws(self) -> Draws:
        """The draws of each point."""
        return Draws(self.count, self.first)

    def write(self, folder: Path) -> None:
        """Write the job into the folder of its sweep.

        Raises:
            WriteError: it cannot be written.
        """
        path = _job_file(folder, self.block)
        with disk.writing(path):
            disk.make_folders(path.parent)
            disk.write_text(path, json.dumps(asdict(self)))

    @classmethod
    def read(cls, folder: Path, block: str) -> BlockJob:
        """Return the job of a block."""
        content = json.loads(_job_file(folder, block).read_text(encoding="utf-8"))
        points = {key: tuple(values) for key, values in content["points"].items()}
        lists = {name: tuple(content[name]) for name in ("overrides", "settings")}
        return cls(**{**content, **lists, "points": points})


def run_block(sweep_folder: str, block: str) -> None:
    """Run a block and write its results, all of them or nothing.

    A point that fails is written down with its error and leaves the others alone.

    Args:
        sweep_folder: the folder of the sweep, which holds the job.
        block: id of the block.

    Raises:
        OutputError: this machine's arithmetic is not that of the keys.
    """
    folder = Path(sweep_folder)
    job = BlockJob.read(folder, block)
    _check_arithmetic(job)
    composer = _composer(job.overrides, job.settings)
    points = [
        (key, composer.setup(composer.command(values)))
        for key, values in job.points.items()
    ]
    months = months_side_by_side([setup for _, setup in points], job.draws)
    run = BlockRun(job.draws, BlockProgress.start(folder, block, months))
    run.run_points(points)
    BlockStore(Path(job.store)).write(block, run.entries, run.failures)


def _check_arithmetic(job: BlockJob) -> None:
    """Refuse a block whose keys stand for numbers that this machine does not give."""
    if job.arithmetic != arithmetic_in_words():
        raise OutputError(
            f"{platform.node()} computes other last bits ({arithmetic_in_words()}) "
            f"than the machine that started the sweep ({job.arithmetic}); use nodes of "
            "one kind, or see docs/clusters.md"
        )


@lru_cache(maxsize=4)
def _composer(overrides: tuple[str, ...], settings: tuple[str, ...]) -> PointComposer:
    """Return the composer of points; blocks of one sweep share it within a process."""
    return PointComposer(overrides, settings)


@dataclass
class BlockRun:
    """The points of a block, as far as they have been run."""

    draws: Draws
    progress: BlockProgress
    entries: list[BlockEntry] = field(default_factory=list)
    failures: list[PointFailure] = field(default_factory=list)

    def run_points(self, points: Sequence[tuple[str, Setup]]) -> None:
        """Run points side by side; if that fails, find by halving which one fails.

        Args:
            points: their keys and experiments.

        Raises:
            MemoryError: a single point is too large for this machine.
        """
        setups = [setup for _, setup in points]
        try:
            # Values that are not finite are looked for afterwards, point by point.
            with np.errstate(all="ignore"):
                comparisons = run_side_by_side(
                    setups, self.draws, self.progress.report_month, series_only=True
                )
        except Exception as error:
            # Its traceback would keep a whole world in memory.
            failure = error.with_traceback(None)
        else:
            for (key, _), comparison in zip(points, comparisons, strict=True):
                self._add(key, comparison)
            return
        if len(points) > 1:
            middle = len(points) // 2
            self.run_points(points[:middle])
            self.run_points(points[middle:])
        elif isinstance(failure, MemoryError):
            # Not a fault of the point: the sweep tries again in smaller blocks.
            raise failure
        else:
            self._add_failure(points[0][0], failure)

    def _add(self, key: str, comparison: Comparison) -> None:
        baseline = None if comparison.baseline_only else comparison.baseline
        try:
            values = point_values(comparison.scenario, baseline)
        except ChipWarError as error:
            self._add_failure(key, error)
        else:
            self.entries.append(BlockEntry(key, values))

    def _add_failure(self, key: str, error: Exception) -> None:
        text = " ".join(str(error).split())
        if not isinstance(error, ChipWarError):
            text = f"the model failed: {type(error).__name__}{': ' * bool(text)}{text}"
        self.failures.append(PointFailure(key, self.draws, text))


@dataclass
class BlockProgress:
    """How far a worker has come with a block, reported in a file beside the job.

    Attributes:
        path: the file.
        months: how many months there are to run.
        months_run: how many have been run.
    """

    path: Path
    months: int
    months_run: int = 0

    @classmethod
    def start(cls, folder: Path, block: str, months: int) -> BlockProgress:
        """Return the progress of a block that begins."""
        return cls(_progress_file(folder, block), months)

    def report_month(self) -> None:
        """Report that another month has been run, if the disk lets it."""
        self.months_run += 1
        with suppress(OSError):
            disk.write_text(self.path, f"{min(self.months_run / self.months, 1.0):.4f}")


def block_shares_done(folder: Path, blocks: Sequence[str]) -> dict[str, float]:
    """Return what share of each block has been run, as its worker last reported."""
    shares = {}
    for block in blocks:
        try:
            shares[block] = float(_progress_file(folder, block).read_text())
        except (OSError, ValueError):
            shares[block] = 0.0
    return shares


def _job_file(folder: Path, block: str) -> Path:
    return folder / JOBS / f"{block}.json"


def _progress_file(folder: Path, block: str) -> Path:
    return folder / JOBS / f"{block}.progress"
