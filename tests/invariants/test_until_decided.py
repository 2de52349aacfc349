"""Letting a government decide changes nothing before anything of it can be seen."""

from collections.abc import Mapping

import numpy as np
import pytest

from sim.domain.ensemble import NEVER, PerDraw
from sim.domain.months import Month
from sim.policy.regime import Regime
from sim.records.scenarios import load_scenario
from sim.world import World
from tests.state import everything_in, same_bits
from tests.worlds import built, forked, months_until, run_until

DRAWS = 12

OWN_THOUGHTS = (".at_risk", ".strictness", ".resolves", "motion of ")
"""What a government keeps to itself until it acts."""

CASES = {
    "china": ("2022-10", Month(2023, 6)),
    "netherlands": ("2022-10", Month(2023, 7)),
    "japan": ("2022-10", Month(2023, 4)),
    "united_states": ("2026-10", Month(2027, 8)),
}
"""Who decides, since when, and until when it is watched."""


def deciding(records, government: str, since: str) -> Regime:
    """Return the law of record with one government that decides."""
    said = {
        "question": "?",
        "source": "a test",
        "decisions": {"since": since, government: "endogenous"},
    }
    return load_scenario(said, records, name="test").regime


def first_recorded(law: Regime) -> float:
    """Return the first month in which the record shows what is now to be decided."""
    months = [
        Month.of(act.announced).index
        for act, _ in law.decisions.open_decisions(law.book.acts)
        if act.id not in law.decisions.menu
    ]
    return min(months, default=NEVER)


def first_agreed(world: World) -> PerDraw:
    """Return by draw the month in which the first of all motions was agreed to."""
    months = [motion.agreed for motion in world.motions]
    return np.min(months, axis=0)


def differing(actual: World, reference: World) -> Mapping[int, str]:
    """Return the draws in which two worlds differ, and where."""
    one, other = everything_in(actual), everything_in(reference)
    found: dict[int, str] = {}
    for path, values in one.items():
        if any(word in path for word in OWN_THOUGHTS) or path not in other:
            continue
        if same_bits(values, other[path]):
            continue
        unlike = ~np.isclose(values, other[path], rtol=0.0, atol=0.0, equal_nan=True)
        for draw in np.flatnonzero(unlike.reshape(-1, unlike.shape[-1]).any(axis=0)):
            found.setdefault(int(draw), path)
    return found


@pytest.fixture(scope="module", params=CASES)
def runs_that_differ(request, records):
    """By draw: the first month seen to differ, what was seen, and when it may be."""
    since, end = CASES[request.param]
    law = deciding(records, request.param, since)
    recorded = run_until(built(records, draws=DRAWS), Month.parse(since) + -1)
    decided = forked(recorded, law)
    seen = np.full(DRAWS, NEVER)
    what: dict[int, str] = {}
    agreed = np.full(DRAWS, NEVER)
    for month in months_until(recorded, end):
        run_until(decided, month)
        agreed = np.minimum(agreed, first_agreed(decided))
        for draw, path in differing(recorded, decided).items():
            seen[draw] = min(seen[draw], month.index)
            what.setdefault(draw, path)
    return seen, what, np.minimum(agreed, first_recorded(law))


def test_nothing_differs_before_something_can_be_seen(runs_that_differ):
    """All state, every month, draw by draw; asks that are pending change nothing."""
    seen, what, may_be = runs_that_differ
    early = {d: (what[d], seen[d], may_be[d]) for d in what if seen[d] < may_be[d]}
    assert not early


def test_what_is_decided_is_seen_within_the_year(runs_that_differ):
    """Or the test above would pass where nothing is ever decided."""
    seen, _, may_be = runs_that_differ
    watched = np.isfinite(may_be)
    assert watched.any()
    assert np.median(seen[watched] - may_be[watched]) <= 12.0
    assert np.isfinite(seen).any()


def test_draws_first_differ_in_different_months(runs_that_differ):
    seen, _, _ = runs_that_differ
    assert len(set(seen[np.isfinite(seen)])) > 1


def test_a_truce_of_the_record_that_is_now_to_be_decided_suspends_nothing(records):
    """That of November 2025 would lift Beijing's ban of December 2024 at once.

    In March 2025 the record lists Inspur, which is then to be decided.
    """
    recorded = run_until(built(records, draws=2), Month(2025, 1))
    decided = forked(recorded, deciding(records, "united_states", "2025-02"))
    for month in months_until(recorded, Month(2025, 2)):
        run_until(decided, month)
        assert not differing(recorded, decided)
