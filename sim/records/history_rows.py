"""Rows about what was observed: observations, their families, errors and currencies."""

from typing import Literal

from pydantic import model_validator

from sim.domain.months import Month
from sim.records.column_types import Day, Id, Number, Positive
from sim.records.row import NotedRow, Row

Scale = Literal["log", "logit", "linear"]
"""The scale on which what a model leaves over is about as large for all values."""


class Observation(NotedRow):
    """What was observed of a measure over some days, for comparison.

    Attributes:
        actor: actor key of the measure.
        family: the family of series that it belongs to.
        answer: whether the model's answer is its own, or partly a known input, such as
            a revenue of which sales outside China are taken from the record.
        low: low end of a 90 % range, if there is one; else its error says.
        high: high end, if there is one.
        use: whether a calibration may see it.
        target: whether a fit aims at it. The others are only looked at: the same facts
            stand in another row, or are counted on another basis, or are recalled.
    """

    key = ("measure", "actor", "start", "end")

    measure: str
    actor: str
    family: str
    answer: Literal["model", "partly input"]
    start: Day
    end: Day
    low: Number | None
    mid: Number
    high: Number | None
    unit: str
    use: Literal["calibration", "test"]
    target: bool

    @property
    def known_by(self) -> Month:
        """The month of its last day."""
        return Month.of(self.end)

    @model_validator(mode="after")
    def _holds_together(self) -> "Observation":
        if self.end < self.start:
            raise ValueError(f"end {self.end} lies before start {self.start}")
        first, last = self.months
        if (self.start, self.end) != (first.first_day, last.last_day):
            raise ValueError(
                f"{self.start} to {self.end} are not whole months, as a run has them"
            )
        low = self.mid if self.low is None else self.low
        high = self.mid if self.high is None else self.high
        if not low <= self.mid <= high:
            raise ValueError("low, mid and high must rise")
        if self.target and self.use != "calibration":
            raise ValueError("a fit may not aim at a row of the test set")
        return self

    @property
    def series(self) -> tuple[str, str]:
        """The measure and the actor."""
        return self.measure, self.actor

    @property
    def months(self) -> tuple[Month, Month]:
        """The first and the last month."""
        return Month.of(self.start), Month.of(self.end)


class Family(Row):
    """Series that share the size of what the model leaves over.

    Attributes:
        scale: on which the rest is about as large for small values and for large ones.
        meaning: what is in it.
    """

    key = ("family",)

    family: Id
    scale: Scale
    meaning: str


class ObservationError(Row):
    """How far an observation may lie from the truth.

    Attributes:
        family: of the observation.
        of: its confidence.
        form: whether the half-width is a part of the value, or in its unit.
        half_width: of a 90 % range; a relative one divides and multiplies by 1 plus it.
    """

    key = ("family", "of")

    family: str
    of: Literal["seen", "derived", "memory"]
    form: Literal["relative", "absolute"]
    half_width: Positive
    reason: str


class ExchangeRate(NotedRow):
    """What a dollar cost on average over some days, in units of a currency."""

    key = ("currency", "start")

    currency: Literal["EUR", "JPY", "CNY"]
    start: Day
    end: Day
    per_usd: Positive

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "ExchangeRate":
        if self.end < self.start:
            raise ValueError(f"end {self.end} lies before start {self.start}")
        return self

    @property
    def known_by(self) -> Month:
        """The month of its last day."""
        return Month.of(self.end)
