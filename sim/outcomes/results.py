"""Results: what was recorded of one scenario, measure by measure and draw by draw."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from jaxtyping import Float64, Int64

from sim.domain.ensemble import Draws, PerDraw, PerEventDraw
from sim.domain.errors import InvariantError, SettingsError, nearest
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.outcomes.measures.measure import CHINA, Quantity
from sim.outcomes.network import Network, join_networks
from sim.policy.decided_law import AS_DATED, DecidedLaw
from sim.policy.regime import Regime
from sim.world import Event

Series = Float64[np.ndarray, "months draws"]
"""One row per month recorded, and one number per draw in each."""

Key = tuple[str, str]
"""Name of a measure, and the actor (or ``actor:variant``) that it is about."""


@dataclass(frozen=True, eq=False)
class Occurrence:
    """An event and the numbers of the draws in which it happened.

    Attributes:
        month: when.
        actor: who did it or met it.
        event: what, in a few words.
        subject: what it is about.
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
    def of(cls, event: Event, draws: Draws, part: slice = slice(None)) -> Occurrence:
        """Return an event of a world that lived through the given draws.

        Args:
            event: what happened.
            draws: the draws.
            part: where they stand in the world, if others stand beside them.
        """
        numbers = np.arange(draws.first, draws.first + draws.count, dtype=np.int64)
        where = slice(None) if event.where is None else event.where[part]
        held = _held(event, part)
        return cls(
            month=event.month,
            actor=event.actor,
            event=event.event,
            subject=event.subject,
            detail=event.detail,
            draws=numbers[where],
            inputs={name: values[held] for name, values in event.inputs.items()},
            threshold=None if event.threshold is None else event.threshold[held],
            alternative=event.alternative,
        )

    @property
    def key(self) -> tuple[Month, str, str, str, str, str]:
        """What tells the event from every other, whatever the draws."""
        return (
            self.month,
            self.actor,
            self.event,
            self.subject,
            self.detail,
            self.alternative,
        )

    @property
    def form(self) -> tuple[bool, tuple[str, ...]]:
        """Which numbers it gives: only events of one form can be merged."""
        return (self.threshold is not None, tuple(self.inputs))


def _held(event: Event, part: slice) -> slice:
    """Return where the numbers of some draws stand among those of an event."""
    if event.where is None or part == slice(None):
        return part
    before = int(np.count_nonzero(event.where[: part.start]))
    return slice(before, before + int(np.count_nonzero(event.where[part])))


@dataclass(frozen=True, eq=False)
class Results:
    """What was recorded of one scenario.

    Attributes:
        scenario: its name.
        months: the months recorded, one after another.
        draws: the draws it was run for.
        quantities: what each recorded measure means, by name.
        series: what was recorded, by measure and actor: a row per month, a column per
            draw, in the measure's unit.
        events: what happened, in order.
        regime: the law it was run under, nothing decided, if known.
        decided: what governments had decided by the last month, draw by draw.
        network: actors and lines as they stood at the end, if kept.
        seed: the seed that fixes the luck of every draw.
    """

    scenario: str
    months: tuple[Month, ...]
    draws: Draws
    quantities: Mapping[str, Quantity]
    series: dict[Key, Series]
    events: tuple[Occurrence, ...] = ()
    regime: Regime | None = None
    decided: DecidedLaw = AS_DATED
    network: Network | None = field(default=None, repr=False)
    seed: int = 0

    @classmethod
    def join(cls, chunks: Sequence[Results]) -> Results:
        """Return the results of consecutive chunks of draws as one.

        The chunks are emptied series by series as the whole fills up, so that memory
        never holds the numbers twice.

        Raises:
            InvariantError: the chunks do not follow one another, or do not hold the
                same months and measures.
        """
        if len(chunks) == 1:
            return chunks[0]
        head = chunks[0]
        _check_that_they_follow(chunks)
        keys = {key for chunk in chunks for key in chunk.series}
        return replace(
            head,
            draws=Draws(sum(chunk.draws.count for chunk in chunks), head.draws.first),
            series={
                key: np.concatenate([chunk.pop(key) for chunk in chunks], axis=1)
                for key in sorted_keys(keys, head.quantities)
            },
            events=merge_events(event for chunk in chunks for event in chunk.events),
            decided=_joined_conduct(chunks),
            network=_joined_network(chunks),
        )

    @property
    def law_at_horizon(self) -> Regime | None:
        """The law with what governments had decided by the last month."""
        if self.regime is None:
            return None
        return self.regime.with_decided(self.decided, self.decided)

    def of(self, measure: str, actor: str) -> Series:
        """Return what was recorded of a measure for an actor.

        Raises:
            SettingsError: nothing of that name was recorded.
        """
        if (measure, actor) in self.series:
            return self.series[measure, actor]
        if measure not in self.quantities:
            hint = nearest(measure, self.quantities)
            raise SettingsError(f"no measure {measure!r} was recorded{hint}")
        hint = nearest(actor, self.actors(measure))
        raise SettingsError(f"{measure} was not recorded for {actor!r}{hint}")

    def only(self, keys: Collection[Key]) -> Results:
        """Return the same results with some of the series and no others."""
        kept = {key: series for key, series in self.series.items() if key in keys}
        return replace(self, series=kept)

    def get(self, key: Key) -> Series:
        """Return a series, or nothing in every month and draw if it was not recorded.

        A chip that was never designed, say, was never sold.
        """
        nothing = np.broadcast_to(0.0, (len(self.months), self.draws.count))
        return self.series.get(key, nothing)

    def pop(self, key: Key) -> Series:
        """Return a series as `get` does, and forget it."""
        series = self.get(key)
        self.series.pop(key, None)
        return series

    def actors(self, measure: str) -> list[str]:
        """Return the actors for which a measure was recorded, in order of recording."""
        return [actor for name, actor in self.series if name == measure]

    def month_index(self, month: Month) -> int:
        """Return the row of a month in every series.

        Raises:
            SettingsError: the month was not recorded.
        """
        position = month - self.months[0]
        if not 0 <= position < len(self.months):
            raise SettingsError(
                f"{month} was not recorded; months run from {self.months[0]} to "
                f"{self.months[-1]}"
            )
        return position

    def at(self, key: Key, month: Month) -> PerDraw:
        """Return a measure as it stood at the end of a month, or flowed in it."""
        return self.series[key][self.month_index(month)]

    def over_year(self, key: Key, last: Month) -> PerDraw:
        """Return a measure for the year that ends with a month.

        A flow is summed over the twelve months to `last` (fewer at the start of the
        record); a stock or a level is read in the last of them.
        """
        end = self.month_index(last) + 1
        if self.quantities[key[0]].kind != "flow":
            return self.series[key][end - 1]
        months = self.series[key][max(end - MONTHS_A_YEAR, 0) : end]
        return sum_over_months(months)


def sum_over_months(months: Series) -> PerDraw:
    """Return the sum over months, draw by draw, the same for one draw as for many."""
    amount = np.zeros(months.shape[1])
    for month in months:
        amount = amount + month
    return amount


def sorted_keys(keys: Iterable[Key], measures: Iterable[str]) -> list[Key]:
    """Return keys in the order of the measures; China first, then by name."""
    rank = {name: place for place, name in enumerate(measures)}
    return sorted(
        keys, key=lambda key: (rank[key[0]], not key[1].startswith(CHINA), key[1])
    )


def with_same_series(scenario: Results, baseline: Results) -> tuple[Results, Results]:
    """Return two results that hold the same series.

    What was recorded of one alone is nothing in the other: a chip, say, that only one
    law called for.

    Raises:
        InvariantError: they were not run for the same draws, months and measures.
    """
    for what in ("draws", "months", "seed", "quantities"):
        if getattr(scenario, what) != getattr(baseline, what):
            raise InvariantError(
                f"{scenario.scenario} and {baseline.scenario} differ in their {what}; "
                "a paired comparison needs the same"
            )
    if scenario.series.keys() == baseline.series.keys():
        return scenario, baseline
    keys = sorted_keys({*scenario.series, *baseline.series}, scenario.quantities)
    ours, theirs = (
        replace(one, series={key: one.get(key) for key in keys})
        for one in (scenario, baseline)
    )
    return ours, theirs


def merge_events(events: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """Return events of several chunks as one list in order of month.

    Events that differ only in their draws become one; what was weighed stays with the
    draw in which it was.
    """
    parts: dict[object, list[Occurrence]] = {}
    for event in events:
        parts.setdefault((event.key, event.form), []).append(event)
    whole = (_merged(same) for same in parts.values())
    return tuple(sorted(whole, key=_chronicle))


def _chronicle(event: Occurrence) -> tuple[object, ...]:
    """Return what puts events in order of month, then of name."""
    month, *names = event.key
    return (month.index, *names, event.form)


def _merged(same: list[Occurrence]) -> Occurrence:
    """Return events that differ in their draws alone as one, draws rising."""
    head = same[0]
    if len(same) == 1:
        return head
    draws = np.concatenate([one.draws for one in same])
    order = np.argsort(draws, kind="stable")
    thresholds = [one.threshold for one in same if one.threshold is not None]
    return replace(
        head,
        draws=draws[order],
        inputs={
            name: np.concatenate([one.inputs[name] for one in same])[order]
            for name in head.inputs
        },
        threshold=np.concatenate(thresholds)[order] if thresholds else None,
    )


def _joined_network(chunks: Sequence[Results]) -> Network | None:
    networks = [chunk.network for chunk in chunks if chunk.network is not None]
    if len(networks) < len(chunks):
        return None
    return join_networks(networks, [chunk.draws.count for chunk in chunks])


def _joined_conduct(chunks: Sequence[Results]) -> DecidedLaw:
    regime = chunks[0].regime
    if regime is None:
        return AS_DATED
    return DecidedLaw.concatenate([chunk.decided for chunk in chunks], regime.book.acts)


def _check_that_they_follow(chunks: Sequence[Results]) -> None:
    head = chunks[0]
    for before, after in pairwise(chunks):
        expected = before.draws.first + before.draws.count
        if after.draws.first != expected:
            raise InvariantError(
                f"chunks of {head.scenario} do not follow one another: "
                f"draw {after.draws.first} where {expected} was expected"
            )
        if after.months != head.months or after.quantities != head.quantities:
            raise InvariantError(
                f"chunks of {head.scenario} hold different months or measures"
            )
