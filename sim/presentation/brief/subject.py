"""What a brief is about: a run, and what is known of its assumptions and its model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd
import yaml

from sim.outcomes import folder_writer as files
from sim.outcomes.checked_folder import text_of
from sim.presentation.brief.dependence import Dependence, dependence_of
from sim.presentation.brief.track_record import TrackRecord, track_records
from sim.presentation.written_run import Run
from sim.records.assumptions import Assumption

EFFECTS = [("ai_compute_stock", "china"), ("frontier_lag_months", "china")]
"""The effects that a brief is about."""


@dataclass(frozen=True, eq=False)
class BriefSubject:
    """A run, and what a brief tells beside its numbers.

    Attributes:
        run: the run, in its folder.
        assumptions: the uncertain numbers, by name.
        scores: the published scores of the model, docs/hindcast/series.csv.
    """

    run: Run
    assumptions: Mapping[str, Assumption]
    scores: pd.DataFrame

    @property
    def alone(self) -> bool:
        """Whether the baseline was run alone."""
        return self.run.scenario == self.run.baseline

    @cached_property
    def question(self) -> str:
        """The question that the scenario asks."""
        file = f"{files.SCENARIOS}/{self.run.scenario}.yaml"
        if not self.run.holds(file):
            return ""
        content = self.run.read_file(file, lambda path: yaml.safe_load(text_of(path)))
        return str(content.get("question", ""))

    @property
    def day(self) -> str:
        """The day of the run."""
        return str(self.run.provenance.get("started", ""))[:10]

    @property
    def law_to(self) -> date | None:
        """The day of the last act on record; nothing if the law was not kept."""
        if not self.run.has_law:
            return None
        law = self.run.law
        days = law[law["baseline"] != ""]["announced"]
        return max(pd.to_datetime(days).dt.date, default=None)

    @cached_property
    def dependence(self) -> list[Dependence]:
        """What its effects depend on; nothing of too few draws, or a baseline alone."""
        if self.alone or not self.run.holds(files.WORLDS):
            return []
        return dependence_of(self.run, EFFECTS)

    @cached_property
    def records(self) -> list[TrackRecord]:
        """How the model did on published figures that it was not fitted to."""
        return list(track_records(self.scores))
