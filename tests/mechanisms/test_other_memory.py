"""M4: dies that are packaged with other memory than the newest."""

import numpy as np
from hypothesis import given

from sim.mechanisms.other_memory import dies_for_other_memory, worth_kept
from tests.strategies import amounts, each, per_draw


def packaged(dies, left, ordered, in_view):
    """Return dies packaged with other memory, keeping six months of those in view."""
    return dies_for_other_memory(
        dies=dies,
        packaging_left=left,
        still_ordered=ordered,
        packable_with_memory=in_view,
        months_kept=6.0,
    )


def test_dies_that_memory_in_view_can_use_wait_for_it():
    used = packaged(
        each(1000.0, 1000.0, 1000.0),
        each(500.0, 500.0, 100.0),
        each(400.0, 400.0, 400.0),
        each(200.0, 100.0, 0.0),
    )
    np.testing.assert_array_equal(used, [0.0, 400.0, 100.0])


@given(amounts(), amounts(), amounts(), amounts(), amounts())
def test_never_more_than_there_are_dies_packaging_and_orders(
    dies, left, ordered, in_view, more
):
    used = packaged(dies, left, ordered, in_view)
    for most in (dies, left, ordered):
        assert np.all((used >= 0.0) & (used <= most))
    assert np.all(packaged(dies, left, ordered, in_view + more) <= used)


@given(per_draw(0.01, 1.0), per_draw(0.0, 1.0), per_draw(0.0, 1.0))
def test_slower_memory_never_raises_worth(bandwidth, weight, more):
    kept = worth_kept(bandwidth, weight)
    assert np.all((kept > 0.0) & (kept <= 1.0))
    assert np.all(worth_kept(bandwidth, weight + more) <= kept)
