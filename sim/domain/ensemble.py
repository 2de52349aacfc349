"""The ensemble: every quantity holds one value per draw, along its last axis."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import add, is_

import numpy as np

from sim.domain.array_types import Bool, Float64, Int64
from sim.domain.errors import InvariantError

PerDraw = Float64[np.ndarray, "draws"]
"""One number per draw."""

Amounts = Float64[np.ndarray, "*things draws"]
"""Numbers per draw: one, or a table with one for each thing, or each of several."""

CommonAmounts = Float64[np.ndarray, "*#things draws"]
"""The same, where one number may stand for all things."""

Table = Float64[np.ndarray, "things draws"]
"""One row per thing, such as a supply line, and one number per draw in each."""

ByThing = Float64[np.ndarray, "things 1"]
"""A number for each thing, the same in all draws."""

InDraws = Bool[np.ndarray, "draws"]
"""The draws in which a statement holds."""

PerEventDraw = Float64[np.ndarray, "happened"]
"""One number for each draw in which something happened."""

Choice = Int64[np.ndarray, "draws"]
"""Which of several things is chosen, by index, in each draw."""

NEVER = np.inf
"""The month index of an event that has not happened."""


@dataclass(frozen=True)
class Draws:
    """A run of consecutive draws of the one infinite ensemble that a seed defines.

    Attributes:
        count: how many draws.
        first: number of the first of them, counted from 0.
    """

    count: int
    first: int = 0

    @classmethod
    def join(cls, chunks: Sequence["Draws"]) -> "Draws":
        """Return consecutive chunks of draws as one.

        Raises:
            InvariantError: the chunks do not follow one another.
        """
        for before, after in pairwise(chunks):
            if after.first != before.end:
                raise InvariantError(
                    "chunks of draws do not follow one another: "
                    f"draw {after.first} where {before.end} was expected"
                )
        return cls(chunks[-1].end - chunks[0].first, chunks[0].first)

    @property
    def end(self) -> int:
        """Number of the first draw after them."""
        return self.first + self.count

    @property
    def numbers(self) -> range:
        """The numbers of the draws."""
        return range(self.first, self.end)

    def split(self, size: int) -> list["Draws"]:
        """Return the same draws in chunks of at most `size`."""
        return [
            Draws(min(size, self.end - first), first)
            for first in range(self.first, self.end, size)
        ]


def share(part: Amounts, whole: CommonAmounts) -> Amounts:
    """Return `part / whole`, and zero in the draws where the whole is zero."""
    nonzero = whole > 0.0
    if nonzero.all():
        return part / whole
    return np.divide(part, whole, out=np.zeros(part.shape), where=nonzero)


def total(amounts: Iterable[Float64[np.ndarray, "..."]]) -> Amounts:
    """Return the sum over things, draw by draw.

    Things are added one after another, so a draw's sum is the same to the last bit
    whatever the number of draws. ``np.sum`` adds a single column pairwise, and a last
    bit can decide whether a threshold is reached: a lone draw is doubled to be added
    like others.
    """
    if not isinstance(amounts, np.ndarray):
        return reduce(np.add, amounts)
    if amounts[0].size > 1:
        return np.add.reduce(np.ascontiguousarray(amounts), axis=0)
    return np.add.reduce(np.repeat(amounts, 2, axis=-1), axis=0)[..., :1]


def sum_in_order(numbers: Iterable[float]) -> float:
    """Return the sum of plain numbers, added one after another.

    The built-in ``sum`` corrects the rounding of floats from Python 3.12 on, so that it
    gives other last bits there than before.
    """
    return reduce(add, numbers, 0.0)


def least(amounts: Iterable[Amounts]) -> Amounts:
    """Return the smallest of several amounts, draw by draw."""
    if isinstance(amounts, np.ndarray):
        return np.minimum.reduce(amounts, axis=0)
    return reduce(np.minimum, amounts)


def greatest(amounts: Iterable[Amounts]) -> Amounts:
    """Return the largest of several amounts, draw by draw."""
    if isinstance(amounts, np.ndarray):
        return np.maximum.reduce(amounts, axis=0)
    return reduce(np.maximum, amounts)


def same_objects(items: Sequence[object], before: Sequence[object]) -> bool:
    """Return whether all of some arrays are the objects that they were.

    State is rebound and never changed in place, so they hold the same numbers then, and
    what follows from them need not be worked out again. Arrays that were made anew with
    equal numbers count as others; that costs time and changes nothing.
    """
    return len(items) == len(before) and all(map(is_, items, before))


def groups_of_equal_draws(rows: Sequence[PerDraw | InDraws]) -> list[InDraws]:
    """Return the draws in groups, in each of which every row holds one number.

    Example:
        >>> [x.tolist() for x in groups_of_equal_draws([np.array([2.0, 3.0, 2.0])])]
        [[True, False, True], [False, True, False]]
    """
    differing = [row.astype(float) for row in rows if (row != row[0]).any()]
    if not differing:
        return [np.full(row.shape, fill_value=True) for row in rows[:1]]
    _, group = np.unique(np.stack(differing), axis=1, return_inverse=True)
    return [group.ravel() == index for index in range(int(group.max()) + 1)]
