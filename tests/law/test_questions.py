"""The record of law answers questions that were answered by hand."""

from datetime import date

import pytest

from sim.settings.schema import Query
from sim.tasks.law_sales import sales_of
from tests.law.questions import PAGE, asked, page, questions
from tests.law.sources import records
from tests.law.trade import record
from tests.worlds import unchecked


@pytest.fixture(autouse=True, scope="module")
def _quick():
    """Leave out type checks that other tests make."""
    with unchecked():
        yield


def named(row):
    """Return a question under a name that says what is asked."""
    name = f"{row['day']} {row['what']} {row['seller']} {row['buyer']} {row['why']}"
    return pytest.param(row, id=name)


def answers(row):
    """Return what the record says: free, blocked, or part for each sale asked about."""
    query = Query(**dict.fromkeys(Query.model_fields) | asked(row))
    day = date.fromisoformat(row["day"])
    return {
        record().explain(sale.line, day).word.replace("allowed in ", "").split(",")[0]
        for sale in sales_of(query, records(), record())
        if sale.facility in {"", "advanced fabs"}
    }


@pytest.mark.parametrize("row", [named(row) for row in questions()])
def test_the_record_answers_as_the_law_does(row):
    assert answers(row) == {row["right"]}


def test_the_page_shows_the_table():
    assert page() == PAGE.read_text("utf-8"), "run python -m tests.law.questions"
