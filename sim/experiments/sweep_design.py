"""Designs: which values the settings of a sweep take together, point by point.

Whatever the kind, a point is a row of plain values, and the same design is the same
rows in the same order on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import scipy

from sim.domain.array_types import Float
from sim.domain.errors import SettingsError
from sim.experiments.factors import MOST_POINTS, Factor
from sim.experiments.points_file import read_points
from sim.outcomes.sweep.setting_value import SettingValue

Levels = Float[np.ndarray, "points factors"]
"""Points of the unit cube, each coordinate in [0, 1)."""


@dataclass(frozen=True)
class Design:
    """The points of a sweep.

    Attributes:
        kind: how they were chosen.
        seed: of a random design.
        keys: the settings that are swept.
        points: a value for each of them, point by point.
    """

    kind: str
    seed: int
    keys: tuple[str, ...]
    points: tuple[tuple[SettingValue, ...], ...]


def grid(factors: Sequence[Factor]) -> Design:
    """Return every combination of values; the last factor changes fastest.

    Raises:
        SettingsError: a factor is an interval, or there are too many points.
    """
    check_grid(factors)
    lists = [factor.values or () for factor in factors]
    return Design("grid", 0, _keys(factors), tuple(product(*lists)))


def check_grid(factors: Sequence[Factor]) -> None:
    """Refuse a grid over an interval, or one with too many points."""
    for factor in factors:
        if factor.values is None:
            raise SettingsError(
                f"{factor.key}: an interval has no steps, so a grid cannot be laid "
                "over it; give values or a range, or sweep.design=sobol"
            )
    check_count(math.prod(len(factor.values or ()) for factor in factors))


def latin_hypercube(factors: Sequence[Factor], points: int, seed: int) -> Design:
    """Return points of which, factor by factor, one lies in each of equal strata.

    A design with more points is another design: none of the old ones is kept.

    Source:
        McKay, Beckman and Conover (1979), Latin hypercube sampling.
    """
    check_count(points)
    levels = scipy.stats.qmc.LatinHypercube(len(factors), rng=seed).random(points)
    return _laid_out("latin_hypercube", seed, factors, levels)


def sobol(factors: Sequence[Factor], points: int, seed: int) -> Design:
    """Return points of a scrambled Sobol' sequence: more points keep the old ones.

    The balance of the sequence is best when there are 2, 4, 8, 16, ... points.

    Source:
        Sobol' (1967); Owen (1998), scrambling.
    """
    check_count(points)
    # Whole powers of two are generated, for the sequence is balanced there alone; the
    # first points of them are the first points of any longer sequence.
    power = max(points - 1, 0).bit_length()
    levels = scipy.stats.qmc.Sobol(len(factors), rng=seed).random_base2(power)[:points]
    return _laid_out("sobol", seed, factors, levels)


def from_table(path: str | Path) -> Design:
    """Return the rows of a file as points: a setting a column, a point a row.

    In a CSV file a cell is read as a value of the command line is: ``0.5``, ``true``,
    ``null``, ``2026-07``. A cell that is empty stands for no number (nan), which no
    setting takes. Equal rows are separate points.

    Raises:
        SettingsError: the file cannot be read, or its columns have no or equal names.
    """
    keys, rows = read_points(Path(path))
    if not rows:
        raise SettingsError(f"sweep.table={path}: has no rows")
    check_count(len(rows))
    return Design("table", 0, keys, tuple(rows))


def check_count(points: int) -> None:
    """Refuse a design with too many points."""
    if points > MOST_POINTS:
        message = f"{points:,} points; at most {MOST_POINTS:,} can be swept"
        raise SettingsError(f"the design has {message.replace(',', ' ')}")


def _laid_out(
    kind: str, seed: int, factors: Sequence[Factor], levels: Levels
) -> Design:
    """Return the design whose points are those of the unit cube."""
    columns = [
        [factor.value_at(level) for level in levels[:, column].tolist()]
        for column, factor in enumerate(factors)
    ]
    return Design(kind, seed, _keys(factors), tuple(zip(*columns, strict=True)))


def _keys(factors: Sequence[Factor]) -> tuple[str, ...]:
    return tuple(factor.key for factor in factors)
