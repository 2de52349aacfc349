"""The task `sensitivity`: which assumptions the effects of a scenario depend on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from rich.console import Console

from sim.domain.errors import SettingsError
from sim.experiments.calibration.identifiability import informed_by_data
from sim.experiments.chunks import run_pair
from sim.outcomes.effect_drivers import FEWEST_DRAWS, drivers_of, effects_at_horizon
from sim.presentation import sensitivity_report as show
from sim.tasks.prepare import prepare
from sim.tasks.study_run import Study, StudyResult, StudyRun


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Sensitivity(StudyResult):
    """Which assumptions the effects of a scenario depend on."""

    study: show.SensitivityReport

    @cached_property
    def table(self) -> pd.DataFrame:
        """What each effect depends on, a row for each assumption."""
        return show.drivers_frame(self.study)

    def print_to(self, out: Console) -> None:
        """Print what each effect depends on."""
        show.print_sensitivity(self.study, out)


def _compute(run: StudyRun) -> Sensitivity:
    """Run the scenario beside its baseline, and correlate effects and assumptions."""
    settings = run.command.settings
    if settings.draws < FEWEST_DRAWS:
        raise SettingsError(
            f"draws={settings.draws}: what an effect depends on is estimated from its "
            f"ranks over the draws; give {FEWEST_DRAWS} or more"
        )
    prepared = prepare(run.command)
    run.print_warnings()
    setup = prepared.setup
    compared = run_pair(setup, settings.quiet)
    effects = effects_at_horizon(compared.scenario, compared.baseline)
    study = show.SensitivityReport(
        scenario=compared.scenario.scenario,
        baseline=compared.baseline.scenario,
        draws=setup.draws.count,
        effects=effects,
        drivers=drivers_of(effects, setup.assumed(setup.draws)),
        narrowed=informed_by_data(setup.records.assumptions, setup.posterior),
        meanings={row.name: row.meaning for row in setup.records.assumptions},
    )
    return Sensitivity(prepared=prepared, study=study)


SENSITIVITY: Study[Sensitivity] = Study(
    name="sensitivity",
    compute=_compute,
    tables=lambda result: {show.TABLE: result.table},
    draw=lambda folder, result: show.draw_sensitivity(folder, result.study),
)
