"""Changes of law that can never bind in a run, each in a line that says why."""

from collections.abc import Iterator
from datetime import date

from sim.policy.regime import Regime


def changes_that_never_bind(
    base: Regime, other: Regime, horizon: date
) -> Iterator[str]:
    """Yield what in `other` differs from `base` and cannot bind by the horizon.

    Args:
        base: the law compared with.
        other: the law of the scenario.
        horizon: the last day that is run.
    """
    for key, act in other.book.dated.items():
        if base.instruments.get(key) == act or key in other.book.decided_ids:
            continue
        if act.effective > horizon:
            yield (
                f"{key}: takes effect on {act.effective}, after the horizon "
                f"({horizon:%Y-%m}), so it never binds in this run; give an earlier "
                "effective, or a later horizon"
            )
