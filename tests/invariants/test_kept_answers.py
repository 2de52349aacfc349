"""What is kept of law is never stale: who works out all of it each month agrees."""

import sys
from collections.abc import Hashable, Sequence
from typing import Any

import pytest

from sim.domain.months import Month
from sim.policy.kept_answers import KeptAnswers
from sim.settings.scenario_files import ScenarioFiles
from sim.world import World
from tests.state import assert_same_state
from tests.worlds import built, run_until

DECIDING = ("adaptive", "decided_history")

PARTED = Month(2026, 3)
"""A month in which the laws of all scenarios differ, and governments decide."""

LATER = Month(2028, 6)


def nothing_kept(*_: object, **__: object) -> dict[Hashable, Any]:
    """Return no answers: all have to be worked out."""
    return {}


def never(_: Sequence[object], __: Sequence[object]) -> bool:
    """Say that arrays are others than before."""
    return False


def forget_everything(patch: pytest.MonkeyPatch) -> None:
    """Let every answer of law be worked out whenever it is asked for."""
    patch.setattr(KeptAnswers, "under", nothing_kept)
    patch.setattr(World, "law_changed", property(lambda _: True))
    patch.setattr(World, "law_may_change", lambda *_: True)
    for name, module in list(sys.modules.items()):
        if name.startswith("sim.") and "same_objects" in vars(module):
            patch.setattr(module, "same_objects", never)


def compare_with_worked_out(records, regime, months: Sequence[Month]) -> None:
    """Run a law twice, and compare all state in some months."""
    kept, worked_out = (built(records, regime=regime, draws=2) for _ in range(2))
    for month in months:
        run_until(kept, month)
        with pytest.MonkeyPatch.context() as patch:
            forget_everything(patch)
            run_until(worked_out, month)
        assert_same_state(kept, worked_out)
    told = [
        [(x.month, x.actor, x.event, x.subject) for x in world.events]
        for world in (kept, worked_out)
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize("scenario", DECIDING)
def test_what_is_kept_is_what_would_be_worked_out(records, law_of, scenario):
    """Where governments decide, in which months law changes goes by draw."""
    compare_with_worked_out(records, law_of(scenario), [PARTED])


@pytest.mark.slow
@pytest.mark.parametrize("scenario", sorted(ScenarioFiles.find().files))
def test_no_scenario_meets_an_answer_that_no_longer_holds(records, law_of, scenario):
    """All state, while law changes and years later."""
    compare_with_worked_out(records, law_of(scenario), [PARTED, LATER])
