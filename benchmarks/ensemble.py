"""What an ensemble costs: `python -m benchmarks.ensemble`.

Measures, each in a process of its own so that peak memory is its own:

- one draw and 10 000 draws of the full horizon on one core, headline measures kept;
- a scenario beside its baseline, with the shared history run once and run twice, and
  over two processes: chunks of many draws, and the two cases of few;
- the split of the change of the lag over channels, all ways of switching them side by
  side, and the same answer from a pair of runs for each way;
- the alternative with which the design is compared: one draw at a time in a loop,
  timed over a few draws and multiplied up (the result says so);
- the whole command as a user types it, figures and files included.

Writes benchmarks/results/ensemble.json and ensemble.md. Peak memory is asked of the
operating system in a way that Windows does not know.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from benchmarks import measured
from benchmarks.measured import ROOT, machine, peak_memory, write
from sim.assembly import BY_DRAW
from sim.domain.ensemble import Draws
from sim.experiments.chunks import run_pair
from sim.experiments.lag_split import split_lag
from sim.experiments.setup import Case, Setup
from sim.experiments.shapley import Coalition, coalitions
from sim.settings.compose import read_command
from sim.tasks.prepare import prepare

MANY = 10_000
FEW = 500
LOOPED = 8
"""Draws that the loop over single draws is timed for before it is multiplied up."""

SPLIT = 100
"""Draws of which the change of the lag is split over channels."""


def setup(draws: int, **changes: Any) -> Setup:
    """Return the set-up of a service ban beside its baseline."""
    with tempfile.TemporaryDirectory() as place:
        words = ["scenario=service_ban", f"draws={draws}", f"outputs={place}"]
        return replace(prepare(read_command(words)).setup, **changes)


def baseline(draws: int) -> float:
    """Return seconds for a baseline alone."""
    return _timed(setup(draws, scenario=None))


def pair(draws: int, fork: bool) -> float:
    """Return seconds for a scenario beside its baseline."""
    return _timed(setup(draws, fork=fork))


def loop(draws: int) -> float:
    """Return seconds for a baseline with one draw at a time."""
    single = setup(1, scenario=None)
    return sum(_timed(replace(single, draws=Draws(1, first))) for first in range(draws))


def chunked(draws: int, chunk: int) -> float:
    """Return seconds for a baseline alone in chunks of a size."""
    return _timed(setup(draws, scenario=None, chunk=chunk))


def shared(draws: int, workers: int) -> float:
    """Return seconds for a scenario beside its baseline over several processes."""
    return _timed(setup(draws, workers=workers))


def side_by_side(draws: int) -> float:
    """Return seconds for the split over channels, all ways of switching at once."""
    ready = setup(draws)
    _warm(ready)
    begun = time.perf_counter()
    split_lag(ready, draws)
    return time.perf_counter() - begun


def one_by_one(draws: int) -> float:
    """Return seconds for a pair of runs for each way of switching the channels."""
    pair = replace(setup(draws), record=["frontier_lag_months"])
    return sum(_timed(_with(pair, working)) for working in coalitions(BY_DRAW))


def _with(pair: Setup, working: Coalition) -> Setup:
    """Return a set-up in which some channels work and the others do not."""
    mechanisms = {name: name in working for name in BY_DRAW}
    cases = [replace(case, mechanisms=mechanisms) for case in _cases(pair)]
    return replace(pair, baseline=cases[0], scenario=cases[-1])


def _cases(pair: Setup) -> list[Case]:
    return [case for case in (pair.baseline, pair.scenario) if case is not None]


MEASUREMENTS: dict[str, Callable[..., float]] = {
    "baseline": baseline,
    "pair": pair,
    "loop": loop,
    "chunked": chunked,
    "shared": shared,
    "side_by_side": side_by_side,
    "one_by_one": one_by_one,
}


def _timed(ready: Setup) -> float:
    """Return seconds for a run, libraries already loaded."""
    _warm(ready)
    begun = time.perf_counter()
    run_pair(ready)
    return time.perf_counter() - begun


def _warm(ready: Setup) -> None:
    """Load the libraries that a run takes."""
    start = ready.records.start
    run_pair(replace(ready, draws=Draws(1), horizon=start, scenario=None))


def in_own_process(name: str, **arguments: Any) -> dict[str, float]:
    """Take one measurement in a process of its own: seconds, and peak memory in MiB."""
    return measured.in_own_process("benchmarks.ensemble", name, **arguments)


def time_command(*words: str) -> dict[str, float]:
    """Return seconds for a command as a user types it."""
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "sim", *words, f"outputs={place}"]
        begun = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        seconds = time.perf_counter() - begun
    print(f"{' '.join(words)}: {seconds:.2f} s")
    return {"seconds": seconds}


def two_processes() -> dict[str, Any]:
    """Return seconds with one process and with two, taken in turns, and their ratio."""
    word = ("scenario=service_ban", f"draws={FEW}")
    runs: dict[int, list[float]] = {1: [], 2: []}
    commands: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(3):
        for workers, seconds in runs.items():
            taken = in_own_process("shared", draws=FEW, workers=workers)
            seconds.append(taken["seconds"])
            command = time_command(*word, f"workers={workers}")
            commands[workers].append(command["seconds"])
    return {
        "run, seconds with one": min(runs[1]),
        "run, seconds with two over one": min(runs[2]) / min(runs[1]),
        "command, seconds with one": min(commands[1]),
        "command, seconds with two over one": min(commands[2]) / min(commands[1]),
    }


def measure(draws: int) -> dict[str, Any]:
    """Take every measurement."""
    one = min(
        (in_own_process("baseline", draws=1) for _ in range(3)),
        key=lambda it: it["seconds"],
    )
    many = in_own_process("baseline", draws=draws)
    looped = in_own_process("loop", draws=LOOPED)
    a_draw = looped["seconds"] / LOOPED
    at_once = in_own_process("side_by_side", draws=SPLIT)
    in_turn = in_own_process("one_by_one", draws=SPLIT)
    return {
        "one draw": one,
        f"{draws} draws": many,
        "ratio": many["seconds"] / one["seconds"],
        "chunks": {
            str(size): in_own_process("chunked", draws=draws, chunk=size)
            for size in (256, 512, 1024, 2048, 4096, draws)
        },
        "pair, history shared": in_own_process("pair", draws=draws, fork=True),
        "pair, history run twice": in_own_process("pair", draws=draws, fork=False),
        "pair, two processes": in_own_process("shared", draws=draws, workers=2),
        f"two processes, {FEW} draws": two_processes(),
        "one draw at a time": {
            "seconds a draw": a_draw,
            f"seconds for {draws} draws (extrapolated from {LOOPED})": a_draw * draws,
            "times slower than the ensemble": a_draw * draws / many["seconds"],
        },
        f"split over channels, {SPLIT} draws": {
            "all ways of switching side by side": at_once,
            "a pair of runs for each way": in_turn,
            "times slower one by one": in_turn["seconds"] / at_once["seconds"],
        },
        "whole command": {
            f"{count} draws": time_command("scenario=service_ban", f"draws={count}")
            for count in (FEW, draws)
        },
        "help": time_command("--help"),
    }


def _flat(above: str, results: dict[str, Any]) -> list[tuple[str, str]]:
    rows = []
    for name, value in results.items():
        path = f"{above}, {name}" if above else name
        if isinstance(value, dict):
            rows += _flat(path, value)
        else:
            rows.append((path, f"{value:.3g}" if isinstance(value, float) else value))
    return rows


def main() -> None:
    """Measure, or take the one measurement that `--only` describes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=MANY)
    parser.add_argument("--only", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        order = json.loads(given.only)
        seconds = MEASUREMENTS[order["name"]](**order["arguments"])
        print(json.dumps({"seconds": seconds, "peak_mib": peak_memory()}))
        return
    results = {"machine": machine(), **measure(given.draws)}
    rows = [f"| {name} | {value} |" for name, value in _flat("", results)]
    table = ["| what | value |", "| --- | ---: |", *rows]
    write("ensemble", "What an ensemble costs", results, table)


if __name__ == "__main__":
    main()
