"""Governments follow the record, and say so."""

from datetime import date

import numpy as np
import pytest

from sim.domain.months import Month
from sim.domain.supply import Good
from sim.policy.exports import MineralControl
from sim.policy.instruments import Adoption
from sim.policy.scope import Scope
from tests.agents.pairs import first_second, law, no_etchers, pair
from tests.strategies import each
from tests.worlds import run_until, the

BEGIN, JOIN, END = date(2022, 3, 1), date(2022, 6, 15), date(2022, 9, 1)


@pytest.fixture(scope="module")
def world(records):
    """A year with one American ban, which the Japanese join in June."""
    act = no_etchers(BEGIN)
    joined = type(act)(
        **{
            **vars(act),
            "announced": date(2022, 2, 1),
            "end": END,
            "approval": 0.0,
            "adopted_by": {"JPN": Adoption(since=JOIN)},
        }
    )
    return run_until(pair(records, law(joined)), Month(2022, 12))


def events_told(world, event):
    return [
        (str(each_event.month), each_event.actor)
        for each_event in world.events
        if each_event.event == event
    ]


def test_an_instrument_is_announced_made_and_lifted_once(world):
    assert events_told(world, "instrument announced") == [("2022-02", "gov_us")]
    assert events_told(world, "instrument effective") == [("2022-03", "gov_us")]
    assert events_told(world, "instrument lifted") == [("2022-09", "gov_us")]


def test_an_ally_joins_on_its_day(world):
    assert events_told(world, "ally joins") == [("2022-06", "gov_jp")]


def test_after_the_end_nothing_is_in_force(world):
    assert not the(world, "gov_us").instruments_in_force.any()


def test_an_allied_line_closes_when_the_ally_joins(records):
    act = no_etchers(BEGIN)
    joined = type(act)(**{**vars(act), "adopted_by": {"JPN": Adoption(since=JOIN)}})
    world = pair(records, law(joined))
    (line,) = [
        line
        for line in the(world, "tel").tool_lines
        if line.buyer == "smic_advanced" and str(line.good) == "etch"
    ]
    run_until(world, Month(2022, 5))
    assert first_second(line.gates.licence) == (1.0, 1.0)
    run_until(world, Month(2022, 7))
    assert first_second(line.gates.licence) == (1.0, 0.0)


def test_minerals_held_back_are_retaliation(records):
    act = MineralControl(
        id="gallium",
        title="No gallium",
        issuer="CHN",
        announced=BEGIN,
        effective=BEGIN,
        approval=each(1.0, 0.25),
        scope=Scope(goods=frozenset({Good.MINERALS})),
        reference="none",
        source="none",
    )
    world = run_until(pair(records, law(act)), Month(2022, 4))
    assert first_second(the(world, "gov_cn").retaliation) == (0.0, 0.75)
    for line in the(world, "cn_minerals").sales:
        free, held = first_second(line.orders.shipped)
        assert held == pytest.approx(0.25 * free)


def test_bad_news_frightens_and_fear_fades(records):
    world = run_until(pair(records, law(no_etchers(BEGIN))), Month(2022, 2))
    assert np.all(world.fear["tools"] == 0.0)
    run_until(world, Month(2022, 3))
    frightened = world.fear["tools"]
    run_until(world, Month(2022, 9))
    assert np.all(frightened > world.fear["tools"])
    assert np.all(world.fear["tools"] > 0.0)
    assert np.all(world.fear["chips"] < world.fear["tools"])
