"""Rows that contradict themselves or one another are refused in plain words."""

import csv
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from sim.domain.errors import RecordsError
from sim.records.actor_tables import check_actors
from sim.records.facts import Facts
from sim.records.history import check_history
from sim.records.history_rows import ExchangeRate
from sim.records.market_rows import SupplierYear
from sim.records.pattern_rows import Published
from sim.records.tables import StartStockRow
from sim.records.text_file import read_text, reading_fault
from sim.records.validation_words import short
from sim.tasks.reading_checks import check_readings
from tests.records.test_broken import rewritten, set_cell

ROOT = Path(__file__).parents[2]
NO_READING = {
    **dict.fromkeys(("reading", "measure", "actor", "scenario"), ""),
    **dict.fromkeys(("first", "last")),
}


@pytest.mark.parametrize(
    ("kind", "cells", "says"),
    [
        (ExchangeRate, {"end": "2021-06-30"}, "end 2021-06-30 lies before start 2022-"),
        (
            SupplierYear,
            {"revenue": 5.0, "china_revenue": 6.0},
            "china_revenue is a part of revenue, and is above it",
        ),
        (
            StartStockRow,
            {"owner": "CHN", "designer": "nvidia"},
            "the owner CHN has one row for all designers",
        ),
        (
            Published,
            {**NO_READING, "no_answer": "none", "against": "baseline"},
            "against needs a reading",
        ),
    ],
)
def test_a_row_that_contradicts_itself(records, kind, cells, says):
    right = records.facts.rows(kind)[0].model_dump()
    assert kind.model_validate(right).model_dump() == right
    with pytest.raises(ValidationError, match=re.escape(says)):
        kind.model_validate({**right, **cells})


def without(path, *starts):
    """Leave out the rows of a table that begin with one of some words."""
    rewritten(path, lambda rows: [row for row in rows if row[0] not in starts])


def change_family(data):
    set_cell(data / "history/observations.csv", "family", "chip_sales", row=3)


def leave_out_a_spread(data):
    without(data / "history/discrepancies.csv", "spread.tool_sales")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            change_family,
            "observations.csv, row 3, family: china_system_sales of asml is of "
            "'tool_sales' in another row",
        ),
        (
            leave_out_a_spread,
            "discrepancies.csv: there is no row for 'spread.tool_sales', and series of "
            "this family are observed; add it",
        ),
    ],
)
def test_observations_that_do_not_fit_together(data, change, says):
    change(data)
    with pytest.raises(RecordsError) as refused:
        check_history(Facts(data))
    assert str(refused.value) == says


def leave_out_the_start(data):
    without(data / "start_stocks.csv", "CHN")


def take_budgets_away(data):
    def change(rows):
        share, openness = (rows[0].index(x) for x in ("budget_share", "openness"))
        for row in rows:
            row[share] = "0" if row[openness] == "true" else row[share]
        return rows

    rewritten(data / "labs.csv", change)


def move_to_another_node(data):
    set_cell(data / "fabs.csv", "node", "28nm")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            leave_out_the_start,
            "start_stocks.csv: no row for CHN, what laboratories in China have in use "
            "at the start; add it",
        ),
        (
            take_budgets_away,
            "labs.csv, budget_share: is 0 in every row of openness true; give at least "
            "one more",
        ),
        (move_to_another_node, "fabs.csv: 'smic_advanced' must be at node '7nm'"),
    ],
)
def test_actors_that_no_world_could_hold(records, data, change, says):
    change(data)
    with pytest.raises(RecordsError) as refused:
        check_actors(Facts(data), [row.name for row in records.assumptions])
    assert str(refused.value) == says


SCENARIOS = {path.stem for path in (ROOT / "scenarios").glob("*.yaml")}


@pytest.mark.parametrize(
    ("table", "column", "value", "says"),
    [
        ("patterns", "scenario", "baselin", "'baselin' is not known; did you mean "),
        ("patterns", "measure", "frontier_lag", "'frontier_lag' is not known"),
        ("patterns", "event", "ally join", "'ally join' is not known; did you mean "),
        ("observations", "unit", "USD", "must be 'USD million', not 'USD'"),
        ("published", "against", "bseline", "'bseline' is not known; did you mean "),
    ],
)
def test_a_row_of_history_names_what_the_model_has(data, table, column, value, says):
    rows = Facts(data).tables[f"history/{table}"]
    number = next(n for n, row in enumerate(rows, 2) if getattr(row, column))
    set_cell(data / f"history/{table}.csv", column, value, row=number)
    with pytest.raises(RecordsError) as refused:
        check_readings(Facts(data), SCENARIOS)
    assert str(refused.value).startswith(f"{table}.csv, row {number}, {column}: {says}")


# --- files ----------------------------------------------------------------------------


def test_a_file_is_read_up_to_its_bound(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"\xef\xbb\xbf" + 2045 * b"a")
    assert read_text(path, 2048) == 2045 * "a"
    with pytest.raises(ValueError, match=r"^it is larger than 1 kB$"):
        read_text(path, 1024)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (FileNotFoundError(2, "No such file or directory"), "there is no such file"),
        (IsADirectoryError(21, "Is a directory"), "is a folder, not a file"),
        (PermissionError(13, "Permission denied"), "cannot be read, permission denied"),
        (OSError("odd"), "cannot be read, odd"),
        (csv.Error("Bad quote"), "cannot be read as a table, Bad quote"),
        (ValueError("It is large"), "cannot be read, it is large"),
    ],
)
def test_a_fault_of_reading_in_plain_words(error, says):
    assert reading_fault(error) == says


def test_a_long_value_is_quoted_in_part():
    assert short("x" * 61) == f"'{'x' * 56}...'"
    assert short("x" * 60) == f"'{'x' * 60}'"
