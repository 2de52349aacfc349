"""Decided governments: a draw is its own world, however it is computed."""

import numpy as np
import pytest

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.model import ChipWar
from tests.state import assert_same_numbers
from tests.worlds import built, forked, months_until, run_until, unchecked

LATER = Month(2028, 12)
"""Late enough for acts to have been decided, joined and left."""

SOONER = Month(2027, 12)

PARTING = Month(2026, 9)
"""The last month that all laws below share."""

ROUNDING = 1e-9
"""Sums over actors are added up in another order."""

SCENARIOS = ("adaptive", "match_act")


@pytest.fixture(autouse=True, scope="module")
def _quick():
    """Leave out the checks of types that other tests make of the same code."""
    with unchecked():
        yield


@pytest.fixture(params=SCENARIOS)
def scenario(request):
    """Scenarios in which governments decide."""
    return request.param


@pytest.fixture(scope="module")
def pasts(records):
    """Seven draws, the same among thirty, and one alone, before laws part."""
    sizes = {"few": 7, "many": 30, "alone": Draws(1, first=17)}
    return {
        name: run_until(built(records, draws=size), PARTING)
        for name, size in sizes.items()
    }


def test_a_draw_does_not_know_its_neighbours(law_of, scenario, pasts):
    """All state, every half year."""
    worlds = {name: forked(world, law_of(scenario)) for name, world in pasts.items()}
    few, many, alone = worlds["few"], worlds["many"], worlds["alone"]
    for month in months_until(many, LATER):
        run_until(few, month)
        run_until(alone, month)
        if month.number in {1, 7} or month == LATER:
            assert_same_numbers(few, many, slice(7))
            assert_same_numbers(alone, many, slice(17, 18))


def test_a_forked_world_goes_on_like_one_that_was_not(records, law_of, pasts):
    """Later for the act of Congress; every scenario soon: tests/experiments."""
    law, end = law_of("match_act"), SOONER
    twin = run_until(forked(pasts["alone"], law), end)
    whole = run_until(built(records, regime=law, draws=Draws(1, first=17)), end)
    assert_same_numbers(twin, whole)


class LastFirst(ChipWar):
    """A world in which the last of the actors acts first."""

    def actors(self, kind):
        """Return the actors of a kind, the last of the actors first."""
        return list(super().actors(kind))[::-1]


def test_the_order_of_the_cast_does_not_matter(law_of, scenario, pasts):
    first_first = forked(pasts["few"], law_of(scenario))
    last_first = forked(pasts["few"], law_of(scenario))
    last_first.__class__ = LastFirst
    for month in months_until(first_first, SOONER):
        run_until(last_first, month)
        if month.number in {1, 7} or month == SOONER:
            assert_same_numbers(last_first, first_first, rtol=ROUNDING)


def test_the_order_in_which_governments_are_asked_does_not_matter(records, law_of):
    """From 2022 on, with all that was decided since October 2022 open."""
    law = law_of("decided_history")
    one, other = (built(records, regime=law, draws=6) for _ in range(2))
    other.__class__ = LastFirst
    for month in months_until(one, Month(2023, 12)):
        run_until(other, month)
        if month.number in {1, 7}:
            assert_same_numbers(other, one, rtol=ROUNDING)
    assert np.isfinite([m.agreed for m in one.motions]).any()
