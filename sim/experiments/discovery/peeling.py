"""Peeling: the box of the patient rule induction method (PRIM).

From all draws, thin slices are taken off one after another: of all slices, at the low
and at the high end of every assumption, the one without which the rest has the largest
share of draws of interest. What remains after each is a box.

Source:
    Friedman and Fisher (1999), Bump hunting in high-dimensional data, Statistics and
    Computing 9. Slices of equal assumed values are taken off together, and of slices
    that differ in size the one with the largest gain per draw is preferred.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from sim.domain.array_types import Float64, Int64
from sim.domain.ensemble import InDraws, PerDraw
from sim.experiments.discovery.world_boxes import Limit, WorldBox

SLICE = 0.05
"""The share of the draws in a box that a slice has, if values are all different."""

LEAST_MASS = 0.05
"""The share of all draws below which no box is peeled further."""

_Order = Int64[np.ndarray, "assumptions draws"]
_ByColumn = Float64[np.ndarray, "assumptions"]
_Cuts = Int64[np.ndarray, "assumptions"]


@dataclass(frozen=True)
class _Slices:
    """A slice of each assumption, all at one end.

    Attributes:
        removed: draws that each takes off.
        hits: how many of these are of interest.
        limits: half-way between what is taken off and what remains.
    """

    removed: _ByColumn
    hits: _ByColumn
    limits: _ByColumn


def peeled_boxes(
    assumed: Mapping[str, PerDraw], interest: InDraws, least_mass: float = LEAST_MASS
) -> list[WorldBox]:
    """Return the boxes that peeling leaves, the largest first, without that of all.

    Args:
        assumed: what is assumed in each draw, by name.
        interest: the draws of interest.
        least_mass: the share of all draws below which no box is peeled further.
    """
    sides: list[Limit] = []
    boxes = []
    for side in _peel(
        list(assumed), np.stack(list(assumed.values())), interest, least_mass
    ):
        sides.append(side)
        boxes.append(WorldBox.of_sides(sides))
    return boxes


def _peel(
    names: Sequence[str],
    values: Float64[np.ndarray, "assumptions draws"],
    interest: InDraws,
    least_mass: float,
) -> Iterator[Limit]:
    """Yield the end of a limit that each slice makes, one slice after another."""
    order = np.argsort(values, axis=1, kind="stable")
    flags = interest.astype(np.float64)
    least = max(int(np.ceil(least_mass * len(interest))), 2)
    while True:
        count, hits = order.shape[1], float(flags[order[0]].sum())
        if hits in (0.0, count) or count <= least:
            return
        low = _slices(values, order, flags)
        high = _slices(values, order[:, ::-1], flags)
        gains = np.stack([_gain(each, count, hits, least) for each in (low, high)])
        end, column = np.unravel_index(int(np.argmax(gains)), gains.shape)
        if gains[end, column] == -inf:
            return
        limit = float((low, high)[end].limits[column])
        inside = values[column] > limit if end == 0 else values[column] < limit
        order = order[inside[order]].reshape(len(names), -1)
        name = names[int(column)]
        yield Limit(name, low=limit) if end == 0 else Limit(name, high=limit)


def _gain(slices: _Slices, count: int, hits: float, least: int) -> _ByColumn:
    """Return by how much each slice raises the density, for each draw taken off."""
    left = count - slices.removed
    allowed = left >= least
    density = (hits - slices.hits) / np.where(allowed, left, 1.0)
    return np.where(allowed, (density - hits / count) / slices.removed, -inf)


def _slices(
    values: Float64[np.ndarray, "assumptions all_draws"],
    order: _Order,
    flags: Float64[np.ndarray, "all_draws"],
) -> _Slices:
    """Return the slice of each assumption at the end where the order begins."""
    columns, count = order.shape
    size = max(int(SLICE * count), 1)
    rows = np.arange(columns)
    cuts = np.full(columns, size)
    last, first = (values[rows, order[:, place]] for place in (size - 1, size))
    for column in np.flatnonzero(last == first):
        cuts[column] = _next_value(values[column, order[column]], size)
    hits = flags[order[:, :size]].sum(axis=1)
    for column in np.flatnonzero(cuts != size):
        hits[column] = flags[order[column, : cuts[column]]].sum()
    kept = values[rows, order[rows, np.minimum(cuts, count - 1)]]
    gone = values[rows, order[rows, cuts - 1]]
    return _Slices(cuts.astype(np.float64), hits, (kept + gone) / 2.0)


def _next_value(values: PerDraw, size: int) -> int:
    """Return where the first value stands that differs from the one before a place."""
    others = np.flatnonzero(values[size:] != values[size - 1])
    return size + int(others[0]) if len(others) else len(values)
