"""What the tables of a sweep are made of: points, series, times and a footer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from sim.domain.ensemble import Draws
from sim.domain.errors import OutputError
from sim.outcomes.headline import BACKFIRE, HORIZON, LAG
from sim.outcomes.measures import MEASURES
from sim.outcomes.results import sorted_keys
from sim.outcomes.sweep.block_store import BlockStore
from sim.outcomes.sweep.point_status import (
    DesignRow,
    SettingValue,
    as_text,
    errors_by_number,
)
from sim.outcomes.sweep.point_values import SeriesLabel

ALL_TIMES = "all"
"""Stands for every time of which there are values."""

FOOTER_KEY = b"chipwar_sweep"
"""Where the metadata of a Parquet file say what its table was made from."""

BACKFIRE_LABELS = (BACKFIRE, LAG[1], "probability", HORIZON)
"""Labels of the row that says how often the lag narrows."""


@dataclass(frozen=True, eq=False)
class TableContents:
    """What a table is made of.

    Attributes:
        store: holds the values; it must be fresh (`BlockStore.refresh`).
        rows: the points, in the order of the design.
        times: years, ``horizon``, or ``all``.
        origin: what fixes the numbers besides; no clock time, which would change bytes.
    """

    store: BlockStore
    settings: Sequence[str]
    rows: Sequence[DesignRow]
    draws: Draws
    times: Sequence[str]
    origin: Mapping[str, object]

    @cached_property
    def errors(self) -> dict[int, str]:
        """Why points failed, by number.

        A point that ends before every time asked for has nothing to show.
        """
        errors = errors_by_number(self.rows, self.store.refresh(), self.draws)
        times = {str(time) for time in self.times}
        if ALL_TIMES in times:
            return errors
        for number, row in enumerate(self.rows):
            if row.key is None or number in errors:
                continue
            stored = self.store.times([row.key])
            if stored and not times & stored.keys():
                missing = ", ".join(sorted(times))
                errors[number] = f"there is no {missing} in its months"
        return dict(sorted(errors.items()))

    @cached_property
    def keys(self) -> list[str]:
        """The points that were run."""
        return [
            row.key
            for number, row in enumerate(self.rows)
            if row.key is not None and number not in self.errors
        ]

    @cached_property
    def labels(self) -> tuple[SeriesLabel, ...]:
        """Every series that any point has, in the order of the headline table."""
        return in_headline_order(self.store.labels(self.keys, self.draws))

    @cached_property
    def table_times(self) -> list[str]:
        """The times of the table: years, then the horizon."""
        stored = sorted(self.store.times(self.keys))  # letters come after figures
        times = [str(time) for time in self.times]
        return stored if ALL_TIMES in times else [t for t in stored if t in times]

    @cached_property
    def has_backfire_row(self) -> bool:
        """Whether each point has a row that says how often the lag narrows."""
        lag = any((label.measure, label.actor) == LAG for label in self.labels)
        return lag and HORIZON in self.table_times and self.store.paired(self.keys)

    @cached_property
    def setting_columns(self) -> list[pa.Array]:
        """A column for each setting, a value for each point."""
        return [
            setting_column([row.values[index] for row in self.rows])
            for index in range(len(self.settings))
        ]

    @property
    def footer(self) -> dict[bytes, bytes]:
        """The metadata of a file that holds a table."""
        series = [[label.measure, label.actor] for label in self.labels]
        if self.has_backfire_row:
            series.append(list(BACKFIRE_LABELS[:2]))
        content = {
            "settings": list(self.settings),
            "points": len(self.rows),
            "draws": self.draws.count,
            "first_draw": self.draws.first,
            "times": self.table_times,
            "series": series,
            "about": dict(self.origin),
        }
        return {FOOTER_KEY: json.dumps(content, sort_keys=True, default=str).encode()}

    def check_complete(self) -> None:
        """Refuse a sweep that is not done.

        Raises:
            OutputError: says which point is the first that is not.
        """
        stored = self.store.refresh()
        for number, row in enumerate(self.rows):
            if number not in self.errors and row.lacks_draws(stored, self.draws):
                raise OutputError(
                    f"point {number} has not been run in all {self.draws.count} draws; "
                    "give the same command again to finish the sweep"
                )


def in_headline_order(labels: Iterable[SeriesLabel]) -> tuple[SeriesLabel, ...]:
    """Return series in the order of the headline table."""
    by_key = {(label.measure, label.actor): label for label in labels}
    known = [measure.name for measure in MEASURES]
    unknown = sorted({measure for measure, _ in by_key} - set(known))
    return tuple(by_key[key] for key in sorted_keys(by_key, [*known, *unknown]))


def setting_column(values: Sequence[SettingValue]) -> pa.Array:
    """Return a setting's values as a column: whole numbers, numbers, truths or text.

    What is not set is missing among numbers, and among texts.
    """
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {bool}:
        return pa.array(values, type=pa.bool_())
    if kinds == {int}:
        return pa.array(values, type=pa.int64())
    if kinds <= {int, float}:
        numbers = [np.nan if value is None else float(value) for value in values]
        return pa.array(numbers, type=pa.float64(), from_pandas=True)
    texts = [None if value is None else as_text(value) for value in values]
    known = sorted({text for text in texts if text is not None})
    codes = {text: code for code, text in enumerate(known)}
    return pa.DictionaryArray.from_arrays(
        pa.array(
            [None if text is None else codes[text] for text in texts], type=pa.int32()
        ),
        pa.array(known, type=pa.string()),
    )
