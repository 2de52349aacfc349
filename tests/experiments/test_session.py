"""In a session the same numbers come from fewer months."""

import pytest

import sim
from sim.domain.months import Month
from sim.experiments.chunks import run_pair
from sim.experiments.session import Session
from sim.experiments.simulation import Simulation, run_chunk
from sim.model import ChipWar
from tests.experiments.questions import answer, assert_same, ready

SOON = ("draws=2", "horizon=2022-12")
QUESTIONS = ("decided_history", "no_controls", "baseline")
"""Scenarios whose laws differ from the baseline's earlier and later, in turn."""


@pytest.fixture(autouse=True)
def _closed():
    yield
    if Session.current is not None:
        Session.current.close()


@pytest.fixture(scope="module")
def alone(outputs):
    return {name: answer(outputs, name, *SOON) for name in QUESTIONS}


@pytest.fixture
def months_run(monkeypatch):
    """The months that are run, in order."""
    months = []
    run_month = ChipWar.step

    def step(world):  # by this name a worker finds its own
        months.append(world.month)
        run_month(world)

    monkeypatch.setattr(ChipWar, "step", step)
    return months


@pytest.mark.parametrize("most_draws", [4, 100])
def test_numbers_are_those_of_a_run_by_itself(outputs, alone, most_draws):
    with Session(most_draws):
        for name in QUESTIONS:
            assert_same(answer(outputs, name, *SOON), alone[name])


def test_chunks_of_a_session_are_joined_as_others_are(outputs, alone):
    with Session():
        for _ in range(2):
            assert_same(
                answer(outputs, "no_controls", *SOON, "chunk=1"), alone["no_controls"]
            )


def test_a_second_question_runs_its_own_months_alone(outputs, months_run):
    setup = ready(outputs, "decided_history", *SOON)
    with Session():
        run_pair(setup)
        months_run.clear()
        run_pair(setup)
    own = setup.horizon + 1 - setup.fork_month
    assert months_run == [setup.fork_month + month for month in range(own)]


def test_the_worlds_of_each_january_and_of_the_fork_are_kept(outputs):
    setup = ready(outputs, "hbm_squeeze", "draws=1", "horizon=2023-10")
    with Session() as session:
        run_pair(setup)
        kept = [
            session.world(setup, setup.draws, month).world.month
            for month in (Month(2023, 9), setup.fork_month, setup.horizon + 12)
        ]
    assert kept == [Month(2023, 1), setup.fork_month, setup.fork_month]


@pytest.mark.parametrize(
    ("most_draws", "latest"),
    [(2, Month(2023, 10)), (3, Month(2024, 1)), (4, Month(2025, 1))],
)
def test_later_januaries_are_kept_where_there_is_room(outputs, most_draws, latest):
    setup = ready(outputs, "hbm_squeeze", "draws=1", "horizon=2025-02")
    with Session(most_draws) as session:
        run_pair(setup)
        assert session.world(setup, setup.draws, setup.horizon).world.month == latest


@pytest.fixture(scope="module")
def later(outputs):
    return ready(outputs, "diffusion_rule", "draws=2", "horizon=2025-11")


@pytest.fixture(scope="module")
def later_alone(later):
    return run_pair(later)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_later_fork_begins_in_the_january_before(
    outputs, later, later_alone, months_run, workers
):
    words = ("draws=2", "horizon=2025-11", f"workers={workers}")
    first = ready(outputs, "decided_history", *words)
    with Session():
        run_pair(first)
        months_run.clear()
        assert_same(run_pair(later), later_alone)
    shared = [Month(2025, 1) + month for month in range(4)]
    own = [later.fork_month + month for month in range(7)]
    assert months_run == [*shared, *own]


@pytest.mark.parametrize(
    "word",
    [
        "seed=2",
        "draws=3",
        "first_draw=1",
        "start=2022-02",
        "assumptions=prior",
        "assumptions.fab.initial_slack=1.1",
        "mechanisms.news=false",
        "baseline=no_controls",
        "as_of=2024-12",
    ],
)
def test_another_world_is_not_taken_for_one_that_is_kept(outputs, word):
    kept = ready(outputs, "decided_history", *SOON)
    given = [x for x in SOON if x.split("=")[0] != word.split("=")[0]]
    other = ready(outputs, "decided_history", *given, word)
    with Session() as session:
        session.keep_world(
            kept, kept.draws, Simulation.start(kept, kept.baseline, kept.draws)
        )
        assert session.world(kept, kept.draws, kept.horizon) is not None
        assert session.world(other, other.draws, other.horizon) is None


def test_a_run_that_is_not_to_fork_uses_nothing_that_is_kept(outputs, months_run):
    with Session():
        answer(outputs, "no_controls", *SOON)
        months_run.clear()
        setup = ready(outputs, "no_controls", *SOON, "fork=false")
        run_pair(setup)
    assert len(months_run) == setup.months


def test_progress_counts_the_months_that_are_not_run(outputs):
    setup = ready(outputs, "no_controls", *SOON)
    with Session():
        for _ in range(2):
            counted = []
            run_chunk(setup, setup.draws, lambda counted=counted: counted.append(1))
            assert len(counted) == setup.months


def test_one_session_is_open_at_a_time():
    first = sim.session()
    second = sim.session()
    assert Session.current is second
    first.close()
    assert Session.current is second
    second.close()
    assert Session.current is None
