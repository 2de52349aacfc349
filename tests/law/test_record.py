"""The record of law: every file loads, every number is sourced, every kind matters."""

import csv
from dataclasses import fields
from datetime import date
from typing import get_args

import numpy as np
import pytest

from sim.domain.errors import RecordsError
from sim.domain.months import Month
from sim.domain.supply import Good
from sim.policy.applicable_law import NO_LEAKAGE, LeakageShares
from sim.policy.exports import ExportControl
from sim.policy.field_types import STATE_CODES, ConfidenceLevel
from sim.policy.imports import ImportDiscouragement
from sim.policy.kinds import KINDS
from sim.policy.law_of_day import law_of_day
from sim.records.law_files import (
    LAW,
    amended,
    as_mapping,
    load_law,
    read_instrument,
)
from sim.records.scenario_file import read_file
from sim.records.scenarios import load_scenario
from sim.records.trade_partners import TradePartners
from tests.law.sources import SCENARIOS, records
from tests.law.trade import chip_line, other_line, record, tool_line

LEAK = LeakageShares(affiliates=0.3, facilities=0.3)

HORIZON = [Month(2022, 1) + step for step in range(108)]

JUDGED = {
    "approval",
    "coverage",
    "permit",
    "applies_to",
    "officers",
    "budget",
    "usd_million_a_month",
}
"""Fields whose value is seldom written in a law."""

SELF_EVIDENT = (0.0, 1.0)
"""Denied, free, all of it: what an instrument says itself."""

INSTRUMENTS = record().instruments


def test_every_actor_named_by_the_law_exists():
    with (LAW.parent / "actors.csv").open(encoding="utf-8") as file:
        actors = {row["id"]: row["name"] for row in csv.DictReader(file)}
    assert load_law(actors=actors).instruments.keys() == INSTRUMENTS.keys()


def test_every_state_of_the_cast_may_be_named():
    with (LAW.parent / "actors.csv").open(encoding="utf-8") as file:
        assert {row["country"] for row in csv.DictReader(file)} - {""} <= set(
            STATE_CODES
        )


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_instrument_has_reference_source_and_confidence(name):
    item = INSTRUMENTS[name]
    assert item.title
    assert item.reference
    assert item.source
    assert item.confidence in get_args(ConfidenceLevel)


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_number_that_no_law_states_has_grounds(name):
    item = INSTRUMENTS[name]
    for field in fields(item):
        if field.name not in JUDGED:
            continue
        value = getattr(item, field.name)
        plain = all(number in SELF_EVIDENT for number in np.atleast_1d(value))
        if not isinstance(value, dict) and plain:
            continue
        grounds = item.grounds.get(field.name)
        assert grounds is not None, f"{name}.{field.name} = {value} has no grounds"
        assert grounds.note


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_an_instrument_can_be_written_and_read_again(name):
    item = INSTRUMENTS[name]
    content = as_mapping(item)
    assert read_instrument(name, content, where="here", error=RecordsError) == item


def test_the_law_after_the_last_date_of_the_record_is_carried_forward():
    last = date(2026, 11, 10)
    for item in record().book.in_force(date(2030, 12, 31)):
        assert item.announced < last
    ids = {item.id for item in record().book.in_force(date(2030, 12, 31))}
    assert "us_2025_09_affiliates" not in ids
    assert "us_2026_01_h200_rule" in ids


def test_what_is_suspended_is_known_to_be():
    in_force = {item.id for item in record().book.in_force(date(2026, 1, 1))}
    assert "cn_2024_12_minerals_ban" not in in_force
    assert "cn_2025_04_rare_earths" in in_force


LINES = [
    *(
        chip_line(chip, buyer=buyer)
        for chip in ("H100", "H20", "H200", "RTX Pro 6000D")
        for buyer in ("alibaba", "huawei_cloud", "cn_labs_other")
    ),
    chip_line("H200", buyer="hub_ae", destination="ARE"),
    *(
        tool_line(seller, fab, good)
        for seller in ("lam", "asml", "asmi", "tel")
        for fab in ("smic_advanced", "smic_mature", "huahong", "cxmt", "ymtc")
        for good in (
            "etch",
            "deposition",
            "duv_immersion",
            "euv",
            "process_control",
            "engineers",
            "spare_parts",
        )
    ),
    *(
        other_line(seller, origin, buyer, good, destination)
        for seller, origin, buyer, good, destination in (
            ("skhynix", "KOR", "huawei", "hbm", "CHN"),
            ("micron", "USA", "huawei", "hbm", "CHN"),
            ("skhynix", "KOR", "cn_designers_other", "hbm", "CHN"),
            ("tsmc", "TWN", "huawei", "logic_wafers", "CHN"),
            ("tsmc", "TWN", "cambricon", "logic_wafers", "CHN"),
            ("tsmc", "TWN", "cn_designers_other", "logic_wafers", "CHN"),
            ("eda_vendors", "USA", "huawei", "eda", "CHN"),
            ("eda_vendors", "USA", "cn_designers_other", "eda", "CHN"),
            ("megaspeed", "SGP", "alibaba", "cloud", "CHN"),
            ("cn_minerals", "CHN", "USA_industry", "minerals", "USA"),
            ("cn_minerals", "CHN", "JPN_industry", "minerals", "JPN"),
        )
    ),
]


def _answers(law, instrument):
    """Yield all that a law answers in some months that an instrument could touch."""
    kind = type(instrument)
    first = Month.of(instrument.announced)
    for month in [month for month in HORIZON if month >= first][1:40:5]:
        yield from _answers_in(law, kind, month)


def _answers_in(law, kind, month):
    if issubclass(kind, ImportDiscouragement):
        yield from (law.permit(line, month) for line in LINES)
    elif kind.kind == "quota":
        yield [item.id for item in law.quotas(month)]
    elif kind.kind == "revenue_share":
        yield from (law.levy(line, month) for line in LINES)
    elif kind.kind == "home_priority":
        yield from (law.home_priority(line, month) for line in LINES)
    elif kind.kind == "end_use_enforcement":
        yield from (law.enforcement(month), law.enforcement(month, "MYS"))
    elif kind.kind == "procurement_mandate":
        yield from (law.mandate(good, "CHN", month) for good in Good)
    elif kind.kind == "subsidy":
        yield law.subsidy("CHN", month)
    else:
        leak = LEAK if kind.kind in ("affiliates_rule", "truce") else NO_LEAKAGE
        yield from (law.licence(line, month, leak) for line in LINES)


def _matters(law, name):
    """Return whether a law answers anything else without an instrument."""
    instrument, rest = law.instruments[name], law.without([name])
    pairs = zip(_answers(law, instrument), _answers(rest, instrument), strict=True)
    return any(not np.array_equal(with_it, without) for with_it, without in pairs)


def test_every_kind_of_instrument_changes_some_line_in_the_record_or_a_scenario():
    laws = [record()]
    laws += [
        load_scenario(read_file(path), records(), name=path.stem).regime
        for path in SCENARIOS.glob("*.yaml")
    ]
    idle = set(KINDS)
    for law in laws:
        new = [key for key in law.instruments if key not in record().instruments]
        for name in new or law.instruments:
            kind = law.instruments[name].kind
            if kind in idle and _matters(law, name):
                idle.discard(kind)
    assert not idle


WITHOUT_LINES = {
    "us_2024_12_toolmakers": "what Chinese toolmakers buy abroad is not modelled",
    "us_2024_12_sme_fdpr": "no toolmaker of the model sits outside the exempt states",
    "us_2023_01_macau": "nobody in Macau buys",
    "us_2023_10_headquarters": "Chinese firms rent abroad and do not buy there",
    "us_2025_04_h20_letter_headquarters": "Chinese firms rent abroad",
    "us_2025_03_inspur": "who builds servers is not modelled",
    "us_2025_08_veu_end": "foreign fabs in China are not modelled",
}
"""Instruments kept for the reader, of which the lines are not modelled (yet)."""


def test_the_record_holds_no_instrument_that_touches_no_line():
    untouched = []
    for name, item in INSTRUMENTS.items():
        at_a_gate = isinstance(item, ExportControl | ImportDiscouragement)
        if at_a_gate and not any(item.may_apply_to(line) for line in LINES):
            untouched.append(name)
    assert set(untouched) == set(WITHOUT_LINES)


def test_what_was_checked_is_told_with_the_law_of_a_day_and_an_amendment_is_not():
    act = INSTRUMENTS["us_2024_12_hbm"]
    assert act.checked == date(2026, 12, 1)
    rows = list(law_of_day(record(), date(2025, 6, 1)).rows())
    assert f"       hbm_control; {act.reference}; checked 2026-12" in rows
    changes = {"approval": 0.5}
    amending = amended(act, changes, where="here", error=RecordsError)
    assert amending.checked is None


def test_the_licences_that_follow_a_headquarters_name_the_same_firms():
    """Each list has all Chinese actors that buy chips: a new one belongs into both."""
    lists = {
        name: act.scope.parties
        for name, act in INSTRUMENTS.items()
        if name.endswith("_headquarters")
    }
    assert len(lists) == 2
    partners = TradePartners(records().facts)
    buyers = partners.buyers(Good.AI_CHIP)
    chinese = {x for x in buyers if partners.actors[x].country == "CHN"}
    makers = set(partners.sellers(Good.AI_CHIP)) - set(
        partners.abroad(partners.sellers(Good.AI_CHIP))
    )
    assert len(set(lists.values())) == 1
    assert chinese | makers <= next(iter(lists.values()))
