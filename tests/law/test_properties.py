"""Properties of any law that may be written."""

from datetime import timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.policy.applicable_law import LeakageShares
from tests.law.any_law import (
    ROUNDING,
    controls,
    enacted,
    leakages,
    lines,
    months,
    shares,
)


@given(st.lists(controls(), max_size=5), lines, months, leakages)
def test_a_licence_is_a_share(law, line, month, leakage):
    assert 0.0 <= enacted(*law).licence(line, month, LeakageShares(*leakage)) <= 1.0
    assert (
        0.0 <= enacted(*law).pending_denial(line, month, LeakageShares(*leakage)) <= 1.0
    )


@given(st.lists(controls(), max_size=4), controls(), lines, months, leakages)
def test_another_control_never_raises_a_licence(law, more, line, month, leakage):
    before = enacted(*law).licence(line, month, LeakageShares(*leakage))
    after = enacted(*law, more).licence(line, month, LeakageShares(*leakage))
    assert after <= before + ROUNDING


@given(st.lists(controls(), max_size=5), lines, months, leakages, st.randoms())
def test_the_order_of_instruments_does_not_matter(law, line, month, leakage, random):
    shuffled = random.sample(law, len(law))
    one, other = enacted(*law), enacted(*shuffled)
    assert one.licence(line, month, LeakageShares(*leakage)) == other.licence(
        line, month, LeakageShares(*leakage)
    )


@given(st.lists(controls(), max_size=4), lines, months, shares, shares)
def test_a_tighter_law_leaks_less(law, line, month, affiliates, facilities):
    tight = enacted(*law).licence(line, month)
    leaking = enacted(*law).licence(line, month, LeakageShares(affiliates, facilities))
    assert leaking >= tight - ROUNDING


@given(st.lists(controls(), max_size=4), lines, months)
def test_a_month_lies_between_its_strictest_and_its_mildest_day(law, line, month):
    policy = enacted(*law)
    daily = [
        policy.explain(line, month.first_day + timedelta(days=n)).licence
        for n in range(month.days)
    ]
    licence = policy.licence(line, month)
    assert min(daily) - ROUNDING <= licence <= max(daily) + ROUNDING
    assert abs(licence - np.mean(daily)) < ROUNDING * month.days


@given(st.lists(controls(), max_size=4), lines, months)
def test_whatever_is_asked_first_the_answer_is_the_same(law, line, month):
    fresh, used = enacted(*law), enacted(*law)
    for step in range(-3, 4):
        used.licence(line, month + step, LeakageShares(0.5, 0.5))
        used.licence(line, month + step)
    assert fresh.licence(line, month) == used.licence(line, month)
