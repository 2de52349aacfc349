"""Progress: a bar with the time left, shown only when there is time to look at it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from sim.experiments.workers import OnMonth, ignore_month

DELAY = 2.0
"""Seconds before a bar appears."""


@contextmanager
def progress(
    months: int, quiet: bool, label: str = "", unit: str = "month"
) -> Iterator[OnMonth]:
    """Show how many months of the run are simulated, on the error stream.

    Args:
        months: how many there are, or how many of another unit.
        quiet: whether to show nothing.
        label: what they are of.
        unit: what is counted.

    Yields:
        What to call after each month.
    """
    if quiet or not sys.stderr.isatty():
        yield ignore_month
        return
    with tqdm(
        total=months,
        unit=unit,
        delay=DELAY,
        file=sys.stderr,
        leave=False,
        desc=label or None,
        bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt} {unit}s, {remaining} left",
    ) as bar:

        def on_month() -> None:
            bar.update()

        yield on_month
