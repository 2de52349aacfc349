"""Answers and legal differences, as a reader sees them."""

from dataclasses import replace
from datetime import date

import numpy as np

from sim.domain.chips import Chip
from sim.domain.months import Month
from sim.domain.supply import Good
from sim.policy.applicable_law import LeakageShares
from sim.policy.decisions import Decisions
from sim.policy.difference import law_difference
from sim.policy.exports import LicencePolicy, PerformanceThreshold
from sim.policy.instruments import Adoption, Ask
from sim.policy.regime import Regime
from sim.policy.scope import Facilities, Scope
from sim.policy.terms import RevenueShare, Truce
from tests.law.trade import chip_line, record, regime, service_ban, tool_ban, tool_line

ETCH = tool_line("lam", "ymtc", "etch")


def terms(name, **fields):
    """Return what every instrument has."""
    day = date(2023, 1, 1)
    known = {"id": name, "title": name, "issuer": "USA", "announced": day}
    return {**known, "effective": day, "reference": "none", "source": "none", **fields}


def levy(name, **fields):
    """Return a levy on AI chips."""
    scope = Scope(goods=frozenset({Good.AI_CHIP}))
    return RevenueShare(**terms(name, scope=scope, **fields))


def test_an_answer_names_what_governs_first():
    answer = record().explain(chip_line("H20"), date(2025, 9, 20))
    assert answer.verdict == "allowed in part, 0.03 (licence 0.50, permit 0.05)"
    assert answer.rows() == (
        "H20 from nvidia to alibaba, 2025-09-20: allowed in part, 0.03 "
        "(licence 0.50, permit 0.05)",
        "  exporter's gate, governs: us_2025_04_h20_letter - Letters stop chips with "
        "the H20's memory or link bandwidth (Nvidia 8-K of 2025-04-15 "
        "(0001045810-25-000082; is-informed letter)); the share of business it lets "
        "through is 0.50",
        "  importer's gate, governs: cn_2025_08_h20_guidance - Firms are told to avoid "
        "the H20 or to justify buying it (unpublished guidance); the share of licensed "
        "orders it lets in is 0.05",
        "  levy, governs: us_2025_08_revenue_share - Fifteen per cent of H20 and MI308 "
        "sales to China for the US Treasury (no published instrument (oral "
        "arrangement)); it takes 0.15 of the sale's value",
        "  exporter's gate, also in force: us_2025_08_h20_licences - Licences for the "
        "H20 and the MI308 are granted after all (individual licences; Nvidia 10-K for "
        "fiscal 2026); relaxes us_2025_04_h20_letter: 0.50 is granted",
    )


def test_an_answer_says_when_nothing_applies():
    answer = record().explain(chip_line("H100"), date(2022, 1, 1))
    assert answer.rows() == (
        "H100 from nvidia to alibaba, 2022-01-01: free (licence 1.00, permit 1.00)",
        "  no instrument in force stands in its way",
    )


def test_an_answer_says_how_a_control_leaks():
    line = tool_line("lam", "ymtc", "etch")
    rows = "\n".join(record().explain(line, date(2024, 1, 1)).rows())
    assert "blocked (licence 0.00" in rows
    assert "unlisted affiliates may go on buying" in rows
    assert "advanced facilities, so others may go on buying" in rows
    assert "15 CFR 744.23" in rows


def test_an_answer_gives_a_range_where_draws_differ():
    chip = Chip("design", "nvidia", np.array([1000.0, 9000.0]), 814, 900, 900, 1.0)
    answer = record().explain(chip_line(chip), date(2024, 1, 1))
    assert answer.verdict.startswith("allowed in part, 0.00 to 1.00 by draw")


def test_an_answer_is_the_licence_of_that_day():
    leakage = LeakageShares(0.2, 0.3)
    line = tool_line("lam", "ymtc", "etch")
    answer = record().explain(line, date(2024, 5, 5), leakage)
    assert answer.licence == record().licence(line, Month(2024, 5), leakage)


def test_an_answer_tells_the_strictest_control_from_a_milder_one():
    law = regime(tool_ban("mild", 0.8), tool_ban("strict"))
    reasons = law.explain(ETCH, date(2024, 1, 1)).reasons
    assert [(x.instrument.id, x.governs) for x in reasons] == [
        ("strict", True),
        ("mild", False),
    ]
    assert reasons[0].effect == "licences are denied"
    assert reasons[1].effect == "the share of business it lets through is 0.80"


def test_an_answer_names_the_largest_levy_in_force_as_the_one_that_governs():
    levies = [
        levy("small", share=0.1),
        levy("large", share=0.2),
        levy("ended", share=0.9, end=date(2023, 6, 1)),
    ]
    law, line = regime(*levies), chip_line("H20")
    answer = law.explain(line, date(2024, 1, 1))
    assert answer.levy == law.levy(line, Month(2024, 1)) == 0.2
    assert [(x.instrument.id, x.governs) for x in answer.reasons] == [
        ("large", True),
        ("small", False),
    ]


def test_a_policy_that_relaxes_a_control_in_some_draws_is_named():
    scope = Scope(goods=frozenset({Good.AI_CHIP}))
    limit = PerformanceThreshold(
        **terms("limit", scope=scope), tests=({"tpp": 4_800.0},), approval=0.0
    )
    policy = LicencePolicy(**terms("policy", scope=scope), of=("limit",), approval=0.5)
    chip = Chip("design", "nvidia", np.array([1000.0, 9000.0]), 814, 900, 900, 1.0)
    answer = regime(limit, policy).explain(chip_line(chip), date(2024, 1, 1))
    assert [x.instrument.id for x in answer.reasons] == ["limit", "policy"]
    assert answer.reasons[1].effect == "relaxes limit: 0.50 is granted"


def test_the_difference_lists_added_removed_and_amended():
    base = regime(
        tool_ban("kept"), tool_ban("gone", title="gone"), tool_ban("moved", 0.2)
    )
    moved = tool_ban("moved", 0.4, end=date(2024, 1, 1), note="a word")
    other = regime(tool_ban("kept"), moved, tool_ban("new", title="new"))
    rows = law_difference(base.instruments, other.instruments)
    assert [str(row) for row in rows] == [
        "added new: new (from 2023-01-01)",
        "removed gone: gone (from 2023-01-01)",
        "amended moved: end none → 2024-01-01",
        "amended moved: approval 0.2 → 0.4",
    ]


def test_a_change_of_words_is_no_change_of_law():
    base, other = regime(tool_ban()), regime(tool_ban(title="other", note="n"))
    assert law_difference(base.instruments, other.instruments) == ()
    assert base.first_difference(other) is None


def test_an_amendment_names_the_value_that_changed_and_no_other():
    joined = service_ban(adopted_by={"NLD": Adoption(), "JPN": Adoption()})
    changed = service_ban(
        adopted_by={"NLD": Adoption(since=date(2026, 1, 1), share=0.5)},
        scope=replace(joined.scope, facilities=Facilities.ANY),
        ask=Ask(coercion=0.3),
    )
    rows = law_difference(regime(joined).instruments, regime(changed).instruments)
    assert {row.field: row.amendment for row in rows} == {
        "scope.facilities": "advanced → any",
        "adopted_by.NLD": "from its effective day → from 2026-01-01, share 0.5",
        "adopted_by.JPN": "from its effective day → none",
        "ask.side_payment": "none → 0",
        "ask.coercion": "none → 0.3",
    }


def test_of_several_names_those_that_changed_are_told():
    days = {"effective": date(2026, 1, 1), "announced": date(2026, 1, 1)}
    one = Truce(**terms("stay", suspends=("a", "b", "c")) | days)
    (row,) = law_difference(
        regime(one).instruments,
        regime(replace(one, suspends=("c", "d"))).instruments,
    )
    assert str(row) == "amended stay: suspends without a, b; with d"


def test_a_change_of_kind_is_an_amendment():
    rows = law_difference(
        regime(tool_ban("x")).instruments, regime(service_ban("x")).instruments
    )
    assert [str(row) for row in rows] == ["amended x: kind equipment_ban → service_ban"]


def test_an_addition_is_seen_when_it_is_announced():
    ban = tool_ban(announced=date(2024, 3, 9), effective=date(2025, 1, 1))
    assert regime().first_difference(regime(ban)) == Month(2024, 3)


def test_a_later_end_is_seen_when_the_earlier_one_comes():
    one, other = tool_ban(end=date(2024, 5, 1)), tool_ban(end=date(2025, 5, 1))
    assert regime(one).first_difference(regime(other)) == Month(2024, 5)
    assert regime(one).first_difference(regime(tool_ban())) == Month(2024, 5)


def test_an_amended_share_is_seen_from_the_announcement():
    one = tool_ban(approval=0.1, effective=date(2024, 1, 1))
    other = tool_ban(approval=0.2, effective=date(2024, 1, 1))
    assert regime(one).first_difference(regime(other)) == Month(2023, 1)


def test_a_swept_array_equals_itself():
    one = tool_ban(approval=np.array([0.1, 0.2]))
    other = tool_ban(approval=np.array([0.1, 0.2]))
    assert one == other
    assert one != tool_ban(approval=np.array([0.1, 0.3]))
    assert one != "ban"
    assert len({one, other}) == 1


def test_who_decides_is_said_in_a_sentence_or_two():
    since = date(2026, 10, 1)
    assert Decisions().summary() == ""
    assert Decisions(frozenset({"CHN"}), since).summary() == (
        "China decides for itself from 2026-10 on."
    )
    chosen = {("ban", "NLD"): False, ("ban", "JPN"): False, ("act", "USA"): True}
    words = Decisions(frozenset({"NLD", "JPN", "KOR"}), since, chosen).summary()
    assert words == (
        "The Netherlands, Japan and South Korea decide for themselves from 2026-10 on. "
        "The Netherlands and Japan follow the record on ban. "
        "The United States decides for itself on act from 2026-10 on."
    )


def test_what_is_left_to_a_state_counts_as_undecided_and_is_named():
    ban = tool_ban(announced=date(2025, 3, 1), effective=date(2025, 3, 1))
    dated = regime(ban)
    line, day = tool_line("lam", "cxmt", "etch"), date(2025, 6, 1)
    open_ = Regime("open", dated.instruments, Decisions(frozenset({"USA"}), day))
    assert open_.explain(line, day) == dated.explain(
        line, day
    )  # announced before they decide
    since = date(2025, 3, 1)
    left = Regime("left", dated.instruments, Decisions(frozenset({"USA"}), since))
    answer = left.explain(line, day)
    assert dated.explain(line, day).licence < 1.0
    assert answer.licence == 1.0
    assert answer.reasons == ()
    (words,) = answer.undecided
    assert words.startswith(f"left to the United States to decide: {ban.id}")
    assert answer.rows()[-1] == f"  {words}"


def test_of_what_is_undecided_an_answer_names_what_binds_the_sellers_on_the_line():
    since = date(2025, 3, 15)
    days = {"announced": date(2025, 3, 20), "effective": date(2025, 4, 1)}
    service = service_ban(adopted_by={"NLD": Adoption(), "JPN": Adoption()}, **days)
    acts = {act.id: act for act in (service, tool_ban(**days))}
    law = Regime("open", acts, Decisions(frozenset({"USA", "NLD"}), since))

    def undecided(seller, good="engineers", day=date(2025, 3, 1)):
        line = tool_line(seller, "smic_advanced", good)
        return [text.split(" - ")[0] for text in law.explain(line, day).undecided]

    assert undecided("lam") == ["left to the United States to decide: service_ban"]
    assert undecided("lam", "etch") == ["left to the United States to decide: ban"]
    assert undecided("asml") == [
        "left to the Netherlands to decide: joining service_ban"
    ]
    assert undecided("tel") == []
    assert undecided("lam", day=date(2025, 2, 28)) == []
