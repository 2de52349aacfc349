"""The law month by month, and what the scenario did to it."""

from dataclasses import replace
from datetime import date

from sim.domain.months import Month
from sim.outcomes.standing import standing
from sim.policy.terms import Truce
from tests.outcomes.small_world import AFTER, BEFORE, SERVICE, US_TOOLS


def rows_of(scenario, baseline, month):
    return {row.instrument: row for row in standing(scenario, baseline, [month])}


def test_an_instrument_is_announced_then_in_force():
    assert "service_ban" not in rows_of(AFTER, BEFORE, Month(2025, 1))
    assert rows_of(AFTER, BEFORE, Month(2025, 6))["service_ban"].scenario == "announced"
    assert rows_of(AFTER, BEFORE, Month(2025, 7))["service_ban"].scenario == "in force"


def test_what_the_scenario_adds_removes_or_amends_is_marked():
    month = Month(2025, 8)
    assert rows_of(AFTER, BEFORE, month)["service_ban"].difference == "added"
    assert rows_of(BEFORE, AFTER, month)["service_ban"].difference == "removed"
    assert rows_of(AFTER, AFTER, month)["service_ban"].difference == ""
    later = AFTER.with_([replace(SERVICE, effective=date(2025, 12, 1))])
    row = rows_of(later, AFTER, month)["service_ban"]
    assert (row.scenario, row.baseline) == ("announced", "in force")
    assert row.difference == "amended"


def test_what_has_ended_stands_no_more():
    ended = BEFORE.with_([replace(US_TOOLS, end=date(2025, 5, 1))])
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
    )
    calm = BEFORE.with_([truce])
    row = rows_of(calm, BEFORE, Month(2025, 6))[US_TOOLS.id]
    assert (row.scenario, row.baseline) == ("suspended", "in force")
    assert rows_of(calm, BEFORE, Month(2026, 4))[US_TOOLS.id].scenario == "in force"
