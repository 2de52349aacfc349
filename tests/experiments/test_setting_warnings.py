"""What is unusual about settings is said in a line, and what is absurd is refused."""

import numpy as np
import pytest

from sim.domain.months import Month
from sim.experiments.setting_warnings import (
    draw_warnings,
    enough_draws,
    horizon_warnings,
    last_horizon,
    last_year_covered,
    range_warnings,
)

NAME = "fab.initial_slack"


@pytest.mark.parametrize("draws", [1, 5, 39])
def test_few_draws_are_said_to_be_few_and_for_what(draws):
    (line,) = draw_warnings(draws)
    assert line == (
        f"draws={draws} is few: the 5 and 95 % ends rest on fewer than 2 draws each; "
        "use 40 or more"
    )


def test_enough_draws_are_not_mentioned():
    assert not list(draw_warnings(enough_draws()))
    values = np.arange(enough_draws())
    assert (values < np.quantile(values, 0.05)).sum() == 2
    assert (values > np.quantile(values, 0.95)).sum() == 2


def test_a_value_outside_its_range_is_named_with_the_range(records):
    (row,) = [row for row in records.assumptions if row.name == NAME]
    far = row.high * 2.0
    (line,) = range_warnings({NAME: [far]}, records.assumptions)
    assert line == (
        f"assumptions.{NAME}={far:g}: outside its range, which is {row.low:g} to "
        f"{row.high:g} ({row.unit})"
    )
    (line,) = range_warnings(
        {NAME: [row.mid, far, 2 * far, 3 * far]}, records.assumptions
    )
    assert line.startswith(f"assumptions.{NAME}={far:g},{3 * far:g}: outside")
    inside = {NAME: [row.low, row.mid, row.high], "unknown": [5.0]}
    assert not list(range_warnings(inside, records.assumptions))


def test_a_horizon_beyond_the_data_is_said_and_a_far_one_has_a_limit(records):
    last = last_year_covered(records.assumptions)
    assert not list(horizon_warnings(Month(last, 12), records.assumptions))
    (line,) = horizon_warnings(Month(last + 1, 1), records.assumptions)
    assert line.startswith(
        f"horizon={last + 1}-01: the data say nothing about years aft"
    )
    assert last_horizon(records.assumptions) == Month(last + 20, 12)
