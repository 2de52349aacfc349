"""Fabs: wafers, yields, tools, memory and engineers."""

from sim.agents.cxmt import MemoryFab
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.fab import Fab
from sim.agents.labour_market import LabourMarket
from sim.agents.smic import AdvancedFab
from sim.agents.toolmaker import DomesticToolmaker, Toolmaker
from sim.domain.ensemble import PerDraw, share, total
from sim.domain.supply import TOOL_CLASSES, Good
from sim.model import FABS
from sim.outcomes.measures.measure import CHINA, Measure, attribute
from sim.world import World


def die_yield(world: World) -> dict[str, PerDraw]:
    """Read the yield of AI dies on N+2 and N+3."""
    [fab] = world.actors(AdvancedFab)
    return {fab.name: fab.die_yield, f"{fab.name}:n3": fab.die_yield_n3}


def tool_availability(world: World) -> dict[str, PerDraw]:
    """Read availability by vendor over all fabs, and by class at SMIC advanced."""
    usual = world.facts["usual_availability"]
    up = {maker.name: world.zeros() for maker in world.actors(Toolmaker)}
    installed = dict(up)
    for base in (base for fab in _fabs(world) for base in fab.tool_bases):
        maker, price = base.line.seller, base.line.price
        if maker in installed:
            value = base.tools * price
            installed[maker] = installed[maker] + value
            up[maker] = up[maker] + (value if base.as_usual else base.available * price)
    available = {maker: share(up[maker], installed[maker]) * usual for maker in up}
    for fab in world.actors(AdvancedFab):
        for good, bases in fab.bases.items():
            tools_up = total(base.available for base in bases)
            tools = total(base.tools for base in bases)
            available[f"{fab.name}:{good}"] = share(tools_up, tools) * usual
    return available


def tools_installed(world: World) -> dict[str, PerDraw]:
    """Read tools installed by class and state of the maker."""
    installed: dict[str, PerDraw] = {}
    for good in TOOL_CLASSES:
        for base in (base for fab in _fabs(world) for base in fab.bases[good]):
            key = f"{CHINA}:{good}:{base.line.origin}"
            installed[key] = installed.get(key, world.zeros()) + base.tools
    return installed


def hbm_imports(world: World) -> dict[str, PerDraw]:
    """Read stacks shipped to China by foreign makers."""
    return {
        CHINA: total(
            line.orders.shipped
            for line in world.lines
            if line.good is Good.HBM and line.origin != "CHN"
        )
    }


def tool_localisation(world: World) -> dict[str, PerDraw]:
    """Read the Chinese share of tools shipped to fabs, by value."""
    domestic, foreign = _tool_sales(world)
    return {CHINA: share(domestic, domestic + foreign)}


def tool_spending(world: World) -> dict[str, PerDraw]:
    """Read what fabs in China spent on tools."""
    domestic, foreign = _tool_sales(world)
    return {CHINA: domestic + foreign, f"{CHINA}:foreign": foreign}


def _tool_sales(world: World) -> tuple[PerDraw, PerDraw]:
    """Return sales of tools to fabs in China, of Chinese and of foreign makers."""
    domestic = total(x.china_sales for x in world.actors(DomesticToolmaker))
    return domestic, total(x.china_sales for x in world.actors(Toolmaker))


def engineers(world: World) -> dict[str, PerDraw]:
    """Read engineers and researchers by trade, and those of vendors, present and past.

    Keys: `china:fabs` and other trades; a vendor's id for its field engineers in China;
    `china:ex_<vendor>` for former ones at Chinese fabs and workshops.
    """
    [market] = world.actors(LabourMarket)
    return {
        **{f"{CHINA}:{trade}": pool.staff for trade, pool in market.pools.items()},
        **{name: vendor.staff for name, vendor in market.vendors.items()},
        **{f"{CHINA}:ex_{x}": vendor.former for x, vendor in market.vendors.items()},
    }


def talent_speed(world: World) -> dict[str, PerDraw]:
    """Read how fast work that depends on people goes, by trade and former vendor."""
    [market] = world.actors(LabourMarket)
    return {
        f"{CHINA}:{people if people in market.pools else f'ex_{people}'}": speed
        for people, speed in market.speeds.items()
    }


def _fabs(world: World) -> list[Fab]:
    return [fab for kind in FABS for fab in world.actors(kind)]


FAB_MEASURES: tuple[Measure, ...] = (
    Measure(
        "wafer_starts",
        "thousand wafers",
        "Wafers started",
        "12-inch equivalents, by fab.",
        "flow",
        read=attribute("wafer_starts", *FABS),
        headline=True,
        short="Wafers started",
    ),
    Measure(
        "planned_capacity",
        "thousand wafers a month",
        "Planned capacity",
        "What the fab would run if it had the tools.",
        "level",
        read=attribute("plan", *FABS),
    ),
    Measure(
        "die_yield",
        "share",
        "Good AI dies on SMIC's advanced lines",
        "Share of Ascend-sized dies that pass, on N+2, and on N+3 once it runs.",
        "level",
        read=die_yield,
        headline=True,
        short="Yield of AI dies",
    ),
    Measure(
        "tool_availability",
        "share of time",
        "Availability of foreign tools in China",
        "By vendor over all Chinese fabs, weighted by value, and by class on SMIC's "
        "advanced lines.",
        "level",
        read=tool_availability,
        headline=True,
        short="Tool availability",
    ),
    Measure(
        "tools_installed",
        "tools",
        "Tools installed in China",
        "By class and state of the maker.",
        "stock",
        read=tools_installed,
    ),
    Measure(
        "hbm_stock",
        "stacks",
        "High-bandwidth memory in stock",
        "Held by Chinese designers.",
        "stock",
        read=attribute("stacks", DomesticDesigner, total_in_china=True),
    ),
    Measure(
        "hbm_imports",
        "stacks",
        "High-bandwidth memory shipped to China",
        "By foreign makers in the month.",
        "flow",
        read=hbm_imports,
    ),
    Measure(
        "hbm_made",
        "stacks",
        "High-bandwidth memory made in China",
        "By CXMT in the month.",
        "flow",
        read=attribute("stacks_made", MemoryFab),
    ),
    Measure(
        "memory_bound",
        "share",
        "How far memory, not logic, binds",
        "Dies in stock over dies and memory in stock, counted in stacks: near 1 where "
        "dies wait for memory, near 0 where memory waits for dies.",
        "level",
        read=attribute("memory_bound", DomesticDesigner),
    ),
    Measure(
        "tool_localisation",
        "share",
        "Domestic share of tool purchases",
        "By value, in the month.",
        "level",
        read=tool_localisation,
        headline=True,
    ),
    Measure(
        "tool_spending",
        "USD million",
        "Spending on tools in China",
        "Systems shipped in the month; 'china:foreign' is the foreign part.",
        "flow",
        read=tool_spending,
    ),
    Measure(
        "engineers",
        "persons",
        "Engineers and researchers in China",
        "At Chinese fabs, tool makers and laboratories ('china:fabs' and so on); field "
        "engineers of a foreign vendor in China, by vendor; and former ones at Chinese "
        "fabs and workshops ('china:ex_asml' and so on).",
        "stock",
        read=engineers,
    ),
    Measure(
        "talent_speed",
        "ratio",
        "Speed of what depends on people",
        "Over the usual speed: of learning at fabs and Chinese tool makers, of the "
        "answer of laboratories to scarcity, and of learning to keep a vendor's tools "
        "up without it ('china:ex_asml' and so on).",
        "level",
        read=talent_speed,
    ),
)
