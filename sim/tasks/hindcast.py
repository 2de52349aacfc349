"""The task `hindcast`: the scoreboard of the model beside what was observed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from rich.console import Console

from sim.domain.months import Month
from sim.experiments.chunks import run_baselines
from sim.experiments.hindcast.observed import ObservationRecord, measures_to_record
from sim.experiments.hindcast.patterns import compare_published, judge_patterns
from sim.experiments.hindcast.predictive import predict_series
from sim.experiments.hindcast.scoreboard import HindcastScores, score_predictions
from sim.experiments.news_returns import EventDay, compare_days, news_reactions
from sim.outcomes.results import Results
from sim.presentation import hindcast as show
from sim.records.market_rows import EventReturnRow
from sim.records.pattern_rows import Pattern, Published
from sim.tasks.prepare import PreparedRun
from sim.tasks.study_run import Study, StudyResult, StudyRun
from sim.tasks.study_setup import (
    Scoring,
    prepare_study_run,
    runs_needed,
)


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Hindcast(StudyResult):
    """The model's scores on what was observed.

    Attributes:
        vintage: the last month of the past.
        scores: scores of the predictions of observed series.
        totals_with_hindsight: totals with all facts that became known later; None if
            the vintage hides nothing.
        patterns: the patterns of the record, judged.
        published: figures of others, the model's beside them.
        days: each firm on the day of each event, model beside observation.
    """

    vintage: Month
    scores: HindcastScores
    totals_with_hindsight: pd.DataFrame | None
    patterns: pd.DataFrame
    published: pd.DataFrame
    days: list[EventDay]

    @property
    def assumption_source(self) -> str:
        """Where assumptions are drawn from, and whether that has seen the test."""
        posterior, source = (
            self.prepared.setup.posterior,
            self.prepared.assumption_source,
        )
        if posterior is None or posterior.origin.observations_to <= self.vintage:
            return source
        return (
            f"{source} That posterior has seen observations after the vintage, so this "
            "is no test; assumptions=prior has not."
        )

    def print_to(self, out: Console) -> None:
        """Print the scoreboard, and how patterns of the record are met."""
        show.print_hindcast(self, out)


def _compute(run: StudyRun) -> Hindcast:
    """Run the record as its vintage knows it, and as all is known now; score both."""
    command, settings = run.command, run.command.settings
    scoring = Scoring.of(command)
    run.print_warnings()
    known, record, prepared = scoring.all_records, scoring.record, scoring.prepared
    all_known = command.with_settings(as_of=None)
    horizon, measures = prepared.setup.horizon, measures_to_record(record.series)
    hindsight = prepare_study_run(all_known, known, horizon, measures)
    patterns, published = known.facts.rows(Pattern), known.facts.rows(Published)
    other_runs = runs_needed(all_known, known, [*patterns, *published], record)

    setups = [prepared_run.setup for prepared_run in (prepared, *other_runs.values())]
    results, *other_results = run_baselines(
        setups, command.workers, settings.quiet, "the record"
    )
    by_scenario = dict(zip(other_runs, other_results, strict=True))
    later = None
    if settings.as_of is not None:
        results_later = by_scenario[settings.baseline]
        later = _scored(hindsight, record, results_later, scoring.vintage).totals
    returns = news_reactions(hindsight.setup, settings.quiet)
    events = known.facts.rows(EventReturnRow)
    return Hindcast(
        prepared=prepared,
        vintage=scoring.vintage,
        scores=_scored(prepared, record, results, scoring.vintage),
        totals_with_hindsight=later,
        patterns=judge_patterns(patterns, by_scenario, returns, events),
        published=compare_published(published, by_scenario),
        days=compare_days(hindsight.setup, returns),
    )


def _scored(
    prepared: PreparedRun, record: ObservationRecord, results: Results, vintage: Month
) -> HindcastScores:
    predicted = predict_series(prepared.setup, record, results)
    return score_predictions(predicted, results, vintage)


HINDCAST = Study(
    name="hindcast",
    compute=_compute,
    tables=show.hindcast_tables,
    draw=show.draw_hindcast,
)
