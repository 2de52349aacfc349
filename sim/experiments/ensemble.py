"""Whole ensembles: draws in chunks, chunks or lives on one processor or on several."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TypeVar

from sim.domain.ensemble import Draws
from sim.experiments.progress import progress
from sim.experiments.run import (
    Comparison,
    months_to_run,
    run_chunk,
    run_chunk_with_worker,
)
from sim.experiments.setup import Setup
from sim.experiments.workers import Crew, OnMonth, report_month
from sim.outcomes.results import Results

Outcome = TypeVar("Outcome")
ChunkRunner = Callable[[Setup, Draws, OnMonth], Outcome]
"""What lives through both cases in a chunk of draws."""

MIN_MONTHS_FOR_WORKER = 36
"""Months that two lives go on apart, at least, for the second to have its process.

Fewer take less time than a process takes to start.
"""


def run_pair(setup: Setup, quiet: bool = True, crew: Crew | None = None) -> Comparison:
    """Return what comes of both cases in all draws.

    Chunks are shared by as many processes as may be used. Of a single chunk one process
    lives through the scenario while another lives through the baseline.

    Args:
        setup: the cases and the possible worlds.
        quiet: whether to show no progress.
        crew: the workers of the run; if not given, workers for this alone.

    Raises:
        ChipWarError: a measure is unknown, or the model broke a law of its own.
    """
    if not _cases_run_in_parallel(setup):
        return Comparison.join(run_chunks(run_chunk, setup, quiet, crew=crew))
    months = months_to_run(setup, setup.records.start)
    with _crew_for(crew) as hands, progress(months, quiet) as on_month:
        [worker] = hands.start_workers(1)
        return run_chunk_with_worker(worker, setup, setup.draws, on_month)


def _cases_run_in_parallel(setup: Setup) -> bool:
    """Return whether each of the two lives is to have a process of its own."""
    if setup.scenario is None or not is_one_chunk(setup) or setup.workers == 1:
        return False
    apart = setup.horizon + 1 - setup.fork_month(setup.records.start)
    return apart >= MIN_MONTHS_FOR_WORKER


def is_one_chunk(setup: Setup) -> bool:
    """Return whether all draws are computed together."""
    return setup.draws.count <= setup.chunk_size


def run_chunks(
    live: ChunkRunner[Outcome],
    setup: Setup,
    quiet: bool = True,
    what: str = "",
    crew: Crew | None = None,
) -> list[Outcome]:
    """Return what comes of every chunk of the draws, in order.

    Args:
        live: lives through both cases in a chunk of draws; a function of a module, so
            that other processes can find it.
        setup: the cases and the possible worlds.
        quiet: whether to show no progress.
        what: what the progress is of, in a word or two.
        crew: the workers of the run; if not given, workers for this alone.

    Raises:
        ChipWarError: a measure is unknown, or the model broke a law of its own.
    """
    chunks = _chunks(setup)
    count = min(setup.workers, len(chunks))
    months = len(chunks) * months_to_run(setup, setup.records.start)
    with progress(months, quiet, what) as on_month:
        if count == 1:
            return [_run_here(live, setup, each, on_month) for each in chunks]
        with _crew_for(crew) as hands:
            jobs = [(live, setup, each, report_month) for each in chunks]
            return hands.run_all(jobs, count, on_month)


def run_baselines(
    setups: Sequence[Setup], workers: int, quiet: bool = True, what: str = ""
) -> list[Results]:
    """Return what comes of several experiments' baselines, which workers share.

    Args:
        setups: the experiments; their scenarios, if they have any, are left out.
        workers: how many processes may share them.
        quiet: whether to show no progress.
        what: what the progress is of, in a word or two.

    Raises:
        ChipWarError: a measure is unknown, or the model broke a law of its own.
    """
    alone = [replace(each, scenario=None, workers=workers) for each in setups]
    parts = [(each, draws) for each in alone for draws in _chunks(each)]
    months = sum(months_to_run(each, each.records.start) for each, _ in parts)
    count = min(workers, len(parts))
    with progress(months, quiet, what) as on_month:
        if count == 1:
            lived = [_run_here(run_chunk, *part, on_month) for part in parts]
        else:
            with Crew() as hands:
                jobs = [(run_chunk, *part, report_month) for part in parts]
                lived = hands.run_all(jobs, count, on_month)
    return [
        Results.join(
            [
                one.baseline
                for one, (of, _) in zip(lived, parts, strict=True)
                if of is each
            ]
        )
        for each in alone
    ]


def _chunks(setup: Setup) -> list[Draws]:
    """Return the draws in chunks that are alike, so that no worker waits for another.

    All workers are at it in every round, and there are as few rounds as can be.
    """
    draws = setup.draws
    fewest = -(-draws.count // setup.chunk_size)
    workers = min(setup.workers, fewest)
    rounds = -(-fewest // workers)
    return draws.split(-(-draws.count // (rounds * workers)))


def _run_here(
    live: ChunkRunner[Outcome], setup: Setup, draws: Draws, on_month: OnMonth
) -> Outcome:
    """Run a chunk in this process, and hold on to its results alone.

    A world and its actors point at one another, so Python would free them late.
    """
    outcome = live(setup, draws, on_month)
    if draws.count < setup.draws.count:
        gc.collect()
    return outcome


def _crew_for(crew: Crew | None) -> AbstractContextManager[Crew]:
    """Return a crew for a while: that of the run, or one of its own."""
    return Crew() if crew is None else nullcontext(crew)
