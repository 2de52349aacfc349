"""Laws of law: how an answer must follow when what is asked is changed.

No answer is known beforehand here. Each test writes a law in two ways that must agree,
or changes it in a way that can move the answer in one direction only.
"""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.domain.months import Month
from sim.domain.supply import Good
from sim.policy.applicable_law import LeakageShares
from sim.policy.decided_law import DecidedLaw
from sim.policy.exports import LicencePolicy, PerformanceThreshold
from sim.policy.imports import ImportDiscouragement, ProcurementMandate, Subsidy
from sim.policy.instruments import Adoption
from sim.policy.quotas import QuotaBook
from sim.policy.scope import Facilities, Scope
from sim.policy.terms import EndUseEnforcement, Quota, RevenueShare, Truce
from tests.law.any_law import (
    ROUNDING,
    controls,
    days,
    enacted,
    leakages,
    lines,
    months,
    shares,
)
from tests.law.trade import (
    CHIPS,
    NAMES,
    chip_line,
    other_line,
    regime,
    tool_ban,
    tool_line,
)
from tests.strategies import each
from tests.worlds import built, run_until

ETCH = tool_line("lam", "ymtc", "etch")
IN_FORCE = NAMES | {"effective": NAMES["announced"]}
CHIP_SCOPE = Scope(goods=frozenset({Good.AI_CHIP}))
MONTHS = [Month(2023, 1) + n for n in range(0, 36, 2)]

laws = st.lists(controls(), max_size=3).map(tuple)
lengths = st.integers(1, 400).map(lambda n: timedelta(days=n))
several = settings(max_examples=15)


def one_act(control):
    """Return an act that `controls` has drawn, under an id of its own."""
    [act] = enacted(control).instruments.values()
    return replace(act, id="act")


def with_acts(law, *acts):
    """Return a law that `controls` has drawn, and acts besides."""
    return enacted(*law).with_instruments(acts)


def gates(law, line, leakage=(0.0, 0.0)):
    """Return licence, permit and pending denial of a line, month by month."""
    leaks = LeakageShares(*leakage)
    answers = [
        answer
        for month in MONTHS
        for answer in (
            law.licence(line, month, leaks),
            law.permit(line, month),
            law.pending_denial(line, month, leaks),
        )
    ]
    return np.reshape([float(np.squeeze(answer)) for answer in answers], (-1, 3))


def licences(law, line, leakage=(0.0, 0.0)):
    """Return the licence of a line alone, month by month."""
    leaks = LeakageShares(*leakage)
    answers = [law.licence(line, month, leaks) for month in MONTHS]
    return np.array([float(np.squeeze(answer)) for answer in answers])


def same(one, other):
    np.testing.assert_allclose(one, other, rtol=0.0, atol=ROUNDING)


def passes_no_more(stricter, milder):
    assert (stricter <= milder + ROUNDING).all()


# --- one act written as two -----------------------------------------------------------


@several
@given(laws, controls(), lines, leakages, st.integers(1, 300))
def test_an_act_cut_in_two_on_a_day_is_the_whole(law, control, line, leakage, after):
    act = one_act(control)
    cut = act.effective + timedelta(days=after)
    assume(act.end is None or cut < act.end)
    assume(all(x.since <= cut for x in act.adopted_by.values()))
    joined = {state: replace(x, since=cut) for state, x in act.adopted_by.items()}
    first = replace(act, id="first", end=cut)
    second = replace(act, id="second", effective=cut, adopted_by=joined)
    same(
        licences(with_acts(law, act), line, leakage),
        licences(with_acts(law, first, second), line, leakage),
    )


@several
@given(laws, controls(), lines, leakages)
def test_an_act_written_twice_counts_once(law, control, line, leakage):
    act = one_act(control)
    once = gates(with_acts(law, act), line, leakage)
    same(gates(with_acts(law, act, replace(act, id="again")), line, leakage), once)


@pytest.mark.parametrize("field", ["parties", "sellers", "destinations", "goods"])
@pytest.mark.parametrize("buyer", ["alibaba", "tencent", "baidu"])
def test_an_act_that_names_several_is_an_act_for_each(field, buyer):
    named = {
        "parties": {"alibaba", "tencent"},
        "sellers": {"nvidia", "amd"},
        "destinations": {"CHN", "SGP"},
        "goods": {Good.AI_CHIP, Good.CLOUD},
    }[field]
    whole = tool_ban(scope=Scope(**{field: frozenset(named)}))
    parts = [
        tool_ban(str(name), scope=Scope(**{field: frozenset({name})})) for name in named
    ]
    for line in (chip_line(buyer=buyer), chip_line(buyer=buyer, destination="SGP")):
        same(gates(regime(whole), line), gates(regime(*parts), line))


@several
@given(st.floats(1000, 20_000), st.floats(100, 900), st.sampled_from(list(CHIPS)))
def test_a_threshold_of_two_tests_is_two_thresholds(tpp, links, chip):
    tests = ({"tpp": tpp}, {"interconnect": links})
    terms = IN_FORCE | {"scope": CHIP_SCOPE, "approval": 0.2}
    whole = PerformanceThreshold(id="whole", tests=tests, **terms)
    parts = [
        PerformanceThreshold(id=str(number), tests=(test,), **terms)
        for number, test in enumerate(tests)
    ]
    line = chip_line(chip)
    same(gates(regime(whole), line), gates(regime(*parts), line))


@several
@given(st.floats(0, 1e4), shares, days, months)
def test_a_subsidy_paid_in_two_parts_is_the_whole(amount, part, day, month):
    terms = IN_FORCE | {"issuer": "CHN", "announced": day, "effective": day}
    whole = Subsidy(id="whole", usd_million_a_month=amount, **terms)
    parts = [
        Subsidy(id=str(x), usd_million_a_month=amount * x, **terms)
        for x in (part, 1.0 - part)
        if x != 0.5
    ]
    assume(len(parts) == 2)
    paid = regime(whole).subsidy("CHN", month)
    assert regime(*parts).subsidy("CHN", month) == pytest.approx(paid)


@several
@given(st.floats(0.1, 9), st.floats(0.1, 9), months, days)
def test_more_officers_twice_is_their_product_at_once(first, second, month, day):
    def officers(*ratios):
        acts = [
            EndUseEnforcement(
                id=str(number),
                officers=ratio,
                **IN_FORCE | {"announced": day, "effective": day},
            )
            for number, ratio in enumerate(ratios)
        ]
        return regime(*acts).enforcement(month).officers

    assert officers(first, second) == pytest.approx(officers(first * second))
    assert officers(first, second) == pytest.approx(officers(second, first))


# --- acts that are nothing ------------------------------------------------------------


@several
@given(laws, controls(), lines, leakages)
def test_an_act_added_and_removed_again_leaves_the_law_as_it_was(
    law, control, line, leakage
):
    before = enacted(*law)
    after = before.with_instruments([one_act(control)]).without([one_act(control).id])
    assert after.identity == before.identity
    np.testing.assert_array_equal(
        gates(after, line, leakage), gates(before, line, leakage)
    )
    assert before.first_difference(after) is None


@several
@given(laws, controls(), lines, leakages, lengths)
def test_an_end_after_the_last_month_is_no_end(law, control, line, leakage, later):
    act = replace(one_act(control), end=None)
    ended = replace(act, end=MONTHS[-1].last_day + later)
    same(
        gates(with_acts(law, ended), line, leakage),
        gates(with_acts(law, act), line, leakage),
    )


@several
@given(laws, controls(), lines, leakages, lengths)
def test_an_act_announced_after_the_last_month_is_none(
    law, control, line, leakage, later
):
    day = MONTHS[-1].last_day + later
    act = replace(one_act(control), announced=day, effective=day, adopted_by={})
    act = replace(act, end=None)
    same(gates(with_acts(law, act), line, leakage), gates(enacted(*law), line, leakage))


@several
@given(laws, controls(), lines, leakages)
def test_an_act_that_ended_before_is_none(law, control, line, leakage):
    act = one_act(control)
    day = date(2022, 11, 1)
    past = replace(act, announced=day, effective=day, end=day + timedelta(days=30))
    past = replace(past, adopted_by={})
    same(
        gates(with_acts(law, past), line, leakage), gates(enacted(*law), line, leakage)
    )


@several
@given(laws, controls(), lines, leakages, st.sampled_from(["approval", "coverage"]))
def test_an_act_that_grants_all_or_covers_nothing_is_none(
    law, control, line, leakage, field
):
    nothing = {"approval": 1.0, "coverage": 0.0}[field]
    act = replace(one_act(control), **{field: nothing})
    same(gates(with_acts(law, act), line, leakage), gates(enacted(*law), line, leakage))


@several
@given(laws, controls(), lines, leakages)
def test_an_act_for_goods_that_a_line_does_not_carry_is_none(
    law, control, line, leakage
):
    act = replace(one_act(control), scope=Scope(goods=frozenset({Good.MINERALS})))
    same(gates(with_acts(law, act), line, leakage), gates(enacted(*law), line, leakage))


@several
@given(laws, lines, leakages, days, lengths)
def test_a_truce_over_acts_that_do_not_exist_is_none(law, line, leakage, day, length):
    terms = IN_FORCE | {"announced": day, "effective": day, "end": day + length}
    truce = Truce(id="truce", suspends=("no_such_act",), **terms)
    same(
        gates(with_acts(law, truce), line, leakage), gates(enacted(*law), line, leakage)
    )


@several
@given(laws, controls(), lines, leakages)
def test_a_policy_that_grants_nothing_or_relaxes_nothing_is_none(
    law, control, line, leakage
):
    act = one_act(control)
    policies = [
        LicencePolicy(id="none", of=(act.id,), approval=0.0, **IN_FORCE),
        LicencePolicy(id="other", of=("no_such_act",), approval=1.0, **IN_FORCE),
    ]
    same(
        gates(with_acts(law, act, *policies), line, leakage),
        gates(with_acts(law, act), line, leakage),
    )


@several
@given(laws, controls(), lines)
def test_words_about_an_act_are_no_law(law, control, line):
    act = one_act(control)
    renamed = replace(act, title="other", source="other", reference="other", note="n")
    before, after = with_acts(law, act), with_acts(law, renamed)
    np.testing.assert_array_equal(gates(after, line), gates(before, line))
    assert before.first_difference(after) is None


# --- truces and repeals ---------------------------------------------------------------


@several
@given(laws, controls(), lines, leakages, days, st.integers(40, 400))
def test_a_suspended_act_is_none_while_it_is_suspended(
    law, control, line, leakage, day, length
):
    act = one_act(control)
    end = day + timedelta(days=length)
    terms = IN_FORCE | {"announced": day, "effective": day, "end": end}
    truce = Truce(id="truce", suspends=(act.id,), **terms)
    suspended = licences(with_acts(law, act, truce), line, leakage)
    without = licences(enacted(*law), line, leakage)
    whole = licences(with_acts(law, act), line, leakage)
    for number, month in enumerate(MONTHS):
        if day <= month.first_day and month.last_day < end:
            same(suspended[number], without[number])
        if month.last_day < day or end <= month.first_day:
            same(suspended[number], whole[number])


@several
@given(controls(), lines, days, lengths, lengths)
def test_a_truce_that_is_extended_is_a_longer_truce(control, line, day, first, second):
    act = one_act(control)

    def truce(name, start, end):
        terms = IN_FORCE | {"announced": day, "effective": start, "end": end}
        return Truce(id=name, suspends=(act.id,), **terms)

    middle, end = day + first, day + first + second
    parts = [truce("a", day, middle), truce("b", middle, end)]
    same(
        licences(regime(act, truce("whole", day, end)), line),
        licences(regime(act, *parts), line),
    )


@several
@given(laws, controls(), lines, leakages, days)
def test_a_repeal_is_as_if_the_act_had_never_been_from_then_on(
    law, control, line, leakage, day
):
    act = replace(one_act(control), adopted_by={})
    assume(day > act.effective)
    repealed = licences(with_acts(law, replace(act, end=day)), line, leakage)
    without = licences(enacted(*law), line, leakage)
    lasting = licences(with_acts(law, replace(act, end=None)), line, leakage)
    for number, month in enumerate(MONTHS):
        if month.first_day >= day:
            same(repealed[number], without[number])
        elif month.last_day < day:
            same(repealed[number], lasting[number])


# --- stricter and milder --------------------------------------------------------------


@several
@given(laws, controls(), lines, leakages, lengths)
def test_an_act_that_binds_later_never_binds_earlier(
    law, control, line, leakage, later
):
    act = replace(one_act(control), end=None, adopted_by={})
    delayed = replace(act, effective=act.effective + later)
    passes_no_more(
        licences(with_acts(law, act), line, leakage),
        licences(with_acts(law, delayed), line, leakage),
    )


@several
@given(laws, controls(), lines, leakages, lengths)
def test_an_act_that_ends_later_lets_no_more_pass(law, control, line, leakage, later):
    act = one_act(control)
    assume(act.end is not None and act.end >= act.effective)
    passes_no_more(
        licences(with_acts(law, replace(act, end=act.end + later)), line, leakage),
        licences(with_acts(law, act), line, leakage),
    )


@several
@given(laws, controls(), lines, leakages, lengths)
def test_an_earlier_announcement_moves_no_gate_and_is_expected_sooner(
    law, control, line, leakage, earlier
):
    act = one_act(control)
    sooner = replace(act, announced=act.announced - earlier)
    before = gates(with_acts(law, act), line, leakage)
    after = gates(with_acts(law, sooner), line, leakage)
    np.testing.assert_array_equal(after[:, :2], before[:, :2])
    passes_no_more(before[:, 2], after[:, 2])


@several
@given(laws, controls(), lines, leakages, shares, shares)
def test_more_approvals_let_no_less_pass(law, control, line, leakage, one, other):
    act = one_act(control)
    low, high = sorted((one, other))
    passes_no_more(
        licences(with_acts(law, replace(act, approval=low)), line, leakage),
        licences(with_acts(law, replace(act, approval=high)), line, leakage),
    )


@several
@given(laws, controls(), lines, st.sampled_from(["goods", "facilities", "parties"]))
def test_a_wider_act_lets_no_more_pass(law, control, line, field):
    narrow = {
        "goods": Scope(goods=frozenset({Good.ETCH})),
        "facilities": Scope(facilities=Facilities.ADVANCED),
        "parties": Scope(parties=frozenset({"ymtc", "tencent"})),
    }[field]
    wide = {
        "goods": Scope(goods=frozenset({Good.ETCH, Good.AI_CHIP})),
        "facilities": Scope(facilities=Facilities.ANY),
        "parties": Scope(parties=frozenset({"ymtc", "tencent", "alibaba", "smic"})),
    }[field]
    act = one_act(control)
    passes_no_more(
        licences(with_acts(law, replace(act, scope=wide)), line),
        licences(with_acts(law, replace(act, scope=narrow)), line),
    )


@several
@given(laws, controls(), st.sampled_from(["alibaba", "tencent"]), leakages)
def test_whoever_is_exempt_is_under_the_other_law_alone(law, control, buyer, leakage):
    scope = Scope(exempt_parties=frozenset({"alibaba"}))
    act = replace(one_act(control), scope=scope)
    line = chip_line(buyer=buyer)
    named = gates(with_acts(law, act), line, leakage)
    without = gates(enacted(*law), line, leakage)
    for_all = gates(with_acts(law, replace(act, scope=Scope())), line, leakage)
    same(named, without if buyer == "alibaba" else for_all)


@several
@given(laws, lines, shares, shares, days)
def test_the_milder_of_two_measures_at_the_importers_gate_is_nothing(
    law, line, one, other, day
):
    def measure(name, permit):
        terms = {"issuer": "CHN", "announced": day, "effective": day}
        return ImportDiscouragement(id=name, permit=permit, **IN_FORCE | terms)

    both = with_acts(law, measure("a", one), measure("b", other))
    stricter = with_acts(law, measure("a", min(one, other)))
    same(gates(both, line), gates(stricter, line))


@several
@given(laws, controls(), lines, leakages, shares)
def test_the_two_gates_do_not_know_each_other(law, control, line, leakage, permit):
    terms = IN_FORCE | {"issuer": "CHN"}
    measure = ImportDiscouragement(id="import", permit=permit, **terms)
    act = one_act(control)
    both = gates(with_acts(law, act, measure), line, leakage)
    no_import = gates(with_acts(law, act), line, leakage)
    no_export = gates(with_acts(law, measure), line, leakage)
    same(both[:, [0, 2]], no_import[:, [0, 2]])
    same(both[:, 1], no_export[:, 1])


# --- units and names ------------------------------------------------------------------


@several
@given(controls(), lines, shares)
def test_what_a_single_act_denies_is_in_proportion_to_what_it_covers(
    control, line, part
):
    act = replace(one_act(control), coverage=1.0)
    whole = 1.0 - licences(regime(act), line)
    same(1.0 - licences(regime(replace(act, coverage=part)), line), part * whole)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.7])
def test_what_a_single_act_denies_is_in_proportion_to_what_it_refuses(part):
    whole = 1.0 - licences(regime(tool_ban(approval=0.0)), ETCH)
    assert whole.any()
    same(1.0 - licences(regime(tool_ban(approval=1.0 - part)), ETCH), part * whole)


@several
@given(st.floats(1000, 20_000), st.sampled_from([0.5, 2.0, 1024.0]))
def test_performance_in_another_unit_is_the_same_law(limit, unit):
    terms = IN_FORCE | {"scope": CHIP_SCOPE, "approval": 0.0}

    def caught(chip, tpp):
        act = PerformanceThreshold(id="x", tests=({"tpp": tpp},), **terms)
        return regime(act).licence(chip_line(chip), MONTHS[0])

    for chip in CHIPS.values():
        scaled = replace(chip, tpp=chip.tpp * unit)
        np.testing.assert_array_equal(caught(chip, limit), caught(scaled, limit * unit))


def quota_of(cap, **fields):
    terms = IN_FORCE | {"scope": CHIP_SCOPE, "unit": "units", "per": "total"}
    return Quota(id="quota", cap=cap, period_months=12, **terms | fields)


def admitted(quota, asked):
    """Return what a quota admits in its first month, by buyer."""
    requests = {chip_line("H20", buyer=buyer): x for buyer, x in asked.items()}
    book = QuotaBook(list(requests))
    book.open_month(regime(quota), Month(2023, 1))
    units = book.admit(
        list(requests),
        [each(x) for x in requests.values()],
        h100e=each(1.0),
        us_sales=each(0.0),
    )
    return {line.buyer: float(x[0]) for line, x in zip(requests, units, strict=True)}


quantities = st.dictionaries(
    st.sampled_from(["alibaba", "tencent", "baidu"]), st.floats(0, 1e5), min_size=1
)


@several
@given(quantities, st.floats(1, 1e5), st.sampled_from([0.25, 2.0, 64.0]))
def test_a_quota_in_another_unit_admits_the_same(asked, cap, unit):
    scaled = admitted(quota_of(cap * unit), {x: y * unit for x, y in asked.items()})
    expected = {x: y * unit for x, y in admitted(quota_of(cap), asked).items()}
    assert scaled == pytest.approx(expected)


@several
@given(quantities, st.floats(1, 1e5), st.floats(1, 1e5))
def test_a_wider_quota_admits_no_less(asked, one, other):
    tight = admitted(quota_of(min(one, other)), asked)
    wide = admitted(quota_of(max(one, other)), asked)
    assert all(tight[x] <= wide[x] * (1.0 + ROUNDING) for x in asked)


@several
@given(quantities, st.floats(1, 1e5))
def test_who_asks_first_under_a_quota_gets_no_more(asked, cap):
    turned = dict(reversed(asked.items()))
    assert admitted(quota_of(cap), turned) == pytest.approx(
        admitted(quota_of(cap), asked)
    )


@several
@given(laws, leakages)
def test_actors_under_other_names_are_under_the_same_law(law, leakage):
    scope = Scope(parties=frozenset({"alibaba"}), sellers=frozenset({"nvidia"}))
    new_scope = Scope(parties=frozenset({"zz"}), sellers=frozenset({"aa"}))
    act = tool_ban(scope=scope, approval=0.3)
    same(
        gates(with_acts(law, act), chip_line(), leakage),
        gates(
            with_acts(law, replace(act, scope=new_scope)),
            chip_line(seller="aa", buyer="zz"),
            leakage,
        ),
    )


@several
@given(laws, controls(), lines, leakages)
def test_an_act_under_another_id_is_the_same_act(law, control, line, leakage):
    act = one_act(control)
    same(
        gates(with_acts(law, act), line, leakage),
        gates(with_acts(law, replace(act, id="0")), line, leakage),
    )


@several
@given(controls(), lines, st.permutations(range(4)), st.lists(shares, min_size=4))
def test_draws_in_another_order_have_their_own_law(control, line, order, approvals):
    approval = np.array(approvals[:4])
    act = replace(one_act(control), approval=approval)
    moved = replace(act, approval=approval[list(order)])
    for month in MONTHS[::5]:
        own = np.broadcast_to(regime(act).licence(line, month), 4)
        np.testing.assert_array_equal(
            np.broadcast_to(regime(moved).licence(line, month), 4), own[list(order)]
        )


# --- allies ---------------------------------------------------------------------------


def joined_by(*states, share=1.0, since=date(2023, 6, 10)):
    return {state: Adoption(since=since, share=share) for state in states}


ALLIED_LINES = [
    other_line(vendor, origin, "ymtc", "etch")
    for vendor, origin in (("asml", "NLD"), ("tel", "JPN"), ("lam", "USA"))
]


@pytest.mark.parametrize("line", ALLIED_LINES, ids=lambda line: line.origin)
def test_the_order_in_which_allies_are_listed_does_not_matter(line):
    acts = [
        tool_ban(adopted_by=joined_by(*x)) for x in (("NLD", "JPN"), ("JPN", "NLD"))
    ]
    one, other = (gates(regime(act), line) for act in acts)
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("line", ALLIED_LINES, ids=lambda line: line.origin)
def test_an_ally_binds_its_own_exports_alone(line):
    alone = gates(regime(tool_ban()), line)
    joined = gates(regime(tool_ban(adopted_by=joined_by("NLD"))), line)
    assert (joined != alone).any() == (line.origin == "NLD")


def test_an_ally_that_joins_with_nothing_does_not_join():
    for line in ALLIED_LINES:
        joined = tool_ban(adopted_by=joined_by("NLD", share=0.0))
        same(licences(regime(joined), line), licences(regime(tool_ban()), line))


@several
@given(lengths, shares)
def test_an_ally_that_joins_later_never_binds_earlier(later, share):
    early = joined_by("NLD", share=share)
    late = joined_by("NLD", share=share, since=date(2023, 6, 10) + later)
    for line in ALLIED_LINES:
        passes_no_more(
            licences(regime(tool_ban(adopted_by=early)), line),
            licences(regime(tool_ban(adopted_by=late)), line),
        )


# --- law that is decided --------------------------------------------------------------


@several
@given(laws, controls(), lines, leakages)
def test_an_act_that_was_decided_nowhere_is_none_and_everywhere_is_dated(
    law, control, line, leakage
):
    act = replace(one_act(control), adopted_by={})
    dated, without = with_acts(law, act), enacted(*law)
    nowhere, everywhere = (
        dated.with_decided(decided, decided)
        for decided in (
            DecidedLaw(acts={act.id: np.array([force])}) for force in (0.0, 1.0)
        )
    )
    same(licences(nowhere, line, leakage), licences(without, line, leakage))
    same(licences(everywhere, line, leakage), licences(dated, line, leakage))


# --- levies, mandates -----------------------------------------------------------------


@several
@given(shares, shares, months)
def test_of_two_levies_the_larger_is_taken(one, other, month):
    def levies(*parts):
        acts = [
            RevenueShare(id=str(number), share=part, scope=CHIP_SCOPE, **IN_FORCE)
            for number, part in enumerate(parts)
        ]
        return regime(*acts).levy(chip_line(), month)

    assert levies(one, other) == levies(max(one, other)) == levies(other, one)


@several
@given(shares, shares, months)
def test_a_mandate_on_part_of_a_market_is_in_proportion(domestic, part, month):
    def mandated(**fields):
        terms = IN_FORCE | {"issuer": "CHN", "scope": CHIP_SCOPE}
        act = ProcurementMandate(id="m", **fields, **terms)
        return regime(act).mandate(Good.AI_CHIP, "CHN", month)

    assert mandated(domestic_share=domestic, applies_to=part) == pytest.approx(
        part * mandated(domestic_share=domestic)
    )


# --- two laws compared ----------------------------------------------------------------


@several
@given(laws, controls())
def test_two_laws_differ_from_each_other_in_the_same_month(law, control):
    act = one_act(control)
    before, after = enacted(*law), with_acts(law, act)
    assert before.first_difference(after) == after.first_difference(before)
    assert before.first_difference(after) == Month.of(act.announced)


@several
@given(laws, controls(), lines, leakages)
def test_before_two_laws_first_differ_their_answers_agree(law, control, line, leakage):
    act = one_act(control)
    before, after = enacted(*law), with_acts(law, act)
    first = before.first_difference(after)
    one, other = gates(before, line, leakage), gates(after, line, leakage)
    for number, month in enumerate(MONTHS):
        if month < first:
            np.testing.assert_array_equal(one[number], other[number])


# --- whole runs -----------------------------------------------------------------------


def shipped_until_2023(records, law):
    world = run_until(built(records, regime=law, draws=2), Month(2023, 6))
    return {
        (*line.key, number): line.orders.shipped
        for number, line in enumerate(world.lines)
    }


def reordered(law):
    turned = dict(reversed(law.instruments.items()))
    return replace(law, instruments=turned)


def with_an_act_to_come(law):
    day = date(2024, 1, 1)
    return law.with_instruments([tool_ban(announced=day, effective=day)])


def in_other_words(law):
    acts = (replace(x, title="other", note="other") for x in law.instruments.values())
    return law.with_instruments(acts)


def test_a_whole_run_does_not_notice_what_is_no_change(records):
    """All three changes at once: each alone must change no bit either."""
    law = in_other_words(with_an_act_to_come(reordered(records.law)))
    world = shipped_until_2023(records, law)
    for key, shipped in shipped_until_2023(records, records.law).items():
        np.testing.assert_array_equal(world[key], shipped, str(key))
