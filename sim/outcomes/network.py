"""The network: who could choke whom, and which lines a regime cuts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import networkx as nx
import numpy as np

from sim.domain.chips import Chip
from sim.domain.months import Month
from sim.domain.supply import SERVICE, TOOL_CLASSES, Good, SupplyLine
from sim.policy.applicable_law import NO_LEAKAGE
from sim.policy.instruments import differing_fields
from sim.policy.regime import Regime
from sim.policy.terms import Quota

Network: TypeAlias = nx.MultiDiGraph
"""Nodes are actor ids (attributes name, kind, country); an edge holds its `line`."""

CHINA = "CHN"
HHI_OF_A_MONOPOLY = 10_000.0
"""The Herfindahl-Hirschman index of a market with one seller."""

NEGLIGIBLE = 1e-9
"""A licence share that falls by less than this has not fallen."""

_SOURCE, _SINK = "(allied tool makers)", "(AI chips of China)"
_NUMBERS = ("share", "lead_time", "substitutability")


@dataclass(frozen=True)
class Chokepoint:
    """How concentrated the sellers of one good are.

    Attributes:
        good: what is sold.
        sellers: how many sell it.
        states: states whose law binds a seller, China apart: all would have to act
            together to close every foreign source.
        hhi: Herfindahl-Hirschman index of the sellers' shares, 0 to 10 000.
        leader: the seller with the largest share.
        leader_share: its share, in [0, 1].
        substitutability: mean over lines of how easily another source replaces one,
            in [0, 1].
    """

    good: str
    sellers: int
    states: tuple[str, ...]
    hhi: float
    leader: str
    leader_share: float
    substitutability: float


@dataclass(frozen=True)
class LineChange:
    """A line on which less (or more) may be shipped than under the law compared with.

    Attributes:
        seller: actor id.
        buyer: actor id.
        good: what the line carries.
        chip: name of the chip it carries, or nothing.
        before: share of orders that passes both gates under the baseline, in [0, 1].
        after: the same under the scenario.
        capped: whether a quota that the baseline does not know, or knows otherwise,
            limits what passes.
    """

    seller: str
    buyer: str
    good: str
    chip: str
    before: float
    after: float
    capped: bool

    @property
    def loss(self) -> float:
        """The share of orders that the scenario takes away; below zero, adds."""
        return self.before - self.after


def without_quantities(network: Network, part: slice = slice(None)) -> Network:
    """Return the same network without the quantities that its lines carry.

    Args:
        network: the network.
        part: the draws that are kept.
    """
    bare = nx.MultiDiGraph()
    bare.add_nodes_from((actor, dict(facts)) for actor, facts in network.nodes.items())
    for seller, buyer, facts in network.edges(data=True):
        line: SupplyLine = facts["line"]
        price = float(np.mean(_in_part(line.price, part)))
        line = replace(line, ordered=np.zeros(1), transit=0, price=price)
        if line.chip is not None and part != slice(None):
            line.chip = _chip_in_part(line.chip, part)
        bare.add_edge(seller, buyer, **{**facts, "line": line})
    return bare


def _chip_in_part(chip: Chip, part: slice) -> Chip:
    values = {item.name: getattr(chip, item.name) for item in fields(Chip)}
    return replace(chip, **{name: _in_part(x, part) for name, x in values.items()})


def _in_part(value: Any, part: slice) -> Any:
    """Return a quantity in some draws, where it differs by draw."""
    return value[part] if isinstance(value, np.ndarray) else value


def join_networks(networks: Sequence[Network], counts: Sequence[int]) -> Network:
    """Return the slim networks of consecutive chunks of draws as one.

    Only chips differ between them: what a designer drew differs by draw.

    Args:
        networks: one network a chunk, of the same actors and lines.
        counts: draws of each chunk.
    """
    whole = without_quantities(networks[0])
    for together in zip(lines(whole), *map(lines, networks), strict=True):
        line, *parts = together
        chips = [part.chip for part in parts if part.chip is not None]
        line.chip = _joined_chip(chips, counts) if len(chips) == len(counts) else None
    return whole


def _joined_chip(chips: Sequence[Chip], counts: Sequence[int]) -> Chip:
    attributes: dict[str, Any] = {}
    for name in (item.name for item in fields(Chip)):
        values = [getattr(chip, name) for chip in chips]
        if any(isinstance(value, np.ndarray) for value in values):
            pairs = zip(values, counts, strict=True)
            whole = [np.broadcast_to(value, count) for value, count in pairs]
            attributes[name] = np.concatenate(whole).astype(float)
    return replace(chips[0], **attributes)


def lines(network: Network) -> Iterator[SupplyLine]:
    """Yield every supply line."""
    for *_, line in network.edges(data="line"):
        yield line


def chokepoints(network: Network) -> list[Chokepoint]:
    """Return each good's concentration, the most concentrated first.

    A seller's weight is the sum of the shares stated on its lines; where no line of a
    good states a share, it is the number of its lines.
    """
    edges_of: dict[Good, list[dict[str, Any]]] = defaultdict(list)
    for *_, facts in network.edges(data=True):
        edges_of[facts["line"].good].append(facts)
    found = [_concentration(good, edges) for good, edges in edges_of.items()]
    return sorted(found, key=lambda point: (-point.hhi, point.good))


def betweenness(network: Network) -> dict[str, float]:
    """Return the share of shortest supply paths that run through each actor.

    Parallel lines count once and all lines count alike (Freeman 1977, normalised).
    """
    return dict(nx.betweenness_centrality(nx.DiGraph(network)))


def minimum_cut(network: Network) -> list[SupplyLine]:
    """Return the fewest foreign lines that part allied tool makers from China's chips.

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


def cut_lines(
    network: Network, scenario: Regime, baseline: Regime, month: Month
) -> list[LineChange]:
    """Return the lines that pass less under the scenario's law, the hardest hit first.

    Those that pass no less of each order, but under a new or another quota, follow.
    What leaks through affiliates and other facilities is left out: this is what the
    law says, not what becomes of it.
    """
    return _hardest_first(_compared(network, scenario, baseline, month), _is_cut)


def opened_lines(
    network: Network, scenario: Regime, baseline: Regime, month: Month
) -> list[LineChange]:
    """Return the lines that pass more under the scenario's law, the widest first."""
    return _hardest_first(_compared(network, scenario, baseline, month), _is_opened)


def largest_cuts(
    network: Network, scenario: Regime, baseline: Regime, months: Sequence[Month]
) -> tuple[Month, list[LineChange]]:
    """Return the month in which the scenario takes most away, and what it cuts then.

    Looked for in the month after each instrument that differs takes effect (its first
    whole month), and in the last month. If it cuts nothing ever, the month is that in
    which it opens most.

    Where governments decide under either law, it is the last month: how far they have
    gone by then is known, draw by draw, and what a line loses is a mean over draws.
    """
    if scenario.decisions or baseline.decisions:
        return months[-1], cut_lines(network, scenario, baseline, months[-1])
    effective = {Month.of(day) + 1 for day in _effective_days(scenario, baseline)}
    candidates = [month for month in months[:-1] if month in effective] + [months[-1]]
    found = {
        month: _compared(network, scenario, baseline, month) for month in candidates
    }
    month = max(candidates, key=lambda month: _severity(found[month]))
    return month, _hardest_first(found[month], _is_cut)


def _compared(
    network: Network, scenario: Regime, baseline: Regime, month: Month
) -> list[LineChange]:
    """Return what passes on every line under either law."""
    quotas = _new_quotas(scenario, baseline, month)
    return [
        LineChange(
            seller=line.seller,
            buyer=line.buyer,
            good=str(line.good),
            chip=line.chip.name if line.chip else "",
            before=share_passing(line, baseline, month),
            after=share_passing(line, scenario, month),
            capped=any(np.any(quota.counted_share(line)) for quota in quotas),
        )
        for line in lines(network)
    ]


def _is_cut(one: LineChange) -> bool:
    return one.loss > NEGLIGIBLE or (one.capped and one.loss > -NEGLIGIBLE)


def _is_opened(one: LineChange) -> bool:
    return one.loss < -NEGLIGIBLE


def _hardest_first(
    compared: list[LineChange], test: Callable[[LineChange], bool]
) -> list[LineChange]:
    found = [one for one in compared if test(one)]
    return sorted(
        found, key=lambda one: (-abs(one.loss), one.good, one.seller, one.buyer)
    )


def _severity(compared: list[LineChange]) -> tuple[float, int, float]:
    """Return how much is taken away, how much is capped, and how much is opened."""
    taken = sum(one.loss for one in compared if _is_cut(one))
    capped = sum(one.capped for one in compared)
    return taken, capped, sum(-one.loss for one in compared if _is_opened(one))


def share_passing(line: SupplyLine, regime: Regime, month: Month) -> float:
    """Return the share of orders that passes both gates, on average over draws."""
    licence, permit = (
        regime.licence(line, month, NO_LEAKAGE),
        regime.permit(line, month),
    )
    return float(np.mean(licence * permit))


def annotated(network: Network, changed: Iterable[LineChange] = ()) -> Network:
    """Return the network in plain words and numbers, what a scenario changes marked.

    Edges say ``cut`` (whether less passes, or a quota limits it), ``capped`` (whether a
    quota does), ``opened`` (whether more passes) and ``share_cut`` (share of orders
    that passes no more).
    """
    changes = {(one.seller, one.buyer, one.good, one.chip): one for one in changed}
    plain = nx.MultiDiGraph()
    for actor, facts in network.nodes.items():
        plain.add_node(actor, **{k: str(v) for k, v in facts.items()})
    for seller, buyer, facts in network.edges(data=True):
        plain.add_edge(seller, buyer, **_plain(facts, changes))
    return plain


def write_graphml(plain: Network, path: Path) -> None:
    """Write a network that `marked` returned, for other programs."""
    nx.write_graphml(plain, path)


def read_graphml(path: Path) -> Network:
    """Return a network that `write_graphml` wrote."""
    return nx.read_graphml(path, force_multigraph=True)


def _plain(
    facts: dict[str, Any], changes: dict[tuple[str, str, str, str], LineChange]
) -> dict[str, str | float | bool]:
    line: SupplyLine = facts["line"]
    chip = line.chip.name if line.chip else ""
    change = changes.get((line.seller, line.buyer, str(line.good), chip))
    return {
        "good": str(line.good),
        "origin": line.origin,
        "destination": line.destination,
        "party": line.party,
        "advanced": line.advanced,
        "chip": chip,
        **{name: float(facts[name]) for name in _NUMBERS if _is_known(facts, name)},
        "cut": change is not None and _is_cut(change),
        "capped": change is not None and change.capped,
        "opened": change is not None and _is_opened(change),
        "share_cut": change.loss if change else 0.0,
    }


def _is_known(facts: dict[str, Any], name: str) -> bool:
    value = facts.get(name)
    return value is not None and bool(np.isfinite(value))


def _concentration(good: Good, edges: list[dict[str, Any]]) -> Chokepoint:
    weights: dict[str, float] = defaultdict(float)
    stated = any(_is_known(facts, "share") and facts["share"] > 0 for facts in edges)
    for facts in edges:
        known = facts["share"] if _is_known(facts, "share") else 0.0
        weights[facts["line"].seller] += known if stated else 1.0
    whole = sum(weights.values())
    leader, most = max(weights.items(), key=lambda pair: (pair[1], pair[0]))
    ease = [f["substitutability"] for f in edges if _is_known(f, "substitutability")]
    origins = {facts["line"].origin for facts in edges} - {CHINA}
    return Chokepoint(
        good=str(good),
        sellers=len(weights),
        states=tuple(sorted(origins)),
        hhi=HHI_OF_A_MONOPOLY * sum((w / whole) ** 2 for w in weights.values()),
        leader=leader,
        leader_share=most / whole,
        substitutability=float(np.mean(ease)) if ease else 0.0,
    )


def _flow_network(network: Network) -> nx.DiGraph:
    flow = nx.DiGraph()
    for line in lines(network):
        foreign = line.origin != CHINA
        if foreign and line.good in {*TOOL_CLASSES, *SERVICE}:
            flow.add_edge(_SOURCE, line.seller)
        if not foreign and line.good == Good.AI_CHIP:
            flow.add_edge(line.seller, _SINK)
        _widen(flow, line.seller, line.buyer, foreign)
    return flow


def _widen(flow: nx.DiGraph, seller: str, buyer: str, foreign: bool) -> None:
    """Add a line's capacity between two actors; without one it is unbounded."""
    before = flow.get_edge_data(seller, buyer)
    if not foreign:
        flow.add_edge(seller, buyer)
        flow[seller][buyer].pop("capacity", None)
    elif before is None:
        flow.add_edge(seller, buyer, capacity=1)
    elif "capacity" in before:
        before["capacity"] += 1


def _new_quotas(scenario: Regime, baseline: Regime, month: Month) -> tuple[Quota, ...]:
    known = {quota.id: quota for quota in baseline.quotas(month)}
    return tuple(
        quota
        for quota in scenario.quotas(month)
        if quota.id not in known or any(differing_fields(known[quota.id], quota))
    )


def _effective_days(scenario: Regime, baseline: Regime) -> Iterator[date]:
    """Yield the days on which an instrument that differs takes effect."""
    ours, theirs = scenario.instruments, baseline.instruments
    for name in ours.keys() | theirs.keys():
        here, there = ours.get(name), theirs.get(name)
        if here is None or there is None or any(differing_fields(there, here)):
            yield from (one.effective for one in (here, there) if one is not None)


def distances(network: Network, actors: Iterable[str]) -> dict[str, int]:
    """Return how many supply lines part each actor from the nearest of some others.

    Lines are walked either way: what a buyer lacks it does not order elsewhere. Actors
    that cannot be reached are left out.
    """
    plain = nx.Graph(network)
    known = [actor for actor in actors if actor in plain]
    if not known:
        return {}
    return {
        actor: int(lines)
        for actor, lines in nx.multi_source_dijkstra_path_length(
            plain, set(known), weight=None
        ).items()
    }
