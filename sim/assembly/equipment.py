"""Casting of tool makers and Chinese fabs, and of the lines between them."""

from sim.agents.cxmt import MemoryFab
from sim.agents.fab import Fab
from sim.agents.smic import AdvancedFab
from sim.agents.tool_base import ToolBase, WearRates
from sim.agents.tool_buyer import CapacityPlan
from sim.agents.toolmaker import DomesticToolmaker, Toolmaker
from sim.assembly.world_builder import CHINA, WorldBuilder
from sim.domain.ensemble import PerDraw
from sim.domain.supply import SERVICE, TOOL_CLASSES, Good, SupplyLine
from sim.mechanisms.wafers import immersion_tools_per_kwpm
from sim.records import tables

_PASSES = {
    "7nm": "litho.immersion_passes_7nm_duv_only",
    "28nm": "litho.immersion_passes_28nm",
    "dram": "litho.immersion_passes_dram",
    "nand": "litho.immersion_passes_nand",
}
"""Assumption that gives the immersion exposures of a wafer, by node."""

_PER_10K = 10.0
_THOUSAND = 1000.0


def add_toolmakers(stage: WorldBuilder) -> None:
    """Cast the makers of tools, foreign and Chinese."""
    rows = stage.facts.rows(tables.ToolLineRow)
    for vendor in dict.fromkeys(row.vendor for row in rows):
        home = stage.country[vendor] == CHINA
        make = _domestic_toolmaker if home else _toolmaker
        stage.actors[vendor] = make(stage, vendor)


def _toolmaker(stage: WorldBuilder, vendor: str) -> Toolmaker:
    years = [y for y in stage.facts.rows(tables.VendorYear) if y.firm == vendor]
    firm = stage.facts.only_row(tables.FirmRow, lambda row: row.firm == vendor)
    return Toolmaker(
        *stage.identity(vendor),
        abroad={y.year: y.row_system_revenue for y in years},
        capacity={y.year: y.capacity for y in years},
        growth=firm.row_growth_after,
        first_growth=(
            stage.first_year("tool_sales"),
            stage.first_year("tool_capacity"),
        ),
        service_abroad=firm.service_row_revenue,
    )


def _domestic_toolmaker(stage: WorldBuilder, vendor: str) -> DomesticToolmaker:
    made = {
        row.good for row in stage.facts.rows(tables.ToolLineRow) if row.vendor == vendor
    }
    tools = [row for row in stage.facts.rows(tables.ToolRow) if row.good in made]
    return DomesticToolmaker(
        *stage.identity(vendor),
        quality={row.good: row.domestic_quality for row in tools},
        home_share={row.good: row.domestic_share for row in tools},
        shipped={row.good: row.domestic_shipped for row in tools},
    )


def add_fabs(stage: WorldBuilder) -> None:
    """Cast the fabs, install their tools, and open lines for tools and service."""
    for row in stage.facts.rows(tables.FabRow):
        fab = _fab(stage, row)
        stage.actors[row.fab] = fab
        _equip(stage, fab, row)
        _service_lines(stage, fab, row)
        fab.fill_order_books()
    for actor in stage.actors.values():
        if isinstance(actor, Toolmaker | DomesticToolmaker):
            actor.find_lines()
        if isinstance(actor, Toolmaker):
            actor.installed = _installed_value(stage, actor)


def _fab(stage: WorldBuilder, row: tables.FabRow) -> Fab:
    plan = _plan(stage, row)
    if row.node == "7nm":
        shares = {
            each.designer: each.wafer_share
            for each in stage.facts.rows(tables.WaferShareRow)
        }
        return AdvancedFab(*stage.identity(row.fab), plan, designer_shares=shares)
    kind = MemoryFab if row.kind == "dram" else Fab
    return kind(*stage.identity(row.fab), plan, advanced=row.advanced)


def _plan(stage: WorldBuilder, row: tables.FabRow) -> CapacityPlan:
    assume = stage.assume
    growth = {"7nm": "fab.growth.smic_advanced", "28nm": "fab.growth.mature"}
    return CapacityPlan(
        start=assume["fab.start_kwpm.smic_advanced"]
        if row.start_kwpm is None
        else stage.in_every_draw(row.start_kwpm),
        growth=assume[growth.get(row.node, "fab.growth.memory")],
        ceiling=assume["fab.advanced_ceiling_kwpm"]
        if row.ceiling_kwpm is None
        else stage.in_every_draw(row.ceiling_kwpm),
        tools_per_kwpm=_tools_per_kwpm(stage, row),
    )


def _tools_per_kwpm(stage: WorldBuilder, row: tables.FabRow) -> dict[Good, PerDraw]:
    assume = stage.assume
    passes = assume[_PASSES[row.node]]
    intensity = {
        "7nm": stage.in_every_draw(1.0),
        "28nm": assume["fab.mature_tool_intensity"],
    }.get(row.node, assume["fab.memory_tool_intensity"])
    per_tool = assume["litho.effective_passes_per_tool_month"] / _THOUSAND
    needs: dict[Good, PerDraw] = {
        good: assume[f"equip.tools_per_10k_wpm.{good}"] / _PER_10K * intensity
        for good in TOOL_CLASSES
        if good is not Good.DUV_IMMERSION
    }
    needs[Good.DUV_IMMERSION] = immersion_tools_per_kwpm(passes, per_tool)
    return needs


def _equip(stage: WorldBuilder, fab: Fab, row: tables.FabRow) -> None:
    """Open its tool lines and install the tools that its plan needs today."""
    for good in TOOL_CLASSES:
        lines = [x for x in stage.facts.rows(tables.ToolLineRow) if x.good == good]
        tool = next(x for x in stage.facts.rows(tables.ToolRow) if x.good == good)
        shares = {x.vendor: _starting_share(stage, x, tool, lines) for x in lines}
        need = fab.plan * fab.tools_per_kwpm[good] * stage.assume["fab.initial_slack"]
        worth = sum(
            part * _quality(stage, vendor, good) for vendor, part in shares.items()
        )
        for x in lines:
            opened = _open_tool_line(stage, row, x, tool)
            base = ToolBase(
                opened,
                need * shares[x.vendor] / worth,
                _wear(stage, tool),
                preference=x.share,
                maker=_domestic(stage, x.vendor),
            )
            fab.bases[good].append(base)


def _starting_share(
    stage: WorldBuilder,
    line: tables.ToolLineRow,
    tool: tables.ToolRow,
    lines: list[tables.ToolLineRow],
) -> float:
    """Return a maker's share of the tools of a class in use at the start."""
    home = stage.country[line.vendor] == CHINA
    if home:
        return tool.domestic_share
    foreign = sum(x.share for x in lines if stage.country[x.vendor] != CHINA)
    return (1.0 - tool.domestic_share) * line.share / foreign


def _quality(stage: WorldBuilder, vendor: str, good: Good) -> PerDraw | float:
    maker = _domestic(stage, vendor)
    return maker.quality[good] if maker else 1.0


def _domestic(stage: WorldBuilder, vendor: str) -> DomesticToolmaker | None:
    maker = stage.actors[vendor]
    return maker if isinstance(maker, DomesticToolmaker) else None


def _open_tool_line(
    stage: WorldBuilder,
    row: tables.FabRow,
    line: tables.ToolLineRow,
    tool: tables.ToolRow,
) -> SupplyLine:
    return stage.open(
        line.vendor,
        row.fab,
        tool.good,
        share=line.share,
        substitutability=line.substitutability,
        party=row.party,
        advanced=row.advanced,
        transit=int(stage.world.facts["tool_transit_months"]),
        lead_time=line.lead_time_months,
        price=tool.price_usd_m,
    )


def _wear(stage: WorldBuilder, tool: tables.ToolRow) -> WearRates:
    assume, group = stage.assume, tool.service_group
    rate = "service.uptime_decay_per_month."
    contract = "service.share_tools_under_vendor_contract."
    if group == "scanner":
        return WearRates(
            group,
            assume[contract + "scanner"],
            assume[rate + "scanner_no_vendor_with_spares"],
            assume[rate + "scanner_no_vendor_no_spares"],
            assume["service.spares_stock_months_critical_scanner_modules"],
        )
    bare = assume[rate + group]
    held = "scanner" if group == "coater_developer" else "etch_dep"
    return WearRates(
        group,
        assume[contract + held],
        bare * assume["service.decay_with_spares_ratio"],
        bare,
        assume["service.spares_stock_months_consumables"],
    )


def _service_lines(stage: WorldBuilder, fab: Fab, row: tables.FabRow) -> None:
    for vendor in dict.fromkeys(base.line.seller for base in fab.tool_bases):
        if stage.country[vendor] == CHINA:
            continue
        for good in SERVICE:
            stage.open(
                vendor,
                fab.name,
                good,
                party=row.party,
                advanced=row.advanced,
                ordered=1.0,
            )


def _installed_value(stage: WorldBuilder, maker: Toolmaker) -> PerDraw:
    value = stage.world.zeros()
    for fab in stage.actors.values():
        if isinstance(fab, Fab):
            for base in fab.tools_of(maker.name):
                value = value + base.tools * base.line.price
    return value
