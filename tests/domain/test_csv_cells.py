"""No text in a CSV file is a formula, and every text reads back as it was."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.csv_cells import cell_of_text, csv_text, text_of_cell

EXECUTED = tuple("=+-@\t\r")


@pytest.mark.parametrize("sign", EXECUTED)
def test_a_formula_becomes_a_text(sign):
    assert cell_of_text(f"{sign}HYPERLINK(1)") == f"'{sign}HYPERLINK(1)"


@pytest.mark.parametrize("number", ["-1", "+0.5", "-1e-3", "-.5", "-inf", "nan", "0"])
def test_a_number_stays_a_number(number):
    assert cell_of_text(number) == number


@given(st.text("'=+-@\t\r1x.e"))
def test_every_text_reads_back(text):
    cell = cell_of_text(text)
    assert text_of_cell(cell) == text
    is_number = cell[1:].replace(".", "").replace("e", "").strip("+-").isdecimal()
    assert not cell.startswith(EXECUTED) or is_number


def test_rows_are_plain_csv():
    rows = [["id", "title", "share"], ["a", '=1+1,"x"\ny', -0.5], ["b", None, True]]
    read = list(csv.reader(csv_text(rows).splitlines(keepends=True)))
    assert read == [
        ["id", "title", "share"],
        ["a", '\'=1+1,"x"\ny', "-0.5"],
        ["b", "", "True"],
    ]
