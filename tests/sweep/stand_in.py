"""A sweep of blocks that say by their names what becomes of them, for launchers."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sim.domain.errors import OutputError
from sim.settings.multirun import SweepTask, WorkerJob

A_LONG_TIME = 60.0


def live_block(sweep: str, block: str) -> None:
    """Leave a file that says who lived a block, or come to grief as its name says."""
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
            # Lived once there is a file called `go`.
            (folder / f"{block}.begun").write_text(str(os.getpid()))
            end = time.monotonic() + A_LONG_TIME
            while not (folder / "go").exists() and time.monotonic() < end:
                time.sleep(0.05)
    threads = os.environ.get("OMP_NUM_THREADS", "")
    (folder / block).write_text(f"{os.getpid()} {threads}")


def nothing(_words: Sequence[str]) -> None:
    """Do no run."""


def task(carry_out: Callable[[Sequence[str], Any], object], *words: str) -> SweepTask:
    """Return what Hydra is given to do."""
    return SweepTask(words, carry_out, WorkerJob(live_block, nothing))


def lives(folder: Path, *blocks: str) -> Callable[[Sequence[str], Any], object]:
    """Return a sweep that launches blocks once, and returns which were lost and why."""

    def carry_out(_words: Sequence[str], launch: Any) -> object:
        return launch(folder, blocks)

    return carry_out


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
