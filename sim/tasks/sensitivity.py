"""The task `sensitivity`: which assumptions the effects of a scenario hang on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import pandas as pd

from sim.domain.ensemble import PerDraw
from sim.domain.errors import SettingsError
from sim.experiments.calibration.identifiability import informed_by_data
from sim.experiments.ensemble import run_pair
from sim.experiments.setup import Setup
from sim.experiments.workers import processors
from sim.outcomes.sensitivity import FEWEST_DRAWS, drivers_of, effects_at_horizon
from sim.presentation import sensitivity as show
from sim.records.assumptions import sample
from sim.settings.compose import Command
from sim.tasks.prepare import prepare
from sim.tasks.report import MOST_UNASKED, study_and_report
from sim.tasks.study_run import StudyRun

_FOLDER = "sensitivity"


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """A study that is done and written.

    Attributes:
        study: what was found.
        folder: where the results stand.
    """

    study: show.SensitivityReport
    folder: Path

    @cached_property
    def table(self) -> pd.DataFrame:
        """What each effect hangs on, a row for each assumption."""
        return show.frame(self.study)


def sensitivity_and_report(command: Command) -> None:
    """Carry out the study, write its folder and print it."""
    workers = min(processors(), MOST_UNASKED)
    study_and_report(
        command, partial(study, workers=workers), lambda done: show.show(done.study)
    )


def study(
    command: Command, command_line: Sequence[str], quiet: bool, workers: int = 1
) -> Sensitivity:
    """Run the scenario beside its baseline, and find what its effects hang on.

    Args:
        command: what was asked.
        command_line: the command as it was given, for the record.
        quiet: whether to show no progress.
        workers: processes that may share the work, if the command leaves it open.

    Raises:
        ChipWarError: something in what was asked is wrong, or cannot be written.
    """
    inquiry = StudyRun.now(command, command_line)
    settings = command.settings
    if settings.draws < FEWEST_DRAWS:
        raise SettingsError(
            f"draws={settings.draws}: what an effect hangs on is read off its ranks "
            f"over the draws; give {FEWEST_DRAWS} or more"
        )
    prepared = prepare(command, workers)
    setup = prepared.setup
    compared = run_pair(setup, quiet)
    scenario, baseline = compared.scenario, compared.baseline
    effects = effects_at_horizon(scenario, baseline)
    found = show.SensitivityReport(
        scenario=scenario.scenario,
        baseline=baseline.scenario,
        draws=setup.draws.count,
        effects=effects,
        drivers=drivers_of(effects, _assumed(setup)),
        narrowed=informed_by_data(setup.records.assumptions, setup.posterior),
    )
    folder, draw = inquiry.folder(_FOLDER), partial(show.draw, study=found)
    inquiry.leave(folder, prepared, {show.TABLE: show.frame(found)}, draw)
    return Sensitivity(found, folder)


def _assumed(setup: Setup) -> dict[str, PerDraw]:
    """Return what was assumed in each draw, by name."""
    case = setup.scenario or setup.baseline
    rows, draws = setup.records.assumptions, setup.draws
    return sample(rows, draws, setup.seed, case.assumptions, setup.posterior)
