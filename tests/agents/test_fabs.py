"""Fabs order in fear, replace what they are denied, and keep tools up alone."""

from datetime import date

import numpy as np
import pytest

from sim.domain.ensemble import total
from sim.domain.months import Month
from sim.domain.supply import Good
from tests.agents.pairs import first_second, law, no_etchers, no_service, pair
from tests.strategies import each
from tests.worlds import months_until, run_until, the, unchecked

NOW = Month(2022, 3)
FAB = "smic_advanced"


def ordered(fab, good, *sellers):
    """Return this month's new orders of a class, from some sellers or from all."""
    return total(
        base.line.orders.new
        for base in fab.bases[good]
        if not sellers or base.line.seller in sellers
    )


# --- ordering -------------------------------------------------------------------------


def test_fear_pulls_orders_forward(records):
    world = run_until(pair(records), NOW)
    world.fear = world.fear | {"tools": each(0.0, 0.8)}
    fab = the(world, FAB)
    the(world, "cn_tools").order_tools()
    for good in (Good.DUV_IMMERSION, Good.ETCH, Good.COATER_DEVELOPER):
        calm, afraid = first_second(ordered(fab, good))
        assert afraid > calm, good


def test_a_stockpile_is_worked_off_when_fear_is_gone(records):
    world = run_until(pair(records), NOW)
    fab = the(world, FAB)
    for base in fab.bases[Good.ETCH]:
        base.tools = base.tools * each(1.0, 1.2)
    the(world, "cn_tools").order_tools()
    usual, trough = first_second(ordered(fab, Good.ETCH))
    assert trough < usual


def bought(world):
    """Return tools in hand and on order, by class and fab."""
    table = world.table
    return table.layout.over_makers(
        table.tools + table.backlog + total(table.under_way) + table.arrived
    )


def test_fear_moves_when_tools_are_bought_and_not_how_many(records):
    """Fear that rises and stays, of a ban that never comes."""
    world = pair(records, law())
    market, months = the(world, "cn_tools"), 100
    placed, ahead = [], []
    with unchecked():
        for month in range(months):
            world.fear = world.fear | {"tools": each(0.0, 0.8 if month else 0.0)}
            for fab in market.fabs:
                fab.revise_plan()
            market.order_tools()
            placed.append(total(market.table.new.sum(axis=0)))
            market.ship_tools()
            market.install()
            calm, afraid = total(total(bought(market)))
            ahead.append(afraid / calm - 1.0)
    rush = max(ahead)
    assert rush > 0.05
    assert ahead[-1] < 0.1 * rush
    # In the rush more is ordered than usual, and less while the stock is worked off.
    assert placed[2][1] > 1.2 * placed[2][0]
    assert any(afraid < calm for calm, afraid in placed)
    # What is left beyond need is what is left of the stock.
    left = market.new_fear * world.assume["fab.stockpile_horizon_months"]
    stock = left * np.array([fab.month_of_plan()[1] for fab in market.fabs])
    wanted = stock * market._needed_per_kwpm()
    excess = bought(market)[..., 1] - bought(market)[..., 0]
    assert (excess <= wanted[..., 1] + 0.02 * bought(market)[..., 0]).all()


def test_all_fabs_plan_in_the_same_boom_or_slump(records):
    world = run_until(pair(records), Month(2023, 1))
    market = the(world, "cn_tools")
    assert market.cycle[0] != 0.0
    assert all(fab.cycle is market.cycle for fab in market.fabs)
    fab = the(world, "smic_mature")
    fab.set_cycle(each(-1.0, 1.0))
    before = fab.plan
    fab.revise_plan()
    slump, boom = first_second(fab.plan - before)
    assert 0.0 < slump < boom


def test_advanced_lines_plan_more_where_ai_dies_are_scarce(records):
    fab = the(pair(records), FAB)
    start = fab.plan[0]
    fab.ai_share = fab.ai_share * each(1.0, 2.0)
    fab.revise_plan()
    usual, scarce = first_second(fab.plan)
    assert scarce > usual
    growth = fab.model.assume["fab.growth_per_scarcity"][0] * np.log(2.0)
    assert growth / 12 == pytest.approx((scarce - usual) / start, rel=0.05)


def test_nothing_denied_orders_are_split_by_custom(records):
    world = run_until(pair(records), NOW)
    fab = the(world, FAB)
    the(world, "cn_tools").order_tools()
    foreign = [base for base in fab.bases[Good.ETCH] if base.maker is None]
    per_share = [base.line.orders.new / base.preference for base in foreign]
    for each_maker in per_share[1:]:
        np.testing.assert_allclose(each_maker, per_share[0])


@pytest.fixture
def denied(records):
    """American etchers denied in the second draw; Japanese ones free in both."""
    world = pair(records, law(no_etchers(date(2022, 2, 1))))
    return the(run_until(world, NOW), FAB)


def test_allies_backfill_what_is_denied(denied):
    allies = [
        base.line.seller
        for base in denied.bases[Good.ETCH]
        if base.line.origin in {"JPN", "NLD"}
    ]
    assert allies
    free, more = first_second(ordered(denied, Good.ETCH, *allies))
    assert more > free


def test_the_home_maker_gets_more_where_foreign_tools_are_denied(denied):
    free, more = first_second(ordered(denied, Good.ETCH, "amec"))
    assert more > free


def test_a_denied_line_ships_nothing(denied):
    (line,) = [b.line for b in denied.bases[Good.ETCH] if b.line.seller == "lam"]
    free, bound = first_second(line.orders.shipped)
    assert free > 0.0
    assert bound == 0.0


def test_second_hand_tools_are_found_only_where_some_are_denied(denied):
    free, found = first_second(denied.second_hand)
    assert free == 0.0
    assert found > 0.0


def test_without_backfill_allies_sell_no_more(records):
    world = pair(
        records,
        law(no_etchers(date(2022, 2, 1))),
        ally__backfill_share_if_unilateral=(0.0, 0.0),
    )
    fab = the(run_until(world, Month(2022, 2)), FAB)
    allies = [
        base.line.seller
        for base in fab.bases[Good.ETCH]
        if base.line.origin in {"JPN", "NLD"}
    ]
    free, bound = first_second(ordered(fab, Good.ETCH, *allies))
    assert bound == pytest.approx(free, rel=0.02)


# --- keeping up -----------------------------------------------------------------------

CUT, BACK = date(2022, 3, 1), date(2024, 3, 1)


@pytest.fixture(scope="module")
def upkeep(records):
    """Availability of ASML's scanners month by month: service cut, then given again."""
    world = pair(
        records,
        law(no_service(CUT, BACK)),
        service__spares_stock_months_critical_scanner_modules=(6.0, 6.0),
    )
    fab = the(world, FAB)
    up = []
    for _ in months_until(world, Month(2026, 12)):
        (base,) = [b for b in fab.bases[Good.DUV_IMMERSION] if b.line.seller == "asml"]
        up.append((base.availability, base.spares, fab.drift))
    return [np.array(series) for series in zip(*up, strict=True)]


def at(month):
    return Month.parse(month) - Month(2022, 1)


def test_served_tools_stay_up(upkeep):
    availability, spares, drift = upkeep
    assert np.all(availability[:, 0] == 1.0)
    assert np.all(spares[:, 0] >= 6.0)
    assert np.all(drift[:, 0] == 0.0)


def test_tools_decay_slowly_while_spares_last_and_fast_afterwards(upkeep):
    lost = -np.diff(np.log(upkeep[0][:, 1]))
    spares = upkeep[1][:, 1]
    spent = int(np.argmax(spares == 0.0))
    assert at("2022-08") <= spent <= at("2023-03")
    with_parts = lost[at("2022-03") : spent - 1]
    without = lost[spent + 1 : at("2023-06")]
    assert with_parts.max() < without.min()


def test_practice_slows_the_decay(upkeep):
    lost = -np.diff(np.log(upkeep[0][:, 1]))
    assert lost[at("2024-01")] < lost[at("2023-04")]


def test_service_that_returns_mends_tools_and_fills_the_stock(upkeep):
    availability, spares, drift = (series[:, 1] for series in upkeep)
    lowest, later = availability[at("2024-02")], availability[at("2026-12")]
    assert lowest < 0.9
    assert later > 0.99
    assert spares[at("2024-12")] == 6.0
    assert drift[at("2026-12")] < 0.05 * drift[at("2024-02")]


def test_drift_grows_while_scanners_are_left_alone(upkeep):
    drift = upkeep[2][at("2022-02") : at("2023-03"), 1]
    assert drift[0] == 0.0
    assert np.all(np.diff(drift) > 0.0)


# --- making ---------------------------------------------------------------------------


def test_wafers_are_the_least_of_the_classes_and_the_plan(records):
    world = run_until(pair(records), NOW)
    fab = the(world, FAB)
    for base in fab.bases[Good.CLEAN]:
        base.tools = base.tools * each(1.0, 0.2)
    the(world, "cn_tools").run_wafers()
    whole, starved = first_second(fab.wafer_starts)
    assert starved == pytest.approx(float(fab.capacity[1]))
    assert starved < 0.5 * whole
    assert np.all(fab.wafer_starts <= fab.plan)


def test_more_ai_wafers_teach_yield_faster(records):
    world = pair(records, smic__ai_share_of_advanced_wafers=(0.09, 0.28))
    fab = the(world, FAB)
    begun = fab.die_yield
    run_until(world, Month(2023, 12))
    slow, fast = first_second(fab.die_yield)
    assert begun[0] == begun[1] < slow < fast


def test_drifting_scanners_spoil_dies(records):
    world = run_until(pair(records), NOW)
    fab = the(world, FAB)
    fab.drift = each(0.0, 0.1)
    fab.make_ai_dies()
    straight, drifted = first_second(fab.die_yield)
    assert drifted == pytest.approx(straight * np.exp(-0.1))


def test_cxmt_makes_memory_once_it_has_begun(records):
    world = pair(records, hbm__cxmt_start_year=(2022.0, 2027.0))
    cxmt = the(run_until(world, Month(2022, 12)), "cxmt")
    begun, not_yet = first_second(cxmt.stacks_made)
    assert begun > 0.0
    assert not_yet == 0.0


# --- yields (M3) ----------------------------------------------------------------------


def test_wafers_of_phone_chips_teach_the_yield_of_ai_dies(records):
    """From the first phones on; before, draws that differ in them are alike."""
    world = pair(records, smic__n2__share_of_other_wafers=(0.4, 0.85))
    fab = the(run_until(world, Month(2022, 12)), FAB)
    few, many = first_second(fab.die_yield)
    assert few == many
    run_until(world, Month(2023, 12))
    few, many = first_second(fab.die_yield)
    assert 0.0 < few < many


def test_what_was_learnt_at_7_nm_helps_at_5_nm(records):
    world = pair(records, learn__intergenerational_spillover=(0.0, 0.3))
    fab = the(run_until(world, Month(2025, 12)), FAB)
    assert np.all(fab.cumulative_n3 > 0.0)
    fab.cumulative_n3 = world.zeros()
    before = first_second(fab._n3_yield())
    fab.cumulative_n2 = fab.cumulative_n2 * 2.0
    after = first_second(fab._n3_yield())
    assert after[0] == before[0]
    assert after[1] > before[1]
