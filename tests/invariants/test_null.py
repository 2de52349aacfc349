"""Without law every gate is open, and each mechanism can be switched off."""

import numpy as np
import pytest

from sim.domain.months import Month
from sim.domain.switches import MECHANISMS
from sim.outcomes.measures import MEASURES
from sim.policy.regime import Regime
from tests.worlds import built, months_until, run_until, unchecked

LATER = Month(2027, 3)
NOTHING = Regime("nothing", {})


def test_without_instruments_every_gate_stands_open_in_every_month(records):
    world = built(records, regime=NOTHING, draws=3)
    for month in months_until(world, LATER):
        for line in world.lines:
            assert np.all(line.gates.licence == 1.0), f"{line} in {month}"
            assert np.all(line.gates.permit == 1.0), f"{line} in {month}"
            assert np.all(line.gates.pending == 0.0), f"{line} in {month}"


def test_without_instruments_nobody_smuggles_and_nobody_fears(records):
    world = run_until(built(records, regime=NOTHING, draws=3), LATER)
    seen = readings(world)
    assert np.all(seen["smuggled_units", "china"] == 0.0)
    assert all(
        np.all(values == 0.0) for (name, _), values in seen.items() if name == "fear"
    )
    assert all(
        np.allclose(values, world.facts["usual_availability"])
        for (name, _), values in seen.items()
        if name == "tool_availability"
    )


def readings(world):
    """Return every measure of the month just run."""
    with unchecked():
        return {
            (measure.name, actor): values
            for measure in MEASURES
            for actor, values in measure.read(world).items()
        }


@pytest.fixture(scope="module")
def banned(law_of):
    return law_of("service_ban")


@pytest.fixture(scope="module")
def all_on(records, banned):
    """Every measure, by month."""
    world = built(records, regime=banned, draws=3)
    return {month: readings(world) for month in months_until(world, LATER)}


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_mechanism_switched_off_changes_something(records, banned, all_on, mechanism):
    """It is run until the first month in which it does."""
    world = built(records, regime=banned, draws=3, off=(mechanism,))
    assert any(
        not np.array_equal(values, all_on[month].get(key))
        for month in months_until(world, LATER)
        for key, values in readings(world).items()
    )
