"""Blocks: the points and draws of a sweep that one process runs together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby

from sim.domain.ensemble import Draws
from sim.outcomes.sweep.block_store import NOTHING_STORED, StoredDraws
from sim.outcomes.sweep.point_status import DesignRow
from sim.outcomes.sweep.setting_value import SettingValue
from sim.settings.overrides import format_value

MOST_COLUMNS = 5000
"""Columns of the draw axis of a block: wider ones cost each worker too much memory."""

FEWEST_COLUMNS = 64
"""Columns below which sharing them out costs more than it saves."""

_SCENARIO = "scenario"
"""Settings at and below this one choose the law."""


@dataclass(frozen=True, slots=True)
class PlannedPoint(DesignRow):
    """One row of a design: ready to run, or refused with its error.

    Attributes:
        family: points of one family can be run in one world.
    """

    family: str = ""


@dataclass(frozen=True)
class MissingDraws:
    """Draws of a point that are still to be run.

    Attributes:
        key: identifies the numbers of the point.
        family: points of one family can be run in one block.
        order: within the family, points that sort together run together.
        draws: the draws.
    """

    key: str
    family: str
    order: tuple[str, ...]
    draws: Draws

    @property
    def block_kind(self) -> tuple[str, int, int]:
        """What points must have in common to be in one block."""
        return self.family, self.draws.first, self.draws.count


@dataclass(frozen=True)
class Block:
    """Some draws of some points, run together and written as one file.

    Attributes:
        keys: the points, by key.
        draws: the draws of each.
    """

    keys: tuple[str, ...]
    draws: Draws

    @property
    def id(self) -> str:
        """A digest of what the block holds: the same content has the same name."""
        content = [f"{self.draws.first}+{self.draws.count}", *self.keys]
        return sha256("|".join(content).encode()).hexdigest()[:32]

    @property
    def columns(self) -> int:
        """How many columns of the draw axis it takes."""
        return len(self.keys) * self.draws.count


def missing_draws(
    points: Iterable[PlannedPoint],
    settings: Sequence[str],
    draws: Draws,
    stored: Mapping[str, StoredDraws],
) -> Iterator[MissingDraws]:
    """Yield the draws of points that no block holds yet.

    Args:
        points: the points; those that are refused have nothing to run.
        settings: what they set, in the order of their values.
        draws: the draws of each.
        stored: what the store holds, by key.
    """
    # Points sort by what chooses their law first: those of one law then fall into few
    # blocks, and each block simulates few laws beside its baseline.
    columns = sorted(range(len(settings)), key=lambda n: not _sets_law(settings[n]))
    for point in points:
        if point.key is None:
            continue
        order = _sort_key([point.values[column] for column in columns])
        for gap in stored.get(point.key, NOTHING_STORED).missing(draws):
            yield MissingDraws(point.key, point.family, order, gap)


def block_width(total: int, workers: int, most: int | None) -> int:
    """Return how many columns a block should have, at most.

    Every worker gets its equal part, in as few rounds as blocks of a size that is still
    cheap allow.

    Args:
        total: columns to be run.
        workers: processes that share them.
        most: the most that is asked for; None leaves it to `MOST_COLUMNS`.
    """
    cap = most or MOST_COLUMNS
    rounds = -(-total // (workers * cap))
    fair = -(-total // (workers * max(rounds, 1)))
    return max(min(fair, cap), min(FEWEST_COLUMNS, cap), 1)


def divide_into_blocks(missing: Iterable[MissingDraws], columns: int) -> list[Block]:
    """Return blocks of at most so many columns that hold all missing draws, once.

    A point with more draws than columns is divided by its draws.
    """
    # Equal rows of a design have one key, and are run once.
    unique = {(gap.key, gap.draws.first): gap for gap in missing}
    in_order = sorted(
        unique.values(), key=lambda gap: (gap.block_kind, gap.order, gap.key)
    )
    return [
        block
        for _, same_kind in groupby(in_order, key=lambda gap: gap.block_kind)
        for block in _blocks([*same_kind], columns)
    ]


def _blocks(same_kind: Sequence[MissingDraws], columns: int) -> Iterator[Block]:
    draws = same_kind[0].draws
    points = max(columns // draws.count, 1)
    for first in range(0, len(same_kind), points):
        keys = tuple(gap.key for gap in same_kind[first : first + points])
        for part in draws.split(columns):
            yield Block(keys, part)


def _sets_law(setting: str) -> bool:
    return setting == _SCENARIO or setting.startswith(f"{_SCENARIO}.")


def _sort_key(values: Iterable[SettingValue]) -> tuple[str, ...]:
    return tuple(format_value(value) for value in values)
