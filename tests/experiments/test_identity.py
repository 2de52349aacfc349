"""A draw is the same to the last bit, however it is computed."""

import pickle
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.experiments import chunks
from sim.experiments.chunks import run_pair
from sim.experiments.simulation import Simulation, run_chunk_with_worker
from sim.experiments.workers import Crew
from sim.outcomes.results import Results
from sim.settings.scenario_files import ScenarioFiles
from tests.experiments.questions import (
    answer,
    assert_same,
    assert_same_draws,
    from_the_start,
    ready,
    scenario_results,
)
from tests.state import assert_same_state

MONTHS_APART = 10
SOON = "horizon=2026-06"
COMPANY = 8
"""Draws that are run together."""

ALONE = {
    name: number % COMPANY
    for number, name in enumerate(sorted(ScenarioFiles.find().files))
}
"""Every shipped scenario, with the draw that is run alone."""


@pytest.fixture(scope="module")
def company(outputs):
    return answer(outputs, "service_ban", "draws=5", SOON)


def test_a_draw_alone_is_the_same_draw_in_company(outputs, company):
    alone = answer(outputs, "service_ban", "draws=1", "first_draw=3", SOON)
    assert alone.scenario.draws == Draws(1, 3)
    assert_same(alone, company, slice(3, 4))


def test_a_draw_of_a_vintage_is_the_same_alone_and_in_company(outputs):
    known = (SOON, "as_of=2024-12")
    alone = answer(outputs, "service_ban", "draws=1", "first_draw=2", *known)
    together = answer(outputs, "service_ban", "draws=3", *known)
    assert_same(alone, together, slice(2, 3))


@pytest.mark.parametrize("chunk", [2, 3])
def test_chunks_change_nothing(outputs, company, chunk):
    setup = ready(outputs, "service_ban", "draws=5", SOON, f"chunk={chunk}")
    assert_same(run_pair(setup), company)


def test_processes_change_nothing(outputs, company):
    setup = ready(outputs, "service_ban", "draws=5", SOON, "chunk=3", "workers=2")
    assert_same(run_pair(setup), company)


@pytest.fixture(scope="module")
def crew():
    with Crew() as shared:
        yield shared


@pytest.mark.parametrize("scenario", ["service_ban", "adaptive", "decided_history"])
def test_a_life_in_another_process_changes_nothing(
    outputs, scenario, crew, monkeypatch
):
    monkeypatch.setattr(chunks, "MIN_MONTHS_FOR_WORKER", MONTHS_APART)
    setup = ready(outputs, scenario, "draws=3", "first_draw=1")
    fork_month = setup.fork_month
    soon = replace(setup, horizon=fork_month + MONTHS_APART)
    shared = run_pair(replace(soon, workers=2), crew=crew)
    assert len(crew.workers) == 1
    assert_same(shared, run_pair(soon))


def test_each_month_is_heard_of_wherever_it_is_lived(outputs, crew):
    setup = ready(outputs, "service_ban", "draws=1", SOON)
    months = []
    [worker] = crew.start_workers(1)
    run_chunk_with_worker(worker, setup, setup.draws, lambda: months.append(1))
    assert len(months) == setup.months


def test_two_short_lives_are_not_worth_another_process(outputs):
    setup = ready(outputs, "service_ban", "draws=1", SOON, "workers=2")
    with Crew() as crew:
        run_pair(setup, crew=crew)
        assert not crew.workers


@pytest.mark.parametrize("scenario", ["service_ban", "adaptive", "decided_history"])
def test_a_life_that_is_packed_and_unpacked_lives_on_as_it_was(outputs, scenario):
    setup = ready(outputs, scenario)
    original = Simulation.start(setup, setup.scenario, Draws(3, 4))
    while original.world.month < Month(2025, 11):
        original.advance(setup, _nothing)
    restored = pickle.loads(pickle.dumps(original))
    decided_law = restored.world.regime.decided
    np.testing.assert_equal(
        dict(decided_law.acts), dict(original.world.regime.decided.acts)
    )
    for _ in range(MONTHS_APART):
        original.advance(setup, _nothing)
        restored.advance(setup, _nothing)
        assert_same_state(restored.world, original.world, slice(None))
    assert restored.recorder.months == original.recorder.months


def test_processes_side_by_side_take_fewer_draws_at_once_unless_told_otherwise(
    outputs,
):
    one, two = (ready(outputs, workers=count) for count in (1, 2))
    assert one.chunk_size > two.chunk_size
    assert [replace(each, chunk=7).chunk_size for each in (one, two)] == [7, 7]


def _nothing():
    pass


@pytest.mark.parametrize("scenario", sorted(ALONE))
def test_a_draw_alone_that_shares_no_history_is_the_same(outputs, scenario):
    """In every scenario, with all measures and events, soon after laws differ."""
    setup = ready(outputs, scenario, f"draws={COMPANY}")
    soon = replace(setup, horizon=setup.fork_month + MONTHS_APART)
    alone = from_the_start(soon, Draws(1, ALONE[scenario]))
    assert_same_draws(run_pair(alone).baseline, scenario_results(run_pair(soon)))


LONGER = {"adaptive": Month(2028, 12), "decided_history": Month(2027, 12)}
"""Scenarios in which governments decide, and how long draws are compared."""


@pytest.fixture(scope="module")
def in_company(outputs):
    """Return the results of a scenario in one chunk after a fork, computed once."""

    @cache
    def results(scenario: str) -> Results:
        setup = ready(outputs, scenario, f"draws={COMPANY}")
        return run_pair(replace(setup, horizon=LONGER[scenario])).scenario

    return results


@given(
    st.sampled_from(sorted(LONGER)),
    st.integers(0, COMPANY - 3),
    st.integers(1, 3),
    st.integers(1, 3),
)
@settings(max_examples=3, phases=[Phase.generate])
def test_what_governments_decide_does_not_hang_on_neighbours(
    outputs, in_company, scenario, first, count, chunk
):
    setup = ready(outputs, scenario, f"chunk={chunk}")
    part = from_the_start(replace(setup, horizon=LONGER[scenario]), Draws(count, first))
    assert_same_draws(run_pair(part).baseline, in_company(scenario))


def test_two_laws_are_one_world_until_they_differ(outputs, company):
    setup = ready(outputs, "service_ban", SOON)
    fork_month = setup.fork_month
    assert fork_month > Month(2024, 1)
    before = fork_month - company.scenario.months[0]
    for key, series in company.scenario.series.items():
        np.testing.assert_array_equal(
            series[:before], company.baseline.series[key][:before], str(key)
        )


def test_two_laws_are_two_worlds_afterwards(company):
    assert any(
        np.any(series != company.baseline.series[key])
        for key, series in company.scenario.series.items()
    )


def test_another_seed_is_another_world(outputs, company):
    other = answer(outputs, "service_ban", "draws=5", SOON, "seed=7")
    assert any(
        np.any(series != company.baseline.series[key])
        for key, series in other.baseline.series.items()
    )


def test_the_months_recorded_begin_where_they_are_asked_to(outputs, company):
    later = answer(outputs, "service_ban", "draws=2", SOON, "start=2025-01")
    assert later.baseline.months[0] == Month(2025, 1)
    gone = Month(2025, 1) - company.baseline.months[0]
    for key, series in later.baseline.series.items():
        np.testing.assert_array_equal(series, company.baseline.series[key][gone:, :2])


def test_an_assumption_of_the_scenario_parts_the_worlds_from_the_start(outputs):
    first = ready(outputs, "service_ban", SOON).records.assumptions[0]
    word = f"++scenario.assumptions.{first.name}={first.mid}"
    setup = ready(outputs, "service_ban", SOON, word)
    assert setup.fork_month == setup.records.start


def test_an_assumption_fixed_for_both_worlds_does_not_part_them(outputs):
    first = ready(outputs, "service_ban", SOON).records.assumptions[0]
    setup = ready(outputs, "service_ban", SOON, f"assumptions.{first.name}={first.mid}")
    assert setup.fork_month > setup.records.start
