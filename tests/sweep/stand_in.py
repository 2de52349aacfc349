"""A sweep of blocks that say by their names what becomes of them, for launchers."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sim.domain.errors import OutputError
from sim.settings.multirun import LaunchBlocks, SweepTask

A_LONG_TIME = 60.0


def run_block(sweep: str, block: str) -> None:
    """Leave a file that says who ran a block, or fail as its name says."""
    folder = Path(sweep)
    match block.rstrip("0123456789"):
        case "refused":
            raise OutputError(f"{block} cannot be written")
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "killed_once" if not (folder / f"{block}.tried").exists():
            (folder / f"{block}.tried").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        case "waits":
            # Done once there is a file called `go`.
            (folder / f"{block}.begun").write_text(str(os.getpid()))
            end = time.monotonic() + A_LONG_TIME
            while not (folder / "go").exists() and time.monotonic() < end:
                time.sleep(0.05)
    threads = os.environ.get("OMP_NUM_THREADS", "")
    (folder / block).write_text(f"{os.getpid()} {threads}")


def no_command(_overrides: Sequence[str]) -> None:
    """Run no command."""


def task(run_sweep: Callable[[LaunchBlocks], object]) -> SweepTask:
    """Return what Hydra is given to do."""
    return SweepTask(run_block, no_command, run_sweep)


def launches(folder: Path, *blocks: str) -> Callable[[LaunchBlocks], object]:
    """Return a sweep that launches blocks once, and returns which were lost and why."""
    return lambda launch: launch(folder, blocks)


def process_of(path: Path) -> int:
    """Return the process that left a file."""
    return int(path.read_text().split()[0])


def until(true: Callable[[], object], seconds: float = A_LONG_TIME) -> None:
    """Wait for something to become true, and fail if it does not."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def is_gone(process: int) -> bool:
    """Return whether a process has ended."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False
