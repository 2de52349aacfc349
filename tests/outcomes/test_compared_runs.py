"""Runs side by side: draw by draw where they pair, else their medians."""

from dataclasses import replace
from math import isnan

import pytest

from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.outcomes.compared_runs import compare_results, labels
from tests.outcomes.samples import narrowed, results

LAG, REVENUE = ("frontier_lag_months", "china"), ("china_revenue", "asml")


@pytest.fixture
def base():
    return results()


@pytest.fixture
def ban(base):
    """The lag is longer by 1, 2 and 3 months, and shorter by one."""
    return replace(narrowed(base, [1.0, 2.0, -1.0, 3.0]), scenario="ban")


def row(table, key, run):
    return table.xs((*key, run), level=["measure", "actor", "run"]).iloc[0]


def test_levels_differences_and_per_cent_are_taken_draw_by_draw(base, ban):
    table = compare_results({"base": base, "ban": ban})
    first, other = row(table, LAG, "base"), row(table, LAG, "ban")
    assert first["p50"] == 7.5
    assert isnan(first["difference_p50"])
    assert other["p50"] == 8.0  # of 7, 9, 7 and 12 months
    assert other["difference_p50"] == 1.5
    assert other["change_percent_p50"] == pytest.approx((100 / 6 + 200 / 7) / 2)
    assert other["probability_of_increase"] == 0.75
    assert other["probability_of_decrease"] == 0.25
    assert other["draws"] == 4


def test_a_flow_is_that_of_twelve_months_to_the_date(base, ban):
    table = compare_results({"a": base, "b": ban}, last=Month(2025, 12))
    assert row(table, REVENUE, "a")["p50"] == 12 * 11.5 + sum(range(12))
    assert set(table["month"]) == {"2025-12"}


def test_the_date_is_the_last_that_all_have(base):
    table = compare_results({"long": base, "short": results(months=9)})
    assert set(table["month"]) == {"2025-09"}


def test_only_draws_that_all_have_are_compared(base):
    other = results(draws=3, first=2, lag=7.0)
    table = compare_results({"a": base, "b": other})
    assert set(table["draws"]) == {2}
    assert row(table, LAG, "a")["p50"] == 8.5
    assert row(table, LAG, "b")["difference_p05"] == 1.0


@pytest.mark.parametrize("other", [{"seed": 8}, {"first": 10}])
def test_runs_that_do_not_pair_have_no_range_of_differences(base, other):
    unpaired = replace(
        results(lag=9.0, first=other.get("first", 0)),
        **{name: value for name, value in other.items() if name == "seed"},
    )
    found = row(compare_results({"a": base, "b": unpaired}), LAG, "b")
    assert found["difference_p50"] == found["p50"] - 7.5
    assert found["change_percent_p50"] == pytest.approx(100 * (found["p50"] / 7.5 - 1))
    assert isnan(found["difference_p05"])
    assert isnan(found["probability_of_increase"])


def test_measures_that_are_not_of_the_headline_are_compared_when_named(base, ban):
    both = {"a": base, "b": ban}
    assert "hbm_stock" not in compare_results(both).index.get_level_values("measure")
    table = compare_results(both, ["hbm_stock"], "huawei")
    assert list(table.index.get_level_values("run")) == ["a", "b"]


def test_what_was_not_recorded_is_refused_with_the_nearest_name(base, ban):
    both = {"a": base, "b": ban}
    with pytest.raises(SettingsError, match="did you mean 'hbm_stock'"):
        compare_results(both, ["hbm_stok"])
    with pytest.raises(SettingsError, match="did you mean 'huawei'"):
        compare_results(both, ["hbm_stock"], "huawey")
    with pytest.raises(SettingsError, match="2031-01 was not recorded; months run"):
        compare_results(both, last=Month(2031, 1))
    with pytest.raises(SettingsError, match="two or more runs"):
        compare_results({"a": base})


def test_runs_of_the_same_scenario_are_numbered():
    assert labels(["ban", "ban", "base"]) == ["ban", "ban (2)", "base"]
