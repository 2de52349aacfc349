"""What the tables must say of an actor of each kind, checked when they are read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from sim.domain.errors import RecordsError, choices
from sim.domain.months import MONTHS_A_QUARTER, Month
from sim.domain.supply import CHINA, TOOL_CLASSES
from sim.policy.decisions import LEADER, LEADER_GOVERNMENT, STATE_NAMES
from sim.records import chip_rows, fab_rows, tables
from sim.records.chip_rows import REFERENCE_CHIP
from sim.records.facts import TABLE_OF, Facts, file_name
from sim.records.market_rows import EventReturnRow, MarketRow, SupplierYear
from sim.records.row import Row
from sim.records.tables import START, ActorRow

ABROAD, IN_CHINA = False, True

Kinds = frozenset[tuple[str, bool]]
"""Kinds of actors, as `actors.csv` has them, and whether they are in China."""


def _kinds(name: str, *places: bool) -> Kinds:
    return frozenset((name, region) for region in places)


FOREIGN_DESIGNER = _kinds("chip designer", ABROAD)
CHINESE_DESIGNER = _kinds("chip designer", IN_CHINA)
FOREIGN_TOOL_MAKER = _kinds("tool maker", ABROAD)
TOOL_MAKER = _kinds("tool maker", ABROAD, IN_CHINA)
FAB = _kinds("fab", IN_CHINA)
FOUNDRY = _kinds("foundry", ABROAD)
MEMORY_MAKER = _kinds("memory maker", ABROAD)
LAB = _kinds("laboratory", IN_CHINA)
FRONTIER_LAB = _kinds("frontier laboratory", ABROAD)
BROKER = _kinds("broker", ABROAD, IN_CHINA)
CLOUD = _kinds("offshore cloud", ABROAD)
MINERAL_EXPORTER = _kinds("exporter", IN_CHINA)
EDA_VENDOR = _kinds("EDA vendor", ABROAD)
SUPPLIER = MEMORY_MAKER | FOUNDRY
FIRM = _kinds("firm", ABROAD, IN_CHINA)
LISTED = TOOL_MAKER | FOREIGN_DESIGNER | CHINESE_DESIGNER | SUPPLIER | FIRM

ALONE = ("distributor", "labour market", "investors")
"""Kinds of which there is exactly one actor."""

GOVERNMENT = "government"

WITHOUT_TABLES = (GOVERNMENT, "firm", "market", *ALONE)
"""Kinds that need no row in any other table."""


@dataclass(frozen=True)
class ActorColumn:
    """A column that names actors.

    Attributes:
        row: class of the rows of its table.
        name: of the column.
        kinds: who may be named there; empty if anybody may.
        needed: what to add for an actor that needs a row and has none; empty if nobody
            needs one.
        needed_by: who needs a row; None if all do who may be named there.
        if_listed: whether only listed firms need one.
    """

    row: type[Row]
    name: str
    kinds: Kinds = frozenset()
    needed: str = ""
    needed_by: Kinds | None = None
    if_listed: bool = False

    @property
    def table(self) -> str:
        """File name of the table."""
        return file_name(TABLE_OF[self.row])


IF_LISTED = True

COLUMNS = tuple(
    ActorColumn(*column)
    for column in (
        # designers and memory
        (chip_rows.ChipRow, "designer", FOREIGN_DESIGNER, "its flagship chips"),
        (chip_rows.CompliantChipRow, "designer", FOREIGN_DESIGNER),
        (chip_rows.SupplyQuarter, "designer", FOREIGN_DESIGNER, "its sales by quarter"),
        (chip_rows.ChinaQuarter, "designer", FOREIGN_DESIGNER),
        (tables.StartStockRow, "designer", FOREIGN_DESIGNER, "its sales so far"),
        (chip_rows.DesignerYear, "firm", FOREIGN_DESIGNER, "its revenue by year"),
        (chip_rows.OrderShareRow, "seller", FOREIGN_DESIGNER, "its share of orders"),
        (chip_rows.DomesticChipRow, "designer", CHINESE_DESIGNER, "its chips"),
        (chip_rows.WaferShareRow, "designer", CHINESE_DESIGNER, "its wafer share"),
        (chip_rows.FoundryLineRow, "foundry", FOUNDRY, "for whom it makes dies"),
        (chip_rows.FoundryLineRow, "buyer", CHINESE_DESIGNER),
        (chip_rows.EdaLineRow, "seller", EDA_VENDOR, "its users"),
        (chip_rows.EdaLineRow, "buyer", CHINESE_DESIGNER),
        (chip_rows.MemoryRow, "maker", MEMORY_MAKER, "its share and its price"),
        # tools and fabs
        (fab_rows.ToolLineRow, "vendor", TOOL_MAKER, "the classes that it makes"),
        (fab_rows.VendorYear, "firm", FOREIGN_TOOL_MAKER, "its sales by year"),
        (fab_rows.FabRow, "fab", FAB, "its node, kind and capacity"),
        (fab_rows.FabRow, "party"),
        # buyers and resellers of compute
        (tables.LabRow, "lab", LAB, "its shares of spending and stock"),
        (tables.FrontierRow, "lab", FRONTIER_LAB, "its largest run"),
        (tables.HubRow, "broker", BROKER, "its shares of imports and capacity"),
        (tables.HubRow, "designer", FOREIGN_DESIGNER),
        (tables.CloudRow, "cloud", CLOUD, "its host and its share of supply"),
        (tables.CloudRow, "designer", FOREIGN_DESIGNER),
        # minerals and shares
        (tables.MineralRow, "seller", MINERAL_EXPORTER, "its buyers"),
        (tables.MineralRow, "buyer"),
        (tables.FirmRow, "firm", LISTED, "its growth", FOREIGN_TOOL_MAKER),
        (MarketRow, "firm", LISTED, "its volatility", LISTED, IF_LISTED),
        (SupplierYear, "firm", LISTED, "its revenue", SUPPLIER | FIRM, IF_LISTED),
        (EventReturnRow, "firm", LISTED),
    )
)
"""Every column of the tables of facts that names actors."""


def check_actors(facts: Facts, assumptions: Collection[str]) -> None:
    """Refuse tables that leave out what an actor needs, or name one that is not known.

    Raises:
        RecordsError: says which file, row or actor, what is wrong, and what to add.
    """
    rows = facts.rows(ActorRow)
    actors = {row.id: row for row in rows}
    _check_kinds(facts)
    _check_governments(facts)
    for column in COLUMNS:
        _check_named(column, facts, actors)
        _check_needed(column, facts, rows)
    _check_supply(facts)
    _check_start_stocks(facts)
    _check_shares(facts)
    _check_toolmakers(facts, actors)
    _check_fabs(facts, assumptions)
    _check_resold_designers(facts)


def _check_kinds(facts: Facts) -> None:
    """Refuse an actor of a kind that the model does not have."""
    modelled = frozenset[tuple[str, bool]]().union(*(c.kinds for c in COLUMNS))
    names = sorted({*WITHOUT_TABLES, *(name for name, _ in modelled)})
    for where, actor in facts.placed_rows(ActorRow):
        kind = actor.kind
        if kind not in names:
            raise RecordsError(
                f"{where}: no kind of actor is called {kind!r}"
                f"{choices(kind, names, 'sim/data/actors.csv has each')}"
            )
        if kind not in WITHOUT_TABLES and actor.kind_and_place not in modelled:
            described = _in_words(frozenset({actor.kind_and_place}))
            raise RecordsError(f"{where}: the model has no {described}")
    for name in ALONE:
        count = len(facts.rows(ActorRow, kind=name))
        if count != 1:
            raise RecordsError(
                f"actors.csv: {count} actors of kind {name!r}; there must be 1"
            )


def _check_governments(facts: Facts) -> None:
    """Refuse a state that decides without its one government, or another with one."""
    for where, actor in facts.placed_rows(ActorRow):
        if actor.kind == GOVERNMENT and actor.country not in STATE_NAMES:
            raise RecordsError(
                f"{where}: the model has no government of {actor.country}; it has "
                f"those of {', '.join(STATE_NAMES)}"
            )
    for state in STATE_NAMES:
        count = len(facts.rows(ActorRow, kind=GOVERNMENT, country=state))
        if count != 1:
            raise RecordsError(
                f"actors.csv: {count} actors of kind {GOVERNMENT!r} in {state}; there "
                "must be 1"
            )
    if not facts.rows(ActorRow, id=LEADER_GOVERNMENT, country=LEADER):
        raise RecordsError(
            f"actors.csv: there is no row for {LEADER_GOVERNMENT!r}, the government of "
            f"{LEADER}, which the model reads by this name; add it"
        )


def _check_named(
    column: ActorColumn, facts: Facts, actors: Mapping[str, ActorRow]
) -> None:
    """Refuse a row that names no actor, or one of another kind."""
    for where, row in facts.placed_rows(column.row):
        name = getattr(row, column.name)
        if name is None:
            continue
        if name not in actors:
            raise RecordsError(
                f"{where}: no actor is called {name!r}"
                f"{choices(name, actors, 'task=actors')}"
            )
        if column.kinds and actors[name].kind_and_place not in column.kinds:
            actor = actors[name]
            raise RecordsError(
                f"{where}: {name!r} is of kind {actor.kind} ({actor.country}); "
                f"{column.name} names a {_in_words(column.kinds)}"
            )


def _in_words(kinds: Kinds) -> str:
    places = {ABROAD: "outside China", IN_CHINA: "in China"}
    return " or ".join(sorted(f"{name} {places[region]}" for name, region in kinds))


def _check_needed(
    column: ActorColumn, facts: Facts, actors: Sequence[ActorRow]
) -> None:
    """Refuse a table without a row for an actor that needs one."""
    named = facts.values(column.row, column.name)
    listed = facts.values(tables.FirmRow, "firm")
    needed_by = column.kinds if column.needed_by is None else column.needed_by
    for actor in actors:
        concerned = column.needed and (actor.id in listed or not column.if_listed)
        if concerned and actor.kind_and_place in needed_by and actor.id not in named:
            raise RecordsError(
                f"{column.table}: no row for actor {actor.id!r} of kind {actor.kind}; "
                f"add {column.needed}"
            )


def _check_supply(facts: Facts) -> None:
    """Refuse a record of supply in which a designer lacks a quarter."""
    last = Month.parse(max(facts.values(chip_rows.SupplyQuarter, "quarter_end")))
    months = range(MONTHS_A_QUARTER - 1, last - START + 1, MONTHS_A_QUARTER)
    quarters = [str(START + month) for month in months]
    for designer in facts.values(chip_rows.SupplyQuarter, "designer"):
        rows = facts.rows(chip_rows.SupplyQuarter, designer=designer)
        recorded = [row.quarter_end for row in rows]
        for due, quarter in zip_longest(quarters, recorded):
            if due != quarter:
                raise RecordsError(
                    f"world_supply.csv: actor {designer!r} has {quarter or 'no row'} "
                    f"where {due or 'no row'} is due; it needs a row for each quarter, "
                    "in order, 0 if it sold nothing"
                )


def _check_start_stocks(facts: Facts) -> None:
    """Refuse a start without the accelerators of Chinese laboratories."""
    if not facts.rows(tables.StartStockRow, owner=CHINA):
        raise RecordsError(
            f"start_stocks.csv: no row for {CHINA}, what laboratories in China have in "
            "use at the start; add it"
        )


def _check_shares(facts: Facts) -> None:
    """Refuse shares of a whole of which nobody has any."""
    for kind, column in (
        (chip_rows.OrderShareRow, "share"),
        (chip_rows.WaferShareRow, "wafer_share"),
        (tables.CloudRow, "supply_share"),
        (tables.LabRow, "budget_share"),
    ):
        if not any(getattr(row, column) for row in facts.rows(kind)):
            raise RecordsError(
                f"{file_name(TABLE_OF[kind])}, {column}: is 0 in every row; give at "
                "least one more"
            )
    renters = facts.rows(tables.LabRow, openness=True)
    if renters and not any(row.budget_share for row in renters):
        raise RecordsError(
            "labs.csv, budget_share: is 0 in every row of openness true; give at least "
            "one more"
        )


def _check_toolmakers(facts: Facts, actors: Mapping[str, ActorRow]) -> None:
    """Refuse a class of tools that no foreign firm sells, or two Chinese ones make."""
    for good in TOOL_CLASSES:
        rows = facts.rows(fab_rows.ToolLineRow, good=good)
        home = [row.vendor for row in rows if actors[row.vendor].in_china]
        if not any(row.share for row in rows if row.vendor not in home):
            raise RecordsError(
                f"tool_lines.csv: no maker outside China of '{good}' has a share; add "
                "one that has"
            )
        if len(home) > 1:
            raise RecordsError(
                f"tool_lines.csv: two Chinese makers of '{good}', {home[0]!r} and "
                f"{home[1]!r}; the model follows one of a class: leave one out"
            )


def _check_fabs(facts: Facts, assumptions: Collection[str]) -> None:
    """Refuse fabs whose capacity, yields or memory nobody has assumed."""
    for where, row in facts.placed_rows(fab_rows.FabRow):
        if row.start_kwpm is None and row.assumed_start not in assumptions:
            raise RecordsError(
                f"{where}, start_kwpm: no number for actor {row.fab!r}; give one, or "
                f"add the assumption {row.assumed_start}"
            )
        if row.ceiling_kwpm is None and row.kind != "ai_logic":
            raise RecordsError(
                f"{where}, ceiling_kwpm: no number for actor {row.fab!r}; give one"
            )
    for kind, other_kind, node, assumed in (
        ("ai_logic", "logic", "7nm", "yields are the assumptions smic.*"),
        ("hbm", "dram", "dram", "stacks are the assumptions hbm.*"),
    ):
        fabs = facts.rows(fab_rows.FabRow, kind=kind)
        if len(fabs) != 1:
            raise RecordsError(
                f"fabs.csv: {len(fabs)} fabs of kind {kind!r}; there must be 1, whose "
                f"{assumed}: give any other the kind {other_kind!r}"
            )
        if fabs[0].node != node:
            raise RecordsError(f"fabs.csv: {fabs[0].fab!r} must be at node {node!r}")


def _check_resold_designers(facts: Facts) -> None:
    """Refuse a resold designer that is not one, or has no chip at the start."""
    hubs = facts.values(tables.HubRow, "designer")
    if len(hubs) > 1:
        raise RecordsError(
            f"hubs.csv: brokers divert chips of {hubs[0]!r} and of {hubs[1]!r}; the "
            "model has one grey market: name one designer in all rows"
        )
    hosted = facts.values(tables.CloudRow, "designer")
    ordered = max(facts.rows(chip_rows.OrderShareRow), key=lambda row: row.share)
    for designer in (*hubs, *hosted, ordered.seller):
        chips = facts.rows(chip_rows.ChipRow, designer=designer)
        if min(chip.launched for chip in chips) > START:
            raise RecordsError(
                f"chips.csv: {designer!r}, from whom most is ordered or resold, has no "
                f"chip launched by {START}; add one"
            )
    if not facts.rows(chip_rows.ChipRow, chip=REFERENCE_CHIP):
        raise RecordsError(
            f"chips.csv: no row for {REFERENCE_CHIP!r}, the chip that H100-equivalents "
            "are counted in; add it"
        )
