"""The law as published: tools, their upkeep, memory, wafers, clouds and minerals."""

from datetime import date

import pytest

from sim.domain.months import Month
from sim.policy.applicable_law import LeakageShares
from tests.law.trade import other_line, record, tool_line

TOOLS = [
    # vendor, fab, good, month, lowest and highest share licensed
    ("lam", "smic_advanced", "etch", "2022-09", 0.9, 0.9),
    ("lam", "smic_advanced", "etch", "2022-11", 0.0, 0.0),
    ("lam", "smic_mature", "etch", "2022-11", 0.9, 0.9),
    ("lam", "huahong", "etch", "2026-03", 1.0, 1.0),
    ("lam", "huahong", "etch", "2026-06", 0.7, 0.7),
    ("tel", "huahong", "etch", "2026-06", 0.95, 1.0),
    ("kla", "ymtc", "process_control", "2022-09", 1.0, 1.0),
    ("kla", "ymtc", "process_control", "2022-11", 0.0, 0.0),
    ("amat", "cxmt", "deposition", "2023-06", 0.7, 0.7),
    ("amat", "cxmt", "deposition", "2025-06", 0.4, 0.4),
    ("amat", "cn_fabs_other", "deposition", "2025-06", 1.0, 1.0),
    ("asml", "smic_advanced", "duv_immersion", "2023-08", 1.0, 1.0),
    ("asml", "smic_advanced", "duv_immersion", "2023-12", 0.4, 0.4),
    ("asml", "smic_advanced", "duv_immersion", "2024-06", 0.0, 0.0),
    ("asml", "smic_advanced", "duv_immersion", "2025-06", 0.0, 0.1),
    ("asml", "smic_mature", "duv_immersion", "2024-06", 0.9, 1.0),
    ("asml", "smic_mature", "duv_immersion", "2026-06", 0.9, 1.0),
    ("asml", "cxmt", "duv_immersion", "2024-06", 0.7, 0.9),
    ("asml", "smic_mature", "duv_dry", "2026-06", 1.0, 1.0),
    ("asml", "smic_advanced", "euv", "2022-01", 0.0, 0.0),
    ("tel", "smic_advanced", "etch", "2023-06", 1.0, 1.0),
    ("tel", "smic_advanced", "etch", "2023-09", 0.8, 0.9),
    ("tel", "smic_mature", "etch", "2024-06", 0.95, 1.0),
    ("tel", "smic_advanced", "coater_developer", "2026-06", 0.9, 1.0),
    ("amat", "smic_advanced", "engineers", "2022-09", 0.9, 0.9),
    ("amat", "smic_advanced", "engineers", "2022-11", 0.0, 0.0),
    ("amat", "smic_mature", "spare_parts", "2026-06", 0.9, 0.9),
    ("asml", "smic_advanced", "engineers", "2030-12", 1.0, 1.0),
    ("tel", "smic_advanced", "engineers", "2030-12", 1.0, 1.0),
    ("tel", "smic_advanced", "spare_parts", "2030-12", 1.0, 1.0),
    ("asml", "smic_advanced", "spare_parts", "2026-06", 0.9, 0.99),
    ("asml", "smic_advanced", "service_software", "2024-08", 1.0, 1.0),
    ("naura", "smic_advanced", "etch", "2026-06", 1.0, 1.0),
]


@pytest.mark.parametrize(("vendor", "fab", "good", "month", "low", "high"), TOOLS)
def test_which_tool_reaches_which_fab(vendor, fab, good, month, low, high):
    line = tool_line(vendor, fab, good)
    assert low <= record().licence(line, Month.parse(month)) <= high


def test_american_service_ends_five_days_after_american_tools():
    tools = tool_line("lam", "ymtc", "etch")
    service = tool_line("lam", "ymtc", "engineers")
    assert record().explain(tools, date(2022, 10, 7)).licence == 0.0
    assert record().explain(service, date(2022, 10, 11)).licence == 1.0
    assert record().explain(service, date(2022, 10, 12)).licence == 0.0


@pytest.mark.parametrize("seller", ["skhynix", "samsung_mem"])
def test_memory_is_free_until_the_last_day_of_2024(seller):
    line = other_line(seller, "KOR", "alibaba", "hbm")
    assert record().explain(line, date(2024, 12, 30)).licence == 1.0
    assert record().explain(line, date(2024, 12, 31)).licence == 0.0
    assert 0.96 < record().licence(line, Month(2024, 12)) < 1.0


def test_proxies_buy_memory_for_huawei_until_whoever_buys_it_needs_a_licence():
    line = other_line("skhynix", "KOR", "huawei", "hbm")
    leakage = LeakageShares(affiliates=0.9, facilities=0.0)
    assert record().licence(line, Month(2024, 5), leakage) == pytest.approx(0.9)
    assert record().licence(line, Month(2025, 5), leakage) == 0.0


def test_intermediaries_feed_huawei_until_the_letter_to_tsmc():
    line = other_line("tsmc", "TWN", "huawei", "logic_wafers")
    leakage = LeakageShares(affiliates=0.3, facilities=0.0)
    assert record().licence(line, Month(2024, 5), leakage) == pytest.approx(0.3)
    assert record().licence(line, Month(2024, 12), leakage) == 0.0
    assert record().licence(line, Month(2026, 5), leakage) == 0.0


def test_smic_may_make_chips_for_huawei():
    line = other_line("smic_advanced", "CHN", "huawei", "logic_wafers")
    assert record().licence(line, Month(2026, 5)) == 1.0


def test_design_software_is_denied_for_five_weeks_of_2025():
    line = other_line("eda_vendors", "USA", "cn_labs_other", "eda")
    listed = 0.75
    assert record().licence(line, Month(2025, 4)) == listed
    assert record().licence(line, Month(2025, 6)) == 0.0
    assert record().licence(line, Month(2025, 8)) == listed


def test_gallium_stops_for_two_months_then_trickles():
    line = other_line("cn_minerals", "CHN", "JPN_industry", "minerals", "JPN")
    shares = [record().licence(line, Month(2023, number)) for number in range(7, 12)]
    assert shares == [1.0, 0.0, 0.0, 0.6, 0.6]


def test_the_mineral_ban_on_america_is_suspended_by_the_truce():
    line = other_line("cn_minerals", "CHN", "USA_industry", "minerals", "USA")
    assert record().licence(line, Month(2025, 6)) == 0.0
    assert record().licence(line, Month(2025, 12)) == 0.6
    assert record().licence(line, Month(2028, 1)) == 0.6


def test_the_affiliates_rule_closes_the_leak_for_six_weeks():
    line = tool_line("lam", "ymtc", "duv_dry")
    leak = LeakageShares(affiliates=0.2, facilities=1.0)
    days = [date(2025, 9, 28), date(2025, 9, 29), date(2025, 11, 9), date(2025, 11, 10)]
    shares = [record().explain(line, day, leak).licence for day in days]
    assert shares == pytest.approx([0.2, 0.0, 0.0, 0.2])


def test_the_return_of_the_affiliates_rule_is_expected_until_the_truce_is_prolonged():
    line = tool_line("lam", "ymtc", "duv_dry")
    leak = LeakageShares(affiliates=0.2, facilities=1.0)
    assert record().pending_denial(line, Month(2026, 3), leak) == pytest.approx(0.2)
    assert record().pending_denial(line, Month(2026, 10), leak) == 0.0


@pytest.mark.parametrize("buyer", ["alibaba", "huawei_cloud", "cn_labs_other"])
def test_rented_chips_are_free_in_the_record_even_for_listed_parties(buyer):
    for seller, origin in (("megaspeed", "SGP"), ("hyperscaler_asia", "USA")):
        line = other_line(seller, origin, buyer, "cloud")
        assert record().licence(line, Month(2030, 1)) == 1.0
