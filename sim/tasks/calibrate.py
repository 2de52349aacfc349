"""The task `calibrate`: assumptions as the observations leave them, in files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pandas as pd
import yaml

from sim.domain.ensemble import PerDraw
from sim.domain.errors import OutputError, SettingsError
from sim.experiments.calibration.convergence import LARGEST_R_HAT, not_converged
from sim.experiments.calibration.evidence import Evidence
from sim.experiments.calibration.identifiability import correlations, identifiability
from sim.experiments.calibration.posterior_check import (
    check_by_observation,
    check_by_series,
)
from sim.experiments.calibration.sampler import SamplingPlan
from sim.experiments.calibration.simulated_worlds import Execution
from sim.experiments.calibration.waves import CalibrationEffort, run_calibration
from sim.experiments.hindcast.observed import group_into_series, measures_to_record
from sim.experiments.workers import Crew, processors
from sim.presentation import calibration as show
from sim.records import Records
from sim.records.history import errors_by_family, targets
from sim.records.history_rows import Family, Observation, ObservationError
from sim.settings.compose import Command
from sim.settings.schema import CalibrateSettings
from sim.tasks.paths import check_writable
from sim.tasks.posterior_files import DISCREPANCY, DRAWS, MADE, how_made
from sim.tasks.prepare import PreparedRun, prepare_one_case, read_records
from sim.tasks.report import MOST_UNASKED
from sim.tasks.study_run import StudyRun

_FOLDER = "calibrate"
_POSTERIOR = "posterior"
"""The folder, within that of the results, that can be put into the data."""

_NOT_KEPT = 5
"""One step in so many is not kept: the first ones."""

_EVERY = 10
"""Of the steps after these, one in so many is kept: others say little more."""

_WORLDS_AT_ONCE = 5_000


@dataclass(frozen=True, eq=False)
class Calibration:
    """A calibration that is done and written.

    Attributes:
        convergence: R-hat and effective sample sizes of all that is fitted.
        identifiability: what became of every assumption.
        observations: what was seen beside what the posterior says, by observation.
        folder: where the results stand.
    """

    convergence: pd.DataFrame
    identifiability: pd.DataFrame
    observations: pd.DataFrame
    folder: Path


def calibrate_and_report(command: Command) -> None:
    """Calibrate, write the folder, print what became of the assumptions.

    Raises:
        SettingsError: something has not converged; the folder is written all the same.
    """
    quiet = command.settings.quiet
    done = calibrate(command, ["python -m sim", *command.overrides], quiet)
    if not quiet:
        print("\n".join(show.report(done.identifiability, done.observations)))
    _refuse_unsettled(done, _settings(command))
    print(done.folder, flush=True)


def calibrate(
    command: Command, command_line: Sequence[str], quiet: bool
) -> Calibration:
    """Fit the assumptions, and write the folder, whole or not at all.

    Args:
        command: what was asked.
        command_line: the command as it was given, for the record.
        quiet: whether to show no progress.

    Raises:
        ChipWarError: something in what was asked is wrong, or cannot be written.
    """
    inquiry = StudyRun.now(command, command_line)
    settings = _settings(command)
    if settings.to is not None:
        check_writable(Path(settings.to), "calibrate.to")
    records = read_records(command.settings)
    evidence = _evidence(records)
    prepared = _prepared(command, records, evidence)
    with Crew() as crew:
        found = run_calibration(
            prepared.setup, evidence, _extent(settings), Execution(crew, quiet)
        )
    observations = check_by_observation(found.check, found.posterior)
    told = identifiability(records.assumptions, found.scores)
    folder = inquiry.folder(_FOLDER)
    posterior = {
        DRAWS: _text(found.assumption_values),
        DISCREPANCY: _text(found.discrepancy_values),
        MADE: _spelt(how_made(found, prepared, command_line, inquiry.started)),
    }
    tables = {
        "convergence.csv": found.convergence,
        "identifiability.csv": told,
        "observations.csv": observations,
        "series.csv": check_by_series(observations),
        "correlations.csv": correlations(found.scores),
    }
    draw = partial(show.draw, result=found, assumptions=told, observations=observations)
    texts = {f"{_POSTERIOR}/{name}": text for name, text in posterior.items()}
    inquiry.leave(folder, prepared, tables, draw, texts=texts)
    if settings.to is not None and not not_converged(found.convergence):
        install_posterior(folder / _POSTERIOR, Path(settings.to))
    return Calibration(found.convergence, told, observations, folder)


def _settings(command: Command) -> CalibrateSettings:
    assert command.settings.calibrate is not None
    return command.settings.calibrate


def _evidence(records: Records) -> Evidence:
    """Return the observations that are aimed at, of those known."""
    facts = records.facts
    series = group_into_series(targets(facts.rows(Observation)), facts.rows(Family))
    return Evidence.of(series, errors_by_family(facts.rows(ObservationError)))


def _prepared(command: Command, records: Records, evidence: Evidence) -> PreparedRun:
    """Return the law of record, lived up to the last observation."""
    last = max(row.months[1] for one in evidence.series for row in one.rows)
    # What an earlier calibration left plays no part in this one.
    by_range = command.settings.model_copy(update={"drawn_from": "prior"})
    prepared = prepare_one_case(replace(command, settings=by_range), records, last)
    unasked = min(processors(), MOST_UNASKED)
    setup = replace(
        prepared.setup,
        record=measures_to_record(evidence.series),
        workers=command.settings.workers or unasked,
        chunk=command.settings.chunk or _WORLDS_AT_ONCE,
    )
    return replace(prepared, setup=setup)


def _extent(settings: CalibrateSettings) -> CalibrationEffort:
    plan = SamplingPlan(
        ensembles=settings.ensembles,
        steps=settings.steps,
        burn=settings.steps // _NOT_KEPT,
        thin=_EVERY,
    )
    return CalibrationEffort(settings.worlds, settings.matters, plan, settings.rows)


def _text(columns: Mapping[str, PerDraw]) -> str:
    """Return columns as a table of numbers with six digits."""
    frame = pd.DataFrame(dict(columns))
    return frame.to_csv(index=False, float_format="%.6g", lineterminator="\n")


def _spelt(made: Mapping[str, object]) -> str:
    return str(yaml.safe_dump(dict(made), sort_keys=False, allow_unicode=True))


def install_posterior(posterior: Path, to: Path) -> None:
    """Put the files of a posterior into a folder, in place of those that stand there.

    Raises:
        OutputError: they cannot be put there.
    """
    try:
        to.mkdir(parents=True, exist_ok=True)
        for file in sorted(posterior.iterdir()):
            new = to / f".{file.name}.new"
            shutil.copyfile(file, new)
            os.replace(new, to / file.name)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise OutputError(
            f"calibrate.to={to}: cannot be written to, {reason}"
        ) from error


def _refuse_unsettled(done: Calibration, settings: CalibrateSettings) -> None:
    unsettled = not_converged(done.convergence)
    if not unsettled:
        return
    worst = done.convergence.set_index("name").r_hat[unsettled[0]]
    also = f" and of {len(unsettled) - 1} more" if len(unsettled) > 1 else ""
    raise SettingsError(
        f"calibrate.steps={settings.steps}: too few; R-hat of {unsettled[0]} is "
        f"{worst:.2f}{also} not below {LARGEST_R_HAT}. Nothing was put into the data; "
        f"what was computed is in {done.folder}"
    )
