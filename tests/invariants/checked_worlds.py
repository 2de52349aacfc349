"""Worlds in which every function checks types and shapes, run by `test_types.py`."""

from dataclasses import replace

import pytest

from sim.assembly import build_world
from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.experiments.simulation import Simulation
from sim.outcomes.measures import MEASURES
from sim.records.assumptions import sample
from tests.checked_types import FUNCTIONS
from tests.experiments.questions import ready
from tests.sweep.side_by_side import silent
from tests.sweep.test_stacked_law import CHANGES
from tests.worlds import SEED, forked, run_until, unchecked

TURNS = (
    (Month(2022, 1), 3),
    (Month(2022, 10), 6),
    (Month(2023, 10), 6),
    (Month(2025, 2), 7),
    (Month(2026, 1), 2),
)
"""Months from which each step is checked, and how many: the rules of October 2022 and
2023, the ban's announcement and start, and the deal over the H200."""

DECIDED = ((Month(2022, 6), 6), (Month(2025, 1), 6))
"""The same where governments decide from May 2022 on."""

STACKED = (Month(2022, 10), Month(2023, 10), Month(2025, 7), Month(2026, 2))
"""Months from which two are checked while many laws are run at once: the rules of
October 2022 and 2023, the ban's start, and a time when nearly every act that is changed
is in force."""

LAYERS = ("sim.mechanisms", "sim.agents", "sim.assembly", "sim.world", "sim.model")
"""Where hardly any function may go without a check."""

LEFT_OUT = 0.05
"""Functions that no such world calls: those that look at one fab, free memory, ..."""


def watched(records, law, draws, turns):
    """Build a world and run it, with all checks in some months."""
    drawn = sample(records.assumptions, Draws(draws), SEED)
    world = build_world(
        records, law, Draws(draws), seed=SEED, assumptions=drawn, mechanisms={}
    )
    for first, months in turns:
        world = forked(run_until(world, first + -1), law)
        for _ in range(months):
            world.step()
        for measure in MEASURES:
            assert measure.read(world)


@pytest.mark.parametrize(("draws", "turns"), [(1, TURNS[::2]), (3, TURNS)])
def test_a_history_is_right_in_type_and_shape(records, law_of, draws, turns):
    watched(records, law_of("service_ban"), draws, turns)


def test_so_is_one_that_governments_decide(tmp_path):
    setup = ready(tmp_path, "adaptive", "scenario.decisions.since=2022-05")
    watched(setup.records, setup.scenario.regime, 4, DECIDED)


def test_every_number_of_law_may_be_one_per_draw(tmp_path):
    ban = ready(tmp_path, "service_ban", "horizon=2026-06")
    law = ban.scenario.regime
    changed = (
        law.with_instruments([change(law.instruments[x])])
        for x, change in CHANGES.values()
    )
    laws = [law, *(other for other in changed if other.shape == law.shape)]
    assert len(laws) > len(CHANGES) / 2
    cases = [replace(ban.scenario, regime=each) for each in laws]
    life = Simulation.side_by_side(ban, cases, Draws(1))
    for month in STACKED:
        with unchecked():
            life.run_until(month, ban, silent)
        life.run_until(month + 2, ban, silent)


def test_hardly_a_function_of_the_model_went_unchecked():
    """This is the last test: it looks at what the others have called."""
    called = {
        f"{module}.{name}": called
        for (module, name), called in FUNCTIONS.items()
        if module.startswith(LAYERS)
    }
    never = [name for name, once in called.items() if not once]
    assert len(called) > 500
    assert len(never) < LEFT_OUT * len(called), never
