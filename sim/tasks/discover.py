"""The task `discover`: under which conditions a law backfires, or is beaten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd
import pyarrow as pa
from rich.console import Console

from sim.domain.ensemble import Draws, InDraws, PerDraw
from sim.domain.errors import ScenarioError, SettingsError, choices
from sim.experiments.discovery.box_choice import ChosenBox, find_box
from sim.experiments.discovery.world_boxes import BoxScore, WorldBox, in_any
from sim.experiments.many_scenarios import run_scenarios
from sim.outcomes.effect_drivers import FEWEST_DRAWS
from sim.outcomes.folder_writer import SUMMARY, WORLDS, StudyTable
from sim.outcomes.interest import Interest
from sim.outcomes.objectives import Objective, ObjectiveValues, objective_values
from sim.outcomes.worlds import compared_worlds_table, worlds_frame
from sim.presentation import discovery_report as show
from sim.presentation.discovery_figure import draw_discovery
from sim.records.assumptions import Assumption
from sim.settings.compose import Command
from sim.settings.hydra_composition import compose_scenario
from sim.settings.schema import DiscoverSettings
from sim.settings.task_list import load_extra
from sim.tasks.objective_settings import (
    chosen_objectives,
    covered_by_measures,
    measures_for,
)
from sim.tasks.prepare import PreparedRun, prepare, prepare_comparison
from sim.tasks.study_run import Study, StudyResult, StudyRun


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Discovery(StudyResult):
    """Under which conditions a law backfires, misses a target or is beaten.

    Attributes:
        report: what was found, and what is told of it.
        worlds_table: the drawn worlds as they are written.
    """

    report: show.DiscoveryReport
    worlds_table: pa.Table

    @cached_property
    def limits(self) -> pd.DataFrame:
        """Each limit of each box: between which values, and how sure it is."""
        return show.limits_frame(self.report)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Coverage and density in the draws of the search, and in fresh ones."""
        return show.scores_frame(self.report)

    @cached_property
    def trade_off(self) -> pd.DataFrame:
        """Every box among which one was chosen: coverage and density."""
        return show.trade_off_frame(self.report)

    def worlds(self) -> pd.DataFrame:
        """Return the drawn worlds: a row for each draw, the fresh ones last."""
        return worlds_frame(self.worlds_table)

    @property
    def texts(self) -> Mapping[str, str]:
        """The answer in words."""
        return {SUMMARY: f"{self.report.paragraph}\n"}

    def print_to(self, out: Console) -> None:
        """Print the answer, and its limits as a table."""
        show.print_discovery(self.report, out)


def _compute(run: StudyRun) -> Discovery:
    """Run the laws in two sets of worlds: one to search, a fresh one to score."""
    options, settings = _options(run.command), run.command.settings
    prepared = _prepare(run.command, options)
    records = prepared[0].setup.records
    covered = covered_by_measures(records)
    objective = _objective(chosen_objectives(run.command, covered), options)
    interest = Interest(
        scenario=run.command.required_scenario.name,
        rival=options.against or settings.baseline,
        objective=objective,
        where=options.where,
        target=options.target,
    )
    run.print_warnings()
    fresh = settings.draws if options.fresh is None else options.fresh
    draws = Draws(settings.draws + fresh, settings.first_draw)
    record = measures_for([objective], covered)
    setups = [replace(one.setup, draws=draws, record=record) for one in prepared]
    results = run_scenarios(setups, settings.quiet)
    [values] = objective_values([objective], results, records.countries)
    assumed = replace(setups[0], scenario=None).assumed(draws)
    composed = {one.name: one for each in prepared for one in each.scenarios}
    return Discovery(
        prepared=replace(prepared[0], scenarios=tuple(composed.values())),
        report=_report(run.command, interest, values, assumed, records.assumptions),
        worlds_table=compared_worlds_table(
            [values], draws.numbers, assumed, records.assumption_units
        ),
    )


def _options(command: Command) -> DiscoverSettings:
    """Return the settings of the search, or refuse what no run could answer."""
    options, settings = command.settings.discover, command.settings
    assert options is not None
    if settings.draws < FEWEST_DRAWS:
        raise SettingsError(
            f"draws={settings.draws}: what draws have in common is told of "
            f"{FEWEST_DRAWS} or more"
        )
    if options.against in (settings.baseline, command.required_scenario.name):
        raise SettingsError(
            f"discover.against={options.against}: leave it out to compare with the "
            "baseline, or name another scenario"
        )
    return options


def _prepare(command: Command, options: DiscoverSettings) -> list[PreparedRun]:
    """Return the experiment of the scenario, and that of its rival if it has one."""
    prepared = [prepare(command)]
    if prepared[0].setup.scenario is None:
        raise ScenarioError(
            f"scenario={command.required_scenario.name} is the baseline itself, so it "
            "has no effect; choose another scenario"
        )
    if options.against is not None:
        rival = compose_scenario(
            options.against, command.scenario_files, "discover.against"
        )
        prepared.append(prepare_comparison(command, rival))
    return prepared


def _objective(objectives: Sequence[Objective], options: DiscoverSettings) -> Objective:
    """Return the objective that is looked at."""
    by_name = {each.name: each for each in objectives}
    if options.objective not in by_name:
        hint = choices(options.objective, by_name)
        raise SettingsError(
            f"discover.objective={options.objective}: there is no such objective{hint}"
        )
    objective = by_name[options.objective]
    if objective.better is None:
        raise SettingsError(
            f"discover.objective={objective.name}: which values are better? give "
            f"objectives.{objective.name}.better=lower or higher"
        )
    return objective


def _report(
    command: Command,
    interest: Interest,
    values: ObjectiveValues,
    assumed: Mapping[str, PerDraw],
    assumptions: Sequence[Assumption],
) -> show.DiscoveryReport:
    """Return what the first draws have in common, and its score in the others."""
    options, first = command.settings.discover, command.settings.draws
    assert options is not None
    holds = interest.holds(values)
    searched = {name: drawn[:first] for name, drawn in assumed.items()}
    scored = {name: drawn[first:] for name, drawn in assumed.items()}
    boxes, choice = _boxes(
        options.method, searched, holds[:first], command.settings.seed
    )
    return show.DiscoveryReport(
        interest=interest,
        baseline=command.settings.baseline,
        month=values.months[-1],
        method=options.method,
        boxes=boxes,
        choice=choice,
        first=BoxScore.of(in_any(boxes, searched), holds[:first]),
        fresh=BoxScore.of(in_any(boxes, scored), holds[first:]),
        assumed=searched,
        assumptions={row.name: row for row in assumptions},
    )


def _boxes(
    method: str, assumed: Mapping[str, PerDraw], interest: InDraws, seed: int
) -> tuple[list[WorldBox], ChosenBox | None]:
    """Return the boxes of a method, and how the one of peeling was found."""
    if method == "tree":
        module = load_extra(
            "sim.experiments.discovery.classification_tree",
            "calibration",
            "discover.method=tree",
        )
        return module.tree_boxes(assumed, interest), None
    choice = find_box(assumed, interest, seed=seed)
    return [choice.box] if choice.box.limits else [], choice


def _tables(result: Discovery) -> dict[str, StudyTable]:
    """Return the tables by file name."""
    return {
        show.LIMITS: result.limits,
        show.SCORES: result.scores,
        show.TRADE_OFF: result.trade_off,
        WORLDS: [result.worlds_table],
    }


DISCOVER: Study[Discovery] = Study(
    name="discover",
    compute=_compute,
    tables=_tables,
    draw=lambda folder, result: draw_discovery(folder, result.report),
)
