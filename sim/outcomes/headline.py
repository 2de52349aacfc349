"""The headline: what a reader asks first, scenario against baseline, draw by draw."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np

from sim.domain.array_types import Float64
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.domain.number_format import signed, whole_percent
from sim.outcomes.attribution import (
    CHANNELS,
    Attribution,
    ChannelShare,
    channel_shares,
    main_cause_of_narrowing,
)
from sim.outcomes.paired_difference import (
    defined,
    narrows,
    paired_difference,
    percent_of,
    widens,
)
from sim.outcomes.quantiles import HEADLINE_LEVELS, UNKNOWN, Spread
from sim.outcomes.results import Key, Results, with_same_series

HORIZON = "horizon"
"""The row of the last month; a flow is summed over the twelve months to it."""

BACKFIRE = "backfire"
LAG_CHANNEL = "lag_channel"
"""Rows of what of the change of the lag came through each channel."""

LAG: Key = ("frontier_lag_months", "china")

ByYear = Float64[np.ndarray, "years draws"]
"""One number per draw in each of several years."""


@dataclass(frozen=True)
class HeadlineRow:
    """One row of the headline table.

    Attributes:
        difference: quantiles of the difference, taken draw by draw.
        change_percent: quantiles of the difference in per cent of the baseline, taken
            draw by draw; missing where that is undefined.
        probability_of_increase: share of draws in which the scenario's value is higher,
            by more than rounding.
        probability_of_decrease: share of draws in which it is lower.
        note: what the numbers say in words, where they need it.
    """

    measure: str
    actor: str
    unit: str
    when: str
    scenario: Spread = UNKNOWN
    baseline: Spread = UNKNOWN
    difference: Spread = UNKNOWN
    change_percent: Spread = UNKNOWN
    probability_of_increase: float = nan
    probability_of_decrease: float = nan
    note: str = ""


def headline(
    scenario: Results, baseline: Results, split: Attribution | None = None
) -> list[HeadlineRow]:
    """Return the headline table: every headline measure, by year and at the horizon.

    A baseline compared with itself has no difference: those columns are missing
    values. What came through each channel is in it if the change was split.

    Raises:
        InvariantError: the two were not run for the same draws and months.
    """
    scenario, baseline = with_same_series(scenario, baseline)
    years = dict(dates(scenario))
    rows = [
        row
        for key in scenario.series
        if scenario.quantities[key[0]].headline
        for row in rows_by_year(key, years, scenario, baseline)
    ]
    if scenario is baseline:
        return rows
    channels = [] if split is None else map(_channel, channel_shares(split))
    return [*rows, *channels, *_backfire(scenario, baseline, split)]


def _channel(share: ChannelShare) -> HeadlineRow:
    """Return what came through a channel, or through all, as a row."""
    return HeadlineRow(
        measure=LAG_CHANNEL,
        actor=share.channel,
        unit="months",
        when=share.when,
        difference=(share.p05, share.p50, share.p95),
        probability_of_increase=share.widens,
        probability_of_decrease=share.narrows,
        note=f"mean {signed(share.mean)}; means add up to the whole, medians do not",
    )


def dates(results: Results) -> Iterator[tuple[str, Month]]:
    """Yield the label and last month of every whole year recorded, and the horizon."""
    return dates_of(results.months)


def dates_of(months: Sequence[Month]) -> Iterator[tuple[str, Month]]:
    """Yield the label and last month of every whole year in months, and the last."""
    for month in months:
        if month.number == MONTHS_A_YEAR:
            yield str(month.year), month
    yield HORIZON, months[-1]


def rows_by_year(
    key: Key, years: Mapping[str, Month], scenario: Results, baseline: Results
) -> list[HeadlineRow]:
    """Return a measure of an actor in several years, a row for each.

    Args:
        key: the measure and the actor.
        years: the last month of each, by what it is called.
        scenario: results of the scenario.
        baseline: of the same draws; the same object if there is no comparison.
    """
    alone = scenario is baseline
    new = _over_years(scenario, key, years)
    old = new if alone else _over_years(baseline, key, years)
    columns = {"scenario": _spreads(new), "baseline": _spreads(old)}
    if not alone:
        columns |= compared_by_year(new, old)
    unit = scenario.quantities[key[0]].unit_by_year
    return [
        HeadlineRow(*key, unit, when, **dict(zip(columns, cells, strict=True)))
        for when, *cells in zip(years, *columns.values(), strict=True)
    ]


def _over_years(results: Results, key: Key, years: Mapping[str, Month]) -> ByYear:
    return np.array([results.over_year(key, last) for last in years.values()])


def compared_by_year(new: ByYear, old: ByYear) -> dict[str, list[Any]]:
    """Return what a law changes, draw by draw: columns of a table, a row for each year.

    Args:
        new: values under the law, by year and draw.
        old: those under the law compared with.
    """
    difference = paired_difference(new, old)
    percents = np.array(_spreads(percent_of(difference, old)))
    return {
        "difference": _spreads(difference),
        "change_percent": list(map(tuple, defined(percents).tolist())),
        "probability_of_increase": np.mean(difference > 0.0, axis=1).tolist(),
        "probability_of_decrease": np.mean(difference < 0.0, axis=1).tolist(),
    }


def _spreads(values: ByYear) -> list[Spread]:
    """Return the quantiles of every year. All are sorted at once."""
    if not values.size:
        return [UNKNOWN] * len(values)
    ordered = np.sort(values, axis=1)
    levels = np.quantile(ordered, list(HEADLINE_LEVELS.values()), axis=1)
    return [(low, middle, high) for low, middle, high in levels.T.tolist()]


def _backfire(
    scenario: Results, baseline: Results, split: Attribution | None
) -> Iterator[HeadlineRow]:
    if LAG not in scenario.series:
        return
    last = scenario.months[-1]
    change = paired_difference(
        scenario.over_year(LAG, last), baseline.over_year(LAG, last)
    )
    narrower, wider = float(np.mean(narrows(change))), float(np.mean(widens(change)))
    yield HeadlineRow(
        measure=BACKFIRE,
        actor=LAG[1],
        unit="probability",
        when=HORIZON,
        scenario=(nan, narrower, nan),
        note=(
            f"Against {baseline.scenario}, {scenario.scenario} narrows China's lag "
            f"behind the frontier in {whole_percent(narrower)}% of draws and widens it "
            f"in {whole_percent(wider)}%, by a day or more; the median change is "
            f"{signed(float(np.median(change)))} months.{_chief(split)}"
        ),
    )


def _chief(split: Attribution | None) -> str:
    """Return which channel narrows the lag most where it narrows, in words."""
    if split is None:
        return ""
    chief, count = main_cause_of_narrowing(split, HORIZON), split.draws.count
    if chief is None:
        return f" Of the {count:,} draws split by channel it narrows in none."
    channel, mean, narrower = chief
    return (
        f" Where it narrows ({narrower:,} of the {count:,} draws split by channel), "
        f"{CHANNELS[channel]} contributes most: {signed(mean)} months on average."
    )
