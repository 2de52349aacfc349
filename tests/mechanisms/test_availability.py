"""M1: how tools wear when their vendor stays away."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.mechanisms.availability import (
    decayed,
    drifted,
    recovered,
    self_maintenance,
    unserved_share,
)
from tests.strategies import each, per_draw, shares

WEIGHTS = {"engineers_weight": each(0.45), "parts_weight": each(0.38)}


def missing(engineers, parts, software, contract=1.0):
    return unserved_share(
        engineers=each(engineers),
        parts=each(parts),
        software=each(software),
        contract_share=each(contract),
        **WEIGHTS,
    )


def test_full_service_leaves_nothing_unserved():
    assert missing(1.0, 1.0, 1.0) == 0.0


def test_no_service_at_all_leaves_everything_unserved_under_contract():
    np.testing.assert_allclose(missing(0.0, 0.0, 0.0), 1.0)


def test_engineers_who_stay_away_are_missed_only_under_contract():
    np.testing.assert_allclose(missing(0.0, 1.0, 1.0, contract=0.5), 0.225)


def test_parts_and_software_are_missed_with_or_without_a_contract():
    np.testing.assert_allclose(missing(1.0, 0.0, 0.0, contract=0.0), 0.55)


@given(*[shares()] * 4, per_draw(0.3, 0.5), per_draw(0.3, 0.5))
def test_the_unserved_share_is_a_share(engineers, parts, software, contract, we, wp):
    unserved = unserved_share(
        engineers=engineers,
        parts=parts,
        software=software,
        contract_share=contract,
        engineers_weight=we,
        parts_weight=wp,
    )
    assert np.all((unserved >= -1e-15) & (unserved <= 1.0 + 1e-15))


@given(shares(), shares(), shares())
def test_more_engineers_never_leave_more_unserved(few, more, contract):
    def unserved(engineers):
        return unserved_share(
            engineers=engineers,
            parts=np.ones(3),
            software=np.ones(3),
            contract_share=contract,
            engineers_weight=np.full(3, 0.45),
            parts_weight=np.full(3, 0.38),
        )

    many = np.maximum(few, more)
    assert np.all(unserved(many) <= unserved(few))


def test_half_of_what_can_be_learnt_is_learnt_in_a_half_life():
    learnt = self_maintenance(each(0.0, 12.0, 24.0), np.full(3, 0.6), np.full(3, 12.0))
    np.testing.assert_allclose(learnt, [0.0, 0.3, 0.45])


@given(per_draw(0.0, 600.0), per_draw(0.0, 24.0), shares(), per_draw(1.0, 48.0))
def test_practice_helps_and_never_beyond_its_ceiling(months, more, ceiling, half_life):
    now = self_maintenance(months, ceiling, half_life)
    later = self_maintenance(months + more, ceiling, half_life)
    assert np.all(later >= now - 1e-15)
    assert np.all(later <= ceiling)


def after_a_month(spares, *, unserved=1.0, grey=0.0, own=0.0):
    return decayed(
        each(1.0),
        unserved=each(unserved),
        decay_with_spares=each(0.015),
        decay_without_spares=each(0.06),
        spares_left=each(spares),
        grey_parts=each(grey),
        own_service=each(own),
    )


def test_tools_decay_slowly_while_parts_last_and_fast_afterwards():
    np.testing.assert_allclose(after_a_month(3.0), np.exp(-0.015))
    np.testing.assert_allclose(after_a_month(0.0), np.exp(-0.06))


def test_parts_for_less_than_a_month_still_slow_the_decay():
    np.testing.assert_allclose(after_a_month(0.5), np.exp(-0.015))


def test_grey_parts_and_own_skill_each_take_their_share_of_the_decay():
    held = after_a_month(0.0, grey=0.35, own=0.4)
    np.testing.assert_allclose(held, np.exp(-0.06 * 0.65 * 0.6))


@given(shares(), st.integers(1, 30), per_draw(0.0, 0.1), shares(), shares())
def test_decay_over_many_months_is_the_formula(unserved, months, rate, grey, own):
    """A(n) = A0 exp(-n d u (1 - g)(1 - r)), the equation of M1 over n months."""
    level = np.ones(3)
    for _ in range(months):
        level = decayed(
            level,
            unserved=unserved,
            decay_with_spares=rate / 4.0,
            decay_without_spares=rate,
            spares_left=np.zeros(3),
            grey_parts=grey,
            own_service=own,
        )
    expected = np.exp(-months * rate * unserved * (1.0 - grey) * (1.0 - own))
    np.testing.assert_allclose(level, expected, rtol=1e-9)


@given(shares(), shares(), shares(), shares())
def test_decay_never_raises_availability_and_never_ends_below_nothing(
    level, unserved, grey, own
):
    worn = decayed(
        level,
        unserved=unserved,
        decay_with_spares=np.full(3, 0.015),
        decay_without_spares=np.full(3, 0.06),
        spares_left=np.zeros(3),
        grey_parts=grey,
        own_service=own,
    )
    assert np.all((worn >= 0.0) & (worn <= level))


def test_half_of_what_is_missing_comes_back_in_a_half_life_of_full_service():
    level = each(0.5)
    for _ in range(4):
        level = recovered(level, each(1.0), each(1.0), each(4.0))
    np.testing.assert_allclose(level, 0.75)


def test_without_service_nothing_recovers():
    assert recovered(each(0.5), each(0.0), each(1.0), each(4.0)) == 0.5


@given(shares(), shares(), per_draw(0.5, 24.0))
def test_recovery_comes_nearer_the_usual_level_and_never_past_it(
    level, served, half_life
):
    after = recovered(level, served, np.ones(3), half_life)
    assert np.all((after >= level) & (after <= 1.0))


def test_a_scanner_left_alone_drifts_at_its_rate():
    drift = drifted(each(0.0), missing=each(1.0), rate=each(0.008), half_life=each(4.0))
    np.testing.assert_allclose(drift, 0.008)


def test_full_service_halves_the_drift_in_a_half_life():
    drift = each(0.1)
    for _ in range(4):
        drift = drifted(drift, missing=each(0.0), rate=each(0.008), half_life=each(4.0))
    np.testing.assert_allclose(drift, 0.05)


@given(per_draw(0.0, 1.0), shares(), per_draw(0.0, 0.02), per_draw(0.5, 24.0))
def test_drift_is_never_negative_and_grows_no_faster_than_its_rate(
    drift, unserved, rate, half_life
):
    after = drifted(drift, missing=unserved, rate=rate, half_life=half_life)
    assert np.all((after >= 0.0) & (after <= drift + rate))
