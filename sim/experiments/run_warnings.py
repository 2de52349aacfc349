"""Warnings before a run: what a reader should know of it, while it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from sim.experiments.setup import Setup
from sim.policy.never_binding import changes_that_never_bind


def run_warnings(setup: Setup) -> tuple[str, ...]:
    """Return all that should be said of a run before it starts, a line each."""
    return tuple(chain.from_iterable(check(setup) for check in _CHECKS))


def _law(setup: Setup) -> Iterator[str]:
    """Yield the changes of law that can never bind."""
    if setup.scenario is None:
        return
    yield from changes_that_never_bind(
        setup.baseline.regime, setup.scenario.regime, setup.horizon.last_day
    )


_CHECKS = (_law,)
"""Functions of a setup that yield warnings."""
