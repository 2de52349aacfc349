"""Tables of facts: what a row of each says, and the tables of a folder."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field

from sim.domain.errors import RecordsError
from sim.domain.months import MONTHS_A_YEAR, Month, parse_day
from sim.domain.supply import Good
from sim.records.discrepancy_row import DiscrepancyRow
from sim.records.history_rows import (
    ExchangeRate,
    Family,
    Observation,
    ObservationError,
)
from sim.records.market_rows import (
    EventReturn,
    MarketRow,
    NewsRow,
    ProspectRow,
    SupplierYear,
)
from sim.records.pattern_rows import Pattern, Published
from sim.records.plain_csv import SomeRow, read_table
from sim.records.row import Noted, Row


class ActorRow(Noted):
    """An actor on the map."""

    id: str
    name: str
    kind: str
    country: str


class Tool(Noted):
    """A class of wafer-fab tools, and the Chinese tool of it.

    Attributes:
        good: the class.
        price_usd_m: USD million a tool.
        service_group: how it fares without service.
        domestic_quality: of the Chinese tool, over the best foreign one's.
        domestic_share: of purchases at the start.
        domestic_shipped: Chinese tools shipped before the start.
    """

    good: Good
    price_usd_m: float
    service_group: Literal["scanner", "coater_developer", "etch_dep", "metrology"]
    domestic_quality: float
    domestic_share: float
    domestic_shipped: float


class ToolLine(Noted):
    """Who sells which class of tools to Chinese fabs."""

    vendor: str
    good: Good
    share: float
    lead_time_months: float
    substitutability: float


class FabRow(Noted):
    """A Chinese fab; capacities in thousand 12-inch wafers a month."""

    fab: str
    party: str
    node: str
    kind: Literal["logic", "dram", "nand"]
    advanced: bool
    start_kwpm: float | None
    ceiling_kwpm: float | None


class VendorYear(Noted):
    """A tool maker's year, USD million."""

    firm: str
    year: int
    row_system_revenue: float
    capacity: float
    unit: str

    @property
    def known_by(self) -> Month:
        """The year's last month."""
        return Month(self.year, MONTHS_A_YEAR)


class Firm(Noted):
    """A listed firm."""

    firm: str
    country: str
    row_growth_after: float
    service_row_revenue: float
    price_to_sales: float


class DesignerYear(Noted):
    """A foreign chip designer's year, USD million."""

    firm: str
    year: int
    row_data_centre: float
    other_revenue: float
    other_china: float
    unit: str

    @property
    def known_by(self) -> Month:
        """The year's last month."""
        return Month(self.year, MONTHS_A_YEAR)


class Product(Noted):
    """A chip that is sold from some day on, and known from an earlier one.

    Attributes:
        announced: month in which it was announced.
    """

    announced: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")

    @property
    def known_by(self) -> Month:
        """The month in which it was announced."""
        return Month.parse(self.announced)


class ChipRow(Product):
    """A foreign flagship accelerator."""

    chip: str
    designer: str
    launch: str
    tpp: float
    die_area: float
    interconnect: float
    memory_bandwidth: float
    hbm_stacks: float
    price_usd: float

    @property
    def launched(self) -> Month:
        """Month of launch."""
        return Month.of(parse_day(self.launch))


class CompliantChip(Product):
    """A chip that was drawn for a rule, as it was sold; the model draws its own."""

    chip: str
    designer: str
    tpp: float
    die_area: float
    interconnect: float
    memory_bandwidth: float
    price_usd: float


class OrderShare(Noted):
    """A foreign designer's share of what Chinese laboratories order abroad."""

    seller: str
    share: float


class DomesticChipRow(Product):
    """A Chinese accelerator."""

    chip: str
    designer: str
    launch: str
    dies: float
    stacks: float
    training_h100e: float
    inference_h100e: float
    price_usd: float


class DesignerShare(Noted):
    """A Chinese designer's share of SMIC's AI wafers."""

    designer: str
    wafer_share: float


class LabRow(Noted):
    """A Chinese laboratory."""

    lab: str
    budget_share: float
    start_share: float
    largest_run_factor: float
    openness: float


class Budget(Noted):
    """A year's Chinese spending on AI compute."""

    year: int
    spending_usd_m: float
    unit: str

    @property
    def known_by(self) -> Month:
        """The year's last month."""
        return Month(self.year, MONTHS_A_YEAR)


class StartStock(Noted):
    """Accelerators in use at the start."""

    owner: str
    channel: str
    training_h100e: float
    inference_h100e: float
    units: float


class SupplyQuarter(Noted):
    """Accelerators sold outside China in a quarter, H100-equivalents a month."""

    quarter_end: str
    nvidia_outside_china: float
    others: float
    unit: str

    @property
    def known_by(self) -> Month:
        """The quarter's last month."""
        return Month.parse(self.quarter_end)


class Hub(Noted):
    """A transshipment hub and its brokers."""

    broker: str
    country: str
    import_share: float
    capacity_share: float


class CloudRow(Noted):
    """An offshore cloud with Chinese users."""

    cloud: str
    country: str
    host: str
    supply_share: float


class FrontierRow(Noted):
    """A frontier laboratory."""

    lab: str
    run_factor: float


class FrontierFact(Noted):
    """A fact about the frontier's record."""

    quantity: str
    value: float
    unit: str

    @property
    def known_by(self) -> Month | None:
        """Its date; where the record ends is no fact that a time could know."""
        return None if self.quantity == "record_ends" else Month.parse(self.as_of)


class MemoryRow(Noted):
    """A foreign maker of high-bandwidth memory."""

    maker: str
    country: str
    share: float
    stack_price_usd: float


class Mineral(Noted):
    """A buyer of Chinese gallium."""

    buyer: str
    destination: str
    shipments: float
    unit: str


class EdaLine(Noted):
    """A Chinese user of foreign design software."""

    buyer: str
    share: float


class Constant(Row):
    """A known number."""

    name: str
    value: float
    unit: str
    meaning: str


class RungRow(Noted):
    """How grave a kind of instrument is held to be; whether it takes trade away."""

    kind: str
    severity: float = Field(ge=0.0, le=1.0)
    tightens: bool


class AllyRow(Noted):
    """A state that is asked to join, and how much a Chinese answer would hurt it."""

    state: str
    exposure_to_retaliation: float = Field(ge=0.0)


TABLES: dict[str, type[Row]] = {
    "actors": ActorRow,
    "tools": Tool,
    "tool_lines": ToolLine,
    "fabs": FabRow,
    "vendor_books": VendorYear,
    "firms": Firm,
    "designer_books": DesignerYear,
    "chips": ChipRow,
    "compliant_chips": CompliantChip,
    "order_shares": OrderShare,
    "domestic_chips": DomesticChipRow,
    "designer_shares": DesignerShare,
    "labs": LabRow,
    "lab_budgets": Budget,
    "start_stocks": StartStock,
    "world_supply": SupplyQuarter,
    "hubs": Hub,
    "clouds": CloudRow,
    "frontier": FrontierRow,
    "frontier_record": FrontierFact,
    "memory_makers": MemoryRow,
    "minerals": Mineral,
    "eda_lines": EdaLine,
    "ladder": RungRow,
    "allies": AllyRow,
    "constants": Constant,
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
    "history/event_returns": EventReturn,
}
"""The tables of facts, by file name, and what a row of each is."""


class Facts:
    """The tables of a data folder, read when first asked for.

    Attributes:
        folder: where they stand.
        seen_until: the last month that is seen, where the record is cut: rows that were
            known only later are left out. None sees all.
    """

    def __init__(self, folder: Path, seen_until: Month | None = None) -> None:
        self.folder, self.seen_until = folder, seen_until

    @cached_property
    def tables(self) -> dict[str, tuple[Row, ...]]:
        """The rows of every table that are seen, by name."""
        return {
            name: self._seen(read_table(self.folder / f"{name}.csv", kind))
            for name, kind in TABLES.items()
        }

    def _seen(self, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        last = self.seen_until
        if last is None:
            return rows
        return tuple(r for r in rows if r.known_by is None or r.known_by <= last)

    def of(self, kind: type[SomeRow]) -> list[SomeRow]:
        """Return the rows of the table whose rows are of a kind."""
        name = next(name for name, row in TABLES.items() if row is kind)
        return [row for row in self.tables[name] if isinstance(row, kind)]

    def one(self, kind: type[SomeRow], test: Callable[[SomeRow], bool]) -> SomeRow:
        """Return the only row that passes a test.

        Raises:
            RecordsError: there is none, or more than one.
        """
        found = [row for row in self.of(kind) if test(row)]
        if len(found) != 1:
            name = next(name for name, row in TABLES.items() if row is kind)
            raise RecordsError(f"{name}.csv: {len(found)} rows where one was expected")
        return found[0]

    @cached_property
    def constants(self) -> dict[str, float]:
        """Known numbers by name."""
        return {row.name: row.value for row in self.of(Constant)}
