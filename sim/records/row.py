"""A row of a table: what every row has, whatever it is about."""

import re

from pydantic import AfterValidator, BaseModel, ConfigDict

from sim.domain.months import MONTHS_A_YEAR, Month
from sim.policy.field_types import ConfidenceLevel


def written_as(form: str, words: str) -> AfterValidator:
    """Return a validator that refuses text of another form.

    Args:
        form: a regular expression for the whole text.
        words: what it must be, as a message says it.
    """

    def checked(text: str) -> str:
        if not re.fullmatch(form, text, re.ASCII):
            raise ValueError(f"must be {words}")
        return text

    return AfterValidator(checked)


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
