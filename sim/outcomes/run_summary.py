"""What a run says first: the numbers at the horizon that its summary is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.outcomes.attribution import Attribution
from sim.outcomes.effect_drivers import (
    FEWEST_DRAWS,
    Driver,
    drivers_of,
    effects_at_horizon,
)
from sim.outcomes.headline import HORIZON, LAG, HeadlineRow, headline
from sim.outcomes.measures.measure import CHINA
from sim.outcomes.results import Key, Results, with_same_series

COMPUTE: Key = ("ai_compute_stock", CHINA)

MOST_DRAWS = 5_000
"""Draws that are enough to find what an effect depends on; of more, the first."""


@dataclass(frozen=True)
class QuantitySummary:
    """What a run says of one quantity.

    Attributes:
        row: the row of the headline at the horizon.
        earliest: that of the first whole year, if it ends before the horizon.
        parts: rows at the horizon of the channels that it is the sum of, if recorded.
        drivers: the assumptions that the effect depends on, the heaviest first.
    """

    row: HeadlineRow
    earliest: HeadlineRow | None = None
    parts: tuple[HeadlineRow, ...] = ()
    drivers: tuple[Driver, ...] = ()


@dataclass(frozen=True)
class RunSummary:
    """What a run says first.

    Attributes:
        alone: whether the baseline was run alone.
        draws: how many were run.
        compute: AI compute that China can use, if it was recorded.
        lag: China's lag behind the frontier, if it was recorded.
        split: the change of the lag by channel, if it was split.
    """

    scenario: str
    baseline: str
    alone: bool
    horizon: Month
    draws: int
    compute: QuantitySummary | None = None
    lag: QuantitySummary | None = None
    split: Attribution | None = None

    @property
    def quantities(self) -> list[QuantitySummary]:
        """The quantities that were recorded."""
        return [each for each in (self.compute, self.lag) if each is not None]

    @property
    def too_few_draws(self) -> bool:
        """Whether the draws are too few to say what an effect depends on."""
        return self.draws < FEWEST_DRAWS


def summarise(
    scenario: Results,
    baseline: Results,
    assumed: Mapping[str, PerDraw],
    split: Attribution | None = None,
) -> RunSummary:
    """Return what a run says first.

    Args:
        scenario: results of the scenario.
        baseline: of the law compared with, in the same draws; the same object if it
            was run alone.
        assumed: what was assumed in the first draws, by name; as many as are to be
            looked at for what an effect depends on.
        split: the change of the lag by channel, if it was split.
    """
    new, old = _of_subjects(*with_same_series(scenario, baseline))
    rows = headline(new, old)
    drivers = _drivers(new, old, assumed)
    return RunSummary(
        scenario=scenario.scenario,
        baseline=baseline.scenario,
        alone=scenario is baseline,
        horizon=scenario.months[-1],
        draws=scenario.draws.count,
        compute=_quantity(COMPUTE, rows, drivers),
        lag=_quantity(LAG, rows, drivers),
        split=split,
    )


def _of_subjects(scenario: Results, baseline: Results) -> tuple[Results, Results]:
    """Return both results with what a summary is about and nothing else."""
    keys = [key for key in scenario.series if _is_subject(key)]
    old = baseline.only(keys)
    return (old if scenario is baseline else scenario.only(keys)), old


def _is_subject(key: Key) -> bool:
    """Return whether a series is China's compute, a channel of it, or China's lag."""
    return key == LAG or (key[0] == COMPUTE[0] and key[1].partition(":")[0] == CHINA)


def _quantity(
    key: Key, rows: Sequence[HeadlineRow], drivers: Sequence[Driver]
) -> QuantitySummary | None:
    own = [row for row in rows if (row.measure, row.actor) == key]
    if not own:
        return None
    first, last = own[0], own[-1]
    return QuantitySummary(
        row=last,
        earliest=first if first.when != HORIZON else None,
        parts=tuple(
            row
            for row in rows
            if (row.measure, row.when) == (key[0], HORIZON)
            and row.actor.startswith(f"{key[1]}:")
        ),
        drivers=tuple(driver for driver in drivers if driver.key == key),
    )


def _drivers(
    scenario: Results, baseline: Results, assumed: Mapping[str, PerDraw]
) -> list[Driver]:
    """Return what the effects on compute and lag depend on, if draws are enough."""
    if scenario.draws.count < FEWEST_DRAWS:
        return []
    count = len(next(iter(assumed.values()), ()))
    effects = [
        replace(effect, change=effect.change[:count])
        for effect in effects_at_horizon(scenario, baseline)
        if effect.key in {COMPUTE, LAG}
    ]
    return drivers_of(effects, assumed)
