"""Many scenarios in the same worlds: one shared history, one baseline, a fork each.

Each scenario leaves the baseline in the month in which its law first differs, and is
the same to the last bit as if it were run beside the baseline alone.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from sim.domain.ensemble import Draws
from sim.experiments.chunks import MIN_MONTHS_FOR_WORKER
from sim.experiments.progress import progress
from sim.experiments.setup import CHUNK_OF_SEVERAL, Setup
from sim.experiments.simulation import Simulation
from sim.experiments.workers import Crew, FunctionCall, OnMonth, report_month
from sim.outcomes.results import Results

Outcome = TypeVar("Outcome")

_WORLDS_AT_ONCE = 2
"""Worlds of a whole chunk for which a process has room."""


def run_scenarios(setups: Sequence[Setup], quiet: bool = True) -> list[Results]:
    """Return the series of the baseline and of every scenario, in the order given.

    Events, decided law and the network are left empty.

    Args:
        setups: experiments that differ in their scenario alone.
        quiet: whether to show no progress.
    """
    chunks = _small_enough(setups).chunks()
    months = _months(setups) * len(chunks)
    with progress(months, quiet) as on_month:
        if setups[0].workers == 1:
            return _run(setups, chunks, on_month, None)
        with Crew() as crew:
            return _run(setups, chunks, on_month, crew)


def _small_enough(setups: Sequence[Setup]) -> Setup:
    """Return what is run, in chunks of which there is room for a world of each case."""
    setup, cases = setups[0], len(setups) + 1
    if setup.chunk is not None:
        return setup
    most = max(CHUNK_OF_SEVERAL * _WORLDS_AT_ONCE // cases, 1)
    return replace(setup, chunk=min(setup.chunk_size, most))


def _months(setups: Sequence[Setup]) -> int:
    """Return how many months a chunk takes, over all cases."""
    first, end = setups[0].records.start, setups[0].horizon + 1
    return (end - first) + sum(end - setup.fork_month for setup in setups)


def _run(
    setups: Sequence[Setup],
    chunks: Sequence[Draws],
    on_month: OnMonth,
    crew: Crew | None,
) -> list[Results]:
    """Run all chunks here, or have workers share chunks or the cases of one."""
    if crew is None:
        parts = [run_scenarios_chunk(setups, draws, on_month) for draws in chunks]
    elif len(chunks) > 1:
        calls: list[FunctionCall] = [
            (run_scenarios_chunk, setups, draws, report_month) for draws in chunks
        ]
        parts = crew.run_all(calls, min(setups[0].workers, len(chunks)), on_month)
    else:
        parts = [_run_cases_in_parallel(setups, chunks[0], on_month, crew)]
    return [Results.join(list(of_one)) for of_one in zip(*parts, strict=True)]


def run_scenarios_chunk(
    setups: Sequence[Setup], draws: Draws, on_month: OnMonth
) -> list[Results]:
    """Return the same of a chunk of draws, one case run after another."""
    return read_scenarios_chunk(setups, draws, on_month, lambda results: results)


def read_scenarios_chunk(
    setups: Sequence[Setup],
    draws: Draws,
    on_month: OnMonth,
    read: Callable[[Results], Outcome],
) -> list[Outcome]:
    """Return what is read of the results of each case, of which no more is kept."""

    def run_now(setup: Setup, case: Simulation) -> Outcome:
        outcome = read(_to_horizon(setup, case, on_month))
        # A world and its actors refer to one another: only this frees their memory.
        gc.collect()
        return outcome

    return _in_order(setups, list(_forks(setups, draws, on_month, run_now)))


def _run_cases_in_parallel(
    setups: Sequence[Setup], draws: Draws, on_month: OnMonth, crew: Crew
) -> list[Results]:
    """Return the same; workers run the cases once all have left the baseline."""
    longest = max(setup.horizon + 1 - setup.fork_month for setup in setups)
    if longest < MIN_MONTHS_FOR_WORKER:
        return run_scenarios_chunk(setups, draws, on_month)
    count = min(setups[0].workers, len(setups) + 1)
    crew.start_workers(count)  # They load libraries while the history is run here.

    def run_later(setup: Setup, case: Simulation) -> FunctionCall:
        return (_to_horizon, setup, case, report_month)

    calls = list(_forks(setups, draws, on_month, run_later))
    results = crew.run_all([call for _, call in calls], count, on_month)
    numbers = [number for number, _ in calls]
    return _in_order(setups, list(zip(numbers, results, strict=True)))


def _forks(
    setups: Sequence[Setup],
    draws: Draws,
    on_month: OnMonth,
    handle: Callable[[Setup, Simulation], Outcome],
) -> Iterator[tuple[int, Outcome]]:
    """Yield what becomes of each case in the month in which it leaves the baseline.

    The number is that of the case: the baseline, which comes last, has 0.
    """
    baseline = Simulation.start(setups[0], setups[0].baseline, draws)
    by_fork = sorted(enumerate(setups, 1), key=lambda each: each[1].fork_month.index)
    for number, setup in by_fork:
        assert setup.scenario is not None
        case = baseline.branch(
            [setup.scenario], setup.shared_until, setup, draws, on_month
        )
        yield number, handle(setup, case)
        del case
    yield 0, handle(setups[0], baseline)


def _to_horizon(setup: Setup, case: Simulation, on_month: OnMonth) -> Results:
    """Run a case to its end."""
    [results] = case.run_to_horizon(setup, on_month, series_only=True)
    return results


def _in_order(
    setups: Sequence[Setup], numbered: Sequence[tuple[int, Outcome]]
) -> list[Outcome]:
    """Return outcomes by number: the baseline's, then each scenario's."""
    by_number = dict(numbered)
    return [by_number[number] for number in range(len(setups) + 1)]
