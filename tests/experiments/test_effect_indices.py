"""Indices of what a law changes: the points that are run, and what they say."""

import numpy as np
import pytest

from sim.domain.ensemble import Draws
from sim.domain.errors import InvariantError, SettingsError
from sim.experiments.effect_indices import LUCK, OTHERS, effect_indices
from sim.records.designed_assumptions import DesignedAssumptions, assumed_at_levels
from tests.experiments.questions import ready

TOOLS = ("tool_availability", "lam")
ACT = "scenario.regime.add.service_ban"
EARLY = (
    *(f"{ACT}.announced=2022-05-24", f"{ACT}.effective=2022-07-01"),
    "scenario.decisions.since=2022-05",
)
"""A ban in 2022, so that few months show what it does."""

ROWS = 16


def ban(outputs, horizon, **changes):
    given = ("service_ban", *EARLY, f"horizon={horizon}", "workers=1")
    return ready(outputs, *given, **changes)


@pytest.fixture(scope="module")
def found(outputs):
    return effect_indices(ban(outputs, "2022-10"), TOOLS, ROWS, leading=1)


def test_parts_are_the_leading_assumption_all_others_and_luck(found):
    [leading] = found.leading
    assert [part.name for part in found.parts] == [leading.name, OTHERS, LUCK]
    assert found.worlds == ROWS * 5
    assert found.screening[0].assumption == leading.name
    totals = [part.total.value[-1] for part in found.parts]
    assert min(totals) >= 0.0
    assert max(totals) > 0.0
    assert {part.total.rows for part in found.parts} == {ROWS}


def test_the_way_of_computing_changes_no_bit(found, outputs):
    again = effect_indices(ban(outputs, "2022-10", chunk=9), TOOLS, ROWS, leading=1)
    for one, other in zip(found.parts, again.parts, strict=True):
        np.testing.assert_array_equal(one.total.value, other.total.value)
        np.testing.assert_array_equal(one.first_order.low, other.first_order.low)


def test_an_effect_that_nothing_moves_is_refused(outputs):
    with pytest.raises(SettingsError, match="by the same in every world"):
        effect_indices(
            ban(outputs, "2022-06"), ("wafer_starts", "huahong"), 2, leading=1
        )


def test_designed_values_are_given_to_their_draws_alone():
    designed = DesignedAssumptions({"a": np.arange(4.0)}, Draws(4, 10))
    part = designed.of(Draws(2, 11))
    np.testing.assert_array_equal(part.values(Draws(1, 12), 5)["a"], [2.0])
    assert part.digest != designed.digest
    with pytest.raises(InvariantError, match="have no designed assumptions"):
        part.values(Draws(1, 13))


def test_levels_follow_the_range_and_where_there_is_one_the_fit(outputs):
    setup = ban(outputs, "2022-10")
    assert setup.posterior is not None
    rows = setup.records.assumptions
    fitted = next(iter(setup.posterior.columns))
    free = next(row for row in rows if row.name not in setup.posterior.columns)
    middle = {fitted: np.array([0.5]), free.name: np.array([0.5])}
    values = assumed_at_levels(rows, setup.posterior, middle)
    assert values[free.name] == pytest.approx(free.mid)
    assert values[fitted] == np.median(setup.posterior.columns[fitted])
