"""Sobol' indices: of a function whose indices are known, and how sure they are."""

import numpy as np
import pytest
from scipy.stats import sobol_indices

from sim.experiments.sobol_design import SobolDesign
from sim.experiments.sobol_indices import correlation, first_order_index, total_index
from sim.outcomes.assumption_screening import screened

NAMES = ("x1", "x2", "x3")
ALONE, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
"""Of Ishigami and Homma (1990) with a = 7 and b = 0.1, in closed form."""


def ishigami(levels):
    """Return the function at levels of its inputs, as one output."""
    x1, x2, x3 = (np.pi * (2.0 * levels[name] - 1.0) for name in NAMES)
    return (np.sin(x1) + 7.0 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1))[None]


@pytest.fixture(scope="module")
def design():
    return SobolDesign(NAMES, 4096, seed=1)


@pytest.mark.parametrize("place", range(3))
def test_indices_of_ishigami_are_found_within_two_hundredths(design, place):
    mixed = ishigami(design.levels([NAMES[place]]))
    alone = first_order_index(ishigami(design.levels(NAMES)), mixed, seed=1)
    total = total_index(ishigami(design.levels()), mixed, seed=1)
    assert alone.value[0] == pytest.approx(ALONE[place], abs=0.02)
    assert total.value[0] == pytest.approx(TOTAL[place], abs=0.02)
    assert alone.low[0] <= ALONE[place] <= alone.high[0]
    assert total.low[0] <= TOTAL[place] <= total.high[0]
    assert total.has_converged


def test_those_of_a_group_hold_what_its_inputs_do_together(design):
    # x1 acts on nothing but x3, so that both together leave x2 alone.
    both = total_index(
        ishigami(design.levels()), ishigami(design.levels(["x1", "x3"])), seed=1
    )
    assert both.value[0] == pytest.approx(1.0 - ALONE[1], abs=0.02)


def test_scipy_finds_the_same_from_the_same_outputs(design):
    first, second = ishigami(design.levels()), ishigami(design.levels(NAMES))
    mixed = np.stack([ishigami(design.levels([name])) for name in NAMES])
    oracle = sobol_indices(
        func={"f_A": first, "f_B": second, "f_AB": mixed}, n=design.rows
    )
    own = [1.0 - correlation(first, each)[0] for each in mixed]
    np.testing.assert_allclose(own, np.ravel(oracle.total_order), atol=0.02)


def test_few_rows_are_not_called_converged(design):
    few = slice(64)
    index = total_index(
        ishigami(design.levels(rows=few)), ishigami(design.levels(["x1"], few)), 1
    )
    assert index.rows == 64
    assert not index.has_converged


def test_a_missing_output_is_refused(design):
    first = ishigami(design.levels())
    first[0, 7] = np.nan
    with pytest.raises(ValueError, match="not a finite number"):
        total_index(first, first, seed=1)


def test_screening_finds_dependence_without_a_direction():
    luck = np.random.default_rng(3)
    assumed = {name: luck.uniform(-1.0, 1.0, 600) for name in ("bow", "idle")}
    assumed["fixed"] = np.zeros(600)
    first, second = screened(assumed["bow"] ** 2, assumed)
    assert (first.assumption, second.assumption) == ("bow", "idle")
    assert first.share > 0.9
    assert abs(first.direction) < 0.1
    assert abs(second.share) < 0.05
