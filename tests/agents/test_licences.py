"""An exporter applies for licences, waits for them, and uses them up (M20)."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.agents.licence_book import LicenceBook
from sim.domain.chance import Chance
from sim.domain.chips import Chip
from sim.domain.ensemble import Draws, total
from sim.domain.months import Month
from sim.domain.supply import Good, SupplyLine
from sim.policy.exports import LicencePolicy, PerformanceThreshold
from sim.policy.regime import Regime
from sim.policy.scope import Scope
from sim.world import World
from tests.slow_twins import plain
from tests.strategies import DRAWS, amounts, each, per_draw, shares
from tests.worlds import built, run_until, the

VALIDITY = 48.0
CHIPS_TO_CHINA = Scope(goods=frozenset({Good.AI_CHIP}), destinations=frozenset({"CHN"}))
WORDS = {"issuer": "USA", "reference": "none", "source": "none"}
CHIP = Chip("fast", "nvidia", 9_000.0, 814.0, 900.0, 3_350.0, 30_000.0)


def threshold(name="rule", *, begins=date(2025, 3, 1), ends=None, approval=0.0):
    """Return a rule that catches the chip."""
    return PerformanceThreshold(
        id=name,
        title=name,
        announced=begins,
        effective=begins,
        end=ends,
        scope=CHIPS_TO_CHINA,
        tests=({"tpp": 4_800.0},),
        approval=approval,
        **WORDS,
    )


def review(*, announced, effective, approval):
    """Return a policy under which the rule's licences are granted."""
    return LicencePolicy(
        id="review",
        title="review",
        announced=announced,
        effective=effective,
        scope=CHIPS_TO_CHINA,
        of=("rule",),
        approval=approval,
        **WORDS,
    )


def trade(months=2.0, acts=(), off=(), draws=1):
    """Return a world with one line of chips, and the licences of its exporter."""
    nothing = np.zeros(draws)
    world = World(
        start=Month(2025, 1),
        regime=Regime("test", {act.id: act for act in acts}),
        chance=Chance(1, Draws(draws)),
        assume={
            "law.affiliate_leakage": nothing,
            "law.affiliate_leakage_hbm": nothing,
            "law.facility_leakage": nothing,
            "law.licence_months": nothing + months,
        },
        facts={"licence_validity_months": VALIDITY},
        switched_off=off,
    )
    line = SupplyLine("nvidia", "alibaba", Good.AI_CHIP, "USA", "CHN", nothing)
    line.carry(CHIP)
    world.connect(line)
    return world, line, LicenceBook(world, [line])


def a_month(world, line, book, orders):
    """Order, pass the gates, and ship all that passes; return what was shipped."""
    line.order(orders)
    book.clear()
    book.ship_and_close([line.orders.permitted])
    world.month = world.month + 1
    return line.orders.shipped


def shipped(world, line, book, months, orders=8.0):
    """Return what is shipped of the same orders, month by month, in the first draw."""
    amounts_shipped = []
    for _ in range(months):
        world.enact()
        amounts_shipped.append(a_month(world, line, book, world.per_draw(orders))[0])
    return amounts_shipped


def test_licences_come_later_and_then_as_many_as_the_law_approves():
    """Half is approved, and half of what waits is decided in a month."""
    world, line, book = trade(months=2.0, acts=[threshold(approval=0.5)])
    out = shipped(world, line, book, 12)
    assert out[:5] == [8.0, 8.0, 0.0, 2.0, 3.0]
    assert out[-1] == pytest.approx(4.0, rel=0.01)


def test_without_the_mechanism_the_share_acts_at_once():
    acts, off = [threshold(approval=0.5)], ("licence_queue",)
    assert shipped(*trade(acts=acts, off=off), 4) == [8.0, 8.0, 4.0, 4.0]


def test_who_had_notice_has_applied_before():
    """Of applications made 31 days before, the decided ones are licences on the day."""
    acts = [
        threshold(begins=date(2025, 1, 1)),
        review(announced=date(2025, 2, 1), effective=date(2025, 3, 1), approval=0.5),
    ]
    out = shipped(*trade(months=2.0, acts=acts), 3)
    decided = 1.0 - 0.5 ** (28 / (365.25 / 12))
    assert out == [0.0, 0.0, pytest.approx(8.0 * 0.5 * decided)]


def test_an_approval_of_all_is_a_general_licence_for_which_nobody_waits():
    assert shipped(*trade(acts=[threshold(approval=1.0)]), 4) == [8.0] * 4


def test_licences_granted_since_before_the_start_come_from_the_first_month_on():
    acts = [threshold(begins=date(2024, 1, 1), approval=0.5)]
    assert shipped(*trade(months=4.0, acts=acts), 3) == pytest.approx([4.0] * 3)


def test_licences_of_one_product_are_of_no_use_for_the_next():
    world, line, book = trade(months=2.0, acts=[threshold(approval=0.5)])
    shipped(world, line, book, 5)
    assert book.waiting[0, 0] > 0.0
    book.return_all(np.array([True]))
    assert (book.waiting[0, 0], book.held[0, 0]) == (0.0, 0.0)
    assert shipped(world, line, book, 1) == [0.0]


def test_a_door_open_for_three_days_is_open_a_tenth_of_the_month():
    acts = [
        threshold(begins=date(2025, 1, 1), ends=date(2025, 4, 10)),
        threshold("second", begins=date(2025, 4, 13)),
    ]
    world, line, _ = trade(acts=acts)
    law = world.regime
    assert law.open_days(line, Month(2025, 4)) == pytest.approx(0.1)
    assert law.open_days(line, Month(2025, 5)) == 0.0


def test_in_three_open_days_a_designer_ships_what_it_makes_in_three_days(records):
    """Orders of half a year do not leave at once."""
    acts = {
        "rule": threshold(begins=date(2022, 1, 1), ends=date(2022, 9, 10)),
        "second": threshold("second", begins=date(2022, 9, 13)),
    }
    law = Regime("test", acts)
    sold = []
    for off in ((), ("licence_queue",)):
        world = built(records, regime=law, draws=2, off=("redesign", *off))
        run_until(world, Month(2022, 9))
        sold.append(the(world, "nvidia").china_chip_revenue)
    cap = world.assume["nvidia.china_allocation_cap"]
    monthly = the(world, "nvidia").data_centre_abroad * cap / (1.0 - cap)
    assert np.all(sold[0] > 0.0)
    assert np.all(sold[0] <= monthly * 0.1 * (1.0 + 1e-9))
    assert np.all(sold[0] <= sold[1])


month = st.tuples(amounts(), shares(), shares())


@settings(max_examples=50)
@given(st.lists(month, min_size=1, max_size=6), per_draw(0.5, 6.0))
def test_a_book_agrees_with_one_kept_with_plain_numbers(months, mean_months):
    """And nothing is lost, nor leaves faster than the law of the month lets it."""
    world, line, book = trade(draws=DRAWS)
    world.assume["law.licence_months"] = mean_months
    world.month = world.start + 1
    out = []
    for orders, needs, granted in months:
        free = 1.0 - needs
        licence = np.maximum(free + (1.0 - free) * granted, free)
        line.gates.set(licence, np.ones(DRAWS), np.zeros(DRAWS))
        line.gates.ask_for_licences(free, np.ones(DRAWS))
        out.append(a_month(world, line, book, orders))
        assert np.all(out[-1] <= orders * licence * (1.0 + 1e-12))
    for draw in range(DRAWS):
        alone = plain.licence_book(
            [
                (o[draw], 1.0 - (1.0 - n[draw]), licensable_of(n[draw], g[draw]))
                for o, n, g in months
            ],
            mean_months[draw],
            VALIDITY,
        )
        together = [*(x[draw] for x in out), book.waiting[0, draw], book.held[0, draw]]
        np.testing.assert_allclose(together, alone, rtol=1e-9, atol=1e-6)
    decided = total([*book.approved, *book.denied, *book.withdrawn])
    np.testing.assert_allclose(total(book.applied), decided + total(book.waiting))
    granted_in_all = total([*book.used, *book.lapsed, *book.held])
    np.testing.assert_allclose(total(book.approved), granted_in_all)


def licensable_of(needs, granted):
    """Return the share of all orders that may leave with a licence."""
    free = 1.0 - needs
    return max(free + (1.0 - free) * granted, free) - free


@given(per_draw(1.0, 6.0), per_draw(1.0, 3.0))
@settings(max_examples=20)
def test_where_decisions_take_longer_less_has_left(months, longer):
    out = []
    for mean_months in (months, months * longer):
        world, line, book = trade(acts=[threshold(approval=0.5)], draws=DRAWS)
        world.assume["law.licence_months"] = mean_months
        left = np.zeros(DRAWS)
        for _ in range(8):
            world.enact()
            left = left + a_month(world, line, book, each(*[8.0] * DRAWS))
        out.append(left)
    assert np.all(out[0] >= out[1] - 1e-9)
