"""Experiments run side by side, compared with each run alone."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from sim.domain.ensemble import Draws
from sim.experiments.setup import Setup
from sim.experiments.side_by_side import compatibility_key, run_side_by_side
from sim.experiments.simulation import Comparison, run_chunk
from sim.experiments.workers import OnMonth
from tests.experiments.questions import Agreement


def silent() -> None:
    """Show no progress."""


@lru_cache(maxsize=16)
def run_alone(setup: Setup, draws: Draws) -> Comparison:
    """Return the results of an experiment, run once however many tests ask."""
    return run_chunk(setup, draws, silent)


def assert_as_if_alone(
    setups: Sequence[Setup], draws: Draws, on_month: OnMonth = silent
) -> list[Comparison]:
    """Check that experiments run side by side equal the ones run alone; return them.

    Every series, event and decision is compared, to the last bit.
    """
    assert len({compatibility_key(setup) for setup in setups}) == 1
    found = run_side_by_side(setups, draws, on_month)
    for setup, actual in zip(setups, found, strict=True):
        alone = run_alone(setup, draws)
        assert not Agreement.of_both(alone, actual).differences
    return found


def assuming(setup: Setup, **values: float) -> Setup:
    """Return an experiment with values of assumptions fixed."""
    return replace(
        setup,
        baseline=replace(setup.baseline, assumptions=values),
        scenario=setup.scenario and replace(setup.scenario, assumptions=values),
    )


def unlike(found: Sequence[Comparison]) -> int:
    """Return how many of several comparisons differ in any number of the scenario."""
    keys = sorted(set().union(*(one.scenario.series for one in found)))
    return len(
        {
            b"".join(np.ascontiguousarray(one.scenario.get(key)) for key in keys)
            for one in found
        }
    )


def ruled(setup: Setup, act: str, **values) -> Setup:
    """Return an experiment in which an act of its scenario says otherwise."""
    assert setup.scenario is not None
    law = setup.scenario.regime
    other = law.with_instruments([replace(law.instruments[act], **values)])
    return replace(setup, scenario=replace(setup.scenario, regime=other))
