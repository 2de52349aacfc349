"""Cutting a sweep into blocks: points that are lived together, in one process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby, islice

from sim.domain.ensemble import Draws

MOST_COLUMNS = 5000
"""Columns of the draw axis of a block: wider ones cost each worker too much memory."""

FEWEST_COLUMNS = 64
"""Columns below which sharing them out costs more than it saves."""


@dataclass(frozen=True)
class MissingDraws:
    """Draws of a point that are still to be lived.

    Attributes:
        key: what tells the point's numbers from those of every other.
        family: points of one family may be lived in one block.
        order: within the family, points of like order stand near one another.
        draws: the draws.
    """

    key: str
    family: str
    order: tuple[str, ...]
    draws: Draws


@dataclass(frozen=True)
class Block:
    """Some draws of some points, lived together and written as one file.

    Attributes:
        keys: the points, by key.
        draws: the draws of each.
    """

    keys: tuple[str, ...]
    draws: Draws

    @property
    def id(self) -> str:
        """A name that says what the block holds: the same content, the same name."""
        content = [f"{self.draws.first}+{self.draws.count}", *self.keys]
        return sha256("|".join(content).encode()).hexdigest()[:32]

    @property
    def columns(self) -> int:
        """How many columns of the draw axis it takes."""
        return len(self.keys) * self.draws.count


def block_width(total: int, workers: int, most: int | None) -> int:
    """Return how many columns a block should have, at most.

    Every worker gets its equal part, in as few rounds as blocks of a size that is still
    cheap allow.

    Args:
        total: columns to be lived.
        workers: processes that share them.
        most: the most that is asked for; None leaves it to `MOST_COLUMNS`.
    """
    cap = most or MOST_COLUMNS
    rounds = -(-total // (workers * cap))
    fair = -(-total // (workers * max(rounds, 1)))
    return max(min(fair, cap), min(FEWEST_COLUMNS, cap), 1)


def divide_into_blocks(wanted: Iterable[MissingDraws], columns: int) -> list[Block]:
    """Return blocks of at most so many columns that hold all that is wanted, once.

    A point of more draws than that is cut by its draws.
    """
    unique = {(each.key, each.draws.first): each for each in wanted}
    alike = sorted(unique.values(), key=lambda one: (*_kind(one), one.order, one.key))
    return [
        block
        for _, same in groupby(alike, key=_kind)
        for block in _blocks([*same], columns)
    ]


def _kind(one: MissingDraws) -> tuple[str, int, int]:
    """Return what points must have in common to stand in one block."""
    return one.family, one.draws.first, one.draws.count


def _blocks(same: Sequence[MissingDraws], columns: int) -> Iterator[Block]:
    draws = same[0].draws
    points = max(columns // draws.count, 1)
    rest = iter(same)
    while chunk := tuple(one.key for one in islice(rest, points)):
        for part in draws.split(columns):
            yield Block(chunk, part)
