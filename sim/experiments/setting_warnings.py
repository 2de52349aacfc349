"""Warnings about settings: too few draws, values out of range, a distant horizon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from math import ceil

from sim.domain.months import MONTHS_A_YEAR, Month
from sim.outcomes.quantiles import HEADLINE_LEVELS
from sim.records.assumptions import Assumption

_BEYOND = 2
"""Draws that should lie beyond each end of a range: a single one would decide it."""

_YEARS_AHEAD = 20
"""Years after the last that the data cover, for which a run is refused."""

_YEAR = re.compile(r"\b20\d\d\b")


def enough_draws() -> int:
    """Return how many draws the outer quantiles of the tables need."""
    return ceil(_BEYOND / min(HEADLINE_LEVELS.values()))


def draw_warnings(draws: int) -> Iterator[str]:
    """Yield that there are too few draws for the quantiles that are shown."""
    enough = enough_draws()
    if draws < enough:
        low, *_, high = sorted(HEADLINE_LEVELS.values())
        yield (
            f"draws={draws} is few: the {low * 100:.0f} and {high * 100:.0f} % ends "
            f"rest on fewer than {_BEYOND} draws each; use {enough} or more"
        )


def range_warnings(
    values: Mapping[str, Iterable[float]], assumptions: Iterable[Assumption]
) -> Iterator[str]:
    """Yield the assumptions that are set outside their ranges.

    Args:
        values: what each is set to, by name; several values of one that is swept.
        assumptions: all that are known.
    """
    rows = {row.name: row for row in assumptions}
    for name, chosen in values.items():
        row = rows.get(name)
        if row is None:
            continue
        outside = sorted({x for x in chosen if not row.low <= x <= row.high})
        if outside:
            ends = dict.fromkeys([outside[0], outside[-1]])
            yield (
                f"assumptions.{name}={','.join(f'{x:g}' for x in ends)}: outside its "
                f"range, which is {row.low:g} to {row.high:g} ({row.unit})"
            )


def horizon_warnings(
    horizon: Month, assumptions: Iterable[Assumption]
) -> Iterator[str]:
    """Yield that a horizon lies after the years that the data cover."""
    last = last_year_covered(assumptions)
    if horizon > Month(last, MONTHS_A_YEAR):
        yield (
            f"horizon={horizon}: the data say nothing about years after {last}; from "
            "then on growth rates are carried forward"
        )


def last_horizon(assumptions: Iterable[Assumption]) -> Month:
    """Return the last month up to which a run is not refused."""
    return Month(last_year_covered(assumptions) + _YEARS_AHEAD, MONTHS_A_YEAR)


def last_year_covered(assumptions: Iterable[Assumption]) -> int:
    """Return the latest year that an assumption is about."""
    return max(int(year) for row in assumptions for year in _YEAR.findall(row.as_of))
