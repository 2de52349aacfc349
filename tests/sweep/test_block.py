"""Living a block: a point that fails is found, and leaves its neighbours alone."""

from dataclasses import replace

import numpy as np
import pytest

from sim.domain.ensemble import Draws
from sim.outcomes.sweep.store import Store
from sim.tasks.sweep.block import Outcome, live_block
from sim.tasks.sweep.job import Job, Pace, pace
from sim.tasks.sweep.points import Composer
from tests.worlds import unchecked

FIXED = ("scenario=no_controls", "horizon=2023-03")
GROWTH = "assumptions.fab.growth.smic_advanced"
DRAWS = Draws(2, 3)


@pytest.fixture(scope="module")
def composer() -> Composer:
    return Composer(FIXED, (GROWTH,))


def outcome(tmp_path, points) -> Outcome:
    (tmp_path / "jobs").mkdir(exist_ok=True)
    found = Outcome(DRAWS, Pace.of(tmp_path, "x", 100))
    with unchecked():
        found.live(points)
    return found


def test_a_point_whose_model_breaks_is_found_and_the_others_live(tmp_path, composer):
    good = [(f"p{n}", composer.setup((0.01 * n,))) for n in range(1, 6)]
    setup = good[2][1]
    with unchecked():
        broken = replace(setup, scenario=replace(setup.scenario, regime=None))
    found = outcome(tmp_path, [*good[:2], ("bad", broken), *good[2:]])
    assert [one.key for one in found.failed] == ["bad"]
    assert found.failed[0].error.startswith("the model failed: AttributeError")
    assert found.failed[0].draws == DRAWS
    assert [one.key for one in found.lived] == [key for key, _ in good]
    alone = outcome(tmp_path, good[1:2]).lived[0]
    here = found.lived[1]
    assert np.array_equal(alone.values.scenario, here.values.scenario)
    assert np.array_equal(alone.values.baseline, here.values.baseline)


def test_a_point_whose_numbers_are_none_fails_alone(tmp_path, composer):
    values = (0.01, 1e12, 0.03)
    found = outcome(tmp_path, [(str(x), composer.setup((x,))) for x in values])
    assert [one.key for one in found.lived] == ["0.01", "0.03"]
    assert "is not a number at the horizon, draw 3" in found.failed[0].error


def test_a_worker_needs_the_job_alone(tmp_path, composer):
    job = Job(
        block="b",
        store=str(tmp_path / "blocks"),
        fixed=FIXED,
        keys=(GROWTH,),
        points={"a": (0.01,), "b": (0.02,)},
        first=DRAWS.first,
        count=DRAWS.count,
    )
    job.write(tmp_path)
    assert Job.read(tmp_path, "b") == job
    with unchecked():
        live_block(str(tmp_path), "b")
    store = Store(tmp_path / "blocks")
    held = store.done()
    assert held.keys() == {"a", "b"}
    assert held["a"].draws == (DRAWS,)
    assert pace(tmp_path, ["b", "never begun"]) == {"b": 1.0, "never begun": 0.0}
