"""Sales outside China: the record, then AI investment by each firm's exposure."""

import numpy as np
import pytest

from sim.agents.investors import Investors
from sim.domain.months import Month
from sim.records.market_rows import SalesQuarter
from tests.agents.pairs import first_second, pair
from tests.worlds import months_until, run_until, the

IN_RECORD, LATER = Month(2024, 11), Month(2026, 6)
LISTED = ("nvidia", "amd", "tsmc", "micron", "asml", "lam", "jp_tools_other")


def revenue_of_year_by(world, last):
    """Return revenue of the year that ends with a month, by firm."""
    for _ in months_until(world, last):
        pass
    [investors] = world.actors(Investors)
    months = np.sum(investors.past_revenue, axis=0)
    return dict(zip((firm.name for firm in investors.firms), months, strict=True))


def test_up_to_the_end_of_its_record_a_firm_sells_what_the_record_says(records):
    world = pair(records)
    world.switched_off = frozenset({"one_pool"})
    run_until(world, IN_RECORD)
    for name in ("lam", "amd"):
        [quarter] = records.facts.rows(SalesQuarter, firm=name, quarter_end="2024-12")
        firm = the(world, name)
        sold = firm.revenue - firm.china_revenue
        np.testing.assert_allclose(sold, quarter.outside_china / 3.0)


@pytest.fixture(scope="module")
def slow_and_fast(records):
    return revenue_of_year_by(pair(records, ai_investment__growth=(1.1, 1.9)), LATER)


def test_ai_investment_moves_designers_memory_foundries_and_tool_makers_together(
    slow_and_fast,
):
    for name in LISTED:
        slow, fast = first_second(slow_and_fast[name])
        assert fast > 1.005 * slow, name


def test_it_moves_most_whose_sales_are_most_for_ai(slow_and_fast):
    gain = {name: fast / slow for name, (slow, fast) in slow_and_fast.items()}
    assert gain["nvidia"] > gain["amd"] > gain["lam"] > gain["axcelis"] > 1.0


def test_switched_off_it_moves_no_firm(records):
    world = pair(records, ai_investment__growth=(1.1, 1.9))
    world.switched_off = frozenset({"ai_investment"})
    for name, (slow, fast) in revenue_of_year_by(world, LATER).items():
        assert slow == fast, name
