"""Many experiments in one world, each as if it were alone."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.experiments.arrangement import arrange
from sim.experiments.setup import Setup
from sim.experiments.side_by_side import (
    compatibility_key,
    months_side_by_side,
    run_side_by_side,
)
from tests.experiments.questions import assert_same_draws, ready
from tests.sweep.side_by_side import (
    assert_as_if_alone,
    assuming,
    ruled,
    run_alone,
    silent,
    unlike,
)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("quick")]

HORIZON = Month(2023, 2)
DRAWS = Draws(2, 3)
PARTS = "service.grey_market_parts_coverage"


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """A folder in which results could be written; none are."""
    return tmp_path_factory.mktemp("outputs")


@pytest.fixture(scope="module")
def ban(outputs):
    """A ban on service in May 2022, so that few months show what it does."""
    return moved(ready(outputs, "service_ban"), -33)


def moved(setup: Setup, months: int) -> Setup:
    """Return an experiment in which the ban is announced and binds at another time."""
    act = setup.scenario.regime.instruments["service_ban"]
    wait = timedelta(days=31 * months)
    days = {"announced": act.announced + wait, "effective": act.effective + wait}
    return replace(ruled(setup, "service_ban", **days), horizon=HORIZON)


def test_what_is_assumed_may_differ_and_need_not_be_fixed_everywhere(ban):
    setups = [
        assuming(ban, **{PARTS: 0.1}),
        ban,
        assuming(ban, **{PARTS: 0.5, "redesign.margin": 0.02}),
    ]
    found = assert_as_if_alone(setups, DRAWS)
    assert unlike(found) == len(setups)


def test_what_holds_in_the_scenario_alone_parts_from_the_start(ban):
    changed = {"law.affiliate_leakage": 0.9}
    odd = replace(ban, scenario=replace(ban.scenario, assumptions=changed))
    assert_as_if_alone([odd, ban], DRAWS)


def test_channels_may_be_on_in_one_and_off_in_another(ban):
    off = {"smuggling": False}
    without = replace(
        ban,
        baseline=replace(ban.baseline, mechanisms=off),
        scenario=replace(ban.scenario, mechanisms=off),
    )
    assert_as_if_alone([ban, without], DRAWS)


def test_a_baseline_alone_can_stand_beside_others(ban):
    assert_as_if_alone([replace(ban, scenario=None), ban], DRAWS)


def test_the_series_only_come_without_the_story(ban):
    [one] = run_side_by_side([ban], DRAWS, silent, series_only=True)
    assert one.scenario.series
    assert not one.scenario.events
    assert one.scenario.network is None


def test_what_cannot_be_run_together_says_so(ban):
    others = [
        replace(ban, seed=5),
        replace(ban, horizon=ban.horizon + 1),
        replace(ban, start=ban.start + 1),
        replace(ban, record="headline"),
        replace(ban, fork=False),
        replace(ban, baseline=ban.scenario),
        replace(ban, baseline=replace(ban.baseline, mechanisms={"talent": False})),
        replace(ban, scenario=replace(ban.scenario, mechanisms={"talent": False})),
    ]
    assert len({compatibility_key(one) for one in (ban, *others)}) == len(others) + 1


def test_dates_share_the_baseline_and_part_from_it_one_by_one(outputs):
    alone = ready(outputs, "service_ban_unilateral")
    setups = [
        assuming(moved(alone, months), **{PARTS: value})
        for months in (-31, -33)
        for value in (0.1, 0.4)
    ]
    ticks = []
    found = assert_as_if_alone(setups, DRAWS, lambda: ticks.append(1))
    assert len(ticks) == months_side_by_side(setups, DRAWS)
    assert found[0].baseline is found[2].baseline
    assert unlike(found) == len(setups)


def test_scenarios_of_one_baseline_share_it(outputs):
    names = ("no_controls", "decided_history", "hbm_squeeze")
    setups = [ready(outputs, name, "horizon=2024-01") for name in names]
    assert unlike(assert_as_if_alone(setups, DRAWS)) == len(setups)


def test_more_numbers_of_law_than_worlds_take_a_branch_each(ban):
    """So many draws that the world is not repeated: branches part at the earliest."""
    setups = [ruled(ban, "service_ban", coverage=share) for share in (0.3, 0.9)]
    setups.append(ruled(ban, "us_2022_10_sme_dram", approval=0.1))
    alone = assert_as_if_alone(setups, DRAWS)
    many = Draws(1_001, DRAWS.first)
    assert [len(one.baselines) for one in arrange(setups, many)] == [1]
    found = run_side_by_side(setups, many, silent, series_only=True)
    for actual, few in zip(found, alone, strict=True):
        for key, series in few.scenario.series.items():
            both = actual.scenario.get(key)[:, : DRAWS.count]
            np.testing.assert_array_equal(series, both, str(key))


def test_unforked_histories_are_the_same(ban):
    [forked] = run_side_by_side([ban], DRAWS, silent)
    other = ruled(ban, "service_ban", coverage=0.5)
    setups = [replace(one, fork=False) for one in (ban, other)]
    unforked, _ = assert_as_if_alone(setups, DRAWS)
    assert_same_draws(forked.scenario, unforked.scenario)


def test_numbers_that_are_none_stay_in_their_own_copy(ban):
    """An absurd assumption breaks the experiment that makes it, and no other."""
    broken = assuming(ban, **{"fab.growth_per_subsidy": np.finfo(float).max})
    found = run_side_by_side([ban, broken, ban], DRAWS, silent)
    lost = [one.scenario.series.values() for one in found]
    assert [all(np.isfinite(x).all() for x in every) for every in lost] == [
        True,
        False,
        True,
    ]
    alone = run_alone(ban, DRAWS)
    for actual in (found[0], found[2]):
        assert_same_draws(alone.scenario, actual.scenario)


# --- at random ------------------------------------------------------------------------

points = st.fixed_dictionaries(
    {
        "coverage": st.none() | st.floats(0.0, 0.9),
        "margin": st.none() | st.floats(0.01, 0.2),
        "smuggling": st.booleans(),
        "ally_backfill": st.booleans(),
        "approval": st.sampled_from([0.0, 0.3, 1.0]),
        "tpp": st.sampled_from([2_000.0, 4_800.0, 30_000.0]),
        "wait": st.sampled_from([0, 1, 3]),
        "scenario": st.booleans(),
    }
)


def point(setup: Setup, drawn: dict) -> Setup:
    """Return an experiment on the rules of October 2022."""
    act = setup.scenario.regime.instruments["us_2022_10_chips"]
    day = act.announced + timedelta(days=31 * drawn["wait"])
    one = ruled(
        setup,
        act.id,
        announced=day,
        effective=day,
        tests=({"tpp": drawn["tpp"], "interconnect": 600.0},),
    )
    one = ruled(one, "us_2022_10_sme_dram", approval=drawn["approval"])
    held = {PARTS: drawn["coverage"], "redesign.margin": drawn["margin"]}
    one = assuming(one, **{name: x for name, x in held.items() if x is not None})
    off = {name: False for name in ("smuggling", "ally_backfill") if not drawn[name]}
    return replace(
        one,
        baseline=replace(one.baseline, mechanisms=off),
        scenario=(replace(one.scenario, mechanisms=off) if drawn["scenario"] else None),
    )


@settings(max_examples=5, deadline=None)
@given(
    drawn=st.lists(points, min_size=1, max_size=3),
    draws=st.builds(Draws, st.integers(1, 3), st.integers(0, 200)),
)
def test_any_experiments_side_by_side_are_the_same_alone(early, drawn, draws):
    assert_as_if_alone([point(early, each) for each in drawn], draws)


@pytest.fixture(scope="module")
def early(outputs):
    return replace(ready(outputs, "service_ban"), horizon=Month(2023, 2))
