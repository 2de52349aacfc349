"""Set-up of an experiment: two cases run in the same possible worlds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.domain.ensemble import Draws, PerDraw
from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.outcomes.recorder import Selection
from sim.policy.regime import Regime
from sim.records import Records
from sim.records.assumptions import sample
from sim.records.designed_assumptions import DesignedAssumptions
from sim.records.posterior import Posterior

CHUNK_OF_ONE_PROCESS = 4_000
"""Draws that a single process computes together: the more, the fewer calls.

Beyond so many a draw costs no less time, and all of them more memory.
"""

CHUNK_OF_SEVERAL = 2_500
"""The same of each of several processes, whose memory adds up."""


@dataclass(frozen=True, eq=False, repr=False)
class Case(ShortRepr):
    """One side of a comparison: a law, and what is held to be so under it.

    Attributes:
        name: the scenario's name.
        regime: the instruments in force, with their dates.
        assumptions: values fixed by name; the other assumptions are drawn.
        mechanisms: by name, whether a mechanism works; those not named do.
        named_acts: ids of the instruments that its file adds, amends or removes.
    """

    name: str
    regime: Regime
    assumptions: Mapping[str, float]
    mechanisms: Mapping[str, bool]
    named_acts: tuple[str, ...] = ()

    def first_difference(self, other: Case, start: Month) -> Month | None:
        """Return the first month in which two cases differ, None if they never do.

        Assumptions and mechanisms hold from the start; law from the day on which an
        actor could first see that it differs.
        """
        is_same = (
            self.assumptions == other.assumptions
            and self.mechanisms == other.mechanisms
        )
        return self.regime.first_difference(other.regime) if is_same else start


@dataclass(frozen=True, eq=False, repr=False)
class Setup(ShortRepr):
    """A baseline and a scenario, and the possible worlds in which both are run.

    Attributes:
        records: the facts.
        baseline: the case compared with.
        scenario: the case in question; None runs the baseline alone.
        draws: the possible worlds.
        seed: what fixes the luck of every draw.
        start: the first month that is recorded.
        horizon: the last month that is run.
        record: the measures that are recorded.
        posterior: what calibrated assumptions are drawn from; None draws all
            assumptions from their ranges.
        fork: whether a history that both cases share is run once.
        chunk: draws that are computed together, at most; None leaves it to `width`.
        workers: processes that may share the chunks, or the two cases of one.
        designed: values that a study gives to its draws; they go before all others.
    """

    records: Records
    baseline: Case
    scenario: Case | None
    draws: Draws
    seed: int
    start: Month
    horizon: Month
    record: Selection
    posterior: Posterior | None = None
    fork: bool = True
    chunk: int | None = None
    workers: int = 1
    designed: DesignedAssumptions | None = None

    @property
    def joint(self) -> DesignedAssumptions | Posterior | None:
        """Where assumptions are from that are not drawn one by one."""
        return self.posterior if self.designed is None else self.designed

    @property
    def joint_digest(self) -> str:
        """What tells that from others; nothing if there is none."""
        return "" if self.joint is None else self.joint.digest

    @property
    def chunk_size(self) -> int:
        """Draws that are computed together, at most."""
        if self.chunk is not None:
            return self.chunk
        return CHUNK_OF_ONE_PROCESS if self.workers == 1 else CHUNK_OF_SEVERAL

    @property
    def is_one_chunk(self) -> bool:
        """Whether all draws are computed together."""
        return self.draws.count <= self.chunk_size

    def chunks(self) -> list[Draws]:
        """Return the draws in chunks of equal size, so that no worker waits.

        All workers are busy in every round, and there are as few rounds as can be.
        """
        fewest = -(-self.draws.count // self.chunk_size)
        workers = min(self.workers, fewest)
        rounds = -(-fewest // workers)
        return self.draws.split(-(-self.draws.count // (rounds * workers)))

    @property
    def shared_until(self) -> Month | None:
        """The month in which the two cases fork; None if they share no history."""
        month = self.fork_month
        return month if month > self.records.start else None

    @property
    def fork_month(self) -> Month:
        """The month from which the two cases are run separately."""
        first, end = self.records.start, self.horizon + 1
        if not self.fork or self.scenario is None:
            return first
        month = self.scenario.first_difference(self.baseline, first)
        return end if month is None else min(max(month, first), end)

    @property
    def months(self) -> int:
        """Months that a chunk takes, over both cases."""
        first, end = self.records.start, self.horizon + 1
        if self.scenario is None:
            return end - first
        return (end - first) + (end - self.fork_month)

    def assumed(self, draws: Draws) -> dict[str, PerDraw]:
        """Return what is assumed in draws under the law in question, by name."""
        case = self.scenario or self.baseline
        rows = self.records.assumptions
        return sample(rows, draws, self.seed, case.assumptions, self.joint)
