"""The law answers what is in force, for whom, and why."""

import pandas as pd
import pytest

from tests.walkthroughs.steps import ROOT

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
        ([], "law of which day, or of which sale? give query.day=..., such as "),
        (
            ["query.tpp=4800", "query.density=6"],
            "query.tpp: a chip is given by all of tpp, density, interconnect, "
            "memory_bandwidth; give query.interconnect=... query.memory_bandwidth=...",
        ),
        (["query.tpp=-1"], "query.tpp=-1: must be at least 0"),
        (
            ["query.destination=CHI"],
            "query.destination=CHI: is not a destination on record; choose from USA, ",
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
            "query.buyer=alibab: nobody of that name is on record; did you mean ",
        ),
        (
            [
                "query.tool=etch",
                "query.buyer=cxmt",
                "query.seller=x",
                "query.day=2024-06",
            ],
            "query.seller=x: nobody of that name sells this; choose from lam, amat, ",
        ),
        (
            [
                "query.chip=H20",
                "query.buyer=alibaba",
                "query.seller=asml",
                "query.day=2024-06",
            ],
            "query.seller=asml: nobody of that name sells this; choose from ",
        ),
        (
            [
                "query.buyer=alibaba",
                "query.seller=nobody",
                "query.day=2024-06",
            ],
            "query.seller=nobody: nobody of that name is on record; choose from ",
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
    assert refused("task=law", "query.buyer=Chinese", "query.day=2024-06").startswith(
        "query.buyer=Chinese: which one? cn_designers_other, cn_tools_other, "
    )


def test_a_firm_with_several_fabs_is_answered_for_each(ask):
    words = ("query.tool=etch", "query.buyer=SMIC", "query.day=2024-06")
    text = ask("task=law", *words).out
    assert "etch from lam and amat to smic_advanced, 2024-06-01: blocked" in text
    assert "etch from lam and amat to smic_mature, 2024-06-01: allowed in part" in text


def test_without_a_buyer_those_who_are_answered_alike_are_named_together(ask):
    text = ask("task=law", "query.chip=H20", "query.day=2025-09-20").out
    first, *_ = text.splitlines()
    assert first.startswith("H20 from nvidia to laboratories (deepseek, alibaba, ")
    assert "and other buyers in CHN, 2025-09-20: allowed in part, 0.03" in first
    assert "H20 from nvidia to huawei_cloud, 2025-09-20: blocked" in text
    assert "H20 from nvidia to broker_hk and other buyers in HKG, 2025-09-20" in text


def test_without_a_day_the_days_are_listed_on_which_the_answer_changes(ask):
    rows = ask(*H20).out.splitlines()
    assert rows[0] == "H20 from nvidia to alibaba:"
    assert [row.split("  ")[1:3] for row in rows[1:4]] == [
        ["2019-01-01", "free (licence 1.00, permit 1.00)"],
        ["2025-04-09", "blocked (licence 0.00, permit 1.00)"],
        ["2025-08-08", "allowed in part, 0.50 (licence 0.50, permit 1.00)"],
    ]
    assert "us_2025_04_h20_letter (Nvidia 8-K of 2025-04-15" in rows[2]
    assert rows[2].endswith(" begins")


def test_a_chip_may_be_given_by_its_attributes(ask):
    chip = ("query.tpp=1600", "query.interconnect=0", "query.memory_bandwidth=900")
    asked = ("task=law", *chip, "query.buyer=alibaba", "query.day=2023-12-01")
    met = ask(*asked, "query.density=5.92").out
    assert met.startswith(
        "a chip (TPP 1600, density 5.92, links of 0 GB/s, memory of 900 GB/s) from "
        "nvidia and amd to alibaba, 2023-12-01: blocked"
    )
    assert ": free" in ask(*asked, "query.density=1.59").out.splitlines()[0]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (["query.tool=euv"], "euv from asml to fabs (smic_advanced, smic_mature"),
        (["query.destination=HKG"], "A100, H100, H200, "),
        (
            ["query.chip=H100", "query.destination=MAC"],
            "H100 from nvidia to other buyers in MAC",
        ),
        (
            ["query.chip=H100", "query.buyer=alibaba", "query.destination=MYS"],
            "H100 from nvidia to alibaba in MYS",
        ),
        (
            ["query.chip='Ascend 910C'", "query.destination=MYS"],
            "Ascend 910C from huawei to broker_my, offshore clouds (megaspeed, ",
        ),
        (["query.tool=cloud", "query.buyer='Huawei Cloud'"], "cloud from megaspeed"),
        (
            ["query.tool=logic_wafers", "query.buyer=cambricon"],
            "logic_wafers from tsmc to cambricon",
        ),
        (["query.tool=tools", "query.buyer=CXMT"], "duv_immersion from asml to cxmt"),
        (["query.buyer=huawei"], "A100, H100, H200, B200, B300, A800, H800 and B30A "),
    ],
)
def test_what_no_line_of_the_model_ships_can_be_asked_about(ask, words, first):
    outcome = ask("task=law", "query.day=2024-06-01", *words)
    assert outcome.status == 0, outcome
    assert outcome.out.startswith(first), outcome.out[:200]


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


# --- law of a user's own --------------------------------------------------------------


def test_the_page_on_law_adds_what_came_later(ask, desk):
    page = (ROOT / "docs" / "law.md").read_text(encoding="utf-8")
    _, _, example = page.partition("```yaml\n# my_law/2026-12.yaml\n")
    (desk / "my_law").mkdir()
    file = desk / "my_law" / "2026-12.yaml"
    file.write_text(example.partition("```")[0], encoding="utf-8")
    _, _, shown = page.partition("```console\n$ python -m sim ")
    command, answer = shown.partition("```")[0].splitlines()
    assert ask(*command.split()).out.splitlines()[0] == answer


def test_a_folder_of_law_that_is_not_there_or_holds_none_is_refused(refused, desk):
    assert refused(*H20, "law_folder=nowhere") == (
        "law_folder=nowhere: there is no such folder"
    )
    (desk / "empty").mkdir()
    assert refused(*H20, "law_folder=empty") == "empty: holds no law (*.yaml)"


# --- the law in figures ---------------------------------------------------------------


def test_the_law_of_a_scenario_is_written_as_tables(ask, desk):
    words = ("scenario=chip_lockdown", "horizon=2026-12", "figures=false")
    outcome = ask("task=law_figures", *words)
    assert outcome.status == 0, outcome
    assert "Changed by the scenario: + chip lockdown." in " ".join(outcome.out.split())
    (folder,) = (desk / "outputs" / "law_figures").iterdir()
    table = pd.read_csv(folder / "headroom.csv")
    h20 = table[table["chip"] == "H20"].set_index("since")
    assert h20.loc["2023-11-17", "verdict"] == "free"
    assert h20.loc["2023-11-17", "ratio"] == 2368 / 2400
    assert h20["verdict"].iloc[-1] == "denied"
    assert set(pd.read_csv(folder / "law.csv")["month"].str[:4]) == set(
        map(str, range(2022, 2027))
    )


def test_a_law_without_limits_on_chips_has_no_figure(refused):
    message = refused("task=law_figures", "scenario=no_controls")
    assert message.startswith("scenario=no_controls: no threshold on chips to China")
    assert "draws=3: task=law_figures draws the law" in refused(
        "task=law_figures", "draws=3"
    )
