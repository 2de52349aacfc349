"""A row of a table: what every row has, whatever it is about."""

from pydantic import BaseModel, ConfigDict

from sim.domain.months import MONTHS_A_YEAR, Month
from sim.policy.field_types import ConfidenceLevel


class Row(BaseModel):
    """A row of a table: facts, where they are from, and how sure they are."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    as_of: str
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

    year: int
    unit: str

    @property
    def known_by(self) -> Month:
        """The year's last month."""
        return Month(self.year, MONTHS_A_YEAR)
