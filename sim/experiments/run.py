"""Running: the same possible worlds under two laws, apart only where the laws are.

Nothing here changes a number: whatever the chunks, the workers and the fork, draw k of
a case is the same to the last bit.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

import numpy as np

from sim.agents.actor import forget
from sim.domain.ensemble import Draws, InDraws
from sim.domain.months import Month
from sim.experiments.setup import Case, Setup
from sim.experiments.workers import Worker, month_lived
from sim.model import ChipWar
from sim.outcomes.attribution import Attribution
from sim.outcomes.recorder import Recorder
from sim.outcomes.results import Results
from sim.records import assumptions
from sim.records.casting import cast

Tick = Callable[[], None]
"""Called after each month of each case: shows progress, or raises to stop the run."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """What came of a baseline and of a scenario in the same possible worlds.

    Attributes:
        baseline: results under the law compared with.
        scenario: results under the law in question; the baseline itself if it was run
            alone.
        split: the change of the lag by channel, if it was asked for.
    """

    baseline: Results
    scenario: Results
    split: Attribution | None = field(default=None, kw_only=True)

    @property
    def alone(self) -> bool:
        """Whether the baseline was run alone."""
        return self.scenario is self.baseline

    @classmethod
    def join(cls, chunks: list[Comparison]) -> Comparison:
        """Return the comparisons of consecutive chunks of draws as one."""
        baseline = Results.join([chunk.baseline for chunk in chunks])
        if all(chunk.alone for chunk in chunks):
            return cls(baseline, baseline)
        return cls(baseline, Results.join([chunk.scenario for chunk in chunks]))


@dataclass(eq=False)
class Life:
    """A world under the law of a case, and the record that is kept of it."""

    name: str
    world: ChipWar
    recorder: Recorder

    @classmethod
    def begin(cls, setup: Setup, case: Case, draws: Draws) -> Life:
        """Cast the actors of a case, in the month in which every history begins."""
        sampled = assumptions.sample(
            setup.records.assumptions, draws, setup.seed, case.assumptions
        )
        copies = max(len(setup.variants), 1)
        if copies > 1:
            sampled = {name: np.tile(one, copies) for name, one in sampled.items()}
        world = cast(
            setup.records,
            case.regime,
            draws,
            seed=setup.seed,
            assumptions=sampled,
            mechanisms={**case.mechanisms, **_switches(setup, draws)},
            copies=copies,
        )
        return cls(case.name, world, Recorder(setup.record))

    def live(self, setup: Setup, tick: Tick) -> None:
        """Advance by one month, and record it if it is one to be recorded."""
        month = self.world.month
        self.world.step()
        if month >= setup.start:
            self.recorder.record(self.world)
        tick()

    def under(self, case: Case) -> Life:
        """Return a second life with this one's past, and another law from now on."""
        world = deepcopy(self.world)
        world.regime = case.regime
        return Life(case.name, world, self.recorder.fork())


def _switches(setup: Setup, draws: Draws) -> dict[str, InDraws]:
    """Return in which draws of which variants each mechanism works."""
    names = {name for variant in setup.variants for name in variant}
    return {
        name: np.repeat([one.get(name, True) for one in setup.variants], draws.count)
        for name in sorted(names)
    }


def run_chunk(setup: Setup, draws: Draws, tick: Tick) -> Comparison:
    """Return what comes of a chunk of the draws in both cases.

    If the setup has variants, the series hold the draws once for each, one variant
    after another.
    """
    lives = _parted(setup, draws, tick)
    results = []
    while lives:
        results.append(_lived_out(lives.pop(0), setup, tick))
        # A world and its actors know one another: only this sets their memory free.
        gc.collect()
    return Comparison(baseline=results[0], scenario=results[-1])


def run_chunk_with(
    worker: Worker, setup: Setup, draws: Draws, tick: Tick
) -> Comparison:
    """Return the same of two cases, a worker living through the baseline meanwhile.

    The history that they share is lived through here, and sent.
    """

    def tick_for_both() -> None:
        tick()
        worker.listen(tick)

    theirs, ours = _parted(setup, draws, tick_for_both)
    worker.tell(_lived_out, theirs, setup, month_lived)
    forget(theirs.world)
    del theirs
    gc.collect()  # as below: the world that was sent is not needed here
    scenario = _lived_out(ours, setup, tick_for_both)
    return Comparison(baseline=worker.answer(tick), scenario=scenario)


def _parted(setup: Setup, draws: Draws, tick: Tick) -> list[Life]:
    """Return the life of each case, in the month in which they part."""
    life = Life.begin(setup, setup.baseline, draws)
    if setup.scenario is None:
        return [life]
    parting = setup.parting(life.world.month)
    if parting == life.world.month:
        return [life, Life.begin(setup, setup.scenario, draws)]
    _live_until(parting, life, setup, tick)
    return [life, life.under(setup.scenario)]


def months_to_live(setup: Setup, first: Month) -> int:
    """Return how many months a chunk takes, over both cases, if history starts then."""
    whole = setup.horizon - first + 1
    if setup.scenario is None:
        return whole
    return 2 * whole - (setup.parting(first) - first)


def _live_until(month: Month, life: Life, setup: Setup, tick: Tick) -> None:
    while life.world.month < month:
        life.live(setup, tick)


def _lived_out(life: Life, setup: Setup, tick: Tick) -> Results:
    """Return what is recorded of a life that is lived to the horizon."""
    _live_until(setup.horizon + 1, life, setup, tick)
    results = life.recorder.results(life.world, life.name)
    forget(life.world)
    return results
