"""The change of the lag, split over channels: every way of switching them at once."""

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.government import Government
from sim.domain.ensemble import Draws
from sim.domain.errors import InvariantError, SettingsError
from sim.domain.months import Month
from sim.domain.switches import BY_DRAW
from sim.experiments.chunks import run_pair
from sim.experiments.lag_split import check_splittable, split_lag
from sim.experiments.setup import Case
from sim.experiments.shapley import coalitions
from sim.experiments.simulation import Simulation
from sim.outcomes.attribution import CHANNELS, DENIED
from sim.outcomes.headline import HORIZON, LAG
from tests.experiments.questions import ready
from tests.state import assert_same_state
from tests.worlds import run_until

SOON = "horizon=2023-06"
LATE = Month(2024, 6)
"""Late enough for every channel to have been used, and for denied tools to matter."""

DRAWS = Draws(3)
WAYS = (
    {},
    *({name: False} for name in BY_DRAW),
    dict.fromkeys(BY_DRAW, False),
)
"""Ways of switching: nothing off, each channel off alone, all of them off."""


def ban(outputs, *words, **changes):
    """Return the experiment of a ban in 2022, so that few months show what it does."""
    act = "scenario.regime.add.service_ban"
    early = (f"{act}.announced=2022-05-24", f"{act}.effective=2022-10-01")
    since = "scenario.decisions.since=2022-05"
    return ready(outputs, "service_ban", *early, since, *words, **changes)


def run_cases(setup, *cases, draws=DRAWS):
    """Return a world that was run under the law of a case, or of several.

    What governments are about to do is left out: it lists what any draw decides.
    """
    world = run_until(Simulation.side_by_side(setup, cases, draws).world, LATE)
    for government in world.agents:
        if isinstance(government, Government):
            government.planned_actions = []
    return world


def switched(case, *ways):
    """Return a case once for each way of switching mechanisms."""
    return [replace(case, mechanisms=way) for way in ways]


@pytest.fixture(scope="module")
def setup(outputs):
    return ban(outputs, "draws=3", SOON)


@pytest.fixture(scope="module")
def split(setup):
    return split_lag(setup, 3)


@pytest.fixture(scope="module")
def side_by_side(setup):
    """Every way of switching in one world, under the service ban."""
    return run_cases(setup, *switched(setup.scenario, *WAYS))


@pytest.mark.parametrize("place", range(len(WAYS)))
def test_a_channel_off_in_some_draws_is_off_there_as_if_everywhere(
    setup, side_by_side, place
):
    """All state, to the last bit: which also says that copies do not meet."""
    alone = run_cases(setup, replace(setup.scenario, mechanisms=WAYS[place]))
    copy = slice(place * DRAWS.count, (place + 1) * DRAWS.count)
    assert_same_state(alone, side_by_side, copy)


def test_governments_that_decide_do_so_in_every_copy_as_if_alone(outputs):
    setup = ready(outputs, "decided_history")
    on, off = switched(setup.scenario, {}, WAYS[-1])
    copies = run_cases(setup, on, off)
    assert_same_state(run_cases(setup, off), copies, slice(DRAWS.count, None))


def test_the_switches_matter_where_they_are_compared(setup, side_by_side):
    """Otherwise the test above would compare a world with itself."""
    lag = np.min([lab.capability.lag for lab in _labs(side_by_side)], axis=0)
    by_way = lag.reshape(len(WAYS), DRAWS.count)
    unlike = [(by_way[0] != other).any() for other in by_way[1:]]
    assert unlike == [True] * len(unlike)


def _labs(world):
    return [one for one in world.agents if type(one).__name__ == "Lab"]


def test_every_switch_by_draw_is_a_channel():
    assert list(CHANNELS) == [DENIED, *BY_DRAW]


def test_all_channels_together_are_the_ordinary_run(setup, split):
    pair = run_pair(setup)
    change = pair.scenario.at(LAG, setup.horizon) - pair.baseline.at(LAG, setup.horizon)
    assert change.any()
    np.testing.assert_array_equal(split.whole[HORIZON], change)


def test_no_channel_at_all_is_the_run_with_all_switched_off(outputs, split):
    off = [f"mechanisms.{name}=off" for name in BY_DRAW]
    setup = ban(outputs, "draws=3", SOON, *off)
    pair = run_pair(setup)
    change = pair.scenario.at(LAG, setup.horizon) - pair.baseline.at(LAG, setup.horizon)
    np.testing.assert_array_equal(split.pieces[HORIZON][DENIED], change)


def test_pieces_add_up_to_the_whole_in_every_draw_and_year(split):
    assert list(split.whole) == ["2022", HORIZON]
    for when, whole in split.whole.items():
        parts = sum(split.pieces[when].values())
        np.testing.assert_allclose(parts, whole, rtol=0.0, atol=1e-9)


def test_a_draw_is_split_the_same_whatever_the_chunks_and_processes(outputs, split):
    two_at_a_time = 2 * len(coalitions(BY_DRAW))
    chunked = ban(outputs, "draws=3", SOON, f"chunk={two_at_a_time}", "workers=2")
    same = split_lag(chunked, 3)
    assert same.draws == split.draws
    for when in split.whole:
        for channel, months in split.at(when).items():
            np.testing.assert_array_equal(months, same.at(when)[channel])


def test_the_first_draws_are_split_and_no_more_whatever_is_recorded(outputs, split):
    setup = replace(
        ban(outputs, "draws=5", "first_draw=1", SOON), record=["china_revenue"]
    )
    few = split_lag(setup, 2)
    assert few.draws == Draws(2, 1)
    np.testing.assert_array_equal(few.whole[HORIZON], split.whole[HORIZON][1:])


def test_a_channel_that_is_off_brings_nothing(outputs):
    split = split_lag(ban(outputs, "draws=2", SOON, "mechanisms.smuggling=off"), 2)
    assert split.off == ("smuggling",)
    assert not split.pieces[HORIZON]["smuggling"].any()
    parts = sum(split.pieces[HORIZON].values())
    np.testing.assert_allclose(parts, split.whole[HORIZON], rtol=0.0, atol=1e-9)


def test_a_baseline_alone_has_nothing_to_split(setup):
    with pytest.raises(SettingsError, match="baseline is compared with itself"):
        check_splittable(replace(setup, scenario=None))


def test_a_channel_must_be_the_same_in_both_worlds(setup):
    baseline = setup.baseline
    half = Case(baseline.name, baseline.regime, {}, {"smuggling": False})
    with pytest.raises(SettingsError, match=r"mechanisms\.smuggling is on in one of"):
        check_splittable(replace(setup, baseline=half))


def test_other_mechanisms_cannot_be_switched_draw_by_draw(setup):
    cases = switched(setup.baseline, {"breakthroughs": False}, {})
    with pytest.raises(InvariantError, match="breakthroughs cannot be switched"):
        Simulation.side_by_side(setup, cases, DRAWS)
