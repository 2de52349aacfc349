"""A classification tree: several boxes side by side instead of one.

It needs scikit-learn, of the extra `calibration`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf

import numpy as np
from sklearn.tree import DecisionTreeClassifier

from sim.domain.ensemble import InDraws, PerDraw
from sim.experiments.discovery.box_choice import screened_assumptions, varied
from sim.experiments.discovery.world_boxes import BoxScore, Limit, WorldBox

MOST_LEAVES = 6

_LEAST_OF_LEAF = 0.05
"""The share of all draws that a leaf has at least."""


def tree_boxes(assumed: Mapping[str, PerDraw], interest: InDraws) -> list[WorldBox]:
    """Return the leaves of a tree that together best say which draws are of interest.

    Leaves are taken from the densest on, as long as the correlation rises. Of all draws
    it is none, if no leaf is denser than they are.

    Args:
        assumed: what is assumed in each draw, by name.
        interest: the draws of interest.

    Raises:
        ValueError: a value is missing.

    Source:
        Breiman, Friedman, Olshen and Stone (1984), Classification and Regression
        Trees; Gini impurity, as scikit-learn has it.
    """
    screened = screened_assumptions(varied(assumed), interest)
    if not screened:
        return []
    tree = DecisionTreeClassifier(
        max_leaf_nodes=MOST_LEAVES, min_samples_leaf=_LEAST_OF_LEAF, random_state=0
    )
    tree.fit(np.stack(list(screened.values()), axis=1), interest)
    leaves = sorted(
        _leaves(tree.tree_, list(screened)),
        key=lambda box: BoxScore.of(box.holds(screened), interest).density,
        reverse=True,
    )
    return _best_together(leaves, screened, interest)


def _best_together(
    leaves: list[WorldBox], assumed: Mapping[str, PerDraw], interest: InDraws
) -> list[WorldBox]:
    """Return the first few boxes whose union has the largest correlation."""
    inside, most, count = np.zeros(len(interest), dtype=bool), 0.0, 0
    for number, box in enumerate(leaves, 1):
        inside |= box.holds(assumed)
        correlation = BoxScore.of(inside, interest).correlation
        if correlation > most:
            most, count = correlation, number
    return leaves[:count]


def _leaves(tree: object, names: list[str]) -> Iterator[WorldBox]:
    """Yield the box of each leaf."""
    left, right = tree.children_left, tree.children_right  # type: ignore[attr-defined]
    feature, threshold = tree.feature, tree.threshold  # type: ignore[attr-defined]
    nodes: list[tuple[int, tuple[Limit, ...]]] = [(0, ())]
    while nodes:
        node, sides = nodes.pop()
        if left[node] < 0:
            yield WorldBox.of_sides(sides)
            continue
        name, place = names[feature[node]], float(threshold[node])
        nodes.append((int(right[node]), (*sides, Limit(name, low=place))))
        # The tree has what equals a threshold on the left.
        below = float(np.nextafter(place, inf))
        nodes.append((int(left[node]), (*sides, Limit(name, high=below))))
