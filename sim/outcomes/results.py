"""Results: what was recorded of one scenario, measure by measure and draw by draw."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sim.domain.array_types import Float64
from sim.domain.ensemble import Draws, PerDraw
from sim.domain.errors import InvariantError, SettingsError, choices
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.domain.short_repr import ShortRepr
from sim.outcomes.measures.measure import CHINA, Quantity
from sim.outcomes.network_graph import Network, join_networks
from sim.outcomes.occurrences import Occurrence, merge_events
from sim.policy.decided_law import AS_DATED, DecidedLaw
from sim.policy.regime import Regime

Series = Float64[np.ndarray, "months draws"]
"""One row per month recorded, and one number per draw in each."""

Key = tuple[str, str]
"""Name of a measure, and the actor (or ``actor:variant``) that it is about."""


@dataclass(frozen=True, eq=False, repr=False)
class Results(ShortRepr):
    """What was recorded of one scenario.

    Attributes:
        quantities: what each recorded measure means, by name.
        series: what was recorded, by measure and actor: a row per month, a column per
            draw, in the measure's unit.
        regime: the law it was run under, nothing decided, if known.
        decided: what governments had decided by the last month, draw by draw.
        network: actors and lines as they were at the end, if kept.
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

        The chunks are emptied series by series as the joined ones are filled, so that
        memory never holds the numbers twice.

        Raises:
            InvariantError: the chunks do not follow one another, or do not hold the
                same months and measures.
        """
        if len(chunks) == 1:
            return chunks[0]
        first = chunks[0]
        recorded = (first.months, first.quantities)
        if any((chunk.months, chunk.quantities) != recorded for chunk in chunks):
            raise InvariantError(
                f"chunks of {first.scenario} hold different months or measures"
            )
        keys = {key for chunk in chunks for key in chunk.series}
        return replace(
            first,
            draws=Draws.join([chunk.draws for chunk in chunks]),
            series={
                key: np.concatenate([chunk.pop(key) for chunk in chunks], axis=1)
                for key in sorted_keys(keys, first.quantities)
            },
            events=merge_events(event for chunk in chunks for event in chunk.events),
            decided=_join_decided(chunks),
            network=_join_networks(chunks),
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
        self.check_measure(measure)
        hint = choices(actor, self.actors(measure))
        raise SettingsError(f"{measure} was not recorded for {actor!r}{hint}")

    def check_measure(self, measure: str) -> None:
        """Refuse a measure that was not recorded, and say what may have been meant."""
        if measure not in self.quantities:
            hint = choices(measure, self.quantities)
            raise SettingsError(f"no measure {measure!r} was recorded{hint}")

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
        """Return a measure at the end of a month, or what flowed in it."""
        return self.series[key][self.month_index(month)]

    def over_year(self, key: Key, last: Month) -> PerDraw:
        """Return a measure for the year that ends with a month.

        A flow is summed over the twelve months to `last` (fewer at the start of the
        record); a stock or a level is read in the last of them.
        """
        end = self.month_index(last) + 1
        if self.quantities[key[0]].kind != "flow":
            return self.series[key][end - 1]
        return sum_over_months(self.series[key][max(end - MONTHS_A_YEAR, 0) : end])


def sum_over_months(months: Series) -> PerDraw:
    """Return the sum over months, draw by draw, the same for one draw as for many."""
    amount = np.zeros(months.shape[1])
    for month in months:
        amount = amount + month
    return amount


def sums_over_year(months: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return sums over the twelve months to each end, as `Results.over_year` has them.

    Months are added one after another, so they are the same to the last bit. Before the
    record began there is nothing to add.

    Args:
        months: a flow by month, its first axis.
        ends: indices of the last months of years.

    Returns:
        An array with a row for each end.
    """
    amount = np.zeros((len(ends), *months.shape[1:]))
    for back in reversed(range(MONTHS_A_YEAR)):
        inside = ends >= back
        amount[inside] = amount[inside] + months[ends[inside] - back]
    return amount


def sorted_keys(keys: Iterable[Key], measures: Iterable[str]) -> list[Key]:
    """Return keys in the order of the measures; China first, then by name."""
    rank = {name: index for index, name in enumerate(measures)}
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
    for name in ("draws", "months", "seed", "quantities"):
        if getattr(scenario, name) != getattr(baseline, name):
            raise InvariantError(
                f"{scenario.scenario} and {baseline.scenario} differ in their {name}; "
                "a paired comparison needs the same"
            )
    if scenario.series.keys() == baseline.series.keys():
        return scenario, baseline
    keys = sorted_keys({*scenario.series, *baseline.series}, scenario.quantities)
    scenario, baseline = (
        replace(results, series={key: results.get(key) for key in keys})
        for results in (scenario, baseline)
    )
    return scenario, baseline


def _join_networks(chunks: Sequence[Results]) -> Network | None:
    networks = [chunk.network for chunk in chunks if chunk.network is not None]
    if len(networks) < len(chunks):
        return None
    return join_networks(networks, [chunk.draws.count for chunk in chunks])


def _join_decided(chunks: Sequence[Results]) -> DecidedLaw:
    regime = chunks[0].regime
    if regime is None:
        return AS_DATED
    return DecidedLaw.concatenate([chunk.decided for chunk in chunks], regime.book.acts)
