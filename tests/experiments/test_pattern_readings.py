"""Readings: each kind reads what it says, or says why it cannot."""

import numpy as np
import pytest

from sim.domain.errors import SettingsError
from sim.experiments.hindcast.patterns import modelled_figure, read_value
from sim.records.pattern_rows import Pattern, Published
from tests.outcomes.samples import results

GROUNDS = {"as_of": "2025", "source": "a test", "confidence": "judgement"}
SALES = {"measure": "china_revenue", "actor": "asml"}
EVENT = {"event": "node milestone", "subject": "n+3"}


def pattern(reading, **columns):
    """Return a pattern with a band from 0 to 100."""
    empty = {"measure": None, "actor": None, "first": None, "last": None}
    given = {"low": 0.0, "high": 100.0, "unit": "any", "scenario": "baseline"}
    return Pattern(
        id="P0_test",
        pattern="P0",
        statement="Something rises",
        reading=reading,
        **(GROUNDS | empty | given | columns),
    )


def figure(**columns):
    """Return a published figure of sales in the first two months."""
    given = {
        "scenario": "service_ban",
        "against": None,
        "reading": "sum",
        "first": "2025-01",
        "last": "2025-02",
        "no_answer": None,
        "low": None,
        "high": None,
    }
    return Published(
        id="sales",
        what="Sales",
        publisher="somebody",
        published="2025",
        mid=20.0,
        unit="USD million",
        **(GROUNDS | SALES | given | columns),
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (pattern("value", first="2025-03", **SALES), [12, 13]),
        (pattern("mean", first="2025-01", last="2025-03", **SALES), [11, 12]),
        (pattern("sum", first="2025-01", last="2025-03", **SALES), [33, 36]),
        (
            pattern(
                "ratio",
                first="2025-11",
                last="2025-11",
                base_first="2025-01",
                base_last="2025-01",
                **SALES,
            ),
            [2, 21 / 11],
        ),
        (pattern("months to event", base_first="2025-01", **EVENT), [2, np.inf]),
        (pattern("value after event", months=4, **SALES, **EVENT), [16, np.nan]),
    ],
    ids=lambda row: row.reading if isinstance(row, Pattern) else "",
)
def test_each_kind_of_reading_reads_what_it_says(row, expected):
    np.testing.assert_allclose(read_value(row, results(draws=2)), expected)


def test_a_return_is_not_read_off_a_run():
    row = pattern("return", actor="asml", event="E22_2025-01-27")
    with pytest.raises(SettingsError, match="'return' cannot be read from a run"):
        read_value(row, results())


def test_a_figure_of_a_change_is_the_difference_of_two_runs():
    runs = {"service_ban": results(revenue=4.0), "baseline": results()}
    got = modelled_figure(figure(against="baseline"), runs)
    np.testing.assert_array_equal(got, [-12.0] * 4)


def test_a_figure_of_a_level_is_read_alone():
    got = modelled_figure(figure(), {"service_ban": results()})
    np.testing.assert_array_equal(got, [21.0, 23.0, 25.0, 27.0])


def test_a_run_that_is_not_given_is_missed():
    with pytest.raises(
        SettingsError, match="sales: there is no run of the scenario 'h20_ban'"
    ):
        modelled_figure(figure(against="h20_ban"), {"service_ban": results()})


def test_a_figure_to_which_nothing_answers_says_why():
    nothing = dict.fromkeys(("reading", "measure", "actor", "first", "last"))
    row = figure(scenario=None, no_answer="no such market", **nothing)
    with pytest.raises(SettingsError, match="no such figure: no such market"):
        modelled_figure(row, {})
