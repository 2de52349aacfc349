"""M20: applications are made with orders, decided later, and used by the day."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.mechanisms.licensing import (
    applications,
    decided_by_notice,
    grant_rate,
    under_licence,
)
from tests.strategies import amounts, each, per_draw, shares


def test_what_needs_a_licence_is_applied_for():
    applied = applications(each(100.0), each(0.8), each(0.4), each(0.0))
    np.testing.assert_allclose(applied, [80.0])


def test_licences_in_hand_save_applications():
    """Half of the 40 units that may leave are licensed already."""
    applied = applications(each(100.0), each(0.8), each(0.4), each(20.0))
    np.testing.assert_allclose(applied, [40.0])


def test_nobody_applies_where_all_is_denied():
    applied = applications(each(100.0), each(0.8), each(0.0), each(0.0))
    np.testing.assert_array_equal(applied, [0.0])


def test_half_of_what_needs_a_licence_is_granted():
    np.testing.assert_allclose(grant_rate(each(0.8, 0.0), each(0.4, 0.0)), [0.5, 0.0])


def test_no_more_leaves_than_is_licensed_already_and_allowed_today():
    leaving = under_licence(each(100.0, 100.0), each(0.4, 0.4), each(10.0, 90.0))
    np.testing.assert_allclose(leaving, [10.0, 40.0])


@pytest.mark.parametrize(("months", "decided"), [(0.0, 0.0), (1.0, 0.4), (2.0, 0.64)])
def test_notice_lets_a_part_be_decided_before_the_law_takes_effect(months, decided):
    np.testing.assert_allclose(decided_by_notice(each(0.4), months), [decided])


@given(amounts(), shares(), shares(), amounts(), amounts())
def test_more_licences_in_hand_mean_fewer_applications_and_more_shipments(
    orders, needs, granted, held, more
):
    licensable = needs * granted
    few = applications(orders, needs, licensable, held)
    fewer = applications(orders, needs, licensable, held + more)
    assert np.all(fewer <= few)
    assert np.all(few <= orders * needs)
    out = under_licence(orders, licensable, held)
    assert np.all(out <= under_licence(orders, licensable, held + more))


@given(per_draw(0.05, 1.0), st.floats(0.0, 6.0), st.floats(0.0, 6.0))
def test_longer_notice_decides_more(rate, months, more):
    first = decided_by_notice(rate, months)
    assert np.all(first <= decided_by_notice(rate, months + more) + 1e-12)
    assert np.all((first >= 0.0) & (first <= 1.0))
