"""Any law that may be written, any line and any month, for property tests."""

from datetime import date, timedelta

from hypothesis import strategies as st

from sim.domain.months import Month
from sim.domain.supply import Good
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
