"""Rows on chips: who designs, sells and makes them, in what numbers, at what price."""

from typing import Literal

from pydantic import model_validator

from sim.domain.chips import Chip
from sim.domain.months import Month, parse_day
from sim.records.column_types import (
    Amount,
    DayText,
    Label,
    MonthText,
    Positive,
    QuarterEnd,
    Share,
    WholeMonths,
)
from sim.records.row import NotedRow, YearRow

REFERENCE_CHIP = "H100"
"""The chip that H100-equivalents are counted in."""


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


class ChinaQuarter(NotedRow):
    """What a designer's sales to China took of its output in a quarter, a month.

    Output is counted in H100-equivalents of the flagships that could have been made of
    the same dies, packages and memory.
    """

    key = ("designer", "quarter_end")

    designer: str
    quarter_end: QuarterEnd
    output: Amount
    revenue: Amount
    unit: Literal["H100e and USD million a month"]

    @property
    def known_by(self) -> Month:
        """The quarter's last month."""
        return Month.parse(self.quarter_end)


class MemoryRow(NotedRow):
    """A foreign maker of high-bandwidth memory."""

    key = ("maker",)

    maker: str
    share: Share
    stack_price_usd: Positive


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
