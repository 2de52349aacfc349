"""How many processors this process may use, and how many workers share them."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

MAX_DEFAULT_WORKERS = 4
"""Processes that a command starts at most if it does not say how many.

Each holds a chunk of draws in memory.
"""

_CGROUPS = "sys/fs/cgroup"


def default_workers() -> int:
    """Return how many processes share the work of a command that does not say."""
    return min(processors(), MAX_DEFAULT_WORKERS)


def processors(root: Path = Path("/")) -> int:
    """Return how many processors this process may use.

    That is as many as it may be scheduled on, or fewer if a container limits its CPU
    time: with the time of one and a half, two are not idle for long.

    Args:
        root: the folder in which the files of the system are.
    """
    return math.ceil(min(_scheduled(), cpu_time_limit(root)))


def _scheduled() -> int:
    """Return how many processors this process may be scheduled on."""
    count = getattr(os, "process_cpu_count", None)  # from Python 3.13 on
    if count is not None:
        return count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cpu_time_limit(root: Path = Path("/")) -> float:
    """Return how many processors' time Linux grants this process, inf if any.

    Source: https://docs.kernel.org/admin-guide/cgroup-v2.html, cpu.max, and
    https://docs.kernel.org/scheduler/sched-bwc.html for the first version.

    Args:
        root: the folder in which the files of the system are.
    """
    text = _text(root / "proc/self/cgroup")
    lines = [line.split(":", 2) for line in text.splitlines() if line.count(":") >= 2]
    return min(
        (
            limit
            for _, controllers, group in lines
            for limit in _limits(root / _CGROUPS, controllers, group)
        ),
        default=math.inf,
    )


def _limits(cgroups: Path, controllers: str, group: str) -> Iterator[float]:
    """Yield the limits of a group and of all that it is in."""
    names = [name for name in group.split("/") if name not in ("", "..")]
    for depth in range(len(names) + 1):
        below = Path(*names[:depth])
        if not controllers:
            yield _share(_text(cgroups / below / "cpu.max"))
        elif "cpu" in controllers.split(","):
            for mounted in {controllers, "cpu"}:
                folder = cgroups / mounted / below
                quota = _text(folder / "cpu.cfs_quota_us")
                yield _share(f"{quota} {_text(folder / 'cpu.cfs_period_us')}")


def _share(text: str) -> float:
    """Return the share of time that a quota is of its period, inf if there is none.

    Example:
        >>> _share("150000 100000"), _share("max 100000"), _share("-1 100000")
        (1.5, inf, inf)
    """
    quota, _, period = text.partition(" ")
    try:
        share = int(quota) / int(period)
    except (ValueError, ZeroDivisionError):
        return math.inf
    return share if share > 0.0 else math.inf


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""
