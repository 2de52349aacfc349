"""The task `compare`: several scenarios side by side in the same worlds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd
import pyarrow as pa
from rich.console import Console

from sim.domain.errors import ScenarioError, SettingsError, listed
from sim.experiments.many_scenarios import run_scenarios
from sim.outcomes.choice_among_laws import PairRow, RankRow
from sim.outcomes.effect_timing import TimingRow
from sim.outcomes.folder_writer import SUMMARY, WORLDS, StudyTable
from sim.outcomes.frames import rows_frame
from sim.outcomes.interaction import InteractionRow
from sim.outcomes.objectives import objective_values
from sim.outcomes.recorder import HEADLINE
from sim.outcomes.scenario_comparison import EffectRow, LawComparison
from sim.outcomes.worlds import compared_worlds_table, worlds_frame
from sim.presentation.comparison_figures import draw_comparison
from sim.presentation.comparison_tables import print_comparison
from sim.presentation.comparison_text import comparison_page
from sim.settings.compared_scenarios import check_several
from sim.settings.compose import Command
from sim.tasks.objective_settings import (
    chosen_objectives,
    covered_by_measures,
    measures_for,
)
from sim.tasks.prepare import PreparedRun, prepare_comparison
from sim.tasks.study_run import Study, StudyResult, StudyRun


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Compared(StudyResult):
    """Scenarios side by side in the same worlds.

    Attributes:
        laws: what was found.
    """

    laws: LawComparison

    @property
    def summary(self) -> str:
        """What the comparison says, in sentences: a page in Markdown."""
        return comparison_page(self.laws)

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Every objective under every law at the horizon."""
        return rows_frame(self.laws.effects, EffectRow)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Every two laws, by each objective: in which share of draws one is better."""
        return rows_frame(self.laws.pairs, PairRow)

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """How each law does among all: ranks and regret, by each objective."""
        return rows_frame(self.laws.ranks, RankRow)

    @cached_property
    def timing(self) -> pd.DataFrame:
        """When each effect starts, when it is largest, and whether it fades."""
        return rows_frame(self.laws.timing, TimingRow)

    @cached_property
    def interactions(self) -> pd.DataFrame:
        """Combinations beside their parts, where all of them were run."""
        return rows_frame(self.laws.interactions, InteractionRow)

    @cached_property
    def worlds_table(self) -> pa.Table:
        """The drawn worlds as they are written."""
        setup = replace(self.prepared.setup, scenario=None)
        units = setup.records.assumption_units
        return compared_worlds_table(
            self.laws.values, setup.draws.numbers, setup.assumed(setup.draws), units
        )

    def worlds(self) -> pd.DataFrame:
        """Return the drawn worlds: a row for each draw, which is the index.

        Columns are every assumption of the baseline, by its name, and every objective
        under every law at the horizon, as ``law:objective``.
        """
        return worlds_frame(self.worlds_table)

    @property
    def measures(self) -> pd.DataFrame:
        """Every headline measure under every law, by year and at the horizon."""
        return self.laws.measures

    @property
    def texts(self) -> Mapping[str, str]:
        """The summary, by the name of its file."""
        return {SUMMARY: self.summary}

    def print_to(self, out: Console) -> None:
        """Print what it says in sentences, and the table of the objectives."""
        print_comparison(self.laws, self.summary, out)


def compare_laws(run: StudyRun) -> Compared:
    """Run all scenarios of a command beside one baseline."""
    prepared = _prepare(run.command)
    covered = covered_by_measures(prepared[0].setup.records)
    objectives = chosen_objectives(run.command, covered)
    run.print_warnings()
    record = measures_for(objectives, covered)
    setups = [replace(each.setup, record=record) for each in prepared]
    results = run_scenarios(setups, run.command.settings.quiet)
    countries = setups[0].records.countries
    composed = {one.name: one for each in prepared for one in each.scenarios}
    return Compared(
        prepared=replace(prepared[0], scenarios=tuple(composed.values())),
        laws=LawComparison(
            results=results,
            values=objective_values(objectives, results, countries),
            parts_of={
                name: one.combined_from
                for name, one in composed.items()
                if one.combined_from
            },
        ),
    )


def _prepare(command: Command) -> list[PreparedRun]:
    """Return the experiment of each scenario beside the common baseline."""
    settings = command.settings
    if not command.compared:
        names = listed(command.scenario_files.files, listing="task=scenarios")
        raise SettingsError(
            "which scenarios? give two or more, such as scenario=h20_ban,tight_quota; "
            f"there are {names}"
        )
    check_several([one.name for one in command.compared])
    if settings.attribution:
        raise SettingsError(
            f"attribution=true: task={settings.task} does not split the change of the "
            "lag; run the scenario of interest alone"
        )
    if settings.record != HEADLINE:
        raise SettingsError(
            f"record: task={settings.task} keeps the headline and what its objectives "
            "read; leave it out, and add an objective"
        )
    for one in command.compared:
        if one.name == settings.baseline:
            raise ScenarioError(
                f"scenario={one.name}: is the baseline that all are compared with, and "
                "is shown anyway; leave it out, or give another baseline=..."
            )
    return [prepare_comparison(command, one) for one in command.compared]


def _tables(result: Compared) -> dict[str, StudyTable]:
    """Return the tables of a comparison, by file name."""
    tables: dict[str, pd.DataFrame] = {
        "objectives.csv": result.effects,
        "ranks.csv": result.ranks,
        "pairs.csv": result.pairs,
        "timing.csv": result.timing,
        "interactions.csv": result.interactions,
        "measures.csv": result.measures,
    }
    written: dict[str, StudyTable] = {
        name: table for name, table in tables.items() if len(table)
    }
    return {**written, WORLDS: [result.worlds_table]}


COMPARE: Study[Compared] = Study(
    name="compare",
    compute=compare_laws,
    tables=_tables,
    draw=lambda folder, result: draw_comparison(folder, result.laws),
)
