"""A run in several processes ends as a run in one does, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.experiments import chunks
from sim.settings.compose import read_command
from sim.tasks.prepare import prepare
from tests.signals import signals_heard

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_kept")]

ROOT = Path(__file__).parents[2]

CHUNKED = ("draws=200000", "chunk=2000")
TWO_LIVES = ("draws=4000", "workers=2")
"""Each of the two cases runs in a process of its own."""


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
@pytest.mark.parametrize(
    ("words", "sign", "status"),
    [
        ((*CHUNKED, "workers=1"), signal.SIGHUP, 129),
        ((*CHUNKED, "workers=2"), signal.SIGINT, 130),
        (TWO_LIVES, signal.SIGTERM, 143),
    ],
)
def test_an_interrupted_run_leaves_nothing(desk, words, sign, status):
    running = _begun(desk, *words)
    time.sleep(1.0)
    running.send_signal(sign)
    errors = _errors_of(running)
    assert running.returncode == status
    assert "Traceback" not in errors
    if sign is signal.SIGINT:
        assert errors.splitlines()[-1] == "interrupted; nothing was written"
    assert list(desk.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no list of children")
@pytest.mark.parametrize("words", [(*CHUNKED, "workers=2"), TWO_LIVES])
def test_a_run_that_loses_a_worker_says_so_and_leaves_nothing(desk, words):
    running = _begun(desk, *words)
    while not (workers := _workers_of(running.pid)):
        time.sleep(0.05)
    os.kill(workers[0], signal.SIGKILL)
    errors = _errors_of(running)
    assert running.returncode == 2
    assert errors.startswith("error: workers: a worker process was lost, ")
    assert errors.count("\n") == 1
    assert list(desk.iterdir()) == []
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no list of children")
@pytest.mark.parametrize("words", [(*CHUNKED, "workers=2"), TWO_LIVES])
def test_no_worker_outlives_a_run_that_is_killed(desk, words):
    running = _begun(desk, *words)
    while not (workers := _workers_of(running.pid)):
        time.sleep(0.05)
    time.sleep(2.0)  # each worker has learned by now whom it works for
    running.kill()
    _errors_of(running)
    for _ in range(100):
        if not any(_is_alive(worker) for worker in workers):
            return
        time.sleep(0.1)
    raise AssertionError("a worker goes on")


def _begun(desk: Path, *words: str) -> subprocess.Popen[str]:
    """Return a run that has begun: its question is shown."""
    # A signal that meets the measuring of coverage may leave its lock locked.
    plain = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")}
    with signals_heard():
        running = subprocess.Popen(
            [sys.executable, "-m", "sim", "scenario=service_ban", *words],
            cwd=desk,
            env={**plain, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert running.stdout is not None
    running.stdout.readline()
    return running


def _errors_of(running: subprocess.Popen[str]) -> str:
    """Return what a run prints on standard error, now that it must soon end."""
    try:
        return running.communicate(timeout=120)[1]
    finally:
        running.kill()


def _workers_of(process: int) -> list[int]:
    """Return the workers among the children of a process."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [
        int(child)
        for child in children
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def _is_alive(process: int) -> bool:
    """Return whether a process runs: neither gone nor dead and not yet buried."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


EARLY = ("scenario=no_controls", "draws=2", "horizon=2022-12")
"""A scenario that differs from the baseline early, and the figures."""

DIFFERENT = ("config.yaml", "provenance.json", "manifest.json", "report.html")
"""Files that say how many processes there were, and when, or list such files."""


def test_a_run_in_two_processes_writes_what_a_run_in_one_does(ask, desk, monkeypatch):
    monkeypatch.setattr(chunks, "MIN_MONTHS_FOR_WORKER", 1)
    for count, place in ((1, "alone"), (2, "both")):
        words = (*EARLY, f"workers={count}", f"outputs={place}")
        assert ask(*words).status == 0
    single, double = (
        next((desk / place / "no_controls").iterdir()) for place in ("alone", "both")
    )
    files = {path.relative_to(single) for path in single.rglob("*") if path.is_file()}
    assert files == {p.relative_to(double) for p in double.rglob("*") if p.is_file()}
    for file in files - {Path(name) for name in DIFFERENT}:
        assert (single / file).read_bytes() == (double / file).read_bytes(), file


def test_figures_are_drawn_whatever_backend_the_caller_names(desk):
    command = [sys.executable, "-m", "sim", *EARLY, "workers=1", "outputs=out"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "no_such"}
    done = subprocess.run(
        command, cwd=desk, env=environment, check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(desk.glob("out/no_controls/*/figures/*.png"))


def test_a_run_in_chunks_writes_what_a_whole_one_does(ask, desk):
    for place, chunk in (("whole", 2), ("chunked", 1)):
        words = ("figures=false", "workers=1", f"chunk={chunk}", f"outputs={place}")
        assert ask(*EARLY, *words).status == 0
    whole, chunked = (
        next((desk / place / "no_controls").iterdir()) for place in ("whole", "chunked")
    )
    for file in ("headline.csv", "quantiles.csv", "timeseries.parquet"):
        assert (chunked / file).read_bytes() == (whole / file).read_bytes(), file


def test_a_command_may_use_all_processors_and_a_script_none_but_its_own(desk):
    assert _workers_for("scenario=service_ban") == 1
    assert _workers_for("scenario=service_ban", default=2) == 2
    assert _workers_for("scenario=service_ban", "workers=3", default=2) == 3


def _workers_for(*overrides: str, default: int = 1) -> int:
    return prepare(read_command(overrides, default)).setup.workers
