"""Chokepoints: who could choke whom, from the supply network alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import inf
from typing import Any

import networkx as nx

from sim.domain.ensemble import sum_in_order
from sim.domain.supply import CHINA, SERVICE, TOOL_CLASSES, Good, SupplyLine
from sim.outcomes.network_graph import Network, is_known, lines

HHI_OF_A_MONOPOLY = 10_000.0
"""The Herfindahl-Hirschman index of a market with one seller."""

_SOURCE, _SINK = "(allied tool makers)", "(AI chips of China)"


@dataclass(frozen=True)
class Chokepoint:
    """How concentrated the sellers of one good are.

    Attributes:
        states: states whose law binds a seller, without China: all would have to act
            together to close every foreign source.
        hhi: Herfindahl-Hirschman index of the sellers' shares, 0 to 10 000.
    """

    good: str
    sellers: int
    states: tuple[str, ...]
    hhi: float
    leader: str
    leader_share: float


def chokepoints(network: Network) -> list[Chokepoint]:
    """Return each good's concentration, the most concentrated first.

    A seller's weight is the sum of the shares stated on its lines; where no line of a
    good states a share, it is the number of its lines.
    """
    edges_of: dict[Good, list[dict[str, Any]]] = defaultdict(list)
    for *_, facts in network.edges(data=True):
        edges_of[facts["line"].good].append(facts)
    points = [_concentration(good, edges) for good, edges in edges_of.items()]
    return sorted(points, key=lambda point: (-point.hhi, point.good))


def _concentration(good: Good, edges: list[dict[str, Any]]) -> Chokepoint:
    weights: dict[str, float] = defaultdict(float)
    stated = any(is_known(facts, "share") and facts["share"] > 0 for facts in edges)
    for facts in edges:
        known = facts["share"] if is_known(facts, "share") else 0.0
        weights[facts["line"].seller] += known if stated else 1.0
    total = sum_in_order(weights.values())
    leader, largest = max(weights.items(), key=lambda pair: (pair[1], pair[0]))
    return Chokepoint(
        good=str(good),
        sellers=len(weights),
        states=tuple(sorted({facts["line"].origin for facts in edges} - {CHINA})),
        hhi=HHI_OF_A_MONOPOLY
        * sum_in_order((w / total) ** 2 for w in weights.values()),
        leader=leader,
        leader_share=largest / total,
    )


def betweenness(network: Network) -> dict[str, float]:
    """Return the share of shortest supply paths that run through each actor.

    Parallel lines count once and all lines count equally (Freeman 1977, normalised).
    """
    return dict(nx.betweenness_centrality(nx.DiGraph(network)))


def minimum_cut(network: Network) -> list[SupplyLine]:
    """Return the fewest foreign lines between allied tool makers and China's chips.

    Maximum flow from all tool and service sellers outside China to all Chinese
    sellers of AI chips, each foreign line with capacity one; a line of Chinese origin
    cannot be cut by allied law, so its capacity is unbounded. This counts lines, not
    volumes: a fab that lacks one class of tool stops, whatever else it still has, so
    the cut is an upper bound on what a control must reach; `chokepoints` names the
    goods that few states control.

    Source:
        Ford and Fulkerson (1956), maximal flow through a network.
    """
    flow = _flow_network(network)
    if _SOURCE not in flow or _SINK not in flow:
        return []
    _, (near, _) = nx.minimum_cut(flow, _SOURCE, _SINK)
    return [
        line
        for line in lines(network)
        if line.seller in near and line.buyer not in near and line.origin != CHINA
    ]


def _flow_network(network: Network) -> nx.DiGraph:
    flow = nx.DiGraph()
    for line in lines(network):
        foreign = line.origin != CHINA
        if foreign and line.good in {*TOOL_CLASSES, *SERVICE}:
            flow.add_edge(_SOURCE, line.seller)
        if not foreign and line.good == Good.AI_CHIP:
            flow.add_edge(line.seller, _SINK)
        before = flow.get_edge_data(line.seller, line.buyer, {"capacity": 0.0})
        capacity = before["capacity"] + (1.0 if foreign else inf)
        flow.add_edge(line.seller, line.buyer, capacity=capacity)
    return flow
