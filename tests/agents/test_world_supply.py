"""Chips that China does not get go to others; lost revenue has a cost."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.domain.months import Month
from sim.domain.supply import Good
from sim.policy.scope import Scope
from sim.policy.terms import HomePriority, RevenueShare
from tests.agents.pairs import FREE_THEN_BOUND, first_second, law, no_chips, pair
from tests.strategies import each
from tests.worlds import months_until, run_until, the

START, LAST = date(2023, 1, 1), Month(2024, 6)
BOUND = 1.0 - FREE_THEN_BOUND


def terms(name, **scope):
    """Return the fields that every instrument on chips for China has."""
    return {
        "id": name,
        "title": name,
        "issuer": "USA",
        "announced": START,
        "effective": START,
        "reference": "none",
        "source": "none",
        "scope": Scope(
            goods=frozenset({Good.AI_CHIP}), destinations=frozenset({"CHN"}), **scope
        ),
    }


def sold(world, last=LAST):
    """Return what Nvidia sold by buyer since the start of a rule."""
    sums = dict.fromkeys(("in_china", "united_states", "elsewhere", "unsold"), 0.0)
    supply = the(world, "nvidia").supply
    for month in months_until(world, last):
        if month >= Month.of(START):
            sums = {name: x + getattr(supply, name) for name, x in sums.items()}
    return sums


def test_what_is_denied_to_china_is_sold_to_others(records):
    of_buyer = sold(
        pair(
            records,
            law(no_chips(START)),
            world__output_elasticity=(0.0, 0.0),
            nvidia__research_response=(0.0, 0.0),
        )
    )
    free, bound = first_second(of_buyer["in_china"])
    assert bound < free
    american = np.diff(of_buyer["united_states"])[0]
    abroad = american + np.diff(of_buyer["elsewhere"])[0]
    assert american == pytest.approx(0.6 * abroad)
    assert abroad == pytest.approx(free - bound)


def test_without_the_pool_nobody_else_gets_what_is_denied(records):
    world = pair(records, law(no_chips(START)))
    world.switched_off = frozenset({"one_pool"})
    for _ in months_until(world, LAST):
        supply = the(world, "nvidia").supply
        np.testing.assert_array_equal(the(world, "nvidia").abroad, supply.usual)
        np.testing.assert_array_equal(supply.price, [1.0, 1.0])


def test_the_price_falls_once_nobody_waits_and_the_frontier_gains(records):
    world = pair(records, law(no_chips(START)), world__waiting_demand=(1e-6, 1e-6))
    cheapest, compute = each(9.0, 9.0), None
    for month in months_until(world, LAST):
        if month >= Month.of(START):
            cheapest = np.minimum(cheapest, the(world, "nvidia").supply.price)
        compute = the(world, "openai").training_compute
    assert cheapest[1] < cheapest[0]
    assert compute[1] > compute[0]


def test_american_buyers_get_what_the_priority_puts_behind_them(records):
    first = HomePriority(**terms("first"), priority=BOUND)
    of_buyer = sold(pair(records, law(first)))
    china, american = of_buyer["in_china"], of_buyer["united_states"]
    assert china[1] < 0.9 * china[0]
    assert american[1] > american[0]
    assert american[1] - american[0] > 0.6 * (china[0] - china[1])


def test_a_larger_priority_leaves_china_no_more(records):
    shares = each(0.5, 1.0)
    of_buyer = sold(pair(records, law(HomePriority(**terms("x"), priority=shares))))
    assert of_buyer["in_china"][1] <= of_buyer["in_china"][0]
    assert of_buyer["united_states"][1] >= of_buyer["united_states"][0]


def test_a_priority_covers_the_chips_of_its_scope_alone(records):
    act = HomePriority(**terms("fast", reaching=({"tpp": 1e6},)), priority=BOUND)
    of_buyer = sold(pair(records, law(act)), Month(2023, 6))
    assert of_buyer["in_china"][0] == of_buyer["in_china"][1]
    assert replace(act, scope=Scope()).share_first(
        the(pair(records), "nvidia").china_lines[0]
    ) == pytest.approx(BOUND)


@pytest.mark.parametrize(("passed_on", "dearer"), [(0.0, 1.0), (1.0, 4.0 / 3.0)])
def test_who_pays_a_levy(records, passed_on, dearer):
    levy = RevenueShare(**terms("levy"), share=0.25 * BOUND)
    world = pair(records, law(levy), nvidia__levy_passed_on=(passed_on, passed_on))
    nvidia = the(run_until(world, Month(2023, 1)), "nvidia")
    without, taken = first_second(nvidia.price / (1.0 + nvidia.rent))
    assert taken == pytest.approx(dearer * without)
    assert nvidia.government_take[0] == 0.0 < nvidia.government_take[1]


def test_lost_revenue_slows_a_designer_as_far_as_research_responds(records):
    response = (-0.05, 0.3)
    world = pair(
        records,
        law(replace(no_chips(START), approval=0.0)),
        nvidia__research_response=response,
        nvidia__research_months=(18.0, 18.0),
        world__waiting_demand=(1e-6, 1e-6),
    )
    free = pair(
        records,
        nvidia__research_response=response,
        nvidia__research_months=(18.0, 18.0),
        world__waiting_demand=(1e-6, 1e-6),
    )
    progress = [
        the(run_until(x, LAST), "nvidia").supply.progress for x in (world, free)
    ]
    assert progress[0][0] > progress[1][0]
    assert progress[0][1] < progress[1][1]
