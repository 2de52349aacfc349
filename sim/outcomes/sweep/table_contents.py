"""The sheet of a sweep: which points, series and times its tables are made of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from sim.domain.ensemble import Draws
from sim.domain.errors import OutputError
from sim.outcomes.headline import BACKFIRE, HORIZON, LAG
from sim.outcomes.measures import MEASURES
from sim.outcomes.results import sorted_keys
from sim.outcomes.sweep.block_store import NOTHING_STORED, BlockStore
from sim.outcomes.sweep.point_status import DesignRow, column, errors_by_number
from sim.outcomes.sweep.point_values import SeriesLabel

ALL_TIMES = "all"
"""Stands for every time of which there are values."""

FOOTER_KEY = b"chipwar_sweep"
"""Where the foot of a table says what it was made from."""


@dataclass(frozen=True, eq=False)
class TableContents:
    """What a table is made of.

    Attributes:
        store: holds the values; what it knows must be fresh (`Store.done`).
        settings: names of what is swept.
        rows: the points, in the order of the design.
        draws: the possible worlds.
        times: years, ``horizon``, or ``all``.
        about: what fixes the numbers besides, for the foot of the table: no clock time.
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
        found = errors_by_number(self.rows, self.store.refresh(), self.draws)
        wanted = {str(when) for when in self.times}
        if ALL_TIMES in wanted:
            return found
        early = {
            number: f"there is no {', '.join(sorted(wanted))} in its months"
            for number, row in enumerate(self.rows)
            if row.key is not None and number not in found
            if (times := self.store.times([row.key])) and not wanted & times.keys()
        }
        return dict(sorted({**found, **early}.items()))

    @cached_property
    def run_keys(self) -> list[str]:
        """The points that were lived."""
        return [
            row.key
            for number, row in enumerate(self.rows)
            if row.key is not None and number not in self.errors
        ]

    @cached_property
    def labels(self) -> tuple[SeriesLabel, ...]:
        """Every series that any point has, in the order of the headline table."""
        return in_headline_order(self.store.labels(self.run_keys, self.draws))

    @cached_property
    def columns_of_time(self) -> list[str]:
        """The times of the table: years, then the horizon."""
        held = sorted(self.store.times(self.run_keys))  # letters come after figures
        wanted = [str(when) for when in self.times]
        return (
            held if ALL_TIMES in wanted else [when for when in held if when in wanted]
        )

    @cached_property
    def has_backfire_row(self) -> bool:
        """Whether each point has a row that says how often the lag narrows."""
        lag = any((label.measure, label.actor) == LAG for label in self.labels)
        return (
            lag and HORIZON in self.columns_of_time and self.store.paired(self.run_keys)
        )

    @cached_property
    def setting_columns(self) -> list[pa.Array]:
        """A column for each setting, a value for each point."""
        return [
            column([row.values[place] for row in self.rows])
            for place in range(len(self.settings))
        ]

    @property
    def footer(self) -> dict[bytes, bytes]:
        """What the foot of a file says."""
        said = {
            "settings": list(self.settings),
            "points": len(self.rows),
            "draws": self.draws.count,
            "first_draw": self.draws.first,
            "times": self.columns_of_time,
            "series": [[label.measure, label.actor] for label in self.labels]
            + ([list(backfire_labels()[:2])] if self.has_backfire_row else []),
            "about": dict(self.origin),
        }
        return {FOOTER_KEY: json.dumps(said, sort_keys=True, default=str).encode()}

    def check(self) -> None:
        """Refuse a sweep that is not done.

        Raises:
            OutputError: says which point is the first that is not.
        """
        held = self.store.refresh()
        for number, row in enumerate(self.rows):
            if number in self.errors:
                continue
            if row.key is None or held.get(row.key, NOTHING_STORED).missing(self.draws):
                raise OutputError(
                    f"point {number} has not been run in all {self.draws.count} draws; "
                    "give the same command again to finish the sweep"
                )


def in_headline_order(labels: Iterable[SeriesLabel]) -> tuple[SeriesLabel, ...]:
    """Return series in the order of the headline table."""
    known = {(label.measure, label.actor): label for label in labels}
    names = [measure.name for measure in MEASURES]
    strangers = sorted({measure for measure, _ in known} - set(names))
    return tuple(known[key] for key in sorted_keys(known, [*names, *strangers]))


def backfire_labels() -> tuple[str, str, str, str]:
    """Return the words of the row that says how often the lag narrows."""
    return (BACKFIRE, LAG[1], "probability", HORIZON)
