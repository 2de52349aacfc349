"""Watching a sweep: a bar with the time left, fed by what workers tell in files."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from tqdm import tqdm

from sim.tasks.sweep.job import progress_of
from sim.tasks.sweep.point_blocks import Block
from sim.tasks.sweep.sweep_plan import SweepPlan

_LOOKS = 0.5
"""Seconds between two looks at how far the workers are."""

_NOTES = 20
"""Looks between two notes of what is done."""


@contextmanager
def show_progress(
    sweep: SweepPlan, blocks: Sequence[Block], note: Callable[[], None]
) -> Iterator[None]:
    """Look on while some blocks are lived, and show how far they are.

    Args:
        sweep: the sweep.
        blocks: what is lived.
        note: puts down what is done; called now and then.
    """
    done = threading.Event()
    watcher = threading.Thread(
        target=_watch, args=(sweep, blocks, note, done), daemon=True
    )
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _watch(
    sweep: SweepPlan,
    blocks: Sequence[Block],
    note: Callable[[], None],
    done: threading.Event,
) -> None:
    names = [block.id for block in blocks]
    with _bar(sweep, sum(block.columns for block in blocks)) as bar:
        looks = 0
        while not done.wait(_LOOKS):
            looks += 1
            if bar is not None:
                lived = progress_of(sweep.folder, names)
                now = sum(block.columns * lived[block.id] for block in blocks)
                # What is being written as it is read counts for nothing.
                bar.update(max(now - bar.n, 0.0))
            if looks % _NOTES == 0:
                note()


def _bar(sweep: SweepPlan, total: int) -> Any:
    """Return a bar on the error stream, or none if nobody looks at it."""
    if sweep.settings.quiet or not sys.stderr.isatty():
        return nullcontext()
    return tqdm(
        total=total,
        file=sys.stderr,
        leave=False,
        bar_format="{l_bar}{bar}| {n:,.0f} of {total:,} worlds, {remaining} left",
    )
