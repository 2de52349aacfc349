"""P11: what shares did on two days of 2025, and that exposures did it.

Bands hold the returns seen, raw and beyond the market, for medians of 200 draws.
"""

import copy

import numpy as np
import pytest

from sim.agents.businesses import ChipSalesAbroad
from sim.domain.months import Month
from tests.histories import quantile
from tests.worlds import built, run_until, the

DEEPSEEK = "deepseek_r1"
UPKEEP = "servicing_talks_2025"


def percent(world, news):
    """Return the medians of the one-day returns on a piece of this month's news."""
    reactions = the(world, "investors").reactions
    log_returns = next(x.log_returns for x in reactions if x.source == news)
    return {f: 100.0 * np.expm1(quantile(x)) for f, x in log_returns.items()}


@pytest.fixture(scope="module")
def new_year(records):
    """The world at the end of 2024."""
    return run_until(
        built(records, draws=200, joint=records.posterior), Month(2024, 12)
    )


@pytest.fixture(scope="module")
def january(new_year):
    return run_until(copy.deepcopy(new_year), Month(2025, 1))


@pytest.fixture(scope="module")
def february(january):
    return run_until(copy.deepcopy(january), Month(2025, 2))


def test_nvidia_loses_a_seventh_to_deepseek(january):
    """27 January 2025: -17 % raw, -13 % beyond the market."""
    assert -17.5 <= percent(january, DEEPSEEK)["nvidia"] <= -10.0


def test_firms_that_earn_less_from_ai_compute_lose_less_to_deepseek(january):
    """AMD lost 3 % beyond the market, tool makers 2 to 5 %."""
    fall = percent(january, DEEPSEEK)
    assert fall["nvidia"] < 2.0 * fall["amd"]
    for firm in ("amd", "asml", "tel", "amat", "kla", "lam"):
        assert -6.0 <= fall[firm] <= -1.0


def test_tokyo_electron_falls_most_on_the_report_about_upkeep(february):
    """25 February 2025: Tokyo Electron -4.1 to -4.9 %, ASML -1 to -2 %."""
    fall = percent(february, UPKEEP)
    assert fall["tel"] < fall["asml"] < 0.0
    assert -6.0 <= fall["tel"] <= -1.5
    assert -2.5 <= fall["asml"] <= -0.5


def test_nvidia_falls_too_on_the_report_about_upkeep(february):
    """It spoke of chips as well: -1.6 % beyond the market, -2.8 % raw; half here."""
    assert -3.0 <= percent(february, UPKEEP)["nvidia"] <= -0.4


def test_american_tool_makers_fear_for_their_own_sales_less_than_their_allies(february):
    fall = percent(february, UPKEEP)
    for firm in ("amat", "lam", "kla"):
        assert fall["tel"] < fall["asml"] < fall[firm] < 0.0


def test_without_what_it_sells_no_firm_answers_any_news(january):
    world = copy.deepcopy(january)
    ledgers = the(world, "investors").ledgers
    for business in ledgers.businesses:
        business.revenue = business.announced_loss = world.zeros()
        business.forget_closed(world.zeros())
    ledgers.ai_revenue = np.zeros_like(ledgers.ai_revenue)
    assert set(percent(run_until(world, Month(2025, 2)), UPKEEP).values()) == {0.0}


def test_without_sales_to_china_a_tool_maker_hears_only_of_its_customers(january):
    world = copy.deepcopy(january)
    for business in the(world, "investors").ledgers.businesses:
        if not isinstance(business, ChipSalesAbroad):
            business.revenue = business.announced_loss = world.zeros()
            business.forget_closed(world.zeros())
    fall = percent(run_until(world, Month(2025, 2)), UPKEEP)
    assert -0.5 <= fall["tel"] <= 0.0
    assert -1.0 <= fall["nvidia"] <= 0.0


def test_news_that_loosens_raises_tool_makers_in_december_2024(new_year):
    """2 December 2024: Applied +4.6, Lam +6.0, KLA +2.6 %, beyond what was spent."""
    investors = the(new_year, "investors")
    of_day = ("us_2024_12_hbm", "us_2024_12_sme_dram", "allies_exempt_rule")
    for firm in ("amat", "lam", "kla", "asml", "tel"):
        moves = [x.log_returns[firm] for x in investors.reactions if x.source in of_day]
        assert quantile(sum(moves)) > 0.0


def test_chips_that_may_be_sold_again_raise_the_ones_who_lost_them(february):
    """Licences for the H20 and the MI308 are promised in July 2025, given in August."""
    world = copy.deepcopy(february)
    for month, news in ((7, "h20_promised"), (8, "us_2025_08_h20_licences")):
        rise = percent(run_until(world, Month(2025, month)), news)
        assert rise["nvidia"] > 0.0
        assert rise["amd"] > 0.0
        assert rise["cambricon"] < 0.0


def test_without_sales_of_ai_compute_nobody_falls_on_deepseek(new_year):
    world = copy.deepcopy(new_year)
    ledgers = the(world, "investors").ledgers
    ledgers.ai_revenue = np.zeros_like(ledgers.ai_revenue)
    assert set(percent(run_until(world, Month(2025, 1)), DEEPSEEK).values()) == {0.0}


def test_half_the_sales_to_china_make_half_the_fall(january):
    """Not a number of the day: the fall is as deep as what is at risk."""

    def fall(part):
        world = copy.deepcopy(january)
        investors = the(world, "investors")
        for business in investors.ledgers.businesses:
            if business.firm.name == "tel":
                business.revenue = business.revenue * part
                business.announced_loss = business.announced_loss * part
                business.forget_closed(world.per_draw(part))
        parts = [[part if firm.name == "tel" else 1.0] for firm in investors.firms]
        investors.ledgers.ai_revenue = investors.ledgers.ai_revenue * np.array(parts)
        return np.log1p(
            percent(run_until(world, Month(2025, 2)), UPKEEP)["tel"] / 100.0
        )

    assert fall(0.5) == pytest.approx(0.5 * fall(1.0))


def test_no_news_of_the_record_knows_how_large_its_effect_was(records):
    """Weights are by kind; the size of a surprise is the only number of an item."""
    for row in records.facts.tables["news"]:
        assert (row.log_points is not None) == (row.kind == "efficiency"), row.id
