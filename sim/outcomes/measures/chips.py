"""Measures of chips: offered, sold, made at home and smuggled."""

from sim.outcomes import readings as read
from sim.outcomes.measure import Measure

CHIPS: tuple[Measure, ...] = (
    Measure(
        "units_shipped",
        "units",
        "Accelerators sold in China",
        "In the month, by seller: foreign designers (legal), Chinese designers, and "
        "the grey market.",
        "flow",
        read.units_shipped,
        headline=True,
    ),
    Measure(
        "units_by_chip",
        "units",
        "Accelerators sold in China, by chip",
        "Legal sales of foreign designers by chip; a compliant chip is named after its "
        "parent and the limits it stays inside.",
        "flow",
        read.units_by_chip,
    ),
    Measure(
        "offer_tpp",
        "TPP",
        "Throughput of the chip on offer",
        "Total processing performance of the best chip that a designer may sell to "
        "China; 0 where there is none.",
        "level",
        read.offer("tpp"),
    ),
    Measure(
        "offer_interconnect",
        "GB/s",
        "Interconnect of the chip on offer",
        "Chip-to-chip bandwidth of the same chip.",
        "level",
        read.offer("interconnect"),
    ),
    Measure(
        "offer_memory_bandwidth",
        "GB/s",
        "Memory bandwidth of the chip on offer",
        "DRAM bandwidth of the same chip.",
        "level",
        read.offer("memory_bandwidth"),
    ),
    Measure(
        "domestic_accelerators",
        "units",
        "Domestic accelerators made",
        "Accelerators packaged by Chinese designers in the month.",
        "flow",
        read.domestic_accelerators,
        headline=True,
    ),
    Measure(
        "domestic_compute_made",
        "H100e",
        "Domestic compute made",
        "The same in training H100-equivalents on paper.",
        "flow",
        read.domestic_compute,
    ),
    Measure(
        "domestic_chip_share",
        "share",
        "Domestic share of accelerators sold",
        "By units, grey market included.",
        "level",
        read.domestic_chip_share,
    ),
    Measure(
        "smuggled_units",
        "units",
        "Smuggled accelerators delivered",
        "Delivered in China in the month, and what each hub's brokers sold on.",
        "flow",
        read.smuggled,
        headline=True,
    ),
    Measure(
        "smuggled_share",
        "share",
        "Smuggled share of China's AI compute",
        "Grey-market accelerators in training H100-equivalents over all that China can "
        "use.",
        "level",
        read.smuggled_share,
        headline=True,
    ),
    Measure(
        "seized_units",
        "units",
        "Accelerators seized or stopped",
        "Of what brokers diverted in the month.",
        "flow",
        read.seized,
    ),
    Measure(
        "grey_markup",
        "ratio",
        "Grey-market price over the price abroad",
        "The markup that clears the market.",
        "level",
        read.markup,
    ),
)
