"""The report of a run on the screen: its question, its law, its headline."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from sim.experiments.workers import processors
from sim.presentation import tables
from sim.settings.compose import Command
from sim.tasks.prepare import prepare
from sim.tasks.run import carry_out

MOST_UNASKED = 4
"""Processes that are started at most if a command does not say how many.

Each holds a chunk of draws in memory.
"""


def run_and_report(command: Command) -> None:
    """Run a scenario, write its folder, and print what a reader asks first.

    All processors may be used, within reason, unless the command says how many. A quiet
    run prints the folder alone.
    """
    quiet = command.settings.quiet
    prepared = prepare(command, min(processors(), MOST_UNASKED))
    if not quiet:
        tables.print_question(prepared)
    with _loaded_for_good():
        finished = carry_out(prepared, ["python -m sim", *command.words], quiet)
    if not quiet:
        tables.print_headline(finished)
    print(finished.folder, flush=True)


@contextmanager
def _loaded_for_good() -> Iterator[None]:
    """Do not look for garbage in what was loaded before: it stays."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
