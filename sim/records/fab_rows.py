"""Rows on fabs and their tools: who makes which, and who sells what."""

from typing import Literal

from pydantic import model_validator

from sim.records.column_types import (
    Amount,
    Months,
    Positive,
    Share,
    ToolClass,
)
from sim.records.row import NotedRow, YearRow

START_OF_FAB = "fab.start_kwpm."
"""What precedes a fab's id in the name of the assumption on its capacity."""

CEILING_OF_AI_LOGIC = "fab.advanced_ceiling_kwpm"
"""Name of the assumption that gives the ceiling of the fab that makes AI dies."""


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
