"""Workers run their jobs, report what went wrong, and never outlive their run."""

import os
import time

import numpy as np
import pytest

from sim.domain.errors import InvariantError, SettingsError
from sim.experiments.processors import processors
from sim.experiments.workers import Crew
from tests.experiments import jobs

BIG = np.arange(4_000_000.0)
"""More than any pipe holds."""


@pytest.fixture
def crew():
    with Crew() as shared:
        yield shared


def test_jobs_are_shared_and_answered_in_order(crew):
    months = []
    work = [(jobs.double, number) for number in range(7)]
    assert crew.run_all(work, 2, lambda: months.append(1)) == [0, 2, 4, 6, 8, 10, 12]
    assert len(crew.workers) == 2
    assert not months


def test_months_are_heard_of_one_by_one(crew):
    months = []
    [here] = crew.start_workers(1)
    here.start(jobs.live_months, 5)
    assert here.wait(lambda: months.append(1)) != os.getpid()
    assert len(months) == 5


def test_an_error_comes_back_as_what_it_is(crew):
    with pytest.raises(InvariantError, match="shipped more than was ordered") as raised:
        crew.run_all([(jobs.break_a_law,)], 1, _nobody)
    assert "break_a_law" in "".join(raised.value.__notes__)


def test_an_error_that_cannot_travel_is_told(crew):
    with pytest.raises(RuntimeError, match="OddError: odd"):
        crew.run_all([(jobs.fail_oddly,)], 1, _nobody)


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_a_worker_that_is_lost_is_a_clear_line(crew):
    with pytest.raises(SettingsError, match=r"^workers: a worker process was lost, "):
        crew.run_all([(jobs.double, 1), (jobs.vanish,)], 2, _nobody)


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_a_worker_that_is_lost_while_it_is_told_much_is_a_clear_line(crew):
    [worker] = crew.start_workers(1)
    worker.start(np.sum, BIG)
    os.kill(worker.pid, 9)
    with pytest.raises(SettingsError, match="a worker process was lost"):
        worker.wait()


def test_much_can_be_said_either_way(crew):
    [worker] = crew.start_workers(1)
    worker.start(np.negative, BIG)
    np.testing.assert_array_equal(worker.wait(), -BIG)


def test_nobody_is_hired_before_there_is_need(crew):
    assert not crew.workers
    with crew.in_background(jobs.double, 1):
        assert not crew.workers


def test_what_is_done_meanwhile_is_done_at_the_end_if_there_is_nobody_else(tmp_path):
    with Crew() as crew, crew.in_background((tmp_path / "file").write_text, "here"):
        assert not list(tmp_path.iterdir())
    assert (tmp_path / "file").read_text() == "here"


def test_what_is_done_meanwhile_is_done_by_a_worker(tmp_path, crew):
    crew.start_workers(1)
    with crew.in_background((tmp_path / "file").write_text, "there"):
        pass
    assert (tmp_path / "file").read_text() == "there"


def test_nothing_is_written_any_more_once_a_run_is_given_up(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        _give_up_once_it_writes(tmp_path)
    written = sorted(tmp_path.iterdir())
    time.sleep(0.3)
    assert sorted(tmp_path.iterdir()) == written


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no such choice")
def test_processors_are_those_that_may_be_used(tmp_path):
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert processors(tmp_path) == 1
    finally:
        os.sched_setaffinity(0, before)
    assert processors(tmp_path) == len(before)


def _nobody() -> None:
    pass


def _give_up_once_it_writes(folder):
    with Crew() as crew:
        crew.start_workers(1)
        with crew.in_background(jobs.write_slowly, folder):
            while not any(folder.iterdir()):
                time.sleep(0.05)
            raise KeyboardInterrupt
