"""A draw is the same to the last bit, however it is computed."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.experiments import chunks
from sim.experiments.chunks import run_pair
from sim.experiments.simulation import Simulation, run_chunk_with_worker
from sim.experiments.workers import Crew
from tests.experiments.questions import (
    answer,
    assert_same,
    ready,
)
from tests.state import assert_same_state

MONTHS_APART = 6
EARLY = "decided_history"
"""A scenario that forks early and in which most differs between draws."""

SOON = "horizon=2023-05"


@pytest.fixture(scope="module")
def company(outputs):
    return answer(outputs, EARLY, "draws=5", SOON)


def test_a_draw_alone_is_the_same_draw_in_company(outputs, company):
    alone = answer(outputs, EARLY, "draws=1", "first_draw=3", SOON)
    assert alone.scenario.draws == Draws(1, 3)
    assert_same(alone, company)


def test_a_draw_of_a_vintage_is_the_same_alone_and_in_company(outputs):
    known = (SOON, "as_of=2023-03")
    alone = answer(outputs, EARLY, "draws=1", "first_draw=2", *known)
    together = answer(outputs, EARLY, "draws=3", *known)
    assert_same(alone, together)


@pytest.mark.parametrize("workers", [1, 2])
def test_chunks_change_nothing(outputs, company, workers):
    """Whoever computes them; of every scenario: tests/invariants."""
    words = ("draws=5", SOON, "chunk=3", f"workers={workers}")
    assert_same(run_pair(ready(outputs, EARLY, *words)), company)


@pytest.fixture(scope="module")
def crew():
    with Crew() as shared:
        yield shared


@pytest.mark.parametrize("scenario", ["no_controls", EARLY])
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
    setup = ready(outputs, EARLY, "draws=1", "horizon=2022-12")
    months = []
    [worker] = crew.start_workers(1)
    run_chunk_with_worker(worker, setup, setup.draws, lambda: months.append(1))
    assert len(months) == setup.months


def test_two_short_lives_are_not_worth_another_process(outputs):
    setup = ready(outputs, EARLY, "draws=1", "horizon=2022-12", "workers=2")
    with Crew() as crew:
        run_pair(setup, crew=crew)
        assert not crew.workers


def test_a_life_that_is_packed_and_unpacked_lives_on_as_it_was(outputs):
    setup = ready(outputs, EARLY)
    original = Simulation.start(setup, setup.scenario, Draws(3, 4))
    while original.world.month < Month(2023, 11):
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


def test_two_laws_are_one_world_until_they_differ(outputs, company):
    fork_month = ready(outputs, EARLY, SOON).fork_month
    assert fork_month > Month(2022, 6)
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
    other = answer(outputs, EARLY, "draws=5", SOON, "seed=7")
    assert any(
        np.any(series != company.baseline.series[key])
        for key, series in other.baseline.series.items()
    )


def test_the_months_recorded_begin_where_they_are_asked_to(outputs, company):
    later = answer(outputs, EARLY, "draws=2", SOON, "start=2023-01")
    assert later.baseline.months[0] == Month(2023, 1)
    gone = Month(2023, 1) - company.baseline.months[0]
    for key, series in later.baseline.series.items():
        np.testing.assert_array_equal(series, company.baseline.series[key][gone:, :2])


def test_an_assumption_of_the_scenario_parts_the_worlds_from_the_start(outputs):
    first = ready(outputs, EARLY, SOON).records.assumptions[0]
    word = f"++scenario.assumptions.{first.name}={first.mid}"
    setup = ready(outputs, EARLY, SOON, word)
    assert setup.fork_month == setup.records.start


def test_an_assumption_fixed_for_both_worlds_does_not_part_them(outputs):
    first = ready(outputs, EARLY, SOON).records.assumptions[0]
    setup = ready(outputs, EARLY, SOON, f"assumptions.{first.name}={first.mid}")
    assert setup.fork_month > setup.records.start
