"""Rows of the tables of facts: what a row of each says, and what it builds."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sim.domain.chips import Chip
from sim.domain.months import Month, parse_day
from sim.domain.supply import Good
from sim.records.row import NotedRow, Row, YearRow, written_as

START = Month(2022, 1)
"""The month in which every history begins."""

MONTHS_A_QUARTER = 3

REFERENCE_CHIP = "H100"
"""The chip that H100-equivalents are counted in."""


class ActorRow(NotedRow):
    """An actor on the map."""

    id: str
    name: str
    kind: str
    country: str

    @property
    def in_china(self) -> bool:
        """Whether Chinese law binds it."""
        return self.country == "CHN"

    @property
    def kind_and_place(self) -> tuple[str, bool]:
        """Its kind, and whether it is in China."""
        return self.kind, self.in_china


class ToolRow(NotedRow):
    """A class of wafer-fab tools, and the Chinese tool of it.

    Attributes:
        service_group: how it wears without service.
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


class ToolLineRow(NotedRow):
    """Who sells which class of tools to Chinese fabs."""

    vendor: str
    good: Good
    share: float
    lead_time_months: float
    substitutability: float


CEILING_OF_AI_LOGIC = "fab.advanced_ceiling_kwpm"
"""Name of the assumption that gives the ceiling of the fab that makes AI dies."""


class FabRow(NotedRow):
    """A Chinese fab.

    Attributes:
        party: the firm behind it, as a listing would name it.
        node: the process, which says how many tools a wafer takes.
        kind: what it makes; ``ai_logic`` makes AI dies, ``hbm`` stacks of memory.
        advanced: whether it makes advanced-node chips, as law defines them.
        start_kwpm: capacity at the start, thousand 12-inch wafers a month; None if it
            is the assumption `assumed_start`.
        ceiling_kwpm: the most that demand and money bear; None if it is the assumption
            `CEILING_OF_AI_LOGIC`.
    """

    fab: str
    party: str
    node: Literal["7nm", "28nm", "dram", "nand"]
    kind: Literal["ai_logic", "logic", "hbm", "dram", "nand"]
    advanced: bool
    start_kwpm: float | None
    ceiling_kwpm: float | None

    @property
    def assumed_start(self) -> str:
        """Name of the assumption that gives its capacity at the start."""
        return f"fab.start_kwpm.{self.fab}"


class VendorYear(YearRow):
    """A tool maker's year, USD million."""

    firm: str
    row_system_revenue: float
    capacity: float


class FirmRow(NotedRow):
    """A listed firm."""

    firm: str
    row_growth_after: float
    service_row_revenue: float
    price_to_sales: float


class DesignerYear(YearRow):
    """A foreign chip designer's year, USD million."""

    firm: str
    row_data_centre: float
    other_revenue: float
    other_china: float


class ProductRow(NotedRow):
    """A chip that is sold from some day on, and known from an earlier one."""

    chip: str
    designer: str
    announced: Annotated[
        str, written_as(r"\d{4}-(0[1-9]|1[0-2])", "a month such as 2023-04")
    ]
    price_usd: float

    @property
    def known_by(self) -> Month:
        """The month in which it was announced."""
        return Month.parse(self.announced)


class LaunchRow(NotedRow):
    """A chip with its day of launch."""

    launch: Annotated[str, AfterValidator(lambda text: parse_day(text) and text)]

    @property
    def launched(self) -> Month:
        """Month of launch."""
        return Month.of(parse_day(self.launch))


class ForeignChipRow(ProductRow):
    """A foreign accelerator, as it was sold."""

    tpp: float
    die_area: float
    interconnect: float
    memory_bandwidth: float
    hbm_stacks: float = 0.0

    def build(self) -> Chip:
        """Return the chip."""
        return Chip(
            name=self.chip,
            designer=self.designer,
            tpp=self.tpp,
            die_area=self.die_area,
            interconnect=self.interconnect,
            memory_bandwidth=self.memory_bandwidth,
            price=self.price_usd,
            hbm_stacks=self.hbm_stacks,
        )


class ChipRow(ForeignChipRow, LaunchRow):
    """A foreign flagship accelerator."""

    hbm_stacks: float


class CompliantChipRow(ForeignChipRow):
    """A chip that was designed for a rule; the model designs its own."""


class OrderShareRow(NotedRow):
    """A foreign designer's share of what Chinese laboratories order abroad."""

    seller: str
    share: float


class DomesticChipRow(ProductRow, LaunchRow):
    """A Chinese accelerator."""

    dies: float
    stacks: float
    training_h100e: float
    inference_h100e: float


class WaferShareRow(NotedRow):
    """A Chinese designer's share of SMIC's AI wafers."""

    designer: str
    wafer_share: float


class LabRow(NotedRow):
    """A Chinese laboratory."""

    lab: str
    budget_share: float
    start_share: float
    largest_run_factor: float
    openness: float


class BudgetYear(YearRow):
    """A year's Chinese spending on AI compute."""

    spending_usd_m: float


class StartStockRow(NotedRow):
    """Accelerators in use at the start.

    Attributes:
        owner: ``CHN`` for laboratories in China, ``WORLD`` for all others.
        designer: who sold them; None if they are not distinguished.
    """

    owner: Literal["CHN", "WORLD"]
    designer: str | None
    training_h100e: float
    inference_h100e: float
    units: float


class SupplyQuarter(NotedRow):
    """What a designer sold outside China in a quarter, H100-equivalents a month."""

    designer: str
    quarter_end: Annotated[
        str,
        written_as(r"\d{4}-(03|06|09|12)", "a quarter's last month such as 2023-03"),
    ]
    outside_china: float = Field(ge=0.0)
    unit: str

    @property
    def known_by(self) -> Month:
        """The quarter's last month."""
        return Month.parse(self.quarter_end)


class HubRow(NotedRow):
    """A transshipment hub, its brokers, and the designer whose chips they divert."""

    broker: str
    designer: str
    import_share: float
    capacity_share: float


class CloudRow(NotedRow):
    """An offshore cloud with Chinese users, and the designer whose chips it rents."""

    cloud: str
    designer: str
    host: str
    supply_share: float


class FrontierRow(NotedRow):
    """A frontier laboratory."""

    lab: str
    run_factor: float


class FrontierRecordRow(NotedRow):
    """A fact about the frontier's record."""

    quantity: str
    value: float
    unit: str

    @property
    def known_by(self) -> Month | None:
        """Its date; where the record ends is not a dated fact."""
        return None if self.quantity == "record_ends" else Month.parse(self.as_of)


class MemoryRow(NotedRow):
    """A foreign maker of high-bandwidth memory."""

    maker: str
    share: float
    stack_price_usd: float


class MineralRow(NotedRow):
    """A buyer of Chinese gallium."""

    seller: str
    buyer: str
    destination: str
    shipments: float
    unit: str


class EdaLineRow(NotedRow):
    """A Chinese user of foreign design software."""

    seller: str
    buyer: str
    share: float


class FoundryLineRow(NotedRow):
    """A Chinese designer that a foreign foundry makes dies for, if law lets it."""

    foundry: str
    buyer: str
    transit_months: int


class ConstantRow(Row):
    """A known number."""

    name: str
    value: float
    unit: str
    meaning: str


class SeverityRow(NotedRow):
    """How severe a kind of instrument is taken to be; whether it takes trade away."""

    kind: str
    severity: float = Field(ge=0.0, le=1.0)
    tightens: bool


class AllyRow(NotedRow):
    """A state that is asked to join, and how much a Chinese answer would hurt it."""

    state: str
    exposure_to_retaliation: float = Field(ge=0.0)
