"""Measures of governments: law, allies, enforcement, minerals and beliefs."""

from sim.outcomes import readings as read
from sim.outcomes.measure import Measure

GOVERNMENTS: tuple[Measure, ...] = (
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
