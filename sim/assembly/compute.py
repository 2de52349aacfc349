"""Casting of laboratories, the grey market and offshore clouds."""

from collections.abc import Mapping
from math import inf

from sim.agents.compute_sellers import ChannelSellers
from sim.agents.designer import Designer
from sim.agents.frontier import FrontierLab
from sim.agents.grey_market import Broker, Distributor
from sim.agents.lab import AcceleratorStock, Lab
from sim.agents.offshore import OffshoreCloud
from sim.agents.toolmaker import value_in_month
from sim.assembly.chips import supply_record
from sim.assembly.world_builder import CHINA, WorldBuilder
from sim.domain.ensemble import PerDraw
from sim.domain.errors import RecordsError
from sim.domain.months import MONTHS_A_YEAR, Month, parse_day
from sim.domain.supply import Good
from sim.records import tables


def add_frontier_labs(stage: WorldBuilder) -> None:
    """Cast the frontier laboratories."""
    known = {row.quantity: row for row in stage.facts.rows(tables.FrontierRecordRow)}
    reference = known["reference_run"]
    since = Month.of(parse_day(reference.as_of)) - stage.world.start
    years = min(known["record_ends"].value, _seen_until(stage)) - stage.world.start.year
    suppliers = [a for a in stage.actors.values() if isinstance(a, Designer)]
    for row in stage.facts.rows(tables.FrontierRow):
        stage.actors[row.lab] = FrontierLab(
            *stage.identity(row.lab),
            run_factor=row.run_factor,
            reference_run=reference.value,
            months_to_reference=since,
            recorded_months=round(years * MONTHS_A_YEAR),
            suppliers=suppliers,
        )


def _seen_until(stage: WorldBuilder) -> float:
    """Return when what is seen of any record ends, in decimal years."""
    last = stage.facts.seen_until
    return inf if last is None else (last.index + 1) / MONTHS_A_YEAR


def _nvidia(stage: WorldBuilder) -> Designer:
    nvidia = stage.actors["nvidia"]
    if not isinstance(nvidia, Designer):
        raise RecordsError("chips.csv: 'nvidia' designs no chip")
    return nvidia


def add_grey_market(stage: WorldBuilder) -> None:
    """Cast the brokers at every hub and the distributors in China."""
    brokers = []
    for row in stage.facts.rows(tables.HubRow):
        broker = Broker(
            *stage.identity(row.broker),
            import_share=row.import_share,
            capacity=stage.assume["smuggle.start_capacity"] * row.capacity_share,
        )
        stage.actors[row.broker] = broker
        stage.open(
            "nvidia",
            row.broker,
            Good.AI_CHIP,
            share=row.import_share,
            destination=row.country,
        )
        brokers.append(broker)
    stage.actors["cn_distributors"] = Distributor(
        *stage.identity("cn_distributors"), brokers=brokers, designer=_nvidia(stage)
    )


def add_clouds(stage: WorldBuilder) -> None:
    """Cast the offshore clouds."""
    for row in stage.facts.rows(tables.CloudRow):
        stage.actors[row.cloud] = OffshoreCloud(
            *stage.identity(row.cloud),
            supply_share=row.supply_share,
            designer=_nvidia(stage),
            first=stage.assume["offshore.start_h100e"] * row.supply_share,
        )
        stage.open(
            "nvidia",
            row.cloud,
            Good.AI_CHIP,
            share=row.supply_share,
            destination=row.host,
        )


def add_labs(stage: WorldBuilder) -> None:
    """Cast the Chinese laboratories, with their stocks and all that they buy from."""
    sellers = {
        "legal": ChannelSellers([stage.actors["nvidia"], stage.actors["amd"]]),
        "grey": ChannelSellers([stage.actors["cn_distributors"]]),
        "domestic": ChannelSellers(
            [
                stage.actors[row.designer]
                for row in stage.facts.rows(tables.WaferShareRow)
            ]
        ),
        "offshore": ChannelSellers(
            [stage.actors[row.cloud] for row in stage.facts.rows(tables.CloudRow)]
        ),
    }
    spending = _spending(stage)
    for row in stage.facts.rows(tables.LabRow):
        home_only = stage.country.get(row.lab) == CHINA and not row.openness
        own = {"domestic": sellers["domestic"]} if home_only else sellers
        stage.actors[row.lab] = lab = Lab(
            *stage.identity(row.lab),
            spending=spending,
            first_growth=stage.first_year("budget"),
            budget_share=row.budget_share,
            first_stock=_first_stock(stage, row.start_share),
            first_offshore=_first_offshore(stage, row, home_only),
            run_factor=row.largest_run_factor,
            sellers=own,
        )
        _compute_lines(stage, lab, own)


def _spending(stage: WorldBuilder) -> list[PerDraw | float]:
    yearly = {
        row.year: row.spending_usd_m for row in stage.facts.rows(tables.BudgetYear)
    }
    months = len(supply_record(stage, "nvidia"))
    start, first = stage.world.start, stage.first_year("budget")
    return [
        value_in_month(yearly, start + month, 0.0, first) for month in range(months)
    ]


def _first_stock(stage: WorldBuilder, part: float) -> AcceleratorStock:
    row = stage.facts.only_row(tables.StartStockRow, lambda r: r.owner == CHINA)
    return AcceleratorStock(
        stage.in_every_draw(row.units * part),
        stage.in_every_draw(row.training_h100e * part),
        stage.in_every_draw(row.inference_h100e * part),
    )


def _first_offshore(
    stage: WorldBuilder, row: tables.LabRow, home_only: bool
) -> AcceleratorStock:
    users = [r.budget_share for r in stage.facts.rows(tables.LabRow) if r.openness]
    part = 0.0 if home_only else row.budget_share / sum(users)
    amount = stage.assume["offshore.start_h100e"] * part
    return AcceleratorStock(amount, amount, amount)


def _compute_lines(
    stage: WorldBuilder, lab: Lab, sellers: Mapping[str, ChannelSellers]
) -> None:
    transit = int(stage.world.facts["chip_transit_months"])
    for channel, found in sellers.items():
        if channel == "grey":
            continue
        good = Good.CLOUD if channel == "offshore" else Good.AI_CHIP
        for firm in found.firms:
            stage.open(
                firm.name,
                lab.name,
                good,
                share=_channel_share(stage, firm.name),
                transit=0 if channel == "offshore" else transit,
            )


def _channel_share(stage: WorldBuilder, seller: str) -> float:
    """Return the share of a channel's money that goes to one seller by custom."""
    found = [
        *((r.designer, r.wafer_share) for r in stage.facts.rows(tables.WaferShareRow)),
        *((r.cloud, r.supply_share) for r in stage.facts.rows(tables.CloudRow)),
        *((r.seller, r.share) for r in stage.facts.rows(tables.OrderShareRow)),
    ]
    return dict(found)[seller]
