"""M5: orders pass through equal stages, and come out in a lump."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.mechanisms.pipeline import in_steady_state, leaving_rate, moved_on
from tests.strategies import DRAWS, FEW, amounts, each, per_draw, shares

NOTHING = each(0.0)
LONG = 400


def comes_out(mean_months, stages):
    """Return what comes out month by month of one order, placed in month 0."""
    rate = leaving_rate(each(mean_months), stages)
    book, out = np.zeros((stages, 1)), []
    for month in range(LONG):
        released = book[-1] * rate
        entering = each(1.0) if month == 0 else NOTHING
        book = moved_on(book, rate=rate, entering=entering, released=released)
        out.append(released[0])
    return np.array(out)


def mean_and_spread(out):
    months = np.arange(LONG)
    mean = (out * months).sum()
    return mean, np.sqrt((out * (months - mean) ** 2).sum())


def test_an_order_goes_from_stage_to_stage_by_hand():
    book = np.array([each(8.0), each(4.0)])
    after = moved_on(book, rate=each(0.5), entering=each(3.0), released=each(1.0))
    np.testing.assert_array_equal(after, [each(8.0 - 4.0 + 3.0), each(4.0 - 1.0 + 4.0)])


@pytest.mark.parametrize(
    ("months", "stages"), [(4, 4), (8, 4), (12, 4), (9, 3), (6, 1)]
)
def test_an_order_comes_out_after_its_lead_time_on_average(months, stages):
    out = comes_out(months, stages)
    mean, spread = mean_and_spread(out)
    assert out.sum() == pytest.approx(1.0)
    assert mean == pytest.approx(months)
    expected = months * np.sqrt((1 - stages / months) / stages)
    assert spread == pytest.approx(expected, abs=1e-6)


def test_nothing_comes_out_before_every_stage_had_its_month():
    out = comes_out(8.0, 4)
    assert (out[:4] == 0.0).all()
    assert out[4] > 0.0


def test_more_stages_make_a_sharper_lump():
    spreads = [mean_and_spread(comes_out(12.0, k))[1] for k in (1, 2, 4, 6, 12)]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[-1] == pytest.approx(0.0, abs=1e-6)
    assert comes_out(12.0, 12)[12] == 1.0


def test_a_lead_time_shorter_than_its_stages_takes_a_month_for_each():
    assert mean_and_spread(comes_out(2.0, 4))[0] == pytest.approx(4.0)


@given(amounts(), per_draw(1.0, 30.0), st.integers(1, 6))
def test_a_steady_flow_finds_a_book_that_stays_as_it_is(flow, months, stages):
    rate = leaving_rate(months, stages)
    book = in_steady_state(flow, rate, stages)
    np.testing.assert_allclose(
        book.sum(axis=0), flow * np.maximum(months, stages), rtol=1e-12
    )
    after = moved_on(book, rate=rate, entering=flow, released=book[-1] * rate)
    np.testing.assert_allclose(after, book, rtol=1e-12)


@settings(max_examples=FEW)
@given(
    st.lists(st.tuples(amounts(), shares(), shares()), min_size=1, max_size=24),
    per_draw(1.0, 30.0),
    st.integers(1, 6),
)
def test_what_is_ordered_was_shipped_or_called_off_or_is_in_the_book(
    months, mean_months, stages
):
    rate = leaving_rate(mean_months, stages)
    book = in_steady_state(np.ones(DRAWS), rate, stages)
    first, moved = book.sum(axis=0), np.zeros(DRAWS)
    for entering, filled, kept in months:
        moved -= (book * (1.0 - kept)).sum(axis=0)
        book = book * kept
        released = book[-1] * rate * filled
        book = moved_on(book, rate=rate, entering=entering, released=released)
        moved += entering - released
        assert (book >= -1e-9).all()
    np.testing.assert_allclose(book.sum(axis=0), first + moved, rtol=1e-9, atol=1e-6)


@settings(max_examples=FEW)
@given(amounts(), amounts(), shares(), per_draw(1.0, 30.0), st.integers(1, 6))
def test_who_orders_more_has_no_less_in_any_stage_ever_after(
    less, more, filled, mean_months, stages
):
    rate = leaving_rate(mean_months, stages)
    books = [in_steady_state(less, rate, stages) for _ in range(2)]
    for month in range(8):
        for which, extra in enumerate((0.0, more * (month == 0))):
            book = books[which]
            books[which] = moved_on(
                book,
                rate=rate,
                entering=less + extra,
                released=book[-1] * rate * filled,
            )
        assert (books[1] >= books[0] * (1.0 - 1e-12)).all()
