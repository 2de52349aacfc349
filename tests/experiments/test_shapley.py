"""Shapley values are fair: they add up, and treat alike players alike."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.shapley import coalitions, shapley
from tests.strategies import DRAWS, each, per_draw

PLAYERS = ["a", "b", "c", "d"]
NONE, ALL = frozenset(), frozenset(PLAYERS)
TINY = 1e-9


def games():
    """Return games: what each set of players is worth, by draw, nothing for none."""
    sets = coalitions(PLAYERS)[1:]
    worth = st.lists(per_draw(-50, 50), min_size=len(sets), max_size=len(sets))
    return worth.map(
        lambda rows: {NONE: np.zeros(DRAWS), **dict(zip(sets, rows, strict=True))}
    )


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, atol=TINY)


def test_of_two_players_each_gets_the_mean_of_coming_first_and_last():
    worth = {
        NONE: each(0.0, 1.0),
        frozenset("a"): each(4.0, 1.0),
        frozenset("b"): each(2.0, 1.0),
        frozenset("ab"): each(10.0, 5.0),
    }
    values = shapley(worth, ["a", "b"])
    # a: first 4 - 0, last 10 - 2; in the second draw first 0, last 4.
    close(values["a"], [(4.0 + 8.0) / 2, (0.0 + 4.0) / 2])
    close(values["b"], [(2.0 + 6.0) / 2, (0.0 + 4.0) / 2])


def test_three_players_of_whom_two_suffice():
    """The glove game: a has the one left glove, b and c have a right one each."""
    worth = {
        who: each(1.0 if "a" in who and len(who) > 1 else 0.0)
        for who in coalitions(["a", "b", "c"])
    }
    values = shapley(worth, ["a", "b", "c"])
    close(values["a"], [2 / 3])
    close(values["b"], [1 / 6])
    close(values["c"], [1 / 6])


def test_nobody_to_play_gets_nothing():
    assert shapley({NONE: each(1.0)}, []) == {}


@given(games())
def test_values_add_up_to_what_all_bring_about(worth):
    close(sum(shapley(worth, PLAYERS).values()), worth[ALL] - worth[NONE])


@given(games())
def test_who_never_changes_anything_gets_nothing(worth):
    idle = {who: worth[who - {"b"}] for who in worth}
    assert not shapley(idle, PLAYERS)["b"].any()


@given(games())
def test_two_who_can_stand_in_for_one_another_get_the_same(worth):
    other = {"a": "b", "b": "a"}
    swapped = {who: frozenset(other.get(one, one) for one in who) for who in worth}
    alike = {who: worth[who] + worth[swapped[who]] for who in worth}
    values = shapley(alike, PLAYERS)
    close(values["a"], values["b"])


@given(games(), games())
def test_values_of_two_games_together_are_their_sums(one, other):
    both = {who: one[who] + other[who] for who in one}
    first, second = shapley(one, PLAYERS), shapley(other, PLAYERS)
    for player, value in shapley(both, PLAYERS).items():
        close(value, first[player] + second[player])


@given(games())
def test_the_order_in_which_players_are_named_plays_no_part(worth):
    backwards = shapley(worth, PLAYERS[::-1])
    for player, value in shapley(worth, PLAYERS).items():
        close(value, backwards[player])
