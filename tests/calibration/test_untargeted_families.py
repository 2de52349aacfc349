"""Sizes and memories of discrepancies at which no fit aims, from residuals."""

from dataclasses import replace

import numpy as np
import pytest

from sim.domain.chance import Chance
from sim.domain.ensemble import Draws
from sim.experiments.calibration.evidence import Evidence
from sim.experiments.calibration.untargeted_families import UntargetedFamilies
from tests.calibration.samples import discrepancy, evidence

NAMES = ("spread.sales", "memory.sales", "spread.lag", "memory.lag")
MONTHS = {"low": 2.0, "mid": 6.0, "high": 18.0}
RANGES = {
    name: discrepancy(name).model_copy(
        update=MONTHS if name.startswith("memory") else {}
    )
    for name in NAMES
}
DRAWS = Draws(400)


def fitted(misses, seen=None):
    """Return what is fitted if the model misses every observation by so much."""
    seen = seen or evidence()
    modelled = (seen.values - np.asarray(misses))[:, None] * np.ones(DRAWS.count)
    return UntargetedFamilies(seen, RANGES).fit(modelled, Chance(1, DRAWS))


def test_the_more_is_missed_the_wider_the_discrepancy():
    small = fitted([0.05, -0.05, 0.05, 0.1, 0.1])
    large = fitted([0.9, -0.9, 0.9, 0.1, 0.1])
    assert np.median(small["spread.sales"]) < 0.3 < np.median(large["spread.sales"])
    assert np.median(small["spread.lag"]) == np.median(large["spread.lag"])


def test_misses_that_last_make_a_longer_memory_than_misses_that_alternate():
    lasting = fitted([0.5, 0.5, 0.5, 0.1, 0.1])
    alternating = fitted([0.5, -0.5, 0.5, 0.1, 0.1])
    assert np.median(alternating["memory.sales"]) < np.median(lasting["memory.sales"])


def test_a_draw_is_fitted_the_same_whatever_its_neighbours():
    together = fitted([0.3, 0.1, -0.2, 1.0, 2.0])
    seen = evidence()
    modelled = (seen.values - [0.3, 0.1, -0.2, 1.0, 2.0])[:, None]
    alone = UntargetedFamilies(seen, RANGES).fit(modelled, Chance(1, Draws(1, 7)))
    for name in NAMES:
        assert alone[name][0] == together[name][7]


def test_the_odds_of_pairs_are_those_of_their_density():
    """With errors far above all misses the residuals say nothing: the ranges stay."""
    seen = evidence()
    vague = replace(seen, errors=np.full(5, 1e3))
    drawn = fitted([0.0] * 5, vague)["spread.sales"]
    assert np.quantile(drawn, [0.05, 0.5, 0.95]) == pytest.approx(
        [0.1, 0.3, 0.9], rel=0.25
    )


def test_where_nothing_else_was_observed_nothing_is_fitted():
    nothing = Evidence((), np.zeros(0))
    assert (
        UntargetedFamilies(nothing, RANGES).fit(np.zeros((0, 3)), Chance(1, Draws(3)))
        == {}
    )
