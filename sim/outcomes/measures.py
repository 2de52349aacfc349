"""Measures: what is reported of a month, with its unit and how it is read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

import mesa
import numpy as np

from sim.agents.cxmt import MemoryFab
from sim.agents.designer import Designer
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.fab import Fab
from sim.agents.frontier import FrontierLab
from sim.agents.government import Government
from sim.agents.grey_market import Broker, Distributor
from sim.agents.investors import Investors
from sim.agents.lab import CHANNELS, Lab
from sim.agents.smic import AdvancedFab
from sim.agents.suppliers import Exporter
from sim.agents.toolmaker import DomesticToolmaker, Toolmaker
from sim.domain.ensemble import PerDraw, least, share, total
from sim.domain.supply import TOOL_CLASSES, Good
from sim.model import FABS
from sim.world import World

Kind = Literal["stock", "flow", "level"]
"""A stock is read at the end of a period, a flow is added up, a level is read."""

Reader = Callable[[World], Mapping[str, PerDraw]]
"""Reads a measure: values of the month just lived, by actor key."""

CHINA = "china"
"""Actor key of China as a whole."""

SomeActor = TypeVar("SomeActor", bound=mesa.Agent)


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


# --- laboratories and compute -----------------------------------------------------


def _stock(what: str) -> Reader:
    def read(world: World) -> dict[str, PerDraw]:
        labs = _every(world, Lab)
        by_lab = {
            lab.name: total(getattr(lab.accessible(c), what) for c in CHANNELS)
            for lab in labs
        }
        by_channel = {
            f"{CHINA}:{channel}": total(
                getattr(lab.accessible(channel), what) for lab in labs
            )
            for channel in CHANNELS
        }
        return {CHINA: total(by_lab.values()), **by_channel, **by_lab}

    return read


def _world_share(world: World) -> dict[str, PerDraw]:
    china = total(
        lab.accessible(channel).training
        for lab in _every(world, Lab)
        for channel in CHANNELS
    )
    abroad = total(each.cumulative_abroad for each in _every(world, Designer))
    return {CHINA: share(china, china + abroad)}


def _nvidia_share(world: World) -> dict[str, PerDraw]:
    nvidia = _named(world, Designer, "nvidia")
    start = nvidia.cumulative_at_start
    abroad = nvidia.cumulative_abroad - start
    return {CHINA: share(nvidia.cumulative_china, nvidia.cumulative_china + abroad)}


def _of_labs(attribute: str) -> Reader:
    def read(world: World) -> dict[str, PerDraw]:
        labs = [*_every(world, Lab), *_every(world, FrontierLab)]
        return {x.name: getattr(x, attribute) for x in labs if hasattr(x, attribute)}

    return read


def _training_compute(world: World) -> dict[str, PerDraw]:
    by_lab = _of_labs("training_compute")(world)
    china = [lab.training_compute for lab in _every(world, Lab)]
    best = china[0]
    for other in china[1:]:
        best = np.maximum(best, other)
    return {CHINA: best, **by_lab}


def _lag(world: World) -> dict[str, PerDraw]:
    lags = {lab.name: lab.lag for lab in _every(world, Lab)}
    return {CHINA: least(lags.values()), **lags}


def _efficiency(world: World) -> dict[str, PerDraw]:
    return {lab.name: np.exp(lab.efficiency + lab.lead) for lab in _every(world, Lab)}


def _effective(world: World) -> dict[str, PerDraw]:
    return {lab.name: lab.effective_log / _LN_10 for lab in _every(world, Lab)}


def _smuggled_share(world: World) -> dict[str, PerDraw]:
    labs = _every(world, Lab)
    grey = total(lab.stocks["grey"].training for lab in labs)
    whole = total(
        lab.accessible(channel).training for lab in labs for channel in CHANNELS
    )
    return {CHINA: share(grey, whole)}


# --- chips --------------------------------------------------------------------------


def _units_shipped(world: World) -> dict[str, PerDraw]:
    sold: dict[str, PerDraw] = {}
    for designer in _every(world, Designer):
        units = list(designer.units.values())
        sold[designer.name] = total(units) if units else world.zeros()
    for home in _every(world, DomesticDesigner):
        sold[home.name] = home.sold
    for market in _every(world, Distributor):
        sold[market.name] = market.sold
    return sold


def _units_by_chip(world: World) -> dict[str, PerDraw]:
    return {
        f"{designer.name}:{chip}": units
        for designer in _every(world, Designer)
        for chip, units in designer.units.items()
    }


def _domestic_accelerators(world: World) -> dict[str, PerDraw]:
    made = {x.name: x.made for x in _every(world, DomesticDesigner)}
    return {CHINA: total(made.values()), **made}


def _domestic_compute(world: World) -> dict[str, PerDraw]:
    return {
        CHINA: total(
            x.made * x.current.training * x.gain
            for x in _every(world, DomesticDesigner)
        )
    }


def _domestic_chip_share(world: World) -> dict[str, PerDraw]:
    sold = _units_shipped(world)
    home = total(sold[x.name] for x in _every(world, DomesticDesigner))
    return {CHINA: share(home, total(sold.values()))}


def _smuggled(world: World) -> dict[str, PerDraw]:
    market = next(iter(_every(world, Distributor)))
    brokers = {x.name: x.sold for x in _every(world, Broker)}
    return {CHINA: market.sold, **brokers}


def _seized(world: World) -> dict[str, PerDraw]:
    brokers = {x.name: x.seized for x in _every(world, Broker)}
    return {CHINA: total(brokers.values()), **brokers}


def _markup(world: World) -> dict[str, PerDraw]:
    return {CHINA: next(iter(_every(world, Distributor))).markup}


def _offer(attribute: str) -> Reader:
    def read(world: World) -> dict[str, PerDraw]:
        one = world.every(1.0)
        return {
            x.name: one * getattr(x.offer.chip, attribute) * (x.choice >= 0)
            for x in _every(world, Designer)
            if x.offer is not None
        }

    return read


# --- fabs -----------------------------------------------------------------------------


def _of_fabs(attribute: str) -> Reader:
    def read(world: World) -> dict[str, PerDraw]:
        return {fab.name: getattr(fab, attribute) for fab in _fabs(world)}

    return read


def _die_yield(world: World) -> dict[str, PerDraw]:
    fab = next(iter(_every(world, AdvancedFab)))
    return {fab.name: fab.die_yield, f"{fab.name}:n3": fab.die_yield_n3}


def _tool_availability(world: World) -> dict[str, PerDraw]:
    """Read availability by vendor over all fabs, and by class at SMIC advanced."""
    found: dict[str, PerDraw] = {}
    usual = world.facts["usual_availability"]
    for maker in _every(world, Toolmaker):
        up, bare = world.zeros(), world.zeros()
        for fab in _fabs(world):
            for bases in fab.bases.values():
                for base in bases:
                    if base.line.seller == maker.name:
                        value = base.line.price
                        up = up + base.up * value
                        bare = bare + base.tools * value
        found[maker.name] = share(up, bare) * usual
    for fab in _every(world, AdvancedFab):
        for good, bases in fab.bases.items():
            up = total(base.up for base in bases)
            bare = total(base.tools for base in bases)
            found[f"{fab.name}:{good}"] = share(up, bare) * usual
    return found


def _tools_installed(world: World) -> dict[str, PerDraw]:
    found: dict[str, PerDraw] = {}
    for good in TOOL_CLASSES:
        for fab in _fabs(world):
            for base in fab.bases[good]:
                key = f"{CHINA}:{good}:{base.line.origin}"
                found[key] = found.get(key, world.zeros()) + base.tools
    return found


def _hbm_stock(world: World) -> dict[str, PerDraw]:
    held = {x.name: x.stacks for x in _every(world, DomesticDesigner)}
    return {CHINA: total(held.values()), **held}


def _hbm_imports(world: World) -> dict[str, PerDraw]:
    return {
        CHINA: total(
            line.shipped
            for line in world.lines
            if line.good is Good.HBM and line.origin != "CHN"
        )
    }


def _hbm_made(world: World) -> dict[str, PerDraw]:
    return {fab.name: fab.stacks_made for fab in _every(world, MemoryFab)}


def _memory_bound(world: World) -> dict[str, PerDraw]:
    return {x.name: x.memory_bound for x in _every(world, DomesticDesigner)}


def _tool_localisation(world: World) -> dict[str, PerDraw]:
    home = total(x.china_sales for x in _every(world, DomesticToolmaker))
    abroad = total(x.china_sales for x in _every(world, Toolmaker))
    return {CHINA: share(home, home + abroad)}


def _tool_spending(world: World) -> dict[str, PerDraw]:
    home = total(x.china_sales for x in _every(world, DomesticToolmaker))
    abroad = total(x.china_sales for x in _every(world, Toolmaker))
    return {CHINA: home + abroad, f"{CHINA}:foreign": abroad}


# --- firms ----------------------------------------------------------------------------


def _of_firms(attribute: str) -> Reader:
    def read(world: World) -> dict[str, PerDraw]:
        firms = [*_every(world, Designer), *_every(world, Toolmaker)]
        return {
            firm.name: world.every(1.0) * getattr(firm, attribute)
            for firm in firms
            if hasattr(firm, attribute)
        }

    return read


def _china_share(world: World) -> dict[str, PerDraw]:
    firms = [*_every(world, Designer), *_every(world, Toolmaker)]
    one = world.every(1.0)
    return {
        firm.name: share(one * firm.china_revenue, one * firm.revenue) for firm in firms
    }


def _value(world: World) -> dict[str, PerDraw]:
    return dict(next(iter(_every(world, Investors))).value)


def _domestic_revenue(world: World) -> dict[str, PerDraw]:
    chips = {x.name: x.revenue for x in _every(world, DomesticDesigner)}
    tools = {x.name: x.china_sales for x in _every(world, DomesticToolmaker)}
    return {**chips, **tools}


# --- governments ----------------------------------------------------------------------


def _of_governments(attribute: str) -> Reader:
    def read(world: World) -> dict[str, PerDraw]:
        return {
            state.name: world.every(1.0) * getattr(state, attribute)
            for state in _every(world, Government)
        }

    return read


def _allies_joined(world: World) -> dict[str, PerDraw]:
    """Read the share of allied service in China that is stopped."""
    makers = [x for x in _every(world, Toolmaker) if x.country in _ALLIES]
    return {maker.name: 1.0 - maker.served for maker in makers}


def _minerals(world: World) -> dict[str, PerDraw]:
    exporters = [x for x in _every(world, Exporter) if x.country == "CHN"]
    return {
        line.buyer: line.shipped for exporter in exporters for line in exporter.sales
    }


def _fear(world: World) -> dict[str, PerDraw]:
    return {f"{CHINA}:{group}": belief for group, belief in world.fear.items()}


_ALLIES = ("NLD", "JPN")
_LN_10 = float(np.log(10.0))


def _every(world: World, kind: type[SomeActor]) -> list[SomeActor]:
    return [actor for actor in world.all(kind) if isinstance(actor, kind)]


def _named(world: World, kind: type[SomeActor], name: str) -> SomeActor:
    return next(x for x in _every(world, kind) if getattr(x, "name", "") == name)


def _fabs(world: World) -> Iterator[Fab]:
    for kind in FABS:
        yield from _every(world, kind)


MEASURES: tuple[Measure, ...] = (
    Measure(
        "ai_compute_stock",
        "H100e",
        "AI compute that China can use, for training",
        "Accelerators in use by Chinese laboratories in training H100-equivalents, by "
        "laboratory and by channel (legal, grey, domestic, offshore); offshore compute "
        "counts as far as law lets it be used.",
        "stock",
        _stock("training"),
        headline=True,
    ),
    Measure(
        "ai_inference_stock",
        "H100e",
        "AI compute that China can use, for inference",
        "The same accelerators in inference H100-equivalents, a blend of throughput "
        "and memory bandwidth.",
        "stock",
        _stock("inference"),
    ),
    Measure(
        "accelerators_in_use",
        "units",
        "Accelerators in use in China and offshore",
        "Accelerators by laboratory and channel; offshore in H100-equivalents.",
        "stock",
        _stock("units"),
    ),
    Measure(
        "share_of_world_ai_compute",
        "share",
        "China's share of world AI compute",
        "China's training H100-equivalents over those of the world, sold since the "
        "start or in use then (outside China without retirement).",
        "level",
        _world_share,
        headline=True,
    ),
    Measure(
        "china_share_of_nvidia_compute",
        "share",
        "China's share of Nvidia compute sold",
        "Cumulative training H100-equivalents that Nvidia sold legally to China over "
        "all it sold, since January 2022.",
        "level",
        _nvidia_share,
    ),
    Measure(
        "training_compute",
        "FLOP",
        "Training compute of the largest run",
        "Of each laboratory; 'china' is the largest among Chinese laboratories.",
        "level",
        _training_compute,
    ),
    Measure(
        "algorithmic_efficiency",
        "ratio",
        "Efficiency beyond common progress",
        "Factor that scarcity has induced and breakthroughs have added, by laboratory.",
        "level",
        _efficiency,
    ),
    Measure(
        "effective_training_compute",
        "log10 FLOP",
        "Effective training compute",
        "Training compute times the laboratory's own efficiency, common algorithmic "
        "progress left out, as a decimal logarithm.",
        "level",
        _effective,
    ),
    Measure(
        "frontier_lag_months",
        "months",
        "Lag behind the frontier",
        "Months by which a laboratory's effective training compute trails the "
        "frontier's; 'china' is the smallest lag of a Chinese laboratory. Below zero "
        "means ahead.",
        "level",
        _lag,
        headline=True,
    ),
    Measure(
        "units_shipped",
        "units",
        "Accelerators sold in China",
        "In the month, by seller: foreign designers (legal), Chinese designers, and "
        "the grey market.",
        "flow",
        _units_shipped,
        headline=True,
    ),
    Measure(
        "units_by_chip",
        "units",
        "Accelerators sold in China, by chip",
        "Legal sales of foreign designers by chip; a compliant chip is named after its "
        "parent and the limits it stays inside.",
        "flow",
        _units_by_chip,
    ),
    Measure(
        "offer_tpp",
        "TPP",
        "Throughput of the chip on offer",
        "Total processing performance of the best chip that a designer may sell to "
        "China; 0 where there is none.",
        "level",
        _offer("tpp"),
    ),
    Measure(
        "offer_interconnect",
        "GB/s",
        "Interconnect of the chip on offer",
        "Chip-to-chip bandwidth of the same chip.",
        "level",
        _offer("interconnect"),
    ),
    Measure(
        "offer_memory_bandwidth",
        "GB/s",
        "Memory bandwidth of the chip on offer",
        "DRAM bandwidth of the same chip.",
        "level",
        _offer("memory_bandwidth"),
    ),
    Measure(
        "domestic_accelerators",
        "units",
        "Domestic accelerators made",
        "Accelerators packaged by Chinese designers in the month.",
        "flow",
        _domestic_accelerators,
        headline=True,
    ),
    Measure(
        "domestic_compute_made",
        "H100e",
        "Domestic compute made",
        "The same in training H100-equivalents on paper.",
        "flow",
        _domestic_compute,
    ),
    Measure(
        "domestic_chip_share",
        "share",
        "Domestic share of accelerators sold",
        "By units, grey market included.",
        "level",
        _domestic_chip_share,
    ),
    Measure(
        "smuggled_units",
        "units",
        "Smuggled accelerators delivered",
        "Delivered in China in the month, and what each hub's brokers sold on.",
        "flow",
        _smuggled,
        headline=True,
    ),
    Measure(
        "smuggled_share",
        "share",
        "Smuggled share of China's AI compute",
        "Grey-market accelerators in training H100-equivalents over all that China can "
        "use.",
        "level",
        _smuggled_share,
        headline=True,
    ),
    Measure(
        "seized_units",
        "units",
        "Accelerators seized or stopped",
        "Of what brokers diverted in the month.",
        "flow",
        _seized,
    ),
    Measure(
        "grey_markup",
        "ratio",
        "Grey-market price over the price abroad",
        "The markup that clears the market.",
        "level",
        _markup,
    ),
    Measure(
        "wafer_starts",
        "thousand wafers",
        "Wafers started in the month",
        "12-inch equivalents, by fab.",
        "flow",
        _of_fabs("wafer_starts"),
        headline=True,
    ),
    Measure(
        "planned_capacity",
        "thousand wafers a month",
        "Planned capacity",
        "What the fab would run if it had the tools.",
        "level",
        _of_fabs("plan"),
    ),
    Measure(
        "die_yield",
        "share",
        "Good AI dies on SMIC's advanced lines",
        "Share of Ascend-sized dies that pass, on N+2, and on N+3 once it runs.",
        "level",
        _die_yield,
        headline=True,
    ),
    Measure(
        "tool_availability",
        "share of time",
        "Availability of foreign tools in China",
        "By vendor over all Chinese fabs, weighted by value, and by class on SMIC's "
        "advanced lines.",
        "level",
        _tool_availability,
        headline=True,
    ),
    Measure(
        "tools_installed",
        "tools",
        "Tools installed in China",
        "By class and state of the maker.",
        "stock",
        _tools_installed,
    ),
    Measure(
        "hbm_stock",
        "stacks",
        "High-bandwidth memory in stock",
        "Held by Chinese designers.",
        "stock",
        _hbm_stock,
    ),
    Measure(
        "hbm_imports",
        "stacks",
        "High-bandwidth memory shipped to China",
        "By foreign makers in the month.",
        "flow",
        _hbm_imports,
    ),
    Measure(
        "hbm_made",
        "stacks",
        "High-bandwidth memory made in China",
        "By CXMT in the month.",
        "flow",
        _hbm_made,
    ),
    Measure(
        "memory_bound",
        "share",
        "How far memory, not logic, binds",
        "Dies in stock over dies and memory in stock, counted in stacks: near 1 where "
        "dies wait for memory, near 0 where memory waits for dies.",
        "level",
        _memory_bound,
    ),
    Measure(
        "tool_localisation",
        "share",
        "Domestic share of tool purchases",
        "By value, in the month.",
        "level",
        _tool_localisation,
        headline=True,
    ),
    Measure(
        "tool_spending",
        "USD million",
        "Spending on tools in China",
        "Systems shipped in the month; 'china:foreign' is the foreign part.",
        "flow",
        _tool_spending,
    ),
    Measure(
        "revenue",
        "USD million",
        "Revenue",
        "Of foreign designers and tool makers in the month.",
        "flow",
        _of_firms("revenue"),
    ),
    Measure(
        "china_revenue",
        "USD million",
        "Revenue from China",
        "Of foreign designers and tool makers in the month.",
        "flow",
        _of_firms("china_revenue"),
        headline=True,
    ),
    Measure(
        "china_system_sales",
        "USD million",
        "System sales to China",
        "Of tool makers in the month, service left out.",
        "flow",
        _of_firms("china_sales"),
    ),
    Measure(
        "china_share",
        "share",
        "China's share of revenue",
        "Of foreign designers (by billing) and tool makers.",
        "level",
        _china_share,
    ),
    Measure(
        "service_revenue",
        "USD million",
        "Service revenue in China",
        "Of tool makers in the month.",
        "flow",
        _of_firms("china_service"),
    ),
    Measure(
        "domestic_revenue",
        "USD million",
        "Revenue of Chinese designers and tool makers",
        "From accelerators and tools sold at home in the month.",
        "flow",
        _domestic_revenue,
    ),
    Measure(
        "firm_value",
        "USD million",
        "Value of the firm",
        "Revenue of the last twelve months at a fixed multiple of sales; what news "
        "does to prices within a day is not in it.",
        "level",
        _value,
        headline=True,
    ),
    Measure(
        "written_off",
        "USD million",
        "Written off",
        "China-only chips in stock and on order when their market closed.",
        "flow",
        _of_firms("written_off"),
    ),
    Measure(
        "government_take",
        "USD million",
        "Government's take of chip sales to China",
        "Revenue share or duty, by designer.",
        "flow",
        _of_firms("government_take"),
    ),
    Measure(
        "lobbying",
        "USD million",
        "Lobbying in the United States",
        "Of chip designers, answering China revenue lost.",
        "flow",
        _of_firms("lobbying"),
    ),
    Measure(
        "instruments_in_force",
        "instruments",
        "Instruments in force",
        "Of each government at the end of the month.",
        "level",
        _of_governments("instruments_in_force"),
    ),
    Measure(
        "alignment",
        "share",
        "Alignment with the United States",
        "Share of their vendors' etch tools, engineers and parts for China that each "
        "state's law holds back (mean over draws).",
        "level",
        _of_governments("alignment"),
    ),
    Measure(
        "service_stopped",
        "share",
        "Allied service in China that is stopped",
        "Share of engineers, parts and software of allied vendors that law keeps from "
        "Chinese fabs.",
        "level",
        _allies_joined,
        headline=True,
    ),
    Measure(
        "enforcement_capacity",
        "ratio",
        "Enforcement against smuggling",
        "Officers and budget over those at the base.",
        "level",
        _of_governments("enforcement"),
    ),
    Measure(
        "retaliation",
        "share",
        "Mineral exports that China holds back",
        "Share of usual exports to the United States and Japan.",
        "level",
        _of_governments("retaliation"),
    ),
    Measure(
        "mineral_exports",
        "tonnes",
        "Gallium exported from China",
        "In the month, by market.",
        "flow",
        _minerals,
    ),
    Measure(
        "fear",
        "probability",
        "Fear of losing supply",
        "Probability that Chinese buyers put on losing a group of goods.",
        "level",
        _fear,
    ),
)
"""All measures, in the order in which they are shown."""
