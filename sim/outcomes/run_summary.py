"""What a run says first: the numbers at the horizon that its summary is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan

import numpy as np

from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.outcomes.attribution import Attribution
from sim.outcomes.bargaining_table import Proposal, joined_acts, proposals_of
from sim.outcomes.effect_drivers import (
    FEWEST_DRAWS,
    Driver,
    drivers_of,
    effects_at_horizon,
)
from sim.outcomes.headline import HORIZON, LAG, HeadlineRow, headline
from sim.outcomes.measures.measure import CHINA
from sim.outcomes.paired_difference import narrows, widens
from sim.outcomes.results import Key, Results, with_same_series

COMPUTE: Key = ("ai_compute_stock", CHINA)

MOST_DRAWS = 5_000
"""Draws that are enough to find what an effect depends on; of more, the first."""


@dataclass(frozen=True)
class QuantitySummary:
    """What a run says of one quantity.

    Attributes:
        row: the row of the headline at the horizon.
        up: share of draws in which the scenario raises it, the lag by a day or more.
        down: share in which it lowers it, the lag by a day or more.
        earliest: that of the first whole year, if it ends before the horizon.
        parts: rows at the horizon of the channels that it is the sum of, if recorded.
        drivers: what the effect depends on, the heaviest first: assumptions, and
            decisions of allies by the key that `RunSummary.decisions` gives them.
    """

    row: HeadlineRow
    up: float = nan
    down: float = nan
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
        decisions: what allies were asked to join, by key.
    """

    scenario: str
    baseline: str
    alone: bool
    horizon: Month
    draws: int
    compute: QuantitySummary | None = None
    lag: QuantitySummary | None = None
    split: Attribution | None = None
    decisions: Mapping[str, Proposal] = field(default_factory=dict)


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
        assumed: what was assumed, by name, in the first `MOST_DRAWS` draws at least.
        split: the change of the lag by channel, if it was split.
    """
    new, old = _of_subjects(*with_same_series(scenario, baseline))
    rows = headline(new, old)
    joined = joined_acts(
        proposals_of(scenario), scenario.events, scenario.months, scenario.draws
    )
    drivers = _drivers(
        new, old, {**assumed, **{key: where for key, (_, where) in joined.items()}}
    )
    return RunSummary(
        scenario=scenario.scenario,
        baseline=baseline.scenario,
        alone=scenario is baseline,
        horizon=scenario.months[-1],
        draws=scenario.draws.count,
        compute=_quantity(COMPUTE, rows, drivers),
        lag=_by_a_day(_quantity(LAG, rows, drivers), new, old),
        split=split,
        decisions={key: proposal for key, (proposal, _) in joined.items()},
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
        up=last.probability_of_increase,
        down=last.probability_of_decrease,
        earliest=first if first.when != HORIZON else None,
        parts=tuple(
            row
            for row in rows
            if (row.measure, row.when) == (key[0], HORIZON)
            and row.actor.startswith(f"{key[1]}:")
        ),
        drivers=tuple(driver for driver in drivers if driver.key == key),
    )


def _by_a_day(
    lag: QuantitySummary | None, scenario: Results, baseline: Results
) -> QuantitySummary | None:
    """Return the summary of the lag, in which less than a day is no change."""
    if lag is None or scenario is baseline:
        return lag
    last = scenario.months[-1]
    change = scenario.over_year(LAG, last) - baseline.over_year(LAG, last)
    return replace(
        lag, up=float(np.mean(widens(change))), down=float(np.mean(narrows(change)))
    )


def _drivers(
    scenario: Results, baseline: Results, candidates: Mapping[str, PerDraw]
) -> list[Driver]:
    """Return what the effects on compute and lag depend on, if draws are enough."""
    if scenario.draws.count < FEWEST_DRAWS:
        return []
    effects = [
        replace(effect, change=effect.change[:MOST_DRAWS])
        for effect in effects_at_horizon(scenario, baseline)
        if effect.key in {COMPUTE, LAG}
    ]
    first = {name: values[:MOST_DRAWS] for name, values in candidates.items()}
    return drivers_of(effects, first)
