"""A row of a table: what every row has, whatever it is about."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from sim.domain.months import MONTHS_A_YEAR, Month
from sim.policy.field_types import ConfidenceLevel
from sim.records.column_types import TimeText, Year


class KeyedRow(BaseModel):
    """A row of a table in which no two rows are of the same thing.

    Attributes:
        key: columns that say which row it is. No two rows of a table hold the same in
            them; the order of rows means nothing.
    """

    key: ClassVar[tuple[str, ...]] = ()

    # What checks a row is made when the first one is read.
    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True
    )

    @property
    def identity(self) -> tuple[str, ...]:
        """What its key columns hold, as text."""
        return tuple(str(getattr(self, column)) for column in self.key)


class Row(KeyedRow):
    """A row of the data: facts, where they are from, and how sure they are."""

    as_of: TimeText
    source: str
    confidence: ConfidenceLevel

    @property
    def known_by(self) -> Month | None:
        """The month by whose end it was known; None if it has no date."""
        return None


class NotedRow(Row):
    """A row with room for a remark."""

    note: str = ""


class YearRow(NotedRow):
    """What is known of a calendar year, once it is over."""

    year: Year
    unit: Literal["USD million"]

    @property
    def known_by(self) -> Month:
        """The year's last month."""
        return Month(self.year, MONTHS_A_YEAR)
