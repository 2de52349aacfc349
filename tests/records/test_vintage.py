"""A vintage knows what was known by a month, and says what it cannot undo."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.domain.errors import ScenarioError, SettingsError
from sim.domain.months import Month
from sim.outcomes.measures import MEASURES
from sim.policy.instruments import Adoption
from sim.policy.regime import Regime
from sim.records.chip_rows import ChipRow, DesignerYear, DomesticChipRow, SupplyQuarter
from sim.records.column_types import last_month_of
from sim.records.facts import TABLES
from sim.records.history_rows import Observation
from sim.records.row import Row
from sim.records.scenarios import load_scenario
from sim.records.tables import ActorRow
from sim.records.vintage import (
    as_known,
    first_month,
    hindsight,
    law_as_of,
)
from tests.worlds import built, run_until, the

END = Month(2024, 12)
MONTHS = [Month(2023, 3), Month(2024, 2), END, Month(2025, 6), Month(2026, 12)]

TIMES = {"year", "quarter_end", "date", "launch", "end", "announced"}
"""Columns that say that a row is about a time."""


@pytest.fixture(scope="module")
def cut(records):
    return as_known(records, END)


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_nothing_that_was_known_only_later_is_seen(records, month):
    known = as_known(records, month)
    acts = [*known.law.instruments.values(), *known.menu.values()]
    assert all(act.announced <= month.last_day for act in acts)
    rows = [row for table in known.facts.tables.values() for row in table]
    assert all(row.known_by is None or row.known_by <= month for row in rows)


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_all_that_was_known_is_seen(records, month):
    known = as_known(records, month)
    for name, rows in records.facts.tables.items():
        earlier = [r for r in rows if r.known_by is None or r.known_by <= month]
        assert list(known.facts.tables[name]) == earlier
    earlier = {
        key
        for key, act in records.law.instruments.items()
        if act.announced <= month.last_day
    }
    assert known.law.instruments.keys() == earlier


@pytest.mark.parametrize("kind", TABLES.values(), ids=TABLES)
def test_a_table_about_times_says_when_its_rows_were_known(kind: type[Row]):
    """A new table with a column of time must say so, or a vintage would see it all."""
    timeless = kind.known_by is Row.known_by
    assert not (timeless and TIMES & kind.model_fields.keys())


def test_a_year_is_known_when_it_is_over_and_a_quarter_too(records, cut):
    assert max(row.year for row in cut.facts.rows(DesignerYear)) == 2024
    before = as_known(records, END + -1)
    assert max(row.year for row in before.facts.rows(DesignerYear)) == 2023
    assert before.facts.rows(SupplyQuarter)[-1].quarter_end == "2024-09"


def test_a_chip_that_is_announced_is_known_before_it_is_sold(cut):
    chips = {row.chip: row.launch for row in cut.facts.rows(ChipRow)}
    assert chips["B200"] == "2025-01"
    assert "B300" not in chips
    at_home = {row.chip for row in cut.facts.rows(DomesticChipRow)}
    assert "Ascend 910C" in at_home
    assert not at_home & {"Ascend 950", "Siyuan 690"}


def test_an_end_and_an_adoption_that_came_later_are_not_known(records):
    act = replace(
        records.law.instruments["us_2024_12_hbm"],
        end=date(2025, 6, 1),
        adopted_by={"NLD": Adoption(since=date(2025, 3, 1)), "JPN": Adoption()},
    )
    known = law_as_of(Regime("test", {act.id: act}), END.last_day).instruments[act.id]
    assert known.end is None
    assert set(known.adopted_by) == {"JPN"}


def test_the_news_of_the_next_month_is_not_heard(cut, records):
    for known, heard in ((records, True), (cut, False)):
        world = built(known)
        run_until(world, Month(2025, 1))
        sources = {move.source for move in world.beliefs.changes}
        assert ("deepseek_r1" in sources) == heard


def test_until_the_middle_of_the_last_year_history_is_the_same(records, cut):
    """From there on yearly books lie between a known year and an unknown one."""
    whole, short = (run_until(built(known), Month(2024, 6)) for known in (records, cut))
    for measure in MEASURES:
        seen, again = measure.read(whole), measure.read(short)
        assert seen.keys() == again.keys()
        assert all(np.array_equal(seen[key], again[key]) for key in seen), measure.name


def test_after_its_record_supply_grows_by_what_was_thought_likely_then(records, cut):
    world = built(cut, fixed={"vintage.supply_growth": 2.0}, off=("ai_investment",))
    run_until(world, Month(2025, 12))
    record = cut.facts.rows(SupplyQuarter, designer="nvidia")[-1].outside_china
    assert the(world, "nvidia").supply.usual == pytest.approx([2.0 * record] * 2)


@pytest.mark.parametrize("month", [Month(2022, 1), Month(2023, 2)], ids=str)
def test_so_early_that_no_history_can_start_it_is_refused(records, month):
    assert first_month(records.facts) == Month(2023, 3)
    with pytest.raises(SettingsError, match=f"as_of={month} lies before 2023-03, "):
        as_known(records, month)


def test_the_earliest_vintage_can_be_built_and_run(records):
    world = run_until(
        built(as_known(records, first_month(records.facts))), Month(2024, 1)
    )
    assert (the(world, "nvidia").revenue > 0.0).all()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"regime": {"remove": ["us_2025_04_h20_letter"]}}, "regime.remove"),
        ({"regime": {"amend": {"us_2025_04_h20_letter": {"end": None}}}}, "regime.am"),
        (
            {"decisions": {"instruments": {"us_menu_service": "endogenous"}}},
            "decisions.instruments",
        ),
    ],
)
def test_a_scenario_that_names_later_law_is_refused_in_one_line(cut, changes, place):
    asked = {"question": "What?", "source": "a test", **changes}
    with pytest.raises(
        ScenarioError, match=f"{place}.* and is not known as of 2024-12"
    ):
        load_scenario(asked, cut, name="mine")


def test_a_scenario_adds_its_own_law_to_that_of_the_vintage(cut):
    act = {
        "kind": "service_ban",
        "title": "None",
        "issuer": "USA",
        "announced": "2025-02-01",
        "effective": "2025-07-01",
        "approval": 0.0,
        "reference": "none",
        "source": "a test",
    }
    asked = {"question": "?", "source": "a test", "regime": {"add": {"mine": act}}}
    law = load_scenario(asked, cut, name="mine").regime.instruments
    assert law.keys() - cut.law.instruments.keys() == {"mine"}


def test_a_vintage_holds_what_was_observed_by_then_and_all_of_it(records, cut):
    every, held = records.facts.rows(Observation), cut.facts.rows(Observation)
    later = [row for row in every if row not in held]
    assert [row for row in every if row in held] == held
    assert max(row.end for row in held) <= END.last_day
    assert min(row.end for row in later) > END.last_day


def test_what_was_set_later_is_listed(cut, records):
    known = hindsight(cut)
    assert known is not None
    assert "lab.budget_growth_2026" in known.assumptions
    assert "smic.n2.defect_density_2024" not in known.assumptions
    assert not any(name.startswith("vintage.") for name in known.assumptions)
    assert known.facts["prospects"] > 0
    assert not {"vendor_books", "news", "actors"} & known.facts.keys()
    assert f"{len(known.assumptions)} of {len(records.assumptions)}" in known.summary()
    assert hindsight(records) is None


@pytest.mark.parametrize(
    ("words", "month"),
    [
        ("2022-2026", "2026-12"),
        ("2024-06", "2024-06"),
        ("2025", "2025-12"),
        ("2025-02-24", "2025-02"),
        ("2020-2025", "2025-12"),
    ],
)
def test_the_date_of_a_number_is_the_last_month_that_it_speaks_of(words, month):
    assert str(last_month_of(words)) == month


def test_actors_have_no_number_that_could_have_been_set_later(records):
    assert all(
        not isinstance(value, float)
        for row in records.facts.rows(ActorRow)
        for _, value in row
    )
