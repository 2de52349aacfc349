"""The question of a run on the terminal: what it asks, and how its law differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from rich.console import Console
from rich.table import Table

from sim.policy.difference import LegalChange
from sim.presentation.terminal_tables import console, new_table, plain


@runtime_checkable
class RunQuestion(Protocol):
    """What is asked of a run: a question, and how its law differs."""

    @property
    def question(self) -> str:
        """The question that the scenario asks."""

    @property
    def changes(self) -> Sequence[LegalChange]:
        """How its law differs from the baseline's."""

    @property
    def who_decides(self) -> str:
        """Who decides for themselves, in words; nothing if nobody does."""

    @property
    def assumption_source(self) -> str:
        """Where assumptions are drawn from, in words."""

    @property
    def vintage(self) -> str:
        """What is not known in a vintage, in words; nothing if all is."""

    @property
    def warnings(self) -> Sequence[str]:
        """What a reader should know of the run, a line each."""


def print_question(asked: RunQuestion, out: Console | None = None) -> None:
    """Print what a scenario asks, how its law differs, and who decides the rest.

    And where assumptions come from: two runs may differ in that alone. Warnings come
    last.
    """
    out = out or console()
    out.print(plain(asked.question), style="bold")
    if asked.changes:
        out.print(legal_table(asked.changes))
    if asked.who_decides:
        out.print(plain(asked.who_decides))
    out.print(plain(asked.assumption_source))
    if asked.vintage:
        out.print(plain(asked.vintage))
    for warning in asked.warnings:
        out.print(plain(f"warning: {warning}"), style="yellow")


def legal_table(changes: Sequence[LegalChange]) -> Table:
    """Return how a law differs from its base, a row per change."""
    table = new_table(
        "How the law differs from the baseline",
        ["", "instrument", "what", "from", "to"],
    )
    for change in changes:
        amended = f"{change.field}: {change.old} → {change.new}"
        text = amended if change.change == "amended" else change.title
        end = str(change.end) if change.end else ""
        cells = (change.change, change.id, text, str(change.effective), end)
        table.add_row(*map(plain, cells))
    return table
