"""The values of a point are those that the headline table is made of."""

from dataclasses import replace

import numpy as np
import pytest

from sim.domain.ensemble import Draws
from sim.domain.errors import InvariantError
from sim.outcomes.headline import dates
from sim.outcomes.results import with_same_series
from sim.outcomes.sweep.point_values import point_values
from tests.sweep.samples import pair, series_of


@pytest.mark.parametrize("months", [3, 18, 24])
def test_each_value_is_that_of_the_year_to_the_time(months):
    scenario, baseline = pair(1, months=months, extra=True)
    values = point_values(scenario, baseline)
    scenario, baseline = with_same_series(scenario, baseline)
    for when, last in dates(scenario):
        for key in scenario.series:
            actual, reference = series_of(values, *key, when)
            np.testing.assert_array_equal(actual, scenario.over_year(key, last))
            np.testing.assert_array_equal(reference, baseline.over_year(key, last))


def test_a_flow_says_that_it_is_of_a_year():
    units = {label.measure: label.unit for label in point_values(*pair(1)).labels}
    assert units["china_revenue"] == "USD million a year"
    assert units["frontier_lag_months"] == "months"


def test_a_baseline_run_alone_has_one_side():
    scenario, _ = pair(1, alone=True)
    assert point_values(scenario, None).baseline is None
    assert point_values(scenario, scenario).baseline is None


def test_some_draws_of_many_are_those_of_a_run_of_their_own():
    some = Draws(3, 2)
    whole, part = point_values(*pair(1, Draws(9))), point_values(*pair(1, some))
    cut = whole.in_draws(some)
    np.testing.assert_array_equal(cut.scenario, part.scenario)
    np.testing.assert_array_equal(cut.baseline, part.baseline)


def test_a_value_that_is_no_number_is_named_by_its_first_draw():
    scenario, baseline = pair(1, Draws(4, 10))
    key = ("china_revenue", "asml")
    broken = scenario.series[key].copy()
    broken[20, 3] = np.nan
    broken[14, 2] = np.inf
    series = {**scenario.series, key: broken}
    with pytest.raises(InvariantError) as caught:
        point_values(replace(scenario, series=series), baseline)
    assert str(caught.value) == (
        "china_revenue of asml is not finite in 2026, draw 12, under service_ban"
    )
    broken[14, 2] = 0.0
    with pytest.raises(InvariantError, match="is not a number in 2026, draw 13"):
        point_values(replace(scenario, series=series), baseline)


def test_a_point_without_flows_has_its_other_series_as_they_were():
    scenario, _ = pair(1)
    others = {
        key: series
        for key, series in scenario.series.items()
        if scenario.quantities[key[0]].kind != "flow"
    }
    alone = point_values(replace(scenario, series=others), None)
    whole = point_values(scenario, None)
    assert 0 < len(alone.labels) < len(whole.labels)
    kept = [whole.labels.index(label) for label in alone.labels]
    np.testing.assert_array_equal(alone.scenario, whole.scenario[:, kept])
