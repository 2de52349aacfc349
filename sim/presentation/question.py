"""The question of a run on the terminal: what it asks, and how its law differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, runtime_checkable

from rich.console import Console

from sim.policy.decisions import Decisions
from sim.policy.difference import LegalChange
from sim.presentation.instrument_text import (
    decision_rows,
    instrument_rows,
    short_rows,
    state_name,
    with_meaning,
)
from sim.presentation.labelled_text import labelled_rows, wrapped
from sim.presentation.terminal_tables import console, plain

_MOST_IN_FULL = 12
"""Instruments added, or removed, that are told in full; more are only named."""


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
    def refusals(self) -> Mapping[str, Sequence[str]]:
        """The states that refuse to join an instrument that is added, by its id."""

    @property
    def decisions(self) -> Decisions:
        """Who decides on which instruments under it."""

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
        _print_law(asked, out)
    for text in (asked.who_decides, asked.assumption_source, asked.vintage):
        if text:
            out.print(plain(text))
    print_warnings(asked.warnings, out)


def print_warnings(warnings: Iterable[str], out: Console) -> None:
    """Print what a reader should know of a run, wrapped at the width of the screen."""
    for warning in warnings:
        out.print(plain(f"warning: {warning}"), style="yellow")


def _print_law(asked: RunQuestion, out: Console) -> None:
    """Print how a law differs from its base, instrument by instrument."""
    out.print("\nHow the law differs from the baseline:", style="italic")
    for change in ("added", "removed", "amended"):
        changes: dict[str, list[LegalChange]] = {}
        for one in asked.changes:
            if one.change == change:
                changes.setdefault(one.id, []).append(one)
        if change != "amended" and len(changes) > _MOST_IN_FULL:
            _print_names(change, list(changes), out)
            continue
        for parts in changes.values():
            _print_change(parts, asked, out)
    out.print()


def _print_names(change: str, names: Sequence[str], out: Console) -> None:
    out.print(plain(f"{change} {len(names)} instruments"), style="bold")
    for line in wrapped(", ".join(names), out.width, indent=2):
        out.print(plain(line), soft_wrap=True)


def _print_change(
    changes: Sequence[LegalChange], asked: RunQuestion, out: Console
) -> None:
    act = changes[0].instrument
    out.print(plain(f"{changes[0].change} {act.id}"), style="bold", soft_wrap=True)
    title = wrapped(act.title, out.width, indent=2)
    rows = [*change_rows(changes, asked.decisions), *_refusal_rows(act.id, asked)]
    for line in [*title, *labelled_rows(rows, out.width)]:
        out.print(plain(line), soft_wrap=True)


def _refusal_rows(act: str, asked: RunQuestion) -> list[tuple[str, str]]:
    """Return the states that refuse to join an act, as a row if there are any."""
    states = asked.refusals.get(act, ())
    return [("refuses", ", ".join(map(state_name, states)))] if states else []


def change_rows(
    changes: Sequence[LegalChange], decisions: Decisions
) -> list[tuple[str, str]]:
    """Return all that is changed about one instrument: names of fields, and texts.

    Args:
        changes: the changes of the instrument.
        decisions: who decides on which instruments under the changed law.
    """
    first = changes[0]
    act = first.instrument
    if first.change == "removed":
        return short_rows(act)
    if first.change == "added":
        return instrument_rows(act, decisions)
    amended = [
        (x.field, with_meaning(type(act), x.field, x.new, x.amendment)) for x in changes
    ]
    return [*amended, *decision_rows(act, decisions)]
