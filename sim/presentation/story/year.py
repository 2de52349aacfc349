"""Years: the measures of one world at the end of a year."""

from __future__ import annotations

from sim.domain.months import MONTHS_A_YEAR, Month
from sim.domain.number_format import rounded
from sim.outcomes.results import Results
from sim.presentation import names


class YearMeasures:
    """The measures of one world in the year that ends with a month."""

    def __init__(self, results: Results, last: Month) -> None:
        self.results, self.last = results, last
        former = last + -MONTHS_A_YEAR
        self.former = former if former >= results.months[0] else None

    def of(self, measure: str, actor: str = "china") -> float:
        """Return a measure for the year: a flow added up, the others at its end."""
        return self._at(measure, actor, self.last)

    def before(self, measure: str, actor: str = "china") -> str:
        """Return in brackets what it was a year before, if that was recorded."""
        if self.former is None:
            return ""
        return f" (a year before {rounded(self._at(measure, actor, self.former))})"

    def channels(self) -> list[str]:
        """Return China's compute by channel, in words."""
        return [
            f"{rounded(self.of('ai_compute_stock', f'china:{channel}'))} {name}"
            for channel, name in names.CHANNELS.items()
        ]

    @property
    def former_lag(self) -> float | None:
        """China's lag a year before, in months, if it was recorded."""
        if self.former is None:
            return None
        return self._at("frontier_lag_months", "china", self.former)

    def _at(self, measure: str, actor: str, month: Month) -> float:
        key = (measure, actor)
        if key not in self.results.series:
            return 0.0
        return float(self.results.over_year(key, month)[0])


def year_ends(results: Results) -> list[Month]:
    """Return the last recorded month of every year."""
    last = results.months[-1]
    return [m for m in results.months if m.number == MONTHS_A_YEAR or m == last]
