"""M3: yield, and how it is learnt."""

import numpy as np
import pytest
from hypothesis import given

from sim.mechanisms.yields import defect_density, learning_exponent, poisson_yield
from tests.strategies import amounts, each, per_draw


def test_two_dies_of_665_mm2_in_ten_are_good_at_a_quarter_of_a_defect():
    """P6: the 7 nm dies of 2024 (0.242 defects per cm2 make 20 %)."""
    assert float(poisson_yield(each(0.242), 665.0)[0]) == pytest.approx(0.2, abs=0.001)


def test_without_defects_every_die_is_good():
    assert poisson_yield(each(0.0), 665.0) == 1.0


@given(per_draw(0.0, 5.0), per_draw(0.0, 5.0), per_draw(1.0, 900.0))
def test_more_defects_never_yield_more(defects, more, area):
    worse, better = poisson_yield(defects + more, area), poisson_yield(defects, area)
    assert np.all((worse <= better) & (worse >= 0.0) & (better <= 1.0))


def test_defects_fall_by_a_fifth_with_every_doubling():
    density = defect_density(
        each(32.0, 64.0, 128.0),
        reference=each(0.25, 0.25, 0.25),
        at=each(32.0, 32.0, 32.0),
        exponent=learning_exponent(each(0.2, 0.2, 0.2)),
    )
    np.testing.assert_allclose(density, [0.25, 0.2, 0.16])


def test_who_learns_nothing_keeps_its_defects():
    assert learning_exponent(each(0.0)) == 0.0


@given(per_draw(1.0, 1e4), amounts(), per_draw(0.0, 0.5))
def test_wafers_never_unteach(run, more, fall):
    def density(wafers):
        return defect_density(
            wafers,
            reference=np.full(3, 0.25),
            at=np.full(3, 30.0),
            exponent=learning_exponent(fall),
        )

    assert np.all(density(run + more) <= density(run))
