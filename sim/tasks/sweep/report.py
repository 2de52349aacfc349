"""What a sweep says on the screen: its plan, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.outcomes.sweep.point_status import as_text
from sim.outcomes.sweep.sweep_folder import load_sweep
from sim.presentation.numbers import counted
from sim.presentation.sweep_table import sweep_table
from sim.presentation.tables import console, plain
from sim.records.vintage import hindsight
from sim.tasks.assumption_source import in_words
from sim.tasks.prepare import read_records
from sim.tasks.sweep.point_blocks import Block
from sim.tasks.sweep.sweep_plan import SWEPT, SweepPlan

_NAMED = 10
"""Failed points that are named; design.csv has all."""


def print_plan(sweep: SweepPlan, blocks: Sequence[Block]) -> None:
    """Print how large a sweep is, how much is there already, and what is refused."""
    points, draws = len(sweep.points), sweep.draws.count
    total = (points - len(sweep.refused)) * draws
    columns = sum(block.columns for block in blocks)
    said = f"{counted(points, 'point')} of {counted(len(sweep.design.keys), 'setting')}"
    said += f", {counted(draws, 'draw')} each"
    if columns < total:
        said += f"; {1 - columns / total:.0%} is there already"
    console().print(plain(said), style="bold")
    if sweep.drawn_from != SWEPT:
        console().print(plain(in_words(sweep.drawn_from, sweep.posterior)))
    if sweep.settings.as_of is not None:
        known = hindsight(read_records(sweep.settings))
        console().print(plain("" if known is None else known.in_words()))
    if sweep.refused:
        _print_errors(sweep, sweep.refused, "cannot be run, and left out")


def print_results(sweep: SweepPlan, errors: Mapping[int, str]) -> None:
    """Print what the points change, if they are few, and which failed, and why."""
    out = console()
    table = sweep_table(load_sweep(sweep.folder), out.width)
    if table is not None:
        out.print(table)
    if errors:
        _print_errors(sweep, errors, "failed")


def _print_errors(sweep: SweepPlan, errors: Mapping[int, str], what: str) -> None:
    """Print which points are not as they should be, and why."""
    out = console()
    said = f"{counted(len(errors), 'point')} of {len(sweep.points):,} {what}"
    out.print(plain(said), style="bold")
    for number, error in list(errors.items())[:_NAMED]:
        out.print(plain(f"  point {number} ({_named(sweep, number)}): {error}"))
    if len(errors) > _NAMED:
        out.print(plain(f"  and {len(errors) - _NAMED:,} more; design.csv names all"))


def _named(sweep: SweepPlan, number: int) -> str:
    values = sweep.points[number].values
    pairs = zip(sweep.design.keys, values, strict=True)
    return " ".join(f"{key}={as_text(value)}" for key, value in pairs)
