"""Casting of governments, exporters, the labour market and investors."""

from sim.agents.ally import Ally
from sim.agents.china import ChinaGovernment
from sim.agents.designer import Designer
from sim.agents.fab import Fab
from sim.agents.government import EscalationStep
from sim.agents.investors import Investors, ListedFirm, StockProfile
from sim.agents.suppliers import Exporter
from sim.agents.talent import LabourMarket, LabourPool
from sim.agents.united_states import UnitedStates
from sim.assembly.world_builder import WorldBuilder
from sim.domain.ensemble import total
from sim.domain.supply import Good
from sim.records import tables
from sim.records.market_rows import MarketRow, SupplierYear


def add_governments(stage: WorldBuilder) -> None:
    """Cast the governments: the two powers, and the allies between them."""
    ladder = stage.facts.rows(tables.RungRow)
    rungs = {row.kind: EscalationStep(row.severity, row.tightens) for row in ladder}
    exposure = {
        row.state: row.exposure_to_retaliation
        for row in stage.facts.rows(tables.AllyRow)
    }
    for row in stage.facts.rows(tables.ActorRow):
        if row.kind != "government":
            continue
        who = stage.identity(row.id)
        match row.country:
            case "USA":
                stage.actors[row.id] = UnitedStates(*who, escalation_steps=rungs)
            case "CHN":
                stage.actors[row.id] = ChinaGovernment(*who, escalation_steps=rungs)
            case state:
                stage.actors[row.id] = Ally(
                    *who, escalation_steps=rungs, exposure=exposure[state]
                )


def add_exporters(stage: WorldBuilder) -> None:
    """Cast the exporters of minerals and of design software."""
    minerals = stage.facts.rows(tables.MineralRow)
    stage.actors["cn_minerals"] = Exporter(
        *stage.identity("cn_minerals"), usual={m.buyer: m.shipments for m in minerals}
    )
    for m in minerals:
        stage.open("cn_minerals", m.buyer, Good.MINERALS, destination=m.destination)
    users = stage.facts.rows(tables.EdaLineRow)
    stage.actors["eda_vendors"] = Exporter(
        *stage.identity("eda_vendors"), usual={u.buyer: u.share for u in users}
    )
    for u in users:
        stage.open("eda_vendors", u.buyer, Good.EDA, share=u.share)


def add_labour_market(stage: WorldBuilder) -> None:
    """Cast the market for engineers and researchers, once all fabs are there."""
    assume = stage.assume
    fabs = [each for each in stage.actors.values() if isinstance(each, Fab)]
    designers = [each for each in stage.actors.values() if isinstance(each, Designer)]
    capacity = total(fab.plan for fab in fabs)
    chips_abroad = assume["talent.abroad_over_home.chips"]
    pools = {
        "fabs": LabourPool(
            assume["talent.fab_engineers_per_kwpm"] * capacity, chips_abroad
        ),
        "toolmakers": LabourPool(
            assume["talent.toolmaker_engineers_at_start"], chips_abroad
        ),
        "labs": LabourPool(
            assume["talent.researchers_at_start"],
            assume["talent.abroad_over_home.labs"],
        ),
    }
    stage.actors["cn_engineers"] = LabourMarket(
        *stage.identity("cn_engineers"), fabs=fabs, designer=designers[0], pools=pools
    )


def add_investors(stage: WorldBuilder) -> None:
    """Cast the investors, once every listed firm is there."""
    rows = stage.facts.rows(tables.FirmRow)
    firms = [stage.actors[row.firm] for row in rows]
    stage.actors["investors"] = Investors(
        *stage.identity("investors"),
        firms=[firm for firm in firms if isinstance(firm, ListedFirm)],
        shares={row.firm: _share(stage, row) for row in rows},
    )


def _share(stage: WorldBuilder, row: tables.FirmRow) -> StockProfile:
    market = stage.facts.only_row(MarketRow, lambda market: market.firm == row.firm)
    years = [y for y in stage.facts.rows(SupplierYear) if y.firm == row.firm]
    return StockProfile(
        multiple=row.price_to_sales,
        margin_ratio=market.margin_ratio,
        ai_share=market.ai_share,
        daily_volatility=market.daily_volatility,
        yearly={y.year: y.revenue for y in years},
        other_china={y.year: y.china_revenue for y in years},
        growth=row.row_growth_after,
        first_growth=stage.first_year("supplier"),
    )
