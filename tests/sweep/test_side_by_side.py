"""Many experiments in one world, each as if it were alone."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sim.domain.ensemble import Draws
from sim.experiments.side_by_side import live_side_by_side, together
from tests.experiments.questions import ready
from tests.sweep.side_by_side import assert_as_if_alone, assuming, silent, unlike
from tests.worlds import unchecked

SOON = "horizon=2026-06"
DRAWS = Draws(2, 3)
PARTS = "service__grey_market_parts_coverage"


@pytest.fixture(autouse=True, scope="module")
def _quick() -> Iterator[None]:
    """Leave out the checks of types that other tests make of the same code."""
    with unchecked():
        yield


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """A folder in which results could be written; none are."""
    return tmp_path_factory.mktemp("outputs")


@pytest.fixture(scope="module")
def ban(outputs):
    return ready(outputs, "service_ban", SOON)


def test_what_is_assumed_may_differ_and_need_not_be_fixed_everywhere(ban):
    setups = [
        assuming(ban, **{PARTS: 0.1}),
        ban,
        assuming(ban, **{PARTS: 0.5}, redesign__margin=0.02),
    ]
    found = assert_as_if_alone(setups, DRAWS)
    assert unlike(found) == len(setups)


def test_what_holds_in_the_scenario_alone_parts_from_the_start(ban):
    theirs = {"law.affiliate_leakage": 0.9}
    odd = replace(ban, scenario=replace(ban.scenario, assumptions=theirs))
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


def test_the_series_alone_come_without_the_story(ban):
    [one] = live_side_by_side([ban], DRAWS, silent, series_alone=True)
    assert one.scenario.series
    assert not one.scenario.events
    assert one.scenario.network is None


def test_what_cannot_be_lived_together_says_so(ban):
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
    assert len({together(one) for one in (ban, *others)}) == len(others) + 1
