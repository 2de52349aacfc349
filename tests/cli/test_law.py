"""The law answers what is in force, for whom, and why."""

import pytest

ETCH = ("query.tool=etch", "query.buyer=cxmt")
DATED = ("scenario=service_ban", "scenario.decisions.allies=recorded")
"""The service ban that both allies join on the day on which it takes effect."""

H20 = ("task=law", "query.chip=H20", "query.buyer=alibaba")


@pytest.mark.parametrize(
    ("day", "verdict"),
    [("2024-06-01", "free"), ("2025-06-01", "blocked")],
)
def test_a_chip_to_a_laboratory(ask, day, verdict):
    outcome = ask(*H20, f"query.day={day}")
    assert outcome.status == 0
    first = outcome.out.splitlines()[0]
    assert first.startswith(f"H20 from nvidia to alibaba, {day}: {verdict}")


def test_a_denial_has_its_instrument_and_its_reference(ask):
    outcome = ask(
        "task=law", "query.chip=H100", "query.buyer=alibaba", "query.day=2023-01"
    )
    assert "blocked" in outcome.out
    assert "governs" in outcome.out
    assert "FR" in outcome.out


def test_a_tool_to_a_fab_is_answered_for_every_seller(ask):
    words = (
        "query.tool=duv_immersion",
        "query.buyer=smic_advanced",
        "query.day=2024-06",
    )
    outcome = ask("task=law", *words)
    assert outcome.status == 0
    assert "duv_immersion from asml to smic_advanced" in outcome.out


def test_a_scenario_has_a_law_of_its_own(ask):
    words = (
        "query.tool=engineers",
        "query.buyer=smic_advanced",
        "query.seller=asml",
        "query.day=2026-01-01",
    )
    assert "free" in ask("task=law", *words).out.splitlines()[0]
    banned = ask("task=law", *DATED, *words).out
    assert "blocked" in banned.splitlines()[0]
    assert "service_ban" in banned


def test_what_an_ally_decides_is_not_shown_as_in_force(ask):
    words = (
        "query.tool=engineers",
        "query.buyer=smic_advanced",
        "query.seller=asml",
        "query.day=2026-01-01",
    )
    asked = ask("task=law", "scenario=service_ban", *words).out
    assert "free" in asked.splitlines()[0]
    assert "left to the Netherlands to decide: joining service_ban" in asked


def test_acts_that_governments_decide_on_are_listed_apart(ask):
    before = ask("task=law", "scenario=adaptive", "query.day=2026-06-01").out
    assert "decide for themselves from 2026-10 on" in " ".join(before.split())
    assert "us_menu_scanners" not in before
    after = ask("task=law", "scenario=adaptive", "query.day=2027-06-01").out
    in_force, left = after.split("They decide on these")
    assert "us_menu_scanners" not in in_force
    assert "USA  us_menu_scanners" in left
    assert "NLD  joining USA's us_menu_scanners" in left


def test_without_a_buyer_the_law_of_the_day_is_listed(ask):
    outcome = ask("task=law", "query.day=2024-06-01")
    assert outcome.status == 0
    assert "instruments in force on 2024-06-01" in outcome.out.splitlines()[0]
    assert "performance_threshold" in outcome.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["query.chip=H20"], "which day?"),
        (["query.buyer=alibaba", "query.day=2024-06"], "sale of what?"),
        (
            ["query.chip=H20", "query.day=2024-06"],
            "who buys? give query.buyer=..., one of alibaba, ",
        ),
        (
            ["query.chip=H21", "query.buyer=alibaba", "query.day=2024-06"],
            "query.chip=H21: there is no such chip; did you mean 'H20'?",
        ),
        (
            ["query.tool=duv", "query.buyer=alibaba", "query.day=2024-06"],
            "query.tool=duv: there is no such tool; choose from duv_immersion, ",
        ),
        (
            ["query.chip=H20", "query.buyer=alibab", "query.day=2024-06"],
            "query.buyer=alibab: nobody of that name buys this; did you mean ",
        ),
        (
            [
                "query.tool=etch",
                "query.buyer=cxmt",
                "query.seller=x",
                "query.day=2024-06",
            ],
            "query.seller=x: nobody of that name sells this to cxmt; choose from ",
        ),
        (
            ["query.day=2024-06-31"],
            "query.day=2024-06-31: '2024-06-31' is not a date: day is out of range",
        ),
    ],
)
def test_a_query_that_cannot_be_answered_is_one_clear_line(refused, words, message):
    assert refused("task=law", *words).startswith(message)


BEGINS, LAST = "record of law begins on 2019-01-01", "announced on 2026-09-23"


@pytest.mark.parametrize("sale", [(), H20[1:]], ids=["law", "sale"])
@pytest.mark.parametrize(
    ("day", "words"),
    [("1999-06-01", BEGINS), ("2030-01-01", LAST), ("2024-01-01", "")],
)
def test_a_day_outside_the_record_is_said_to_be(ask, sale, day, words):
    text = " ".join(ask("task=law", f"query.day={day}", *sale).out.split())
    assert words in text
    assert words or ("record of law" not in text and "last act" not in text)


@pytest.mark.parametrize("day", ["1902-01-01", "9999-12-31"])
def test_a_day_of_which_no_law_can_tell_is_refused(refused, day):
    assert refused(*H20, f"query.day={day}") == (
        f"query.day={day}: {day} is not a day from 1970 to 2100"
    )


def test_a_query_names_the_nearest_right_word(refused):
    words = ("query.chip=H20", "query.buyer=alibab", "query.day=2024-06")
    assert refused("task=law", *words).endswith("did you mean 'alibaba'?")


@pytest.mark.parametrize(
    ("words", "sale"),
    [
        (("query.chip=h-20", "query.buyer=Alibaba"), "H20 from nvidia to alibaba"),
        (
            (
                "query.tool=DUV-Immersion",
                "query.buyer='SMIC advanced lines'",
                "query.seller=asml",
            ),
            "duv_immersion from asml to smic_advanced",
        ),
        (
            ("query.tool=etch", "query.buyer=CXMT", "query.seller='Applied Materials'"),
            "etch from amat to cxmt",
        ),
    ],
)
def test_names_are_understood_as_people_write_them(ask, words, sale):
    outcome = ask("task=law", "query.day=2024-06", *words)
    assert outcome.out.startswith(sale), outcome


def test_a_name_that_stands_for_several_lists_them(refused):
    words = ("query.tool=etch", "query.buyer=SMIC", "query.day=2024-06")
    assert refused("task=law", *words) == (
        "query.buyer=SMIC: which one? smic_advanced, smic_mature"
    )


def test_a_sale_is_of_one_good(refused):
    words = ("query.tool=etch", "query.chip=H20", "query.day=2024-06")
    assert refused("task=law", *words, "query.buyer=cxmt").startswith(
        "query.chip=H20 query.tool=etch: give one of them, "
    )


def test_the_network_names_its_chokepoints(ask):
    outcome = ask("task=network")
    assert outcome.status == 0
    assert "asml" in outcome.out


def test_the_network_names_what_a_scenario_cuts(ask):
    outcome = ask("task=network", "scenario=service_ban")
    assert "Lines that service_ban cuts in " in outcome.out
    assert "engineers from lam to cxmt: " in outcome.out
    assert "engineers from asml to smic_advanced: " not in outcome.out
    assert "decide for themselves from 2025-02 on" in outcome.out
    dated = ask("task=network", *DATED)
    assert "engineers from asml to smic_advanced: " in dated.out


def test_the_network_can_be_asked_about_a_month(ask):
    outcome = ask("task=network", "scenario=service_ban", "month=2024-06")
    assert "Lines that service_ban cuts in 2024-06: 0" in outcome.out
