"""Compute and capability: what China can train with, and how far it is."""

from functools import partial

import numpy as np

from sim.agents.designer import Designer
from sim.agents.frontier import FrontierLab
from sim.agents.lab import Lab
from sim.agents.laboratories import Laboratories, training_of_all
from sim.domain.ensemble import PerDraw, greatest, least, share, total
from sim.outcomes.measures.measure import CHINA, Measure
from sim.world import World

_LN_10 = float(np.log(10.0))


def stock(unit: str, world: World) -> dict[str, PerDraw]:
    """Read stocks in a unit, such as ``training``, by laboratory and by channel."""
    [labs] = world.actors(Laboratories)
    tables = {
        channel: getattr(stock, unit) for channel, stock in labs.accessible().items()
    }
    of_labs = total(tables.values())
    by_channel = {f"{CHINA}:{name}": total(table) for name, table in tables.items()}
    by_lab = {lab.name: x for lab, x in zip(labs.labs, of_labs, strict=True)}
    return {CHINA: total(of_labs), **by_channel, **by_lab}


def training_in_china(world: World) -> PerDraw:
    """Return training H100-equivalents that Chinese laboratories can use."""
    [labs] = world.actors(Laboratories)
    return training_of_all(labs.accessible().values())


def world_share(world: World) -> dict[str, PerDraw]:
    """Read China's share of the world's training H100-equivalents."""
    china = training_in_china(world)
    abroad = total(designer.cumulative_abroad for designer in world.actors(Designer))
    return {CHINA: share(china, china + abroad)}


def nvidia_share(world: World) -> dict[str, PerDraw]:
    """Read China's share of Nvidia compute sold since the start."""
    for designer in world.actors(Designer):
        if designer.name == "nvidia":
            china = designer.cumulative_china
            abroad = designer.cumulative_abroad - designer.cumulative_at_start
            return {CHINA: share(china, china + abroad)}
    return {}


def training_compute(world: World) -> dict[str, PerDraw]:
    """Read the largest run of every laboratory, and the largest in China."""
    china = {x.name: x.capability.training_compute for x in world.actors(Lab)}
    abroad = {x.name: x.training_compute for x in world.actors(FrontierLab)}
    return {CHINA: greatest(china.values()), **china, **abroad}


def lag(world: World) -> dict[str, PerDraw]:
    """Read the lag of every Chinese laboratory, and the smallest."""
    return _with_smallest({x.name: x.capability.lag for x in world.actors(Lab)})


def _with_smallest(values: dict[str, PerDraw]) -> dict[str, PerDraw]:
    """Return the values of Chinese laboratories, and the smallest as that of China."""
    return {CHINA: least(values.values()), **values}


def research_compute(world: World) -> dict[str, PerDraw]:
    """Read a year's compute for experiments and reinforcement learning."""
    china = {x.name: x.capability.research_compute for x in world.actors(Lab)}
    abroad = {x.name: x.research_compute for x in world.actors(FrontierLab)}
    return {CHINA: greatest(china.values()), **china, **abroad}


def released_lag(world: World) -> dict[str, PerDraw]:
    """Read the lag of every laboratory's newest released model, and the smallest."""
    labs = world.actors(Lab)
    return _with_smallest({lab.name: lab.capability.released_lag for lab in labs})


def gap_in_points(world: World) -> dict[str, PerDraw]:
    """Read the gap of every laboratory's newest released model, and the smallest."""
    points = world.assume["frontier.points_per_log_compute"]
    labs = world.actors(Lab)
    return _with_smallest(
        {lab.name: lab.capability.released_gap * points for lab in labs}
    )


def efficiency(world: World) -> dict[str, PerDraw]:
    """Read efficiency beyond common progress, as a factor."""
    return {
        lab.name: np.exp(lab.capability.efficiency + lab.capability.lead)
        for lab in world.actors(Lab)
    }


def effective_compute(world: World) -> dict[str, PerDraw]:
    """Read effective training compute as a decimal logarithm."""
    return {
        lab.name: lab.capability.log_effective_compute / _LN_10
        for lab in world.actors(Lab)
    }


COMPUTE_MEASURES: tuple[Measure, ...] = (
    Measure(
        "ai_compute_stock",
        "H100e",
        "AI compute that China can use, for training",
        "Accelerators in use by Chinese laboratories in training H100-equivalents, by "
        "laboratory and by channel (legal, grey, domestic, offshore); offshore compute "
        "counts as far as law lets it be used.",
        "stock",
        read=partial(stock, "training"),
        headline=True,
        short="AI compute",
    ),
    Measure(
        "ai_inference_stock",
        "H100e",
        "AI compute that China can use, for inference",
        "The same accelerators in inference H100-equivalents, a blend of throughput "
        "and memory bandwidth.",
        "stock",
        read=partial(stock, "inference"),
        short="AI compute for inference",
    ),
    Measure(
        "accelerators_in_use",
        "units",
        "Accelerators in use in China and offshore",
        "Accelerators by laboratory and channel; offshore in H100-equivalents.",
        "stock",
        read=partial(stock, "units"),
    ),
    Measure(
        "share_of_world_ai_compute",
        "share",
        "China's share of world AI compute",
        "China's training H100-equivalents over those of the world, sold since the "
        "start or in use then (outside China without retirement).",
        "level",
        read=world_share,
        headline=True,
        short="Share of world AI compute",
    ),
    Measure(
        "china_share_of_nvidia_compute",
        "share",
        "China's share of Nvidia compute sold",
        "Cumulative training H100-equivalents that Nvidia sold legally to China over "
        "all it sold, since January 2022.",
        "level",
        read=nvidia_share,
    ),
    Measure(
        "training_compute",
        "FLOP",
        "Training compute of the largest run",
        "Of each laboratory; 'china' is the largest among Chinese laboratories.",
        "level",
        read=training_compute,
    ),
    Measure(
        "research_compute",
        "FLOP",
        "A year's compute for experiments and reinforcement learning",
        "What the largest run leaves of a year of each laboratory's compute for "
        "developing models; 'china' is the largest among Chinese laboratories.",
        "level",
        read=research_compute,
    ),
    Measure(
        "algorithmic_efficiency",
        "ratio",
        "Efficiency beyond common progress",
        "Factor that scarcity has induced and breakthroughs have added, by laboratory.",
        "level",
        read=efficiency,
    ),
    Measure(
        "effective_training_compute",
        "log10 FLOP",
        "Effective training compute",
        "The run that would be as capable with the frontier's efficiency and its "
        "division of compute, as a decimal logarithm.",
        "level",
        read=effective_compute,
    ),
    Measure(
        "frontier_lag_months",
        "months",
        "Lag behind the frontier",
        "Months by which a laboratory's effective training compute trails the "
        "frontier's; 'china' is the smallest lag of a Chinese laboratory. Below zero "
        "means ahead.",
        "level",
        read=lag,
        headline=True,
        short="Lag behind frontier",
    ),
    Measure(
        "released_lag_months",
        "months",
        "Lag of released models",
        "Months by which a laboratory's newest released model trails the frontier: a "
        "month more each month until the next release; 'china' is the smallest.",
        "level",
        read=released_lag,
    ),
    Measure(
        "capability_gap_points",
        "points",
        "Gap of released models",
        "Points on the Epoch Capabilities Index by which a laboratory's newest "
        "released model trails the frontier; 'china' is the smallest.",
        "level",
        read=gap_in_points,
    ),
)
