"""The task `voi`: what knowing something first is worth to whoever chooses a law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console

from sim.domain.errors import SettingsError, choices
from sim.experiments.information_value import information_values
from sim.outcomes.choice_among_laws import GAINS
from sim.outcomes.effect_drivers import FEWEST_DRAWS
from sim.outcomes.folder_writer import SUMMARY
from sim.presentation.voi_report import (
    VoiReport,
    draw_voi,
    laws_frame,
    print_voi,
    values_frame,
)
from sim.settings.compose import Command
from sim.settings.schema import VoiSettings
from sim.tasks.compare import compare_laws
from sim.tasks.inputs import read_records
from sim.tasks.study_run import Study, StudyResult, StudyRun

ALL = "all assumptions"
"""The group that holds every assumption, and so all but luck."""


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class InformationWorth(StudyResult):
    """What information is worth for a choice among laws.

    Attributes:
        report: what was found, and what is told of it.
    """

    report: VoiReport

    @cached_property
    def table(self) -> pd.DataFrame:
        """What it is worth to know each assumption, each group, and everything."""
        return values_frame(self.report)

    @cached_property
    def laws(self) -> pd.DataFrame:
        """The laws to choose from, with the mean of the objective."""
        return laws_frame(self.report)

    @property
    def texts(self) -> Mapping[str, str]:
        """The answer in words."""
        return {SUMMARY: f"{self.report.paragraph}\n"}

    def print_to(self, out: Console) -> None:
        """Print the answer, and what is worth most."""
        print_voi(self.report, out)


def _compute(run: StudyRun) -> InformationWorth:
    """Run all laws in the same worlds, and value what could be known of these."""
    command = run.command
    options = command.settings.voi
    assert options is not None
    _check(command, options)
    _check_groups(options, read_records(command.settings).assumption_units)
    compared = compare_laws(run)
    setup = replace(compared.prepared.setup, scenario=None)
    [values] = [
        each
        for each in compared.laws.values
        if each.objective.name == options.objective
    ]
    assumed = setup.assumed(setup.draws)
    better = values.objective.better
    assert better is not None
    answer = information_values(
        {law: GAINS[better] * values.at_horizon(law) for law in values.series},
        assumed,
        _groups(assumed, options),
    )
    report = VoiReport(
        objective=values.objective,
        answer=answer,
        draws=setup.draws.count,
        seed=setup.seed,
        horizon=setup.horizon,
        varying=sum(np.ptp(each) > 0.0 for each in assumed.values()),
        meanings={row.name: row.meaning for row in setup.records.assumptions},
        units=setup.records.assumption_units,
    )
    return InformationWorth(prepared=compared.prepared, report=report)


def _check(command: Command, options: VoiSettings) -> None:
    """Refuse an objective that there is not, or by which nothing can be chosen."""
    settings = command.settings
    given = {name: each for name, each in (settings.objectives or {}).items() if each}
    if options.objective not in given:
        raise SettingsError(
            f"voi.objective={options.objective}: there is no such objective"
            f"{choices(options.objective, given)}"
        )
    if given[options.objective].better is None:
        raise SettingsError(
            f"voi.objective={options.objective}: says not which values are better; "
            f"give objectives.{options.objective}.better=lower or higher"
        )
    if settings.draws < FEWEST_DRAWS:
        raise SettingsError(
            f"draws={settings.draws}: what information is worth is estimated over the "
            f"draws; give {FEWEST_DRAWS} or more"
        )


def _check_groups(options: VoiSettings, known: Iterable[str]) -> None:
    """Refuse groups of what is not an assumption."""
    names = list(known)
    for group, members in options.groups.items():
        for member in members:
            if member not in names:
                raise SettingsError(
                    f"voi.groups.{group}: {member} is not an assumption"
                    f"{choices(member, names, 'task=assumptions')}"
                )


def _groups(
    assumed: Mapping[str, object], options: VoiSettings
) -> dict[str, tuple[str, ...]]:
    """Return the groups: by subject, those that were given, and all together."""
    groups: dict[str, tuple[str, ...]] = {}
    for name in assumed:
        subject = name.partition(".")[0]
        groups[subject] = (*groups.get(subject, ()), name)
    return {**groups, **options.groups, ALL: tuple(assumed)}


def _tables(result: InformationWorth) -> dict[str, pd.DataFrame]:
    """Return the tables by file name."""
    return {"information.csv": result.table, "laws.csv": result.laws}


def _draw(folder: Path, result: InformationWorth) -> None:
    draw_voi(folder, result.report)


VOI: Study[InformationWorth] = Study(
    name="voi", compute=_compute, tables=_tables, draw=_draw
)
"""The task on the command line and in a notebook."""
