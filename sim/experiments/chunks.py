"""Whole ensembles: draws in chunks, chunks or cases on one processor or on several."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TypeVar

from sim.domain.ensemble import Draws
from sim.experiments.progress import progress
from sim.experiments.setup import Setup
from sim.experiments.simulation import (
    Comparison,
    known_baseline,
    run_chunk,
    run_chunk_with_worker,
)
from sim.experiments.workers import Crew, OnMonth, report_month
from sim.outcomes.results import Results

Outcome = TypeVar("Outcome")
ChunkRunner = Callable[[Setup, Draws, OnMonth], Outcome]
"""Runs both cases in a chunk of draws.

It is a function of a module, so that other processes can find it.
"""

MIN_MONTHS_FOR_WORKER = 36
"""Months that two cases are run separately, at least, for the second to have a process.

Fewer take less time than a process takes to start.
"""


def run_pair(setup: Setup, quiet: bool = True, crew: Crew | None = None) -> Comparison:
    """Return the results of both cases in all draws.

    Chunks are shared by as many processes as may be used. Of a single chunk one process
    runs the scenario while another runs the baseline.
    """
    if not _cases_run_in_parallel(setup):
        return Comparison.join(run_chunks(run_chunk, setup, quiet, crew=crew))
    with _crew_for(crew) as workers, progress(setup.months, quiet) as on_month:
        [worker] = workers.start_workers(1)
        return run_chunk_with_worker(worker, setup, setup.draws, on_month)


def _cases_run_in_parallel(setup: Setup) -> bool:
    """Return whether each of the two cases is to have a process of its own."""
    if setup.scenario is None or not setup.is_one_chunk or setup.workers == 1:
        return False
    if known_baseline(setup, setup.draws) is not None:
        return False
    return setup.horizon + 1 - setup.fork_month >= MIN_MONTHS_FOR_WORKER


def run_chunks(
    run: ChunkRunner[Outcome],
    setup: Setup,
    quiet: bool = True,
    label: str = "",
    crew: Crew | None = None,
) -> list[Outcome]:
    """Return the outcome of every chunk of the draws, in order.

    Args:
        run: runs a chunk.
        setup: the cases and the possible worlds.
        quiet: whether to show no progress.
        label: what the progress is of, in a word or two.
        crew: the workers of the run; if not given, workers for this alone.
    """
    parts = [(setup, draws) for draws in setup.chunks()]
    return _run_parts(run, parts, setup.workers, quiet=quiet, label=label, crew=crew)


def run_baselines(
    setups: Sequence[Setup], workers: int, quiet: bool = True, label: str = ""
) -> list[Results]:
    """Return the results of several experiments' baselines, which workers share.

    Args:
        setups: the experiments; their scenarios, if any, are ignored.
        workers: how many processes may share them.
        quiet: whether to show no progress.
        label: what the progress is of, in a word or two.
    """
    baselines = [replace(setup, scenario=None, workers=workers) for setup in setups]
    parts = [(setup, draws) for setup in baselines for draws in setup.chunks()]
    comparisons = iter(_run_parts(run_chunk, parts, workers, quiet=quiet, label=label))
    return [
        Results.join([next(comparisons).baseline for _ in setup.chunks()])
        for setup in baselines
    ]


def _run_parts(
    run: ChunkRunner[Outcome],
    parts: Sequence[tuple[Setup, Draws]],
    workers: int,
    *,
    quiet: bool,
    label: str,
    crew: Crew | None = None,
) -> list[Outcome]:
    """Return the outcome of every part, run here or shared by workers."""
    count = min(workers, len(parts))
    months = sum(setup.months for setup, _ in parts)
    with progress(months, quiet, label) as on_month:
        if count == 1:
            return [_run_here(run, *part, on_month) for part in parts]
        with _crew_for(crew) as shared:
            calls = [(run, *part, report_month) for part in parts]
            return shared.run_all(calls, count, on_month)


def _run_here(
    run: ChunkRunner[Outcome], setup: Setup, draws: Draws, on_month: OnMonth
) -> Outcome:
    """Run a chunk in this process, and keep its outcome alone.

    A world and its actors refer to one another, so Python would free them late.
    """
    outcome = run(setup, draws, on_month)
    if draws.count < setup.draws.count:
        gc.collect()
    return outcome


def _crew_for(crew: Crew | None) -> AbstractContextManager[Crew]:
    """Return a crew for a while: that of the run, or one of its own."""
    return Crew() if crew is None else nullcontext(crew)
