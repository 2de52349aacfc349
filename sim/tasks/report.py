"""The report of a run on the screen: its question, its law, its headline."""

from __future__ import annotations

from sim.presentation import tables
from sim.settings.compose import Command
from sim.tasks.prepare import prepare
from sim.tasks.run import carry_out


def run_and_report(command: Command) -> None:
    """Run a scenario, write its folder, and print what a reader asks first.

    A quiet run prints the folder alone.
    """
    quiet = command.settings.quiet
    prepared = prepare(command)
    if not quiet:
        tables.print_question(prepared)
    finished = carry_out(prepared, ["python -m sim", *command.words], quiet)
    if not quiet:
        tables.print_headline(finished)
    print(finished.folder, flush=True)
