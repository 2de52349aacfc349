"""Patterns of history and figures of others: every row can be read off a run."""

from pathlib import Path

import pytest

from sim.domain.months import Month
from sim.outcomes.measures import MEASURES
from sim.records.pattern_rows import COLUMNS_OF_READING, Pattern, Published
from tests.records.test_broken import rewritten, set_cell

PATTERNS = "history/patterns.csv"
FIGURES = "history/published.csv"
SCENARIOS = Path(__file__).parents[2] / "scenarios"
UNITS = {each.name: each.unit for each in MEASURES}


@pytest.fixture
def patterns(records):
    return records.facts.rows(Pattern)


@pytest.fixture
def figures(records):
    return records.facts.rows(Published)


def test_every_pattern_of_history_is_described(patterns):
    told = {row.pattern for row in patterns}
    assert told == {f"P{number}" for number in range(1, 14)}


def test_a_pattern_bears_the_name_of_its_number(patterns):
    for row in patterns:
        assert row.id.startswith(f"{row.pattern}_"), row.id


def test_every_kind_of_reading_is_used(patterns):
    assert {row.reading for row in patterns} == set(COLUMNS_OF_READING)


def test_readings_speak_of_measures_in_their_own_unit(patterns, figures):
    for row in [*patterns, *figures]:
        if row.measure:
            expected = "ratio" if row.reading == "ratio" else UNITS[row.measure]
            assert row.unit == expected, row.id


def test_readings_speak_of_scenarios_that_are_shipped(patterns, figures):
    shipped = {path.stem for path in SCENARIOS.glob("*.yaml")}
    for row in [*patterns, *figures]:
        named = {row.scenario, getattr(row, "against", "")} - {""}
        assert named <= shipped, row.id


def test_governments_decide_where_their_lags_are_read(patterns):
    assert {row.scenario for row in patterns if row.pattern == "P4"} == {
        "decided_history"
    }


def test_patterns_lie_in_the_years_of_the_record(patterns):
    for row in patterns:
        for month in (row.first, row.last, row.base_first, row.base_last):
            if month is not None:
                assert Month(2022, 1) <= Month.parse(month) <= Month(2025, 7), row.id


def test_events_named_are_in_the_law(records, patterns):
    for row in patterns:
        if row.event == "instrument effective":
            assert row.subject in records.law.instruments, row.id


def test_no_figure_stands_without_an_answer_or_a_reason(figures):
    assert sum(bool(row.reading) for row in figures) >= 25
    assert all(bool(row.reading) != bool(row.no_answer) for row in figures)


def test_a_band_may_be_open_at_one_end(patterns):
    wafers = next(row for row in patterns if row.id == "P5_wafers")
    assert wafers.contains(100.0)
    assert not wafers.contains(1.4)


def test_both_ends_lie_in_the_band(patterns):
    japan = next(row for row in patterns if row.id == "P4_japan")
    assert [japan.contains(months) for months in (8.9, 9.0, 11.0, 11.1)] == [
        False,
        True,
        True,
        False,
    ]


# --- broken tables --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("actor", "nvidia", "a reading 'months to event' needs no actor"),
        ("base_first", "", "a reading 'months to event' needs base_first"),
        ("high", "0.5", "low and high must rise"),
        ("base_first", "soon", "base_first: 'soon' is not a date"),
        ("reading", "median", "must be 'value', 'mean', 'sum', 'ratio', "),
    ],
)
def test_a_pattern_that_cannot_be_read(data, refused, column, value, says):
    set_cell(data / PATTERNS, column, value)
    assert refused().startswith("patterns.csv, row 2, ")
    assert says in refused()


def test_a_pattern_without_a_band(data, refused):
    set_cell(data / PATTERNS, "low", "")
    set_cell(data / PATTERNS, "high", "")
    assert refused() == "patterns.csv, row 2, the row: a band needs an end"


def test_a_period_that_ends_before_it_begins(data, refused):
    set_cell(data / PATTERNS, "last", "2022-01", row=9)
    assert refused() == ("patterns.csv, row 9, the row: 2022-01 lies before 2022-02")


def test_a_return_on_a_day_without_returns(data, refused, patterns):
    number = [row.reading for row in patterns].index("return") + 2
    set_cell(data / PATTERNS, "event", "E22_2025-01-28", row=number)
    assert refused() == (
        f"patterns.csv, row {number}, event: event_returns.csv has no "
        "'E22_2025-01-28'; did you mean 'E22_2025-01-27'?"
    )


@pytest.mark.parametrize("table", [PATTERNS, FIGURES])
def test_a_name_that_stands_there_twice(data, refused, table):
    rewritten(data / table, lambda rows: [*rows[:2], *rows[1:]])
    assert refused().endswith("appears twice")


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (
            {"no_answer": "none"},
            "give either a reading or a reason why there is none",
        ),
        ({"scenario": ""}, "a reading needs a scenario, and a scenario a reading"),
        ({"mid": "1e9"}, "low, mid and high must rise"),
        ({"reading": "return"}, "reading 'return' is none of 'value', 'mean', 'sum'"),
        ({"last": ""}, "a reading 'sum' needs last"),
    ],
)
def test_a_figure_that_cannot_be_read(data, refused, cells, says):
    for column, value in cells.items():
        set_cell(data / FIGURES, column, value)
    assert refused() == f"published.csv, row 2, the row: {says}"
