"""Which experiments share a world, and when they fork."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.experiments.arrangement import arrange
from sim.experiments.setup import Setup
from tests.experiments.questions import ready
from tests.sweep.side_by_side import assuming, ruled

pytestmark = pytest.mark.usefixtures("quick")

PARTS = "service.grey_market_parts_coverage"
ONE = Draws(1)


@pytest.fixture(scope="module")
def ban(tmp_path_factory) -> Setup:
    return ready(
        tmp_path_factory.mktemp("outputs"), "service_ban_unilateral", "horizon=2026-06"
    )


def later(setup: Setup, months: int) -> Setup:
    """Return an experiment in which the ban is announced and binds later."""
    wait = timedelta(days=31 * months)
    act = setup.scenario.regime.instruments["service_ban"]
    return ruled(
        setup,
        "service_ban",
        announced=act.announced + wait,
        effective=date(2025, 12, 1),
    )


def shapes(setups, draws=ONE):
    """Return for each shared baseline its copies, and those of each branch."""
    return [
        (len(one.baselines), [len(branch.cases) for branch in one.branches])
        for one in arrange(setups, draws)
    ]


def test_one_experiment_is_a_baseline_and_a_branch(ban):
    [one] = arrange([ban], ONE)
    assert len(one.baselines) == 1
    assert [branch.fork_month for branch in one.branches] == [Month(2025, 2)]


def test_worlds_and_numbers_of_law_stand_side_by_side(ban):
    setups = [
        assuming(ruled(ban, "service_ban", coverage=share), **{PARTS: value})
        for share in (0.5, 0.7, 0.9)
        for value in (0.1, 0.2)
    ]
    assert shapes(setups) == [(6, [6])]


def test_dates_part_one_after_another_from_one_baseline(ban):
    setups = [
        assuming(later(ban, months), **{PARTS: value})
        for months in (0, 2, 4)
        for value in (0.1, 0.2, 0.3, 0.4)
    ]
    [one] = arrange(setups, ONE)
    assert len(one.baselines) == 4
    fork_months = [branch.fork_month for branch in one.branches]
    assert fork_months == [Month(2025, 2), Month(2025, 4), Month(2025, 6)]
    assert all(len(branch.cases) == 4 for branch in one.branches)


def test_a_world_of_many_draws_is_not_repeated_for_every_law(ban):
    """Many laws of one shape in one world: columns are cheap until they are many."""
    setups = [ruled(ban, "service_ban", coverage=share) for share in (0.5, 0.7)]
    assert shapes(setups) == [(2, [2])]
    assert shapes(setups, Draws(4_000)) == [(1, [1, 1])]


def test_laws_without_a_world_in_common_keep_to_themselves(ban):
    setups = [
        assuming(later(ban, months), **{PARTS: months / 100 + value / 1_000})
        for months in range(6)
        for value in range(5)
    ]
    assert shapes(setups, Draws(400)) == [(5, [5])] * 6


def test_every_experiment_has_one_baseline_and_one_branch(ban):
    alone = replace(ban, scenario=None)
    apart = replace(ban, fork=False)
    setups = [ban, later(ban, 2), assuming(ban, **{PARTS: 0.2}), alone, ban, apart]
    homes, points = [], []
    for one in arrange(setups, ONE):
        homes += one.baseline_copies
        points += [
            number for branch in one.branches for number in branch.points.values()
        ]
        for number, copy in one.baseline_copies.items():
            case = setups[number].baseline
            assert one.baselines[copy].assumptions == case.assumptions
        for branch in one.branches:
            for copy, number in branch.points.items():
                assert branch.cases[copy] is setups[number].scenario
                assert branch.fork_month is None or one.baseline_copies[number] == copy
    assert sorted(homes) == list(range(len(setups)))
    assert sorted(points) == [0, 1, 2, 4, 5]
