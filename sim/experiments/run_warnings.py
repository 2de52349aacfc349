"""Warnings before a run: what a reader should know of it, while it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from sim.assembly import first_month_world
from sim.domain.months import Month
from sim.experiments.setting_warnings import (
    draw_warnings,
    horizon_warnings,
    range_warnings,
)
from sim.experiments.setup import Setup
from sim.policy.dates import Period
from sim.policy.law_warnings import changes_that_never_bind
from sim.policy.never_binding import LawInRun


def run_warnings(setup: Setup) -> tuple[str, ...]:
    """Return all that should be said of a run before it starts, a line each."""
    return tuple(chain.from_iterable(check(setup) for check in _CHECKS))


def _law(setup: Setup) -> Iterator[str]:
    """Yield the changes of law that can never bind."""
    scenario, baseline = setup.scenario, setup.baseline
    own = setup.records.own_acts
    if scenario is None and not own:
        return
    lines = first_month_world(setup.records, baseline.regime).lines
    days = Period(setup.records.start.first_day, (setup.horizon + 1).first_day)
    base = LawInRun(baseline.regime, lines, days)
    if own:
        without = baseline.regime.without(own)
        yield from changes_that_never_bind(replace(base, regime=without), base, own)
        yield from _known_to_the_fit(setup)
    if scenario is not None:
        other = replace(base, regime=scenario.regime)
        yield from changes_that_never_bind(base, other, scenario.named_acts)


def _known_to_the_fit(setup: Setup) -> Iterator[str]:
    """Yield the acts of a user's own that fall into the time of the observations."""
    if setup.posterior is None:
        return
    last = setup.posterior.origin.observations_to
    law = setup.baseline.regime.instruments
    for name, first_day in setup.records.own_acts.items():
        if name in law and Month.of(first_day) <= last:
            yield (
                f"what law_folder says of {name} begins on {first_day}; assumptions "
                f"were fitted to observations to {last} without it"
            )


def _draws(setup: Setup) -> Iterator[str]:
    yield from draw_warnings(setup.draws.count)


def _ranges(setup: Setup) -> Iterator[str]:
    """Yield the assumptions that either case sets outside their ranges."""
    cases = filter(None, (setup.baseline, setup.scenario))
    values: dict[str, set[float]] = {}
    for case in cases:
        for name, value in case.assumptions.items():
            values.setdefault(name, set()).add(value)
    yield from range_warnings(values, setup.records.assumptions)


def _horizon(setup: Setup) -> Iterator[str]:
    yield from horizon_warnings(setup.horizon, setup.records.assumptions)


_CHECKS = (_law, _draws, _ranges, _horizon)
"""Functions of a setup that yield warnings."""
