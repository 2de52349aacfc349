"""Several runs side by side at a date: levels, and what differs from the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import nan

import numpy as np
import pandas as pd

from sim.domain.ensemble import Draws
from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.outcomes.headline import rows_by_year
from sim.outcomes.paired_difference import defined, percent_of
from sim.outcomes.quantiles import HEADLINE_LEVELS, Spread
from sim.outcomes.results import Key, Results, sorted_keys

KEYS = ["measure", "actor", "unit", "run"]
"""The index of the table; one run of a measure and actor is below the other."""


_MEDIANS = ("p50", "difference_p50", "change_percent_p50")
"""Columns that a reader looks at first."""


def compare_results(
    results: Mapping[str, Results],
    measures: Sequence[str] = (),
    actor: str | None = None,
    last: Month | None = None,
) -> pd.DataFrame:
    """Return levels of several results, and their differences from the first.

    Results of one seed are compared draw by draw, in the draws that all have; of others
    only the medians are subtracted, and ranges of the differences are missing.

    Args:
        results: what was recorded, by the label that the table gives it.
        measures: by default those of the headline that all recorded.
        actor: whom they are about; all recorded if not given.
        last: the month of the table, of a flow the last of twelve; by default the last
            that all recorded.

    Raises:
        SettingsError: something was not recorded, or there is nothing to compare.
    """
    if len(results) < 2:
        raise SettingsError("give two or more runs to compare")
    month = last or min(one.months[-1] for one in results.values())
    keys = _keys(list(results.values()), measures, actor)
    filled = {
        label: replace(one, series={key: one.get(key) for key in keys})
        for label, one in results.items()
    }
    paired = _in_common_draws(filled)
    rows = [
        row for key in keys for row in _rows(key, month, paired or filled, bool(paired))
    ]
    return pd.DataFrame(rows).set_index(KEYS)


def labels(names: Sequence[str]) -> list[str]:
    """Return a label for each run: its scenario's name, numbered where it repeats.

    Example:
        >>> labels(["h20_ban", "h20_ban", "baseline"])
        ['h20_ban', 'h20_ban (2)', 'baseline']
    """
    numbers = [names[:place].count(name) + 1 for place, name in enumerate(names)]
    return [
        name if number == 1 else f"{name} ({number})"
        for name, number in zip(names, numbers, strict=True)
    ]


def _rows(
    key: Key, month: Month, results: Mapping[str, Results], paired: bool
) -> Iterator[dict[str, object]]:
    """Yield a row for each of the results; the first differs from nothing."""
    _, first = next(iter(results.items()))
    medians: list[float] = []
    for label, one in results.items():
        compared_with = first if paired else one
        (row,) = rows_by_year(key, {str(month): month}, one, compared_with)
        medians.append(row.scenario[1])
        difference, percent = row.difference, row.change_percent
        if not paired and len(medians) > 1:
            change = np.array([medians[-1] - medians[0]])
            in_percent = defined(percent_of(change, np.array(medians[:1])))
            difference = (nan, float(change[0]), nan)
            percent = (nan, float(in_percent[0]), nan)
        yield {
            "measure": row.measure,
            "actor": row.actor,
            "unit": row.unit,
            "run": label,
            **dict(
                zip(_MEDIANS, (row.scenario[1], difference[1], percent[1]), strict=True)
            ),
            "probability_of_increase": row.probability_of_increase,
            "probability_of_decrease": row.probability_of_decrease,
            **_by_level("", row.scenario),
            **_by_level("difference_", difference),
            **_by_level("change_percent_", percent),
            "month": str(month),
            "draws": one.draws.count,
        }


def _by_level(prefix: str, spread: Spread) -> dict[str, float]:
    names = (f"{prefix}{level}" for level in HEADLINE_LEVELS)
    return dict(zip(names, spread, strict=True))


def _keys(
    results: Sequence[Results], measures: Sequence[str], actor: str | None
) -> list[Key]:
    """Return what is compared: what any recorded of the measures that all have."""
    first = results[0]
    chosen = measures or [
        name
        for name, quantity in first.quantities.items()
        if quantity.headline and all(name in one.quantities for one in results)
    ]
    recorded = {key for one in results for key in one.series}
    for name in chosen:
        for one in results:
            one.check_measure(name)
        if actor is not None and (name, actor) not in recorded:
            first.of(name, actor)
    keys = [
        (name, whom)
        for name, whom in recorded
        if name in chosen and whom == (actor or whom)
    ]
    return sorted_keys(keys, first.quantities)


def _in_common_draws(results: Mapping[str, Results]) -> dict[str, Results]:
    """Return the results in the draws that all have; none if they do not pair."""
    every = [one.draws for one in results.values()]
    first, end = max(draws.first for draws in every), min(draws.end for draws in every)
    if len({one.seed for one in results.values()}) > 1 or first >= end:
        return {}
    common = Draws(end - first, first)
    return {label: _in_draws(one, common) for label, one in results.items()}


def _in_draws(results: Results, draws: Draws) -> Results:
    start = draws.first - results.draws.first
    series = {
        key: values[:, start : start + draws.count]
        for key, values in results.series.items()
    }
    return replace(results, draws=draws, series=series)
