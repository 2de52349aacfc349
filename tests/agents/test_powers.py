"""Washington and Beijing decide, draw by draw, and what they decide has its effect."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.domain.months import Month
from sim.domain.supply import Good
from sim.policy.decisions import Decisions
from sim.policy.exports import MineralControl, PerformanceThreshold
from sim.policy.regime import Regime
from sim.policy.scope import Scope
from tests.agents.pairs import pair
from tests.strategies import each
from tests.worlds import built, line_of, months_until, run_until, the

SINCE = date(2022, 3, 1)
SECOND = each(0, 1) > 0.0

RULE = PerformanceThreshold(
    id="rule",
    title="No fast chips",
    issuer="USA",
    announced=SINCE,
    effective=SINCE,
    reference="rule",
    scope=Scope(goods=frozenset({Good.AI_CHIP}), destinations=frozenset({"CHN"})),
    tests=({"tpp": 4_800.0, "interconnect": 600.0},),
    approval=0.0,
    source="none",
)

PAUSE = MineralControl(
    id="pause",
    title="No minerals for two months",
    issuer="CHN",
    announced=SINCE,
    effective=SINCE,
    end=date(2022, 5, 1),
    reference="minerals",
    scope=Scope(goods=frozenset({Good.MINERALS})),
    approval=0.0,
    source="none",
)

LICENCES = replace(PAUSE, id="licences", title="Fewer minerals", end=None, approval=0.6)


def deciding(*acts, states=("USA", "CHN")):
    """Return a law of a few acts that are to be decided on."""
    known = {act.id: act for act in acts}
    chosen = {(act.id, act.issuer): True for act in acts if act.issuer in states}
    return Regime("test", known, Decisions(frozenset(), SINCE, chosen))


def agree(world, name, where=SECOND):
    """Let an act be decided in some draws, and bind from the next month on."""
    for motion in world.motions:
        if motion.act.id == name:
            motion.ask(where, world.month)
            motion.agree(where, world.month + -1, world.zeros(), world.zeros())


# --- a rule on chips that is decided in one draw alone --------------------------------


@pytest.fixture(scope="module")
def ruled(records):
    """Two draws alike; the rule is decided in the second alone."""
    law = deciding(RULE)
    world = pair(records, law, us__decision_rate=(1e-9, 1e-9))
    run_until(world, Month(2022, 8))
    agree(world, "rule")
    return run_until(world, Month(2023, 8))


def test_a_rule_that_is_decided_brings_a_compliant_chip(ruled):
    links = the(ruled, "nvidia").lineup.offer.chip.interconnect
    assert links[1] < 600.0


def test_where_it_is_not_decided_the_offer_is_as_without_the_rule(records, ruled):
    free = run_until(pair(records, us__decision_rate=(1e-9, 1e-9)), Month(2023, 8))
    first_result, second_result = the(ruled, "nvidia"), the(free, "nvidia")
    for name in ("tpp", "interconnect", "memory_bandwidth", "price"):
        there = getattr(second_result.lineup.offer.chip, name)
        assert getattr(first_result.lineup.offer.chip, name)[0] == there[0], name
    assert first_result.china_chip_revenue[0] == second_result.china_chip_revenue[0]
    assert first_result.china_chip_revenue[0] != first_result.china_chip_revenue[1]


def test_the_design_is_reported_in_that_draw_alone(ruled):
    designed = [x for x in ruled.events if x.event == "compliant chip designed"]
    assert designed
    for event in designed:
        assert list(event.where) == [False, True]


# --- minerals -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def withheld(records):
    """By month, what leaves for America where Beijing has decided to hold back."""
    law = deciding(PAUSE, LICENCES)
    never = {"china__decision_rate": (1e-9, 1e-9)}
    world = pair(records, law, **never)
    run_until(world, Month(2022, 6))
    agree(world, "pause")
    agree(world, "licences")
    licence = {}
    for month in months_until(world, Month(2022, 12)):
        line = line_of(world, "cn_minerals", "USA_industry", "minerals")
        licence[str(month)] = tuple(np.round(line.gates.licence, 6))
    return world, licence


def test_an_act_made_for_a_time_ends_after_its_length(withheld):
    _, licence = withheld
    assert licence["2022-07"] == licence["2022-08"] == (1.0, 0.0)
    assert licence["2022-09"] == licence["2022-12"] == (1.0, 0.6)


def test_its_end_is_reported_once_and_in_that_draw(withheld):
    world, _ = withheld
    told = [event for event in world.events if event.event == "instrument lifted"]
    assert [(str(x.month), x.subject, list(x.where)) for x in told] == [
        ("2022-09", "pause", [False, True])
    ]
    [pause] = [motion for motion in world.motions if motion.act.id == "pause"]
    assert list(np.isfinite(pause.refused)) == [False, True]


def test_minerals_are_dearer_where_they_are_held_back(withheld):
    world, _ = withheld
    price = world.mineral_price["USA"]
    assert price[0] == 1.0
    assert price[1] > 1.1
    assert world.minerals_withheld[0] == 0.0 < world.minerals_withheld[1]


def test_what_lasts_stands_for_its_package(withheld):
    """A control can be taken back after the pause that came with it has ended."""
    world, _ = withheld
    china = the(world, "gov_cn")
    [package] = china._packages()
    assert [motion.act.id for motion in package] == ["licences", "pause"]
    assert list(package[0].is_binding(world.month)) == [False, True]
    assert not package[1].is_binding(world.month).any()


# --- what moves them ------------------------------------------------------------------


def decided(records, act, **fixed):
    """Return the share of draws in which an act has been decided."""
    names = {name.replace("__", "."): value for name, value in fixed.items()}
    world = built(records, regime=deciding(act), draws=200, fixed=names)
    run_until(world, Month(2023, 6))
    return float(np.mean([motion.is_agreed for motion in world.motions]))


def test_a_greater_threat_makes_washington_act(records):
    calm, alarmed = (
        decided(records, RULE, us__initial_threat=threat, us__perception_months=1_000.0)
        for threat in (0.0, 1.0)
    )
    assert alarmed > calm + 0.05


def test_a_graver_act_is_rarer(records):
    mild, grave = (decided(records, RULE, us__ladder_span=span) for span in (0.0, 5.0))
    assert mild > grave + 0.05


def test_resentment_makes_beijing_answer(records):
    """A move against China is resented, and weighed more or less."""
    move = replace(
        RULE, id="move", announced=date(2022, 2, 1), effective=date(2022, 2, 1)
    )
    shares = []
    for weight in (0.0, 3.0):
        law = deciding(move, LICENCES, states=("CHN",))
        world = built(
            records,
            regime=law,
            draws=200,
            fixed={"china.resentment_weight": weight, "china.decision_rate": 0.4},
        )
        run_until(world, Month(2022, 8))
        shares.append(float(np.mean([m.is_agreed for m in world.motions])))
    assert shares[1] > shares[0] + 0.05
