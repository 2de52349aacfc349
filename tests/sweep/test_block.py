"""Running a block: a point that fails is found, and leaves its neighbours alone."""

from dataclasses import replace

import numpy as np
import pytest

from sim.domain.ensemble import Draws
from sim.domain.errors import OutputError
from sim.outcomes.sweep.block_store import BlockStore
from sim.tasks.sweep.block_job import (
    BlockJob,
    BlockProgress,
    BlockRun,
    block_shares_done,
    run_block,
)
from sim.tasks.sweep.point_composer import PointComposer
from tests.sweep.samples import setup_at

pytestmark = pytest.mark.usefixtures("quick")

FIXED = ("scenario=no_controls", "horizon=2023-03")
GROWTH = "assumptions.fab.growth.smic_advanced"
DRAWS = Draws(2, 3)


@pytest.fixture(scope="module")
def composer() -> PointComposer:
    return PointComposer(FIXED, (GROWTH,))


def outcome(tmp_path, points) -> BlockRun:
    (tmp_path / "jobs").mkdir(exist_ok=True)
    found = BlockRun(DRAWS, BlockProgress.start(tmp_path, "x", 100))
    found.run_points(points)
    return found


def test_a_point_whose_model_breaks_is_found_and_the_others_run(tmp_path, composer):
    good = [(f"p{n}", setup_at(composer, (0.01 * n,))) for n in range(1, 6)]
    setup = good[2][1]
    broken = replace(setup, scenario=replace(setup.scenario, regime=None))
    found = outcome(tmp_path, [*good[:2], ("bad", broken), *good[2:]])
    assert [one.key for one in found.failures] == ["bad"]
    assert found.failures[0].error.startswith("the model failed: AttributeError")
    assert found.failures[0].draws == DRAWS
    assert [one.key for one in found.entries] == [key for key, _ in good]
    alone = outcome(tmp_path, good[1:2]).entries[0]
    here = found.entries[1]
    assert np.array_equal(alone.values.scenario, here.values.scenario)
    assert np.array_equal(alone.values.baseline, here.values.baseline)


def test_a_point_whose_numbers_are_none_fails_alone(tmp_path, composer):
    values = (0.01, 1e12, 0.03)
    found = outcome(tmp_path, [(str(x), setup_at(composer, (x,))) for x in values])
    assert [one.key for one in found.entries] == ["0.01", "0.03"]
    assert "is not a number at the horizon, draw 3" in found.failures[0].error


def job_in(folder) -> BlockJob:
    return BlockJob(
        block="b",
        store=str(folder / "blocks"),
        overrides=FIXED,
        settings=(GROWTH,),
        points={"a": (0.01,), "b": (0.02,)},
        first=DRAWS.first,
        count=DRAWS.count,
    )


def test_a_machine_with_other_last_bits_refuses_a_block(tmp_path):
    replace(job_in(tmp_path), arithmetic="Python 3.10, another").write(tmp_path)
    with pytest.raises(
        OutputError, match=r"computes other last bits \(Python .*10, an"
    ):
        run_block(str(tmp_path), "b")
    assert not BlockStore(tmp_path / "blocks").refresh()


def test_a_worker_needs_the_job_alone(tmp_path, composer):
    job = job_in(tmp_path)
    job.write(tmp_path)
    assert BlockJob.read(tmp_path, "b") == job
    run_block(str(tmp_path), "b")
    store = BlockStore(tmp_path / "blocks")
    held = store.refresh()
    assert held.keys() == {"a", "b"}
    assert held["a"].draws == (DRAWS,)
    assert block_shares_done(tmp_path, ["b", "never begun"]) == {
        "b": 1.0,
        "never begun": 0.0,
    }
