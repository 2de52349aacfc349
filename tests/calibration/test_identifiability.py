"""Identifiability: how far each assumption was informed."""

import numpy as np
import pytest
from scipy.special import ndtri

from sim.experiments.calibration.identifiability import (
    MOVED,
    NARROWED,
    UNINFORMED,
    identifiability,
)
from tests.calibration.samples import assumption

PRIOR = ndtri((np.arange(1000) + 0.5) / 1000)
ROWS = [assumption(f"{name}.x") for name in ("asleep", "guess", "moved", "narrowed")]


@pytest.fixture
def table():
    scores = {
        "guess.x": PRIOR,
        "moved.x": PRIOR * 0.4 + 1.5,
        "narrowed.x": PRIOR * 0.5,
    }
    return identifiability(ROWS, scores).set_index("assumption")


def test_all_assumptions_are_listed_the_most_moved_first(table):
    assert table.index.tolist() == ["moved.x", "narrowed.x", "guess.x", "asleep.x"]
    assert table.verdict.tolist() == [MOVED, NARROWED, UNINFORMED, UNINFORMED]
    assert table["sampled"].tolist() == [True, True, True, False]


def test_shift_and_contraction_are_in_standard_deviations_of_the_prior(table):
    assert table.loc["moved.x", "shift"] == pytest.approx(1.5, abs=0.01)
    assert table.loc["moved.x", "contraction"] == pytest.approx(0.6, abs=0.01)


def test_what_was_not_fitted_keeps_its_range(table):
    row = table.loc["asleep.x"]
    ends = [row[f"posterior_{end}"] for end in ("low", "mid", "high")]
    assert ends == [1.0, 2.0, 4.0]
    assert row.contraction == row["shift"] == 0.0


def test_a_posterior_in_the_units_of_the_assumption(table):
    assert table.loc["guess.x", "posterior_mid"] == pytest.approx(2.0, abs=0.01)
    assert table.loc["guess.x", "posterior_high"] == pytest.approx(4.0, abs=0.05)
    # A median of 1.5 scores lies 1.5 / 1.645 of the way from mid to high.
    assert table.loc["moved.x", "posterior_mid"] == pytest.approx(3.824, abs=0.02)


def test_a_posterior_that_presses_against_an_end_is_named(table):
    assert table.edge.to_dict() == {
        "moved.x": "high",
        "narrowed.x": "",
        "guess.x": "",
        "asleep.x": "",
    }
