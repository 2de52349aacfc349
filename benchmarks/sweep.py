"""What a sweep costs: `python -m benchmarks.sweep`.

Four numeric settings are swept at full horizon, one draw a point beside its baseline:

- by `python -m sim -m`, on one processor and on two, the whole command;
- by stock Hydra multirun (its sweeper, its launcher), by `mesa.batch_run`, and by the
  EMA workbench, each of which runs the same point by the simulator, one after another
  on one processor: timed over a few points, and multiplied up (the table says so);
- a million world-years on two processors;
- the most memory that the parent and any worker hold, for sweeps of several sizes.

Each is measured in a process of its own. Writes benchmarks/results/sweep.json and
sweep.md. The EMA workbench is in the extra `benchmark`; without it its row is missing.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import mesa
import numpy as np

from benchmarks import measured
from benchmarks.measured import machine, peak_memory, write
from sim.__main__ import main as command_line
from sim.experiments.chunks import run_pair
from sim.experiments.setup import Setup
from sim.experiments.simulation import Comparison
from sim.settings.compose import read_command
from sim.settings.multirun import SweepTask, multirun
from sim.tasks.prepare import prepare
from sim.tasks.sweep.point_composer import PointComposer

FIXED = ("scenario=service_ban", "draws=1", "workers=1", "figures=false", "quiet=true")
RANGES = {
    "assumptions.service.grey_market_parts_coverage": (0.15, 0.6),
    "assumptions.service.recovery_halflife_months": (2.0, 8.0),
    "assumptions.smuggle.supply_elasticity_to_markup": (0.8, 3.0),
    "assumptions.service.install_dependence": (0.4, 0.92),
}
"""The settings that are swept, and between what."""

POINTS = 10_000
FEW = 16
"""Points that the others are timed over before they are multiplied up."""

SIZES = (10_000, 20_000, 40_000)
"""Sweeps of which the memory is measured: all of more points than a block has."""

YEARS = 9
WORLDS_A_POINT = 2
MILLION_POINTS, MILLION_DRAWS = 5_556, 10
"""Points and draws that make a million world-years, baselines among them."""


# --- what is measured -----------------------------------------------------------------


def ours(points: int, workers: int, draws: int = 1) -> float:
    """Return seconds for a sweep as a user asks for it."""
    with tempfile.TemporaryDirectory() as place:
        ranges = [
            f"{key}=interval({low},{high})" for key, (low, high) in RANGES.items()
        ]
        design = ["sweep.design=latin_hypercube", f"sweep.points={points}"]
        words = [word for word in FIXED if not word.startswith(("draws=", "workers="))]
        asked = [f"draws={draws}", f"workers={workers}", f"outputs={place}"]
        begun = time.perf_counter()
        status = command_line(["-m", *words, *ranges, *design, *asked])
        assert status == 0
        return time.perf_counter() - begun


def stock_hydra(points: int) -> float:
    """Return seconds for Hydra's own sweeper and launcher."""
    count = round(points ** (1 / len(RANGES)))
    assert count ** len(RANGES) == points, "a grid has as many values of each setting"
    swept = [
        f"{key}={','.join(map(str, np.linspace(*ends, count)))}"
        for key, ends in RANGES.items()
    ]
    with tempfile.TemporaryDirectory() as place:
        words = (*FIXED, *swept, f"outputs={place}")
        task = SweepTask(_not_ours, _run_words)
        stock = ("hydra/sweeper=basic", "hydra/launcher=basic")
        begun = time.perf_counter()
        multirun(["-m", *stock, *words], task)
        return time.perf_counter() - begun


def batch_run(points: int) -> float:
    """Return seconds for `mesa.batch_run`."""

    class OnePoint(mesa.Model):
        """A point, run in one step."""

        def __init__(self, point: int, **given: Any) -> None:
            super().__init__(**given)
            self._setup = _setup(_points(points)[point])
            self.lag = np.nan
            self.datacollector = mesa.DataCollector({"lag": "lag"})

        def step(self) -> None:
            self.lag = _lag(run_pair(self._setup))
            self.datacollector.collect(self)
            self.running = False

    begun = time.perf_counter()
    rows = mesa.batch_run(
        OnePoint, {"point": range(points)}, number_processes=1, display_progress=False
    )
    seconds = time.perf_counter() - begun
    assert len({row["RunId"] for row in rows}) == points
    return seconds


def ema_workbench(points: int) -> float:
    """Return seconds for the EMA workbench."""
    import ema_workbench as ema  # noqa: PLC0415 - not everyone has it

    names = {key.replace(".", "_"): key for key in RANGES}

    def live(**given: float) -> dict[str, float]:
        return {"lag": _lag(run_pair(_setup([given[name] for name in names])))}

    model = ema.Model("chipwar", function=live)
    model.uncertainties = [
        ema.RealParameter(name, *RANGES[key]) for name, key in names.items()
    ]
    model.outcomes = [ema.ScalarOutcome("lag")]
    begun = time.perf_counter()
    with ema.SequentialEvaluator(model) as evaluator:
        experiments, _ = evaluator.perform_experiments(scenarios=points)
    seconds = time.perf_counter() - begun
    assert len(experiments) == points
    return seconds


MEASUREMENTS: dict[str, Callable[..., float]] = {
    "ours": ours,
    "stock_hydra": stock_hydra,
    "batch_run": batch_run,
    "ema_workbench": ema_workbench,
}


_composer: list[PointComposer] = []


def _setup(values: Sequence[float]) -> Setup:
    """Return the set-up of a point, in the cheapest way that there is."""
    if not _composer:
        _composer.append(PointComposer(FIXED, list(RANGES)))
    command = _composer[0].command([float(value) for value in values])
    return _composer[0].setup(command)


def _points(count: int) -> np.ndarray:
    """Return some points of the design, one a row."""
    low, high = np.array(list(RANGES.values())).T
    luck = np.random.default_rng(0).uniform(size=(count, len(RANGES)))
    return low + luck * (high - low)


def _run_words(words: Sequence[str]) -> None:
    run_pair(prepare(read_command(words)).setup)


def _not_ours(*_given: object) -> None:
    raise AssertionError("stock Hydra knows no blocks")


def _lag(comparison: Comparison) -> float:
    """Return China's median lag at the horizon, as any study would ask for it."""
    key = next(
        key for key in comparison.scenario.series if "frontier_lag_months" in key
    )
    return float(np.median(comparison.scenario.series[key][-1]))


# --- how it is measured ---------------------------------------------------------------


def apart(name: str, **arguments: Any) -> dict[str, float]:
    """Take one measurement in a process of its own: seconds, and peaks in MiB."""
    return measured.in_own_process("benchmarks.sweep", name, **arguments)


def measure(points: int, few: int) -> dict[str, Any]:
    """Take every measurement."""
    sweeps = {count: apart("ours", points=points, workers=count) for count in (1, 2)}
    rivals = ["stock_hydra", "batch_run"]
    if importlib.util.find_spec("ema_workbench"):
        rivals.append("ema_workbench")
    others = {name: apart(name, points=few)["seconds"] / few for name in rivals}
    million = apart("ours", points=MILLION_POINTS, workers=2, draws=MILLION_DRAWS)
    return {
        f"{points} points": {
            f"{count} workers": taken["seconds"] for count, taken in sweeps.items()
        },
        f"seconds a point, over {few} points": others,
        "times slower than ours": {
            name: {
                f"{count} workers": a_point * points / taken["seconds"]
                for count, taken in sweeps.items()
            }
            for name, a_point in others.items()
        },
        "a million world-years": {
            "world-years": MILLION_POINTS * MILLION_DRAWS * WORLDS_A_POINT * YEARS,
            **million,
        },
        "memory by points": {
            str(size): apart("ours", points=size, workers=2) for size in SIZES
        },
    }


def table(results: Mapping[str, Any], points: int, few: int) -> list[str]:
    """Return the comparison as a table for readers."""
    sweeps = results[f"{points} points"]
    rows = [
        f"| driven by | seconds for {points} points | slower than 1 worker | than 2 |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| `python -m sim -m`, {count} | {seconds:.0f} | | |"
            for count, seconds in sweeps.items()
        ),
    ]
    for name, a_point in results[f"seconds a point, over {few} points"].items():
        one, two = results["times slower than ours"][name].values()
        rows.append(
            f"| {name}, multiplied up from {few} | {a_point * points:.0f} | "
            f"{one:.0f} | {two:.0f} |"
        )
    million = results["a million world-years"]
    rows += [
        "",
        f"{million['world-years']:,} world-years on two processors: "
        f"{million['seconds']:.0f} s.",
        "",
        "| points | seconds | parent's peak, MiB | largest worker's peak, MiB |",
        "| ---: | ---: | ---: | ---: |",
    ]
    rows += [
        f"| {size} | {taken['seconds']:.1f} | {taken['parent_mib']:.0f} | "
        f"{taken['worker_mib']:.0f} |"
        for size, taken in results["memory by points"].items()
    ]
    return rows


def main() -> None:
    """Measure, or take the one measurement that `--only` describes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=POINTS)
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--only", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        order = json.loads(given.only)
        seconds = MEASUREMENTS[order["name"]](**order["arguments"])
        peaks = {
            "parent_mib": peak_memory(resource.RUSAGE_SELF),
            "worker_mib": peak_memory(resource.RUSAGE_CHILDREN),
        }
        print(json.dumps({"seconds": seconds, **peaks}))
        return
    results = {"machine": machine(), **measure(given.points, given.few)}
    rows = table(results, given.points, given.few)
    write("sweep", "What a sweep costs", results, rows)


if __name__ == "__main__":
    main()
