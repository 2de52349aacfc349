"""Quotas by hand: what is counted, for whom, in which period, and what is left."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.months import Month
from sim.domain.supply import Good
from sim.policy.field_types import months
from sim.policy.quotas import QuotaBook
from sim.policy.scope import Scope
from sim.policy.terms import Quota
from tests.law.trade import chip_line, regime
from tests.strategies import DRAWS, amounts, each, per_draw

CHIPS = Scope(goods=frozenset({Good.AI_CHIP}))
ALIBABA, TENCENT = chip_line("H20"), chip_line("H20", buyer="tencent")
JANUARY = Month(2025, 1)


def quota(**fields):
    """Return a quota of 100 units a year in total, but for what is given."""
    terms = {
        "id": "quota",
        "title": "quota",
        "issuer": "USA",
        "announced": date(2025, 1, 1),
        "effective": date(2025, 1, 1),
        "reference": "none",
        "source": "none",
        "scope": CHIPS,
        "cap": 100.0,
        "unit": "units",
        "per": "total",
        "period_months": 12,
    }
    return Quota(**(terms | fields))


def admitted(book, act, month, requests, h100e=1.0, us_sales=0.0):
    """Return the units admitted in a month on each line, by what is asked on it."""
    book.open_month(regime(act), month)
    units = book.admit(
        list(requests),
        [each(asked) for asked in requests.values()],
        h100e=each(h100e),
        us_sales=each(us_sales),
    )
    return [float(quantity[0]) for quantity in units]


def admitted_at_once(act, requests, **product):
    """Return the units admitted in the first month, where no other lines exist."""
    return admitted(QuotaBook(list(requests)), act, JANUARY, requests, **product)


# --- what is counted ------------------------------------------------------------------


def test_a_quota_in_compute_counts_h100_equivalents_and_one_in_units_does_not():
    asked = {ALIBABA: 400.0}
    assert admitted_at_once(quota(unit="h100e"), asked, h100e=0.5) == pytest.approx(
        [200.0]
    )
    assert admitted_at_once(quota(), asked, h100e=0.5) == pytest.approx([100.0])


def test_a_share_of_american_sales_is_one_of_as_many_months_as_the_period_has():
    asked, act = {ALIBABA: 400.0}, quota(unit="share_of_us_sales", cap=0.25)
    assert admitted_at_once(act, asked, us_sales=10.0) == pytest.approx([30.0])
    monthly = quota(unit="share_of_us_sales", cap=0.25, period_months=1)
    assert admitted_at_once(monthly, asked, us_sales=10.0) == pytest.approx([2.5])
    lasting = quota(unit="share_of_us_sales", cap=0.25, period_months=None)
    assert admitted_at_once(lasting, asked, us_sales=10.0) == pytest.approx([2.5])


def test_what_a_quota_does_not_cover_is_not_counted():
    act = quota(scope=Scope(goods=CHIPS.goods, reaching=({"tpp": 4_800.0},)))
    assert admitted_at_once(act, {ALIBABA: 400.0}) == pytest.approx([400.0])
    fast = chip_line("H100")
    assert admitted_at_once(act, {fast: 400.0}) == pytest.approx([100.0])
    elsewhere = quota(scope=Scope(destinations=frozenset({"SGP"})))
    assert admitted_at_once(elsewhere, {ALIBABA: 400.0}) == pytest.approx([400.0])


def test_a_quota_with_neither_a_cap_nor_an_exception_caps_nothing():
    assert admitted_at_once(quota(cap=None), {ALIBABA: 400.0}) == pytest.approx([400.0])


# --- for whom -------------------------------------------------------------------------


def test_those_who_are_cleared_together_share_in_proportion_to_what_they_ask():
    assert admitted_at_once(quota(), {ALIBABA: 300.0, TENCENT: 100.0}) == pytest.approx(
        [75.0, 25.0]
    )
    assert admitted_at_once(quota(), {ALIBABA: 30.0, TENCENT: 10.0}) == pytest.approx(
        [30.0, 10.0]
    )


def test_a_line_that_is_cleared_alone_has_its_equal_part():
    book = QuotaBook([ALIBABA, TENCENT])
    assert admitted(book, quota(), JANUARY, {ALIBABA: 300.0}) == pytest.approx([50.0])


def test_a_cap_is_for_each_customer_for_each_country_or_for_all():
    asked = dict.fromkeys(
        (ALIBABA, TENCENT, chip_line("H20", destination="SGP")), 300.0
    )
    assert admitted_at_once(quota(), asked) == pytest.approx([100.0 / 3.0] * 3)
    assert admitted_at_once(quota(per="country"), asked) == pytest.approx(
        [50.0, 50.0, 100.0]
    )
    by_customer = admitted_at_once(quota(per="customer"), asked)
    assert by_customer == pytest.approx([50.0, 100.0, 50.0]), (
        "two lines are of one customer"
    )


def test_each_seller_has_its_own_share_of_its_american_sales():
    act = quota(unit="share_of_us_sales", cap=0.25)
    book = QuotaBook([ALIBABA, chip_line("MI325X", seller="amd")])
    assert admitted(
        book, act, JANUARY, {ALIBABA: 400.0}, us_sales=10.0
    ) == pytest.approx([30.0])


def test_lines_are_counted_anew_under_another_law():
    book = QuotaBook([ALIBABA, TENCENT])
    assert admitted(book, quota(), JANUARY, {ALIBABA: 300.0}) == pytest.approx([50.0])
    narrow = quota(scope=Scope(goods=CHIPS.goods, parties=frozenset({"alibaba"})))
    assert admitted(book, narrow, JANUARY + 1, {ALIBABA: 300.0}) == pytest.approx(
        [50.0]
    )


# --- in which period ------------------------------------------------------------------


def test_what_is_left_is_offered_again_until_the_period_ends():
    book = QuotaBook([ALIBABA, TENCENT])
    asked = {ALIBABA: 300.0}
    assert admitted(book, quota(), JANUARY, asked) == pytest.approx([50.0])
    assert admitted(book, quota(), JANUARY + 1, asked) == pytest.approx([25.0])
    assert admitted(book, quota(), JANUARY + 11, asked) == pytest.approx([12.5])
    assert admitted(book, quota(), JANUARY + 12, asked) == pytest.approx([50.0])


def test_a_quota_without_a_period_lasts():
    book, act = QuotaBook([ALIBABA]), quota(period_months=None)
    assert admitted(book, act, JANUARY, {ALIBABA: 300.0}) == pytest.approx([100.0])
    assert admitted(book, act, JANUARY + 30, {ALIBABA: 300.0}) == pytest.approx([0.0])


def test_an_exception_is_outside_the_cap_once_a_year_for_each_customer():
    book = QuotaBook([ALIBABA, TENCENT])
    act = quota(exception=30.0, period_months=None)
    asked = {ALIBABA: 180.0, TENCENT: 20.0}
    assert admitted(book, act, JANUARY, asked) == pytest.approx([130.0, 20.0])
    assert admitted(book, act, JANUARY + 11, asked) == pytest.approx([0.0, 10.0])
    assert admitted(book, act, JANUARY + 12, asked) == pytest.approx([30.0, 20.0])


def test_an_exception_in_compute_counts_h100_equivalents():
    act = quota(unit="h100e", cap=None, exception=30.0)
    assert admitted_at_once(act, {ALIBABA: 180.0}, h100e=0.5) == pytest.approx([60.0])


requests = st.lists(st.tuples(amounts(500.0), amounts(500.0)), min_size=1, max_size=6)


@given(requests, per_draw(0.1, 2.0), st.sampled_from(["units", "h100e"]))
def test_no_more_is_shipped_in_a_period_than_the_cap_and_the_exceptions(
    requests, h100e, unit
):
    book, act = QuotaBook([ALIBABA, TENCENT]), quota(unit=unit, exception=30.0)
    counted = np.zeros(DRAWS)
    for step, asked in enumerate(requests):
        book.open_month(regime(act), JANUARY + step)
        for line, wanted in zip(book.lines, asked, strict=True):
            (units,) = book.admit(
                [line], [wanted], h100e=h100e, us_sales=np.zeros(DRAWS)
            )
            assert np.all((units >= 0.0) & (units <= wanted * (1.0 + 1e-12)))
            counted = counted + units * (h100e if unit == "h100e" else 1.0)
    assert np.all(counted <= 160.0 * (1.0 + 1e-9))


# --- what may be written --------------------------------------------------------------


def test_a_period_is_a_whole_number_of_months_and_at_least_one():
    assert months(1) == 1
    for wrong in (0, 1.5, -1.5):
        with pytest.raises(ValueError, match="is not a number of months"):
            months(wrong)


def test_a_share_of_sales_may_be_all_of_them_and_not_more():
    quota(unit="share_of_us_sales", cap=1.0).check()
    with pytest.raises(ValueError, match="is not a share"):
        quota(unit="share_of_us_sales", cap=1.5).check()


def test_the_dates_of_a_quota_are_checked_too():
    with pytest.raises(ValueError, match="lies before announced"):
        quota(announced=date(2025, 2, 1)).check()
