"""Shapley values: what each of several players adds to what all of them do together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import comb

from sim.domain.ensemble import PerDraw, total

Coalition = frozenset[str]
"""Players that act together."""


def coalitions(players: Sequence[str]) -> list[Coalition]:
    """Return every set of players, from none to all, the smaller ones first.

    Example:
        >>> [sorted(each) for each in coalitions(["a", "b"])]
        [[], ['a'], ['b'], ['a', 'b']]
    """
    return [
        frozenset(chosen)
        for size in range(len(players) + 1)
        for chosen in combinations(players, size)
    ]


def shapley(
    worth: Mapping[Coalition, PerDraw], players: Sequence[str]
) -> dict[str, PerDraw]:
    """Return what each player adds, averaged over all orders in which they could join.

    phi_i = sum over S without i of (v(S + i) - v(S)) / (n C(n - 1, |S|)), n players;
    the values add up to v(all) - v(none).

    Returns:
        The value of each player, in the unit of `worth`.

    Source:
        Shapley (1953), 'A value for n-person games', Contributions to the Theory of
        Games II.

    Example:
        >>> import numpy as np
        >>> v = {(): 0.0, ("a",): 1.0, ("b",): 2.0, ("a", "b"): 5.0}
        >>> v = {frozenset(who): np.array([much]) for who, much in v.items()}
        >>> shapley(v, ["a", "b"])
        {'a': array([2.]), 'b': array([3.])}
    """
    return {player: _value(worth, player, players) for player in players}


def _value(
    worth: Mapping[Coalition, PerDraw], player: str, players: Sequence[str]
) -> PerDraw:
    others = [other for other in players if other != player]
    return total(
        (worth[joined | {player}] - worth[joined])
        / (len(players) * comb(len(others), len(joined)))
        for joined in coalitions(others)
    )
