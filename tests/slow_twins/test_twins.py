"""Each array rule agrees with the same rule said for one draw at a time."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.chips import Chip
from sim.domain.ensemble import share
from sim.mechanisms.accelerators import packages, ramp
from sim.mechanisms.allocation import fill_rate, within_quota
from sim.mechanisms.availability import decayed
from sim.mechanisms.capability import (
    constrained_growth,
    frontier_lag,
    induced_efficiency,
    released_gap,
)
from sim.mechanisms.grey_market import diverted, seizure_probability
from sim.mechanisms.hazard import has_occurred
from sim.mechanisms.money import write_off
from sim.mechanisms.pipeline import in_steady_state, leaving_rate, moved_on
from sim.mechanisms.procurement import choice_shares
from sim.mechanisms.redesign import training_value
from sim.mechanisms.talent import called_back, hired_away, let_go, recalled, speed
from sim.mechanisms.tool_demand import domestic_share, orders
from tests.slow_twins import plain
from tests.strategies import DRAWS, amounts, per_draw, shares


def agree(together, alone, *arguments):
    """Check the rule on arrays against its plain version, draw by draw."""
    expected = [alone(*numbers) for numbers in zip(*arguments, strict=True)]
    np.testing.assert_allclose(together, expected, rtol=1e-12, atol=1e-300)


@given(st.lists(amounts(), min_size=1, max_size=4), amounts())
def test_fill_rate(ordered, output):
    alone = [
        plain.fill_rate([line[draw] for line in ordered], output[draw])
        for draw in range(DRAWS)
    ]
    together = fill_rate(np.array(ordered), output)
    np.testing.assert_allclose(together, alone, rtol=1e-12)


@given(amounts(), st.just(np.zeros(DRAWS)) | per_draw(0.01, 10.0), per_draw(-10, 1e6))
def test_within_quota(shipment, size, left):
    together = within_quota(shipment, size, left)
    agree(together, plain.within_quota, shipment, size, left)


@given(
    shares(),
    shares(),
    shares(),
    per_draw(1.0, 4.0),
    shares(),
    per_draw(0.2, 1.2),
    shares(),
)
def test_domestic_share(
    base, quality, base_quality, response, fear, fear_response, mandate
):
    together = domestic_share(
        base_share=base,
        quality=quality,
        base_quality=base_quality,
        quality_response=response,
        fear=fear,
        fear_response=fear_response,
        mandate=mandate,
    )
    agree(
        together,
        plain.domestic_share,
        base,
        quality,
        base_quality,
        response,
        fear,
        fear_response,
        mandate,
    )


@given(
    shares(),
    shares(),
    per_draw(0.0, 0.04),
    per_draw(0.03, 0.12),
    amounts(24.0),
    shares(),
    shares(),
)
def test_decayed(level, unserved, slow, fast, spares, grey, own):
    together = decayed(
        level,
        unserved=unserved,
        decay_with_spares=slow,
        decay_without_spares=fast,
        spares_left=spares,
        grey_parts=grey,
        own_service=own,
    )
    agree(together, plain.decayed, level, unserved, slow, fast, spares, grey, own)


@given(amounts(), amounts(), amounts(), amounts(), per_draw(1.0, 24.0))
def test_orders(usual, need, in_hand, stock, months):
    together = orders(
        usual=usual,
        need=need,
        in_hand=in_hand,
        wanted_stock=stock,
        months_to_adjust=months,
    )
    agree(together, plain.orders, usual, need, in_hand, stock, months)


@given(
    st.lists(st.tuples(amounts(), shares()), min_size=1, max_size=8),
    per_draw(1.0, 24.0),
    st.integers(1, 6),
    amounts(),
)
def test_order_book(months, mean_months, stages, flow):
    rate = leaving_rate(mean_months, stages)
    book, shipped = in_steady_state(flow, rate, stages), []
    for entering, filled in months:
        shipped.append(book[-1] * rate * filled)
        book = moved_on(book, rate=rate, entering=entering, released=shipped[-1])
    alone = [
        plain.order_book(
            [entering[draw] for entering, _ in months],
            [filled[draw] for _, filled in months],
            mean_months[draw],
            stages,
            flow[draw],
        )
        for draw in range(DRAWS)
    ]
    np.testing.assert_allclose(
        np.array([*shipped, *book]).T, alone, rtol=1e-9, atol=1e-6
    )


@given(
    st.lists(per_draw(-20.0, 5.0), min_size=3, max_size=3),
    st.lists(shares(), min_size=3, max_size=3),
    per_draw(1.0, 3.5),
)
def test_choice_shares(attractions, reach, sensitivity):
    together = choice_shares(np.array(attractions), np.array(reach), sensitivity)
    for draw in range(DRAWS):
        alone = plain.choice_shares(
            [u[draw] for u in attractions], [a[draw] for a in reach], sensitivity[draw]
        )
        np.testing.assert_allclose(together[:, draw], alone, rtol=1e-9, atol=1e-300)


@given(amounts(), amounts(), per_draw(1, 2), per_draw(2, 8), per_draw(0.5, 1.0))
def test_packages(dies, stacks, per_die, per_stack, packed):
    together = packages(
        dies=dies,
        stacks=stacks,
        dies_per_package=per_die,
        stacks_per_package=per_stack,
        packaging_yield=packed,
    )
    agree(together, plain.packages, dies, stacks, per_die, per_stack, packed)


@given(per_draw(-100.0, 200.0), per_draw(1.0, 60.0))
def test_ramp(months, half_way):
    expected = [plain.ramp(*pair) for pair in zip(months, half_way, strict=True)]
    np.testing.assert_allclose(ramp(months, half_way), expected, atol=1e-15)


@given(per_draw(1e20, 1e27), per_draw(1e20, 1e27), per_draw(0.05, 0.3))
def test_frontier_lag(frontier, laboratory, growth):
    together = frontier_lag(np.log(frontier / laboratory), growth)
    expected = [
        plain.frontier_lag(*numbers)
        for numbers in zip(frontier, laboratory, growth, strict=True)
    ]
    np.testing.assert_allclose(together, expected, rtol=1e-9, atol=1e-9)


@given(per_draw(-2, 2), per_draw(-5, 5), per_draw(0.2, 0.8), per_draw(1, 24))
def test_induced_efficiency(now, gap, elasticity, months):
    together = induced_efficiency(
        now, log_gap=gap, elasticity=elasticity, months=months
    )
    agree(together, plain.induced_efficiency, now, gap, elasticity, months)


@given(per_draw(-2, 8), per_draw(-2, 8), per_draw(0.0, 0.4), shares())
def test_released_gap(former, gap, growth, luck):
    released = luck < 0.5
    together = released_gap(former, gap=gap, growth=growth, released=released)
    agree(together, plain.released_gap, former, gap, growth, released)


@given(per_draw(0.0, 0.2), per_draw(0.0, 0.2), per_draw(0.0, 0.05))
def test_constrained_growth(wished, supply, slack):
    together = constrained_growth(wished, supply, slack)
    agree(together, plain.constrained_growth, wished, supply, slack)


@given(amounts(), shares(), shares())
def test_write_off(inventory, before, now):
    together = write_off(inventory, before=before, now=now)
    agree(together, plain.write_off, inventory, before, now)


@given(shares(), per_draw(0.0, 9.0), per_draw(0.0, 9.0), shares(), shares())
def test_seizure_probability(base, officers, budget, verified, power):
    together = seizure_probability(
        base,
        officers=officers,
        budget=budget,
        location_verification=verified,
        verification_power=power,
    )
    most = np.full(DRAWS, 0.95)
    agree(
        together,
        plain.seizure_probability,
        base,
        officers,
        budget,
        verified,
        power,
        most,
    )


@given(amounts(), per_draw(0.0, 2.0), per_draw(0.8, 3.0), amounts())
def test_diverted(capacity, premium, elasticity, hidden):
    together = diverted(capacity, premium, elasticity, hidden)
    agree(together, plain.diverted, capacity, premium, elasticity, hidden)


@given(per_draw(0.0, 3.0), per_draw(0.0, 0.99))
def test_has_come(hazard, luck):
    near = np.abs(1.0 - np.exp(-hazard) - luck) < 1e-12
    expected = [plain.has_occurred(*pair) for pair in zip(hazard, luck, strict=True)]
    assert np.all((has_occurred(hazard, luck) == expected) | near)


@given(amounts(), amounts())
def test_share(part, whole):
    agree(share(part, whole), plain.share, part, whole)


@given(per_draw(500.0, 40_000.0), per_draw(0.0, 2_000.0), per_draw(0.05, 0.2))
def test_training_value(tpp, links, weight):
    h100 = Chip("H100", "nvidia", 15_832.0, 814.0, 900.0, 3_350.0, 30_000.0)
    together = training_value(tpp, links, reference=h100, interconnect_weight=weight)
    alone = [
        plain.training_value(t, link, 15_832.0, 900.0, w)
        for t, link, w in zip(tpp, links, weight, strict=True)
    ]
    np.testing.assert_allclose(together, alone, rtol=1e-12)


@given(amounts(), amounts(), per_draw(1.0, 24.0))
def test_let_go(staff, posts, months):
    agree(let_go(staff, posts, months), plain.let_go, staff, posts, months)


@given(amounts(), amounts(), shares(), amounts())
def test_hired_away(lost, filled, yearly, staff):
    together = hired_away(lost=lost, filled=filled, yearly=yearly, staff=staff)
    agree(together, plain.hired_away, lost, filled, yearly, staff)


@given(amounts(), shares(), shares())
def test_called_back(freed, denied, before):
    together = called_back(freed, denied, before)
    expected = [
        plain.called_back(*numbers)
        for numbers in zip(freed, denied, before, strict=True)
    ]
    np.testing.assert_allclose(together, expected, rtol=1e-9, atol=1e-9)


@given(amounts(), shares(), shares(), shares())
def test_recalled(stock, foreign, bite, hardest):
    together = recalled(stock, foreign, bite, hardest)
    agree(together, plain.recalled, stock, foreign, bite, hardest)


@given(amounts(), amounts(), per_draw(0.1, 1.0))
def test_speed(stock, usual, elasticity):
    agree(speed(stock, usual, elasticity), plain.speed, stock, usual, elasticity)
