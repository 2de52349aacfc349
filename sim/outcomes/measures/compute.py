"""Measures of compute and capability: what China can train with, and how far it is."""

from sim.outcomes import readings as read
from sim.outcomes.measure import Measure

COMPUTE: tuple[Measure, ...] = (
    Measure(
        "ai_compute_stock",
        "H100e",
        "AI compute that China can use, for training",
        "Accelerators in use by Chinese laboratories in training H100-equivalents, by "
        "laboratory and by channel (legal, grey, domestic, offshore); offshore compute "
        "counts as far as law lets it be used.",
        "stock",
        read.stock("training"),
        headline=True,
    ),
    Measure(
        "ai_inference_stock",
        "H100e",
        "AI compute that China can use, for inference",
        "The same accelerators in inference H100-equivalents, a blend of throughput "
        "and memory bandwidth.",
        "stock",
        read.stock("inference"),
    ),
    Measure(
        "accelerators_in_use",
        "units",
        "Accelerators in use in China and offshore",
        "Accelerators by laboratory and channel; offshore in H100-equivalents.",
        "stock",
        read.stock("units"),
    ),
    Measure(
        "share_of_world_ai_compute",
        "share",
        "China's share of world AI compute",
        "China's training H100-equivalents over those of the world, sold since the "
        "start or in use then (outside China without retirement).",
        "level",
        read.world_share,
        headline=True,
    ),
    Measure(
        "china_share_of_nvidia_compute",
        "share",
        "China's share of Nvidia compute sold",
        "Cumulative training H100-equivalents that Nvidia sold legally to China over "
        "all it sold, since January 2022.",
        "level",
        read.nvidia_share,
    ),
    Measure(
        "training_compute",
        "FLOP",
        "Training compute of the largest run",
        "Of each laboratory; 'china' is the largest among Chinese laboratories.",
        "level",
        read.training_compute,
    ),
    Measure(
        "algorithmic_efficiency",
        "ratio",
        "Efficiency beyond common progress",
        "Factor that scarcity has induced and breakthroughs have added, by laboratory.",
        "level",
        read.efficiency,
    ),
    Measure(
        "effective_training_compute",
        "log10 FLOP",
        "Effective training compute",
        "Training compute times the laboratory's own efficiency, common algorithmic "
        "progress left out, as a decimal logarithm.",
        "level",
        read.effective,
    ),
    Measure(
        "frontier_lag_months",
        "months",
        "Lag behind the frontier",
        "Months by which a laboratory's effective training compute trails the "
        "frontier's; 'china' is the smallest lag of a Chinese laboratory. Below zero "
        "means ahead.",
        "level",
        read.lag,
        headline=True,
    ),
)
