"""M16: what news does to the price of a share."""

import numpy as np
from hypothesis import given

from sim.mechanisms.returns import (
    expected_loss,
    return_on_news,
    revaluation,
    sales_lost,
    simple_return,
    supplier_loss,
)
from tests.strategies import each, per_draw, shares

K = each(1.1, 1.1, 1.1)


def test_a_third_at_risk_and_a_shift_of_fifteen_points_cost_five_percent():
    """ASML: a third of revenue, a probability that rises by 0.15, k = 1.1."""
    before = expected_loss(0.0, [each(0.20) * 1.0]) / 3.0
    after = expected_loss(0.0, [each(0.35) * 1.0]) / 3.0
    log_return = return_on_news(before, after, each(1.1), 1.0)
    np.testing.assert_allclose(log_return, [-1.1 * 0.15 / 3.0])


def test_what_law_takes_and_what_may_come_take_independently():
    """Half is gone; of the rest, a coming rule would take 0.4 with probability 0.5."""
    np.testing.assert_allclose(expected_loss(0.5, [each(0.5) * 0.4]), [0.6])
    assert expected_loss(0.0, []) == 0.0


def test_closed_sales_that_come_back_are_a_gain():
    """100 sold, 20 of them announced as lost; of 50 closed, a tenth may come back."""
    lost = sales_lost(each(100.0), each(20.0), each(0.9), each(50.0), each(0.1))
    np.testing.assert_allclose(lost, [100.0 - 72.0 - 5.0])
    np.testing.assert_allclose(
        sales_lost(each(0.0), each(-30.0), each(1.0), each(0.0), each(0.0)), [-30.0]
    )


@given(shares(), shares(), shares())
def test_the_likelier_sales_are_to_come_back_the_less_is_lost(kept, less, more):
    less, more = np.minimum(less, more), np.maximum(less, more)
    sold, closed = np.full_like(kept, 10.0), np.full_like(kept, 4.0)
    nothing = np.zeros_like(kept)
    unlikely = sales_lost(sold, nothing, kept, closed, less)
    likely = sales_lost(sold, nothing, kept, closed, more)
    assert (likely <= unlikely).all()


def test_who_supplies_designers_loses_as_they_do_and_nothing_where_they_sell_nothing():
    """Half of revenue from AI, of which designers lose a fifth."""
    lost, sold = each(20.0, 0.0), each(100.0, 0.0)
    np.testing.assert_allclose(supplier_loss(each(0.5, 0.5), lost, sold), [0.1, 0.0])


def test_thrift_costs_as_much_as_compute_brings_in():
    """All from AI, half and nothing, on a surprise of ln 2 at a tenth a log point."""
    fall = revaluation(each(*3 * [np.log(2.0)]), each(1.0, 0.5, 0.0), each(*3 * [0.1]))
    np.testing.assert_allclose(fall, [-0.0693147, -0.0346574, 0.0], atol=1e-7)


def test_the_fall_is_in_proportion_to_the_margin_of_what_is_at_risk():
    log_return = return_on_news(each(0.1), each(0.3), each(1.5), 2.0)
    np.testing.assert_allclose(log_return, [-0.6])


@given(shares(), shares(), shares(), per_draw(0.1, 3.0))
def test_the_more_is_at_risk_the_deeper_the_fall(at_risk, likelier, less, response):
    """With twice the exposure the fall is twice as deep; with none there is none."""

    def fall(exposure):
        before = exposure * expected_loss(0.0, [less * likelier])
        after = exposure * expected_loss(0.0, [likelier])
        return return_on_news(before, after, response, 1.0)

    assert np.all(fall(at_risk) <= 1e-12)
    np.testing.assert_allclose(fall(at_risk) * 0.5, fall(at_risk * 0.5), atol=1e-12)
    assert np.all(fall(np.zeros(3)) == 0.0)


@given(shares(), shares(), shares())
def test_an_expected_loss_is_a_share_and_never_less_for_one_more_threat(gone, one, two):
    loss = expected_loss(gone, [one, two])
    assert np.all((loss >= -1e-12) & (loss <= 1.0 + 1e-12))
    assert np.all(loss >= expected_loss(gone, [one]) - 1e-12)


@given(per_draw(-20.0, 2.0))
def test_no_share_loses_more_than_all(log_return):
    assert np.all(simple_return(log_return) >= -1.0)


def test_a_log_return_of_ln_two_doubles_the_price_and_none_keeps_it():
    returns = simple_return(each(np.log(2.0), 0.0, -np.log(2.0)))
    np.testing.assert_allclose(returns, [1.0, 0.0, -0.5])
