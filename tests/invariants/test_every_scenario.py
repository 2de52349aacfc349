"""Every scenario with all measures: draw k is draw k, whatever is computed with it.

The whole of every scenario is checked by a command, tests/invariants/every_scenario.py.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.experiments.setup import Setup
from sim.experiments.simulation import Simulation
from sim.outcomes.results import Results
from tests.experiments.questions import Agreement
from tests.invariants.every_scenario import every_setup, main
from tests.outcomes.samples import LAG, results
from tests.worlds import unchecked

pytestmark = pytest.mark.slow

MANY, FEW = Draws(30), Draws(2, 11)
"""Draws that are run together, and some of them that are run by themselves."""

SOON, LATER = 6, 12
"""Months in which a scenario is watched, and one in which governments decide."""


@pytest.fixture(autouse=True, scope="module")
def _quick() -> Iterator[None]:
    """Leave out the checks of types that other tests make of the same code."""
    with unchecked():
        yield


def silent() -> None:
    """Show no progress."""


def last_watched(setup: Setup) -> Month:
    """Return the last month in which a scenario is watched after its law differs."""
    case = setup.scenario or setup.baseline
    return setup.fork_month + (LATER if case.regime.decisions else SOON)


def each_run(setups: list[Setup], draws: Draws) -> Iterator[Results]:
    """Yield the results of scenarios, which all leave the same run of the baseline."""
    last = max(setup.fork_month for setup in setups) + SOON
    common = replace(setups[0], horizon=last)
    baseline = Simulation.start(common, common.baseline, draws)
    for setup in setups:
        if setup.scenario is not None:
            month, cases = setup.shared_until, [setup.scenario]
            soon = replace(setup, horizon=last_watched(setup))
            branch = baseline.branch(cases, month, common, draws, silent)
            yield from branch.run_to_horizon(soon, silent)
    yield from baseline.run_to_horizon(common, silent)


def test_soon_after_laws_differ_a_draw_does_not_know_its_neighbours(tmp_path):
    setups = sorted(every_setup(tmp_path).values(), key=lambda x: x.fork_month)
    pairs = zip(each_run(setups, FEW), each_run(setups, MANY), strict=True)
    found = {few.scenario: differences(few, many) for few, many in pairs}
    assert len(found) == len(setups)
    assert found == dict.fromkeys(found, ())


def test_the_command_computes_draws_in_every_way_and_counts_what_differs(capsys):
    words = ["decided_history", "--horizon", "2022-12", "--draws", "4"]
    assert main(words) == 0
    *ways, whole = capsys.readouterr().out.splitlines()
    assert len(ways) == 3
    assert all(re.search(r": [1-9][\d,]* numbers, 0 differences$", x) for x in ways)
    assert re.fullmatch(r"1 scenario: [\d,]+ numbers compared, 0 differences", whole)


LEVEL = (LAG.name, "china")


def differences(actual: Results, expected: Results) -> tuple[str, ...]:
    return Agreement.of(actual, expected).differences


def test_a_single_bit_that_differs_is_found_and_named():
    whole, changed = results(draws=4), results(draws=2, first=2)
    changed.series[LEVEL][-1, 0] = np.nextafter(changed.series[LEVEL][-1, 0], 0.0)
    assert differences(changed, whole) == (str(LEVEL),)


def test_an_event_in_another_draw_is_found():
    """Of draws 1 and 2 the sample has a milestone in 1, among four draws in 2."""
    whole, few = results(draws=4), results(draws=2, first=1)
    assert len(differences(few, whole)) == 2
    assert all("node milestone" in each for each in differences(few, whole))


def test_a_series_that_is_not_there_is_one_of_zeros():
    whole, without = results(draws=4), results(draws=2, first=2)
    nothing = without.series.pop(LEVEL)
    assert differences(without, whole) == (str(LEVEL),)
    without.series["china_revenue", "new"] = np.zeros_like(nothing)
    whole.series[LEVEL][:] = 0.0
    assert not differences(without, whole)
