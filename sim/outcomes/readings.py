"""Readings: how each measure is read from the world."""

from collections.abc import Iterator
from functools import partial
from typing import TypeVar

import numpy as np

from sim.agents.actor import Actor
from sim.agents.cxmt import MemoryFab
from sim.agents.designer import Designer
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.fab import Fab
from sim.agents.frontier import FrontierLab
from sim.agents.government import Government
from sim.agents.grey_market import Broker, Distributor
from sim.agents.investors import Investors
from sim.agents.lab import CHANNELS, Lab
from sim.agents.offers import NOTHING_ON_OFFER
from sim.agents.smic import AdvancedFab
from sim.agents.suppliers import Exporter, MemoryMaker
from sim.agents.talent import LabourMarket
from sim.agents.toolmaker import DomesticToolmaker, Toolmaker
from sim.domain.ensemble import PerDraw, greatest, least, share, total
from sim.domain.supply import TOOL_CLASSES, Good
from sim.model import FABS, GOVERNMENTS
from sim.outcomes.measure import Reader
from sim.world import World

CHINA = "china"
"""Actor key of China as a whole."""

SomeActor = TypeVar("SomeActor", bound=Actor)


# --- laboratories and compute -----------------------------------------------------


def stock(what: str) -> Reader:
    """Return the reader of an attribute of stocks, by laboratory and by channel."""
    return partial(_stock, what)


def _stock(what: str, world: World) -> dict[str, PerDraw]:
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


def world_share(world: World) -> dict[str, PerDraw]:
    """Read China's share of the world's training H100-equivalents."""
    china = total(
        lab.accessible(channel).training
        for lab in _every(world, Lab)
        for channel in CHANNELS
    )
    abroad = total(each.cumulative_abroad for each in _every(world, Designer))
    return {CHINA: share(china, china + abroad)}


def nvidia_share(world: World) -> dict[str, PerDraw]:
    """Read China's share of Nvidia compute sold since the start."""
    nvidia = _named(world, Designer, "nvidia")
    start = nvidia.cumulative_at_start
    abroad = nvidia.cumulative_abroad - start
    return {CHINA: share(nvidia.cumulative_china, nvidia.cumulative_china + abroad)}


def training_compute(world: World) -> dict[str, PerDraw]:
    """Read the largest run of every laboratory, and the largest in China."""
    china = {x.name: x.capability.training_compute for x in _every(world, Lab)}
    abroad = {x.name: x.training_compute for x in _every(world, FrontierLab)}
    return {CHINA: greatest(china.values()), **china, **abroad}


def lag(world: World) -> dict[str, PerDraw]:
    """Read the lag of every Chinese laboratory, and the smallest."""
    lags = {lab.name: lab.capability.lag for lab in _every(world, Lab)}
    return {CHINA: least(lags.values()), **lags}


def efficiency(world: World) -> dict[str, PerDraw]:
    """Read efficiency beyond common progress, as a factor."""
    ours = {lab.name: lab.capability for lab in _every(world, Lab)}
    return {name: np.exp(own.efficiency + own.lead) for name, own in ours.items()}


def effective(world: World) -> dict[str, PerDraw]:
    """Read effective training compute as a decimal logarithm."""
    return {
        lab.name: lab.capability.log_effective_compute / _LN_10
        for lab in _every(world, Lab)
    }


def smuggled_share(world: World) -> dict[str, PerDraw]:
    """Read the grey market's share of China's training compute."""
    labs = _every(world, Lab)
    grey = total(lab.stocks["grey"].training for lab in labs)
    whole = total(
        lab.accessible(channel).training for lab in labs for channel in CHANNELS
    )
    return {CHINA: share(grey, whole)}


# --- chips --------------------------------------------------------------------------


def units_shipped(world: World) -> dict[str, PerDraw]:
    """Read accelerators sold in China by seller."""
    sold: dict[str, PerDraw] = {}
    for designer in _every(world, Designer):
        units = list(designer.units.values())
        sold[designer.name] = total(units) if units else world.zeros()
    for home in _every(world, DomesticDesigner):
        sold[home.name] = home.sold
    for market in _every(world, Distributor):
        sold[market.name] = market.sold
    return sold


def units_by_chip(world: World) -> dict[str, PerDraw]:
    """Read legal sales of foreign designers by chip."""
    return {
        f"{designer.name}:{chip}": units
        for designer in _every(world, Designer)
        for chip, units in designer.units.items()
    }


def domestic_accelerators(world: World) -> dict[str, PerDraw]:
    """Read accelerators packaged in China, in all and by designer."""
    made = {x.name: x.made for x in _every(world, DomesticDesigner)}
    return {CHINA: total(made.values()), **made}


def domestic_compute(world: World) -> dict[str, PerDraw]:
    """Read training H100-equivalents packaged in China, on paper."""
    return {CHINA: total(x.compute_made for x in _every(world, DomesticDesigner))}


def domestic_chip_share(world: World) -> dict[str, PerDraw]:
    """Read the Chinese share of accelerators sold, by units."""
    sold = units_shipped(world)
    home = total(sold[x.name] for x in _every(world, DomesticDesigner))
    return {CHINA: share(home, total(sold.values()))}


def smuggled(world: World) -> dict[str, PerDraw]:
    """Read smuggled accelerators delivered, and sold on by hub."""
    market = next(iter(_every(world, Distributor)))
    brokers = {x.name: x.sold for x in _every(world, Broker)}
    return {CHINA: market.sold, **brokers}


def seized(world: World) -> dict[str, PerDraw]:
    """Read accelerators seized, in all and by hub."""
    brokers = {x.name: x.seized for x in _every(world, Broker)}
    return {CHINA: total(brokers.values()), **brokers}


def markup(world: World) -> dict[str, PerDraw]:
    """Read the markup that clears the grey market."""
    return {CHINA: next(iter(_every(world, Distributor))).markup}


def offer(attribute: str) -> Reader:
    """Return the reader of an attribute of the chips on offer in China."""
    return partial(_offer, attribute)


def _offer(attribute: str, world: World) -> dict[str, PerDraw]:
    one = world.per_draw(1.0)
    return {
        x.name: one
        * getattr(x.lineup.offer.chip, attribute)
        * (x.lineup.choice != NOTHING_ON_OFFER)
        for x in _every(world, Designer)
        if x.lineup.offer is not None
    }


# --- fabs -----------------------------------------------------------------------------


def of_fabs(attribute: str) -> Reader:
    """Return the reader of an attribute of every fab."""
    return partial(_of_fabs, attribute)


def _of_fabs(attribute: str, world: World) -> dict[str, PerDraw]:
    return {fab.name: getattr(fab, attribute) for fab in _fabs(world)}


def die_yield(world: World) -> dict[str, PerDraw]:
    """Read the yield of AI dies on N+2 and N+3."""
    fab = next(iter(_every(world, AdvancedFab)))
    return {fab.name: fab.die_yield, f"{fab.name}:n3": fab.die_yield_n3}


def tool_availability(world: World) -> dict[str, PerDraw]:
    """Read availability by vendor over all fabs, and by class at SMIC advanced."""
    usual = world.facts["usual_availability"]
    up_of = {maker.name: world.zeros() for maker in _every(world, Toolmaker)}
    all_of = dict(up_of)
    for base in (base for fab in _fabs(world) for base in fab.tool_bases):
        maker, price = base.line.seller, base.line.price
        if maker in all_of:
            worth = base.tools * price
            all_of[maker] = all_of[maker] + worth
            up_of[maker] = up_of[maker] + (
                worth if base.as_usual else base.available * price
            )
    found = {name: share(up_of[name], all_of[name]) * usual for name in all_of}
    for fab in _every(world, AdvancedFab):
        for good, bases in fab.bases.items():
            up = total(base.available for base in bases)
            bare = total(base.tools for base in bases)
            found[f"{fab.name}:{good}"] = share(up, bare) * usual
    return found


def tools_installed(world: World) -> dict[str, PerDraw]:
    """Read tools installed by class and state of the maker."""
    found: dict[str, PerDraw] = {}
    for good in TOOL_CLASSES:
        for fab in _fabs(world):
            for base in fab.bases[good]:
                key = f"{CHINA}:{good}:{base.line.origin}"
                found[key] = found.get(key, world.zeros()) + base.tools
    return found


def hbm_stock(world: World) -> dict[str, PerDraw]:
    """Read memory stacks held by Chinese designers."""
    held = {x.name: x.stacks for x in _every(world, DomesticDesigner)}
    return {CHINA: total(held.values()), **held}


def hbm_imports(world: World) -> dict[str, PerDraw]:
    """Read stacks shipped to China by foreign makers."""
    return {
        CHINA: total(
            line.shipped
            for line in world.lines
            if line.good is Good.HBM and line.origin != "CHN"
        )
    }


def hbm_made(world: World) -> dict[str, PerDraw]:
    """Read stacks made in China."""
    return {fab.name: fab.stacks_made for fab in _every(world, MemoryFab)}


def memory_bound(world: World) -> dict[str, PerDraw]:
    """Read how far dies wait for memory, by designer."""
    return {x.name: x.memory_bound for x in _every(world, DomesticDesigner)}


def tool_localisation(world: World) -> dict[str, PerDraw]:
    """Read the Chinese share of tools shipped to fabs, by value."""
    home = total(x.china_sales for x in _every(world, DomesticToolmaker))
    abroad = total(x.china_sales for x in _every(world, Toolmaker))
    return {CHINA: share(home, home + abroad)}


def tool_spending(world: World) -> dict[str, PerDraw]:
    """Read what fabs in China spent on tools."""
    home = total(x.china_sales for x in _every(world, DomesticToolmaker))
    abroad = total(x.china_sales for x in _every(world, Toolmaker))
    return {CHINA: home + abroad, f"{CHINA}:foreign": abroad}


# --- people ---------------------------------------------------------------------------


def engineers(world: World) -> dict[str, PerDraw]:
    """Read engineers and researchers by trade, and those of vendors, present and past.

    Keys: `china:fabs` and other trades; a vendor's id for its field engineers in China;
    `china:ex_<vendor>` for former ones at Chinese fabs and workshops.
    """
    found: dict[str, PerDraw] = {}
    for market in _every(world, LabourMarket):
        found |= {f"{CHINA}:{x}": pool.staff for x, pool in market.pools.items()}
        found |= {x: vendor.staff for x, vendor in market.vendors.items()}
        found |= {f"{CHINA}:ex_{x}": v.former for x, v in market.vendors.items()}
    return found


def talent_speed(world: World) -> dict[str, PerDraw]:
    """Read how fast work that depends on people goes, by trade and former vendor."""
    found: dict[str, PerDraw] = {}
    for market in _every(world, LabourMarket):
        for people, speed in market.speeds.items():
            part = people if people in market.pools else f"ex_{people}"
            found[f"{CHINA}:{part}"] = speed
    return found


# --- firms ----------------------------------------------------------------------------


def of_firms(attribute: str) -> Reader:
    """Return the reader of an attribute of every foreign firm that has it."""
    return partial(_of_firms, attribute)


def _of_firms(attribute: str, world: World) -> dict[str, PerDraw]:
    kinds = (Designer, Toolmaker, MemoryMaker)
    firms = [firm for kind in kinds for firm in _every(world, kind)]
    return {
        firm.name: world.per_draw(1.0) * getattr(firm, attribute)
        for firm in firms
        if hasattr(firm, attribute)
    }


def china_share(world: World) -> dict[str, PerDraw]:
    """Read China's share of every foreign firm's revenue."""
    firms = [*_every(world, Designer), *_every(world, Toolmaker)]
    one = world.per_draw(1.0)
    return {
        firm.name: share(one * firm.china_revenue, one * firm.revenue) for firm in firms
    }


def of_shares(attribute: str) -> Reader:
    """Return the reader of what investors hold of every listed firm."""
    return partial(_of_shares, attribute)


def _of_shares(attribute: str, world: World) -> dict[str, PerDraw]:
    return dict(getattr(next(iter(_every(world, Investors))), attribute))


def domestic_revenue(world: World) -> dict[str, PerDraw]:
    """Read revenue of Chinese designers and tool makers at home."""
    chips = {x.name: x.revenue for x in _every(world, DomesticDesigner)}
    tools = {x.name: x.china_sales for x in _every(world, DomesticToolmaker)}
    return {**chips, **tools}


# --- governments ----------------------------------------------------------------------


def of_governments(attribute: str) -> Reader:
    """Return the reader of an attribute of every government."""
    return partial(_of_governments, attribute)


def _of_governments(attribute: str, world: World) -> dict[str, PerDraw]:
    return {
        state.name: world.per_draw(1.0) * getattr(state, attribute)
        for state in _governments(world)
    }


def allies_joined(world: World) -> dict[str, PerDraw]:
    """Read the share of allied service in China that is stopped."""
    makers = [x for x in _every(world, Toolmaker) if x.country in _ALLIES]
    return {maker.name: 1.0 - maker.served for maker in makers}


def minerals(world: World) -> dict[str, PerDraw]:
    """Read gallium exported from China by market."""
    exporters = [x for x in _every(world, Exporter) if x.country == "CHN"]
    return {
        line.buyer: line.shipped for exporter in exporters for line in exporter.sales
    }


def mineral_price(world: World) -> dict[str, PerDraw]:
    """Read the price of minerals abroad over the usual, by state that buys them."""
    return dict(world.mineral_price)


def threat(world: World) -> dict[str, PerDraw]:
    """Read how capable Washington holds China to be."""
    return {"gov_us": world.threat}


def fear(world: World) -> dict[str, PerDraw]:
    """Read the fear of losing supply, by group of goods."""
    return {f"{CHINA}:{group}": belief for group, belief in world.fear.items()}


def belief(world: World) -> dict[str, PerDraw]:
    """Read the probability put on each coming instrument."""
    return dict(world.beliefs.probability)


_ALLIES = ("NLD", "JPN")
_LN_10 = float(np.log(10.0))


def _every(world: World, kind: type[SomeActor]) -> list[SomeActor]:
    return [actor for actor in world.actors(kind) if isinstance(actor, kind)]


def _named(world: World, kind: type[SomeActor], name: str) -> SomeActor:
    return next(x for x in _every(world, kind) if getattr(x, "name", "") == name)


def _governments(world: World) -> Iterator[Government]:
    for kind in GOVERNMENTS:
        yield from _every(world, kind)


def _fabs(world: World) -> Iterator[Fab]:
    for kind in FABS:
        yield from _every(world, kind)
