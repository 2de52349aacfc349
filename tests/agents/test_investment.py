"""China's chain of accelerators answers scarcity with capacity (M18)."""

import numpy as np
import pytest

from sim.agents.domestic_designer import DomesticDesigner
from sim.domain.ensemble import total
from sim.domain.months import Month
from sim.domain.supply import Good
from tests.agents.pairs import first_second, pair
from tests.strategies import each
from tests.worlds import at_mid, built, forked, months_until, run_until, the

NOW = Month(2024, 3)
LABS = ("alibaba", "bytedance", "tencent", "baidu", "deepseek", "cn_labs_other")


@pytest.fixture(scope="module")
def selling(records):
    """Two like worlds in which Chinese designers have sold for a year."""
    return run_until(pair(records), NOW)


def started_after_bids(world, worths, stacks=(1e8, 1e8)):
    """Return what Huawei starts to build if its buyers bid so many times its cost."""
    huawei = the(world, "huawei")
    cost = world.assume["ascend.cost_share_of_price"] * huawei.price
    huawei.bids = {buyer: each(*worths) * cost for buyer in LABS}
    huawei.stacks = each(*stacks)
    for line in huawei.sales_of(Good.AI_CHIP):
        line.orders.permitted = world.per_draw(50_000.0)
    before = huawei.packaging.started
    huawei.invest()
    return first_second(huawei.packaging.started - before)


@pytest.mark.parametrize(
    ("low", "high"), [(0.5, 1.0), (1.0, 2.0), (2.0, 4.0), (4.0, 9.0)]
)
def test_the_dearer_an_accelerator_the_more_is_built(selling, low, high):
    less, more = started_after_bids(forked(selling, selling.regime), (low, high))
    assert 0.0 < less < more


def test_no_more_packaging_is_built_than_memory_in_view_can_fill(selling):
    world = forked(selling, selling.regime)
    huawei = the(world, "huawei")
    huawei.memory_arriving = world.zeros()
    for line in huawei.purchases_of(Good.HBM):
        line.gates.licence = line.gates.permit = world.zeros()
    plenty, none = started_after_bids(world, (4.0, 4.0), stacks=(1e8, 0.0))
    assert plenty > 0.0
    assert none == 0.0


def test_wafers_move_to_ai_dies_where_designers_lack_them(selling):
    world = forked(selling, selling.regime)
    fab = the(world, "smic_advanced")
    for designer in world.actors(DomesticDesigner):
        designer.dies_wanted = each(0.0, 1e9)
    before = fab.ai_share
    fab.make_ai_dies()
    fewer, more = first_second(fab.ai_share - before)
    assert fewer < 0.0 < more


def test_a_maker_of_memory_gives_more_lines_to_it_where_more_is_ordered(records):
    world = run_until(pair(records), Month(2026, 12))
    cxmt = the(world, "cxmt")
    cxmt.mean_orders = each(1e5, 1e7)
    before = cxmt.hbm_lines.started
    cxmt.invest()
    little, much = first_second(cxmt.hbm_lines.started - before)
    assert little < much


def test_switched_off_nothing_is_built_and_packaging_follows_the_plan(records):
    fast, slow = (1.0, 4.0)
    world = pair(records, ascend__packaging_growth_per_year=(fast, slow))
    world.switched_off = frozenset({"domestic_investment"})
    huawei = the(run_until(world, NOW), "huawei")
    assert np.all(huawei.packaging.started == 0.0)
    constant, grown = first_second(huawei.packaging_capacity())
    first = world.assume["ascend.packaging_dies_per_month"][0] * huawei.wafer_share
    assert constant == pytest.approx(first)
    assert grown > 2.0 * first


def domestic_compute(world, until):
    """Return what Chinese designers make to a month, H100-equivalents by draw."""
    makers = world.actors(DomesticDesigner)
    return total(
        total(maker.compute_made for maker in makers)
        for _ in months_until(world, until)
    )


@pytest.fixture(scope="module", params=["capacity answers", "switched off"])
def before_rules(request, records):
    """Worlds of the record to the end of 2024, and whether capacity answers."""
    answers = request.param == "capacity answers"
    off = () if answers else ("domestic_investment",)
    world = run_until(built(records, draws=4, off=off), Month(2024, 12))
    made = domestic_compute(forked(world, world.regime), RULES_END)
    return answers, world, made


RULES_END = Month(2026, 12)


@pytest.mark.parametrize("rule", ["tight_quota", "chip_lockdown"])
def test_fewer_chips_from_abroad_spur_domestic_ones_if_capacity_answers(
    before_rules, law_of, rule
):
    answers, world, made = before_rules
    after = domestic_compute(forked(world, law_of(rule)), RULES_END)
    change = float(np.median(after / made)) - 1.0
    assert change > 0.001 if answers else abs(change) < 0.001


@pytest.fixture(scope="module")
def without_memory(records):
    """Two worlds in which there is other memory, and Huawei has dies and no HBM."""
    world = pair(records, ascend__other_memory_bandwidth=(0.12, 0.42))
    run_until(world, Month(2026, 12))
    huawei = the(world, "huawei")
    huawei.stacks = huawei.packable_with_memory = huawei.finished = world.zeros()
    for line in huawei.purchases_of(Good.HBM):
        line.orders.arrived = world.zeros()
    huawei.dies = world.per_draw(1e7)
    huawei.mean_orders = world.per_draw(1e6)
    huawei.worth_over_cost = world.per_draw(9.0)
    return world


def after_packaging(world, **state):
    """Return Huawei once it has packaged, from a state of its own."""
    huawei = the(forked(world, world.regime), "huawei")
    for name, value in state.items():
        setattr(huawei, name, value)
    huawei.package()
    return huawei


def test_without_high_bandwidth_memory_dies_are_sold_with_other_memory(without_memory):
    huawei = after_packaging(without_memory)
    assert np.all(huawei.made > 0.0)
    assert np.all(huawei.stacks_used == 0.0)
    np.testing.assert_allclose(huawei.made, huawei.mix.other_made)
    chip, gain = huawei.current, huawei.compute_gain
    assert np.all(huawei.training < chip.training * gain)
    slow, fast = first_second(huawei.inference)
    assert slow < fast
    per_made = huawei.compute_made / huawei.made
    np.testing.assert_allclose(per_made, huawei.training)


def test_a_dollar_buys_as_much_of_either_product(without_memory):
    huawei = after_packaging(without_memory)
    weight = without_memory.assume["lab.training_share_of_demand"]
    worth = weight * huawei.training + (1.0 - weight) * huawei.inference
    chip = huawei.current
    usual = weight * chip.training + (1.0 - weight) * chip.inference
    np.testing.assert_allclose(
        worth / huawei.price, usual * huawei.compute_gain / (chip.price / 1e6)
    )


def test_no_product_with_other_memory_is_made_below_its_cost(without_memory):
    huawei = after_packaging(without_memory, worth_over_cost=each(9.0, 0.9))
    dear, cheap = first_second(huawei.mix.other_made)
    assert dear > 0.0
    assert cheap == 0.0


@pytest.mark.parametrize("switch", ["other_memory", "domestic_investment"])
def test_switched_off_dies_wait_for_memory(without_memory, switch):
    without_memory.switched_off = frozenset({switch})
    huawei = after_packaging(without_memory)
    without_memory.switched_off = frozenset()
    assert np.all(huawei.made == 0.0)


# --- launches (M4) --------------------------------------------------------------------


def launches(records, worth, running, off=()):
    """Return the months of Huawei's launches where lines and need stay as given."""
    world = built(records, draws=2, assume=at_mid(records), off=off)
    huawei = the(world, "huawei")
    for world.month in MONTHS:
        huawei.roadmap.advance(world, worth=worth, running=running)
    return np.array(huawei.roadmap.launched)


MONTHS = [Month.at(Month(2022, 1).index + after) for after in range(120)]


def planned(records):
    """Return the months of the launches on the roadmap."""
    huawei = the(built(records, draws=2), "huawei")
    start = Month(2022, 1)
    return np.array([[x.launch - start] * 2 for x in huawei.roadmap.generations])


AS_PLANNED = each(4.0, 4.0), each(0.7, 0.7)


def test_where_all_is_as_planned_chips_are_launched_as_planned(records):
    np.testing.assert_array_equal(launches(records, *AS_PLANNED), planned(records))


def test_launches_come_forward_with_need_and_slip_where_lines_stand_still(records):
    changed = launches(records, each(9.0, 4.0), each(0.7, 0.4))
    late = changed - planned(records)
    assert np.all(late[:3] == 0.0), "launched within a year of being announced"
    assert np.all(late[3:, 0] < 0.0)
    assert np.all(late[3:, 1] > 0.0)


def test_without_the_answer_launches_are_those_of_the_roadmap(records):
    changed = launches(
        records, each(9.0, 4.0), each(0.7, 0.4), off=("domestic_investment",)
    )
    np.testing.assert_array_equal(changed, planned(records))
