"""Run tables: what a run has to show, before it is written to a folder.

`sim.outcomes.saved_run.RunFolder` offers the same of a saved run, so that figures and
screens do not depend on which of both they are given.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd
import pyarrow as pa

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.outcomes import frames
from sim.outcomes.attribution import Attribution
from sim.outcomes.bargaining_table import Proposal, bargaining, proposals_of
from sim.outcomes.headline import headline
from sim.outcomes.instrument_status import instrument_status
from sim.outcomes.line_changes import annotated, line_changes, month_of_most_cuts
from sim.outcomes.network_graph import Network, actor_names
from sim.outcomes.occurrences import Occurrence
from sim.outcomes.paired_difference import paired_difference
from sim.outcomes.results import Key, Results, with_same_series
from sim.policy.regime import Regime


@dataclass(frozen=True, eq=False, repr=False)
class RunTables(ShortRepr):
    """The tables of a run that has just been made.

    Attributes:
        baseline_results: of the law compared with; the same object if it was run alone.
        split: the change of the lag by channel, if it was split.
    """

    results: Results
    baseline_results: Results
    split: Attribution | None = None

    @classmethod
    def of(
        cls, scenario: Results, baseline: Results, split: Attribution | None = None
    ) -> RunTables:
        """Return the tables of two results, their series matched.

        Raises:
            InvariantError: the two do not pair.
        """
        return cls(*with_same_series(scenario, baseline), split)

    def only(self, keys: Iterable[Key]) -> RunTables:
        """Return the tables of some of the series and no others."""
        kept = set(keys)
        baseline = self.baseline_results.only(kept)
        scenario = baseline if self.alone else self.results.only(kept)
        return RunTables(scenario, baseline, self.split)

    @property
    def alone(self) -> bool:
        """Whether the baseline was run alone."""
        return self.results is self.baseline_results

    @property
    def sides(self) -> tuple[Results, ...]:
        """The results, the baseline's first; one if it was run alone."""
        results = (self.baseline_results, self.results)
        return results[:1] if self.alone else results

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        return self.results.scenario

    @property
    def baseline(self) -> str:
        """Name of the law compared with."""
        return self.baseline_results.scenario

    @property
    def draws(self) -> Draws:
        """The draws that were run."""
        return self.results.draws

    @property
    def seed(self) -> int:
        """The seed that fixes the luck of every draw."""
        return self.results.seed

    @property
    def months(self) -> tuple[Month, ...]:
        """The months recorded."""
        return self.results.months

    @property
    def actor_names(self) -> dict[str, str]:
        """The name of each actor, by id."""
        return actor_names(self.results.network)

    @cached_property
    def headline(self) -> pd.DataFrame:
        """Scenario, baseline and paired difference by measure, actor and year."""
        rows = headline(self.results, self.baseline_results, self.split)
        return frames.headline_frame(rows)

    @cached_property
    def quantiles_table(self) -> pa.Table:
        """Quantiles over all draws: scenario, month, actor, measure, unit, p05..p95."""
        return frames.quantiles_table(self.sides)

    @property
    def quantiles(self) -> pd.DataFrame:
        """The same as a frame."""
        return self.quantiles_table.to_pandas(date_as_object=False)

    @property
    def difference_quantiles(self) -> pd.DataFrame:
        """The same of the differences between the two, taken draw by draw."""
        changes = {
            key: paired_difference(series, self.baseline_results.series[key])
            for key, series in self.results.series.items()
        }
        change = replace(self.results, series=changes)
        return frames.quantiles_table([change]).to_pandas(date_as_object=False)

    @property
    def has_split(self) -> bool:
        """Whether the change of the lag was split by channel."""
        return self.split is not None

    @property
    def has_law(self) -> bool:
        """Whether law and network of both were kept."""
        known = (self.results.regime, self.baseline_results.regime)
        return None not in known and self.results.network is not None

    @cached_property
    def law(self) -> pd.DataFrame:
        """How each instrument stood at the end of each month."""
        scenario, baseline = self.results.regime, self.baseline_results.regime
        assert scenario is not None
        assert baseline is not None
        return frames.law_frame(instrument_status(scenario, baseline, self.months))

    @cached_property
    def bargaining(self) -> pd.DataFrame:
        """What governments were asked and decided; empty if nothing was."""
        rows = [row for side in self.sides for row in bargaining(side)]
        return frames.bargaining_frame(rows)

    @property
    def proposals(self) -> list[Proposal]:
        """What governments were asked to decide under the scenario."""
        return proposals_of(self.results)

    def occurrences(self, events: Iterable[str]) -> list[Occurrence]:
        """Return what happened under the scenario, of some kinds of event."""
        kinds = set(events)
        return [event for event in self.results.events if event.event in kinds]

    @cached_property
    def network(self) -> Network:
        """Actors and lines in plain words, what the scenario changes marked."""
        network = self.results.network
        assert network is not None
        if self._laws is None:
            return annotated(network)
        return annotated(network, line_changes(network, *self._laws))

    @property
    def network_law(self) -> str:
        """Which law the network shows, in words; nothing if it compares none."""
        if self._laws is None:
            return ""
        scenario, baseline, month = self._laws
        decided = bool(scenario.decisions or baseline.decisions)
        return f"law of {month}" + " as decided, on average over draws" * decided

    @cached_property
    def _laws(self) -> tuple[Regime, Regime, Month] | None:
        """The laws that the network compares, and in which month."""
        scenario = self.results.law_at_horizon
        baseline = self.baseline_results.law_at_horizon
        network = self.results.network
        if self.alone or scenario is None or baseline is None or network is None:
            return None
        month = month_of_most_cuts(network, scenario, baseline, self.months)
        return scenario, baseline, month
