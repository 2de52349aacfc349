"""Tool makers ration, serve and learn."""

from datetime import date

import numpy as np
import pytest

from sim.agents.toolmaker import Toolmaker
from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.domain.supply import Good
from sim.mechanisms.growth import value_in_month
from tests.agents.pairs import first_second, law, no_service, pair
from tests.strategies import each
from tests.worlds import SEED, SameLuck, at_mid, built, months_until, run_until, the

NOW = Month(2022, 3)


@pytest.fixture
def market(records):
    """The market for tools, in which nothing of ASML's is on order."""
    world = run_until(pair(records), NOW)
    for line in the(world, "asml").tool_lines:
        line.orders.call_off(each(0.0, 0.0))
        line.order(each(0.0, 0.0))
    return the(world, "cn_tools")


@pytest.fixture
def asml(market):
    return the(market.model, "asml")


def fill_last_stage(asml, *amounts):
    """Put so many tools into the last stage of the orders of every line."""
    table = asml.tool_lines[0].orders.table
    stages = table.stages.copy()
    for line in asml.tool_lines:
        stages[-1, *line.orders.at] = each(*amounts)
    table.stages = stages


def due(line):
    """Return what of its last stage is ready."""
    table, (row, fab) = line.orders.table, line.orders.at
    return table.stages[-1, row, fab] * table.rate[row, 0]


def test_a_new_order_is_not_shipped_at_once(asml, market):
    for line in asml.tool_lines:
        line.order(each(5.0, 5.0))
    market.ship_tools()
    for line in asml.tool_lines:
        assert (line.orders.shipped == 0.0).all()
        np.testing.assert_allclose(line.orders.backlog, 5.0)


def test_a_maker_with_room_ships_all_that_is_due(asml, market):
    fill_last_stage(asml, 0.01, 0.01)
    ready = [due(line) for line in asml.tool_lines]
    market.ship_tools()
    for line, expected in zip(asml.tool_lines, ready, strict=True):
        np.testing.assert_allclose(line.orders.shipped, expected)
        assert (expected > 0.0).all()


def test_a_maker_that_is_short_fills_every_order_to_the_same_share(asml, market):
    fill_last_stage(asml, 0.01, 1_000.0)
    ready = [due(line)[1] for line in asml.tool_lines]
    market.ship_tools()
    filled = [
        line.orders.shipped[1] / expected
        for line, expected in zip(asml.tool_lines, ready, strict=True)
    ]
    assert max(filled) < 1.0
    np.testing.assert_allclose(filled, filled[0])
    one, other = first_second(asml.china_sales)
    assert one < other < 2_000.0


def test_what_was_not_shipped_stays_in_the_order_book(asml, market):
    fill_last_stage(asml, 0.01, 1_000.0)
    before = [line.orders.backlog for line in asml.tool_lines]
    market.ship_tools()
    for line, held in zip(asml.tool_lines, before, strict=True):
        np.testing.assert_allclose(line.orders.backlog, held - line.orders.shipped)


def test_a_cancelled_order_leaves_every_stage_in_proportion(market):
    table = market.table
    before, at = table.stages, (0, 0)
    table.keep_orders(at, each(0.25, 1.0))
    np.testing.assert_allclose(table.stages[:, *at, 0], 0.25 * before[:, *at, 0])
    np.testing.assert_array_equal(table.stages[:, *at, 1], before[:, *at, 1])
    np.testing.assert_array_equal(table.stages[:, 1:], before[:, 1:])


def sold_in_2023(records, regime):
    """Return sales to China of every foreign maker, where fabs do not act on fear."""
    world = built(records, regime=regime, assume=at_mid(records), off=("stockpiling",))
    world.chance = SameLuck(SEED, Draws(2))
    sold = dict.fromkeys((x.name for x in world.actors(Toolmaker)), 0.0)
    for month in months_until(world, Month(2023, 12)):
        if month.year == 2023:
            for name in sold:
                sold[name] += the(world, name).china_revenue[0]
    return sold


def test_what_law_denied_american_makers_is_a_loss_and_a_gain_to_allies(
    records, law_of
):
    """The boom of the mature lines is not the rules' doing: it is in both worlds."""
    free = sold_in_2023(records, law_of("no_controls"))
    bound = sold_in_2023(records, law_of("baseline"))
    for name in ("amat", "lam", "kla"):
        assert bound[name] < 0.97 * free[name], name
    for name in ("tel", "jp_tools_other", "asmi"):
        assert bound[name] > free[name], name


def test_service_that_is_banned_brings_in_nothing(records):
    world = run_until(pair(records, law(no_service(date(2022, 2, 1)))), NOW)
    asml, tel = the(world, "asml"), the(world, "tel")
    free, banned = first_second(asml.served)
    assert free == 1.0
    assert banned < 1.0
    earned, lost = first_second(asml.china_service)
    assert lost < earned
    assert tel.served[0] == tel.served[1] == 1.0


def test_a_chinese_maker_that_ships_more_learns_more(records):
    world = run_until(pair(records), NOW)
    naura = the(world, "naura")
    naura.cumulative_shipped = {
        good: start * each(1.0, 2.0) for good, start in naura.first_shipped.items()
    }
    naura.learn()
    for good, quality in naura.quality.items():
        if good is not Good.DUV_IMMERSION:
            assert quality[1] > quality[0], good


def test_a_scanner_of_ones_own_comes_sooner_where_the_median_is_shorter(records):
    world = pair(records, breakthrough__immersion_median_months=(12.0, 60.0))
    run_until(world, Month(2025, 12))
    maker = next(
        agent
        for agent in world.agents
        if getattr(agent, "quality", {}).get(Good.DUV_IMMERSION) is not None
    )
    soon, late = first_second(maker.immersion_since)
    assert soon < late
    assert maker.quality[Good.DUV_IMMERSION][0] > 0.0


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        (Month(2021, 1), 100.0),
        (Month(2022, 12), 145.83),
        (Month(2023, 6), 195.83),
        (Month(2026, 6), 298.74),
    ],
)
def test_a_yearly_series_is_drawn_out_and_carried_on(month, expected):
    """Held before the first middle of a year, straight between, then 10 % a year."""
    yearly = {2022: 100.0, 2023: 200.0, 2024: 240.0}
    if month == Month(2026, 6):
        expected = 240.0 * 1.1 ** (month.year_fraction - 0.5 - 2024)
    assert value_in_month(yearly, month, 0.1) == pytest.approx(expected, rel=1e-3)
