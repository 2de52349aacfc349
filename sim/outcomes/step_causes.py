"""Step causes: what happened where the median of a measure moves abruptly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.domain.array_types import Float64
from sim.domain.months import Month
from sim.outcomes.measures.measure import CHINA
from sim.outcomes.occurrences import Occurrence
from sim.outcomes.results import Key

CAUSES: Mapping[str, frozenset[str]] = {
    "domestic_accelerators": frozenset({"chip launched", "memory runs short"}),
    "china_revenue": frozenset({"no chip on offer in China", "chip on offer in China"}),
}
"""Events that can move a measure from one month to the next, by measure."""

CAUSE_EVENTS = frozenset().union(*CAUSES.values())
"""All of these events."""

_STEP = 0.12
"""Change of a median, relative to the larger of two months, that is a step."""

_VISIBLE = 0.05
"""Share of the largest median that a step must reach to be seen in a figure."""

_MOST = 3
"""Steps that are explained in a series: the largest."""

_APART = 4
"""Months within which only the largest step is explained."""

_IN_MOST_DRAWS = 0.5


@dataclass(frozen=True)
class StepCause:
    """A step of a median, and the events that go with it.

    Attributes:
        index: of the month in which the median is first at its new height.
        events: what happened then in at least half of the draws, or the month before.
    """

    index: int
    events: tuple[Occurrence, ...]


def step_causes(
    key: Key,
    median: Float64[np.ndarray, "months"],
    months: Sequence[Month],
    events: Iterable[Occurrence],
    draws: int,
) -> tuple[StepCause, ...]:
    """Return the largest steps of a median for which events are known, by month.

    Args:
        key: measure and actor.
        median: over the draws, by month, in any unit.
        months: the months.
        events: what happened under the law of the median.
        draws: how many draws were run.
    """
    measure, actor = key
    kinds = CAUSES.get(measure, frozenset())
    own = [x for x in events if x.event in kinds and actor in {CHINA, x.actor}]
    common = [x for x in _merged(own) if x.draws.size >= _IN_MOST_DRAWS * draws]
    causes = (
        StepCause(index, _events_at(common, months[index]))
        for index in _steps(median)
        if common
    )
    known: list[StepCause] = []
    for cause in causes:
        if cause.events and all(abs(cause.index - x.index) > _APART for x in known):
            known.append(cause)
    return tuple(sorted(known[:_MOST], key=lambda cause: cause.index))


def _merged(events: Iterable[Occurrence]) -> list[Occurrence]:
    """Return events that differ in their details or alternatives alone as one."""
    alike: dict[object, list[Occurrence]] = {}
    for event in events:
        what = (event.month, event.actor, event.event, event.subject)
        alike.setdefault(what, []).append(event)
    return [
        replace(same[0], draws=np.unique(np.concatenate([x.draws for x in same])))
        for same in alike.values()
    ]


def _steps(median: Float64[np.ndarray, "months"]) -> list[int]:
    """Return the months in which a median has moved abruptly, the largest first."""
    before, after = median[:-1], median[1:]
    change = np.abs(after - before)
    larger = np.maximum(np.abs(before), np.abs(after))
    is_step = (change > _STEP * larger) & (change > _VISIBLE * np.abs(median).max())
    order = np.argsort(-change, kind="stable")
    return [int(index) + 1 for index in order if is_step[index]]


def _events_at(events: Sequence[Occurrence], month: Month) -> tuple[Occurrence, ...]:
    """Return the events of a month; if there are none, of the month before."""
    for when in (month, month + -1):
        own = tuple(event for event in events if event.month == when)
        if own:
            return own
    return ()
