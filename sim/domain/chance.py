"""Chance: every named event has its own luck in every draw and month."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from threading import local

import numpy as np
import scipy

from sim.domain.ensemble import Draws, PerDraw, Table
from sim.domain.months import Month

_TINY = np.finfo(float).tiny
"""Used in place of zero, of which no normal number is the inverse."""

_WORDS_A_BLOCK = 4
"""Philox yields four 64-bit words for each step of its counter."""


class _Philox(local):
    """A generator in each thread, which is set anew each time that it is used.

    To make one takes three times as long, since it asks for entropy.
    """

    def __init__(self) -> None:
        self.generator = np.random.Generator(np.random.Philox())

    def random(self, key: bytes, counter: int, count: int) -> PerDraw:
        """Return numbers in [0, 1): the first after a step of the counter of a key."""
        self.generator.bit_generator.state = {
            "bit_generator": "Philox",
            "state": {
                "counter": (counter, 0, 0, 0),
                "key": np.frombuffer(key, "<u8"),
            },
            "buffer": (0,) * _WORDS_A_BLOCK,
            "buffer_pos": _WORDS_A_BLOCK,  # nothing of it is left
            "has_uint32": 0,
            "uinteger": 0,
        }
        return self.generator.random(count)


_PHILOX = _Philox()


@dataclass(frozen=True)
class Chance:
    """Random numbers that depend on what is decided, never on the order of calls.

    The luck of draw k is a function of (seed, event, month, k) and of nothing else:
    not of the scenario, of the number of draws, of chunking or of workers. Two regimes
    run with the same seed meet the same luck at every event they share, so their
    difference is the effect of policy and not of sampling.

    Source:
        Counter-based generation (Philox): Salmon et al., 'Parallel random numbers: as
        easy as 1, 2, 3', SC11.
    """

    seed: int
    draws: Draws

    def uniform(self, event: str, month: Month | None = None) -> PerDraw:
        """Return numbers in [0, 1) fixed by seed, event and month (if it has one)."""
        index = 0 if month is None else month.index
        name = f"{self.seed}|{event}|{index}".encode()
        key = blake2b(name, digest_size=16).digest()
        block, skipped = divmod(self.draws.first, _WORDS_A_BLOCK)
        return _PHILOX.random(key, block, skipped + self.draws.count)[skipped:]

    def normal(self, event: str, month: Month | None = None) -> PerDraw:
        """Return standard normal numbers fixed by seed, event and month."""
        return scipy.special.ndtri(np.maximum(self.uniform(event, month), _TINY))

    def uniforms(self, events: Iterable[str], month: Month | None = None) -> Table:
        """Return the numbers of several events, in a row for each."""
        return np.array([self.uniform(event, month) for event in events])

    def normals(self, events: Iterable[str], month: Month | None = None) -> Table:
        """Return standard normal numbers for several events, in a row for each."""
        return scipy.special.ndtri(np.maximum(self.uniforms(events, month), _TINY))


@dataclass(frozen=True)
class RepeatedChance(Chance):
    """The luck of some draws, repeated for copies of them in the same ensemble.

    Draw k of every copy has the luck of draw k itself, so copies differ only in what is
    done to them.

    Attributes:
        copies: how many copies of the draws there are.
    """

    copies: int = 1

    @classmethod
    def of(cls, seed: int, draws: Draws, copies: int) -> "RepeatedChance":
        """Return the luck of so many copies of some draws, one copy after another."""
        return cls(seed, Draws(draws.count * copies, draws.first), copies)

    def uniform(self, event: str, month: Month | None = None) -> PerDraw:
        """Return the numbers of the draws, once for each copy."""
        own = Draws(self.draws.count // self.copies, self.draws.first)
        return np.tile(Chance(self.seed, own).uniform(event, month), self.copies)
