"""Whole worlds for tests: the shipped actors, in few draws, and how to run them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass

import jaxtyping
import numpy as np

from sim.assembly import build_world
from sim.domain.chance import Chance
from sim.domain.ensemble import Draws, PerDraw
from sim.domain.months import Month
from sim.model import ChipWar
from sim.policy.regime import Regime
from sim.records import Records
from sim.records.assumptions import Joint, sample
from sim.world import World

SEED = 2025
HORIZON = Month(2030, 12)


@dataclass(frozen=True)
class SameLuck(Chance):
    """The luck of one draw, lent to all, so that draws differ in nothing else.

    Attributes:
        lender: number of the draw whose luck it is.
    """

    lender: int = 0

    def uniform(self, event: str, month: Month | None = None) -> PerDraw:
        """Return the same number in every draw."""
        luck = Chance(self.seed, Draws(1, self.lender)).uniform(event, month)
        return np.repeat(luck, self.draws.count)


@contextmanager
def unchecked() -> Iterator[None]:
    """Leave out checks of types, where ``tests/checked_types.py`` has put them in.

    A long run is ten times quicker without. Functions defined meanwhile inside others
    are left undecorated too, which is most of the cost. The months in which most
    happens are run with all checks in ``tests/invariants/checked_worlds.py``.
    """
    before = jaxtyping.config.jaxtyping_disable, jaxtyping.jaxtyped
    jaxtyping.config.update("jaxtyping_disable", True)
    jaxtyping.jaxtyped = lambda **_: lambda function: function
    try:
        yield
    finally:
        jaxtyping.config.update("jaxtyping_disable", before[0])
        jaxtyping.jaxtyped = before[1]


def built(
    records: Records,
    *,
    regime: Regime | None = None,
    draws: Draws | int = 2,
    seed: int = SEED,
    assume: Mapping[str, PerDraw] | None = None,
    fixed: Mapping[str, float] | None = None,
    off: tuple[str, ...] = (),
    watch: Mapping[str, PerDraw] | None = None,
    joint: Joint | None = None,
) -> ChipWar:
    """Return the shipped world in its first month.

    Args:
        records: what is known.
        regime: the law; that of the record if not given.
        draws: which draws, or how many.
        seed: of their luck.
        assume: assumptions by draw, in place of those sampled.
        fixed: assumptions that are the same in every draw.
        off: mechanisms switched off.
        watch: assumptions handed over as they are, such as a mapping that remembers.
        joint: what some of them are drawn from together; if not given, all come from
            their ranges.
    """
    which = Draws(draws) if isinstance(draws, int) else draws
    with unchecked():
        drawn = sample(records.assumptions, which, seed, fixed, joint)
        sampled = drawn | dict(assume or {})
        return build_world(
            records,
            regime or records.law,
            which,
            seed=seed,
            assumptions=watch or sampled,
            mechanisms=dict.fromkeys(off, False),
        )


def at_mid(records: Records, draws: int = 2) -> dict[str, PerDraw]:
    """Return every assumption at the middle of its range, in every draw."""
    return {row.name: np.full(draws, float(row.mid)) for row in records.assumptions}


def run_until(world: ChipWar, until: Month) -> ChipWar:
    """Return the world after a month and all before it were run."""
    with unchecked():
        while world.month <= until:
            world.step()
    return world


def months_until(world: ChipWar, until: Month) -> Iterator[Month]:
    """Run month by month; yield each month just after it was run."""
    while world.month <= until:
        month = world.month
        with unchecked():
            world.step()
        yield month


def as_dated(law: Regime) -> Regime:
    """Return a law of which nothing is left to governments: allies join on the day."""
    return Regime(law.name, law.instruments)


def forked(world: ChipWar, regime: Regime) -> ChipWar:
    """Return a world with the same past and another law from now on."""
    twin = deepcopy(world)
    twin.regime = regime
    return twin


def the(world: World, name: str):
    """Return an actor by name."""
    return next(actor for actor in world.agents if getattr(actor, "name", "") == name)


def line_of(world: World, seller: str, buyer: str, good: str):
    """Return a supply line."""
    return next(line for line in world.lines if line.key == (seller, buyer, str(good)))
