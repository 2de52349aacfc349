"""What a sweep says on the screen: its plan, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.outcomes.sweep.design import word
from sim.outcomes.sweep.load import load_sweep
from sim.presentation.sweep_table import sweep_table
from sim.presentation.tables import console, plain
from sim.tasks.sweep.cut import Block
from sim.tasks.sweep.plan import Sweep

_NAMED = 10
"""Failed points that are named; design.csv has all."""


def print_plan(sweep: Sweep, blocks: Sequence[Block]) -> None:
    """Print how large a sweep is, and how much of it is there already."""
    points, draws = len(sweep.points), sweep.draws.count
    total = (points - sweep.refused) * draws
    columns = sum(block.columns for block in blocks)
    said = f"{_count(points, 'point')} of {_count(len(sweep.design.keys), 'setting')}"
    said += f", {_count(draws, 'draw')} each"
    if columns < total:
        said += f"; {1 - columns / total:.0%} is there already"
    console().print(plain(said), style="bold")


def print_outcome(sweep: Sweep, errors: Mapping[int, str]) -> None:
    """Print what the points change, if they are few, and which failed, and why."""
    out = console()
    table = sweep_table(load_sweep(sweep.folder))
    if table is not None:
        out.print(table)
    for number, error in list(errors.items())[:_NAMED]:
        out.print(plain(f"point {number} ({_named(sweep, number)}): {error}"))
    if len(errors) > _NAMED:
        out.print(plain(f"and {len(errors) - _NAMED} more; design.csv names them all"))
    if errors:
        failed = f"{_count(len(errors), 'point')} of {len(sweep.points)} failed"
        out.print(plain(failed), style="bold")


def _named(sweep: Sweep, number: int) -> str:
    values = sweep.points[number].values
    pairs = zip(sweep.design.keys, values, strict=True)
    return " ".join(f"{key}={word(value)}" for key, value in pairs)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
