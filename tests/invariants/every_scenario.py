"""Every scenario, whole: draw k is draw k to the last bit, however it is computed.

    python -m tests.invariants.every_scenario
    python -m tests.invariants.every_scenario adaptive match_act --draws 100 --seed 7

Each shipped scenario is run to the default horizon with all measures, all draws
together in one process. Then draws of it are computed in other ways, and every number
of every series, event and decision is compared bit by bit:

- beside all other scenarios, which share the run of the baseline;
- in chunks, by two processes, as a world that was never forked from the baseline;
- one draw by itself, the two laws in two processes.

Which draws these are is drawn at random. Status: 0 if nothing differs, else 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.experiments.chunks import run_pair
from sim.experiments.setup import Case, Setup
from sim.experiments.side_by_side import run_side_by_side
from sim.experiments.simulation import Comparison
from sim.experiments.workers import Crew
from sim.presentation.numbers import counted
from sim.records.scenario_file import read_file
from sim.records.scenarios import load_scenario
from sim.settings.scenario_files import ScenarioFiles
from tests.experiments.questions import (
    Agreement,
    from_the_start,
    ready,
    scenario_results,
)

MOST_AT_ONCE = 7
"""Draws that are computed in chunks, at most."""

SHOWN = 5
"""Differences that are printed, of each way of computing draws."""


def every_setup(outputs: Path) -> dict[str, Setup]:
    """Return the experiment of each shipped scenario, with all measures, by name."""
    files = ScenarioFiles.find().files
    baseline = ready(outputs, "baseline")
    return {name: _beside(baseline, name, files[name]) for name in sorted(files)}


def _beside(baseline: Setup, name: str, file: Path) -> Setup:
    """Return the experiment of a scenario beside its baseline."""
    if name == baseline.baseline.name:
        return baseline
    found = load_scenario(read_file(file), baseline.records, name=name)
    case = Case(name, found.regime, found.assumptions, found.mechanisms)
    return replace(baseline, scenario=case)


def in_chunks(setup: Setup, draws: Draws, chunk: int, crew: Crew) -> Comparison:
    """Return the scenario in chunks that two processes share, never forked."""
    alone = from_the_start(setup, draws)
    return run_pair(replace(alone, chunk=chunk, workers=2), crew=crew)


def by_itself(setup: Setup, draw: int, crew: Crew) -> Comparison:
    """Return one draw; the two laws have a process each if that is worth it."""
    return run_pair(replace(setup, draws=Draws(1, draw), workers=2), crew=crew)


def computed_otherwise(
    setup: Setup, together: Comparison, chance: random.Random, crew: Crew
) -> Iterator[tuple[str, Agreement]]:
    """Yield other ways of computing some of the draws, and what is found in each."""
    some, chunk = _some_of(setup.draws, chance)
    chunks = in_chunks(setup, some, chunk, crew).baseline
    where = f"draws {some.first} to {some.numbers[-1]} in chunks of {chunk}"
    yield where, Agreement.of(chunks, scenario_results(together))
    draw = chance.choice(setup.draws.numbers)
    itself = by_itself(setup, draw, crew)
    yield f"draw {draw} by itself", Agreement.of_both(itself, together)


def _some_of(draws: Draws, chance: random.Random) -> tuple[Draws, int]:
    """Return consecutive draws, not all, and into how large chunks they are cut."""
    count = chance.randint(2, min(MOST_AT_ONCE, draws.count - 1))
    first = chance.randint(0, draws.count - count)
    return Draws(count, draws.first + first), chance.randint(1, count - 1)


def main(words: Sequence[str] | None = None) -> int:
    """Compute scenarios in every way; return 1 if anything differs."""
    options = _parsed(words)
    with tempfile.TemporaryDirectory() as outputs:
        setups = every_setup(Path(outputs))
    chosen = [
        replace(
            setups[name],
            draws=Draws(options.draws),
            horizon=options.horizon or setups[name].horizon,
        )
        for name in options.scenario or setups
    ]
    whole = Agreement(0, ())
    for way, found in _every_way(chosen, random.Random(options.seed)):
        line = f"{way}: {found.numbers:,} numbers, {len(found.differences)} differences"
        print(line, *found.differences[:SHOWN], sep="\n  ", flush=True)
        whole += found
    print(
        f"{counted(len(chosen), 'scenario')}: {whole.numbers:,} numbers compared, "
        f"{len(whole.differences)} differences"
    )
    return int(bool(whole.differences))


def _every_way(
    setups: Sequence[Setup], chance: random.Random
) -> Iterator[tuple[str, Agreement]]:
    """Yield every way of computing each of several scenarios, and what is found."""
    beside = run_side_by_side(setups, setups[0].draws, lambda: None)
    with Crew() as crew:
        for setup, beside_others in zip(setups, beside, strict=True):
            together = run_pair(setup)
            name = scenario_results(together).scenario
            yield f"{name}, with others", Agreement.of_both(beside_others, together)
            for way, found in computed_otherwise(setup, together, chance, crew):
                yield f"{name}, {way}", found


def _parsed(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = sorted(ScenarioFiles.find().files)
    parser.add_argument("scenario", nargs="*", choices=[*names, []], metavar="scenario")
    parser.add_argument("--horizon", type=Month.parse, help="default: that of a run")
    parser.add_argument("--draws", type=int, default=30, help="at least 3")
    parser.add_argument("--seed", type=int, default=1, help="of the choice of draws")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
