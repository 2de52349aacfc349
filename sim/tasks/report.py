"""The report of a run on the screen: its question, its law, its headline."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from sim.experiments.workers import processors
from sim.presentation import tables
from sim.settings.compose import Command
from sim.tasks.prepare import prepare
from sim.tasks.run import run_and_write

MOST_UNASKED = 4
"""Processes that are started at most if a command does not say how many.

Each holds a chunk of draws in memory.
"""


@runtime_checkable
class Left(Protocol):
    """A study that is done and has left a folder."""

    @property
    def folder(self) -> Path:
        """Where the results stand."""
        ...


Done = TypeVar("Done", bound=Left)
Carrying = Callable[[Command, Sequence[str], bool], Done]
"""Carries out a study: what was asked, how it was said, and whether to be quiet."""


def study_and_report(
    command: Command, carry_out_study: Carrying[Done], show: Callable[[Done], None]
) -> Done:
    """Carry out a study, print it and its folder; of a quiet one the folder alone.

    Args:
        command: what was asked.
        carry_out_study: does it, and writes its folder.
        show: prints what a reader asks first.
    """
    quiet = command.settings.quiet
    done = carry_out_study(command, ["python -m sim", *command.overrides], quiet)
    if not quiet:
        show(done)
    print(done.folder, flush=True)
    return done


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
        finished = run_and_write(prepared, ["python -m sim", *command.overrides], quiet)
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
