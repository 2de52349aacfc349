"""The task `sensitivity`: which assumptions the effects of a scenario depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
from rich.console import Console

from sim.domain.errors import SettingsError
from sim.experiments.calibration.identifiability import informed_by_data
from sim.experiments.chunks import run_pair
from sim.experiments.effect_indices import effect_indices
from sim.outcomes.effect_drivers import FEWEST_DRAWS, drivers_of, effects_at_horizon
from sim.outcomes.folder_writer import SUMMARY
from sim.presentation import sensitivity_report as show
from sim.presentation.indices_report import (
    INDICES,
    SCREENING,
    IndicesReport,
    draw_indices,
    indices_frame,
    screening_frame,
)
from sim.presentation.terminal_tables import plain
from sim.tasks.effect_checks import check_effect
from sim.tasks.prepare import prepare
from sim.tasks.study_run import Study, StudyResult, StudyRun


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Sensitivity(StudyResult):
    """Which assumptions the effects of a scenario depend on.

    Attributes:
        study: by rank correlation, of all effects.
        indices_report: Sobol' indices of one effect, if they were asked for.
    """

    study: show.SensitivityReport
    indices_report: IndicesReport | None = None

    @property
    def indices(self) -> pd.DataFrame | None:
        """The Sobol' indices of an effect, if they were asked for."""
        return (
            None if self.indices_report is None else indices_frame(self.indices_report)
        )

    @property
    def screening(self) -> pd.DataFrame | None:
        """All assumptions by their share of that effect, if it was asked for."""
        report = self.indices_report
        return None if report is None else screening_frame(report)

    @property
    def texts(self) -> Mapping[str, str]:
        """The answer in words, if there are indices."""
        report = self.indices_report
        return {} if report is None else {SUMMARY: f"{report.paragraph}\n"}

    @cached_property
    def table(self) -> pd.DataFrame:
        """What each effect depends on, a row for each assumption."""
        return show.drivers_frame(self.study)

    def print_to(self, out: Console) -> None:
        """Print what each effect depends on."""
        show.print_sensitivity(self.study, out)
        if self.indices_report is not None:
            out.print("", plain(self.indices_report.paragraph), sep="\n")


def _compute(run: StudyRun) -> Sensitivity:
    """Run the scenario beside its baseline, and correlate effects and assumptions."""
    settings = run.command.settings
    if settings.draws < FEWEST_DRAWS:
        raise SettingsError(
            f"draws={settings.draws}: what an effect depends on is estimated from its "
            f"ranks over the draws; give {FEWEST_DRAWS} or more"
        )
    options = run.command.settings.sensitivity
    assert options is not None
    prepared = prepare(run.command)
    setup = prepared.setup
    if options.measure is not None:
        check_effect("sensitivity", options.measure, options.actor, setup)
    run.print_warnings()
    compared = run_pair(setup, settings.quiet)
    effects = effects_at_horizon(compared.scenario, compared.baseline)
    narrowed = informed_by_data(setup.records.assumptions, setup.posterior)
    meanings = {row.name: row.meaning for row in setup.records.assumptions}
    study = show.SensitivityReport(
        scenario=compared.scenario.scenario,
        baseline=compared.baseline.scenario,
        draws=setup.draws.count,
        effects=effects,
        drivers=drivers_of(effects, setup.assumed(setup.draws)),
        narrowed=narrowed,
        meanings=meanings,
    )
    if options.measure is None:
        return Sensitivity(prepared=prepared, study=study)
    answer = effect_indices(
        setup,
        (options.measure, options.actor),
        options.rows,
        options.leading,
        settings.quiet,
    )
    indices = IndicesReport(
        scenario=study.scenario,
        baseline=study.baseline,
        answer=answer,
        meanings=meanings,
        units=setup.records.assumption_units,
        narrowed=narrowed,
        rows=options.rows,
    )
    return Sensitivity(prepared=prepared, study=study, indices_report=indices)


def _tables(result: Sensitivity) -> dict[str, pd.DataFrame]:
    """Return the tables by file name."""
    tables = {show.TABLE: result.table}
    if result.indices_report is not None:
        tables[INDICES] = indices_frame(result.indices_report)
        tables[SCREENING] = screening_frame(result.indices_report)
    return tables


def _draw(folder: Path, result: Sensitivity) -> None:
    show.draw_sensitivity(folder, result.study)
    if result.indices_report is not None:
        draw_indices(folder, result.indices_report)


SENSITIVITY: Study[Sensitivity] = Study(
    name="sensitivity", compute=_compute, tables=_tables, draw=_draw
)
