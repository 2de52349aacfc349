"""Chips: offered, sold, made in China and smuggled."""

from functools import partial

from sim.agents.designer import Designer
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.grey_market_firms import Broker, Distributor
from sim.agents.laboratories import Laboratories
from sim.agents.offers import NOTHING_ON_OFFER
from sim.domain.ensemble import PerDraw, share, total
from sim.outcomes.measures.compute import training_in_china
from sim.outcomes.measures.measure import CHINA, Measure, attribute
from sim.world import World


def units_shipped(world: World) -> dict[str, PerDraw]:
    """Read accelerators sold in China by seller."""
    legal = {
        designer.name: total([world.zeros(), *designer.units.values()])
        for designer in world.actors(Designer)
    }
    domestic = {x.name: x.sold for x in world.actors(DomesticDesigner)}
    grey = {x.name: x.sold for x in world.actors(Distributor)}
    return {**legal, **domestic, **grey}


def units_by_chip(world: World) -> dict[str, PerDraw]:
    """Read legal sales of foreign designers by chip."""
    return {
        f"{designer.name}:{chip}": units
        for designer in world.actors(Designer)
        for chip, units in designer.units.items()
    }


def domestic_compute(world: World) -> dict[str, PerDraw]:
    """Read training H100-equivalents packaged in China, on paper."""
    return {CHINA: total(x.compute_made for x in world.actors(DomesticDesigner))}


def domestic_share(world: World) -> dict[str, PerDraw]:
    """Read the Chinese share of accelerators sold, by units."""
    sold = units_shipped(world)
    domestic = total(sold[x.name] for x in world.actors(DomesticDesigner))
    return {CHINA: share(domestic, total(sold.values()))}


def world_supply(world: World) -> dict[str, PerDraw]:
    """Read the output of each foreign designer by who gets it."""
    return {
        f"{designer.name}:{buyer}": amount
        for designer in world.actors(Designer)
        for buyer, amount in (
            ("china", designer.supply.in_china),
            ("united_states", designer.supply.united_states),
            ("elsewhere", designer.supply.elsewhere),
            ("unsold", designer.supply.unsold),
        )
    }


def world_price(world: World) -> dict[str, PerDraw]:
    """Read the price outside China over that under the law of record, by designer."""
    return {x.name: x.supply.price for x in world.actors(Designer)}


def smuggled(world: World) -> dict[str, PerDraw]:
    """Read smuggled accelerators delivered, and sold on by hub."""
    [market] = world.actors(Distributor)
    brokers = {x.name: x.sold for x in world.actors(Broker)}
    return {CHINA: market.sold, **brokers}


def smuggled_share(world: World) -> dict[str, PerDraw]:
    """Read the grey market's share of China's training compute."""
    [labs] = world.actors(Laboratories)
    grey = total(labs.stocks["grey"].training)
    return {CHINA: share(grey, training_in_china(world))}


def markup(world: World) -> dict[str, PerDraw]:
    """Read the markup that clears the grey market."""
    [market] = world.actors(Distributor)
    return {CHINA: market.markup}


def offer(attribute: str, world: World) -> dict[str, PerDraw]:
    """Read an attribute of the chips on offer in China."""
    return {
        designer.name: world.per_draw(getattr(designer.lineup.offer.chip, attribute))
        * (designer.lineup.choice != NOTHING_ON_OFFER)
        for designer in world.actors(Designer)
        if designer.lineup.offer is not None
    }


CHIP_MEASURES: tuple[Measure, ...] = (
    Measure(
        "units_shipped",
        "units",
        "Accelerators sold in China",
        "In the month, by seller: foreign designers (legal), Chinese designers, and "
        "the grey market.",
        "flow",
        read=units_shipped,
        headline=True,
    ),
    Measure(
        "units_by_chip",
        "units",
        "Accelerators sold in China, by chip",
        "Legal sales of foreign designers by chip; a compliant chip is named after its "
        "parent and the limits it stays inside.",
        "flow",
        read=units_by_chip,
    ),
    Measure(
        "offer_tpp",
        "TPP",
        "Throughput of the chip on offer",
        "Total processing performance of the best chip that a designer may sell to "
        "China; 0 where there is none.",
        "level",
        read=partial(offer, "tpp"),
    ),
    Measure(
        "offer_interconnect",
        "GB/s",
        "Interconnect of the chip on offer",
        "Chip-to-chip bandwidth of the same chip.",
        "level",
        read=partial(offer, "interconnect"),
    ),
    Measure(
        "offer_memory_bandwidth",
        "GB/s",
        "Memory bandwidth of the chip on offer",
        "DRAM bandwidth of the same chip.",
        "level",
        read=partial(offer, "memory_bandwidth"),
    ),
    Measure(
        "domestic_accelerators",
        "units",
        "Domestic accelerators made",
        "Accelerators packaged by Chinese designers in the month.",
        "flow",
        read=attribute("made", DomesticDesigner, total_in_china=True),
        headline=True,
        short="Domestic accelerators",
    ),
    Measure(
        "domestic_compute_made",
        "H100e",
        "Domestic compute made",
        "The same in training H100-equivalents on paper.",
        "flow",
        read=domestic_compute,
    ),
    Measure(
        "domestic_chip_share",
        "share",
        "Domestic share of accelerators sold",
        "By units, grey market included.",
        "level",
        read=domestic_share,
    ),
    Measure(
        "world_supply",
        "H100e",
        "Output of foreign designers by buyer",
        "In the month, in H100-equivalents of the flagships that could have been made "
        "of the same dies, packages and memory: to China by law, to the United States, "
        "elsewhere, and unsold. Those smuggled or hosted abroad for Chinese users are "
        "elsewhere.",
        "flow",
        read=world_supply,
    ),
    Measure(
        "world_price",
        "ratio",
        "Price of accelerators outside China",
        "Over the price under the law of record, by designer.",
        "level",
        read=world_price,
    ),
    Measure(
        "smuggled_units",
        "units",
        "Smuggled accelerators delivered",
        "Delivered in China in the month, and what each hub's brokers sold on.",
        "flow",
        read=smuggled,
        headline=True,
        short="Smuggled accelerators",
    ),
    Measure(
        "smuggled_share",
        "share",
        "Smuggled share of China's AI compute",
        "Grey-market accelerators in training H100-equivalents over all that China can "
        "use.",
        "level",
        read=smuggled_share,
        headline=True,
    ),
    Measure(
        "seized_units",
        "units",
        "Accelerators seized or stopped",
        "Of what brokers diverted in the month.",
        "flow",
        read=attribute("seized", Broker, total_in_china=True),
    ),
    Measure(
        "grey_markup",
        "ratio",
        "Grey-market price over the price abroad",
        "The markup that clears the market.",
        "level",
        read=markup,
    ),
)
