"""Rows of the tables of facts: what a row of each says, and what it builds."""

from typing import Annotated, Literal

from pydantic import model_validator

from sim.domain.chips import Chip
from sim.domain.months import Month, parse_day
from sim.records.column_types import (
    Ally,
    Amount,
    DayText,
    Growth,
    Id,
    Kind,
    Label,
    Months,
    MonthText,
    Positive,
    QuarterEnd,
    Share,
    State,
    TimeText,
    ToolClass,
    WholeMonths,
    check_unit,
    written_as,
)
from sim.records.row import NotedRow, Row, YearRow

CHINA = "CHN"

START = Month(2022, 1)
"""The month in which every history begins."""

MONTHS_A_QUARTER = 3

REFERENCE_CHIP = "H100"
"""The chip that H100-equivalents are counted in."""


class ActorRow(NotedRow):
    """An actor on the map."""

    key = ("id",)

    id: Id
    name: Label
    kind: str
    country: State

    @property
    def in_china(self) -> bool:
        """Whether Chinese law binds it."""
        return self.country == CHINA

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

    key = ("good",)

    good: ToolClass
    price_usd_m: Positive
    service_group: Literal["scanner", "coater_developer", "etch_dep", "metrology"]
    domestic_quality: Share
    domestic_share: Share
    domestic_shipped: Positive


class ToolLineRow(NotedRow):
    """Who sells which class of tools to Chinese fabs."""

    key = ("vendor", "good")

    vendor: str
    good: ToolClass
    share: Share
    lead_time_months: Months
    substitutability: Share


START_OF_FAB = "fab.start_kwpm."
"""What precedes a fab's id in the name of the assumption on its capacity."""

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

    key = ("fab",)

    fab: str
    party: str
    node: Literal["7nm", "28nm", "dram", "nand"]
    kind: Literal["ai_logic", "logic", "hbm", "dram", "nand"]
    advanced: bool
    start_kwpm: Positive | None
    ceiling_kwpm: Positive | None

    @model_validator(mode="after")
    def _fits_under_its_ceiling(self) -> "FabRow":
        start, ceiling = self.start_kwpm, self.ceiling_kwpm
        if start is not None and ceiling is not None and ceiling < start:
            raise ValueError(f"ceiling_kwpm {ceiling:g} is below start_kwpm {start:g}")
        return self

    @property
    def assumed_start(self) -> str:
        """Name of the assumption that gives its capacity at the start."""
        return f"{START_OF_FAB}{self.fab}"


class VendorYear(YearRow):
    """A tool maker's year, USD million."""

    key = ("firm", "year")

    firm: str
    row_system_revenue: Amount
    capacity: Positive


class FirmRow(NotedRow):
    """A listed firm."""

    key = ("firm",)

    firm: str
    row_growth_after: Growth
    service_row_revenue: Amount
    price_to_sales: Positive


class DesignerYear(YearRow):
    """A foreign chip designer's year, USD million."""

    key = ("firm", "year")

    firm: str
    row_data_centre: Amount
    other_revenue: Amount
    other_china: Amount

    @model_validator(mode="after")
    def _has_its_part(self) -> "DesignerYear":
        if self.other_china > self.other_revenue:
            raise ValueError("other_china is a part of other_revenue, and is above it")
        return self


class ProductRow(NotedRow):
    """A chip that is sold from some day on, and known from an earlier one."""

    key = ("chip",)

    chip: Label
    designer: str
    announced: MonthText
    price_usd: Positive

    @property
    def known_by(self) -> Month:
        """The month in which it was announced."""
        return Month.parse(self.announced)


class LaunchRow(ProductRow):
    """A chip with its day of launch."""

    launch: DayText

    @model_validator(mode="after")
    def _is_announced_first(self) -> "LaunchRow":
        if self.launched < self.known_by:
            raise ValueError(
                f"launch {self.launch} lies before announced {self.announced}"
            )
        return self

    @property
    def launched(self) -> Month:
        """Month of launch."""
        return Month.of(parse_day(self.launch))


class ForeignChipRow(ProductRow):
    """A foreign accelerator, as it was sold."""

    tpp: Positive
    die_area: Positive
    interconnect: Positive
    memory_bandwidth: Positive
    hbm_stacks: Amount = 0.0

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

    hbm_stacks: Amount


class CompliantChipRow(ForeignChipRow):
    """A chip that was designed for a rule; the model designs its own."""


class OrderShareRow(NotedRow):
    """A foreign designer's share of what Chinese laboratories order abroad."""

    key = ("seller",)

    seller: str
    share: Share


class DomesticChipRow(LaunchRow):
    """A Chinese accelerator."""

    dies: Positive
    stacks: Positive
    training_h100e: Positive
    inference_h100e: Positive


class WaferShareRow(NotedRow):
    """A Chinese designer's share of SMIC's AI wafers."""

    key = ("designer",)

    designer: str
    wafer_share: Share


class LabRow(NotedRow):
    """A Chinese laboratory.

    Attributes:
        openness: whether it buys foreign chips too, and rents abroad.
    """

    key = ("lab",)

    lab: str
    budget_share: Share
    start_share: Share
    largest_run_factor: Positive
    openness: bool


class BudgetYear(YearRow):
    """A year's Chinese spending on AI compute."""

    key = ("year",)

    spending_usd_m: Amount


class StartStockRow(NotedRow):
    """Accelerators in use at the start.

    Attributes:
        owner: ``CHN`` for laboratories in China, ``WORLD`` for all others.
        designer: who sold them; None if they are not distinguished.
    """

    key = ("owner", "designer")

    owner: Literal["CHN", "WORLD"]
    designer: str | None
    training_h100e: Amount
    inference_h100e: Amount
    units: Amount

    @model_validator(mode="after")
    def _distinguishes_those_abroad(self) -> "StartStockRow":
        if self.owner == "WORLD" and self.designer is None:
            raise ValueError("the owner WORLD needs a designer")
        if self.owner == CHINA and self.designer is not None:
            raise ValueError("the owner CHN has one row for all designers")
        return self


class SupplyQuarter(NotedRow):
    """What a designer sold outside China in a quarter, H100-equivalents a month."""

    key = ("designer", "quarter_end")

    designer: str
    quarter_end: QuarterEnd
    outside_china: Amount
    unit: Literal["H100e a month"]

    @property
    def known_by(self) -> Month:
        """The quarter's last month."""
        return Month.parse(self.quarter_end)


class HubRow(NotedRow):
    """A transshipment hub, its brokers, and the designer whose chips they divert."""

    key = ("broker",)

    broker: str
    designer: str
    import_share: Share
    capacity_share: Share


class CloudRow(NotedRow):
    """An offshore cloud with Chinese users, and the designer whose chips it rents."""

    key = ("cloud",)

    cloud: str
    designer: str
    host: State
    supply_share: Share


class FrontierRow(NotedRow):
    """A frontier laboratory."""

    key = ("lab",)

    lab: str
    run_factor: Positive


class FrontierRecordRow(NotedRow):
    """A fact about the frontier's record."""

    key = ("quantity",)

    quantity: str
    value: Positive
    unit: str
    as_of: Annotated[TimeText, written_as(r"\d{4}-\d{2}(-\d{2})?", "a month or a day")]

    @model_validator(mode="after")
    def _suits_its_unit(self) -> "FrontierRecordRow":
        check_unit("value", self.value, self.unit)
        return self

    @property
    def known_by(self) -> Month | None:
        """Its date; where the record ends is not a dated fact."""
        return None if self.quantity == "record_ends" else Month.parse(self.as_of)


class MemoryRow(NotedRow):
    """A foreign maker of high-bandwidth memory."""

    key = ("maker",)

    maker: str
    share: Share
    stack_price_usd: Positive


class MineralRow(NotedRow):
    """A buyer of Chinese gallium."""

    key = ("seller", "buyer")

    seller: str
    buyer: str
    destination: State
    shipments: Positive
    unit: Literal["tonnes of gallium a month"]


class EdaLineRow(NotedRow):
    """A Chinese user of foreign design software."""

    key = ("seller", "buyer")

    seller: str
    buyer: str
    share: Share


class FoundryLineRow(NotedRow):
    """A Chinese designer that a foreign foundry makes dies for, if law lets it."""

    key = ("foundry", "buyer")

    foundry: str
    buyer: str
    transit_months: WholeMonths


class ConstantRow(Row):
    """A known number."""

    key = ("name",)

    name: Id
    value: Positive
    unit: str
    meaning: str

    @model_validator(mode="after")
    def _suits_its_unit(self) -> "ConstantRow":
        check_unit("value", self.value, self.unit)
        return self


class SeverityRow(NotedRow):
    """How severe a kind of instrument is taken to be; whether it takes trade away."""

    key = ("kind",)

    kind: Kind
    severity: Share
    tightens: bool


class AllyRow(NotedRow):
    """A state that is asked to join, and how much a Chinese answer would hurt it."""

    key = ("state",)

    state: Ally
    exposure_to_retaliation: Amount
