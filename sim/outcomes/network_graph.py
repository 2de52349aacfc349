"""The network: actors and supply lines, as a run leaves them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import networkx as nx
import numpy as np

from sim.domain.chips import Chip
from sim.domain.supply import SupplyLine
from sim.domain.terminal_text import printable

Network: TypeAlias = nx.MultiDiGraph
"""Nodes are actor ids (attributes name, kind, country); an edge holds its `line`."""


def lines(network: Network) -> Iterator[SupplyLine]:
    """Yield every supply line."""
    for *_, line in network.edges(data="line"):
        yield line


def is_known(facts: dict[str, Any], name: str) -> bool:
    """Return whether a number of an edge is stated."""
    value = facts.get(name)
    return value is not None and bool(np.isfinite(value))


def actor_names(network: Network | None) -> dict[str, str]:
    """Return the name of each actor, by id; nothing if no network was kept."""
    nodes = {} if network is None else network.nodes
    return {actor: str(facts["name"]) for actor, facts in nodes.items()}


def distances(network: Network, actors: Iterable[str]) -> dict[str, int]:
    """Return how many supply lines lie between each actor and the nearest of some.

    Lines are followed either way: what a buyer lacks it does not order elsewhere.
    Actors that cannot be reached are left out.
    """
    undirected = nx.Graph(network)
    sources = {actor for actor in actors if actor in undirected}
    if not sources:
        return {}
    lengths = nx.multi_source_dijkstra_path_length(undirected, sources, weight=None)
    return {actor: int(length) for actor, length in lengths.items()}


def without_quantities(network: Network, columns: slice = slice(None)) -> Network:
    """Return a network, in some draws, without the quantities that its lines carry."""
    bare = nx.MultiDiGraph()
    bare.add_nodes_from((actor, dict(facts)) for actor, facts in network.nodes.items())
    for seller, buyer, facts in network.edges(data=True):
        line: SupplyLine = facts["line"]
        price = float(np.mean(_in_draws(line.price, columns)))
        line = replace(line, ordered=np.zeros(1), transit=0, price=price)
        if line.chip is not None and columns != slice(None):
            line.chip = _chip_in_draws(line.chip, columns)
        bare.add_edge(seller, buyer, **{**facts, "line": line})
    return bare


def _chip_in_draws(chip: Chip, columns: slice) -> Chip:
    values = {item.name: getattr(chip, item.name) for item in fields(Chip)}
    return replace(chip, **{name: _in_draws(x, columns) for name, x in values.items()})


def _in_draws(value: Any, columns: slice) -> Any:
    """Return a quantity in some draws, where it differs by draw."""
    return value[columns] if isinstance(value, np.ndarray) else value


def join_networks(networks: Sequence[Network], counts: Sequence[int]) -> Network:
    """Return the networks of consecutive chunks of draws as one.

    Only chips differ between them: what a designer drew differs by draw.

    Args:
        networks: one network a chunk, of the same actors and lines, without quantities.
        counts: draws of each chunk.
    """
    joined = without_quantities(networks[0])
    for line, *parts in zip(lines(joined), *map(lines, networks), strict=True):
        chips = [part.chip for part in parts if part.chip is not None]
        line.chip = _join_chips(chips, counts) if len(chips) == len(counts) else None
    return joined


def _join_chips(chips: Sequence[Chip], counts: Sequence[int]) -> Chip:
    by_draw: dict[str, Any] = {}
    for name in (item.name for item in fields(Chip)):
        values = [getattr(chip, name) for chip in chips]
        if any(isinstance(value, np.ndarray) for value in values):
            columns = map(np.broadcast_to, values, counts)
            by_draw[name] = np.concatenate(list(columns)).astype(float)
    return replace(chips[0], **by_draw)


def write_graphml(network: Network, file: BinaryIO) -> None:
    """Write a network in plain words and numbers, for other programs.

    Every line has an id of its own; among those of two actors alone they would repeat.
    """
    numbered = nx.MultiDiGraph()
    for actor, facts in network.nodes.items():
        numbered.add_node(actor, **_in_xml(facts))
    for number, (seller, buyer, facts) in enumerate(network.edges(data=True)):
        numbered.add_edge(seller, buyer, key=f"line_{number}", **_in_xml(facts))
    nx.write_graphml(numbered, file)


def _in_xml(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts with texts that XML can hold: it has no control characters."""
    return {
        name: printable(value) if isinstance(value, str) else value
        for name, value in facts.items()
    }


def read_graphml(path: Path) -> Network:
    """Return a network that `write_graphml` wrote."""
    return nx.read_graphml(path, force_multigraph=True)
