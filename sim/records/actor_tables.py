"""What the tables must say of an actor of each kind, checked when they are read."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sim.domain.errors import RecordsError, nearest
from sim.domain.months import Month
from sim.domain.supply import TOOL_CLASSES
from sim.records import tables
from sim.records.market_rows import EventReturnRow, MarketRow, SupplierYear
from sim.records.plain_csv import check_once
from sim.records.row import Row
from sim.records.tables import REFERENCE_CHIP, START, TABLE_OF, ActorRow, Facts

CHINA = "CHN"
_MONTHS_A_QUARTER = 3


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
            "its share of wafers",
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

    Raises:
        RecordsError: says which file and row, what is missing, and what to add.
    """
    actors = {row.id: row for row in facts.rows(ActorRow)}
    check_once("actors.csv", [row.id for row in facts.rows(ActorRow)])
    _check_kinds(list(actors.values()))
    for column in COLUMNS:
        _check_named(column, facts, actors)
        _check_needed(column, facts, [a for a in actors.values() if column.needed])
    _check_listed(facts, actors)
    _check_supply(facts)
    _check_tools(facts, actors)
    _check_fabs(facts, assumptions)
    _check_customary_designers(facts)


def _refuse(message: str) -> None:
    raise RecordsError(message)


def _check_kinds(actors: Sequence[ActorRow]) -> None:
    known = {kind for column in COLUMNS for kind in column.kinds}
    names = sorted({*WITHOUT_TABLES, *(kind.name for kind in known)})
    for number, actor in enumerate(actors, start=2):
        where = f"actors.csv, row {number}"
        if actor.kind not in names:
            hint = nearest(actor.kind, names) or f"; choose from {', '.join(names)}"
            _refuse(f"{where}: no kind of actor is called {actor.kind!r}{hint}")
        fits = actor.kind in WITHOUT_TABLES or any(kind.covers(actor) for kind in known)
        if not fits:
            place = "in" if actor.country == CHINA else "outside"
            _refuse(f"{where}: the model has no {actor.kind} {place} China")
    for name in ALONE:
        count = sum(actor.kind == name for actor in actors)
        if count != 1:
            _refuse(f"actors.csv: {count} actors of kind {name!r}; there must be 1")


def _check_named(
    column: ActorColumn, facts: Facts, actors: dict[str, ActorRow]
) -> None:
    """Refuse a row that names no actor, or one of another kind, or one again."""
    seen: set[str] = set()
    for number, row in enumerate(facts.rows(column.row), start=2):
        name, where = getattr(row, column.name), f"{column.table}, row {number}"
        if name is None:
            continue
        if name not in actors:
            _refuse(f"{where}: no actor is called {name!r}{nearest(name, actors)}")
        if column.once and name in seen:
            _refuse(f"{where}: {name!r} appears twice")
        seen.add(name)
        if column.kinds and not any(kind.covers(actors[name]) for kind in column.kinds):
            kinds = " or ".join(str(kind) for kind in column.kinds)
            actor = actors[name]
            _refuse(
                f"{where}: {name!r} is of kind {actor.kind} ({actor.country}); "
                f"{column.name} names a {kinds}"
            )


def _check_needed(
    column: ActorColumn, facts: Facts, actors: Sequence[ActorRow]
) -> None:
    """Refuse a table without a row for an actor that needs one."""
    named = facts.values(column.row, column.name)
    for actor in actors:
        for kind in column.kinds:
            if kind.covers(actor) and actor.id not in named:
                _refuse(_no_row(column.table, actor.id, kind, column.needed))


def _no_row(table: str, name: str, kind: ActorKind | str, needed: str) -> str:
    return f"{table}: no row for actor {name!r} of kind {kind}; add {needed}"


def _check_listed(facts: Facts, actors: dict[str, ActorRow]) -> None:
    """Refuse a listed firm without figures of its share, or of what it sells."""
    listed = facts.values(tables.FirmRow, "firm")
    for actor in actors.values():
        if FOREIGN_TOOL_MAKER.covers(actor) and actor.id not in listed:
            needed = "its growth, service revenue and price to sales"
            _refuse(_no_row("firms.csv", actor.id, FOREIGN_TOOL_MAKER, needed))
    for name in listed:
        if name not in facts.values(MarketRow, "firm"):
            needed = "its margin, share of AI sales and volatility"
            _refuse(_no_row("markets.csv", name, "listed firm", needed))
        actor = actors[name]
        for kind in (MEMORY_MAKER, FOUNDRY):
            if kind.covers(actor) and name not in facts.values(SupplierYear, "firm"):
                needed = "its revenue, a row a year"
                _refuse(_no_row("supplier_books.csv", name, kind, needed))


def _check_supply(facts: Facts) -> None:
    """Refuse a record of supply in which a designer lacks a quarter."""
    rows = facts.rows(tables.SupplyQuarter)
    check_once("world_supply.csv", [f"{r.designer} in {r.quarter_end}" for r in rows])
    last = max(Month.parse(row.quarter_end) for row in rows)
    quarters = range(_MONTHS_A_QUARTER, last - START + 2, _MONTHS_A_QUARTER)
    wanted = [str(START + (months - 1)) for months in quarters]
    for designer in facts.values(tables.SupplyQuarter, "designer"):
        own = [row.quarter_end for row in rows if row.designer == designer]
        for quarter in wanted:
            if quarter not in own:
                _refuse(
                    f"world_supply.csv: no row for actor {designer!r} in the quarter "
                    f"that ends in {quarter}; add one, 0 if it sold nothing"
                )
        if own != wanted:
            _refuse(f"world_supply.csv: the quarters of {designer!r} are not in order")


def _check_tools(facts: Facts, actors: dict[str, ActorRow]) -> None:
    """Refuse a class of tools that no foreign firm makes, or two Chinese ones do."""
    classes = facts.values(tables.ToolRow, "good")
    for good in TOOL_CLASSES:
        if good not in classes:
            _refuse(f"tools.csv: no row for {str(good)!r}; add its price and upkeep")
        makers = [r.vendor for r in facts.rows(tables.ToolLineRow, good=good)]
        home = [name for name in makers if actors[name].country == CHINA]
        if len(home) == len(makers):
            _refuse(f"tool_lines.csv: no maker of {good} outside China; add one")
        if len(home) > 1:
            _refuse(
                f"tool_lines.csv: two Chinese makers of {good}, {home[0]!r} and "
                f"{home[1]!r}; the model follows one of a class: leave one out"
            )


def _check_fabs(facts: Facts, assumptions: Collection[str]) -> None:
    """Refuse fabs whose capacity, yields or memory nobody has assumed."""
    for number, row in enumerate(facts.rows(tables.FabRow), start=2):
        where = f"fabs.csv, row {number}"
        if row.start_kwpm is None and row.assumed_start not in assumptions:
            _refuse(
                f"{where}, start_kwpm: no number for actor {row.fab!r}; give one, or "
                f"add the assumption {row.assumed_start}"
            )
        if row.ceiling_kwpm is None and row.kind != "ai_logic":
            _refuse(f"{where}, ceiling_kwpm: no number for actor {row.fab!r}; give one")
    for kind, node, numbers in (
        ("ai_logic", "7nm", "yields (smic.*)"),
        ("hbm", "dram", "stacks of memory (hbm.cxmt_*)"),
    ):
        fabs = facts.rows(tables.FabRow, kind=kind)
        if len(fabs) != 1:
            names = " and ".join(repr(row.fab) for row in fabs)
            _refuse(
                f"fabs.csv: {len(fabs)} fabs of kind {kind!r} ({names or 'none'}); "
                f"there must be 1, whose {numbers} are assumed: give others the kind "
                f"{node.replace('7nm', 'logic')!r}"
            )
        if fabs[0].node != node:
            _refuse(f"fabs.csv: {fabs[0].fab!r} of kind {kind!r} must be at {node}")


def _check_customary_designers(facts: Facts) -> None:
    """Refuse hubs of several designers, and chips that are not there at the start."""
    hubs = facts.values(tables.HubRow, "designer")
    if len(hubs) > 1:
        _refuse(
            f"hubs.csv: the brokers divert chips of {hubs[0]!r} and {hubs[1]!r}; the "
            "model follows one grey market: name one designer in all rows"
        )
    chips = facts.rows(tables.ChipRow)
    for designer, table in _who_must_sell_at_the_start(facts):
        first = min(row.launched for row in chips if row.designer == designer)
        if first > START:
            _refuse(
                f"chips.csv: {designer!r}, whose chips {table} is about, has none that "
                f"was launched by {START}; add one, or name another designer there"
            )
    if REFERENCE_CHIP not in [row.chip for row in chips]:
        _refuse(
            f"chips.csv: no row for {REFERENCE_CHIP!r}, in which compute is counted; "
            "add it"
        )


def _who_must_sell_at_the_start(facts: Facts) -> Iterator[tuple[str, str]]:
    for row, column in ((tables.HubRow, "designer"), (tables.CloudRow, "designer")):
        for designer in facts.values(row, column):
            yield designer, f"{TABLE_OF[row]}.csv"
    most = max(facts.rows(tables.OrderShareRow), key=lambda row: row.share)
    yield most.seller, "order_shares.csv"
