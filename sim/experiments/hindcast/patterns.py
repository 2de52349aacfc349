"""Patterns of the record, and figures of others, compared with what runs say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from sim.domain.ensemble import PerDraw
from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.experiments.news_returns import NewsReturns
from sim.mechanisms.returns import simple_return
from sim.outcomes import periods
from sim.outcomes.quantiles import HEADLINE_LEVELS
from sim.outcomes.results import Results
from sim.records.market_rows import EventReturnRow
from sim.records.pattern_rows import Pattern, Published, ReadingRow

IN_BAND, LOW, HIGH = "in band", "low", "high"
"""Where the median lies: in the band, or out of it on one side."""

_PERCENT = 100.0

RunsByScenario = Mapping[str, Results]
"""Results of the runs that rows read, by scenario."""


def scenarios_needed(rows: Iterable[ReadingRow]) -> list[str]:
    """Return the scenarios that rows read, in order."""
    names = (name for row in rows for name in _scenarios(row))
    return [name for name in dict.fromkeys(names) if name]


def measures_needed(rows: Iterable[ReadingRow]) -> list[str]:
    """Return the measures that rows read."""
    return sorted({row.measure for row in rows if row.measure})


def reads_from(row: ReadingRow, scenario: str) -> bool:
    """Return whether a row reads a run of a scenario."""
    return scenario in _scenarios(row)


def last_month_needed(rows: Iterable[ReadingRow], least: Month) -> Month:
    """Return the last month that rows read, or a month that comes later."""
    named = [row.last or row.first for row in rows]
    return max([least, *(Month.parse(month) for month in named if month)])


def _scenarios(row: ReadingRow) -> tuple[str, str]:
    return row.scenario, row.against if isinstance(row, Published) else ""


def judge_patterns(
    rows: Sequence[Pattern],
    runs: RunsByScenario,
    returns: NewsReturns,
    events: Sequence[EventReturnRow],
) -> pd.DataFrame:
    """Return each pattern with the model's quantiles and its verdict."""
    return pd.DataFrame(
        [
            _judge(
                row,
                _event_return(row, returns, events)
                if row.reading == "return"
                else read_value(row, runs[row.scenario]),
            )
            for row in rows
        ]
    )


def _judge(row: Pattern, values: PerDraw) -> dict[str, object]:
    quantiles = _quantiles(values)
    in_band = [row.contains(float(value)) for value in values]
    return {
        **_fields(row, "id pattern statement scenario low high unit"),
        **quantiles,
        "share_in_band": float(np.mean(in_band)),
        "verdict": _verdict(row, quantiles["p50"]),
        **_fields(row, "source note"),
    }


def _fields(row: ReadingRow, names: str) -> dict[str, object]:
    return {name: getattr(row, name) for name in names.split()}


def _verdict(row: ReadingRow, value: float) -> str:
    if row.contains(value):
        return IN_BAND
    return LOW if row.low is not None and value < row.low else HIGH


def _event_return(
    row: Pattern, returns: NewsReturns, events: Sequence[EventReturnRow]
) -> PerDraw:
    """Return the return of a firm's share on the day of an event, percent."""
    items = next(
        day.items for day in events if day.event == row.event and day.firm == row.actor
    )
    no_return = np.zeros_like(next(iter(returns.values())))
    log_return = no_return
    for item in items:
        log_return = log_return + returns.get((item, row.actor), no_return)
    return simple_return(log_return) * _PERCENT


def compare_published(rows: Sequence[Published], runs: RunsByScenario) -> pd.DataFrame:
    """Return figures that others published beside the model's median and 90 % range.

    Where the model has no such figure, the row says why.
    """
    return pd.DataFrame([_compare(row, runs) for row in rows])


def _compare(row: Published, runs: RunsByScenario) -> dict[str, object]:
    if row.no_answer:
        quantiles = dict.fromkeys(HEADLINE_LEVELS, float(np.nan))
    else:
        quantiles = _quantiles(modelled_figure(row, runs))
    return {
        **_fields(row, "id what publisher published low mid high unit"),
        **_fields(row, "scenario against"),
        **quantiles,
        **_fields(row, "no_answer source note"),
    }


def _quantiles(values: PerDraw) -> dict[str, float]:
    """Return the median and the ends of the 90 % range, of draws that have a number.

    Order statistics and no interpolation, so that a month that never came stays one.
    """
    known = np.sort(values[~np.isnan(values)])
    if len(known) == 0:
        return dict.fromkeys(HEADLINE_LEVELS, np.nan)
    levels = list(HEADLINE_LEVELS.values())
    quantiles = np.quantile(known, levels, method="inverted_cdf")
    return dict(zip(HEADLINE_LEVELS, map(float, quantiles), strict=True))


def read_value(row: ReadingRow, results: Results) -> PerDraw:
    """Return by draw what a row reads from a run of its scenario, in its unit.

    Returns:
        By draw: infinite where an event never came, not a number where nothing can be
        read after one that never came.

    Raises:
        SettingsError: the results lack a measure or a month; or the row reads a share's
            return, which runs of the task `news` give, or nothing.
    """
    key = (row.measure, row.actor)
    if row.reading == "months to event":
        since = _month(row.base_first)
        return periods.months_until(results, row.event, row.subject, since)
    if row.reading == "value after event":
        return periods.value_after(
            results, key, row.event, row.subject, row.months or 0
        )
    if row.reading in ("return", ""):
        raise SettingsError(f"reading: {row.reading!r} cannot be read from a run")
    first = _month(row.first)
    if row.reading == "value":
        return periods.mean_over(results, key, first, first)
    last = _month(row.last)
    if row.reading == "sum":
        return periods.total_over(results, key, first, last)
    mean = periods.mean_over(results, key, first, last)
    if row.reading == "mean":
        return mean
    base = (_month(row.base_first), _month(row.base_last))
    return mean / periods.mean_over(results, key, *base)


def modelled_figure(row: Published, runs: RunsByScenario) -> PerDraw:
    """Return by draw the model's value of a published figure, in its unit.

    Raises:
        SettingsError: a scenario that the row names is missing, or the model has no
            such figure.
    """
    for name in filter(None, _scenarios(row)):
        if name not in runs:
            raise SettingsError(f"{row.id}: there is no run of the scenario {name!r}")
    if row.no_answer:
        raise SettingsError(f"{row.id}: the model has no such figure: {row.no_answer}")
    value = read_value(row, runs[row.scenario])
    return value - read_value(row, runs[row.against]) if row.against else value


def _month(text: str | None) -> Month:
    """Return a month that the row must name, by its kind of reading."""
    assert text is not None
    return Month.parse(text)
