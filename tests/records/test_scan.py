"""A sample of the scan of the data: what is wrong is one line, the rest is read."""

from itertools import islice

import pytest

from sim.records.facts import TABLES
from tests.records.data_cases import REFUSED, SAME, SOURCES, Case, read, with_rows
from tests.records.scan import WRONG, Scan
from tests.worlds import unchecked

EVERY = 151
"""One case in so many is tried here; the scan tries all."""

STEP = 37
"""Cases by which the first of a file lies behind that of the file before."""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """What comes of a case, in a copy of the data that is whole again afterwards."""
    scan = Scan(tmp_path_factory.mktemp("scan") / "data", months=0)
    with unchecked():
        yield scan.outcome


@pytest.mark.parametrize("file", SOURCES)
def test_a_copy_that_is_wrong_is_refused_and_one_that_only_differs_is_read(
    outcome, file
):
    first = list(SOURCES).index(file) * STEP % EVERY
    for case in islice(SOURCES[file](file), first, None, EVERY):
        came = outcome(case)
        assert came.result != WRONG, (str(case), came.line)


def test_whatever_becomes_of_a_file_as_a_whole_is_one_line_or_nothing(outcome):
    cases = [x for x in SOURCES["labs.csv"]("labs.csv") if x.place == "the file"]
    came = {case.kind: outcome(case) for case in cases}
    assert {kind: x.result for kind, x in came.items()} == {
        x.kind: x.due for x in cases
    }
    assert {REFUSED, SAME} == {case.due for case in cases}
    lines = {kind: x.line for kind, x in came.items() if x.result == REFUSED}
    assert lines["gone"] == "labs.csv: there is no such file"
    assert lines["empty"] == lines["blank"] == "labs.csv: is empty"
    assert lines["header alone"] == "labs.csv: the table has no rows"
    assert lines["tabs"] == (
        "labs.csv: its cells are separated by tabs; save it with commas"
    )
    assert lines["UTF-16"] == lines["not UTF-8"] == "labs.csv: is not text in UTF-8"
    assert lines["NUL in a row"] == (
        "labs.csv, row 8, note: holds a line break or a control character (U+0000)"
    )
    assert lines["column without a name"] == (
        "labs.csv, row 2: has not as many cells as the header"
    )


@pytest.mark.parametrize("name", [*TABLES, "assumptions"])
def test_a_row_that_is_there_twice_is_refused_in_every_table(outcome, name):
    table = read(f"{name}.csv")
    twice = with_rows(table, 1, table[1], table[1])
    came = outcome(Case(f"{name}.csv", "row doubled", "row 2", twice, REFUSED))
    file = f"{name}.csv".rpartition("/")[2]
    assert came.line.startswith(f"{file}, row 3: '")
    assert came.line.endswith("' appears twice")


@pytest.mark.parametrize("kind", TABLES.values())
def test_every_table_says_which_rows_are_of_the_same_thing(kind):
    assert kind.key
    assert set(kind.key) <= set(kind.model_fields)
