"""The task `structure`: whether each mechanism, and each series, earns its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from sim.assembly import MECHANISMS
from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.experiments.ensemble import run_baselines
from sim.experiments.hindcast.mechanism_scores import (
    leave_series_out,
    mechanism_effects,
    mechanism_verdicts,
    without_mechanism,
)
from sim.experiments.hindcast.predictive import discrepancies_of, predict_series
from sim.experiments.hindcast.scoreboard import score_predictions
from sim.presentation import structure as show
from sim.settings.compose import Command
from sim.tasks.report import study_and_report
from sim.tasks.study_run import StudyRun
from sim.tasks.study_setup import Scoring, law_of_record

_FOLDER = "structure"


@dataclass(frozen=True, eq=False)
class Structure:
    """A study of structure that is done and written.

    Attributes:
        vintage: the last month of the past.
        draws: how many were lived.
        where_drawn: where assumptions are drawn from, in words.
        worth: by how much scores are worse without each mechanism, by family and part.
        verdicts: what is said of each mechanism.
        left_out: how the fit without each series foretells it; None without a fit.
        folder: where it stands.
    """

    vintage: Month
    draws: int
    where_drawn: str
    worth: pd.DataFrame
    verdicts: pd.DataFrame
    left_out: pd.DataFrame | None
    folder: Path


def structure_and_report(command: Command) -> None:
    """Carry out the study, write its folder and print it."""
    study_and_report(command, study, show.print_structure)


def study(command: Command, command_line: Sequence[str], quiet: bool) -> Structure:
    """Live through the record without each mechanism, and write the folder.

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
    if not all(settings.mechanisms.values()):
        raise SettingsError(
            "mechanisms: task=structure switches each off in turn; leave them on"
        )
    scoring = Scoring.of(command)
    vintage, record, prepared = scoring.vintage, scoring.record, scoring.prepared
    setup = prepared.setup

    setups = [setup, *(without_mechanism(setup, name) for name in MECHANISMS)]
    whole, *reduced = run_baselines(setups, setup.workers, quiet, "each mechanism off")
    each = predict_series(setup, record, whole)
    known = discrepancies_of(each)
    told = score_predictions(each, whole, vintage).periods
    rows = {
        name: score_predictions(
            predict_series(setup, record, results, known), results, vintage
        ).periods
        for name, results in zip(MECHANISMS, reduced, strict=True)
    }
    table = mechanism_effects(told, rows)
    alone = None
    if setup.posterior is not None:
        seen = min(vintage, setup.posterior.calibration.observations_to)
        assumed = setup.posterior.values(setup.draws, setup.seed)
        alone = leave_series_out(each, assumed, seen)
    folder = inquiry.folder(_FOLDER)
    done = Structure(
        vintage=vintage,
        draws=setup.draws.count,
        where_drawn=prepared.where_drawn,
        worth=table,
        verdicts=mechanism_verdicts(table),
        left_out=alone,
        folder=folder,
    )
    draw = partial(show.draw, done=done)
    inquiry.leave(folder, prepared, show.tables(done), draw)
    return done
