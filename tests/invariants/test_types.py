"""Shapes and types hold over the months in which the law moves most."""

import pytest

from sim.domain.months import Month
from sim.outcomes.measures import MEASURES
from tests.worlds import built, run_until

TURNS = (
    (Month(2022, 1), 3),
    (Month(2022, 10), 6),
    (Month(2023, 10), 6),
    (Month(2025, 2), 7),
    (Month(2026, 1), 2),
)
"""Months from which each step is checked, and how many: the rules of October 2022 and
2023, the ban's announcement and start, and the deal over the H200."""


@pytest.mark.parametrize("draws", [1, 3])
def test_a_history_is_right_in_type_and_shape(records, law_of, draws):
    world = built(records, regime=law_of("service_ban"), draws=draws)
    for first, months in TURNS[:: 1 if draws > 1 else 2]:
        run_until(world, first + -1)
        for _ in range(months):
            world.step()
        for measure in MEASURES:
            assert measure.read(world)
