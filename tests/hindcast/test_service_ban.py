"""What a service ban does, in the order in which it must do it.

The bands say what follows from the mechanism, not how large it is: scanners are few,
need their vendor most and have parts for some months.
"""

import numpy as np
import pytest

from sim.domain.months import Month
from tests.histories import quantile

ANNOUNCED = "2025-02"


@pytest.fixture(scope="module")
def banned(all_histories):
    return all_histories["service_ban_joined"]


@pytest.fixture(scope="module")
def alone(all_histories):
    return all_histories["service_ban_unilateral"]


def loss(scenario, baseline, measure, actor, month):
    """Return by draw what a measure loses to a law, as a share of the baseline."""
    there = baseline.at(measure, actor, month)
    return 1.0 - scenario.at(measure, actor, month) / there


def yearly_loss(scenario, baseline, measure, actor, year):
    """Return the same of a flow added up over a year."""
    there = baseline.year(measure, actor, year)
    return 1.0 - scenario.year(measure, actor, year) / there


def test_before_the_announcement_nothing_differs(banned, history):
    months = Month.parse(ANNOUNCED) - history.start
    for key, series in history.series.items():
        np.testing.assert_array_equal(series[:months], banned.series[key][:months])


@pytest.mark.parametrize(
    ("tools", "lasting"), [("duv_immersion", 0.03), ("coater_developer", 0.02)]
)
def test_tools_hold_out_while_parts_last_and_fall_later(
    banned, history, tools, lasting
):
    """Two months in, little is lost; two years in, several times as much."""
    actor = f"smic_advanced:{tools}"
    early = loss(banned, history, "tool_availability", actor, "2025-08")
    late = loss(banned, history, "tool_availability", actor, "2027-07")
    assert 0.0 < quantile(early) <= lasting
    assert quantile(late) >= 5.0 * quantile(early)


def test_decay_quickens_once_the_parts_are_spent(banned, history):
    """Critical modules last 2 to 15 months: the second half-year loses more."""
    actor = "smic_advanced:duv_immersion"

    def lost(month):
        return loss(banned, history, "tool_availability", actor, month)

    first_half = lost("2025-12")
    second_half = lost("2026-06") - first_half
    assert quantile(second_half) > quantile(first_half)


def test_scanners_suffer_more_than_etchers_which_lost_their_vendors_before(
    banned, history
):
    def lost(tools):
        actor = f"smic_advanced:{tools}"
        return quantile(loss(banned, history, "tool_availability", actor, "2026-12"))

    assert lost("duv_immersion") > lost("coater_developer") > lost("etch")


def test_wafers_follow_with_a_lag(banned, history):
    """In the first months little is lost, after two years a tenth or more."""
    early = loss(banned, history, "wafer_starts", "smic_advanced", "2025-08")
    late = loss(banned, history, "wafer_starts", "smic_advanced", "2027-07")
    assert quantile(early) <= 0.03
    assert quantile(late) >= 0.10
    assert np.mean(late >= early) >= 0.9


def test_mature_fabs_are_spared_by_a_ban_on_advanced_facilities(banned, history):
    lost = yearly_loss(banned, history, "wafer_starts", "smic_mature", 2027)
    assert abs(quantile(lost)) <= 0.01


@pytest.mark.parametrize("year", [2025, 2026])
def test_accelerators_fall_less_than_wafers_while_memory_binds(banned, history, year):
    """Logic has slack over memory, so the first wafers lost cost no accelerators."""
    wafers = yearly_loss(banned, history, "wafer_starts", "smic_advanced", year)
    made = yearly_loss(banned, history, "domestic_accelerators", "china", year)
    assert quantile(made) < 0.5 * quantile(wafers)
    assert np.mean(made <= wafers + 1e-9) >= 0.9


def test_in_the_end_accelerators_feel_it_too(banned, history):
    made = yearly_loss(banned, history, "domestic_accelerators", "china", 2030)
    assert quantile(made) >= 0.05


@pytest.mark.parametrize(
    ("measure", "actor"),
    [
        ("tool_availability", "smic_advanced:duv_immersion"),
        ("wafer_starts", "smic_advanced"),
    ],
)
def test_without_allies_it_does_a_fifth_or_less(banned, alone, history, measure, actor):
    """What America reaches alone are parts in Dutch and Japanese tools, and persons."""
    together = loss(banned, history, measure, actor, "2027-12")
    america = loss(alone, history, measure, actor, "2027-12")
    assert quantile(america) <= 0.2 * quantile(together)


def test_the_lag_never_narrows_by_much_in_most_worlds(banned, history):
    """Scarcity may teach, but within five years the ban does not backfire at large."""
    change = banned.at("frontier_lag_months", "china", "2030-06") - history.at(
        "frontier_lag_months", "china", "2030-06"
    )
    assert quantile(change) >= 0.0
    assert quantile(change, 0.1) >= -1.0
