"""A supply line climbs down one ladder, and its goods arrive once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.supply import Good, SupplyLine
from tests.strategies import DRAWS, amounts, shares

ROUNDING = 1.0 + 1e-12


def line(transit=0):
    return line_of(DRAWS, transit)


def line_of(draws, transit=0):
    return SupplyLine(
        "asml",
        "smic_advanced",
        Good.DUV_IMMERSION,
        "NLD",
        "CHN",
        np.zeros(draws),
        transit=transit,
    )


def a_month(line, order, licence, permit, part):
    """Order, pass both gates, and ship a part of what passed."""
    line.order(order)
    line.gates.set(licence, permit, np.zeros_like(order))
    line.clear()
    line.ship(line.orders.permitted * part)


month = st.tuples(amounts(), shares(), shares(), shares())
months = st.lists(month, min_size=1, max_size=6)


@given(months)
def test_every_month_climbs_down_the_ladder(months):
    trade = line()
    for given_month in months:
        a_month(trade, *given_month)
        rungs = [
            trade.orders.ordered,
            trade.orders.licensed,
            trade.orders.permitted,
            trade.orders.shipped,
        ]
        for upper, lower in zip(rungs, [*rungs[1:], np.zeros(DRAWS)], strict=True):
            assert np.all(upper * ROUNDING >= lower)
        assert np.all(trade.orders.backlog >= 0.0)


@given(months, st.integers(0, 3))
def test_what_is_shipped_arrives_once_and_after_its_transit(months, transit):
    trade = line(transit)
    shipped, arrived = [], []
    for given_month in months:
        a_month(trade, *given_month)
        shipped.append(trade.orders.shipped)
        arrived.append(trade.orders.arrived)
    for number, goods in enumerate(arrived):
        sent = shipped[number - transit] if number >= transit else np.zeros(DRAWS)
        np.testing.assert_array_equal(goods, sent)
    under_way = sum(trade.orders.in_transit, start=np.zeros(DRAWS))
    np.testing.assert_allclose(sum(shipped), sum(arrived) + under_way)


@given(months)
def test_orders_are_shipped_struck_out_or_still_open(months):
    trade = line()
    for order, *gates, part in months:
        before = trade.orders.backlog
        a_month(trade, order, *gates, part)
        struck = trade.orders.ordered - trade.orders.permitted
        np.testing.assert_allclose(
            before + order,
            trade.orders.shipped + struck + trade.orders.backlog,
            atol=1e-9,
        )


def test_a_closed_gate_strikes_the_order_from_the_book():
    trade = line()
    nothing, whole = np.zeros(DRAWS), np.ones(DRAWS)
    a_month(trade, whole * 10.0, nothing, whole, whole)
    np.testing.assert_array_equal(trade.orders.shipped, nothing)
    np.testing.assert_array_equal(trade.orders.backlog, nothing)


def test_two_gates_in_series_multiply():
    trade = line()
    half = np.full(DRAWS, 0.5)
    a_month(trade, np.full(DRAWS, 8.0), half, half, np.ones(DRAWS))
    np.testing.assert_array_equal(trade.gates.open_share, half * half)
    np.testing.assert_array_equal(trade.orders.shipped, np.full(DRAWS, 2.0))


def test_a_buyer_is_its_own_party_unless_one_is_named():
    assert line().party == "smic_advanced"


def test_a_line_is_told_by_who_and_what():
    assert line().key == ("asml", "smic_advanced", "duv_immersion")
    assert str(line()) == "duv_immersion from asml to smic_advanced"


def test_an_order_let_through_is_not_asked_about_again():
    trade = line()
    half, whole, nothing = np.full(DRAWS, 0.5), np.ones(DRAWS), np.zeros(DRAWS)
    a_month(trade, np.full(DRAWS, 8.0), half, whole, nothing)
    a_month(trade, nothing, half, whole, whole)
    np.testing.assert_array_equal(trade.orders.shipped, np.full(DRAWS, 4.0))


def test_an_order_still_open_is_asked_about_again_once_law_tightens():
    trade = line()
    whole, nothing = np.ones(DRAWS), np.zeros(DRAWS)
    a_month(trade, np.full(DRAWS, 8.0), whole, whole, nothing)
    a_month(trade, nothing, np.full(DRAWS, 0.25), whole, whole)
    np.testing.assert_array_equal(trade.orders.shipped, np.full(DRAWS, 2.0))


@given(months)
def test_a_line_does_not_know_what_gates_do_in_other_draws(months):
    """A line with nothing to strike out takes a short cut: it must change no bit."""
    alone = [line_of(1) for _ in range(DRAWS)]
    beside = line_of(DRAWS + 1)
    for given_month in months:
        closed = [np.append(each, 0.0) for each in given_month]
        a_month(beside, *closed)
        for draw, one in enumerate(alone):
            a_month(one, *(each[draw : draw + 1] for each in given_month))
            for rung in ("ordered", "licensed", "permitted", "shipped", "backlog"):
                amount = getattr(one.orders, rung)[0]
                assert amount == getattr(beside.orders, rung)[draw], rung


def test_a_line_knows_whether_law_lets_all_of_it_pass_or_warns_of_worse():
    trade = line()
    nothing, half, whole = np.zeros(DRAWS), np.full(DRAWS, 0.5), np.ones(DRAWS)
    trade.gates.set(half, whole, nothing)
    assert (
        trade.gates.all_pass,
        trade.gates.all_permitted,
        trade.gates.more_pending,
    ) == (
        False,
        True,
        False,
    )
    trade.gates.set(whole, np.array([1.0, 1.0, 0.5]), half * [0.0, 0.0, 1.0])
    assert (
        trade.gates.all_pass,
        trade.gates.all_permitted,
        trade.gates.more_pending,
    ) == (
        False,
        False,
        True,
    )
