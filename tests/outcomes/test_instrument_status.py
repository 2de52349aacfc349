"""The law month by month, and what the scenario did to it."""

from dataclasses import replace
from datetime import date

from sim.domain.months import Month
from sim.outcomes.instrument_status import instrument_status
from sim.policy.decisions import Decisions
from sim.policy.instruments import Adoption
from sim.policy.regime import Regime
from sim.policy.terms import Truce
from tests.outcomes.small_world import AFTER, BEFORE, SERVICE, US_TOOLS


def rows_of(scenario, baseline, month):
    return {
        row.instrument: row for row in instrument_status(scenario, baseline, [month])
    }


def test_an_instrument_is_announced_then_in_force():
    assert "service_ban" not in rows_of(AFTER, BEFORE, Month(2025, 1))
    assert rows_of(AFTER, BEFORE, Month(2025, 6))["service_ban"].scenario == "announced"
    assert rows_of(AFTER, BEFORE, Month(2025, 7))["service_ban"].scenario == "in force"


def test_what_the_scenario_adds_removes_or_amends_is_marked():
    month = Month(2025, 8)
    assert rows_of(AFTER, BEFORE, month)["service_ban"].difference == "added"
    assert rows_of(BEFORE, AFTER, month)["service_ban"].difference == "removed"
    assert rows_of(AFTER, AFTER, month)["service_ban"].difference == ""
    later = AFTER.with_instruments([replace(SERVICE, effective=date(2025, 12, 1))])
    row = rows_of(later, AFTER, month)["service_ban"]
    assert (row.scenario, row.baseline) == ("announced", "in force")
    assert row.difference == "amended"


def test_what_has_ended_stands_no_more():
    ended = BEFORE.with_instruments([replace(US_TOOLS, end=date(2025, 5, 1))])
    assert US_TOOLS.id in rows_of(ended, ended, Month(2025, 3))
    assert US_TOOLS.id not in rows_of(ended, ended, Month(2025, 5))


def test_a_truce_suspends():
    truce = Truce(
        id="truce",
        title="A truce",
        issuer="USA",
        announced=date(2025, 3, 1),
        effective=date(2025, 3, 1),
        end=date(2026, 3, 1),
        suspends=(US_TOOLS.id,),
        reference="none",
        source="none",
    )
    calm = BEFORE.with_instruments([truce])
    row = rows_of(calm, BEFORE, Month(2025, 6))[US_TOOLS.id]
    assert (row.scenario, row.baseline) == ("suspended", "in force")
    assert rows_of(calm, BEFORE, Month(2026, 4))[US_TOOLS.id].scenario == "in force"


def deciding(*states, **menu):
    asked = replace(
        US_TOOLS, announced=date(2025, 3, 1), adopted_by={"JPN": Adoption()}
    )
    asked = replace(asked, effective=date(2025, 4, 1))
    decisions = Decisions(frozenset(states), date(2025, 3, 1), menu=menu)
    return Regime("decided", {asked.id: asked}, decisions)


def test_an_act_that_its_issuer_decides_has_no_date_of_its_own():
    law = deciding("USA")
    assert US_TOOLS.id not in rows_of(law, law, Month(2025, 2))
    row = rows_of(law, law, Month(2025, 6))[US_TOOLS.id]
    assert (row.scenario, row.baseline) == ("decided", "decided")
    assert (row.announced, row.effective, row.end) == (date(2025, 3, 1), None, None)
    assert row.decided_by == "USA"


def test_an_act_that_others_may_join_is_in_force_and_says_who_decides():
    law = deciding("JPN")
    row = rows_of(law, law, Month(2025, 6))[US_TOOLS.id]
    assert (row.scenario, row.decided_by) == ("in force", "JPN")
    assert row.effective == date(2025, 4, 1)


def test_an_act_left_to_its_issuer_differs_from_one_that_is_dated():
    row = rows_of(deciding("USA"), deciding(), Month(2025, 6))[US_TOOLS.id]
    assert (row.scenario, row.baseline) == ("decided", "in force")
    assert row.difference == "decided"


def test_an_act_of_the_menu_is_listed():
    extra = replace(SERVICE, id="menu", issuer="USA", announced=date(2025, 5, 1))
    row = rows_of(deciding("USA", menu=extra), deciding(), Month(2025, 6))["menu"]
    assert (row.scenario, row.baseline, row.difference) == ("decided", "", "added")
