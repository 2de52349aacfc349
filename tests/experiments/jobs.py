"""What workers do in tests: functions of a module, so that they find it."""

import os
import signal
import time
from pathlib import Path

from sim.domain.errors import InvariantError
from sim.experiments.workers import report_month


class OddError(Exception):
    """An error that cannot be sent as it is."""

    def __init__(self, *, why: str) -> None:
        super().__init__(why)


def double(number: int) -> int:
    return 2 * number


def live_months(count: int) -> int:
    for _ in range(count):
        report_month()
    return os.getpid()


def break_a_law() -> None:
    raise InvariantError("shipped more than was ordered")


def fail_oddly() -> None:
    raise OddError(why="odd")


def vanish() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def write_slowly(folder: Path) -> None:
    """Write one file after another, for longer than any test waits."""
    for number in range(1_000):
        (folder / f"{number}.txt").write_text("half", encoding="utf-8")
        time.sleep(0.1)
