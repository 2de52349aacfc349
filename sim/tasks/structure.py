"""The task `structure`: whether each mechanism, and each series, helps to predict."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from rich.console import Console

from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.domain.switches import MECHANISMS
from sim.experiments.chunks import run_baselines
from sim.experiments.hindcast.mechanism_scores import (
    leave_series_out,
    mechanism_effects,
    mechanism_verdicts,
    without_mechanism,
)
from sim.experiments.hindcast.predictive import discrepancies_of, predict_series
from sim.experiments.hindcast.scoreboard import score_predictions
from sim.presentation import structure_report as show
from sim.tasks.study_run import Study, StudyResult, StudyRun
from sim.tasks.study_setup import Scoring


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Structure(StudyResult):
    """What each mechanism and each series adds to the scores.

    Attributes:
        vintage: the last month of the past.
        worth: by how much scores are worse without each mechanism, by family and part.
        verdicts: what is said of each mechanism.
        left_out: how the fit without each series predicts it; None without a fit.
    """

    vintage: Month
    worth: pd.DataFrame
    verdicts: pd.DataFrame
    left_out: pd.DataFrame | None

    def print_to(self, out: Console) -> None:
        """Print what is said of each mechanism."""
        show.print_structure(self, out)


def _compute(run: StudyRun) -> Structure:
    """Run the record without each mechanism, and score it."""
    command, settings = run.command, run.command.settings
    if not all(settings.mechanisms.values()):
        raise SettingsError(
            "mechanisms: task=structure switches each off in turn; leave them on"
        )
    scoring = Scoring.of(command)
    run.print_warnings()
    vintage, record, setup = scoring.vintage, scoring.record, scoring.prepared.setup

    setups = [setup, *(without_mechanism(setup, name) for name in MECHANISMS)]
    complete, *reduced = run_baselines(
        setups, command.workers, settings.quiet, "each mechanism off"
    )
    series = predict_series(setup, record, complete)
    sizes = discrepancies_of(series)
    reduced_scores = {
        name: score_predictions(
            predict_series(setup, record, results, sizes), results, vintage
        ).periods
        for name, results in zip(MECHANISMS, reduced, strict=True)
    }
    table = mechanism_effects(
        score_predictions(series, complete, vintage).periods, reduced_scores
    )
    series_left_out = None
    if setup.posterior is not None:
        seen = min(vintage, setup.posterior.origin.observations_to)
        assumed = setup.posterior.values(setup.draws, setup.seed)
        series_left_out = leave_series_out(series, assumed, seen)
    return Structure(
        prepared=scoring.prepared,
        vintage=vintage,
        worth=table,
        verdicts=mechanism_verdicts(table),
        left_out=series_left_out,
    )


STRUCTURE = Study(
    name="structure",
    compute=_compute,
    tables=show.structure_tables,
    draw=show.draw_structure,
)
