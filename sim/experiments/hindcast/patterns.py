"""Patterns of the record, and figures of others, beside what runs say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.experiments.news import Returns
from sim.experiments.pattern_readings import answer_to, read_off
from sim.mechanisms.returns import simple_return
from sim.outcomes.results import Results
from sim.records.market_rows import EventReturnRow
from sim.records.pattern_rows import Pattern, Published, Read

IN_BAND, LOW, HIGH = "in band", "low", "high"
"""Where the median lies: in the band, or out of it on one side."""

_PERCENT = 100.0
_QUANTILES = {"p05": 0.05, "p50": 0.5, "p95": 0.95}

Lives = Mapping[str, Results]
"""What was lived through, by scenario."""


def scenarios_read(rows: Iterable[Read]) -> list[str]:
    """Return the scenarios that rows read off, in order."""
    names = (name for row in rows for name in (row.scenario, _against(row)))
    return [name for name in dict.fromkeys(names) if name]


def measures_read(rows: Iterable[Read]) -> list[str]:
    """Return the measures that rows read off."""
    return sorted({row.measure for row in rows if row.measure})


def reads_off(row: Read, scenario: str) -> bool:
    """Return whether a row reads off a scenario."""
    return scenario in (row.scenario, _against(row))


def last_read(rows: Iterable[Read], least: Month) -> Month:
    """Return the last month that rows read off, or a month that comes later."""
    named = [row.last or row.first for row in rows]
    return max([least, *(Month.parse(month) for month in named if month)])


def _against(row: Read) -> str:
    return row.against if isinstance(row, Published) else ""


def judged(
    rows: Sequence[Pattern],
    lives: Lives,
    returns: Returns,
    events: Sequence[EventReturnRow],
) -> pd.DataFrame:
    """Return each pattern with what runs say of it, and whether that is in its band.

    Args:
        rows: the patterns.
        lives: results by scenario.
        returns: what each piece of news did to each share.
        events: the days on record.
    """

    def said(row: Pattern) -> PerDraw:
        if row.reading == "return":
            return _return(row, returns, events)
        return read_off(row, lives[row.scenario])

    return pd.DataFrame([_judged(row, said) for row in rows])


def _judged(row: Pattern, said: Callable[[Pattern], PerDraw]) -> dict[str, object]:
    values = said(row)
    quantiles = _quantiles(values)
    inside = [row.within(float(value)) for value in values]
    return {
        "id": row.id,
        "pattern": row.pattern,
        "statement": row.statement,
        "scenario": row.scenario,
        "low": row.low,
        "high": row.high,
        "unit": row.unit,
        **quantiles,
        "share_in_band": float(np.mean(inside)),
        "verdict": _verdict(row, quantiles["p50"]),
        "source": row.source,
        "note": row.note,
    }


def _verdict(row: Read, value: float) -> str:
    if row.within(value):
        return IN_BAND
    return LOW if row.low is not None and value < row.low else HIGH


def _return(row: Read, returns: Returns, events: Sequence[EventReturnRow]) -> PerDraw:
    """Return what a firm's share does on the day of an event, percent."""
    items = next(
        day.items for day in events if day.event == row.event and day.firm == row.actor
    )
    nothing = np.zeros_like(next(iter(returns.values())))
    log_return = nothing
    for item in items:
        log_return = log_return + returns.get((item, row.actor), nothing)
    return simple_return(log_return) * _PERCENT


def beside(rows: Sequence[Published], lives: Lives) -> pd.DataFrame:
    """Return figures that others published, the model's median and 90 % beside them.

    Where nothing in the model answers to one, it says why.
    """
    return pd.DataFrame([_beside(row, lives) for row in rows])


def _beside(row: Published, lives: Lives) -> dict[str, object]:
    empty = dict.fromkeys(_QUANTILES, float(np.nan))
    said = empty if row.no_answer else _quantiles(answer_to(row, lives))
    return {
        "id": row.id,
        "what": row.what,
        "publisher": row.publisher,
        "published": row.published,
        "low": row.low,
        "mid": row.mid,
        "high": row.high,
        "unit": row.unit,
        "scenario": row.scenario,
        "against": row.against,
        **said,
        "no_answer": row.no_answer,
        "source": row.source,
        "note": row.note,
    }


def _quantiles(values: PerDraw) -> dict[str, float]:
    """Return the median and the ends of the 90 % range; draws without a number apart.

    Order statistics and no interpolation, so that a month that never came stays one.
    """
    known = np.sort(values[~np.isnan(values)])
    if len(known) == 0:
        return dict.fromkeys(_QUANTILES, np.nan)
    found = np.quantile(known, list(_QUANTILES.values()), method="inverted_cdf")
    return dict(zip(_QUANTILES, map(float, found), strict=True))
