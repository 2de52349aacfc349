"""What the tables must say of an actor of each kind, checked when they are read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sim.domain.errors import RecordsError, nearest
from sim.domain.months import Month
from sim.domain.supply import TOOL_CLASSES
from sim.records import tables
from sim.records.market_rows import EventReturnRow, MarketRow, SupplierYear
from sim.records.plain_csv import check_once
from sim.records.row import Row
from sim.records.tables import (
    MONTHS_A_QUARTER,
    REFERENCE_CHIP,
    START,
    TABLE_OF,
    ActorRow,
    Facts,
)

CHINA = "CHN"


@dataclass(frozen=True)
class ActorKind:
    """Actors of one kind at home or abroad.

    Attributes:
        name: as `actors.csv` has it.
        in_china: whether they are in China; None if that does not matter.
    """

    name: str
    in_china: bool | None = None

    def covers(self, actor: ActorRow) -> bool:
        """Return whether an actor is of the kind."""
        home = actor.country == CHINA
        return actor.kind == self.name and self.in_china in (None, home)

    def __str__(self) -> str:
        where = {True: " in China", False: " outside China", None: ""}
        return self.name + where[self.in_china]


FOREIGN_DESIGNER = ActorKind("chip designer", in_china=False)
CHINESE_DESIGNER = ActorKind("chip designer", in_china=True)
TOOL_MAKER = ActorKind("tool maker")
FOREIGN_TOOL_MAKER = ActorKind("tool maker", in_china=False)
FAB = ActorKind("fab", in_china=True)
FOUNDRY = ActorKind("foundry", in_china=False)
MEMORY_MAKER = ActorKind("memory maker", in_china=False)
LAB = ActorKind("laboratory", in_china=True)
FRONTIER_LAB = ActorKind("frontier laboratory", in_china=False)
BROKER = ActorKind("broker")
CLOUD = ActorKind("offshore cloud", in_china=False)
MINERAL_EXPORTER = ActorKind("exporter", in_china=True)
EDA_VENDOR = ActorKind("EDA vendor", in_china=False)
LISTED = (FOREIGN_TOOL_MAKER, FOREIGN_DESIGNER, MEMORY_MAKER, FOUNDRY)

ALONE = ("distributor", "labour market", "investors")
"""Kinds of which there is exactly one actor."""

WITHOUT_TABLES = ("government", "firm", "market", *ALONE)
"""Kinds that need no row in any other table."""


@dataclass(frozen=True)
class ActorColumn:
    """A column that names actors.

    Attributes:
        row: what the rows of its table are.
        name: of the column.
        kind: of actors that may be named there, one or several; () if any may.
        needed: what to add for an actor of the kind that has no row; empty if it can
            do without.
        once: whether an actor may be named once only.
    """

    row: type[Row]
    name: str
    kind: ActorKind | tuple[ActorKind, ...] = ()
    needed: str = ""
    once: bool = False

    @property
    def kinds(self) -> tuple[ActorKind, ...]:
        """The kinds of actors that may be named there; none if any may."""
        return self.kind if isinstance(self.kind, tuple) else (self.kind,)

    @property
    def table(self) -> str:
        """File name of the table."""
        return f"{TABLE_OF[self.row]}.csv"


ONCE = True

COLUMNS = tuple(
    ActorColumn(*column)
    for column in (
        # designers and memory
        (tables.ChipRow, "designer", FOREIGN_DESIGNER, "its flagship chips"),
        (tables.CompliantChipRow, "designer", FOREIGN_DESIGNER),
        (tables.SupplyQuarter, "designer", FOREIGN_DESIGNER, "its sales by quarter"),
        (tables.StartStockRow, "designer", FOREIGN_DESIGNER, "its sales so far", ONCE),
        (tables.DesignerYear, "firm", FOREIGN_DESIGNER, "its revenue by year"),
        (tables.OrderShareRow, "seller", FOREIGN_DESIGNER, "its share of orders", ONCE),
        (tables.DomesticChipRow, "designer", CHINESE_DESIGNER, "its chips"),
        (
            tables.WaferShareRow,
            "designer",
            CHINESE_DESIGNER,
            "its wafer share",
            ONCE,
        ),
        (tables.FoundryLineRow, "foundry", FOUNDRY, "for whom it makes dies"),
        (tables.FoundryLineRow, "buyer", CHINESE_DESIGNER),
        (tables.EdaLineRow, "seller", EDA_VENDOR, "its users"),
        (tables.EdaLineRow, "buyer", CHINESE_DESIGNER),
        (tables.MemoryRow, "maker", MEMORY_MAKER, "its share and its price", ONCE),
        # tools and fabs
        (tables.ToolLineRow, "vendor", TOOL_MAKER, "the classes that it makes"),
        (tables.VendorYear, "firm", FOREIGN_TOOL_MAKER, "its sales by year"),
        (tables.FabRow, "fab", FAB, "its node, kind and capacity", ONCE),
        (tables.FabRow, "party"),
        # buyers and resellers of compute
        (tables.LabRow, "lab", LAB, "its shares of spending and stock", ONCE),
        (tables.FrontierRow, "lab", FRONTIER_LAB, "its largest run", ONCE),
        (tables.HubRow, "broker", BROKER, "its shares of imports and capacity", ONCE),
        (tables.HubRow, "designer", FOREIGN_DESIGNER),
        (tables.CloudRow, "cloud", CLOUD, "its host and its share of supply", ONCE),
        (tables.CloudRow, "designer", FOREIGN_DESIGNER),
        # minerals and shares
        (tables.MineralRow, "seller", MINERAL_EXPORTER, "its buyers"),
        (tables.MineralRow, "buyer"),
        (tables.FirmRow, "firm", LISTED, "", ONCE),
        (MarketRow, "firm", LISTED, "", ONCE),
        (SupplierYear, "firm", LISTED),
        (EventReturnRow, "firm", LISTED),
    )
)
"""Every column of the tables of facts that names actors."""


def check_actors(facts: Facts, assumptions: Collection[str]) -> None:
    """Refuse tables that leave out what an actor needs, or name one that is not known.

    Args:
        facts: the tables.
        assumptions: names of the assumptions.

    Raises:
        RecordsError: says which file, row or actor, what is wrong, and what to add.
    """
    check_once("actors.csv", [row.id for row in facts.rows(ActorRow)])
    actors = {row.id: row for row in facts.rows(ActorRow)}
    _check_kinds(facts.rows(ActorRow))
    for column in COLUMNS:
        _check_named(column, facts, actors)
        _check_needed(column, facts, actors)
    _check_listed(facts, actors)
    _check_supply(facts)
    _check_tools(facts, actors)
    _check_fabs(facts, assumptions)
    _check_main_designers(facts)


def _check_kinds(actors: Sequence[ActorRow]) -> None:
    """Refuse an actor of a kind that the model does not have."""
    kinds = {kind for column in COLUMNS for kind in column.kinds}
    names = sorted({*WITHOUT_TABLES, *(kind.name for kind in kinds)})
    for number, actor in enumerate(actors, start=2):
        where = f"actors.csv, row {number}"
        if actor.kind not in names:
            hint = nearest(actor.kind, names) or f"; choose from {', '.join(names)}"
            raise RecordsError(
                f"{where}: no kind of actor is called {actor.kind!r}{hint}"
            )
        if actor.kind not in WITHOUT_TABLES and not _is_of(actor, tuple(kinds)):
            place = "in" if actor.country == CHINA else "outside"
            raise RecordsError(f"{where}: the model has no {actor.kind} {place} China")
    for name in ALONE:
        count = sum(actor.kind == name for actor in actors)
        if count != 1:
            raise RecordsError(
                f"actors.csv: {count} actors of kind {name!r}; there must be 1"
            )


def _is_of(actor: ActorRow, kinds: tuple[ActorKind, ...]) -> bool:
    return any(kind.covers(actor) for kind in kinds)


def _check_named(
    column: ActorColumn, facts: Facts, actors: Mapping[str, ActorRow]
) -> None:
    """Refuse a row that names no actor, or one of another kind, or one again."""
    seen: set[str] = set()
    for number, row in enumerate(facts.rows(column.row), start=2):
        name, where = getattr(row, column.name), f"{column.table}, row {number}"
        if name is None:
            continue
        if name not in actors:
            raise RecordsError(
                f"{where}: no actor is called {name!r}{nearest(name, actors)}"
            )
        if column.once and name in seen:
            raise RecordsError(f"{where}: {name!r} appears twice")
        seen.add(name)
        if column.kinds and not _is_of(actors[name], column.kinds):
            kinds = " or ".join(str(kind) for kind in column.kinds)
            raise RecordsError(
                f"{where}: {name!r} is of kind {actors[name].kind} "
                f"({actors[name].country}); {column.name} names a {kinds}"
            )


def _check_needed(
    column: ActorColumn, facts: Facts, actors: Mapping[str, ActorRow]
) -> None:
    """Refuse a table without a row for an actor that needs one."""
    named = facts.values(column.row, column.name)
    for name, actor in actors.items():
        if column.needed and name not in named and _is_of(actor, column.kinds):
            raise _no_row(column.row, name, actor.kind, column.needed)


def _no_row(table: type[Row], name: str, kind: str, needed: str) -> RecordsError:
    return RecordsError(
        f"{TABLE_OF[table]}.csv: no row for actor {name!r} of kind {kind}; add {needed}"
    )


def _check_listed(facts: Facts, actors: Mapping[str, ActorRow]) -> None:
    """Refuse a listed firm without figures of its share, or of what it sells."""
    listed = facts.values(tables.FirmRow, "firm")
    for name, actor in actors.items():
        if FOREIGN_TOOL_MAKER.covers(actor) and name not in listed:
            needed = "its growth, service revenue and price to sales"
            raise _no_row(tables.FirmRow, name, actor.kind, needed)
    for name in listed:
        if not facts.rows(MarketRow, firm=name):
            needed = "its margin, share of AI sales and volatility"
            raise _no_row(MarketRow, name, "listed firm", needed)
        without_books = _is_of(actors[name], (MEMORY_MAKER, FOUNDRY))
        if without_books and not facts.rows(SupplierYear, firm=name):
            needed = "its revenue by year"
            raise _no_row(SupplierYear, name, actors[name].kind, needed)


def _check_supply(facts: Facts) -> None:
    """Refuse a record of supply in which a designer lacks a quarter."""
    last = max(Month.parse(r.quarter_end) for r in facts.rows(tables.SupplyQuarter))
    months = range(MONTHS_A_QUARTER - 1, last - START + 1, MONTHS_A_QUARTER)
    quarters = [str(START + month) for month in months]
    for designer in facts.values(tables.SupplyQuarter, "designer"):
        rows = facts.rows(tables.SupplyQuarter, designer=designer)
        recorded = [row.quarter_end for row in rows]
        for quarter in quarters:
            if quarter not in recorded:
                raise RecordsError(
                    f"world_supply.csv: no row for actor {designer!r} and the quarter "
                    f"{quarter}; add one, with 0 if it sold nothing"
                )
        if recorded != quarters:
            raise RecordsError(
                f"world_supply.csv: the rows of {designer!r} must be one a quarter, "
                f"from {quarters[0]} on in order"
            )


def _check_tools(facts: Facts, actors: Mapping[str, ActorRow]) -> None:
    """Refuse a class of tools that no foreign firm makes, or two Chinese ones do."""
    for good in TOOL_CLASSES:
        if not facts.rows(tables.ToolRow, good=good):
            raise RecordsError(f"tools.csv: no row for '{good}'; add its price")
        makers = [row.vendor for row in facts.rows(tables.ToolLineRow, good=good)]
        home = [name for name in makers if actors[name].country == CHINA]
        if len(home) == len(makers):
            raise RecordsError(
                f"tool_lines.csv: no maker outside China of '{good}'; add one"
            )
        if len(home) > 1:
            raise RecordsError(
                f"tool_lines.csv: two Chinese makers of '{good}', {home[0]!r} and "
                f"{home[1]!r}; the model follows one of a class: leave one out"
            )


def _check_fabs(facts: Facts, assumptions: Collection[str]) -> None:
    """Refuse fabs whose capacity, yields or memory nobody has assumed."""
    for number, row in enumerate(facts.rows(tables.FabRow), start=2):
        where = f"fabs.csv, row {number}"
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
        fabs = facts.rows(tables.FabRow, kind=kind)
        if len(fabs) != 1:
            raise RecordsError(
                f"fabs.csv: {len(fabs)} fabs of kind {kind!r}; there must be 1, whose "
                f"{assumed}: give any other the kind {other_kind!r}"
            )
        if fabs[0].node != node:
            raise RecordsError(f"fabs.csv: {fabs[0].fab!r} must be at node {node!r}")


def _check_main_designers(facts: Facts) -> None:
    """Refuse a resold designer that is not one, or has no chip at the start."""
    hubs = facts.values(tables.HubRow, "designer")
    if len(hubs) > 1:
        raise RecordsError(
            f"hubs.csv: brokers divert chips of {hubs[0]!r} and of {hubs[1]!r}; the "
            "model has one grey market: name one designer in all rows"
        )
    most_ordered = max(facts.rows(tables.OrderShareRow), key=lambda row: row.share)
    for designer in [
        *hubs,
        *facts.values(tables.CloudRow, "designer"),
        most_ordered.seller,
    ]:
        chips = facts.rows(tables.ChipRow, designer=designer)
        if min(chip.launched for chip in chips) > START:
            raise RecordsError(
                f"chips.csv: {designer!r}, from whom most is ordered or resold, has no "
                f"chip launched by {START}; add one"
            )
    if not facts.rows(tables.ChipRow, chip=REFERENCE_CHIP):
        raise RecordsError(
            f"chips.csv: no row for {REFERENCE_CHIP!r}, the chip that H100-equivalents "
            "are counted in; add it"
        )
