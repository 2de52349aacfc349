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
from sim.outcomes.sweep.design import Row, column, errors_of
from sim.outcomes.sweep.store import NOTHING, Store
from sim.outcomes.sweep.values import Label

ALL = "all"
"""Stands for every time of which there are values."""

ABOUT = b"chipwar_sweep"
"""Where the foot of a table says what it was made from."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """What a table is made of.

    Attributes:
        store: holds the values; what it knows must be fresh (`Store.done`).
        settings: names of what is swept.
        rows: the points, in the order of the design.
        draws: the possible worlds.
        times: years, ``horizon``, or ``all``.
        about: what fixes the numbers besides, for the foot of the table: no clock time.
    """

    store: Store
    settings: Sequence[str]
    rows: Sequence[Row]
    draws: Draws
    times: Sequence[str]
    about: Mapping[str, object]

    @cached_property
    def errors(self) -> dict[int, str]:
        """Why points failed, by number.

        A point that ends before every time asked for has nothing to show.
        """
        found = errors_of(self.rows, self.store.done(), self.draws)
        wanted = {str(when) for when in self.times}
        if ALL in wanted:
            return found
        early = {
            number: f"there is no {', '.join(sorted(wanted))} in its months"
            for number, row in enumerate(self.rows)
            if row.key is not None and number not in found
            if (times := self.store.times([row.key])) and not wanted & times.keys()
        }
        return dict(sorted({**found, **early}.items()))

    @cached_property
    def keys(self) -> list[str]:
        """The points that were lived."""
        return [
            row.key
            for number, row in enumerate(self.rows)
            if row.key is not None and number not in self.errors
        ]

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """Every series that any point has, in the order of the headline table."""
        return ordered(self.store.labels(self.keys, self.draws))

    @cached_property
    def whens(self) -> list[str]:
        """The times of the table: years, then the horizon."""
        held = sorted(self.store.times(self.keys))  # letters come after figures
        wanted = [str(when) for when in self.times]
        return held if ALL in wanted else [when for when in held if when in wanted]

    @cached_property
    def backfires(self) -> bool:
        """Whether each point has a row that says how often the lag narrows."""
        lag = any((label.measure, label.actor) == LAG for label in self.labels)
        return lag and HORIZON in self.whens and self.store.paired(self.keys)

    @cached_property
    def columns(self) -> list[pa.Array]:
        """A column for each setting, a value for each point."""
        return [
            column([row.values[place] for row in self.rows])
            for place in range(len(self.settings))
        ]

    @property
    def foot(self) -> dict[bytes, bytes]:
        """What the foot of a file says."""
        said = {
            "settings": list(self.settings),
            "points": len(self.rows),
            "draws": self.draws.count,
            "first_draw": self.draws.first,
            "times": self.whens,
            "series": [[label.measure, label.actor] for label in self.labels]
            + ([list(last_row()[:2])] if self.backfires else []),
            "about": dict(self.about),
        }
        return {ABOUT: json.dumps(said, sort_keys=True, default=str).encode()}

    def check(self) -> None:
        """Refuse a sweep that is not done.

        Raises:
            OutputError: says which point is the first that is not.
        """
        held = self.store.done()
        for number, row in enumerate(self.rows):
            if number in self.errors:
                continue
            if row.key is None or held.get(row.key, NOTHING).lacks(self.draws):
                raise OutputError(
                    f"point {number} has not been run in all {self.draws.count} draws; "
                    "give the same command again to finish the sweep"
                )


def ordered(labels: Iterable[Label]) -> tuple[Label, ...]:
    """Return series in the order of the headline table."""
    known = {(label.measure, label.actor): label for label in labels}
    names = [measure.name for measure in MEASURES]
    strangers = sorted({measure for measure, _ in known} - set(names))
    return tuple(known[key] for key in sorted_keys(known, [*names, *strangers]))


def last_row() -> tuple[str, str, str, str]:
    """Return the words of the row that says how often the lag narrows."""
    return (BACKFIRE, LAG[1], "probability", HORIZON)
