"""Allies weigh what they gain and lose; shares of draws that join, in small worlds."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.domain.ensemble import NEVER
from sim.domain.months import Month
from sim.domain.supply import Good
from sim.policy.decisions import Decisions
from sim.policy.exports import MineralControl, ServiceBan
from sim.policy.instruments import Adoption, Ask
from sim.policy.regime import Regime
from sim.policy.scope import Facilities, Scope
from tests.agents.pairs import SERVICE_GOODS
from tests.worlds import built, line_of, months_until, run_until, the

ALLIES = ("NLD", "JPN")
VENDORS = {"NLD": "asml", "JPN": "tel"}
DRAWS = 250
ASKED = date(2022, 3, 1)
BY = Month(2022, 12)
"""Nine months after the ask."""


def ask(facilities=Facilities.ADVANCED, adopted=ALLIES, **terms) -> ServiceBan:
    """Return an American ban on service which allies are asked to join."""
    return ServiceBan(
        id="ask",
        title="No service",
        issuer="USA",
        announced=ASKED,
        effective=ASKED,
        reference="ask",
        scope=Scope(
            goods=SERVICE_GOODS,
            destinations=frozenset({"CHN"}),
            facilities=facilities,
        ),
        adopted_by={state: Adoption() for state in adopted},
        ask=Ask(**terms),
        approval=0.0,
        source="none",
    )


def minerals(approval: float) -> MineralControl:
    """Return an answer of Beijing that all have seen before the ask."""
    return MineralControl(
        id="minerals",
        title="Fewer minerals",
        issuer="CHN",
        announced=date(2022, 1, 1),
        effective=date(2022, 1, 1),
        approval=approval,
        scope=Scope(goods=frozenset({Good.MINERALS})),
        reference="none",
        source="none",
    )


def deciding(*acts, states=ALLIES) -> Regime:
    """Return a law of a few acts that allies decide on joining."""
    known = {act.id: act for act in acts}
    return Regime("test", known, Decisions(frozenset(states), ASKED))


def run_by(records, law, until=BY, draws=DRAWS, **fixed):
    """Return a world of many draws after it has decided."""
    names = {name.replace("__", "."): value for name, value in fixed.items()}
    return run_until(built(records, regime=law, draws=draws, fixed=names), until)


def joined(world, states=ALLIES) -> float:
    """Return the share of draws and allies that have agreed, whole or in part."""
    motions = [m for m in world.motions if m.is_joining and m.state in states]
    return float(np.mean([motion.is_agreed for motion in motions]))


def agreed_whole(world) -> np.ndarray:
    """Return for each ally and draw the month in which it agreed to all of it."""
    return np.concatenate(
        [np.where(m.partial_share > 0.0, NEVER, m.agreed) for m in world.motions]
    )


def rises(shares) -> bool:
    """Return whether each share is at least that before it, and the last well above."""
    steps = np.diff(shares)
    return bool(np.all(steps >= 0.0) and shares[-1] > shares[0] + 0.02)


# --- what moves an ally ---------------------------------------------------------------


def test_coercion_persuades(records):
    shares = [
        joined(run_by(records, deciding(ask(coercion=felt))))
        for felt in (0.0, 0.4, 0.8)
    ]
    assert rises(shares), shares


def test_a_side_payment_persuades(records):
    shares = [
        joined(run_by(records, deciding(ask(coercion=0.3, side_payment=money))))
        for money in (0.0, 1_500.0, 6_000.0)
    ]
    assert rises(shares), shares


def test_danger_persuades(records):
    law = deciding(ask(coercion=0.3))
    shares = [
        joined(
            run_by(records, law, us__initial_threat=seen, us__perception_months=1_000.0)
        )
        for seen in (0.0, 0.5, 1.0)
    ]
    assert rises(shares), shares


def test_peers_persuade(records):
    """Japan alone, or with the Netherlands asked and long since in."""
    law = deciding(ask(coercion=0.5))
    weights = (0.0, 1.0, 3.0)
    shares = [
        joined(run_by(records, law, ally__peer_weight=weight)) for weight in weights
    ]
    assert rises(shares), shares


def test_revenue_from_china_dissuades(records):
    law = deciding(ask(coercion=0.5))
    shares = [
        joined(run_by(records, law, ally__revenue_weight=weight))
        for weight in (40.0, 10.0, 0.0)
    ]
    assert rises(shares), shares


def test_an_ask_for_all_fabs_risks_more_revenue_than_one_for_advanced_fabs(records):
    worlds = {
        scope: run_by(records, deciding(ask(scope, coercion=0.5)))
        for scope in Facilities
    }
    advanced, every = worlds[Facilities.ADVANCED], worlds[Facilities.ANY]
    for ally in ("gov_nl", "gov_jp"):
        less, more = (the(x, ally).at_risk["ask"] for x in (advanced, every))
        assert np.median(more) > 1.5 * np.median(less) > 0.0
    assert joined(advanced) > joined(every)


def test_retaliation_dissuades_and_most_where_it_hurts_most(records):
    shares, dutch, japanese = [], [], []
    for approval in (0.0, 0.5, 1.0):
        world = run_by(
            records,
            deciding(ask(coercion=0.5), minerals(approval)),
            ally__retaliation_weight=2.0,
            ally__peer_weight=0.0,
        )
        shares.append(joined(world))
        dutch.append(joined(world, ("NLD",)))
        japanese.append(joined(world, ("JPN",)))
    assert rises(shares), shares
    lost = [1.0 - few[0] / few[-1] for few in (japanese, dutch)]
    assert lost[0] > lost[1] > 0.0


# --- what becomes of an ask -----------------------------------------------------------


def test_an_ask_without_a_deadline_dies_of_age(records):
    law = deciding(ask())
    world = run_by(
        records,
        law,
        Month(2022, 12),
        draws=40,
        ally__ask_lapses_months=6.0,
        ally__decision_rate=0.01,
    )
    for motion in world.motions:
        assert np.array_equal(np.isfinite(motion.refused), ~motion.is_agreed)
        refused = motion.refused[np.isfinite(motion.refused)]
        assert np.all(refused == Month.of(ASKED).index + 6)
    events = [event.event for event in world.events]
    assert "ally refuses" in events


def test_an_ally_binds_its_vendors_after_it_has_made_a_law(records):
    """By draw and month: the line closes when the motion binds, and not before."""
    law = deciding(ask(coercion=1.0))
    world = built(
        records,
        regime=law,
        draws=60,
        fixed={"law.facility_leakage": 0.0, "ally.months_to_legislate": 4.0},
    )
    run_until(world, world.start)
    lines = {
        state: line_of(world, vendor, "smic_advanced", "engineers")
        for state, vendor in VENDORS.items()
    }
    parts = {
        state: line_of(world, vendor, "smic_advanced", "spare_parts")
        for state, vendor in VENDORS.items()
    }
    held = dict.fromkeys(ALLIES, np.ones(60))
    law_was = {m.state: (m.binding, m.partial_share) for m in world.motions}
    for month in months_until(world, Month(2023, 12)):
        for motion in world.motions:
            binding, in_part = law_was[motion.state]
            bound = binding <= month.index
            whole, part = bound & (in_part == 0.0), bound & (in_part > 0.0)
            engineers = lines[motion.state].gates.licence
            spare = parts[motion.state].gates.licence
            assert np.array_equal(engineers == 0.0, whole)
            np.testing.assert_allclose(spare[part], 1.0 - in_part[part])
            assert np.all(engineers[~whole] == 1.0)
            stays = motion.withdrawn != month.index
            assert np.all((spare <= held[motion.state])[stays])
            held[motion.state] = np.where(stays, spare, 1.0)
            fresh = (motion.agreed == month.index) & (in_part == 0.0)
            assert np.all(motion.binding[fresh] == month.index + 4.0)
        law_was = {m.state: (m.binding, m.partial_share) for m in world.motions}
    for state in ALLIES:
        assert np.mean(lines[state].gates.licence == 0.0) > 0.0


def test_a_law_in_the_making_is_widened_and_comes_no_sooner(records):
    """Joined in part and then whole: bound from the day that was set at first."""
    law = deciding(ask(coercion=0.6))
    world = built(
        records,
        regime=law,
        draws=300,
        fixed={"ally.months_to_legislate": 6.0, "ally.decision_rate": 0.42},
    )
    run_until(world, world.start)
    due = {motion.key: motion.binding for motion in world.motions}
    half = {motion.key: motion.partial_share for motion in world.motions}
    widened = 0
    for month in months_until(world, Month(2023, 3)):
        for motion in world.motions:
            wider = (half[motion.key] > 0.0) & (motion.partial_share == 0.0)
            wider &= motion.agreed == month.index
            earlier = np.maximum(due[motion.key], month.index + 1.0)
            assert np.array_equal(motion.binding[wider], earlier[wider])
            widened += int(wider.sum())
            due[motion.key], half[motion.key] = motion.binding, motion.partial_share
    assert widened > 0


def test_allies_that_leave_do_not_come_back(records):
    """Where leaving costs nothing and the ask is hard, some defect."""
    world = run_by(
        records,
        deciding(ask()),
        Month(2023, 12),
        draws=100,
        ally__exit_cost=-4.0,
        ally__months_to_legislate=1.0,
    )
    left = [np.isfinite(motion.withdrawn) for motion in world.motions]
    assert np.any(left)
    for motion, gone in zip(world.motions, left, strict=True):
        assert np.all(np.isfinite(motion.refused[gone]))
        assert not motion.is_agreed[gone].any()
    assert "ally defects" in {event.event for event in world.events}


# --- an ultimatum ---------------------------------------------------------------------

DEADLINE = Month(2022, 12)


@pytest.fixture(scope="module")
def ultimatum(records):
    """The same ask with an ultimatum of nine months and without."""
    acts = {
        "with": ask(
            coercion=0.3,
            deadline=DEADLINE.first_day,
            backstop={"NLD": 0.85, "JPN": 0.75},
        ),
        "without": ask(coercion=0.3),
    }
    return {
        name: run_by(records, deciding(act), DEADLINE + 3) for name, act in acts.items()
    }


def pace(world, first: Month, last: Month) -> float:
    """Return the share of draws and allies that agree to all of it in a month."""
    when = agreed_whole(world)
    agreed = (when >= first.index) & (when <= last.index)
    return float(np.mean(agreed)) / (last - first + 1)


def test_a_deadline_is_felt_in_the_last_months(ultimatum):
    """They agree faster than before, and than those who were given no deadline."""
    with_it, without = ultimatum["with"], ultimatum["without"]
    eve = (DEADLINE + -2, DEADLINE + -1)
    before = (Month.of(ASKED) + 1, DEADLINE + -3)
    assert pace(with_it, *eve) > 1.25 * pace(with_it, *before)
    assert pace(with_it, *eve) > 1.25 * pace(without, *eve)


def test_nobody_who_was_given_a_deadline_agrees_after_it(ultimatum):
    after = (DEADLINE + 1, DEADLINE + 3)
    assert pace(ultimatum["with"], *after) == 0.0
    assert pace(ultimatum["without"], *after) > 0.0


def test_more_join_whole_under_an_ultimatum(ultimatum):
    """Joining in part does not meet it, so fewer stop half-way."""
    whole = {
        name: np.mean(np.isfinite(agreed_whole(world)))
        for name, world in ultimatum.items()
    }
    assert whole["with"] > whole["without"]


def test_after_the_deadline_the_issuers_law_binds_those_who_did_not_join(records):
    reach = {"NLD": 0.85, "JPN": 0.75}
    law = deciding(ask(coercion=0.3, deadline=DEADLINE.first_day, backstop=reach))
    world = built(records, regime=law, draws=60, fixed={"law.facility_leakage": 0.0})
    for month in months_until(world, DEADLINE + 2):
        for state, vendor in VENDORS.items():
            motion = next(m for m in world.motions if m.state == state)
            free = ~(motion.binding <= month.index)
            for line in the(world, vendor).service_lines:
                if line.buyer == "smic_advanced" and line.good is Good.ENGINEERS:
                    expected = 1.0 - reach[state] if month >= DEADLINE else 1.0
                    np.testing.assert_allclose(line.gates.licence[free], expected)


# --- backfill -------------------------------------------------------------------------


def sales_of_allies(records, law) -> np.ndarray:
    """Return by draw what allied makers sell to China in the year after the ask."""
    world, sold = built(records, regime=law, draws=60), np.zeros(60)
    for month in months_until(world, Month(2023, 6)):
        if month >= Month(2022, 7):
            for vendor in ("tel", "jp_tools_other", "asmi"):
                sold = sold + the(world, vendor).china_sales
    return sold


def test_a_ban_without_allies_raises_what_allies_sell_and_one_with_them_does_not(
    records,
):
    alone = replace(
        ask(adopted=()),
        ask=None,
        scope=Scope(
            goods=frozenset({Good.ETCH, Good.DEPOSITION, Good.CLEAN}),
            destinations=frozenset({"CHN"}),
        ),
    )
    together = replace(alone, adopted_by={state: Adoption() for state in ALLIES})
    nothing, one, all_of_them = (
        sales_of_allies(records, Regime("test", {act.id: act for act in acts}))
        for acts in ((), (alone,), (together,))
    )
    assert np.mean(one > nothing) > 0.95
    assert np.median(one / nothing) > 1.02
    assert np.median(all_of_them / nothing) < 1.0
