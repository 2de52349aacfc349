"""How instruments combine: days, the strictest, truces, allies, leaks, terms."""

import copy
import pickle
from datetime import date

import numpy as np
import pytest

from sim.domain.months import Month
from sim.domain.supply import Good
from sim.policy.applicable_law import LeakageShares
from sim.policy.exports import (
    AffiliatesRule,
    EntityListing,
    ForeignDirectProductRule,
    LicencePolicy,
)
from sim.policy.imports import ImportDiscouragement, ProcurementMandate, Subsidy
from sim.policy.instruments import Adoption, Ask
from sim.policy.scope import Facilities, Scope
from sim.policy.terms import EndUseEnforcement, Enforcement, Truce
from tests.law.trade import (
    DRAWS,
    NAMES,
    chip_line,
    record,
    regime,
    service_ban,
    tool_ban,
    tool_line,
)

ETCH = tool_line("lam", "ymtc", "etch")


def test_a_month_is_the_mean_of_its_days():
    law = regime(tool_ban(effective=date(2023, 4, 11)))
    assert law.licence(ETCH, Month(2023, 4)) == pytest.approx(10 / 30)


def test_a_month_with_several_changes_is_still_the_mean_of_its_days():
    first = tool_ban("first", effective=date(2023, 4, 11), end=date(2023, 4, 16))
    second = tool_ban("second", 0.5, effective=date(2023, 4, 21))
    expected = (10 + 5 + 10 * 0.5) / 30
    licence = regime(first, second).licence(ETCH, Month(2023, 4))
    assert licence == pytest.approx(10 / 30 + 5 / 30 + 10 * 0.5 / 30)
    assert licence == pytest.approx(expected)


def test_the_last_day_before_an_end_is_still_bound():
    law = regime(tool_ban(end=date(2023, 4, 30)))
    assert law.licence(ETCH, Month(2023, 4)) == pytest.approx(1 / 30)


def test_the_strictest_governs():
    law = regime(tool_ban("mild", 0.8), tool_ban("strict", 0.1), tool_ban("fair", 0.5))
    assert law.licence(ETCH, Month(2023, 5)) == pytest.approx(0.1)


def test_the_strictest_governs_draw_by_draw():
    one = tool_ban("one", np.array([0.1, 0.9, 0.5, 1.0]))
    other = tool_ban("other", np.array([0.2, 0.3, 0.5, 0.7]))
    licence = regime(one, other).licence(ETCH, Month(2023, 5))
    np.testing.assert_allclose(licence, [0.1, 0.3, 0.5, 0.7])


def test_a_ban_covers_a_share_of_a_class():
    law = regime(tool_ban(coverage={Good.ETCH: 0.25}))
    assert law.licence(ETCH, Month(2023, 5)) == 0.75


def test_a_truce_suspends_and_its_end_revives():
    truce = Truce(
        id="truce",
        effective=date(2023, 6, 1),
        end=date(2023, 9, 1),
        suspends=("ban",),
        **NAMES,
    )
    law = regime(tool_ban(), truce)
    shares = [law.licence(ETCH, Month(2023, number)) for number in range(5, 10)]
    assert shares == [0.0, 1.0, 1.0, 1.0, 0.0]
    assert law.pending_denial(ETCH, Month(2023, 7)) == 1.0
    assert [item.id for item in law.book.ending(Month(2023, 6))] == ["ban"]
    assert [item.id for item in law.book.taking_effect(Month(2023, 9))] == ["ban"]


def test_an_ally_is_bound_from_the_day_it_joins():
    line = tool_line("asml", "ymtc", "engineers")
    ban = service_ban(adopted_by={"NLD": Adoption(since=date(2025, 10, 1))})
    law = regime(ban)
    shares = [law.licence(line, Month(2025, number)) for number in (7, 9, 10)]
    assert shares == [1.0, 1.0, 0.0]
    assert law.pending_denial(line, Month(2025, 8)) == 1.0
    assert law.book.joining(Month(2025, 10)) == ((ban, "NLD"),)
    assert law.licence(tool_line("tel", "ymtc", "engineers"), Month(2025, 10)) == 1.0


def test_an_ally_without_a_date_joins_when_the_instrument_takes_effect():
    line = tool_line("asml", "ymtc", "engineers")
    law = regime(service_ban(adopted_by={"NLD": Adoption()}))
    assert law.licence(line, Month(2025, 6)) == 1.0
    assert law.licence(line, Month(2025, 7)) == 0.0


def test_an_adoption_may_differ_by_draw():
    shares = np.array([0.0, 0.25, 0.5, 1.0])
    ban = service_ban(adopted_by={"NLD": Adoption(share=shares)})
    line = tool_line("asml", "ymtc", "engineers")
    licence = regime(ban).licence(line, Month(2025, 8))
    np.testing.assert_array_equal(licence, 1.0 - shares)


def test_a_ban_reaches_american_parts_of_foreign_vendors():
    law = regime(service_ban(reach={"NLD": 0.1}))
    line = tool_line("asml", "ymtc", "engineers")
    assert law.licence(line, Month(2025, 8)) == pytest.approx(0.9)


def test_a_ban_on_advanced_facilities_leaks_through_others():
    line = tool_line("amat", "ymtc", "engineers")
    leakage = LeakageShares(facilities=np.array([0.0, 0.1, 0.5, 1.0]))
    licence = regime(service_ban()).licence(line, Month(2025, 8), leakage)
    np.testing.assert_allclose(licence, [0.0, 0.1, 0.5, 1.0])


def test_a_ban_on_any_facility_does_not_leak():
    ban = service_ban(
        scope=Scope(goods=frozenset({Good.ENGINEERS}), facilities=Facilities.ANY)
    )
    line = tool_line("amat", "ymtc", "engineers")
    leakage = LeakageShares(affiliates=0.5, facilities=0.5)
    assert regime(ban).licence(line, Month(2025, 8), leakage) == 0.0


def test_a_listing_leaks_until_an_affiliates_rule():
    listing = EntityListing(
        id="listing",
        effective=date(2023, 1, 1),
        scope=Scope(parties=frozenset({"ymtc"})),
        **NAMES,
        approval=0.0,
    )
    rule = AffiliatesRule(id="rule", effective=date(2023, 7, 1), **NAMES)
    law = regime(listing, rule)
    leakage = LeakageShares(affiliates=0.3)
    assert law.licence(ETCH, Month(2023, 6), leakage) == pytest.approx(0.3)
    assert law.licence(ETCH, Month(2023, 7), leakage) == 0.0
    assert law.pending_denial(ETCH, Month(2023, 6), leakage) == pytest.approx(0.3)


def test_an_affiliates_rule_closes_no_other_leak_and_none_of_another_issuer():
    rule = AffiliatesRule(id="rule", effective=date(2023, 1, 1), **NAMES)
    leakage = LeakageShares(affiliates=0.3, facilities=0.1)
    service = tool_line("amat", "ymtc", "engineers")
    licence = regime(service_ban(), rule).licence(service, Month(2025, 8), leakage)
    assert licence == pytest.approx(0.1)
    dutch = EntityListing(
        id="listing",
        effective=date(2023, 1, 1),
        scope=Scope(parties=frozenset({"ymtc"}), origins=frozenset({"USA"})),
        **(NAMES | {"issuer": "NLD"}),
        approval=0.0,
    )
    licence = regime(dutch, rule).licence(ETCH, Month(2023, 6), leakage)
    assert licence == pytest.approx(0.3)


def test_without_a_leakage_given_nothing_leaks():
    no_leak = LeakageShares()
    assert (no_leak.affiliates, no_leak.facilities) == (0.0, 0.0)


def test_a_policy_relaxes_a_listing_for_the_chips_within_its_limits():
    """Both chips are on lines that are alike in all else."""
    listing = EntityListing(
        id="listing",
        effective=date(2023, 1, 1),
        scope=Scope(parties=frozenset({"alibaba"})),
        **NAMES,
        approval=0.0,
    )
    policy = LicencePolicy(
        id="policy",
        effective=date(2023, 1, 1),
        of=("listing",),
        within={"tpp": 4_800.0},
        **NAMES,
        approval=1.0,
    )
    law = regime(listing, policy)
    assert law.licence(chip_line("H20"), Month(2023, 5)) == 1.0
    assert law.licence(chip_line("H100"), Month(2023, 5)) == 0.0


def test_a_rule_on_foreign_products_leaves_those_exempt_to_what_they_have_joined():
    rule = ForeignDirectProductRule(
        id="rule",
        effective=date(2023, 1, 1),
        scope=Scope(goods=frozenset({Good.ETCH})),
        exempt_origins=frozenset({"JPN"}),
        adopted_by={"JPN": Adoption(since=date(2024, 1, 1), share=0.5)},
        **NAMES,
        approval=0.0,
        coverage=0.5,
    )
    law, japanese = regime(rule), tool_line("tel", "ymtc", "etch")
    assert law.licence(tool_line("asml", "ymtc", "etch"), Month(2023, 5)) == 0.5
    assert law.licence(japanese, Month(2023, 12)) == 1.0
    assert law.licence(japanese, Month(2024, 1)) == 0.75
    assert law.book.joining(Month(2024, 1)) == ((rule, "JPN"),)
    assert law.book.joining(Month(2023, 12)) == ()


GUIDANCE = ImportDiscouragement(
    id="guidance",
    title="t",
    issuer="CHN",
    announced=date(2023, 3, 10),
    effective=date(2023, 6, 1),
    end=date(2023, 9, 1),
    reference="none",
    source="none",
    scope=Scope(goods=frozenset({Good.AI_CHIP})),
    permit=0.25,
)


def test_guidance_that_ends_while_suspended_is_foreseen_no_longer():
    truce = Truce(
        id="truce", effective=date(2023, 7, 1), suspends=("guidance",), **NAMES
    )
    law, line = regime(GUIDANCE, truce), chip_line("H20")
    days = [date(2023, 8, 31), date(2023, 9, 1), date(2023, 8, 31)]
    assert [law.foreseen_access(line, day) for day in days] == [0.25, 1.0, 0.25]


def test_access_foreseen_on_a_day_is_what_passes_both_gates():
    listing = EntityListing(
        id="listing",
        effective=date(2023, 1, 1),
        scope=Scope(parties=frozenset({"alibaba"})),
        **NAMES,
        approval=0.5,
    )
    law, line = regime(GUIDANCE, listing), chip_line("H20")
    days = (date(2023, 3, 9), date(2023, 3, 10), date(2023, 8, 31), date(2023, 9, 1))
    access = [law.foreseen_access(line, day) for day in days]
    assert access == [0.5, 0.125, 0.125, 0.5]


def test_a_scope_with_origins_covers_lines_from_them_alone():
    for origin, covered in (("USA", True), ("NLD", False)):
        scope = Scope(origins=frozenset({origin}))
        assert scope.covers_from_origin(ETCH) is covered


def test_a_law_without_an_instrument_has_all_others():
    law = regime(tool_ban("one"), tool_ban("two"), tool_ban("three"))
    assert set(law.without(["one", "three"]).instruments) == {"two"}


@pytest.mark.parametrize("kind", ["service_ban", "fdpr"])
def test_a_backstop_reaches_the_vendors_of_a_state_that_refuses(kind):
    ask = Ask(deadline=date(2025, 9, 1), backstop={"NLD": 0.5})
    law = regime(service_ban(adopted_by={}, ask=ask))
    if kind == "fdpr":
        scope = Scope(origins=frozenset({"JPN"}))
        names = ("id", "title", "issuer", "announced", "effective", "reference")
        written = {x: getattr(law.instruments["service_ban"], x) for x in names}
        rule = ForeignDirectProductRule(
            **written, source="none", scope=scope, approval=0.0, ask=ask
        )
        law = regime(rule)
    line = tool_line("asml", "smic_advanced", "engineers")
    days = (date(2025, 8, 31), date(2025, 9, 1))
    assert [law.explain(line, day).licence for day in days] == [1.0, 0.5]


def test_a_backstop_needs_a_deadline():
    with pytest.raises(ValueError, match="needs a deadline"):
        Ask(backstop={"JPN": 0.5}).checked()
    terms = Ask(backstop={"JPN": 0.5}, deadline=date(2025, 1, 1))
    assert terms.checked() is terms


def test_goods_that_cross_no_border_are_free():
    assert regime(tool_ban()).licence(
        tool_line("naura", "ymtc", "etch"), Month(2024, 1)
    )


def test_what_is_announced_is_pending_until_it_binds():
    line = tool_line("amat", "ymtc", "engineers")
    law = regime(service_ban())
    shares = [law.pending_denial(line, Month(2025, number)) for number in (1, 2, 6, 7)]
    assert shares == [0.0, 1.0, 1.0, 0.0]


def test_a_deadline_inside_a_month_is_seen_coming():
    law = regime(tool_ban(announced=date(2023, 5, 2), effective=date(2023, 5, 31)))
    assert law.pending_denial(ETCH, Month(2023, 5)) == 1.0
    assert law.pending_denial(ETCH, Month(2023, 6)) == 0.0


def test_a_rule_given_up_before_it_binds_was_expected_but_never_bound():
    ban = tool_ban(effective=date(2023, 5, 15), end=date(2023, 5, 13))
    law = regime(ban)
    assert law.pending_denial(ETCH, Month(2023, 4)) == 1.0
    assert law.pending_denial(ETCH, Month(2023, 5)) == 1.0
    assert law.pending_denial(ETCH, Month(2023, 6)) == 0.0
    assert law.licence(ETCH, Month(2023, 5)) == 1.0
    assert law.book.taking_effect(Month(2023, 5)) == ()


def test_a_rule_given_up_is_expected_until_it_is_given_up():
    law = regime(tool_ban(effective=date(2023, 5, 15), end=date(2023, 5, 13)))
    days = [date(2023, 5, number) for number in (12, 13, 14, 15)]
    assert [law.foreseen_access(ETCH, day) for day in days] == [0.0, 1.0, 1.0, 1.0]


def test_the_diffusion_rule_was_never_in_force():
    months = [Month(2025, 1) + step for step in range(12)]
    assert not any(
        item.id == "us_2025_01_diffusion" for m in months for item in record().quotas(m)
    )
    assert "us_2025_01_diffusion" in {
        item.id for item in record().book.announced(Month(2025, 1))
    }


def test_quotas_count_the_lines_they_name():
    quotas = {item.id: item for item in record().quotas(Month(2026, 6))}
    assert set(quotas) == {"us_2026_01_h200_volume", "us_2026_05_h200_firms"}
    firms = quotas["us_2026_05_h200_firms"]
    assert (firms.cap, firms.unit, firms.per) == (75000, "units", "customer")
    assert firms.counted_share(chip_line("H200")) == 1.0
    assert firms.counted_share(chip_line("H20")) == 0.0
    assert firms.counted_share(chip_line("H200", destination="SGP")) == 0.0


def test_enforcement_multiplies_and_knows_places():
    everywhere = EndUseEnforcement(
        id="everywhere", effective=date(2023, 4, 16), officers=2.0, budget=1.5, **NAMES
    )
    malaysia = EndUseEnforcement(
        id="malaysia",
        effective=date(2023, 1, 1),
        officers=3.0,
        location_verification=0.4,
        scope=Scope(destinations=frozenset({"MYS"})),
        **NAMES,
    )
    law = regime(everywhere, malaysia)
    assert law.enforcement(Month(2023, 4)).officers == pytest.approx(1.5)
    assert law.enforcement(Month(2023, 5)).location_verification == 0.0
    hub = law.enforcement(Month(2023, 5), "MYS")
    assert (hub.officers, hub.budget, hub.location_verification) == (6.0, 1.5, 0.4)


def test_terms_that_are_not_written_change_nothing():
    silent = EndUseEnforcement(id="silent", effective=date(2023, 1, 1), **NAMES)
    base = Enforcement()
    assert (base.officers, base.budget, base.location_verification) == (1.0, 1.0, 0.0)
    assert regime(silent).enforcement(Month(2023, 5)) == base
    ask = Ask()
    assert (ask.side_payment, ask.coercion, ask.deadline) == (0.0, 0.0, None)


def test_mandates_take_the_largest_and_subsidies_add():
    chips = Scope(goods=frozenset({Good.AI_CHIP}))
    terms = NAMES | {"issuer": "CHN", "effective": date(2023, 1, 1)}
    law = regime(
        ProcurementMandate(
            id="a", domestic_share=0.5, applies_to=0.4, scope=chips, **terms
        ),
        ProcurementMandate(id="b", domestic_share=0.1, scope=chips, **terms),
        Subsidy(id="c", usd_million_a_month=10.0, **terms),
        Subsidy(id="d", usd_million_a_month=5.0, **terms),
    )
    month = Month(2023, 5)
    assert law.mandate(Good.AI_CHIP, "CHN", month) == pytest.approx(0.2)
    assert law.mandate(Good.ETCH, "CHN", month) == 0.0
    assert law.mandate(Good.AI_CHIP, "USA", month) == 0.0
    assert law.subsidy("CHN", month) == 15.0
    assert law.subsidy("USA", month) == 0.0


def test_changes_tells_the_months_in_which_answers_may_differ():
    law = regime(tool_ban(announced=date(2023, 2, 1), effective=date(2023, 4, 11)))
    changing = [
        number for number in range(1, 9) if law.book.changes_in(Month(2023, number))
    ]
    assert changing == [2, 3, 4, 5]


@pytest.mark.parametrize("year", range(2022, 2031))
def test_nothing_changes_in_a_month_that_does_not_announce_it(year):
    lines = [tool_line("lam", "ymtc", "etch"), chip_line("H20"), chip_line("H200")]
    leak = LeakageShares(0.2, 0.3)
    for number in range(1, 13):
        month = Month(year, number)
        if not record().book.changes_in(month):
            for line in lines:
                for ask in (record().licence, record().pending_denial):
                    assert ask(line, month, leak) == ask(line, month + -1, leak)
                assert record().permit(line, month) == record().permit(line, month + -1)


def test_a_regime_survives_copies_and_other_processes():
    law = regime(tool_ban())
    assert law.licence(ETCH, Month(2023, 5)) == 0.0
    assert copy.deepcopy(law) is law
    twin = pickle.loads(pickle.dumps(law))
    assert twin.instruments == dict(law.instruments)
    assert twin.licence(ETCH, Month(2023, 5)) == 0.0


def test_a_draw_does_not_know_its_neighbours():
    leakage = LeakageShares(
        np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.4, 0.1, 0.3, 0.0])
    )
    line = tool_line("lam", "ymtc", "etch")
    whole = np.broadcast_to(record().licence(line, Month(2023, 5), leakage), DRAWS)
    for draw in range(DRAWS):
        alone = LeakageShares(leakage.affiliates[[draw]], leakage.facilities[[draw]])
        assert record().licence(line, Month(2023, 5), alone) == whole[draw]
