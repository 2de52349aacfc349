"""A draw is its own world: neither neighbour nor fork changes a bit of it."""

import pytest

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from tests.state import assert_same_numbers, assert_same_state
from tests.worlds import built, forked, months_until, run_until

PARTING = Month(2024, 12)
"""The last month that the laws below share."""

LATER = Month(2028, 12)
"""Late enough for every kind of law and most breakthroughs to have come."""

SOON = Month(2026, 6)


class Trio:
    """Forty draws, seven of them and one of them: what is run is compared."""

    def __init__(self, many, few, alone) -> None:
        self.many, self.few, self.alone = many, few, alone

    @classmethod
    def of(cls, records):
        """Return worlds of the record in their first month."""
        sizes = (40, 7, Draws(1, first=17))
        return cls(*(built(records, draws=size) for size in sizes))

    def under(self, law):
        """Return worlds with the same past and another law from now on."""
        return Trio(*(forked(x, law) for x in (self.many, self.few, self.alone)))

    def run(self, until):
        """Run all three, and compare all state three times a year."""
        for month in months_until(self.many, until):
            run_until(self.few, month)
            run_until(self.alone, month)
            if month.number in {1, 7, 10} or month == until:
                assert_same_numbers(self.few, self.many, slice(7))
                assert_same_numbers(self.alone, self.many, slice(17, 18))


@pytest.fixture(scope="module")
def parting(records):
    """Three worlds of the record that were the same until laws part."""
    trio = Trio.of(records)
    trio.run(PARTING)
    return trio


def test_a_draw_does_not_know_its_neighbours(parting, law):
    """All state, every month: seven draws, the same among forty, and one alone.

    Rules that compare with thresholds (gates, quotas, hubs, dates per draw) take effect
    in some of these draws and not in others, so a leak between draws would show.
    """
    parting.under(law).run(LATER)


@pytest.fixture(scope="module")
def roads(records, law_of):
    """A world of the record and two forks of it, one of them under a ban from then on.

    The ban goes first, so that whatever it leaves behind would show in the others.
    """
    whole = run_until(built(records, draws=3), PARTING)
    banned, same = forked(whole, law_of("service_ban")), forked(whole, records.law)
    return [run_until(world, SOON) for world in (banned, same, whole)]


def test_a_forked_world_goes_on_like_one_that_was_not(roads):
    _, same, whole = roads
    assert_same_state(same, whole)


def test_a_fork_takes_the_other_road_and_leaves_the_first_alone(records, roads, law_of):
    unforked = built(records, regime=law_of("service_ban"), draws=3)
    assert_same_state(roads[0], run_until(unforked, SOON))
