"""Motions: acts that a state is asked about, and the outcome draw by draw."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.ensemble import NEVER
from sim.domain.months import Month
from sim.domain.supply import Good
from sim.policy.decided_law import ALL_STATES
from sim.policy.decisions import Decisions
from sim.policy.instruments import Adoption
from sim.policy.motions import Motion, decided_law_of
from sim.policy.terms import Truce
from tests.law.trade import service_ban, tool_ban
from tests.strategies import DRAWS, each, shares

NOW = Month(2026, 10)
LATER = NOW + 6
EVERYWHERE = np.ones(DRAWS, dtype=bool)
FIRST = each(1, 0, 0) > 0.0

BAN = tool_ban()
ASKED = service_ban(adopted_by={"NLD": Adoption(), "JPN": Adoption()})


def own(act=BAN):
    """Return a motion on an act of the state's own."""
    return Motion(act, act.issuer, np.full(DRAWS, NEVER))


def joining(state="JPN"):
    """Return a motion to join an act of the leader."""
    return Motion(ASKED, state, np.full(DRAWS, NEVER))


def agreed(motion, where=EVERYWHERE, wait=3.0, in_part=0.0, month=NOW):
    """Return a motion that has been asked and agreed to."""
    motion.ask(EVERYWHERE, month)
    motion.agree(where, month, np.full(DRAWS, wait), np.full(DRAWS, in_part))
    return motion


def force(motion, month, **options):
    """Return how far an act is in force."""
    return decided_law_of([motion], {BAN.id: BAN}, month, **options).acts[motion.act.id]


# --- the life of a motion -------------------------------------------------------------


def test_nothing_has_happened_to_a_new_motion():
    motion = own()
    assert not motion.is_open(NOW).any()
    assert not motion.is_agreed.any()
    assert not motion.is_binding(Month(2999, 1)).any()


def test_what_is_asked_is_open_in_those_draws_from_that_month_on():
    motion = own()
    assert np.array_equal(motion.ask(FIRST, NOW), FIRST)
    assert np.array_equal(motion.is_open(NOW), FIRST)
    assert not motion.is_open(NOW + -1).any()


def test_what_is_asked_again_keeps_its_first_month():
    motion = own()
    motion.ask(FIRST, NOW)
    assert np.array_equal(motion.ask(EVERYWHERE, LATER), ~FIRST)
    assert list(motion.asked) == [NOW.index, LATER.index, LATER.index]


def test_what_is_agreed_is_known_at_once_and_binds_after_the_wait():
    motion = agreed(own(), FIRST)
    assert np.array_equal(motion.is_agreed, FIRST)
    assert np.array_equal(motion.is_open(NOW), ~FIRST)
    assert not motion.is_binding(NOW + 2).any()
    assert np.array_equal(motion.is_binding(NOW + 3), FIRST)
    assert list(force(motion, NOW + 2, agreed=True)) == [1.0, 0.0, 0.0]
    assert list(force(motion, NOW + 2)) == [0.0, 0.0, 0.0]
    assert list(force(motion, NOW + 3)) == [1.0, 0.0, 0.0]


def test_nothing_binds_in_the_month_in_which_it_is_decided():
    motion = agreed(own(), wait=0.0)
    assert not motion.is_binding(NOW).any()
    assert motion.is_binding(NOW + 1).all()


def test_what_is_left_binds_no_more_and_is_open_again():
    motion = agreed(own())
    motion.withdraw(FIRST, LATER)
    assert np.array_equal(motion.is_binding(LATER), ~FIRST)
    assert np.array_equal(motion.is_open(LATER), FIRST)
    assert list(motion.withdrawn) == [LATER.index, NEVER, NEVER]


def test_what_is_refused_is_closed_for_good():
    motion = own()
    motion.ask(EVERYWHERE, NOW)
    motion.refuse(FIRST, NOW)
    motion.ask(EVERYWHERE, LATER)
    assert np.array_equal(motion.is_open(LATER), ~FIRST)
    assert np.array_equal(motion.is_open(Month(2040, 1)), ~FIRST)


def test_what_was_joined_in_part_and_then_whole_is_bound_whole_from_the_next_month():
    motion = agreed(joining(), in_part=0.4, wait=3.0)
    motion.agree(FIRST, LATER, np.ones(DRAWS), np.zeros(DRAWS))
    after = decided_law_of([motion], {}, LATER + 1).joined[motion.key]
    assert list(after.full) == [1.0, 0.0, 0.0]
    assert list(after.partial) == [0.0, 0.4, 0.4]
    assert np.all(after.share(Good.SPARE_PARTS) >= 0.4)


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "agree", "refuse", "leave"]),
        shares().map(lambda x: x > 0.5),
        st.integers(0, 5),
        st.sampled_from([0.0, 0.4]),
    ),
    max_size=14,
)


def run_months(motion, deeds):
    """Let a motion meet its deeds in turn as governments do; yield every month."""
    for step, (deed, where, wait, part) in enumerate(deeds):
        month = NOW + step
        match deed:
            case "ask":
                motion.ask(where, month)
            case "agree":
                ready = where & motion.is_open(month)
                motion.agree(
                    ready, month, np.full(DRAWS, float(wait)), np.full(DRAWS, part)
                )
            case "refuse":
                motion.refuse(where & motion.is_open(month), month)
            case "leave":
                motion.withdraw(where & motion.is_binding(month), month)
        yield month


@given(DEEDS)
def test_a_motion_is_in_one_state_at_a_time(deeds):
    motion = joining()
    for month in run_months(motion, deeds):
        opened, binding = motion.is_open(month), motion.is_binding(month)
        assert not (opened & motion.is_agreed).any()
        assert not (opened & np.isfinite(motion.refused)).any()
        assert np.all(motion.is_agreed | ~binding)
        assert np.all(np.isfinite(motion.asked) | ~motion.is_agreed)
        assert np.array_equal(np.isfinite(motion.binding), motion.is_agreed)
        later = motion.binding >= motion.agreed + 1.0
        assert np.all(later | ~motion.is_agreed)


@given(DEEDS)
def test_refusals_are_final(deeds):
    motion, refused = joining(), np.zeros(DRAWS, dtype=bool)
    for month in run_months(motion, deeds):
        assert not (refused & motion.is_open(month)).any()
        refused |= np.isfinite(motion.refused)
        assert not (refused & motion.is_agreed).any()


@given(DEEDS)
def test_conduct_is_a_share_and_never_both_whole_and_in_part(deeds):
    motion = joining()
    for month in run_months(motion, deeds):
        now = decided_law_of([motion], {}, month).joined[motion.key]
        soon = decided_law_of([motion], {}, month, agreed=True).joined[motion.key]
        assert not ((now.full > 0.0) & (now.partial > 0.0)).any()
        for good in Good:
            bound, coming = now.share(good), soon.share(good)
            assert np.all((bound >= 0.0) & (bound <= coming) & (coming <= 1.0))


@given(DEEDS, st.integers(0, DRAWS - 1))
def test_a_motion_in_one_draw_is_the_same_alone(deeds, draw):
    many = joining()
    alone = Motion(ASKED, "JPN", np.full(DRAWS, NEVER))
    same = [
        (deed, np.full(DRAWS, where[draw]), wait, part)
        for deed, where, wait, part in deeds
    ]
    for _ in zip(run_months(many, deeds), run_months(alone, same), strict=True):
        for name in (
            "asked",
            "agreed",
            "binding",
            "withdrawn",
            "refused",
            "partial_share",
        ):
            assert getattr(many, name)[draw] == getattr(alone, name)[draw], name


# --- decided law ----------------------------------------------------------------------


def test_joining_in_part_holds_parts_and_leaves_engineers_free():
    joined = decided_law_of([agreed(joining(), in_part=0.4)], {}, NOW + 3).joined
    share = joined[ASKED.id, "JPN"].share
    assert np.all(share(Good.ENGINEERS) == 0.0)
    assert np.all(share(Good.SPARE_PARTS) == 0.4)
    assert np.all(share(Good.SERVICE_SOFTWARE) == 0.4)


def test_a_truce_suspends_what_it_names_where_it_binds():
    truce = Truce(
        id="truce",
        title="truce",
        issuer="USA",
        announced=BAN.announced,
        effective=BAN.effective,
        suspends=(BAN.id, "dated"),
        reference="none",
        source="none",
    )
    acts = {BAN.id: BAN, truce.id: truce}
    signed = agreed(own(truce), FIRST, wait=1.0)
    decided_law = decided_law_of([agreed(own()), signed], acts, NOW + 3)
    assert list(decided_law.force(BAN.id)) == [0.0, 1.0, 1.0]
    assert list(decided_law.force("dated")) == [0.0, 1.0, 1.0]
    assert decided_law.force("another") == 1.0
    signed.withdraw(EVERYWHERE, NOW + 4)
    after = decided_law_of([agreed(own()), signed], acts, NOW + 4)
    assert np.all(after.force("dated") == 1.0)


def test_conduct_says_which_acts_have_moved():
    motion = agreed(own(), FIRST)
    before, after = (force_of for force_of in (NOW + 2, NOW + 3))
    acts = {BAN.id: BAN}
    one, other = (
        decided_law_of([motion], acts, before),
        decided_law_of([motion], acts, after),
    )
    assert other.changed_since(one) == {(BAN.id, ALL_STATES)}
    assert other.changed_since(other) == frozenset()
    assert decided_law_of([motion], acts, after + 1).changed_since(other) == frozenset()


def test_conduct_says_that_a_joining_has_moved():
    motion = agreed(joining(), FIRST)
    one, other = (decided_law_of([motion], {}, NOW + wait) for wait in (2, 3))
    assert other.changed_since(one) == {(ASKED.id, "JPN")}


# --- what is open ---------------------------------------------------------------------


def test_an_act_before_the_day_stays_as_it_is_dated():
    since = BAN.announced
    early = Decisions(states=frozenset({"USA"}), since=since)
    late = Decisions(states=frozenset({"USA"}), since=since.replace(year=2024))
    assert early.decides(BAN)
    assert not late.decides(BAN)


def test_what_is_decided_has_no_dates_left():
    decisions = Decisions(states=frozenset({"USA", "JPN"}), since=BAN.announced)
    act = decisions.undated(ASKED)
    assert act.end is None
    assert act.effective == decisions.since
    assert act.adopted_by["JPN"].share == 0.0
    assert act.adopted_by["NLD"].share == 1.0


def test_a_law_that_answers_nothing_is_dated_whoever_decides():
    decisions = Decisions(states=frozenset({"NLD"}), since=BAN.announced)
    assert not decisions.decides(tool_ban(issuer="NLD"))
    assert decisions.decides(tool_ban(issuer="NLD", answers=("ban",)))


def test_what_is_said_of_one_act_goes_before_what_is_said_of_the_state():
    since = BAN.announced
    no = Decisions(frozenset({"USA"}), since, {(BAN.id, "USA"): False})
    yes = Decisions(frozenset(), since, {(BAN.id, "USA"): True})
    assert bool(yes)
    assert not no.decides(BAN)
    assert yes.decides(BAN)
    assert list(yes.open_decisions({BAN.id: BAN, ASKED.id: ASKED})) == [(BAN, "USA")]
