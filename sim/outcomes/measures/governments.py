"""Governments: law, allies, enforcement, minerals and beliefs."""

from sim.agents.suppliers import Exporter
from sim.agents.toolmaker import Toolmaker
from sim.domain.ensemble import PerDraw
from sim.model import GOVERNMENTS
from sim.outcomes.measures.measure import CHINA, Measure, attribute
from sim.policy.decisions import LEADER_GOVERNMENT
from sim.world import World

_ALLIES = ("NLD", "JPN")


def service_stopped(world: World) -> dict[str, PerDraw]:
    """Read the share of allied service in China that is stopped."""
    makers = [x for x in world.actors(Toolmaker) if x.country in _ALLIES]
    return {maker.name: 1.0 - maker.served for maker in makers}


def mineral_exports(world: World) -> dict[str, PerDraw]:
    """Read gallium exported from China by market."""
    exporters = [x for x in world.actors(Exporter) if x.country == "CHN"]
    return {
        line.buyer: line.orders.shipped
        for exporter in exporters
        for line in exporter.sales
    }


def mineral_price(world: World) -> dict[str, PerDraw]:
    """Read the price of minerals abroad over the usual, by state that buys them."""
    return dict(world.mineral_price)


def threat(world: World) -> dict[str, PerDraw]:
    """Read how capable Washington holds China to be."""
    return {LEADER_GOVERNMENT: world.threat}


def fear(world: World) -> dict[str, PerDraw]:
    """Read the fear of losing supply, by group of goods."""
    return {f"{CHINA}:{group}": belief for group, belief in world.fear.items()}


def belief(world: World) -> dict[str, PerDraw]:
    """Read the probability given to each possible instrument."""
    return dict(world.beliefs.probability)


GOVERNMENT_MEASURES: tuple[Measure, ...] = (
    Measure(
        "instruments_in_force",
        "instruments",
        "Instruments in force",
        "Of each government at the end of the month.",
        "level",
        read=attribute("instruments_in_force", *GOVERNMENTS),
    ),
    Measure(
        "alignment",
        "share",
        "Alignment with the United States",
        "Share of its vendors' etch tools, engineers and parts for China that each "
        "state's law holds back; 1 for the United States.",
        "level",
        read=attribute("alignment", *GOVERNMENTS),
    ),
    Measure(
        "service_stopped",
        "share",
        "Allied service in China that is stopped",
        "Share of engineers, parts and software of allied vendors that law keeps from "
        "Chinese fabs.",
        "level",
        read=service_stopped,
        headline=True,
    ),
    Measure(
        "enforcement_capacity",
        "ratio",
        "Enforcement against smuggling",
        "Officers and budget over those at the base.",
        "level",
        read=attribute("enforcement", *GOVERNMENTS),
    ),
    Measure(
        "retaliation",
        "share",
        "Mineral exports that China holds back",
        "Share of usual exports to the United States and Japan.",
        "level",
        read=attribute("retaliation", *GOVERNMENTS),
    ),
    Measure(
        "mineral_exports",
        "tonnes",
        "Gallium exported from China",
        "In the month, by market.",
        "flow",
        read=mineral_exports,
    ),
    Measure(
        "mineral_price",
        "ratio",
        "Price of minerals abroad",
        "Of gallium and its like over the price in usual times, by state that buys.",
        "level",
        read=mineral_price,
    ),
    Measure(
        "stance",
        "log-odds",
        "Inclination to act",
        "Of Washington to tighten, of Beijing to answer, and of each ally to follow "
        "Washington whatever it asks; 0 is even.",
        "level",
        read=attribute("stance", *GOVERNMENTS),
    ),
    Measure(
        "threat",
        "share",
        "Threat that Washington sees",
        "How capable it holds China's laboratories to be, from 0 to 1.",
        "level",
        read=threat,
    ),
    Measure(
        "fear",
        "probability",
        "Fear of losing supply",
        "Probability that Chinese buyers put on losing a group of goods, beyond what "
        "they always reckon with; what they act on.",
        "level",
        read=fear,
    ),
    Measure(
        "belief",
        "probability",
        "Belief in a coming instrument",
        "Probability that everyone puts on each prospect of further law; the prospects "
        "are in sim/data/prospects.csv.",
        "level",
        read=belief,
    ),
)
