"""Building governments, exporters, the labour market and investors."""

from sim.agents.ally import Ally
from sim.agents.china import ChinaGovernment
from sim.agents.fab import Fab
from sim.agents.government import EscalationStep
from sim.agents.investors import Investors, ListedFirm
from sim.agents.labour_market import LabourMarket, LabourPool
from sim.agents.ledger import StockProfile
from sim.agents.sales_abroad import FirmSales, SalesAbroad
from sim.agents.suppliers import Exporter, RecordedFirm
from sim.agents.united_states import UnitedStates
from sim.assembly.chip_makers import leading_designer
from sim.assembly.world_builder import WorldBuilder
from sim.domain.ensemble import total
from sim.domain.months import Month
from sim.domain.supply import CHINA, Good
from sim.records import chip_rows, tables
from sim.records.market_rows import MarketRow, SalesQuarter, SupplierYear


def add_governments(builder: WorldBuilder) -> None:
    """Add the governments: the two powers, and the allies between them."""
    facts = builder.facts
    ladder = facts.rows(tables.SeverityRow)
    steps = {row.kind: EscalationStep(row.severity, row.tightens) for row in ladder}
    for row in facts.rows(tables.ActorRow, kind="government"):
        match row.country:
            case "USA":
                builder.add(UnitedStates, row.id, escalation_steps=steps)
            case "CHN":
                builder.add(ChinaGovernment, row.id, escalation_steps=steps)
            case state:
                ally = facts.only_row(tables.AllyRow, state=state)
                exposure = ally.exposure_to_retaliation
                builder.add(Ally, row.id, escalation_steps=steps, exposure=exposure)


def add_exporters(builder: WorldBuilder) -> None:
    """Add the exporters of minerals and of design software."""
    facts = builder.facts
    for seller in facts.values(tables.MineralRow, "seller"):
        usual = facts.mapping(tables.MineralRow, "buyer", "shipments", seller=seller)
        builder.add(Exporter, seller, usual=usual)
    for row in facts.rows(tables.MineralRow):
        builder.open_line(
            row.seller, row.buyer, Good.MINERALS, destination=row.destination
        )
    for seller in facts.values(chip_rows.EdaLineRow, "seller"):
        usual = facts.mapping(chip_rows.EdaLineRow, "buyer", "share", seller=seller)
        builder.add(Exporter, seller, usual=usual)
    for user in facts.rows(chip_rows.EdaLineRow):
        builder.open_line(user.seller, user.buyer, Good.EDA, share=user.share)


def add_labour_market(builder: WorldBuilder) -> None:
    """Add the market for engineers and researchers, once all fabs are there."""
    assume, fabs = builder.assume, builder.every(Fab)
    capacity = total(fab.plan for fab in fabs)
    chips_abroad = assume["talent.abroad_over_home.chips"]
    engineers = assume["talent.fab_engineers_per_kwpm"] * capacity
    toolmakers = assume["talent.toolmaker_engineers_at_start"]
    researchers = assume["talent.researchers_at_start"]
    pools = {
        "fabs": LabourPool(engineers, chips_abroad),
        "toolmakers": LabourPool(toolmakers, chips_abroad),
        "labs": LabourPool(researchers, assume["talent.abroad_over_home.labs"]),
    }
    builder.add(
        LabourMarket,
        builder.facts.only_row(tables.ActorRow, kind="labour market").id,
        fabs=fabs,
        designer=leading_designer(builder),
        pools=pools,
    )


def add_sales_abroad(builder: WorldBuilder) -> None:
    """Add what moves the sales of listed firms outside China."""
    facts = builder.facts
    quarters = facts.rows(SalesQuarter)
    if quarters:
        SalesAbroad(
            builder.world,
            "sales_abroad",
            "ROW",
            firms=[
                _sales_of(builder, row, max(x.known_by for x in quarters))
                for row in facts.rows(tables.FirmRow)
                if builder.country[row.firm] != CHINA
            ],
        )


def _sales_of(builder: WorldBuilder, row: tables.FirmRow, last: Month) -> FirmSales:
    facts = builder.facts
    rows = facts.rows(SalesQuarter, firm=row.firm)
    quarters = {quarter.known_by: quarter.outside_china for quarter in rows}
    designs = bool(facts.rows(chip_rows.DesignerYear, firm=row.firm))
    record = "other_chip" if designs else "tool_sales"
    return FirmSales(
        firm=row.firm,
        quarters=quarters,
        all_markets={quarter.known_by: quarter.all_markets for quarter in rows},
        last=last,
        ai_share=facts.only_row(MarketRow, firm=row.firm).ai_share,
        growth=row.row_growth_after if quarters else 0.0,
        first_growth=builder.first_year_growth(record) if quarters else None,
    )


def add_investors(builder: WorldBuilder) -> None:
    """Add the investors, once every listed firm is there."""
    rows = builder.facts.rows(tables.FirmRow)
    listed = {row.firm for row in rows}
    for actor in builder.facts.rows(tables.ActorRow, kind="firm"):
        if actor.id in listed:
            builder.add(RecordedFirm, actor.id)
    firms = [builder.actors[row.firm] for row in rows]
    builder.add(
        Investors,
        builder.facts.only_row(tables.ActorRow, kind="investors").id,
        firms=[firm for firm in firms if isinstance(firm, ListedFirm)],
        profiles={row.firm: _share(builder, row) for row in rows},
    )


def _share(builder: WorldBuilder, row: tables.FirmRow) -> StockProfile:
    facts = builder.facts
    market = facts.only_row(MarketRow, firm=row.firm)
    return StockProfile(
        multiple=row.price_to_sales,
        margin_ratio=market.margin_ratio,
        ai_share=market.ai_share,
        daily_volatility=market.daily_volatility,
        won_from_rivals=market.won_from_rivals,
        tool_dependence=market.tool_dependence,
        yearly=facts.mapping(SupplierYear, "year", "revenue", firm=row.firm),
        other_china=facts.mapping(SupplierYear, "year", "china_revenue", firm=row.firm),
        growth=row.row_growth_after,
        first_growth=builder.first_year_growth("supplier"),
    )
