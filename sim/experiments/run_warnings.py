"""Warnings before a run: what a reader should know of it, while it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from sim.assembly import first_month_world
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
    if scenario is None:
        return
    lines = first_month_world(setup.records, baseline.regime).lines
    days = Period(setup.records.start.first_day, (setup.horizon + 1).first_day)
    base, other = (LawInRun(case.regime, lines, days) for case in (baseline, scenario))
    yield from changes_that_never_bind(base, other, scenario.named_acts)


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
