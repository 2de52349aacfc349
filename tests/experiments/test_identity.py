"""A draw is the same to the last bit, however it is computed."""

import numpy as np
import pytest

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.experiments.ensemble import run_pair
from sim.settings.offered import Offered
from tests.experiments.questions import answer, assert_same, ready

SOON = "horizon=2027-12"
SHIPPED = [name for name in Offered.find().files if name != "baseline"]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    return tmp_path_factory.mktemp("outputs")


@pytest.fixture(scope="module")
def twenty(outputs):
    return answer(outputs, "service_ban", "draws=20", SOON)


def test_a_draw_alone_is_the_same_draw_in_company(outputs, twenty):
    alone = answer(outputs, "service_ban", "draws=1", "first_draw=17", SOON)
    assert alone.scenario.draws == Draws(1, 17)
    assert_same(alone, twenty, slice(17, 18))


@pytest.mark.parametrize("chunk", [1, 3, 7, 19])
def test_chunks_change_nothing(outputs, twenty, chunk):
    setup = ready(outputs, "service_ban", "draws=20", SOON, f"chunk={chunk}")
    assert_same(run_pair(setup), twenty)


def test_processes_change_nothing(outputs, twenty):
    setup = ready(outputs, "service_ban", "draws=20", SOON, "chunk=8", "workers=2")
    assert_same(run_pair(setup), twenty)


@pytest.mark.parametrize("scenario", SHIPPED)
def test_a_shared_history_changes_nothing(outputs, scenario):
    words = ("draws=3", "horizon=2028-06")
    forked = answer(outputs, scenario, *words, "fork=true")
    unforked = answer(outputs, scenario, *words, "fork=false")
    assert_same(forked, unforked)


def test_two_laws_are_one_world_until_they_differ(outputs, twenty):
    setup = ready(outputs, "service_ban", SOON)
    parting = setup.parting(setup.records.start)
    assert parting > Month(2024, 1)
    before = parting - twenty.scenario.months[0]
    for key, series in twenty.scenario.series.items():
        np.testing.assert_array_equal(
            series[:before], twenty.baseline.series[key][:before], str(key)
        )


def test_two_laws_are_two_worlds_afterwards(twenty):
    assert any(
        np.any(series != twenty.baseline.series[key])
        for key, series in twenty.scenario.series.items()
    )


def test_another_seed_is_another_world(outputs, twenty):
    other = answer(outputs, "service_ban", "draws=20", SOON, "seed=7")
    assert any(
        np.any(series != twenty.baseline.series[key])
        for key, series in other.baseline.series.items()
    )


def test_the_months_recorded_begin_where_they_are_asked_to(outputs, twenty):
    later = answer(outputs, "service_ban", "draws=2", SOON, "start=2025-01")
    assert later.baseline.months[0] == Month(2025, 1)
    gone = Month(2025, 1) - twenty.baseline.months[0]
    for key, series in later.baseline.series.items():
        np.testing.assert_array_equal(series, twenty.baseline.series[key][gone:, :2])


def test_an_assumption_of_the_scenario_parts_the_worlds_from_the_start(outputs):
    first = ready(outputs, "service_ban", SOON).records.assumptions[0]
    word = f"++scenario.assumptions.{first.name}={first.mid}"
    setup = ready(outputs, "service_ban", SOON, word)
    assert setup.parting(setup.records.start) == setup.records.start


def test_an_assumption_fixed_for_both_worlds_does_not_part_them(outputs):
    first = ready(outputs, "service_ban", SOON).records.assumptions[0]
    setup = ready(outputs, "service_ban", SOON, f"assumptions.{first.name}={first.mid}")
    assert setup.parting(setup.records.start) > setup.records.start
