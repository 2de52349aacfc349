"""How far chips are from the limits of a rule, and which vintages it has."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.chips import CUTTABLE, DescribedChip
from sim.domain.errors import RecordsError
from sim.domain.supply import CHINA
from sim.policy.headroom import nearest_limit, rule_vintages
from sim.policy.regime import Regime
from sim.policy.scope import reaches_any
from sim.presentation.headroom_chart import DENIED, FREE, IN_PART, verdict
from sim.records.law_files import read_instrument
from sim.records.trade_partners import chip_lines

SIZES = st.floats(1.0, 1e5)
TESTS = st.lists(
    st.dictionaries(st.sampled_from(CUTTABLE), SIZES, min_size=1).flatmap(
        lambda test: st.sampled_from([test, {**test, "data_centre": 1.0}])
    ),
    min_size=1,
    max_size=4,
)


@st.composite
def chips(draw):
    """Return a chip of any attributes."""
    tpp = draw(SIZES)
    return DescribedChip(
        name="any",
        designer="nvidia",
        tpp=tpp,
        die_area=100.0,
        interconnect=draw(SIZES),
        memory_bandwidth=draw(SIZES),
        price=1.0,
        data_centre=draw(st.sampled_from([0.0, 1.0])),
        density=draw(SIZES),
    )


@given(chips(), TESTS)
def test_a_ratio_of_one_or_more_is_caught_and_no_other(chip, tests):
    nearest = nearest_limit(chip, [("act", test) for test in tests])
    caught = nearest is not None and nearest.ratio >= 1.0
    assert caught == bool(reaches_any(chip, tuple(tests)))


@given(chips(), TESTS, st.floats(1.0, 10.0))
def test_a_faster_chip_is_never_farther_below(chip, tests, factor):
    faster = replace(chip, tpp=chip.tpp * factor)
    pairs = [("act", test) for test in tests]
    before, after = nearest_limit(chip, pairs), nearest_limit(faster, pairs)
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after.ratio >= before.ratio


def test_the_limit_that_decides_is_found_by_hand():
    chip = DescribedChip(
        name="A100",
        designer="nvidia",
        tpp=4992.0,
        die_area=826.0,
        interconnect=600.0,
        memory_bandwidth=2039.0,
        price=1.0,
        density=6.04,
    )
    first = nearest_limit(chip, [("rule", {"tpp": 4800, "interconnect": 600})])
    assert (first.attribute, first.ratio) == ("interconnect", 1.0)
    slower = replace(chip, interconnect=400.0)
    below = nearest_limit(slower, [("rule", {"tpp": 4800, "interconnect": 600})])
    assert below.ratio == pytest.approx(2 / 3)
    tests = [("a", {"tpp": 4800}), ("b", {"tpp": 1600, "performance_density": 1.6})]
    later = nearest_limit(slower, tests)
    assert (later.instrument, later.attribute) == ("b", "tpp")
    card = replace(chip, data_centre=0.0)
    assert nearest_limit(card, [("b", {"tpp": 1600, "data_centre": 1})]) is None


def act(name, effective, **fields):
    return read_instrument(
        name,
        {
            "kind": "performance_threshold",
            "title": "a test",
            "issuer": "USA",
            "announced": effective,
            "effective": effective,
            "scope": {"goods": ["ai_chip"], "destinations": ["CHN"]},
            "approval": 0.0,
            "reference": "none",
            "source": "a test",
            **fields,
        },
        where=name,
        error=RecordsError,
    )


def policy():
    """Return licences for what is denied, below a limit."""
    return read_instrument(
        "licences",
        {
            "kind": "licence_policy",
            "title": "a test",
            "issuer": "USA",
            "announced": "2025-01-01",
            "effective": "2025-01-01",
            "of": ["same"],
            "within": {"tpp": 20000},
            "approval": 0.5,
            "reference": "none",
            "source": "a test",
        },
        where="licences",
        error=RecordsError,
    )


def test_a_vintage_begins_when_the_answer_to_a_chip_changes(records):
    acts = [
        act("first", "2023-01-01", tests=[{"tpp": 10000}], end="2024-01-01"),
        act("same", "2024-01-01", tests=[{"tpp": 10000}]),
        act(
            "abroad", "2024-06-01", tests=[{"tpp": 1}], scope={"destinations": ["ARE"]}
        ),
        policy(),
    ]
    lines = chip_lines(records.facts, CHINA)
    law = Regime("mine", {each.id: each for each in acts})
    vintages = rule_vintages(law, lines)
    assert [each.since for each in vintages] == [date(2023, 1, 1), date(2025, 1, 1)]
    before, after = ({x.chip: verdict(x) for x in one.chips} for one in vintages)
    assert (before["H20"], before["H100"], before["B200"]) == (FREE, DENIED, DENIED)
    assert (after["H20"], after["H100"], after["B200"]) == (FREE, IN_PART, DENIED)
    assert vintages[1].licensed == (("licences", {"tpp": 20000.0}),)
    assert rule_vintages(Regime("none", {}), lines) == []
