"""What a command costs, by stage: `python -m benchmarks.command`.

    python -m benchmarks.command
    python -m benchmarks.command --against d0a213f --rounds 5

Measures a cold run until its answer is on the screen, as a whole and by stage, and how
long help, listings, a query of law and refusals take: processor seconds of a process of
its own, which computes with one thread, the least of several rounds. With `--against`
another checkout (a folder, tag or commit) takes turns with this one; its stages are
left out if its code has other functions. What the cache folder has of earlier commands
is used, as a reader's commands use it. Writes benchmarks/results/command.json and
command.md. It needs Linux, whose /proc tells the processor time of another process.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.compare_checkouts import checked_out
from benchmarks.measured import ROOT, machine, write

RUN = ("scenario=service_ban", "workers=1")
SHORT: dict[str, tuple[str, ...]] = {
    "--help": ("--help",),
    "task=scenarios": ("task=scenarios",),
    "task=assumptions": ("task=assumptions",),
    "task=instruments": ("task=instruments",),
    "task=measures": ("task=measures",),
    "task=law, of a day": ("task=law", "query.day=2024-06-01"),
    "task=law, of a sale": (
        *("task=law", "query.day=2024-06-01", "query.chip=H20", "query.buyer=baidu"),
    ),
    "a wrong value": ("scenario=service_ban", "draws=x"),
    "a wrong name": ("scenario=service_bann",),
}
"""Commands that run nothing, by what they are called."""

_STAGES = Path(__file__).with_name("command_stages.py")


def run_by_stage(checkout: Path, words: Sequence[str]) -> dict[str, float]:
    """Return the processor seconds of a cold run by stage."""
    with tempfile.TemporaryDirectory() as outputs:
        answer = subprocess.run(
            [sys.executable, _STAGES, *RUN, *words, f"outputs={outputs}"],
            cwd=checkout,
            env=_environment(checkout),
            check=False,
            capture_output=True,
        )
    if answer.returncode:
        return {}
    taken: dict[str, float] = json.loads(answer.stdout)
    return taken


def run_until_answer(checkout: Path, words: Sequence[str]) -> dict[str, float]:
    """Return the processor seconds of a cold run until its answer, and in all.

    The answer ends with the last row that is printed before the name of the folder.
    """
    with tempfile.TemporaryDirectory() as outputs:
        process = subprocess.Popen(
            [sys.executable, "-m", "sim", *RUN, *words, f"outputs={outputs}"],
            cwd=checkout,
            env={**_environment(checkout), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout is not None
        times = [
            _processor_seconds(process.pid) for row in process.stdout if row.strip()
        ]
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stdout.close()
    assert process.returncode == 0
    return {"until the answer": times[-2], "whole run": used.ru_utime + used.ru_stime}


def _processor_seconds(process: int) -> float:
    """Return what a process and its threads have used so far."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def seconds_of(checkout: Path, words: Sequence[str]) -> float:
    """Return the processor seconds of a whole command, whatever its status."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "sim", *words],
        cwd=checkout,
        env=_environment(checkout),
        check=False,
        capture_output=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _environment(checkout: Path) -> dict[str, str]:
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {**os.environ, **threads, "PYTHONPATH": str(checkout)}


def measure(
    checkouts: Sequence[Path], words: Sequence[str], rounds: int
) -> list[dict[str, float]]:
    """Return the least seconds of each stage and short command, by checkout."""
    least: list[dict[str, float]] = [{} for _ in checkouts]
    for turn in range(rounds):
        print(f"round {turn + 1} of {rounds}", flush=True)
        for taken, checkout in zip(least, checkouts, strict=True):
            now = run_until_answer(checkout, words) | run_by_stage(checkout, words)
            now |= {name: seconds_of(checkout, ask) for name, ask in SHORT.items()}
            taken |= {
                name: min(cost, taken.get(name, cost)) for name, cost in now.items()
            }
    return least


def table(results: Sequence[dict[str, float]]) -> list[str]:
    """Return what was measured as a table; with another checkout, its ratio."""
    if len(results) == 1:
        rows = [f"| {name} | {cost:.2f} |" for name, cost in results[0].items()]
        return ["| | seconds |", "| --- | ---: |", *rows]
    other, this = results
    rows = ["| | other | this | other over this |", "| --- | ---: | ---: | ---: |"]
    for name, cost in this.items():
        before = other.get(name)
        was, ratio = "", ""
        if before is not None:
            was, ratio = f"{before:.2f}", f"{before / cost:.2f}"
        rows.append(f"| {name} | {was} | {cost:.2f} | {ratio} |")
    return rows


def main() -> None:
    """Measure as the command line asks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--against", help="another checkout: a folder, tag or commit")
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--horizon", default="2030-12")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    words = (f"draws={given.draws}", f"horizon={given.horizon}")
    with tempfile.TemporaryDirectory() as place:
        others = [] if given.against is None else [given.against]
        folders = [checked_out(name, Path(place) / "code") for name in others]
        results = measure([*folders, ROOT], words, given.rounds)
    rows = table(results)
    print("\n".join(rows))
    named = dict(zip([*others, "this"], results, strict=True))
    write("command", "What a command costs", {"machine": machine(), **named}, rows)


if __name__ == "__main__":
    main()
