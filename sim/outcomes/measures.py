"""Measures: what is reported of a month, with its unit and how it is read."""

from dataclasses import dataclass
from typing import Literal

from sim.outcomes import readings as read
from sim.outcomes.readings import Reader

Kind = Literal["stock", "flow", "level"]
"""A stock is read at the end of a period, a flow is added up, a level is read."""


@dataclass(frozen=True)
class Measure:
    """A reported quantity.

    Attributes:
        name: stable name.
        unit: of its values.
        title: long name.
        description: what it means and how it is counted.
        kind: how it adds up over time.
        read: reads it, by actor key: an actor id, or one with a part after a colon.
        headline: whether it is recorded by default and in the headline table.
    """

    name: str
    unit: str
    title: str
    description: str
    kind: Kind
    read: Reader
    headline: bool = False


MEASURES: tuple[Measure, ...] = (
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
    Measure(
        "wafer_starts",
        "thousand wafers",
        "Wafers started in the month",
        "12-inch equivalents, by fab.",
        "flow",
        read.of_fabs("wafer_starts"),
        headline=True,
    ),
    Measure(
        "planned_capacity",
        "thousand wafers a month",
        "Planned capacity",
        "What the fab would run if it had the tools.",
        "level",
        read.of_fabs("plan"),
    ),
    Measure(
        "die_yield",
        "share",
        "Good AI dies on SMIC's advanced lines",
        "Share of Ascend-sized dies that pass, on N+2, and on N+3 once it runs.",
        "level",
        read.die_yield,
        headline=True,
    ),
    Measure(
        "tool_availability",
        "share of time",
        "Availability of foreign tools in China",
        "By vendor over all Chinese fabs, weighted by value, and by class on SMIC's "
        "advanced lines.",
        "level",
        read.tool_availability,
        headline=True,
    ),
    Measure(
        "tools_installed",
        "tools",
        "Tools installed in China",
        "By class and state of the maker.",
        "stock",
        read.tools_installed,
    ),
    Measure(
        "hbm_stock",
        "stacks",
        "High-bandwidth memory in stock",
        "Held by Chinese designers.",
        "stock",
        read.hbm_stock,
    ),
    Measure(
        "hbm_imports",
        "stacks",
        "High-bandwidth memory shipped to China",
        "By foreign makers in the month.",
        "flow",
        read.hbm_imports,
    ),
    Measure(
        "hbm_made",
        "stacks",
        "High-bandwidth memory made in China",
        "By CXMT in the month.",
        "flow",
        read.hbm_made,
    ),
    Measure(
        "memory_bound",
        "share",
        "How far memory, not logic, binds",
        "Dies in stock over dies and memory in stock, counted in stacks: near 1 where "
        "dies wait for memory, near 0 where memory waits for dies.",
        "level",
        read.memory_bound,
    ),
    Measure(
        "tool_localisation",
        "share",
        "Domestic share of tool purchases",
        "By value, in the month.",
        "level",
        read.tool_localisation,
        headline=True,
    ),
    Measure(
        "tool_spending",
        "USD million",
        "Spending on tools in China",
        "Systems shipped in the month; 'china:foreign' is the foreign part.",
        "flow",
        read.tool_spending,
    ),
    Measure(
        "engineers",
        "persons",
        "Engineers and researchers in China",
        "At Chinese fabs, tool makers and laboratories ('china:fabs' and so on); field "
        "engineers of a foreign vendor in China, by vendor; and former ones at Chinese "
        "fabs and workshops ('china:ex_asml' and so on).",
        "stock",
        read.engineers,
    ),
    Measure(
        "talent_speed",
        "ratio",
        "Speed of what depends on people",
        "Over the usual speed: of learning at fabs and Chinese tool makers, of the "
        "answer of laboratories to scarcity, and of learning to keep a vendor's tools "
        "up without it ('china:ex_asml' and so on).",
        "level",
        read.talent_speed,
    ),
    Measure(
        "revenue",
        "USD million",
        "Revenue",
        "Of foreign designers and tool makers in the month.",
        "flow",
        read.of_firms("revenue"),
    ),
    Measure(
        "china_revenue",
        "USD million",
        "Revenue from China",
        "Of foreign designers, tool makers and (HBM only) memory makers in the month.",
        "flow",
        read.of_firms("china_revenue"),
        headline=True,
    ),
    Measure(
        "china_system_sales",
        "USD million",
        "System sales to China",
        "Of tool makers in the month, service left out.",
        "flow",
        read.of_firms("china_sales"),
    ),
    Measure(
        "china_share",
        "share",
        "China's share of revenue",
        "Of foreign designers (by billing) and tool makers.",
        "level",
        read.china_share,
    ),
    Measure(
        "service_revenue",
        "USD million",
        "Service revenue in China",
        "Of tool makers in the month.",
        "flow",
        read.of_firms("china_service"),
    ),
    Measure(
        "domestic_revenue",
        "USD million",
        "Revenue of Chinese designers and tool makers",
        "From accelerators and tools sold at home in the month.",
        "flow",
        read.domestic_revenue,
    ),
    Measure(
        "firm_value",
        "USD million",
        "Value of the firm",
        "Revenue of the last twelve months at a fixed multiple of sales; what news, "
        "expectations and chance do to prices is in share_price.",
        "level",
        read.of_shares("value"),
        headline=True,
    ),
    Measure(
        "news_return",
        "share",
        "What the month's news did to the share",
        "Return of a listed firm on all news of the month, of law and of AI demand, "
        "from the revenue that it puts at risk; 0 in a month without news.",
        "level",
        read.of_shares("news_return"),
    ),
    Measure(
        "share_price",
        "January 2022 = 100",
        "Price of the share",
        "Value of the firm, less what its sales are expected to lose to coming law, "
        "with the revaluation of AI demand and the wandering of an ordinary share: an "
        "index by draw.",
        "level",
        read.of_shares("price"),
    ),
    Measure(
        "written_off",
        "USD million",
        "Written off",
        "China-only chips in stock and on order when their market closed.",
        "flow",
        read.of_firms("written_off"),
    ),
    Measure(
        "government_take",
        "USD million",
        "Government's take of chip sales to China",
        "Revenue share or duty, by designer.",
        "flow",
        read.of_firms("government_take"),
    ),
    Measure(
        "lobbying",
        "USD million",
        "Lobbying in the United States",
        "Of chip designers, answering China revenue lost.",
        "flow",
        read.of_firms("lobbying"),
    ),
    Measure(
        "instruments_in_force",
        "instruments",
        "Instruments in force",
        "Of each government at the end of the month.",
        "level",
        read.of_governments("instruments_in_force"),
    ),
    Measure(
        "alignment",
        "share",
        "Alignment with the United States",
        "Share of its vendors' etch tools, engineers and parts for China that each "
        "state's law holds back; 1 for the United States.",
        "level",
        read.of_governments("alignment"),
    ),
    Measure(
        "service_stopped",
        "share",
        "Allied service in China that is stopped",
        "Share of engineers, parts and software of allied vendors that law keeps from "
        "Chinese fabs.",
        "level",
        read.allies_joined,
        headline=True,
    ),
    Measure(
        "enforcement_capacity",
        "ratio",
        "Enforcement against smuggling",
        "Officers and budget over those at the base.",
        "level",
        read.of_governments("enforcement"),
    ),
    Measure(
        "retaliation",
        "share",
        "Mineral exports that China holds back",
        "Share of usual exports to the United States and Japan.",
        "level",
        read.of_governments("retaliation"),
    ),
    Measure(
        "mineral_exports",
        "tonnes",
        "Gallium exported from China",
        "In the month, by market.",
        "flow",
        read.minerals,
    ),
    Measure(
        "mineral_price",
        "ratio",
        "Price of minerals abroad",
        "Of gallium and its like over the price in usual times, by state that buys.",
        "level",
        read.mineral_price,
    ),
    Measure(
        "stance",
        "log-odds",
        "Inclination to act",
        "Of Washington to tighten, of Beijing to answer, and of each ally to follow "
        "Washington whatever it asks; 0 is even.",
        "level",
        read.of_governments("stance"),
    ),
    Measure(
        "threat",
        "share",
        "Threat that Washington sees",
        "How capable it holds China's laboratories to be, from 0 to 1.",
        "level",
        read.threat,
    ),
    Measure(
        "fear",
        "probability",
        "Fear of losing supply",
        "Probability that Chinese buyers put on losing a group of goods, beyond what "
        "they always reckon with; what they act on.",
        "level",
        read.fear,
    ),
    Measure(
        "belief",
        "probability",
        "Belief in a coming instrument",
        "Probability that everyone puts on each prospect of further law; the prospects "
        "are in sim/data/prospects.csv.",
        "level",
        read.belief,
    ),
)
"""All measures, in the order in which they are shown."""
