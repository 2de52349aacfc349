"""Rows that say what is read off a run: patterns of history, figures of others."""

from typing import ClassVar, Literal

from pydantic import model_validator

from sim.domain.months import Month
from sim.records.column_types import (
    Id,
    MonthText,
    Number,
    OptionalText,
    TimeText,
    WholeMonths,
    last_month_of,
)
from sim.records.row import NotedRow

COLUMNS_OF_READING: dict[str, frozenset[str]] = {
    "value": frozenset({"measure", "actor", "first"}),
    "mean": frozenset({"measure", "actor", "first", "last"}),
    "sum": frozenset({"measure", "actor", "first", "last"}),
    "ratio": frozenset(
        {"measure", "actor", "first", "last", "base_first", "base_last"}
    ),
    "months to event": frozenset({"event", "subject", "base_first"}),
    "value after event": frozenset({"measure", "actor", "event", "subject", "months"}),
    "return": frozenset({"actor", "event"}),
}
"""Kinds of reading, and the columns that each uses; the others stay empty."""


class ReadingRow(NotedRow):
    """A number that is read off a run, and the band in which it should lie.

    Attributes:
        reading: its kind.

            - `value`: a measure in the month `first`; of a flow, in that month;
            - `mean`: over the months `first` to `last`;
            - `sum`: over the same months;
            - `ratio`: of the mean over those months to that over `base_first` to
              `base_last`;
            - `months to event`: from the month `base_first` to the first event of a
              kind whose subject holds the word `subject`;
            - `value after event`: a measure so many `months` after that first event;
            - `return`: of the firm `actor` on the day of the event `event` of the table
              of event returns, percent.
        actor: actor key of the measure, or the firm.
        base_first: first month of what is compared with, or counted from.
        base_last: its last month.
        event: what happened, as runs tell it.
        subject: what it was about: a part of the word suffices.
        months: months after the event.
        low: low end of the band; open if there is none.
        high: high end; open if there is none.
    """

    readings: ClassVar[frozenset[str]] = frozenset(COLUMNS_OF_READING)

    scenario: str
    reading: OptionalText
    measure: OptionalText
    actor: OptionalText
    first: MonthText | None
    last: MonthText | None
    base_first: MonthText | None = None
    base_last: MonthText | None = None
    event: OptionalText = ""
    subject: OptionalText = ""
    months: WholeMonths | None = None
    low: Number | None
    high: Number | None
    unit: str

    @model_validator(mode="after")
    def _goes_by_its_columns(self) -> "ReadingRow":
        if self.reading not in self.readings:
            known = ", ".join(
                f"'{name}'" for name in COLUMNS_OF_READING if name in self.readings
            )
            raise ValueError(f"reading {self.reading!r} is none of {known}")
        needed = COLUMNS_OF_READING.get(self.reading, frozenset())
        for column in sorted(frozenset().union(*COLUMNS_OF_READING.values())):
            given = getattr(self, column) not in (None, "")
            if given != (column in needed):
                verb = "needs no" if given else "needs"
                raise ValueError(f"a reading {self.reading!r} {verb} {column}")
        for first, last in ((self.first, self.last), (self.base_first, self.base_last)):
            if first is not None and last is not None and last < first:
                raise ValueError(f"{last} lies before {first}")
        if self.low is not None and self.high is not None and self.high < self.low:
            raise ValueError("low and high must rise")
        return self

    def contains(self, value: float) -> bool:
        """Return whether a value lies in the band."""
        low = float("-inf") if self.low is None else self.low
        high = float("inf") if self.high is None else self.high
        return low <= value <= high


class Pattern(ReadingRow):
    """A pattern of history that a run should show.

    Attributes:
        pattern: the pattern that it is a part of, P1 to P13.
        statement: what the pattern says.
    """

    key = ("id",)

    id: Id
    pattern: str
    statement: str
    reading: Literal[
        "value",
        "mean",
        "sum",
        "ratio",
        "months to event",
        "value after event",
        "return",
    ]

    @model_validator(mode="after")
    def _has_a_band(self) -> "Pattern":
        if self.low is None and self.high is None:
            raise ValueError("a band needs an end")
        return self


class Published(ReadingRow):
    """A figure that others published, to be put beside the model's.

    Attributes:
        what: what it is of.
        published: when: a year, a month or a day.
        against: the scenario whose reading is taken off, if the figure is of a change.
        no_answer: why nothing in the model answers to it; empty if something does.
    """

    readings: ClassVar[frozenset[str]] = frozenset({"", "value", "mean", "sum"})

    key = ("id",)

    id: Id
    what: str
    publisher: str
    published: TimeText
    mid: Number
    scenario: OptionalText
    against: OptionalText
    no_answer: OptionalText

    @property
    def known_by(self) -> Month:
        """The month in which it was published; of a year, December."""
        return last_month_of(self.published)

    @model_validator(mode="after")
    def _has_an_answer_or_a_reason(self) -> "Published":
        if bool(self.reading) == bool(self.no_answer):
            raise ValueError("give either a reading or a reason why there is none")
        if bool(self.reading) != bool(self.scenario):
            raise ValueError("a reading needs a scenario, and a scenario a reading")
        if self.against and not self.reading:
            raise ValueError("against needs a reading")
        low = self.mid if self.low is None else self.low
        high = self.mid if self.high is None else self.high
        if not low <= self.mid <= high:
            raise ValueError("low, mid and high must rise")
        return self
