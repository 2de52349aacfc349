"""Casting of governments, exporters and investors."""

from sim.agents.government import Government
from sim.agents.investors import Investors, ListedFirm, Share
from sim.agents.suppliers import Exporter
from sim.domain.supply import Good
from sim.records import tables
from sim.records.casting.stage import Stage
from sim.records.market_rows import MarketRow, SupplierYear


def cast_governments(stage: Stage) -> None:
    """Cast the governments."""
    for row in stage.facts.of(tables.ActorRow):
        if row.kind == "government":
            stage.actors[row.id] = Government(stage.world, row.id, row.country)


def cast_exporters(stage: Stage) -> None:
    """Cast the exporters of minerals and of design software."""
    minerals = stage.facts.of(tables.Mineral)
    stage.actors["cn_minerals"] = Exporter(
        *stage.who("cn_minerals"), usual={m.buyer: m.shipments for m in minerals}
    )
    for m in minerals:
        stage.open("cn_minerals", m.buyer, Good.MINERALS, destination=m.destination)
    users = stage.facts.of(tables.EdaLine)
    stage.actors["eda_vendors"] = Exporter(
        *stage.who("eda_vendors"), usual={u.buyer: u.share for u in users}
    )
    for u in users:
        stage.open("eda_vendors", u.buyer, Good.EDA, share=u.share)


def cast_investors(stage: Stage) -> None:
    """Cast the investors, once every listed firm is there."""
    rows = stage.facts.of(tables.Firm)
    firms = [stage.actors[row.firm] for row in rows]
    stage.actors["investors"] = Investors(
        *stage.who("investors"),
        firms=[firm for firm in firms if isinstance(firm, ListedFirm)],
        shares={row.firm: _share(stage, row) for row in rows},
    )


def _share(stage: Stage, row: tables.Firm) -> Share:
    market = stage.facts.one(MarketRow, lambda market: market.firm == row.firm)
    years = [y for y in stage.facts.of(SupplierYear) if y.firm == row.firm]
    return Share(
        multiple=row.price_to_sales,
        margin_ratio=market.margin_ratio,
        ai_share=market.ai_share,
        daily_volatility=market.daily_volatility,
        yearly={y.year: y.revenue for y in years},
        other_china={y.year: y.china_revenue for y in years},
        growth=row.row_growth_after,
    )
