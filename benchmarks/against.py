"""What became faster: `python -m benchmarks.against REV [REV ...]`.

Runs a command in this checkout and in others, in turns, and prints by stage what each
took: CPU seconds in the months of the model and in the rest of the command, and peak
memory. A ratio is that of the other checkout over this, of the least of all repeats:
other work on a machine can only add to the time. A checkout is a folder, or a tag or
commit of this repository.

    python -m benchmarks.against v0.5.0 --draws 1 500 --repeats 5
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.compare_checkouts import checked_out
from benchmarks.measured import ROOT

STAGES = ("step", "rest", "peak_mib")
"""Months of the model and the rest of the command, CPU seconds; most memory held."""

MEASURE = """
import json, resource, sys, time
from sim.__main__ import main
from sim.model import ChipWar

months = []
step = ChipWar.step

def timed(world):
    begun = time.process_time()
    step(world)
    months.append(time.process_time() - begun)

ChipWar.step = timed
status = main(sys.argv[1:])
assert status in (0, None), status
whole, in_months = time.process_time(), sum(months)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"step": in_months, "rest": whole - in_months, "peak_mib": peak}))
"""
"""What is run in each checkout; it uses what all of them have."""


def measured(checkout: Path, draws: int, words: list[str]) -> dict[str, float]:
    """Return what one run of a command took in a checkout, by stage."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    with tempfile.TemporaryDirectory() as outputs:
        command = [f"draws={draws}", "workers=1", "figures=false", "quiet=true"]
        answer = subprocess.run(
            [sys.executable, "-c", MEASURE, *words, *command, f"outputs={outputs}"],
            cwd=checkout,
            env={**os.environ, **threads, "PYTHONPATH": str(checkout)},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    taken: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return taken


def least(runs: list[dict[str, float]]) -> dict[str, float]:
    """Return the least of several runs, stage by stage."""
    return {stage: min(run[stage] for run in runs) for stage in STAGES}


def compared(checkouts: dict[str, Path], options: argparse.Namespace) -> list[str]:
    """Return a table for readers of what all checkouts took, and the ratios."""
    rows = [
        "| draws | stage | here | " + " | ".join(f"{x} | ratio" for x in options.revs)
    ]
    rows = [f"{rows[0]} |", "| ---: | --- |" + " ---: |" * (1 + 2 * len(options.revs))]
    for draws in options.draws:
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in checkouts}
        for _ in range(options.repeats):
            for name, folder in checkouts.items():
                runs[name].append(measured(folder, draws, options.words))
        here, *others = (least(taken) for taken in runs.values())
        for stage in STAGES:
            cells = [
                f"{other[stage]:.3g} | {other[stage] / here[stage]:.2f}"
                for other in others
            ]
            rows.append(
                f"| {draws} | {stage} | {here[stage]:.3g} | {' | '.join(cells)} |"
            )
    return rows


def main() -> None:
    """Compare this checkout with others as the command line asks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("revs", nargs="+", help="checkouts compared with")
    parser.add_argument("--draws", type=int, nargs="+", default=[1, 500])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--words", nargs="+", default=["scenario=service_ban"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        checkouts = {"here": ROOT}
        for number, rev in enumerate(options.revs):
            checkouts[rev] = checked_out(rev, Path(scratch) / str(number))
        print("\n".join(compared(checkouts, options)))


if __name__ == "__main__":
    main()
