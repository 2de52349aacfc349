"""Questions of law: which sales they are about, and what answers say of them."""

from dataclasses import replace
from datetime import date

import pytest

from sim.assembly import first_month_world
from sim.domain.chips import DescribedChip
from sim.domain.supply import Good
from sim.policy.instruments import Adoption, Ask
from sim.policy.law_ahead import announced_changes, quotas_on
from sim.policy.law_history import law_history
from sim.policy.sales import SaleGroup
from sim.policy.scope import Scope
from sim.policy.terms import Quota, Truce
from sim.records.trade_partners import TradePartners
from sim.settings.schema import Query
from sim.tasks.law_sales import sales_of
from tests.law.sources import records
from tests.law.test_answers import terms
from tests.law.trade import chip_line, record, regime, service_ban, tool_ban, tool_line
from tests.worlds import unchecked

ETCH = tool_line("lam", "ymtc", "etch")


def facts_of(line):
    """Return what of a line the law reads, but for its chip."""
    place = (line.origin, line.destination)
    return (line.seller, line.buyer, line.good, *place, line.party, line.advanced)


def asked(**query):
    """Return the sales that a query is about."""
    nothing = dict.fromkeys(Query.model_fields)
    return sales_of(Query(**nothing | query), records(), record())


def test_all_that_the_model_trades_can_be_asked_about():
    with unchecked():
        lines = first_month_world(records(), record()).lines
        partners = TradePartners(records().facts)
        missing = [
            str(line)
            for line in lines
            if facts_of(line)
            not in {
                facts_of(sale.line)
                for sale in partners.sales_to(line.buyer, line.good, line.seller, None)
            }
        ]
        unnamed = [
            str(line)
            for line in lines
            if line.seller not in partners.sellers(line.good)
            or line.buyer not in partners.buyers(line.good)
        ]
    assert missing == unnamed == []


@pytest.mark.parametrize("good", [good for good in Good if good is not Good.AI_CHIP])
def test_every_good_has_sellers_and_buyers(good):
    sales = asked(tool=str(good))
    assert {sale.line.good for sale in sales} == {good}
    assert "other buyers" in {sale.kind for sale in sales}
    assert len({sale.kind for sale in sales}) > 1


def test_of_a_buyer_everything_is_asked():
    sales = asked(buyer="Huawei")
    assert {sale.line.buyer for sale in sales} == {"huawei"}
    assert {sale.line.good for sale in sales} == set(Good)
    chips = {sale.what for sale in sales if sale.line.good is Good.AI_CHIP}
    assert {"H20", "MI308X", "Siyuan 590"} <= chips


def test_a_density_that_is_given_meets_a_limit_exactly():
    area = 1618.0 / 5.92
    assert 1618.0 / area < 5.92
    chip = DescribedChip("chip", "nvidia", 1618.0, area, 0, 0, 0, density=5.92)
    line = chip_line(chip)
    assert record().explain(line, date(2024, 1, 1)).word == "blocked"


def test_sales_that_are_answered_alike_are_named_together():
    buyers = [("a", "laboratory", ""), ("b", "laboratory", ""), ("HKG", "other buyers")]
    group = SaleGroup(("x", "y"), ("s",), (*buyers[:2], (*buyers[2], "")))
    assert str(group) == "x and y from s to laboratories (a, b) and other buyers in HKG"
    both = [("smic", "firm", "advanced fabs"), ("smic", "firm", "other fabs")]
    assert str(SaleGroup(("x",), ("s",), tuple(both))) == "x from s to smic"
    one = SaleGroup(("x",), ("s",), (both[0],))
    assert str(one) == "x from s to smic (advanced fabs)"


def test_an_answer_names_the_quotas_that_count_the_sale():
    book, day = record().book, date(2026, 6, 1)
    first, second = quotas_on(book, chip_line("H200"), day)
    assert first.startswith("quota: us_2026_01_h200_volume - China may receive at most")
    assert first.endswith(
        "at most 50% of the product's sales in the United States every 12 months, for "
        "all together"
    )
    assert second.endswith("at most 75000 units every 12 months, for each customer")
    assert quotas_on(book, chip_line("H20"), day) == ()
    assert quotas_on(book, chip_line("H200"), date(2026, 1, 14)) == ()


def test_an_exception_to_a_quota_is_named():
    quota = Quota(
        **terms("cap", scope=Scope(goods=frozenset({Good.AI_CHIP}))),
        unit="h100e",
        per="country",
        exception=1700.0,
    )
    (text,) = quotas_on(regime(quota).book, chip_line("H20"), date(2024, 1, 1))
    assert text.endswith(
        "1700 H100-equivalents a year outside the cap, for each country"
    )


@pytest.mark.parametrize(
    ("day", "coming"),
    [
        ("2023-10-16", []),
        (
            "2023-10-17",
            ["2023-10-23, us_2023_10_chips", "2023-11-17, us_2023_10_chips_b"],
        ),
        ("2023-11-16", ["2023-11-17, us_2023_10_chips_b"]),
        ("2023-11-17", []),
    ],
)
def test_an_answer_names_what_is_announced_of_the_chip_it_is_about(day, coming):
    line = chip_line("H800")
    texts = announced_changes(record().book, line, date.fromisoformat(day))
    assert [text.split(" - ")[0] for text in texts] == [
        f"announced: from {change}" for change in coming
    ]


def test_an_answer_names_a_coming_truce_and_the_return_after_it():
    ban = tool_ban("ban")
    truce = Truce(
        **terms("stay", announced=date(2024, 1, 1)) | {"effective": date(2024, 3, 1)},
        end=date(2024, 9, 1),
        suspends=("ban",),
    )
    book = regime(ban, truce).book
    (before,) = announced_changes(book, ETCH, date(2024, 2, 1))
    assert before.startswith("announced: from 2024-03-01, stay suspends ban - ")
    (during,) = announced_changes(book, ETCH, date(2024, 4, 1))
    assert during.startswith("announced: from 2024-09-01, ban - ")
    assert announced_changes(book, ETCH, date(2023, 12, 31)) == ()


def test_an_answer_names_a_state_that_is_about_to_join():
    ban = service_ban(adopted_by={"NLD": Adoption(since=date(2025, 9, 1))})
    line = tool_line("asml", "smic_advanced", "engineers")
    (text,) = announced_changes(regime(ban).book, line, date(2025, 8, 1))
    assert text.startswith("announced: from 2025-09-01, NLD joins service_ban - ")


def told(law, line):
    """Return a history in short: day, verdict, causes without references."""
    return [
        (str(x.day), x.word, tuple(cause.split(" (")[0] for cause in x.causes))
        for x in law_history(law, line)
    ]


def test_a_history_says_what_began_ended_and_was_suspended():
    ban = tool_ban("ban", end=date(2025, 1, 1))
    truce = Truce(
        **terms("stay", announced=date(2024, 1, 1)) | {"effective": date(2024, 3, 1)},
        end=date(2024, 9, 1),
        suspends=("ban",),
    )
    law = regime(ban, truce)
    begins = ban.effective
    assert told(law, ETCH) == [
        (str(begins), "blocked", ()),
        ("2024-03-01", "free", ("ban",)),
        ("2024-09-01", "blocked", ("ban",)),
        ("2025-01-01", "free", ("ban",)),
    ]
    causes = [x.causes[0].rsplit(") ", 1)[1] for x in law_history(law, ETCH)[1:]]
    assert causes == ["is suspended by stay", "begins", "ends"]


def test_a_history_says_who_joined_and_whom_a_deadline_reached():
    joined = service_ban(adopted_by={"NLD": Adoption(since=date(2025, 9, 1))})
    line = tool_line("asml", "smic_advanced", "engineers")
    *_, last = law_history(regime(joined), line)
    assert str(last.day) == "2025-09-01"
    assert last.causes[0].startswith("NLD joins service_ban")
    ask = Ask(deadline=date(2025, 10, 1), backstop={"NLD": 1.0})
    *_, last = law_history(regime(replace(joined, adopted_by={}, ask=ask)), line)
    assert str(last.day) == "2025-10-01"
    assert last.causes[0].endswith("reaches NLD by its deadline")


def test_a_history_is_the_answer_of_every_day():
    line, law = chip_line("H20"), record()
    changes = law_history(law, line)
    days = [change.day for change in changes]
    assert days == sorted(set(days))
    for change, following in zip(changes, [*days[1:], date(2028, 1, 1)], strict=True):
        for day in (change.day, following.replace(day=1)):
            if change.day <= day < following:
                assert law.explain(line, day).verdict == change.answer.verdict
