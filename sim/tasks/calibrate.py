"""The task `calibrate`: assumptions fitted to the observations, in files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from rich.console import Console

from sim.domain.errors import OutputError, SettingsError
from sim.experiments.calibration.convergence import LARGEST_R_HAT, not_converged
from sim.experiments.calibration.evidence import Evidence
from sim.experiments.calibration.identifiability import correlations, identifiability
from sim.experiments.calibration.posterior_check import check_by_series
from sim.experiments.calibration.sampler import SamplingPlan
from sim.experiments.calibration.waves import (
    CalibrationEffort,
    CalibrationResult,
    CalibrationWaves,
)
from sim.experiments.hindcast.observed import group_into_series, measures_to_record
from sim.experiments.workers import Crew
from sim.outcomes.disk import WriteError
from sim.presentation import calibration_report as show
from sim.presentation.terminal_tables import print_rows
from sim.records import Records
from sim.records.history import errors_by_family, rarely_targeted, targets
from sim.records.history_rows import Family, Observation, ObservationError
from sim.settings.compose import Command
from sim.settings.schema import CalibrateSettings
from sim.tasks.inputs import read_history
from sim.tasks.output_folder import check_writable
from sim.tasks.posterior_files import install_posterior, posterior_files
from sim.tasks.prepare import PreparedRun, prepare_one_case
from sim.tasks.study_run import Study, StudyResult, StudyRun

_POSTERIOR = "posterior"
"""The folder, within that of the results, that can be put into the data."""

_BURN_IN = 5
"""One step in so many is not kept: the first ones."""

_THINNING = 10
"""Of the steps after these, one in so many is kept: others add little."""

_WORLDS_AT_ONCE = 5_000


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Calibration(StudyResult):
    """Assumptions fitted to the observations.

    Attributes:
        fit: the posterior, checked with the model itself.
        identifiability: how far every assumption was informed.
        posterior: the files of the posterior, by name.
    """

    fit: CalibrationResult
    identifiability: pd.DataFrame
    posterior: Mapping[str, str]

    @property
    def texts(self) -> Mapping[str, str]:
        """The files of the posterior, within the folder of the results."""
        return {f"{_POSTERIOR}/{name}": text for name, text in self.posterior.items()}

    def print_to(self, out: Console) -> None:
        """Print how far every assumption was informed."""
        rows = show.calibration_report(self.identifiability, self.fit.observations)
        print_rows(rows, out)


def _compute(run: StudyRun) -> Calibration:
    """Fit the assumptions, and run the model with what they have become."""
    settings = _settings(run.command)
    if settings.to is not None:
        check_writable(Path(settings.to), "calibrate.to")
    records = read_history(run.command.settings)
    evidence = _evidence(records, targets)
    others = _evidence(records, rarely_targeted)
    prepared = _prepared(run.command, records, evidence, others)
    run.print_warnings()
    with Crew() as crew:
        quiet = run.command.settings.quiet
        waves = CalibrationWaves(
            prepared.setup, evidence, others, _effort(settings), crew, quiet
        )
        fit = waves.run()
    return Calibration(
        prepared=prepared,
        fit=fit,
        identifiability=identifiability(records.assumptions, fit.scores),
        posterior=posterior_files(fit, prepared, run.command_line, run.started),
    )


def _settings(command: Command) -> CalibrateSettings:
    assert command.settings.calibrate is not None
    return command.settings.calibrate


def _evidence(
    records: Records, chosen: Callable[[Sequence[Observation]], list[Observation]]
) -> Evidence:
    """Return some of the observations that are known."""
    facts = records.facts
    series = group_into_series(chosen(facts.rows(Observation)), facts.rows(Family))
    return Evidence.of(series, errors_by_family(facts.rows(ObservationError)))


def _prepared(
    command: Command, records: Records, evidence: Evidence, others: Evidence
) -> PreparedRun:
    """Return the run of the law of record up to the last observation."""
    last = max(row.months[1] for series in evidence.series for row in series.rows)
    # An earlier posterior must not enter this one.
    from_ranges = command.with_settings(drawn_from="prior")
    prepared = prepare_one_case(from_ranges, records, last)
    setup = replace(
        prepared.setup,
        record=measures_to_record([*evidence.series, *others.series]),
        chunk=command.settings.chunk or _WORLDS_AT_ONCE,
    )
    return replace(prepared, setup=setup)


def _effort(settings: CalibrateSettings) -> CalibrationEffort:
    plan = SamplingPlan(
        ensembles=settings.ensembles,
        steps=settings.steps,
        burn=settings.steps // _BURN_IN,
        thin=_THINNING,
    )
    return CalibrationEffort(settings.worlds, settings.matters, plan, settings.rows)


def _tables(result: Calibration) -> dict[str, pd.DataFrame]:
    return {
        "convergence.csv": result.fit.convergence,
        "identifiability.csv": result.identifiability,
        "observations.csv": result.fit.observations,
        "series.csv": check_by_series(result.fit.observations),
        "correlations.csv": correlations(result.fit.scores),
    }


def _install_or_refuse(result: Calibration) -> None:
    """Put a posterior that has converged into the folder of `calibrate.to`.

    Raises:
        SettingsError: something has not converged; the folder is written all the same.
        OutputError: the files cannot be put there.
    """
    settings = _settings(result.prepared.command)
    unsettled = not_converged(result.fit.convergence)
    if not unsettled:
        if settings.to is not None:
            _install(result, Path(settings.to))
        return
    worst = result.fit.convergence.set_index("name").r_hat[unsettled[0]]
    also = f" and of {len(unsettled) - 1} more" if len(unsettled) > 1 else ""
    raise SettingsError(
        f"calibrate.steps={settings.steps}: too few; R-hat of {unsettled[0]} is "
        f"{worst:.2f}{also} not below {LARGEST_R_HAT}. Nothing was put into the data; "
        f"what was computed is in {result.folder}"
    )


def _install(result: Calibration, to: Path) -> None:
    try:
        install_posterior(result.folder / _POSTERIOR, to)
    except WriteError as error:
        raise OutputError(
            f"calibrate.to={to}: {error}; what was computed is in {result.folder}"
        ) from error


CALIBRATE: Study[Calibration] = Study(
    name="calibrate",
    compute=_compute,
    tables=_tables,
    draw=lambda folder, result: show.draw_calibration(
        folder, result.fit, result.identifiability
    ),
    finish=_install_or_refuse,
)
