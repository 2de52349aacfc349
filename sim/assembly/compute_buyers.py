"""Building laboratories, the grey market and offshore clouds."""

from collections.abc import Mapping
from math import inf

from sim.agents.compute_sellers import ChannelSellers
from sim.agents.designer import Designer
from sim.agents.frontier import FrontierLab
from sim.agents.grey_market_firms import Broker, Distributor
from sim.agents.lab import AcceleratorStock, Lab
from sim.agents.laboratories import Laboratories
from sim.agents.offshore import OffshoreCloud
from sim.assembly.chip_makers import recorded_months
from sim.assembly.world_builder import WorldBuilder
from sim.domain.ensemble import PerDraw, sum_in_order
from sim.domain.months import MONTHS_A_YEAR, Month, parse_day
from sim.domain.supply import CHINA, Good
from sim.mechanisms.growth import value_in_month
from sim.records import chip_rows, tables
from sim.records.facts import Facts

Shares = Mapping[str, float]
"""Customary share of a channel's money that goes to each of its sellers, by id."""


def add_frontier_labs(builder: WorldBuilder) -> None:
    """Add the frontier laboratories."""
    facts, start = builder.facts, builder.world.start
    record = {row.quantity: row for row in facts.rows(tables.FrontierRecordRow)}
    reference = record["reference_run"]
    years = min(record["record_ends"].value, _seen_until(builder)) - start.year
    for row in facts.rows(tables.FrontierRow):
        builder.add(
            FrontierLab,
            row.lab,
            run_factor=row.run_factor,
            reference_run=reference.value,
            months_to_reference=Month.of(parse_day(reference.as_of)) - start,
            recorded_months=round(years * MONTHS_A_YEAR),
            suppliers=builder.every(Designer),
        )


def _seen_until(builder: WorldBuilder) -> float:
    """Return when what is seen of any record ends, in decimal years."""
    last = builder.facts.seen_until
    return inf if last is None else (last.index + 1) / MONTHS_A_YEAR


def add_grey_market(builder: WorldBuilder) -> None:
    """Add the brokers at every hub, and the distributors in China whom they supply."""
    facts = builder.facts
    capacity = builder.assume["smuggle.start_capacity"]
    for row in facts.rows(tables.HubRow):
        builder.add(
            Broker,
            row.broker,
            import_share=row.import_share,
            capacity=capacity * row.capacity_share,
        )
        builder.open_line(
            row.designer, row.broker, Good.AI_CHIP, share=row.import_share
        )
    [designer] = facts.values(tables.HubRow, "designer")
    builder.add(
        Distributor,
        facts.only_row(tables.ActorRow, kind="distributor").id,
        brokers=builder.every(Broker),
        designer=builder.actor(Designer, designer),
    )


def add_clouds(builder: WorldBuilder) -> None:
    """Add the offshore clouds."""
    for row in builder.facts.rows(tables.CloudRow):
        builder.add(
            OffshoreCloud,
            row.cloud,
            supply_share=row.supply_share,
            designer=builder.actor(Designer, row.designer),
            first=builder.assume["offshore.start_h100e"] * row.supply_share,
        )
        builder.open_line(
            row.designer,
            row.cloud,
            Good.AI_CHIP,
            share=row.supply_share,
            destination=row.host,
        )


def add_labs(builder: WorldBuilder) -> None:
    """Add the Chinese laboratories, with their stocks and all that they buy from."""
    facts = builder.facts
    channels = _channels(facts)
    sellers = {
        channel: ChannelSellers([builder.actors[name] for name in shares])
        for channel, shares in channels.items()
    }
    for row in facts.rows(tables.LabRow):
        # A laboratory that is not open to foreign chips buys at home alone.
        used = channels if row.openness else {"domestic": channels["domestic"]}
        builder.add(
            Lab,
            row.lab,
            budget_share=row.budget_share,
            first_stock=_first_stock(builder, row.start_share),
            first_offshore=_first_offshore(builder, row),
            development_factor=row.development_factor,
            sellers={channel: sellers[channel] for channel in used},
        )
        _open_compute_lines(builder, row.lab, used)
    first_growth = builder.first_year_growth("budget")
    shown = facts.only_row(tables.FrontierRecordRow, quantity="scaling_shown")
    Laboratories(
        builder.world,
        "cn_labs",
        CHINA,
        labs=builder.every(Lab),
        spending=_by_month(builder, "spending_usd_m", first_growth),
        recorded_value=_by_month(builder, "value_over_2022"),
        first_growth=first_growth,
        scaling_shown=Month.of(parse_day(shown.as_of)),
    )


def _channels(facts: Facts) -> dict[str, Shares]:
    """Return the sellers of each channel, with their shares."""
    distributor = facts.only_row(tables.ActorRow, kind="distributor").id
    return {
        "legal": facts.mapping(chip_rows.OrderShareRow, "seller", "share"),
        "grey": {distributor: 1.0},
        "domestic": facts.mapping(chip_rows.WaferShareRow, "designer", "wafer_share"),
        "offshore": facts.mapping(tables.CloudRow, "cloud", "supply_share"),
    }


def _open_compute_lines(
    builder: WorldBuilder, lab: str, channels: Mapping[str, Shares]
) -> None:
    """Open a laboratory's lines; on the grey market it has none, it pays in cash."""
    months = int(builder.world.facts["chip_transit_months"])
    for channel, shares in channels.items():
        offshore = channel == "offshore"
        good, transit = (Good.CLOUD, 0) if offshore else (Good.AI_CHIP, months)
        for seller, share in shares.items():
            if channel != "grey":
                builder.open_line(seller, lab, good, share=share, transit=transit)


def _by_month(
    builder: WorldBuilder, column: str, first: PerDraw | None = None
) -> list[PerDraw | float]:
    """Return a column of Chinese budgets by month of the record."""
    yearly = builder.facts.mapping(tables.BudgetYear, "year", column)
    return [
        value_in_month(yearly, builder.world.start + month, 0.0, first)
        for month in range(recorded_months(builder.facts))
    ]


def _first_stock(builder: WorldBuilder, start_share: float) -> AcceleratorStock:
    row = builder.facts.only_row(tables.StartStockRow, owner=CHINA)
    amounts = (row.units, row.training_h100e, row.inference_h100e)
    return AcceleratorStock(*(builder.world.per_draw(x * start_share) for x in amounts))


def _first_offshore(builder: WorldBuilder, row: tables.LabRow) -> AcceleratorStock:
    """Return a laboratory's part of the compute that open ones rent abroad."""
    rows = builder.facts.rows(tables.LabRow)
    renters = sum_in_order(row.budget_share for row in rows if row.openness)
    rented = row.budget_share / renters if row.openness else 0.0
    amount = builder.assume["offshore.start_h100e"] * rented
    return AcceleratorStock(amount, amount, amount)
