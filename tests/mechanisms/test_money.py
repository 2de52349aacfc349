"""M17: what is earned, written off and spent on lobbying."""

import numpy as np
from hypothesis import given

from sim.mechanisms.money import firm_value, lobbying, service_revenue, write_off
from tests.strategies import amounts, each, shares


def test_service_brings_in_a_twelfth_of_the_yearly_fee():
    fee = service_revenue(each(1_200.0), each(0.05), each(1.0))
    np.testing.assert_allclose(fee, 5.0)


def test_service_that_may_not_be_given_brings_in_nothing():
    assert service_revenue(each(1_200.0), each(0.05), each(0.0)) == 0.0


def test_a_market_that_closes_writes_off_its_inventory():
    assert write_off(each(5_500.0), before=each(1.0), now=each(0.0)) == 5_500.0


def test_a_market_that_half_closes_writes_off_half():
    assert write_off(each(5_500.0), before=each(0.8), now=each(0.4)) == 2_750.0


def test_a_market_that_was_never_open_has_nothing_to_write_off():
    assert write_off(each(5_500.0), before=each(0.0), now=each(0.0)) == 0.0


@given(amounts(), shares(), shares())
def test_a_write_off_is_never_negative_nor_more_than_the_inventory(stock, before, now):
    lost = write_off(stock, before=before, now=now)
    assert np.all((lost >= 0.0) & (lost <= stock * (1 + 1e-12)))
    assert np.all(lost[now >= before] == 0.0)


def test_lobbying_answers_losses_and_not_gains():
    spent = lobbying(each(0.2, 0.2), each(1_000.0, -1_000.0), each(0.0003, 0.0003))
    np.testing.assert_allclose(spent, [0.5, 0.2])


def test_a_firm_is_worth_a_multiple_of_its_sales():
    assert firm_value(each(100.0), 7.5) == 750.0
