"""A draw is its own world: neither neighbour nor fork changes a bit of it."""

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from tests.state import assert_same_numbers, assert_same_state
from tests.worlds import built, forked, months_until, run_until

LATER = Month(2028, 12)
"""Late enough for every kind of law and most breakthroughs to have come."""


def test_a_draw_does_not_know_its_neighbours(records, law):
    """All state, every month: seven draws, the same among forty, and one alone.

    Rules that compare with thresholds (gates, quotas, hubs, dates per draw) take effect
    in some of these draws and not in others, so a leak between draws would show.
    """
    many = built(records, regime=law, draws=40)
    few = built(records, regime=law, draws=7)
    alone = built(records, regime=law, draws=Draws(1, first=17))
    for month in months_until(many, LATER):
        run_until(few, month)
        run_until(alone, month)
        if month.number in {1, 7, 10} or month == LATER:
            assert_same_numbers(few, many, slice(7))
            assert_same_numbers(alone, many, slice(17, 18))


def test_a_forked_world_goes_on_like_one_that_was_not(records, law_of):
    fork_month, end = Month(2024, 12), Month(2026, 6)
    whole = run_until(built(records, draws=3), fork_month)
    twin = forked(whole, law_of("service_ban"))
    same = forked(whole, records.law)
    run_until(twin, end)
    assert_same_state(run_until(same, end), run_until(whole, end))


def test_a_fork_takes_the_other_road_and_leaves_the_first_alone(records, law_of):
    fork_month, end = Month(2024, 12), Month(2026, 6)
    ban = law_of("service_ban")
    forked_world = run_until(built(records, draws=3), fork_month)
    twin = forked(forked_world, ban)
    unforked = built(records, regime=ban, draws=3)
    assert_same_state(run_until(twin, end), run_until(unforked, end))
