"""Recorded histories of whole ensembles: some measures, every month, every draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.domain.months import Month
from sim.outcomes.measures import MEASURES
from sim.policy.regime import Regime
from sim.records import Records
from sim.world import Event
from tests.worlds import built, forked, unchecked

Key = tuple[str, str]


@dataclass(eq=False)
class History:
    """What was measured month by month.

    Attributes:
        start: the first month.
        series: by measure and actor, (months, draws).
        events: what happened.
    """

    start: Month
    series: dict[Key, np.ndarray]
    events: list[Event] = field(default_factory=list)

    def at(self, measure: str, actor: str, month: Month | str) -> np.ndarray:
        """Return a measure by draw, in one month."""
        when = Month.parse(month) if isinstance(month, str) else month
        return self.series[measure, actor][when - self.start]

    def over(self, measure: str, actor: str, first: str, last: str) -> np.ndarray:
        """Return a measure by draw, month by month from the first to the last."""
        begin = Month.parse(first) - self.start
        end = Month.parse(last) - self.start + 1
        return self.series[measure, actor][begin:end]

    def year(self, measure: str, actor: str, year: int) -> np.ndarray:
        """Return a flow by draw, added up over a calendar year."""
        return self.over(measure, actor, f"{year}-01", f"{year}-12").sum(axis=0)


def quantile(values: np.ndarray, share: float = 0.5) -> float:
    """Return a quantile over draws."""
    return float(np.quantile(values, share))


class Recording:
    """A world that is run and measured; it can be forked with its past."""

    def __init__(self, world, measures: Sequence[str]) -> None:
        self.world = world
        self.measures = [measure for measure in MEASURES if measure.name in measures]
        self.rows: dict[Key, list[np.ndarray]] = {}

    def run_until(self, month: Month) -> "Recording":
        """Run to the end of a month."""
        with unchecked():
            while self.world.month <= month:
                self.world.step()
                for measure in self.measures:
                    for actor, values in measure.read(self.world).items():
                        self.rows.setdefault((measure.name, actor), []).append(values)
        return self

    def fork(self, regime: Regime) -> "Recording":
        """Return a recording with the same past and another law from now on."""
        twin = Recording(forked(self.world, regime), ())
        twin.measures = self.measures
        twin.rows = {key: list(rows) for key, rows in self.rows.items()}
        return twin

    def history(self) -> History:
        """Return what was measured."""
        series = {key: np.stack(rows) for key, rows in self.rows.items()}
        return History(self.world.start, series, list(self.world.events))


def histories(
    records: Records,
    laws: Mapping[str, tuple[Regime, Month]],
    measures: Sequence[str],
    *,
    draws: int,
    horizon: Month,
) -> dict[str, History]:
    """Return the history under the law of record, and under laws that depart from it.

    Assumptions are drawn as a run draws them, from the posterior in the data. What a
    law has in common with that of record is run once.

    Args:
        records: what is known.
        laws: by name, each with its last month.
        measures: what is recorded.
        draws: how many.
        horizon: the last month under the law of record.
    """
    forks = {
        name: records.law.first_difference(law) or last
        for name, (law, last) in laws.items()
    }
    trunk = Recording(built(records, draws=draws, joint=records.posterior), measures)
    recorded = {}
    for name in sorted(laws, key=lambda name: forks[name]):
        law, last = laws[name]
        trunk.run_until(forks[name] + -1)
        recorded[name] = trunk.fork(law).run_until(last).history()
    return {"baseline": trunk.run_until(horizon).history(), **recorded}
