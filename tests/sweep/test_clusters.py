"""The same blocks on joblib, Ray and Slurm: each for real, on this machine."""

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.domain.errors import SettingsError
from tests.sweep.stand_in import is_gone, process_of, until

pytestmark = pytest.mark.usefixtures("quick")

ROOT = Path(__file__).parents[2]
SLURM = Path(__file__).parent / "slurm" / "cluster"


def ask(*command: str | Path) -> str:
    """Return what a command prints."""
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout


def needs(module: str) -> None:
    """Skip a test whose launcher is not installed."""
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed")


def in_background(folder: Path, act) -> threading.Thread:
    """Act once two blocks that wait have begun, then let them go on."""

    def watch() -> None:
        begun = [folder / f"waits{number}.begun" for number in (1, 2)]
        until(lambda: all(path.exists() and path.read_text() for path in begun))
        act()
        (folder / "go").touch()

    watcher = threading.Thread(target=watch)
    watcher.start()
    return watcher


# ------------------------------------------------------------------------- joblib


@pytest.fixture
def joblib_words() -> tuple[str, ...]:
    needs("hydra_plugins.hydra_joblib_launcher")
    return "hydra/launcher=joblib", "hydra.launcher.n_jobs=2"


def test_joblib_runs_blocks(joblib_words, launch, tmp_path):
    assert launch("a", "b", "c", words=joblib_words) == {}
    assert all(process_of(tmp_path / block) != os.getpid() for block in "abc")


def test_the_shipped_profile_for_joblib_runs_blocks(joblib_words, launch):
    words = ("hydra/launcher=joblib_cores", "hydra.launcher.n_jobs=2")

    assert launch("a", "b", words=words) == {}


def test_joblib_tells_why_a_block_failed(joblib_words, launch):
    lost = launch("refused", "a", words=joblib_words)

    assert lost == {"refused": "refused cannot be written"}


def test_joblib_that_loses_a_worker_says_so_of_every_block(joblib_words, launch):
    lost = launch("killed", "a", words=joblib_words)

    assert set(lost) == {"killed", "a"}


# ---------------------------------------------------------------------------- Ray


@pytest.fixture(autouse=True, scope="module")
def _ray_token() -> Iterator[None]:
    """Let every part of the cluster know one word that nobody else knows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_AUTH_MODE", "token")
        patch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
        patch.delenv("RAY_ADDRESS", raising=False)
        yield


def test_a_ray_cluster_that_is_not_there_is_missed_in_one_line(launch, tmp_path):
    needs("ray")

    with pytest.raises(SettingsError, match="ray start --head"):
        launch("a", words=("hydra/launcher=ray",))


@pytest.fixture(scope="module")
def ray_words() -> Iterator[tuple[str, ...]]:
    """A cluster of this machine alone, started as a user starts one."""
    needs("ray")
    # The paths of its sockets must be short.
    with tempfile.TemporaryDirectory(prefix="ray") as place:
        start = [Path(sys.executable).parent / "ray", "start", "--head", "--block"]
        quietly = ["--include-dashboard=false", "--disable-usage-stats"]
        small = [
            "--node-ip-address=127.0.0.1",
            "--port=0",
            "--num-cpus=2",
            "--object-store-memory=100000000",
        ]
        with subprocess.Popen(
            [*start, *quietly, *small, f"--temp-dir={place}"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as head:
            told = Path(place, "ray_current_cluster")
            until(lambda: told.exists() and told.read_text())
            address = told.read_text().strip()
            yield (
                "hydra/launcher=ray",
                f"hydra.launcher.init.address='{address}'",
            )
            head.terminate()


@pytest.mark.cluster
def test_ray_runs_blocks(ray_words, launch, tmp_path):
    assert launch("a", "b", "c", words=ray_words) == {}
    assert all(process_of(tmp_path / block) != os.getpid() for block in "abc")


@pytest.mark.cluster
def test_the_shipped_profile_for_ray_starts_a_cluster_of_its_own(launch):
    needs("ray")
    words = ("hydra/launcher=ray_here", "hydra.launcher.init.num_cpus=1")

    assert launch("a", "b", words=words) == {}


@pytest.mark.cluster
def test_ray_tells_why_a_block_failed(ray_words, launch):
    lost = launch("refused", "a", words=ray_words)

    assert lost == {"refused": "refused cannot be written"}


@pytest.mark.cluster
def test_a_ray_worker_that_is_killed_loses_its_block_alone(ray_words, launch, tmp_path):
    begun = tmp_path / "waits1.begun"
    watcher = in_background(
        tmp_path, lambda: os.kill(process_of(begun), signal.SIGKILL)
    )

    lost = launch("waits1", "waits2", words=ray_words)

    watcher.join()
    assert set(lost) == {"waits1"}
    assert "Ray lost its worker" in lost["waits1"]
    assert (tmp_path / "waits2").exists()
    assert launch("waits1", words=ray_words) == {}


# -------------------------------------------------------------------------- Slurm


@pytest.fixture(scope="module")
def slurm_words() -> Iterator[tuple[str, ...]]:
    """A cluster of one node, with accounting."""
    needs("submitit")
    if shutil.which("slurmctld") is None or os.geteuid() != 0:
        pytest.skip(f"as root, {SLURM.name} install makes Slurm ready for this test")
    with tempfile.TemporaryDirectory(prefix="slurm") as place:
        ask(SLURM, "start", place)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SLURM_CONF", f"{place}/slurm.conf")
            yield "hydra/launcher=slurm", "hydra.launcher.slurm_partition=laptop"
        ask(SLURM, "stop", place)


@pytest.mark.cluster
def test_slurm_runs_blocks(slurm_words, launch, tmp_path):
    assert launch("a", "b", "c", words=slurm_words) == {}
    assert len({process_of(tmp_path / block) for block in "abc"}) == 3


@pytest.mark.cluster
def test_slurm_tells_why_a_block_failed(slurm_words, launch):
    lost = launch("refused", "a", words=slurm_words)

    assert lost == {"refused": "refused cannot be written"}


@pytest.mark.cluster
def test_a_slurm_job_that_is_cancelled_loses_its_block_alone(
    slurm_words, launch, tmp_path
):
    def cancel_first() -> None:
        first = min(ask("squeue", "--noheader", "--array", "--format=%i").split())
        ask("scancel", first)
        until(lambda: is_gone(process_of(tmp_path / "waits1.begun")))

    watcher = in_background(tmp_path, cancel_first)

    lost = launch("waits1", "waits2", words=slurm_words)

    watcher.join()
    assert set(lost) == {"waits1"}
    assert "cancelled" in lost["waits1"]
    assert (tmp_path / "waits2").exists()
    assert launch("waits1", words=slurm_words) == {}


@pytest.mark.cluster
def test_a_partition_that_is_not_there_is_missed_in_one_line(slurm_words, launch):
    with pytest.raises(SettingsError, match="partition"):
        launch("a", words=(*slurm_words, "hydra.launcher.slurm_partition=nonesuch"))


@pytest.mark.cluster
def test_the_shipped_profile_for_slurm_is_one_that_slurm_takes(slurm_words, launch):
    words = ("hydra/launcher=slurm_short", "hydra.launcher.slurm_partition=laptop")

    assert launch("a", words=words) == {}


def test_the_slurm_launcher_can_be_tried_without_slurm(launch, tmp_path):
    needs("submitit")

    words = ("hydra/launcher=slurm", "hydra.launcher.cluster=local")

    assert launch("a", "b", words=words) == {}
    assert process_of(tmp_path / "a") != process_of(tmp_path / "b")
