"""What is kept of law is never stale: who works out all of it each month agrees."""

import sys
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

import pytest

from sim.domain.months import Month
from sim.model import ChipWar
from sim.policy.kept_answers import KeptAnswers
from sim.settings.scenario_files import ScenarioFiles
from sim.world import World
from tests.state import assert_same_state
from tests.worlds import built, forked, run_until

PAST = Month(2024, 12)
"""The last month that is run once for all laws that do not differ by then."""

PARTED = Month(2026, 3)
"""A month in which the laws of all scenarios differ, and governments decide."""

LATER = Month(2027, 3)

LATER_DECIDED = Month(2028, 6)
"""Late enough for governments to have taken back what they decided."""


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


def run_worked_out(world: ChipWar, month: Month) -> None:
    """Run a world in which nothing of law is kept."""
    with pytest.MonkeyPatch.context() as patch:
        forget_everything(patch)
        run_until(world, month)


@pytest.fixture(scope="module")
def pasts(records):
    """Two worlds until many laws part: one keeps answers of law, one does not."""
    kept, worked_out = (built(records, draws=2) for _ in range(2))
    run_until(kept, PAST)
    run_worked_out(worked_out, PAST)
    assert_same_state(kept, worked_out)
    return kept, worked_out


def pair_under(records, regime, pasts) -> Iterator[ChipWar]:
    """Yield both worlds under a law: with the common past where it shares that."""
    first = records.law.first_difference(regime)
    for past in pasts:
        if first is None or first > PAST:
            yield forked(past, regime)
        else:
            yield built(records, regime=regime, draws=2)


def compare_with_worked_out(records, regime, pasts, months: Sequence[Month]) -> None:
    """Run a law twice, and compare all state in some months."""
    kept, worked_out = pair_under(records, regime, pasts)
    for month in months:
        run_until(kept, month)
        run_worked_out(worked_out, month)
        assert_same_state(kept, worked_out)
    told = [
        [(x.month, x.actor, x.event, x.subject) for x in world.events]
        for world in (kept, worked_out)
    ]
    assert told[0] == told[1]


@pytest.mark.slow
@pytest.mark.parametrize("scenario", sorted(ScenarioFiles.find().files))
def test_no_scenario_meets_an_answer_that_no_longer_holds(
    records, law_of, pasts, scenario
):
    """All state, while law changes and later; in which months it does goes by draw
    where governments decide."""
    law = law_of(scenario)
    end = LATER_DECIDED if law.decisions else LATER
    compare_with_worked_out(records, law, pasts, [PARTED, end])
