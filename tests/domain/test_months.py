"""Months: the model's only clock."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.months import Month, parse_day

months = st.builds(Month, st.integers(1990, 2100), st.integers(1, 12))
leaps = st.integers(-500, 500)


@given(months, leaps)
def test_what_is_added_can_be_taken_away(month, leap):
    assert (month + leap) - month == leap
    assert (month + leap) + -leap == month


@given(months)
def test_an_index_leads_back_to_its_month(month):
    assert Month.at(month.index) == month
    assert Month.parse(str(month)) == month


@given(months)
def test_a_month_holds_its_days_and_no_others(month):
    first, last = month.first_day, month.last_day
    assert Month.of(first) == Month.of(last) == month
    assert (last - first).days + 1 == month.days
    assert (month + 1).first_day.toordinal() == last.toordinal() + 1


@given(months, months)
def test_months_are_ordered_as_their_days_are(one, other):
    assert (one < other) == (one.first_day < other.first_day)
    assert (one >= other) == (one.first_day >= other.first_day)


def test_the_middle_of_a_year_lies_between_june_and_july():
    assert Month(2025, 6).year_fraction < 2025.5 < Month(2025, 7).year_fraction


def test_february_of_a_leap_year_has_29_days():
    assert Month(2024, 2).days == 29
    assert Month(2025, 2).days == 28


def test_a_day_in_a_month_names_the_month():
    assert Month.parse("2025-07-15") == Month(2025, 7)


def test_a_bare_month_is_its_first_day():
    assert parse_day("2025-07") == date(2025, 7, 1)


@pytest.mark.parametrize("text", ["2025", "2025-7", "July 2025", "2025-07-1", ""])
def test_a_text_that_is_no_date_is_refused(text):
    with pytest.raises(ValueError) as refusal:
        parse_day(text)
    assert str(refusal.value) == f"{text!r} is not a date; write 2025-07 or 2025-07-15"


@pytest.mark.parametrize("text", ["2025-13", "2025-02-30", "2025-00"])
def test_a_day_that_no_calendar_has_is_refused(text):
    with pytest.raises(ValueError):
        parse_day(text)
