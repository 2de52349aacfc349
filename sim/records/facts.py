"""Facts: the tables of a data folder, by name, read when they are first needed."""

from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from sim.domain.chips import Chip
from sim.domain.months import Month
from sim.records.chip_rows import (
    ChinaQuarter,
    ChipRow,
    CompliantChipRow,
    DesignerYear,
    DomesticChipRow,
    EdaLineRow,
    FoundryLineRow,
    MemoryRow,
    OrderShareRow,
    SupplyQuarter,
    WaferShareRow,
)
from sim.records.discrepancy_row import DiscrepancyRow
from sim.records.fab_rows import FabRow, ToolLineRow, ToolRow, VendorYear
from sim.records.history_rows import (
    ExchangeRate,
    Family,
    Observation,
    ObservationError,
)
from sim.records.market_rows import (
    EventReturnRow,
    MarketRow,
    NewsRow,
    ProspectRow,
    SalesQuarter,
    SupplierYear,
)
from sim.records.pattern_rows import Pattern, Published
from sim.records.plain_csv import read_numbered, read_table
from sim.records.row import Row
from sim.records.tables import (
    ActorRow,
    AllyRow,
    BudgetYear,
    CloudRow,
    ConstantRow,
    FirmRow,
    FrontierRecordRow,
    FrontierRow,
    HubRow,
    LabRow,
    MineralRow,
    SeverityRow,
    StartStockRow,
)

SomeRow = TypeVar("SomeRow", bound=Row)

SHIPPED = Path(__file__).parent.parent / "data"
"""Where the project's own tables stand."""

TABLES: dict[str, type[Row]] = {
    "actors": ActorRow,
    "tools": ToolRow,
    "tool_lines": ToolLineRow,
    "fabs": FabRow,
    "vendor_books": VendorYear,
    "firms": FirmRow,
    "designer_books": DesignerYear,
    "chips": ChipRow,
    "compliant_chips": CompliantChipRow,
    "order_shares": OrderShareRow,
    "domestic_chips": DomesticChipRow,
    "designer_shares": WaferShareRow,
    "labs": LabRow,
    "lab_budgets": BudgetYear,
    "start_stocks": StartStockRow,
    "world_supply": SupplyQuarter,
    "china_supply": ChinaQuarter,
    "hubs": HubRow,
    "clouds": CloudRow,
    "frontier": FrontierRow,
    "frontier_record": FrontierRecordRow,
    "memory_makers": MemoryRow,
    "minerals": MineralRow,
    "eda_lines": EdaLineRow,
    "foundry_lines": FoundryLineRow,
    "ladder": SeverityRow,
    "allies": AllyRow,
    "constants": ConstantRow,
    "history/observations": Observation,
    "history/families": Family,
    "history/errors": ObservationError,
    "history/exchange_rates": ExchangeRate,
    "history/patterns": Pattern,
    "history/published": Published,
    "history/discrepancies": DiscrepancyRow,
    "prospects": ProspectRow,
    "news": NewsRow,
    "markets": MarketRow,
    "supplier_books": SupplierYear,
    "quarterly_sales": SalesQuarter,
    "history/event_returns": EventReturnRow,
}
"""The tables of facts, by file name, and what a row of each is."""


TABLE_OF: dict[type[Row], str] = {kind: name for name, kind in TABLES.items()}
"""Path, without its ending, of the table of a kind of row."""


def file_name(table: str) -> str:
    """Return the name of a table's file, as messages say it.

    Example:
        >>> file_name("history/families")
        'families.csv'
    """
    name = table.rpartition("/")[2]
    return f"{name}.csv"


@cache
def shipped_rows(name: str, kind: type[SomeRow]) -> dict[tuple[str, ...], SomeRow]:
    """Return the rows of a shipped table by what their keys hold."""
    rows = read_table(SHIPPED / f"{name}.csv", kind)
    return {row.identity: row for row in rows}


def in_shipped_order(rows: Iterable[SomeRow], name: str) -> tuple[SomeRow, ...]:
    """Return rows in the order of the shipped table, those that it lacks by name last.

    The order of rows means nothing: sums and lists have one of their own.
    """
    rows = tuple(rows)
    shipped = shipped_rows(name, type(rows[0])) if rows else {}
    place = {identity: number for number, identity in enumerate(shipped)}
    last = len(place)
    return tuple(
        sorted(rows, key=lambda row: (place.get(row.identity, last), row.identity))
    )


class Facts:
    """The tables of a data folder, read when first needed.

    Attributes:
        folder: where they are.
        seen_until: the last month that is seen, where the record is cut: rows that were
            known only later are left out. None sees all.
    """

    def __init__(self, folder: Path, seen_until: Month | None = None) -> None:
        self.folder, self.seen_until = folder, seen_until

    @cached_property
    def _files(self) -> dict[str, Mapping[int, Row]]:
        """The rows of every file by their number in it, by name."""
        return {
            name: read_numbered(self.folder / f"{name}.csv", kind)
            for name, kind in TABLES.items()
        }

    @cached_property
    def tables(self) -> dict[str, tuple[Row, ...]]:
        """The rows of every table that are seen, by name."""
        return {
            name: self._seen(in_shipped_order(rows.values(), name))
            for name, rows in self._files.items()
        }

    def placed_rows(self, kind: type[SomeRow]) -> Iterable[tuple[str, SomeRow]]:
        """Yield each row of a table with its place in the file, for messages."""
        table = TABLE_OF[kind]
        for number, row in self._files[table].items():
            assert isinstance(row, kind)
            yield f"{file_name(table)}, row {number}", row

    def _seen(self, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        last = self.seen_until
        if last is None:
            return rows
        return tuple(r for r in rows if r.known_by is None or r.known_by <= last)

    def rows(self, kind: type[SomeRow], /, **cells: object) -> list[SomeRow]:
        """Return the rows of a table in which columns hold the given values."""
        return [
            row
            for row in self.tables[TABLE_OF[kind]]
            if isinstance(row, kind)
            and all(getattr(row, column) == cell for column, cell in cells.items())
        ]

    def only_row(self, kind: type[SomeRow], /, **cells: object) -> SomeRow:
        """Return the only such row, of which `check_actors` has made sure."""
        [row] = self.rows(kind, **cells)
        return row

    def values(self, kind: type[Row], column: str) -> list[str]:
        """Return what a column of a table holds, each value once, in order."""
        cells = dict.fromkeys(getattr(row, column) for row in self.rows(kind))
        return [cell for cell in cells if cell is not None]

    def mapping(
        self, kind: type[SomeRow], key: str, column: str, /, **cells: object
    ) -> dict[Any, float]:
        """Return a column of such rows, by what another column holds."""
        rows = self.rows(kind, **cells)
        return {getattr(row, key): getattr(row, column) for row in rows}

    @property
    def catalogue(self) -> tuple[Chip, ...]:
        """Foreign chips as they were sold: flagships, then those for China."""
        kinds = (ChipRow, CompliantChipRow)
        return tuple(row.build() for kind in kinds for row in self.rows(kind))

    @cached_property
    def constants(self) -> dict[str, float]:
        """Known numbers by name."""
        return self.mapping(ConstantRow, "name", "value")
