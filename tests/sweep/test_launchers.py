"""Blocks reach processors, and a lost worker takes nothing with it but its block."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hydra_plugins.chipwar._launcher import BlockLauncher
from hydra_plugins.chipwar.slurm import keep_to_oneself
from sim.domain.errors import SettingsError
from sim.settings.multirun import multirun
from tests.signals import signals_heard
from tests.sweep.stand_in import is_gone, launches, process_of, task, until

pytestmark = pytest.mark.usefixtures("quick")

ROOT = Path(__file__).parents[2]


def test_blocks_are_shared_out_over_processes(launch, tmp_path):
    blocks = [f"a{number}" for number in range(6)]

    lost = launch(*blocks, words=("hydra.launcher.workers=2",))

    assert lost == {}
    by = {process_of(tmp_path / block) for block in blocks}
    assert len(by) == 2
    assert os.getpid() not in by


def test_the_setting_workers_says_how_many_processes(tmp_path):
    multirun(["-m", "workers=1"], task(launches(tmp_path, "a", "b", "c")))

    assert len({process_of(tmp_path / block) for block in "abc"}) == 1


def test_workers_that_are_given_as_none_are_left_to_the_machine(tmp_path):
    assert multirun(["-m", "workers=null"], task(launches(tmp_path, "a"))) == {}
    assert process_of(tmp_path / "a") != os.getpid()


def test_a_worker_computes_with_one_thread(launch, tmp_path):
    launch("a")

    assert (tmp_path / "a").read_text().split()[1] == "1"


def test_a_killed_worker_loses_its_block_alone(launch, tmp_path):
    lost = launch("a", "killed", "b", "c", words=("hydra.launcher.workers=2",))

    assert set(lost) == {"killed"}
    assert "lost" in lost["killed"]
    assert all((tmp_path / block).exists() for block in "abc")


def test_a_block_that_was_lost_can_be_launched_again(tmp_path):
    def run_sweep(launch):
        return [
            launch(tmp_path, ["killed_once", "a"]),
            launch(tmp_path, ["killed_once"]),
        ]

    first, second = multirun(["-m"], task(run_sweep))

    assert set(first) == {"killed_once"}
    assert second == {}
    assert (tmp_path / "killed_once").exists()


def test_a_block_that_cannot_be_written_says_why(launch):
    lost = launch("refused", "a")

    assert lost == {"refused": "refused cannot be written"}


def test_launching_nothing_starts_nothing(launch, tmp_path):
    assert launch() == {}
    assert list(tmp_path.iterdir()) == []


def test_hydras_basic_launcher_runs_blocks_in_this_process(launch, tmp_path):
    assert launch("a", "b", words=("hydra/launcher=basic",)) == {}
    assert process_of(tmp_path / "a") == os.getpid()


def test_nothing_is_left_behind_but_blocks(launch, tmp_path, monkeypatch, capfd):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)

    launch("a", "b")

    files = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {"a", "b"}
    assert list(here.iterdir()) == []
    assert capfd.readouterr() == ("", "")


class LauncherThatLacks(BlockLauncher):
    """A launcher whose library is nowhere installed."""

    library, extra = "no_such_library", "slurm"

    def launch(self, job_overrides, initial_job_idx):
        raise AssertionError("it was never ready")


def test_a_launcher_that_is_not_installed_says_how_to_get_it():
    with pytest.raises(SettingsError, match=r"no_such_library .* extra \[slurm\]"):
        LauncherThatLacks().setup(hydra_context=None, task_function=None, config=None)


@pytest.mark.skipif(os.name == "nt", reason="no such permissions")
def test_nobody_else_can_put_a_job_where_slurm_takes_them(tmp_path):
    before = os.umask(0o002)
    try:
        keep_to_oneself(tmp_path / "sweeps" / "slurm")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "sweeps" / "slurm").stat().st_mode) == 0o700
    keep_to_oneself(tmp_path / "sweeps" / "slurm")
    open_to_all = tmp_path / "shared"
    open_to_all.mkdir()
    open_to_all.chmod(0o775)
    with pytest.raises(SettingsError, match=r"folder=.*others may write .* chmod 700"):
        keep_to_oneself(open_to_all)
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="file exists"):
        keep_to_oneself(tmp_path / "file")


SWEEP = """
import sys
from pathlib import Path
import sim.__main__
from sim.settings import multirun as door
from tests.sweep.stand_in import launches, task

folder = Path(sys.argv[1])
blocks = launches(folder, "waits1", "waits2")
sim.__main__.run_command = lambda words: door.multirun(words, task(blocks))
sys.argv = ["sim", "-m", "hydra.launcher.workers=2", f"outputs={folder}"]
if __name__ == "__main__":
    sim.__main__.program()
"""


@pytest.fixture
def long_sweep(tmp_path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A sweep that two workers are at, and their process ids."""
    script = tmp_path / "sweep.py"
    script.write_text(SWEEP)
    begun = [tmp_path / f"waits{number}.begun" for number in (1, 2)]
    with signals_heard():
        sweep = subprocess.Popen(
            [sys.executable, str(script), str(tmp_path)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    with sweep:
        until(lambda: all(path.exists() and path.read_text() for path in begun))
        yield sweep, [process_of(path) for path in begun]
        sweep.kill()


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such signals")
@pytest.mark.parametrize(
    ("sign", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_a_sweep_that_is_interrupted_stops_at_once_without_traces(
    long_sweep, sign, status
):
    sweep, workers = long_sweep
    before = time.monotonic()

    os.killpg(sweep.pid, sign) if sign == signal.SIGINT else sweep.send_signal(sign)
    out, err = sweep.communicate(timeout=30)

    assert time.monotonic() - before < 20
    assert sweep.returncode == status
    assert out == ""
    assert "Traceback" not in err
    assert err.count("\n") <= 1
    until(lambda: all(map(is_gone, workers)), 10)


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such signal")
def test_workers_do_not_outlive_the_process_that_they_work_for(long_sweep):
    sweep, workers = long_sweep

    sweep.kill()
    sweep.wait()

    until(lambda: all(map(is_gone, workers)), 10)
