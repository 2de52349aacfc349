"""Casting of chip designers and memory makers, foreign and Chinese."""

from sim.agents.designer import Designer
from sim.agents.domestic_designer import DomesticChip, DomesticDesigner
from sim.agents.smic import AdvancedFab
from sim.agents.suppliers import Foundry, MemoryMaker
from sim.assembly.world_builder import WorldBuilder
from sim.domain.ensemble import PerDraw
from sim.domain.errors import RecordsError
from sim.domain.months import Month, parse_day
from sim.domain.supply import Good
from sim.records import tables
from sim.records.catalogue import as_chip

_MILLION = 1e6

_REFERENCE = "H100"
"""The chip that H100-equivalents are counted in."""


def add_designers(stage: WorldBuilder) -> None:
    """Cast Nvidia and AMD, with their books and the record of their supply."""
    rows = stage.facts.rows(tables.ChipRow)
    chips = {row.chip: as_chip(row, row.hbm_stacks) for row in rows}
    for name in dict.fromkeys(row.designer for row in rows):
        books = [y for y in stage.facts.rows(tables.DesignerYear) if y.firm == name]
        designer = Designer(
            *stage.identity(name),
            flagships=[
                (chips[row.chip], row.launched) for row in rows if row.designer == name
            ],
            reference=chips[_REFERENCE],
            books={
                "row_data_centre": {y.year: y.row_data_centre for y in books},
                "other_revenue": {y.year: y.other_revenue for y in books},
                "other_china": {y.year: y.other_china for y in books},
            },
            abroad=supply_record(stage, name),
            first_growth=_first_growth(stage),
        )
        start = stage.in_every_draw(_stock_at_start(stage, name))
        designer.cumulative_abroad = designer.cumulative_at_start = start
        stage.actors[name] = designer


def _first_growth(stage: WorldBuilder) -> dict[str, PerDraw]:
    """Return growth in the first year after a record that a vintage cuts, by book."""
    kinds = {
        "abroad": "supply",
        "row_data_centre": "data_centre",
        "other_revenue": "other_chip",
        "other_china": "other_chip",
    }
    found = {book: stage.first_year(kind) for book, kind in kinds.items()}
    return {book: growth for book, growth in found.items() if growth is not None}


def supply_record(stage: WorldBuilder, designer: str) -> list[float]:
    """Return accelerators sold outside China month by month, H100-equivalents."""
    months: list[float] = []
    for row in stage.facts.rows(tables.SupplyQuarter):
        nvidia = designer == "nvidia"
        flow = row.nvidia_outside_china if nvidia else row.others
        months += [flow] * 3
    return months


def _stock_at_start(stage: WorldBuilder, designer: str) -> float:
    stocks = {
        row.channel: row.training_h100e
        for row in stage.facts.rows(tables.StartStockRow)
        if row.owner == "WORLD"
    }
    nvidia = stocks["nvidia"]
    return nvidia if designer == "nvidia" else stocks["all"] - nvidia


def add_domestic_designers(stage: WorldBuilder) -> None:
    """Cast Chinese designers, and open their doors to dies at home and abroad."""
    fab = stage.actors["smic_advanced"]
    if not isinstance(fab, AdvancedFab):
        raise RecordsError("fabs.csv: 'smic_advanced' must be at node 7nm")
    foundry = Foundry(*stage.identity("tsmc"))
    stage.actors["tsmc"] = foundry
    for row in stage.facts.rows(tables.WaferShareRow):
        designer = DomesticDesigner(
            *stage.identity(row.designer),
            generations=_generations(stage, row.designer),
            fab=fab,
            wafer_share=row.wafer_share,
        )
        stage.actors[row.designer] = designer
        stage.open(fab.name, row.designer, Good.LOGIC_WAFERS, share=row.wafer_share)
    stage.open("tsmc", "huawei", Good.LOGIC_WAFERS, share=1.0, transit=1)


def _generations(stage: WorldBuilder, designer: str) -> list[DomesticChip]:
    return [
        DomesticChip(
            name=row.chip,
            launch=Month.of(parse_day(row.launch)),
            dies=row.dies,
            stacks=row.stacks,
            training=row.training_h100e,
            inference=row.inference_h100e,
            price=row.price_usd,
        )
        for row in stage.facts.rows(tables.DomesticChipRow)
        if row.designer == designer
    ]


def add_memory_makers(stage: WorldBuilder) -> None:
    """Cast foreign memory makers, and open their lines and CXMT’s."""
    buyers = [row.designer for row in stage.facts.rows(tables.WaferShareRow)]
    for row in stage.facts.rows(tables.MemoryRow):
        stage.actors[row.maker] = MemoryMaker(
            *stage.identity(row.maker),
            share=row.share,
            price=row.stack_price_usd / _MILLION,
        )
        for buyer in buyers:
            stage.open(row.maker, buyer, Good.HBM, share=row.share, transit=1)
    for buyer in buyers:
        stage.open("cxmt", buyer, Good.HBM, share=1.0)
