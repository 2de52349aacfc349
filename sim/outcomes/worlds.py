"""The drawn worlds: a row for each draw, with what was assumed and what came of it.

Columns of assumptions have their names. Columns of outcomes are
``side:measure:actor``, where the side is ``scenario``, ``baseline`` or ``difference``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.domain.ensemble import PerDraw
from sim.outcomes.objectives import ObjectiveValues
from sim.outcomes.paired_difference import paired_difference
from sim.outcomes.results import Results, with_same_series

DRAW = "draw"
SCENARIO, BASELINE, DIFFERENCE = "scenario", "baseline", "difference"
"""What a column of an outcome begins with: a level under one law, or the difference."""

_OF_COLUMN = ":"
_UNIT = b"unit"

Outcome = tuple[str, str, PerDraw]
"""A column: its name, its unit and its values."""


def worlds_table(
    scenario: Results,
    baseline: Results,
    assumed: Mapping[str, PerDraw],
    units: Mapping[str, str],
) -> pa.Table:
    """Return a row for each draw: every assumption, and every headline measure.

    Measures are those of the horizon; flows are summed over the twelve months to it.

    Args:
        scenario: results of the scenario.
        baseline: of the same draws; the same object if it was run alone.
        assumed: what was assumed under the scenario, by name.
        units: the unit of each assumption, by its name.
    """
    outcomes = _headline(*with_same_series(scenario, baseline))
    return _table(scenario.draws.numbers, assumed, units, outcomes)


def compared_worlds_table(
    values: Iterable[ObjectiveValues],
    draws: Iterable[int],
    assumed: Mapping[str, PerDraw],
    units: Mapping[str, str],
) -> pa.Table:
    """Return the same of laws side by side: every assumption, and every objective.

    Columns of outcomes are ``law:objective``. What a scenario itself fixes is not in
    the assumptions, which are those of the baseline.
    """
    outcomes = (
        (f"{law}{_OF_COLUMN}{each.objective.name}", each.objective.unit, series[-1])
        for each in values
        for law, series in each.series.items()
    )
    return _table(draws, assumed, units, outcomes)


def _headline(scenario: Results, baseline: Results) -> Iterator[Outcome]:
    """Yield every headline measure at the horizon, under both laws and between them."""
    last = scenario.months[-1]
    for measure, actor in scenario.series:
        quantity = scenario.quantities[measure]
        if not quantity.headline:
            continue
        name, unit = _OF_COLUMN.join((measure, actor)), quantity.unit_by_year
        old = baseline.over_year((measure, actor), last)
        if scenario is not baseline:
            new = scenario.over_year((measure, actor), last)
            yield f"{SCENARIO}{_OF_COLUMN}{name}", unit, new
            change = paired_difference(new, old)
            yield f"{DIFFERENCE}{_OF_COLUMN}{name}", unit, change
        yield f"{BASELINE}{_OF_COLUMN}{name}", unit, old


def _table(
    draws: Iterable[int],
    assumed: Mapping[str, PerDraw],
    units: Mapping[str, str],
    outcomes: Iterable[Outcome],
) -> pa.Table:
    fields = [pa.field(DRAW, pa.int32())]
    arrays = [pa.array(list(draws), type=pa.int32())]
    given = ((name, units.get(name, ""), values) for name, values in assumed.items())
    for name, unit, values in (*given, *outcomes):
        fields.append(pa.field(name, pa.float64(), metadata={_UNIT: unit}))
        arrays.append(pa.array(np.asarray(values, dtype=np.float64)))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def worlds_frame(table: pa.Table) -> pd.DataFrame:
    """Return such a table with the draws as index; `attrs["units"]` has the units."""
    frame = table.to_pandas().set_index(DRAW)
    frame.attrs["units"] = {
        field.name: field.metadata[_UNIT].decode()
        for field in table.schema
        if field.metadata and _UNIT in field.metadata
    }
    return frame


def assumptions_of(worlds: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of what was assumed."""
    return worlds[[name for name in worlds if _OF_COLUMN not in str(name)]]


def outcomes_of_side(worlds: pd.DataFrame, side: str) -> pd.DataFrame:
    """Return the outcomes under one law, or the differences, by measure and actor."""
    start = f"{side}{_OF_COLUMN}"
    own = worlds[[name for name in worlds if str(name).startswith(start)]]
    return own.rename(columns=lambda name: str(name).removeprefix(start))
