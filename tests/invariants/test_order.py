"""Phases are simultaneous: who is asked first makes no difference."""

from sim.domain.months import Month
from sim.model import ChipWar
from tests.state import assert_same_state
from tests.worlds import built, months_until

LATER = Month(2028, 12)
"""Late enough for every kind of law and most breakthroughs to have come."""

ROUNDING = 1e-9
"""Sums over actors are added up in another order."""


class LastFirst(ChipWar):
    """A world in which the last of the actors acts first."""

    def actors(self, kind):
        """Return the actors of a kind, the last of the actors first."""
        return list(super().actors(kind))[::-1]


def test_the_order_of_the_cast_does_not_matter(records, law):
    first_first = built(records, regime=law, draws=5)
    last_first = built(records, regime=law, draws=5)
    last_first.__class__ = LastFirst
    for month in months_until(first_first, LATER):
        for _ in months_until(last_first, month):
            pass
        if month.number in {1, 7} or month in {Month(2022, 2), LATER}:
            assert_same_state(last_first, first_first, rtol=ROUNDING)
