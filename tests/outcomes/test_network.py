"""Chokepoints and cuts of a network small enough to count by hand."""

import networkx as nx
import numpy as np
import pytest

from sim.domain.chips import Chip
from sim.domain.months import Month
from sim.domain.supply import SupplyLine
from sim.outcomes.chokepoints import betweenness, chokepoints, minimum_cut
from sim.outcomes.line_changes import (
    annotated,
    cut_lines,
    line_changes,
    month_of_most_cuts,
)
from sim.outcomes.network_graph import (
    distances,
    join_networks,
    lines,
    read_graphml,
    without_quantities,
    write_graphml,
)
from tests.outcomes.small_world import AFTER, BEFORE, DISCOURAGED, QUOTA, START, world

LATER = Month(2025, 8)
MONTHS = [START + step for step in range(24)]


@pytest.fixture
def network():
    return world().network


def point_of(network, good):
    (point,) = [point for point in chokepoints(network) if point.good == good]
    return point


def test_one_seller_is_a_monopoly(network):
    point = point_of(network, "duv_immersion")
    assert (point.sellers, point.hhi, point.leader_share) == (1, 10_000, 1.0)
    assert point.states == ("NLD",)


def test_concentration_weighs_sellers_by_their_shares(network):
    point = point_of(network, "etch")
    assert point.leader == "lam"
    assert point.leader_share == pytest.approx(0.6)
    assert point.hhi == pytest.approx(10_000 * (0.6**2 + 0.4**2))
    assert point.states == ("USA",)


def test_without_shares_sellers_weigh_by_their_lines(network):
    for *_, facts in network.edges(data=True):
        facts["share"] = float("nan")
    assert point_of(network, "etch").leader_share == 0.5


def test_the_most_concentrated_good_comes_first(network):
    values = [point.hhi for point in chokepoints(network)]
    assert values == sorted(values, reverse=True)


def test_supply_paths_run_through_the_fab(network):
    between = betweenness(network)
    assert max(between, key=between.__getitem__) == "smic"
    assert between["gov_us"] == 0


def test_the_minimum_cut_parts_tool_makers_from_the_designer(network):
    # Hua Hong leads nowhere, and domestic lines cannot be cut by allied law.
    values = {
        (line.seller, line.buyer, str(line.good)) for line in minimum_cut(network)
    }
    assert values == {
        ("asml", "smic", "duv_immersion"),
        ("asml", "smic", "engineers"),
        ("lam", "smic", "etch"),
    }


def test_without_a_way_to_chips_nothing_need_be_cut():
    assert minimum_cut(nx.MultiDiGraph()) == []


def test_a_service_ban_cuts_the_engineers_and_nothing_else(network):
    cut = cut_lines(network, AFTER, BEFORE, LATER)
    assert {(x.seller, x.buyer, x.good) for x in cut} == {
        ("asml", "smic", "engineers"),
        ("asml", "huahong", "engineers"),
    }
    assert all((x.before, x.after, x.loss) == (1.0, 0.0, 1.0) for x in cut)


def test_what_the_baseline_denies_already_is_not_cut_again(network):
    assert ("lam", "smic") not in {
        (x.seller, x.buyer) for x in cut_lines(network, AFTER, BEFORE, LATER)
    }


def test_before_its_day_a_ban_cuts_nothing(network):
    assert cut_lines(network, AFTER, BEFORE, Month(2025, 6)) == []


def test_a_loosened_law_opens_lines(network):
    assert cut_lines(network, BEFORE, AFTER, LATER) == []
    changes = line_changes(network, BEFORE, AFTER, LATER)
    assert [change.is_opened for change in changes] == [True, True]


def test_a_new_quota_counts_as_a_cut_although_licences_are_granted(network):
    changes = cut_lines(network, BEFORE.with_instruments([QUOTA]), BEFORE, LATER)
    assert [(x.seller, x.buyer) for x in changes] == [("nvidia", "deepseek")]
    assert changes[0].capped
    assert changes[0].loss == 0


def test_a_quota_of_the_baseline_is_no_cut(network):
    changes = BEFORE.with_instruments([QUOTA])
    assert cut_lines(network, changes, changes, LATER) == []


def test_the_importers_gate_cuts_too(network):
    closed = cut_lines(network, BEFORE.with_instruments([DISCOURAGED]), BEFORE, LATER)
    assert ("nvidia", "deepseek") in {(x.seller, x.buyer) for x in closed}


def test_the_hardest_cuts_are_looked_for_after_each_instrument_takes_effect(network):
    month = month_of_most_cuts(network, AFTER, BEFORE, MONTHS)
    cut = cut_lines(network, AFTER, BEFORE, month)
    assert month == Month(2025, 8)
    assert len(cut) == 2


def test_graphml_reads_back_with_what_is_cut(network, tmp_path):
    cut = cut_lines(network, AFTER, BEFORE, LATER)
    with (tmp_path / "network.graphml").open("wb") as file:
        write_graphml(annotated(network, cut), file)
    read = read_graphml(tmp_path / "network.graphml")
    assert set(read) == set(network)
    assert read.number_of_edges() == network.number_of_edges()
    assert read.nodes["asml"] == {
        "name": "ASML",
        "kind": "tool maker",
        "country": "NLD",
    }
    engineers = [x for *_, x in read.edges(data=True) if x["good"] == "engineers"]
    assert [x["cut"] for x in engineers] == [True, True]
    assert sum(x["cut"] for *_, x in read.edges(data=True)) == 2


def test_a_slim_network_keeps_the_lines_and_drops_what_they_carry(network):
    bare = without_quantities(network)
    assert bare.number_of_edges() == network.number_of_edges()
    line = next(iter(bare.edges(data="line")))[2]
    assert isinstance(line, SupplyLine)
    assert line.orders.ordered.shape == (1,)
    assert chokepoints(bare) == chokepoints(network)


def with_chips(network, *chips):
    """Return a slim copy of a network of which the first lines alone carry chips."""
    slim = without_quantities(network)
    for number, line in enumerate(lines(slim)):
        line.chip = chips[number] if number < len(chips) else None
    return slim


def some_chip(tpp, price=20_000.0):
    return Chip("one", "nvidia", tpp, 800.0, 400.0, 2000.0, price)


def test_of_chunks_only_chips_differ_and_each_draw_keeps_its_own(network):
    drawn = some_chip(np.array([4.0, 5.0]), np.array([1.0, 2.0]))
    first = with_chips(network, drawn, some_chip(7.0), some_chip(7.0))
    second = with_chips(network, some_chip(9.0, 3.0), some_chip(7.0))
    joined = list(lines(join_networks([first, second], [2, 1])))
    np.testing.assert_array_equal(joined[0].chip.tpp, [4.0, 5.0, 9.0])
    np.testing.assert_array_equal(joined[0].chip.price, [1.0, 2.0, 3.0])
    assert joined[0].chip.die_area == 800.0
    assert joined[1].chip.tpp == 7.0
    assert joined[2].chip is None  # one chunk saw none there
    assert all(line.chip is None for line in joined[3:])


def test_a_slim_network_of_some_draws_has_their_chips_alone(network):
    full = with_chips(network, some_chip(np.array([4.0, 5.0, 6.0])))
    some = next(lines(without_quantities(full, slice(1, 3)))).chip
    np.testing.assert_array_equal(some.tpp, [5.0, 6.0])
    assert some.price == 20_000.0


def test_nothing_is_near_an_actor_that_is_not_there(network):
    assert distances(network, ["nobody"]) == {}
    one = next(iter(network))
    assert distances(network, [one, "nobody"])[one] == 0
