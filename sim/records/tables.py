"""Rows of the tables of facts: what a row of each says, and what it builds."""

from typing import Annotated, Literal

from pydantic import model_validator

from sim.domain.months import Month
from sim.domain.supply import CHINA
from sim.records.column_types import (
    Ally,
    Amount,
    Growth,
    Id,
    Kind,
    Label,
    Positive,
    Share,
    State,
    TimeText,
    check_unit,
    written_as,
)
from sim.records.row import NotedRow, Row, YearRow

START = Month(2022, 1)
"""The month in which every history begins."""


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


class FirmRow(NotedRow):
    """A listed firm."""

    key = ("firm",)

    firm: str
    row_growth_after: Growth
    service_row_revenue: Amount
    price_to_sales: Positive


class LabRow(NotedRow):
    """A Chinese laboratory.

    Attributes:
        development_factor: what of its fleet it develops models with, over others.
        openness: whether it buys foreign chips too, and rents abroad.
    """

    key = ("lab",)

    lab: str
    budget_share: Share
    start_share: Share
    development_factor: Positive
    openness: bool


class BudgetYear(YearRow):
    """A year's Chinese spending on AI compute.

    Attributes:
        value_over_2022: compute that a dollar bought, over that of 2022.
    """

    key = ("year",)

    spending_usd_m: Amount
    value_over_2022: Positive


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


class MineralRow(NotedRow):
    """A buyer of Chinese gallium."""

    key = ("seller", "buyer")

    seller: str
    buyer: str
    destination: State
    shipments: Positive
    unit: Literal["tonnes of gallium a month"]


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
