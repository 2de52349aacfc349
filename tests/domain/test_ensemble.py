"""Draws, and what is done to every draw alike."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.ensemble import Draws, greatest, least, share, total
from tests.strategies import amounts, each

draws = st.builds(Draws, st.integers(1, 500), st.integers(0, 10_000))


@given(draws, st.integers(1, 100))
def test_chunks_hold_every_draw_once_and_in_order(draws, size):
    chunks = draws.split(size)
    assert [n for chunk in chunks for n in chunk.numbers] == list(draws.numbers)
    assert all(0 < chunk.count <= size for chunk in chunks)


def test_a_share_of_nothing_is_nothing():
    np.testing.assert_array_equal(share(each(1.0, 1.0), each(0.0, 4.0)), [0.0, 0.25])


@given(amounts(), amounts())
def test_a_share_has_the_same_bits_whether_or_not_a_neighbour_is_of_nothing(one, other):
    beside = share(np.append(one, 1.0), np.append(other, 0.0))
    np.testing.assert_array_equal(share(one, other), beside[:-1])


@given(st.lists(amounts(), min_size=1, max_size=9))
def test_a_sum_has_the_same_bits_whatever_the_number_of_draws(things):
    whole = total(things)
    for draw in range(3):
        alone = total([thing[draw : draw + 1] for thing in things])
        assert alone[0] == whole[draw]
    np.testing.assert_allclose(whole, np.sum(things, axis=0))


@given(st.lists(amounts(), min_size=1, max_size=5))
def test_least_and_greatest_are_found_draw_by_draw(things):
    np.testing.assert_array_equal(least(things), np.min(things, axis=0))
    np.testing.assert_array_equal(greatest(things), np.max(things, axis=0))
