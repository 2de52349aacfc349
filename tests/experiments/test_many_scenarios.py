"""Many scenarios beside one baseline are what each is beside the baseline alone."""

import numpy as np
import pytest

from sim.domain.ensemble import Draws
from sim.experiments.chunks import run_pair
from sim.experiments.many_scenarios import run_scenarios
from tests.experiments.questions import ready

NAMES = ("h20_ban", "hbm_squeeze")
"""The law of the second differs first."""

MONTHS = ("draws=3", "start=2024-06", "horizon=2025-08")


@pytest.fixture(scope="module")
def setups(outputs):
    """Two scenarios beside the law of record, in three draws."""
    return [ready(outputs, name, *MONTHS) for name in NAMES]


@pytest.fixture(scope="module")
def together(setups):
    """Their results, the baseline's first."""
    return run_scenarios(setups)


def assert_same_series(actual, expected):
    """Check that two results hold the same bits."""
    assert actual.scenario == expected.scenario
    assert actual.draws == expected.draws
    for key in {*actual.series, *expected.series}:
        assert np.array_equal(actual.get(key), expected.get(key)), key


@pytest.mark.parametrize("place", range(len(NAMES)), ids=NAMES)
def test_each_is_what_it_is_alone(setups, together, place):
    alone = run_pair(setups[place])
    assert_same_series(together[0], alone.baseline)
    assert_same_series(together[1 + place], alone.scenario)


def test_neither_chunks_nor_workers_change_a_bit(outputs, together):
    setups = [ready(outputs, name, *MONTHS, chunk=2, workers=2) for name in NAMES]
    for actual, expected in zip(run_scenarios(setups), together, strict=True):
        assert_same_series(actual, expected)


def test_workers_run_the_cases_of_one_chunk(outputs):
    words = ("start=2022-01", "horizon=2025-03")
    here, there = (
        [
            ready(outputs, name, *words, draws=Draws(1), workers=workers)
            for name in ("no_controls", "tight_quota")
        ]
        for workers in (1, 2)
    )
    for actual, expected in zip(run_scenarios(there), run_scenarios(here), strict=True):
        assert_same_series(actual, expected)
