"""An ally's month agrees with the same month decided for one draw at a time."""

from datetime import date

import numpy as np
import pytest

from sim.domain.ensemble import NEVER
from sim.domain.months import Month
from sim.mechanisms.bargaining import LEANING
from sim.policy.decisions import Decisions
from sim.policy.exports import ServiceBan
from sim.policy.instruments import Adoption, Ask
from sim.policy.regime import Regime
from sim.policy.scope import Facilities, Scope
from tests.agents.pairs import SERVICE_GOODS
from tests.slow_twins import plain_ally as plain
from tests.worlds import built, run_until, the, unchecked

ALLIES = {"NLD": "gov_nl", "JPN": "gov_jp"}
DRAWS = 24
ASKED = date(2022, 3, 1)
LAST = Month(2024, 6)

ASKS = {
    "with a deadline": Ask(
        coercion=0.3, deadline=date(2022, 12, 1), backstop={"NLD": 0.85, "JPN": 0.75}
    ),
    "without": Ask(coercion=0.4, side_payment=500.0),
}


def world_of(records, terms):
    """Return a world in which both allies are asked in March 2022."""
    act = ServiceBan(
        id="ask",
        title="No service",
        issuer="USA",
        announced=ASKED,
        effective=ASKED,
        reference="ask",
        scope=Scope(
            goods=SERVICE_GOODS,
            destinations=frozenset({"CHN"}),
            facilities=Facilities.ADVANCED,
        ),
        adopted_by={state: Adoption() for state in ALLIES},
        ask=terms,
        approval=0.0,
        source="none",
    )
    law = Regime("test", {"ask": act}, Decisions(frozenset(ALLIES), ASKED))
    fixed = {"ally.exit_cost": 1.0, "ally.ask_lapses_months": 9.0}
    world = built(records, regime=law, draws=DRAWS, fixed=fixed)
    return run_until(world, world.start)


def state_of(world):
    """Return what stands of each ally's motion at the start of a month."""
    names = ("asked", "agreed", "binding", "refused", "partial_share")
    return {m.state: {name: getattr(m, name) for name in names} for m in world.motions}


def one_by_one(world, ally, before, others, now, luck, paid, draw):
    """Return what an ally does in a draw, and whether it stays where it is bound."""
    assume = {name: float(values[draw]) for name, values in world.assume.items()}
    mine = {name: float(values[draw]) for name, values in before.items()}
    [motion] = [m for m in world.motions if m.state == ally.country]
    terms, ask = motion.act.ask, motion.act.ask
    deadline = None if ask.deadline is None else Month.of(ask.deadline).index
    weighed = {
        LEANING: float(ally.leaning[draw]),
        "security": assume["ally.security_weight"] * world.threat[draw],
        "side payment": assume["ally.payment_weight"] * paid[draw],
        "coercion": assume["ally.coercion_weight"]
        * plain.coercion(
            terms.coercion,
            terms.backstop.get(ally.country, 0.0),
            deadline,
            now,
            assume["ally.deadline_half_life"],
        ),
        "peers": assume["ally.peer_weight"]
        * plain.peers(
            [
                (np.isfinite(x["asked"][draw]), np.isfinite(x["agreed"][draw]))
                for x in others
            ]
        ),
        "strictness": -assume["ally.strictness_weight"] * ally.strictness["ask"][draw],
        "China revenue at risk": -assume["ally.revenue_weight"]
        * ally.at_risk["ask"][draw],
        "retaliation": -assume["ally.retaliation_weight"]
        * ally.exposure
        * world.minerals_withheld[draw],
    }
    half = plain.half_measure(
        weighed,
        assume["ally.partial_gain"],
        assume["ally.partial_share"],
        None if deadline is None else assume["ally.coercion_weight"] * ask.coercion,
    )
    is_agreed = mine["agreed"] < NEVER
    is_open = mine["asked"] <= now and not is_agreed and mine["refused"] == NEVER
    is_half_way = is_agreed and mine["partial_share"] > 0.0
    if deadline is None:
        has_lapsed = now - mine["asked"] >= assume["ally.ask_lapses_months"]
    else:
        has_lapsed = now >= deadline
    rate = assume["ally.decision_rate"]
    did = plain.answer(
        weighed,
        half,
        plain.threshold(luck["decides on"][draw], rate),
        is_open,
        is_half_way,
        has_lapsed,
        True,
    )
    if mine["binding"] <= now and not plain.stays(
        weighed,
        assume["ally.exit_cost"],
        plain.threshold(luck["reconsiders"][draw], rate),
        now - mine["binding"],
        world.facts["months_before_reconsidering"],
    ):
        did = "leave"
    return did


def seen_to_do(motion, before, now, draw):
    """Return the state of a motion in a month."""
    if motion.withdrawn[draw] == now:
        return "leave"
    if motion.agreed[draw] == now:
        return "part" if motion.partial_share[draw] > 0.0 else "whole"
    if motion.refused[draw] == now and before["refused"][draw] == NEVER:
        return "refuse"
    return "wait"


@pytest.mark.parametrize("terms", ASKS)
def test_an_allys_decisions(records, terms):
    world, deeds = world_of(records, ASKS[terms]), set()
    with unchecked():
        while world.month <= LAST:
            month, before = world.month, state_of(world)
            paid = {}
            for state, name in ALLIES.items():
                ally = the(world, name)
                money = ASKS[terms].side_payment
                yearly = 12.0 * sum(maker.revenue for maker in ally.makers)
                paid[state] = np.minimum(money / np.maximum(yearly, 1e-9), 1.0)
            world.step()
            if month < Month.of(ASKED):
                continue
            for state, name in ALLIES.items():
                ally = the(world, name)
                [motion] = [m for m in world.motions if m.state == state]
                luck = {
                    what: world.chance.uniform(f"{state} {what} ask", month)
                    for what in ("decides on", "reconsiders")
                }
                others = [x for other, x in before.items() if other != state]
                for draw in range(DRAWS):
                    expected = one_by_one(
                        world,
                        ally,
                        before[state],
                        others,
                        month.index,
                        luck,
                        paid[state],
                        draw,
                    )
                    did = seen_to_do(motion, before[state], month.index, draw)
                    assert did == expected, (month, state, draw)
                    deeds.add(did)
    assert deeds == {"whole", "part", "refuse", "leave", "wait"}
