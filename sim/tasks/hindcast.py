"""The task `hindcast`: the scoreboard of the model beside what was observed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from sim.domain.months import Month
from sim.experiments.ensemble import run_baselines
from sim.experiments.hindcast.observed import ObservationRecord, measures_to_record
from sim.experiments.hindcast.patterns import compare_published, judge_patterns
from sim.experiments.hindcast.predictive import predict_series
from sim.experiments.hindcast.scoreboard import HindcastScores, score_predictions
from sim.experiments.news import EventDay, compare_days, run_through_news
from sim.outcomes.results import Results
from sim.presentation import hindcast as show
from sim.records.market_rows import EventReturnRow
from sim.records.pattern_rows import Pattern, Published
from sim.settings.compose import Command
from sim.tasks.prepare import PreparedRun
from sim.tasks.report import study_and_report
from sim.tasks.study_run import StudyRun
from sim.tasks.study_setup import (
    Scoring,
    law_of_record,
    prepare_study_run,
    runs_read,
    with_all_known,
)

_FOLDER = "hindcast"


@dataclass(frozen=True, eq=False)
class Hindcast:
    """A hindcast that is done and written.

    Attributes:
        vintage: the last month of the past.
        draws: how many were lived.
        where_drawn: where assumptions are drawn from, in words.
        scores: how predictions of observed series fared.
        later: totals of the same with all that was learnt later; None if the vintage
            hides nothing.
        patterns: the patterns of the record, judged.
        published: figures of others, the model's beside them.
        days: each firm on the day of each event, model beside observation.
        folder: where the results stand.
    """

    vintage: Month
    draws: int
    where_drawn: str
    scores: HindcastScores
    later: pd.DataFrame | None
    patterns: pd.DataFrame
    published: pd.DataFrame
    days: list[EventDay]
    folder: Path


def hindcast_and_report(command: Command) -> None:
    """Carry out the hindcast, write its folder and print it."""
    study_and_report(command, study, show.print_hindcast)


def study(command: Command, command_line: Sequence[str], quiet: bool) -> Hindcast:
    """Live through the record, score it, and write the folder, whole or not at all.

    Args:
        command: what was asked.
        command_line: the command as it was given, for the record.
        quiet: whether to show no progress.

    Raises:
        ChipWarError: something in what was asked is wrong, or cannot be written.
    """
    inquiry = StudyRun.now(command, command_line)
    settings = command.settings
    law_of_record(command)
    scoring = Scoring.of(command)
    everything, in_full = scoring.everything, with_all_known(command)
    vintage, record, prepared = scoring.vintage, scoring.record, scoring.prepared
    horizon, measures = prepared.setup.horizon, measures_to_record(record.series)
    hindsight = prepare_study_run(in_full, everything, horizon, measures)

    read = [*everything.facts.rows(Pattern), *everything.facts.rows(Published)]
    others = runs_read(in_full, everything, read, record)
    setups = [one.setup for one in (prepared, *others.values())]
    results, *rest = run_baselines(setups, prepared.setup.workers, quiet, "the record")
    lives = dict(zip(others, rest, strict=True))
    fared = _scored(prepared, record, results, vintage)
    later = None
    if settings.as_of is not None:
        told = lives[settings.baseline]
        later = _scored(hindsight, record, told, vintage).totals
    returns = run_through_news(hindsight.setup, quiet)
    events = everything.facts.rows(EventReturnRow)

    folder = inquiry.folder(_FOLDER)
    done = Hindcast(
        vintage=vintage,
        draws=hindsight.setup.draws.count,
        where_drawn=_where_drawn(prepared, vintage),
        scores=fared,
        later=later,
        patterns=judge_patterns(everything.facts.rows(Pattern), lives, returns, events),
        published=compare_published(everything.facts.rows(Published), lives),
        days=compare_days(hindsight.setup, returns),
        folder=folder,
    )
    draw = partial(show.draw, study=done)
    inquiry.leave(folder, prepared, show.tables(done), draw)
    return done


def _where_drawn(prepared: PreparedRun, vintage: Month) -> str:
    """Return where assumptions come from, and whether that has seen the test."""
    posterior, said = prepared.setup.posterior, prepared.where_drawn
    if posterior is None or posterior.calibration.observations_to <= vintage:
        return said
    return (
        f"{said} That posterior has seen observations after the vintage, so this is no "
        "test; assumptions=prior has not."
    )


def _scored(
    prepared: PreparedRun, record: ObservationRecord, results: Results, vintage: Month
) -> HindcastScores:
    each = predict_series(prepared.setup, record, results)
    return score_predictions(each, results, vintage)
