"""M6. The best chip that still complies with the rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from sim.domain.chips import CUTTABLE, Chip
from sim.domain.ensemble import PerDraw

Test = Mapping[str, float]
"""A test of a performance threshold: it catches a chip that reaches all its limits."""


def training_value(
    tpp: float | PerDraw,
    interconnect: float | PerDraw,
    *,
    reference: Chip,
    interconnect_weight: PerDraw,
) -> float | PerDraw:
    """Return a chip's worth for training, in H100-equivalents.

    Dense 8-bit throughput over the H100's (Epoch AI's convention), discounted by
    (interconnect / H100's)^w where the links are slower.

    Args:
        tpp: total processing performance.
        interconnect: GB/s.
        reference: the H100.
        interconnect_weight: w.
    """
    links = np.minimum(interconnect / reference.interconnect, 1.0)
    return tpp / reference.tpp * links**interconnect_weight


def inference_value(
    tpp: float | PerDraw,
    memory_bandwidth: float | PerDraw,
    *,
    reference: Chip,
    memory_weight: PerDraw,
) -> float | PerDraw:
    """Return a chip's worth for inference, in H100-equivalents.

    A geometric blend of throughput and memory bandwidth, each over the H100's:
    (tpp)^(1-w) (bandwidth)^w. A rule that tests throughput alone leaves it nearly
    untouched: an H20 is worth about one.
    """
    bandwidth = memory_bandwidth / reference.memory_bandwidth
    return (tpp / reference.tpp) ** (1.0 - memory_weight) * bandwidth**memory_weight


def cut_to_limits(
    parent: Chip,
    limits: Mapping[str, float],
    margin: PerDraw,
    link_step: float,
    name: str,
) -> Chip:
    """Return the parent cut down to stay below each limit, by a margin.

    What no limit touches keeps the parent's value. Links come in steps: the largest
    whole number of them below the limit.

    Args:
        parent: the chip to cut down.
        limits: upper bound by attribute.
        margin: share by which throughput and memory bandwidth stay below, in [0, 1).
        link_step: GB/s by which interconnect can be cut.
        name: what the new chip is called.
    """
    tpp, memory, links = parent.tpp, parent.memory_bandwidth, parent.interconnect
    for attribute, limit in limits.items():
        below = limit * (1.0 - margin)
        match attribute:
            case "tpp":
                tpp = np.minimum(tpp, below)
            case "performance_density":
                tpp = np.minimum(tpp, below * parent.die_area)
            case "memory_bandwidth":
                memory = np.minimum(memory, below)
            case "interconnect":
                links = np.minimum(links, _whole_steps_below(limit, link_step))
            case "bandwidth_sum":
                links = np.minimum(links, _whole_steps_below(limit / 2.0, link_step))
                memory = np.minimum(memory, below - links)
    return replace(
        parent, name=name, tpp=tpp, memory_bandwidth=memory, interconnect=links
    )


def without_redundant(tests: Sequence[Test]) -> tuple[Test, ...]:
    """Return the tests without those that catch nothing that another does not catch.

    A test is redundant if another has the same limits or lower ones, or fewer.

    Example:
        >>> without_redundant([{"tpp": 4800, "interconnect": 600}, {"tpp": 4800}])
        ({'tpp': 4800},)
    """
    kept: list[Test] = []
    for index, test in enumerate(tests):
        others = [*kept, *tests[index + 1 :]]
        if not any(_is_stricter(other, test) for other in others):
            kept.append(test)
    return tuple(kept)


def _is_stricter(test: Test, other: Test) -> bool:
    return all(name in other and limit <= other[name] for name, limit in test.items())


def avoiding_limits(tests: Sequence[Test]) -> Iterator[dict[str, float]]:
    """Yield each set of upper bounds that avoids all tests: one limit missed in each.

    What a chip is marketed for cannot be cut.

    Example:
        >>> tests = [{"tpp": 4800, "interconnect": 600}]
        >>> list(avoiding_limits(tests))
        [{'tpp': 4800}, {'interconnect': 600}]
    """
    for choice in product(*map(_cuttable, tests)):
        bounds: dict[str, float] = {}
        for attribute, limit in choice:
            bounds[attribute] = min(limit, bounds.get(attribute, np.inf))
        yield bounds


def _cuttable(test: Test) -> list[tuple[str, float]]:
    return [(name, limit) for name, limit in test.items() if name in CUTTABLE]


def _whole_steps_below(limit: float, step: float) -> float:
    return step * max(np.ceil(limit / step) - 1.0, 0.0)
