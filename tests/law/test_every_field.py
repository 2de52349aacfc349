"""No field of law is inert: another value of it moves something that law says."""

from dataclasses import fields
from datetime import date

import numpy as np
import pytest

from sim.domain.months import Month
from sim.domain.supply import Good
from sim.policy.applicable_law import LeakageShares
from sim.policy.exports import EntityListing
from sim.policy.instruments import Instrument
from sim.policy.kinds import KINDS
from sim.policy.law_ahead import announced_changes, quotas_on
from sim.policy.scope import Scope
from tests.law.test_answers import terms
from tests.law.trade import chip_line, regime, tool_ban, tool_line
from tests.worlds import unchecked


@pytest.fixture(autouse=True, scope="module")
def _quick():
    """Leave out type checks that other tests make."""
    with unchecked():
        yield


LEAK = LeakageShares(affiliates=0.3, facilities=0.3)
MONTH, DAY = Month(2023, 6), date(2023, 6, 15)
LINES = [
    chip_line("H100"),
    chip_line("H20"),
    tool_line("lam", "ymtc", "etch"),
    tool_line("asml", "smic_advanced", "engineers"),
    tool_line("tel", "smic_advanced", "etch"),
]
CHIPS = Scope(goods=frozenset({Good.AI_CHIP}))
LISTING = EntityListing(
    **terms("listing", scope=Scope(parties=frozenset({"ymtc"}))), approval=0.0
)
BAN = tool_ban("tool_ban")

CONTROL = {"approval": (0.25, 0.5), "coverage": (0.5, 0.75)}
OWN = {
    "performance_threshold": CONTROL | {"tests": (({"tpp": 1.0},), ({"tpp": 4800.0},))},
    "licence_policy": {
        "of": (("limit",), ()),
        "within": ({}, {"tpp": 4800.0}),
        "approval": (0.75, 1.0),
    },
    "entity_listing": CONTROL,
    "fdpr": CONTROL | {"exempt_origins": (frozenset({"JPN"}), frozenset())},
    "equipment_ban": CONTROL,
    "service_ban": CONTROL | {"reach": ({"NLD": 0.25}, {"NLD": 0.5})},
    "hbm_control": CONTROL,
    "cloud_control": CONTROL,
    "mineral_control": CONTROL,
    "affiliates_rule": {},
    "quota": {
        "cap": (10.0, 20.0),
        "unit": ("units", "h100e"),
        "per": ("country", "customer"),
        "period_months": (12, 6),
        "exception": (1.0, 2.0),
    },
    "revenue_share": {"share": (0.1, 0.2)},
    "home_priority": {"priority": (0.5, 1.0)},
    "end_use_enforcement": {
        "officers": (2.0, 3.0),
        "budget": (2.0, 3.0),
        "location_verification": (0.1, 0.2),
    },
    "truce": {"suspends": (("tool_ban",), ())},
    "import_discouragement": {"permit": (0.25, 0.5)},
    "procurement_mandate": {"domestic_share": (0.25, 0.5), "applies_to": (0.5, 0.75)},
    "subsidy": {"usd_million_a_month": (1.0, 2.0)},
}
"""Of each kind its own fields, with a value and another that says something else."""

SHARED = {
    "issuer": {"issuer": "JPN"},
    "effective": dict.fromkeys(("announced", "effective"), date(2024, 1, 1)),
    "end": {"end": date(2023, 6, 1)},
}
"""Fields that every kind has, with what is changed of an act to try them."""

WHOEVER_ISSUES = {"end_use_enforcement", "fdpr", "licence_policy", "truce"}
"""Kinds that do the same whoever issues them: they act by what they name."""


def built(kind, **changed):
    """Return a law with an instrument of a kind, and what that kind acts on."""
    own = {name: value for name, (value, _) in OWN[kind].items()}
    scope = (
        CHIPS
        if kind in {"quota", "revenue_share", "home_priority", "licence_policy"}
        else Scope()
    )
    given = terms("act", scope=scope) | own | changed
    if kind in {"subsidy", "procurement_mandate", "import_discouragement"}:
        given = given | {"issuer": changed.get("issuer", "CHN")}
    limit = KINDS["performance_threshold"](
        **terms("limit", scope=CHIPS), approval=0.0, tests=({"tpp": 1.0},)
    )
    beside = {
        "licence_policy": [limit],
        "affiliates_rule": [LISTING],
        "truce": [BAN],
    }
    return regime(KINDS[kind](**given), *beside.get(kind, []))


def said(law):
    """Return all that a law says in a month, as numbers and words."""
    book = law.book
    quotas = [quotas_on(book, line, DAY) for line in LINES]
    enforced = law.enforcement(MONTH)
    shares = [
        answer
        for line in LINES
        for answer in (
            law.licence(line, MONTH, LEAK),
            law.permit(line, MONTH),
            law.levy(line, MONTH),
            law.home_priority(line, MONTH),
            law.foreseen_access(line, DAY, LEAK),
        )
    ]
    shares += [enforced.officers, enforced.budget, enforced.location_verification]
    shares += [law.mandate(Good.ETCH, "CHN", MONTH), law.subsidy("CHN", MONTH)]
    ahead = [announced_changes(book, line, DAY) for line in LINES]
    return [float(np.mean(share)) for share in shares], quotas, ahead


def test_every_own_field_of_every_kind_is_tried():
    shared = {item.name for item in fields(Instrument)}
    for name, kind in KINDS.items():
        assert OWN[name].keys() == {x.name for x in fields(kind)} - shared, name


@pytest.mark.parametrize(
    ("kind", "field"), [(kind, field) for kind in OWN for field in OWN[kind]]
)
def test_another_value_of_an_own_field_changes_what_law_says(kind, field):
    _, other = OWN[kind][field]
    assert said(built(kind)) != said(built(kind, **{field: other}))


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (kind, field)
        for kind in KINDS
        for field in SHARED
        if field != "issuer" or kind not in WHOEVER_ISSUES
    ],
)
def test_another_issuer_or_day_changes_what_law_says(kind, field):
    assert said(built(kind)) != said(built(kind, **SHARED[field]))
