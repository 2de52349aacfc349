"""What a lost worker leaves undone is launched again, and given up in the end."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

from sim.domain.errors import Interrupted, OutputError
from sim.settings.sweep_command import SweepCommand, read_sweep
from sim.tasks.sweep.block_job import BlockJob, run_block
from sim.tasks.sweep.sweep_run import SweepOutcome, run_sweep

pytestmark = pytest.mark.usefixtures("quick")

PARTS = "assumptions.service.grey_market_parts_coverage"
FOUR = (
    "scenario=no_controls",
    f"{PARTS}=0.1,0.2,0.3,0.4",
    "draws=2",
    "sweep.block=4",
    "workers=1",
    "horizon=2022-12",
    "figures=false",
    "quiet=true",
)
"""Four points, in two blocks of two points in two draws."""

KILLED = "its worker was killed"


class Workers:
    """Runs blocks in this process, except those that are lost."""

    def __init__(
        self, loses: Callable[[int, BlockJob], bool], why: str = KILLED
    ) -> None:
        """Take which blocks are lost, by the number of the launch, and why."""
        self._loses, self._why = loses, why
        self.launches: list[list[BlockJob]] = []

    def __call__(self, folder: Path, blocks: Sequence[str]) -> Mapping[str, str]:
        """Run blocks, and report those that are lost."""
        jobs = [BlockJob.read(folder, block) for block in blocks]
        self.launches.append(jobs)
        number = len(self.launches)
        lost = [job.block for job in jobs if self._loses(number, job)]
        for block in blocks:
            if block not in lost:
                run_block(str(folder), block)
        return dict.fromkeys(lost, self._why) if self._why else {}

    @property
    def columns(self) -> list[list[int]]:
        """How many columns each block of each launch had."""
        return [[len(job.points) * job.count for job in jobs] for jobs in self.launches]


def values(job: BlockJob) -> set[object]:
    """Return what the points of a block set."""
    return {value for (value,) in job.points.values()}


def command(into: Path) -> SweepCommand:
    return read_sweep([*FOUR, f"outputs={into}"])


def sweep(workers: Workers, into: Path) -> SweepOutcome:
    return run_sweep(command(into), workers)


def test_blocks_that_were_lost_are_launched_again_in_smaller_ones(tmp_path):
    workers = Workers(lambda launch, job: launch == 1 and 0.1 in values(job))
    done = sweep(workers, tmp_path)
    assert done.errors == {}
    assert workers.columns == [[4, 4], [2, 2]]
    lost = next(job for job in workers.launches[0] if 0.1 in values(job))
    assert set().union(*map(values, workers.launches[1])) == values(lost)
    design = pd.read_csv(done.folder / "design.csv")
    assert design["status"].tolist() == ["done"] * 4


def test_a_point_whose_workers_are_always_lost_is_given_up_alone(tmp_path):
    workers = Workers(lambda _, job: 0.3 in values(job))
    done = sweep(workers, tmp_path)
    assert workers.columns == [[4, 4], [2, 2], [1, 1]]
    assert done.errors == {2: f"given up after 3 tries: {KILLED}"}
    design = pd.read_csv(done.folder / "design.csv")
    assert design["status"].tolist() == ["done", "done", "failed", "done"]
    assert design["error"][2] == done.errors[2]
    # It is not held against the point: the same command tries once more.
    again = Workers(lambda *_: False)
    assert sweep(again, tmp_path).errors == {}
    assert [values(job) for job in again.launches[0]] == [{0.3}]


@pytest.mark.parametrize(
    ("said", "why"), [(KILLED, KILLED), ("", "its worker left nothing behind")]
)
def test_a_sweep_of_which_nothing_can_be_run_says_why_and_writes_no_table(
    tmp_path, said, why
):
    workers = Workers(lambda *_: True, said)
    with pytest.raises(OutputError, match=f"no point could be run: {why}"):
        sweep(workers, tmp_path)
    assert len(workers.launches) == 3
    assert not list(tmp_path.rglob("sweep.parquet"))


def test_an_interrupted_sweep_says_how_much_is_kept_and_goes_on_from_there(tmp_path):
    def interrupted(folder: Path, blocks: Sequence[str]) -> Mapping[str, str]:
        run_block(str(folder), blocks[0])
        raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="1 of 2 blocks are kept"):
        run_sweep(command(tmp_path), interrupted)
    workers = Workers(lambda *_: False)
    assert sweep(workers, tmp_path).errors == {}
    assert workers.columns == [[4]]
