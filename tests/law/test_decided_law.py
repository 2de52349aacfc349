"""What is decided binds in the draws in which it is decided, and in no other."""

from datetime import date

import numpy as np
import pytest

from sim.domain.months import Month
from sim.domain.supply import Good
from sim.policy.applicable_law import LeakageShares
from sim.policy.decided_law import DecidedLaw, JoinedShares
from sim.policy.decisions import Decisions, Package
from sim.policy.exports import (
    AffiliatesRule,
    EntityListing,
    LicencePolicy,
    PerformanceThreshold,
)
from sim.policy.imports import ImportDiscouragement, ProcurementMandate, Subsidy
from sim.policy.instruments import Adoption, Ask
from sim.policy.quotas import QuotaBook
from sim.policy.regime import Regime
from sim.policy.scope import Scope
from sim.policy.terms import EndUseEnforcement, Quota, RevenueShare, Truce
from tests.law.trade import (
    DRAWS,
    chip_line,
    other_line,
    service_ban,
    tool_ban,
    tool_line,
)

NOW = Month(2026, 12)
SINCE = date(2026, 10, 1)
DAYS = {"announced": date(2026, 10, 1), "effective": date(2026, 10, 1)}
OLD = {"announced": date(2023, 1, 1), "effective": date(2023, 1, 1)}
SECOND = np.arange(DRAWS) == 1
"""Decided in the second draw alone."""

FORCE = SECOND.astype(float)
CHIPS = Scope(goods=frozenset({Good.AI_CHIP}), destinations=frozenset({"CHN"}))
LEAKY = LeakageShares(affiliates=np.full(DRAWS, 0.25), facilities=np.full(DRAWS, 0.1))


def terms(name="act", issuer="USA", days=DAYS, **fields):
    """Return what every instrument has."""
    known = {"id": name, "title": name, "issuer": issuer, **days}
    return {**known, "reference": "none", "source": "none", **fields}


def decided(*acts, force=("act",), joined=None, coming=None, states=("USA", "CHN")):
    """Return a law in which some acts are in force in the second draw alone."""
    known = {act.id: act for act in acts}
    law = Regime("test", known, Decisions(frozenset(states), SINCE))
    decided_law = DecidedLaw.from_acts(dict.fromkeys(force, FORCE), joined or {}, known)
    return law.with_decided(decided_law, coming or decided_law)


def twice(value):
    """Return a number outside and inside the second draw, the same in all others."""
    values = np.ones(DRAWS) * value
    assert len(set(values[~SECOND])) == 1
    return float(values[0]), float(values[1])


# --- the exporter's gate --------------------------------------------------------------


def test_a_ban():
    law = decided(tool_ban("act", **DAYS))
    line = tool_line("lam", "smic_advanced", "etch")
    assert twice(law.licence(line, NOW)) == (1.0, 0.0)


def test_a_threshold():
    act = PerformanceThreshold(
        **terms(scope=CHIPS), tests=({"tpp": 4_800.0},), approval=0.0
    )
    law = decided(act)
    assert twice(law.licence(chip_line("H100"), NOW)) == (1.0, 0.0)
    assert twice(law.licence(chip_line("H20"), NOW)) == (1.0, 1.0)


def test_a_licence_policy():
    ban = PerformanceThreshold(
        **terms("ban", days=OLD, scope=CHIPS),
        tests=({"tpp": 4_800.0},),
        approval=0.0,
    )
    act = LicencePolicy(
        **terms(scope=CHIPS), of=("ban",), within={"tpp": 16_000.0}, approval=0.5
    )
    law = decided(ban, act)
    assert twice(law.licence(chip_line("H200"), NOW)) == (0.0, 0.5)
    assert twice(law.licence(chip_line("B200"), NOW)) == (0.0, 0.0)


def test_an_affiliates_rule_closes_the_leak():
    listing = EntityListing(
        **terms("listing", days=OLD, scope=Scope(parties=frozenset({"smic"}))),
        approval=0.0,
    )
    law = decided(listing, AffiliatesRule(**terms()))
    line = tool_line("lam", "smic_advanced", "etch")
    assert twice(law.licence(line, NOW, LEAKY)) == (0.25, 0.0)


def test_a_truce_suspends_a_dated_act():
    truce = Truce(**terms(), suspends=("ban",))
    law = decided(tool_ban("ban", **OLD), truce)
    line = tool_line("lam", "smic_advanced", "etch")
    assert twice(law.licence(line, NOW)) == (0.0, 1.0)


def test_a_truce_that_nobody_has_agreed_to_suspends_nothing():
    """It has no dates of its own, so it does not suspend by them either."""
    truce = Truce(**terms(), suspends=("ban",))
    law = Regime(
        "test",
        {"ban": tool_ban("ban", **OLD), "act": truce},
        Decisions(frozenset({"USA"}), SINCE),
    )
    line = tool_line("lam", "smic_advanced", "etch")
    assert np.all(law.licence(line, NOW) == 0.0)
    assert law.pending_denial(line, NOW) == 0.0


def test_a_truce_suspends_what_was_decided_and_what_was_joined():
    ban = service_ban("ban", **DAYS, adopted_by={"JPN": Adoption()})
    truce = Truce(**terms(), suspends=("ban",))
    joined = {("ban", "JPN"): JoinedShares(np.ones(DRAWS), np.zeros(DRAWS))}
    known = {"ban": ban, "act": truce}
    law = Regime("test", known, Decisions(frozenset({"USA", "JPN"}), SINCE))
    acts = {"ban": np.ones(DRAWS), "act": FORCE}
    decided_law = DecidedLaw.from_acts(acts, joined, known)
    law = law.with_decided(decided_law, decided_law)
    for seller in ("lam", "tel"):
        line = tool_line(seller, "smic_advanced", "engineers")
        assert twice(law.licence(line, NOW)) == (0.0, 1.0)


# --- joining --------------------------------------------------------------------------


def asked(**ask):
    """Return a service ban of the record that Japan may join."""
    goods = frozenset({Good.ENGINEERS, Good.SPARE_PARTS})
    return service_ban(
        "ban",
        scope=Scope(goods=goods, destinations=frozenset({"CHN"})),
        adopted_by={"JPN": Adoption()},
        ask=Ask(**ask) if ask else None,
        **DAYS,
    )


def joined_law(whole, part, **ask):
    """Return a law of which Japan has joined as much as is said."""
    joining = {("ban", "JPN"): JoinedShares(whole, part)}
    return decided(asked(**ask), force=(), joined=joining, states=("JPN",))


def test_joining_whole_binds_everything():
    law = joined_law(FORCE, np.zeros(DRAWS))
    for good in ("engineers", "spare_parts"):
        line = tool_line("tel", "smic_advanced", good)
        assert twice(law.licence(line, NOW)) == (1.0, 0.0)


def test_joining_in_part_binds_parts_alone():
    law = joined_law(np.zeros(DRAWS), 0.4 * FORCE)
    engineers = tool_line("tel", "smic_advanced", "engineers")
    parts = tool_line("tel", "smic_advanced", "spare_parts")
    assert twice(law.licence(engineers, NOW)) == (1.0, 1.0)
    assert twice(law.licence(parts, NOW)) == pytest.approx((1.0, 0.6))


def test_who_has_not_joined_is_not_bound_and_the_leader_is():
    law = joined_law(np.zeros(DRAWS), np.zeros(DRAWS))
    line = tool_line("tel", "smic_advanced", "engineers")
    own = tool_line("lam", "smic_advanced", "engineers")
    assert twice(law.licence(line, NOW)) == (1.0, 1.0)
    assert twice(law.licence(own, NOW)) == (0.0, 0.0)


def test_the_backstop_binds_from_its_day_where_nobody_has_joined():
    law = joined_law(
        FORCE,
        np.zeros(DRAWS),
        deadline=date(2027, 8, 1),
        backstop={"JPN": 0.75},
    )
    line = tool_line("tel", "smic_advanced", "engineers")
    assert twice(law.licence(line, Month(2027, 7))) == (1.0, 0.0)
    assert twice(law.licence(line, Month(2027, 8))) == pytest.approx((0.25, 0.0))
    dutch = tool_line("asml", "smic_advanced", "engineers")
    assert twice(law.licence(dutch, Month(2027, 8))) == (1.0, 1.0)


def test_what_is_agreed_and_does_not_bind_yet_is_expected():
    soon = DecidedLaw.from_acts({"act": FORCE}, {}, {})
    act = tool_ban("act", **DAYS)
    law = Regime("test", {"act": act}, Decisions(frozenset({"USA"}), SINCE))
    law = law.with_decided(DecidedLaw.from_acts({"act": np.zeros(DRAWS)}, {}, {}), soon)
    line = tool_line("lam", "smic_advanced", "etch")
    assert twice(law.pending_denial(line, NOW)) == (0.0, 1.0)
    assert twice(law.licence(line, NOW)) == (1.0, 1.0)


# --- the importer's gate, and terms ---------------------------------------------------


def test_import_discouragement():
    act = ImportDiscouragement(
        **terms(issuer="CHN", scope=Scope(goods=frozenset({Good.AI_CHIP}))), permit=0.05
    )
    assert twice(decided(act).permit(chip_line("H20"), NOW)) == pytest.approx(
        (1.0, 0.05)
    )


def test_a_revenue_share():
    act = RevenueShare(**terms(scope=CHIPS), share=0.15)
    assert twice(decided(act).levy(chip_line("H20"), NOW)) == (0.0, 0.15)


def test_a_mandate():
    act = ProcurementMandate(
        **terms(issuer="CHN", scope=Scope(goods=frozenset({Good.ETCH}))),
        domestic_share=0.5,
        applies_to=0.8,
    )
    assert twice(decided(act).mandate(Good.ETCH, "CHN", NOW)) == (0.0, 0.4)


def test_a_subsidy():
    act = Subsidy(**terms(issuer="CHN"), usd_million_a_month=600.0)
    assert twice(decided(act).subsidy("CHN", NOW)) == (0.0, 600.0)


def test_enforcement():
    act = EndUseEnforcement(
        **terms(), officers=2.0, budget=1.25, location_verification=0.5
    )
    means = decided(act).enforcement(NOW)
    assert twice(means.officers) == (1.0, 2.0)
    assert twice(means.budget) == (1.0, 1.25)
    assert twice(means.location_verification) == (0.0, 0.5)


def test_a_quota():
    act = Quota(
        **terms(scope=CHIPS), cap=100.0, unit="units", per="total", period_months=12
    )
    line = chip_line("H20")
    book = QuotaBook([line])
    book.open_month(decided(act), NOW)
    one = np.ones(DRAWS)
    [units] = book.admit([line], [400.0 * one], h100e=one, us_sales=one)
    assert twice(units) == (400.0, 100.0)


def test_minerals_stay_home():
    act = tool_ban(
        "act", issuer="CHN", **DAYS, scope=Scope(goods=frozenset({Good.MINERALS}))
    )
    line = other_line("cn_minerals", "CHN", "USA_industry", "minerals", "USA")
    assert twice(decided(act).licence(line, NOW)) == (1.0, 0.0)


# --- what is decided, as an object ----------------------------------------------------


def test_an_act_is_covered_once_any_of_the_states_it_asks_has_joined():
    act = service_ban("ban", adopted_by={"NLD": Adoption(), "JPN": Adoption()})
    joined = {("ban", "JPN"): JoinedShares(FORCE, np.zeros(DRAWS))}
    assert DecidedLaw(joined=joined).covers_any([act])
    assert not DecidedLaw(joined=joined).covers_any([service_ban("other")])


def test_equal_numbers_are_no_change_and_a_first_joining_is_one():
    def joined_by_japan(share):
        joined = {("ban", "JPN"): JoinedShares(share * 1.0, np.zeros(DRAWS))}
        return DecidedLaw(acts={"act": FORCE * 1.0}, joined=joined)

    law = joined_by_japan(FORCE)
    assert law.changed_since(joined_by_japan(FORCE)) == frozenset()
    assert law.changed_since(joined_by_japan(0.5 * FORCE)) == {("ban", "JPN")}
    assert law.changed_since(DecidedLaw(acts=law.acts)) == {("ban", "JPN")}


def test_chunks_of_draws_are_put_together_and_cut_out_again():
    truce = Truce(**terms(), suspends=("ban",))

    def chunk(force):
        joined = {("ban", "JPN"): JoinedShares(force, 0.5 * force)}
        return DecidedLaw.from_acts({"act": force}, joined, {"act": truce})

    first, second = np.array([0.0, 1.0]), np.array([0.25])
    whole = DecidedLaw.concatenate([chunk(first), chunk(second)], {"act": truce})
    np.testing.assert_array_equal(whole.acts["act"], [0.0, 1.0, 0.25])
    np.testing.assert_array_equal(whole.suspended["ban"], [0.0, 1.0, 0.25])
    np.testing.assert_array_equal(whole.joined["ban", "JPN"].full, [0.0, 1.0, 0.25])
    np.testing.assert_array_equal(whole.joined["ban", "JPN"].partial, [0.0, 0.5, 0.125])
    last = whole.of_draws(slice(1, 3), {"act": truce})
    np.testing.assert_array_equal(last.acts["act"], [1.0, 0.25])
    np.testing.assert_array_equal(last.suspended["ban"], [1.0, 0.25])
    np.testing.assert_array_equal(last.joined["ban", "JPN"].full, [1.0, 0.25])


def test_a_regime_is_another_once_what_is_decided_is_other():
    now, ahead = DecidedLaw(), DecidedLaw()
    law = Regime("test", {}).with_decided(now, ahead)
    assert law.with_decided(now, ahead) is law
    for pair in ((DecidedLaw(), ahead), (now, DecidedLaw())):
        other = law.with_decided(*pair)
        assert (other.decided, other.decided_ahead) == pair
        assert other.book is law.book


def test_where_nothing_is_decided_what_states_decide_is_in_force_nowhere():
    by_draw = np.arange(DRAWS) / DRAWS
    law = decided(tool_ban("act", **DAYS), tool_ban("ban", by_draw, **OLD))
    line = tool_line("lam", "smic_advanced", "etch")
    licence = law.with_nothing_decided.licence(line, NOW)
    np.testing.assert_allclose(licence, by_draw)
    dated = Regime("test", {"ban": tool_ban("ban", **OLD)})
    assert dated.with_nothing_decided is dated


def test_a_package_has_the_name_and_the_terms_of_its_first_act():
    deadline = Ask(deadline=date(2027, 1, 1))
    first = tool_ban("first", adopted_by={"NLD": Adoption()}, ask=deadline)
    second = tool_ban("second", answers=("elsewhere",))
    joining = Package("NLD", (first, second))
    assert joining.name == "first"
    assert joining.asks == {"first", "second"}
    assert joining.deadline == date(2027, 1, 1)
    own = Package("USA", (first, second))
    assert (own.asks, own.deadline) == (frozenset(), None)
    dutch = tool_ban("dutch", issuer="NLD", answers=("first",))
    assert Package("NLD", (dutch, second)).asks == {"first"}


# --- what can be seen -----------------------------------------------------------------


def test_what_is_decided_is_not_announced_by_its_dates():
    law = decided(tool_ban("act", **DAYS), tool_ban("ban", **OLD), states=("USA",))
    assert law.book.announced(Month(2026, 10)) == ()
    assert law.book.taking_effect(Month(2026, 10)) == ()
    assert [act.id for act in law.book.in_force(NOW.first_day)] == ["ban"]
    assert [act.id for act in law.book.announced(Month(2023, 1))] == ["ban"]


def test_who_decides_is_a_difference_from_the_first_day_on():
    acts = {"act": tool_ban("act", **DAYS)}
    deciding = Regime("test", acts, Decisions(frozenset({"USA"}), SINCE))
    assert Regime("test", acts).first_difference(deciding) == Month(2026, 10)
    assert deciding.first_difference(deciding) is None


def test_thresholds_that_are_decided_come_after_those_that_are_dated():
    act = PerformanceThreshold(
        **terms(scope=CHIPS), tests=({"tpp": 1_600.0},), approval=0.0
    )
    old = PerformanceThreshold(
        **terms("old", days=OLD, scope=CHIPS),
        tests=({"tpp": 4_800.0},),
        approval=0.0,
    )
    law = decided(act, old)
    trade = (Good.AI_CHIP, "USA", "CHN", NOW)
    assert [item.id for item, _ in law.thresholds(*trade)] == ["old", "act"]
