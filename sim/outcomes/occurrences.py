"""Occurrences: what happened in a run, and in which draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from sim.domain.array_types import Int64
from sim.domain.ensemble import Draws, PerEventDraw
from sim.domain.months import Month
from sim.world import Event


@dataclass(frozen=True, eq=False)
class Occurrence:
    """An event and the numbers of the draws in which it happened.

    Attributes:
        event: what, in a few words.
        detail: how, in plain words.
        draws: the numbers of the draws, rising.
        inputs: what was weighed, by name, a number for each of those draws.
        threshold: what it had to reach in each of them; None if it was nothing.
        alternative: what was not done instead.
    """

    month: Month
    actor: str
    event: str
    subject: str
    detail: str
    draws: Int64[np.ndarray, "happened"]
    inputs: Mapping[str, PerEventDraw] = field(default_factory=dict)
    threshold: PerEventDraw | None = None
    alternative: str = ""

    @classmethod
    def of(cls, event: Event, draws: Draws, columns: slice = slice(None)) -> Occurrence:
        """Return an event of a world that was run for the given draws.

        Args:
            event: what happened.
            draws: the draws.
            columns: their columns in the world, if there are others beside them.
        """
        numbers = np.array(draws.numbers, dtype=np.int64)
        happened = slice(None) if event.where is None else event.where[columns]
        kept = _kept(event, columns)
        return cls(
            month=event.month,
            actor=event.actor,
            event=event.event,
            subject=event.subject,
            detail=event.detail,
            draws=numbers[happened],
            inputs={name: values[kept] for name, values in event.inputs.items()},
            threshold=None if event.threshold is None else event.threshold[kept],
            alternative=event.alternative,
        )

    @property
    def key(self) -> tuple[Month, str, str, str, str, str]:
        """What tells the event from every other, whatever the draws."""
        texts = (self.actor, self.event, self.subject, self.detail, self.alternative)
        return (self.month, *texts)

    @property
    def form(self) -> tuple[bool, tuple[str, ...]]:
        """Which numbers it gives: only events of one form can be merged."""
        return (self.threshold is not None, tuple(self.inputs))


def _kept(event: Event, columns: slice) -> slice:
    """Return where the numbers of some draws are among those of an event."""
    if event.where is None or columns == slice(None):
        return columns
    before = int(np.count_nonzero(event.where[: columns.start]))
    return slice(before, before + int(np.count_nonzero(event.where[columns])))


def merge_events(events: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """Return events of several chunks as one list in order of month, then of name.

    Events that differ only in their draws become one; what was weighed stays with the
    draw in which it was.
    """
    alike: dict[object, list[Occurrence]] = {}
    for event in events:
        alike.setdefault((event.key, event.form), []).append(event)
    merged = map(_merged, alike.values())
    return tuple(sorted(merged, key=lambda e: (e.month.index, *e.key[1:], e.form)))


def _merged(alike: list[Occurrence]) -> Occurrence:
    """Return events that differ in their draws alone as one, draws rising."""
    first = alike[0]
    if len(alike) == 1:
        return first
    draws = np.concatenate([event.draws for event in alike])
    order = np.argsort(draws, kind="stable")
    thresholds = [x.threshold for x in alike if x.threshold is not None]
    return replace(
        first,
        draws=draws[order],
        inputs={
            name: np.concatenate([event.inputs[name] for event in alike])[order]
            for name in first.inputs
        },
        threshold=np.concatenate(thresholds)[order] if thresholds else None,
    )
