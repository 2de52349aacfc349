"""Building tool makers and Chinese fabs, and the lines between them."""

import numpy as np

from sim.agents.cxmt import MemoryFab
from sim.agents.fab import Fab
from sim.agents.service_table import ServiceTable, WearRates
from sim.agents.smic import AdvancedFab
from sim.agents.tool_base import ToolBase
from sim.agents.tool_buyer import CapacityPlan
from sim.agents.tool_market import ToolMarket
from sim.agents.tool_table import ToolLayout, ToolTable
from sim.agents.toolmaker import DomesticToolmaker, Toolmaker
from sim.assembly.world_builder import WorldBuilder
from sim.domain.ensemble import PerDraw, sum_in_order, total
from sim.domain.supply import CHINA, SERVICE, TOOL_CLASSES, Good, SupplyLine
from sim.mechanisms.wafers import immersion_tools_per_kwpm
from sim.model import FABS, ChipWar
from sim.records import chip_rows, fab_rows, tables

_PASSES = {
    "7nm": "litho.immersion_passes_7nm_duv_only",
    "28nm": "litho.immersion_passes_28nm",
    "dram": "litho.immersion_passes_dram",
    "nand": "litho.immersion_passes_nand",
}
"""Assumption that gives the immersion exposures of a wafer, by node."""

_GROWTH = {"7nm": "fab.growth.smic_advanced", "28nm": "fab.growth.mature"}
"""Assumption that gives the growth of a plan, by node; memory has one of its own."""

_PER_10K = 10.0
_THOUSAND = 1000.0


def add_toolmakers(builder: WorldBuilder) -> None:
    """Add the makers of tools, foreign and Chinese."""
    for vendor in builder.facts.values(fab_rows.ToolLineRow, "vendor"):
        if builder.country[vendor] == CHINA:
            _add_domestic_toolmaker(builder, vendor)
        else:
            _add_toolmaker(builder, vendor)


def _add_toolmaker(builder: WorldBuilder, vendor: str) -> None:
    facts = builder.facts
    firm = facts.only_row(tables.FirmRow, firm=vendor)
    builder.add(
        Toolmaker,
        vendor,
        abroad=facts.mapping(
            fab_rows.VendorYear, "year", "row_system_revenue", firm=vendor
        ),
        capacity=facts.mapping(fab_rows.VendorYear, "year", "capacity", firm=vendor),
        growth=firm.row_growth_after,
        first_growth=(
            builder.first_year_growth("tool_sales"),
            builder.first_year_growth("tool_capacity"),
        ),
        service_abroad=firm.service_row_revenue,
    )


def _add_domestic_toolmaker(builder: WorldBuilder, vendor: str) -> None:
    made = {row.good for row in builder.facts.rows(fab_rows.ToolLineRow, vendor=vendor)}
    tools = [row for row in builder.facts.rows(fab_rows.ToolRow) if row.good in made]
    builder.add(
        DomesticToolmaker,
        vendor,
        quality={row.good: row.domestic_quality for row in tools},
        home_share={row.good: row.domestic_share for row in tools},
        shipped={row.good: row.domestic_shipped for row in tools},
    )


def add_fabs(builder: WorldBuilder) -> None:
    """Add the fabs, install their tools, and open lines for tools and service."""
    for row in builder.facts.rows(fab_rows.FabRow):
        fab = _add_fab(builder, row)
        _equip(builder, fab, row)
        _open_service_lines(builder, fab, row)
    _open_market(builder)
    for maker in builder.every(Toolmaker):
        bases = [b for fab in builder.every(Fab) for b in fab.tools_of(maker.name)]
        maker.installed = total(base.tools * base.line.price for base in bases)


def _open_market(builder: WorldBuilder) -> None:
    """Put all tools into one table, and fill the order books that growth needs."""
    world = builder.world
    fabs = [fab for kind in FABS for fab in world.actors(kind)]
    first = fabs[0]
    wear = {base.serviced_by: base.wear for base in first.tool_bases if base.foreign}
    service = ServiceTable.of(wear, len(fabs))
    layout = ToolLayout.of(first.bases, tuple(wear))
    rows = [
        [fab.base(good, vendor) for fab in fabs]
        for good, vendor in zip(layout.goods, layout.vendors, strict=True)
    ]
    table = ToolTable.of(
        layout,
        np.array([[base.first_tools for base in row] for row in rows]),
        stages=_stages_of_orders(world),
        lead_time_factor=builder.assume["equip.lead_time_factor"],
        transit=int(world.facts["tool_transit_months"]),
    )
    for column, fab in enumerate(fabs):
        fab.use(service, column)
        for row, bases in enumerate(rows):
            bases[column].show(table, service, (row, column))
    ToolMarket(
        world,
        "cn_tools",
        CHINA,
        table=table,
        service=service,
        fabs=fabs,
        home_makers={
            base.line.good: base.maker for base in first.tool_bases if base.maker
        },
        lines=[[base.line for base in row] for row in rows],
        makers=builder.every(Toolmaker),
    ).fill_order_books()


def _stages_of_orders(world: ChipWar) -> int:
    if not world.is_on("staged_lead_times"):
        return 1
    return int(world.facts["tool_order_stages"])


def _add_fab(builder: WorldBuilder, row: fab_rows.FabRow) -> Fab:
    plan = _plan(builder, row)
    if row.kind == "ai_logic":
        shares = builder.facts.mapping(
            chip_rows.WaferShareRow, "designer", "wafer_share"
        )
        return builder.add(AdvancedFab, row.fab, plan, designer_shares=shares)
    kind = MemoryFab if row.kind == "hbm" else Fab
    return builder.add(kind, row.fab, plan, advanced=row.advanced)


def _plan(builder: WorldBuilder, row: fab_rows.FabRow) -> CapacityPlan:
    def known_or_assumed(known: float | None, assumption: str) -> PerDraw:
        if known is None:
            return builder.assume[assumption]
        return builder.world.per_draw(known)

    return CapacityPlan(
        start=known_or_assumed(row.start_kwpm, row.assumed_start),
        growth=builder.assume[_GROWTH.get(row.node, "fab.growth.memory")],
        ceiling=known_or_assumed(row.ceiling_kwpm, fab_rows.CEILING_OF_AI_LOGIC),
        tools_per_kwpm=_tools_per_kwpm(builder, row.node),
    )


def _tools_per_kwpm(builder: WorldBuilder, node: str) -> dict[Good, PerDraw]:
    assume = builder.assume
    intensity = {
        "7nm": builder.world.per_draw(1.0),
        "28nm": assume["fab.mature_tool_intensity"],
    }.get(node, assume["fab.memory_tool_intensity"])
    per_tool = assume["litho.effective_passes_per_tool_month"] / _THOUSAND
    needs: dict[Good, PerDraw] = {
        good: assume[f"equip.tools_per_10k_wpm.{good}"] / _PER_10K * intensity
        for good in TOOL_CLASSES
        if good is not Good.DUV_IMMERSION
    }
    passes = assume[_PASSES[node]]
    needs[Good.DUV_IMMERSION] = immersion_tools_per_kwpm(passes, per_tool)
    return needs


def _equip(builder: WorldBuilder, fab: Fab, row: fab_rows.FabRow) -> None:
    """Open a fab's tool lines, and install the tools that its plan needs today."""
    slack = builder.assume["fab.initial_slack"]
    home = {maker.name: maker for maker in builder.every(DomesticToolmaker)}
    whole = builder.world.per_draw(1.0)
    for tool in builder.facts.rows(fab_rows.ToolRow):
        sales = builder.facts.rows(fab_rows.ToolLineRow, good=tool.good)
        foreign = sum_in_order(x.share for x in sales if x.vendor not in home)
        shares = {
            sale.vendor: tool.domestic_share
            if sale.vendor in home
            else (1.0 - tool.domestic_share) * sale.share / foreign
            for sale in sales
        }
        # A Chinese tool does less work than a foreign one, so more are needed.
        capacities = (
            share * (home[name].quality[tool.good] if name in home else whole)
            for name, share in shares.items()
        )
        work = total(capacities)
        needed = fab.plan * fab.tools_per_kwpm[tool.good] * slack
        for sale in sales:
            base = ToolBase(
                _open_tool_line(builder, row, tool, sale),
                needed * shares[sale.vendor] / work,
                _wear(builder, tool.service_group),
                preference=sale.share,
                maker=home.get(sale.vendor),
            )
            fab.bases[tool.good].append(base)


def _open_tool_line(
    builder: WorldBuilder,
    row: fab_rows.FabRow,
    tool: fab_rows.ToolRow,
    sale: fab_rows.ToolLineRow,
) -> SupplyLine:
    return builder.open_line(
        sale.vendor,
        row.fab,
        tool.good,
        share=sale.share,
        substitutability=sale.substitutability,
        party=row.party,
        advanced=row.advanced,
        transit=int(builder.world.facts["tool_transit_months"]),
        lead_time=sale.lead_time_months,
        price=tool.price_usd_m,
    )


def _wear(builder: WorldBuilder, group: str) -> WearRates:
    assume = builder.assume
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
    without_spares = assume[rate + group]
    # Contracts are assumed of scanners and of etch and deposition; others are likened.
    like = "scanner" if group == "coater_developer" else "etch_dep"
    return WearRates(
        group,
        assume[contract + like],
        without_spares * assume["service.decay_with_spares_ratio"],
        without_spares,
        assume["service.spares_stock_months_consumables"],
    )


def _open_service_lines(builder: WorldBuilder, fab: Fab, row: fab_rows.FabRow) -> None:
    for vendor in dict.fromkeys(base.line.seller for base in fab.tool_bases):
        if builder.country[vendor] != CHINA:
            for good in SERVICE:
                builder.open_line(
                    vendor,
                    fab.name,
                    good,
                    party=row.party,
                    advanced=row.advanced,
                    ordered=1.0,
                )
