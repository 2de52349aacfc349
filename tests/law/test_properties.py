"""Properties of any law that may be written."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.months import Month
from sim.domain.supply import Good
from sim.policy.applicable_law import LeakageShares
from sim.policy.exports import EntityListing, EquipmentBan, PerformanceThreshold
from sim.policy.instruments import Adoption
from sim.policy.scope import Facilities, Scope
from tests.law.trade import CHIPS, chip_line, regime, tool_line

ROUNDING = 1e-12

days = st.integers(0, 900).map(lambda n: date(2023, 1, 1) + timedelta(days=n))
shares = st.floats(0.0, 1.0)
months = st.integers(0, 35).map(lambda n: Month(2023, 1) + n)
leakages = st.tuples(shares, shares)

SCOPES = [
    Scope(goods=frozenset(goods), facilities=facilities)
    for goods in ((), (Good.ETCH,), (Good.AI_CHIP,))
    for facilities in Facilities
]


@st.composite
def controls(draw, kinds=(EquipmentBan, EntityListing, PerformanceThreshold)):
    kind = draw(st.sampled_from(kinds))
    effective = draw(days)
    length = draw(st.none() | st.integers(0, 500))
    fields = {
        "id": draw(st.uuids().map(str)),
        "title": "t",
        "reference": "none",
        "source": "none",
        "issuer": draw(st.sampled_from(["USA", "NLD"])),
        "announced": effective - timedelta(days=draw(st.integers(0, 200))),
        "effective": effective,
        "end": None if length is None else effective + timedelta(days=length),
        "approval": draw(shares),
        "coverage": draw(shares),
        "scope": draw(st.sampled_from(SCOPES)),
    }
    if draw(st.booleans()):
        joined = draw(st.integers(0, 300))
        since = effective + timedelta(days=joined)
        fields["adopted_by"] = {"NLD": (since, draw(shares))}
    if kind is PerformanceThreshold:
        fields["tests"] = ({"tpp": draw(st.floats(1000, 20_000))},)
    return kind, fields


def enacted(*controls):
    """Return the law that controls make (built outside the strategy)."""
    return regime(*(kind(**_joined(fields)) for kind, fields in controls))


def _joined(fields):
    joined = {
        state: Adoption(since=since, share=share)
        for state, (since, share) in fields.get("adopted_by", {}).items()
    }
    return fields | {"adopted_by": joined}


lines = st.sampled_from(
    [
        tool_line("lam", "ymtc", "etch"),
        tool_line("asml", "smic_mature", "etch"),
        *(chip_line(name) for name in CHIPS),
    ]
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
