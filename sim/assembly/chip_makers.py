"""Building chip designers, foundries and memory makers, foreign and Chinese."""

from collections.abc import Iterable
from typing import TypeVar

from sim.agents.cxmt import MemoryFab
from sim.agents.designer import Designer
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.roadmap import DomesticChip
from sim.agents.smic import AdvancedFab
from sim.agents.suppliers import Foundry, MemoryMaker
from sim.agents.world_supply import SupplyRecord
from sim.assembly.world_builder import WorldBuilder
from sim.domain.months import MONTHS_A_QUARTER
from sim.domain.supply import Good
from sim.records import chip_rows, tables
from sim.records.chip_rows import REFERENCE_CHIP
from sim.records.facts import Facts

SomeChip = TypeVar("SomeChip", bound=chip_rows.LaunchRow)

_USD_PER_MILLION = 1e6

_BOOKS = ("row_data_centre", "other_revenue", "other_china")
"""Columns of a foreign designer's yearly books that the model reads."""

_GROWTH_AFTER = {
    "abroad": "supply",
    "row_data_centre": "data_centre",
    "other_revenue": "other_chip",
    "other_china": "other_chip",
}
"""By book, and for supply, the kind of record whose growth follows its end."""


def add_designers(builder: WorldBuilder) -> None:
    """Add the foreign designers, with their books and the record of their supply."""
    facts = builder.facts
    rows = _by_launch(facts.rows(chip_rows.ChipRow))
    chips = {row.chip: row.build() for row in rows}
    growth = {book: builder.first_year_growth(r) for book, r in _GROWTH_AFTER.items()}
    for name in facts.values(chip_rows.ChipRow, "designer"):
        designer = builder.add(
            Designer,
            name,
            flagships=[
                (chips[row.chip], row.launched) for row in rows if row.designer == name
            ],
            reference=chips[REFERENCE_CHIP],
            books={
                book: facts.mapping(chip_rows.DesignerYear, "year", book, firm=name)
                for book in _BOOKS
            },
            record=_monthly_supply(facts, name),
            first_growth=growth,
        )
        sold = facts.only_row(tables.StartStockRow, owner="WORLD", designer=name)
        start = builder.world.per_draw(sold.training_h100e)
        designer.cumulative_abroad = designer.cumulative_at_start = start
        designer.supply.cumulative_usual = start


def _monthly_supply(facts: Facts, designer: str) -> SupplyRecord:
    """Return what a designer sold month by month, outside China and to China.

    A designer without rows on China sold nothing there.
    """
    quarters = facts.rows(chip_rows.SupplyQuarter, designer=designer)
    to_china = {
        row.quarter_end: row
        for row in facts.rows(chip_rows.ChinaQuarter, designer=designer)
    }
    china = [to_china.get(row.quarter_end) for row in quarters]
    return SupplyRecord(
        abroad=_by_month([row.outside_china for row in quarters]),
        china=_by_month([0.0 if row is None else row.output for row in china]),
        china_revenue=_by_month([0.0 if row is None else row.revenue for row in china]),
    )


def _by_month(quarterly: Iterable[float]) -> list[float]:
    """Return monthly values that are the same in each month of a quarter."""
    return [value for value in quarterly for _ in range(MONTHS_A_QUARTER)]


def recorded_months(facts: Facts) -> int:
    """Return how many months the record of designers' supply covers."""
    return len(facts.values(chip_rows.SupplyQuarter, "quarter_end")) * MONTHS_A_QUARTER


def add_domestic_designers(builder: WorldBuilder) -> None:
    """Add Chinese designers and foreign foundries, and the lines for dies."""
    facts = builder.facts
    for name in facts.values(chip_rows.FoundryLineRow, "foundry"):
        builder.add(Foundry, name)
    [fab] = builder.every(AdvancedFab)
    shares = facts.mapping(chip_rows.WaferShareRow, "designer", "wafer_share")
    for name, share in shares.items():
        chips = _by_launch(facts.rows(chip_rows.DomesticChipRow, designer=name))
        builder.add(
            DomesticDesigner,
            name,
            generations=[_generation(row) for row in chips],
            wafer_share=share,
            leads=share == max(shares.values()),
        )
        builder.open_line(fab.name, name, Good.LOGIC_WAFERS, share=share)
    for line in facts.rows(chip_rows.FoundryLineRow):
        builder.open_line(
            line.foundry, line.buyer, Good.LOGIC_WAFERS, transit=line.transit_months
        )


def _by_launch(chips: Iterable[SomeChip]) -> list[SomeChip]:
    """Return chips in the order of their launches."""
    return sorted(chips, key=lambda chip: chip.launched)


def _generation(row: chip_rows.DomesticChipRow) -> DomesticChip:
    return DomesticChip(
        name=row.chip,
        announced=row.known_by,
        launch=row.launched,
        dies=row.dies,
        stacks=row.stacks,
        training=row.training_h100e,
        inference=row.inference_h100e,
        price=row.price_usd,
    )


def add_memory_makers(builder: WorldBuilder) -> None:
    """Add foreign memory makers; open their lines, and those of the Chinese one."""
    buyers = builder.facts.values(chip_rows.WaferShareRow, "designer")
    for row in builder.facts.rows(chip_rows.MemoryRow):
        builder.add(
            MemoryMaker,
            row.maker,
            share=row.share,
            price=row.stack_price_usd / _USD_PER_MILLION,
        )
        for buyer in buyers:
            builder.open_line(row.maker, buyer, Good.HBM, share=row.share, transit=1)
    for fab in builder.every(MemoryFab):
        for buyer in buyers:
            builder.open_line(fab.name, buyer, Good.HBM)


def leading_designer(builder: WorldBuilder) -> Designer:
    """Return the foreign designer from whom Chinese laboratories order most."""
    shares = builder.facts.mapping(chip_rows.OrderShareRow, "seller", "share")
    return builder.actor(Designer, max(shares, key=lambda name: shares[name]))
