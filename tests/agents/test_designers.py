"""Designers redesign, choose what to offer and write off what nobody may buy."""

from datetime import date

import numpy as np
import pytest

from sim.domain.months import Month
from sim.domain.supply import Good
from tests.agents.pairs import first_second, law, no_fast_chips, no_memory, pair
from tests.strategies import each
from tests.worlds import months_until, run_until, the

RULE = date(2022, 10, 7)


def on_offer(world):
    """Return throughput and links of what Nvidia offers in China, 0 where nothing."""
    lineup = the(world, "nvidia").lineup
    chip, sold = lineup.offer.chip, lineup.choice >= 0
    return chip.tpp * sold, chip.interconnect * sold


@pytest.fixture
def ruled():
    return law(no_fast_chips(RULE, tpp=4_800.0, interconnect=600.0))


def test_a_free_designer_goes_on_selling_its_flagship(records, ruled):
    throughput, links = on_offer(run_until(pair(records, ruled), Month(2023, 9)))
    assert throughput[0] == pytest.approx(15_832.0)
    assert links[0] == pytest.approx(900.0)


def test_a_bound_designer_offers_the_best_chip_inside_the_rule(records, ruled):
    throughput, links = on_offer(run_until(pair(records, ruled), Month(2023, 9)))
    assert throughput[1] == pytest.approx(15_832.0)
    assert links[1] < 600.0


def test_the_compliant_chip_comes_after_the_lag(records):
    always = no_fast_chips(RULE, tpp=4_800.0, interconnect=600.0)
    bound = type(always)(**{**vars(always), "approval": 0.0})
    world = pair(
        records, law(bound), redesign__months_rule_to_compliant_chip=(1.0, 9.0)
    )
    came = np.full(2, np.inf)
    for month in months_until(world, Month(2023, 12)):
        if month > Month(2022, 10):
            throughput, _ = on_offer(world)
            came = np.where((throughput > 0.0) & np.isinf(came), month.index, came)
    soon, late = first_second(came - Month(2022, 10).index)
    assert soon == 1.0
    assert late == 9.0


def test_without_redesign_there_is_nothing_to_offer(records, ruled):
    world = pair(records, ruled)
    world.switched_off = frozenset({"redesign"})
    throughput, _ = on_offer(run_until(world, Month(2023, 9)))
    assert throughput[0] > 0.0
    assert throughput[1] == 0.0


def test_what_was_made_for_china_alone_is_written_off_when_its_law_closes(records):
    """The first rule binds in both draws, the second in the second alone."""
    first = no_fast_chips(RULE, tpp=4_800.0, interconnect=600.0)
    bound = type(first)(**{**vars(first), "approval": 0.0})
    second = no_fast_chips(date(2024, 3, 1), "no_chips_at_all", tpp=100.0)
    world = pair(records, law(bound, second))
    nvidia = the(world, "nvidia")
    run_until(world, Month(2024, 2))
    assert np.all(nvidia.inventory > 0.0)
    before = nvidia.inventory
    run_until(world, Month(2024, 3))
    kept, lost = first_second(nvidia.written_off)
    assert kept == 0.0
    assert 0.0 < lost <= before[1]


def test_a_designer_lobbies_harder_once_revenue_is_lost(records):
    second = no_fast_chips(date(2024, 3, 1), "no_chips_at_all", tpp=100.0)
    world = run_until(pair(records, law(second)), Month(2024, 6))
    calm, bereft = first_second(the(world, "nvidia").lobbying)
    assert bereft > calm


# --- Chinese designers ----------------------------------------------------------------


def test_memory_that_is_stopped_stops_what_needs_it(records):
    """Two years after a ban on foreign memory the stock is used up."""
    world = pair(
        records,
        law(no_memory(date(2023, 1, 1))),
        hbm__cxmt_start_year=(2029.0, 2029.0),
        law__hbm_leakage=(0.005, 0.005),
    )
    huawei = the(run_until(world, Month(2024, 12)), "huawei")
    supplied, starved = first_second(huawei.made)
    assert starved < 0.3 * supplied


def test_leaks_let_a_little_memory_through(records):
    world = pair(
        records,
        law(no_memory(date(2023, 1, 1))),
        law__hbm_leakage=(0.01, 0.1),
    )
    run_until(world, Month(2023, 6))
    lines = [
        line
        for line in the(world, "samsung_mem").sales
        if line.good is Good.HBM and line.buyer == "huawei"
    ]
    for line in lines:
        free, leaked = first_second(line.gates.licence)
        assert free == 1.0
        assert leaked == pytest.approx(0.1)
        assert 0.0 < line.orders.shipped[1] <= 0.1001 * line.orders.ordered[1]


def test_the_scarcer_of_dies_and_memory_rules(records):
    world = run_until(pair(records), Month(2023, 6))
    huawei = the(world, "huawei")
    huawei.dies = each(1e6, 1e6)
    huawei.stacks = each(1e7, 0.0)
    for line in huawei.purchases_of(Good.HBM):
        line.orders.arrived = world.zeros()
    huawei.package()
    plenty, none = first_second(huawei.made)
    assert plenty > 0.0
    assert none == 0.0


def test_packaging_capacity_is_a_limit_of_its_own(records):
    world = pair(records)
    huawei = the(run_until(world, Month(2023, 1)), "huawei")
    huawei.packaging.installed = each(1_000.0, 50_000.0)
    huawei.dies = huawei.stacks = each(1e8, 1e8)
    huawei.package()
    little, much = first_second(huawei.made)
    assert much == pytest.approx(50.0 * little)


def test_customers_of_a_designer_meet_the_gates_that_each_would_meet_alone(records):
    world = run_until(
        pair(records, law(no_fast_chips(RULE, tpp=4_800.0))), Month(2022, 10)
    )
    world.month = Month(2022, 10)
    for line in the(world, "nvidia").china_lines:
        together = line.gates.licence, line.gates.permit, line.gates.pending
        world.review_line(line)
        alone = line.gates.licence, line.gates.permit, line.gates.pending
        np.testing.assert_array_equal(together, alone)
