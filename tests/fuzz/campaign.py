"""A campaign: many inputs of a kind are tried, and those that fail are shrunk."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from zlib import crc32

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.verdict import Expected, Outcome, Verdict

BATCH = 1_000
"""Inputs that Hypothesis generates together."""


class Case(Protocol):
    """An input of any kind."""

    kind: str
    expected: Expected

    def use(self) -> object:
        """Read or prepare it."""


@dataclass(frozen=True)
class Failure:
    """An input that failed, the smallest that was found to fail so."""

    case: Any
    outcome: Outcome


@dataclass
class Campaign:
    """What came of the inputs of a kind.

    Attributes:
        counts: how many inputs had each outcome.
        failures: one for each way of failing.
    """

    counts: Counter[Verdict] = field(default_factory=Counter)
    failures: dict[str, Failure] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        """How many inputs were tried."""
        return sum(self.counts.values())


class _FailedError(Exception):
    """An input failed in a way that is not known yet."""


def try_cases(
    strategy: st.SearchStrategy[Any],
    count: int,
    first_seed: int,
    judge: Callable[[Any], Outcome],
    *,
    shrink: bool = True,
) -> Campaign:
    """Try inputs, and return what came of them.

    Args:
        strategy: of the inputs.
        count: how many.
        first_seed: what fixes them.
        judge: uses one, and says what became of it.
        shrink: whether to look for a smaller input that fails in the same way.
    """
    campaign = Campaign()
    batch = 0
    while campaign.cases < count:
        before = campaign.cases
        _try_batch(
            campaign,
            strategy,
            min(BATCH, count - before),
            crc32(f"{first_seed}/{batch}".encode()),
            judge,
            shrink=shrink,
        )
        batch += 1
    return campaign


def _try_batch(
    campaign: Campaign,
    strategy: st.SearchStrategy[Any],
    count: int,
    batch_seed: int,
    judge: Callable[[Any], Outcome],
    *,
    shrink: bool,
) -> None:
    """Try a batch; it ends with the first input that fails in a new way."""
    failing: list[Failure] = []

    @seed(batch_seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate, *([Phase.shrink] if shrink else [])],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        print_blob=False,
    )
    @given(strategy)
    def examine(case: Any) -> None:
        outcome = judge(case)
        if not failing:
            campaign.counts[outcome.verdict] += 1
        if not outcome.failed or outcome.place in campaign.failures:
            return
        if not failing or failing[-1].outcome.place == outcome.place:
            failing.append(Failure(case, outcome))
            raise _FailedError

    try:
        examine()
    except _FailedError:
        campaign.failures[failing[-1].outcome.place] = failing[-1]
    except Exception as error:  # what Hypothesis itself says of a flaky input
        if not failing:
            raise
        note = f"{failing[-1].outcome.message}\n({type(error).__name__})"
        outcome = Outcome(failing[-1].outcome.verdict, note, failing[-1].outcome.place)
        campaign.failures[outcome.place] = Failure(failing[-1].case, outcome)
