"""The task `search`: the best legal designs by several objectives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from rich.console import Console

from sim.domain.ensemble import Draws
from sim.domain.errors import ChipWarError, SettingsError, choices
from sim.domain.months import MONTHS_A_YEAR
from sim.experiments.many_scenarios import run_scenarios
from sim.experiments.progress import progress
from sim.experiments.regime_search.design_space import DesignSpace, Genes, Lever
from sim.experiments.regime_search.evaluation import (
    CommonWorlds,
    evaluate,
    with_scenario,
    worlds_kept,
)
from sim.experiments.regime_search.evolution import Losses, evolve
from sim.experiments.regime_search.front import (
    dominates,
    front_of,
    spread_out,
    volumes,
)
from sim.experiments.setup import Setup
from sim.experiments.workers import Crew, OnMonth
from sim.outcomes.folder_writer import SUMMARY, WORLDS, StudyTable
from sim.outcomes.law_scores import ChangesOfLaw, LawScore, law_scores, loss
from sim.outcomes.objectives import Objective, ObjectiveValues, objective_values
from sim.outcomes.worlds import compared_worlds_table, worlds_frame
from sim.presentation import search_report as show
from sim.presentation.search_figure import draw_search
from sim.records.plain_yaml import write_mapping
from sim.records.scenarios import load_scenario
from sim.settings.compose import Command
from sim.settings.hydra_composition import ComposedScenario, compose_scenario
from sim.settings.search_settings import SearchSettings
from sim.tasks.inputs import read_records, read_scenario
from sim.tasks.objective_settings import (
    chosen_objectives,
    covered_by_measures,
    measures_for,
)
from sim.tasks.prepare import PreparedRun, build_setup
from sim.tasks.search_archive import SearchArchive
from sim.tasks.study_run import Study, StudyResult, StudyRun
from sim.tasks.sweep.point_key import (
    arithmetic_digest,
    data_digest,
    joint_digest,
    numerical_digest,
    scenario_digest,
    settings_digest,
)

_FEWEST, _MOST = 2, 8
"""Objectives that can be traded off."""

_DIGITS = 16
"""Of a digest, in the name of a folder."""


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class SearchResult(StudyResult):
    """The best legal designs by several objectives.

    Attributes:
        report: what was found, and what is told of it.
        worlds_table: the fresh worlds, as they are written.
    """

    report: show.SearchReport
    worlds_table: pa.Table

    @cached_property
    def front(self) -> pd.DataFrame:
        """The members of the front, and the laws beside them, in fresh draws."""
        return show.front_frame(self.report)

    @cached_property
    def evaluated(self) -> pd.DataFrame:
        """Every design that was run, with its losses."""
        return show.evaluated_frame(self.report)

    @cached_property
    def hypervolume(self) -> pd.DataFrame:
        """How far the front had come after each generation."""
        return show.hypervolume_frame(self.report)

    @property
    def scenarios(self) -> dict[str, dict[str, Any]]:
        """The scenario of each member, as its file has it."""
        return {one.name: dict(one.content) for one in self.report.members}

    def worlds(self) -> pd.DataFrame:
        """Return the fresh worlds: a row for each draw, with every objective."""
        return worlds_frame(self.worlds_table)

    @property
    def texts(self) -> Mapping[str, str]:
        """The answer in words, and the scenario file of each member."""
        files = {
            f"{show.MEMBERS}/{name}.yaml": write_mapping(content)
            for name, content in self.scenarios.items()
        }
        return {SUMMARY: f"{self.report.paragraph}\n", **files}

    def print_to(self, out: Console) -> None:
        """Print the answer and the members of the front."""
        show.print_search(self.report, out)


def _compute(run: StudyRun) -> SearchResult:
    """Search, choose members of the front, and score them in fresh draws."""
    command, settings = run.command, run.command.settings
    options = settings.search
    assert options is not None
    if command.scenario is not None:
        raise SettingsError(
            f"scenario={command.scenario.name}: task=search makes its own laws; leave "
            "the scenario out, and give levers"
        )
    prepared, objectives = _prepare(command, options)
    space = _space(command, prepared.setup)
    rivals = _rivals(command, options, prepared.setup)
    run.print_warnings()
    worlds = CommonWorlds(_token(command, prepared.setup), prepared.setup, objectives)
    designs = options.population * options.generations
    with (
        worlds_kept(),
        Crew() as crew,
        progress(designs, settings.quiet, "designs", unit="design") as on_law,
    ):
        archive = SearchArchive(
            Path(settings.outputs) / "search" / "evaluated" / worlds.token,
            [each.name for each in objectives],
            _Runner(space, worlds, crew, on_law, options.statistic),
        )
        archive.prepare()
        evolve(
            space,
            archive,
            objectives=len(objectives),
            population=options.population,
            generations=options.generations,
            seed=settings.seed,
        )
    beside = _changes_beside(prepared.setup, objectives, rivals)
    losses = [loss(objectives, own, options.statistic) for own in beside]
    members = _members(space, archive, losses, options.members)
    candidates = _Candidates(space, archive, members, rivals)
    return _scored(command, prepared, objectives, candidates)


@dataclass(frozen=True)
class _Candidates:
    """What the search hands on: designs for members, and laws beside them."""

    space: DesignSpace
    archive: SearchArchive
    members: Sequence[Genes]
    rivals: Sequence[ComposedScenario]


@dataclass(frozen=True)
class _Runner:
    """Runs designs in the worlds of the search."""

    space: DesignSpace
    worlds: CommonWorlds
    crew: Crew
    on_law: OnMonth
    statistic: str

    def __call__(self, designs: list[Genes]) -> Losses:
        """Return the losses of designs; no lever at all changes nothing."""
        objectives = self.worlds.objectives
        used = [genes for genes in designs if any(genes)]
        laws = [self.space.content(genes) for genes in used]
        changes = evaluate(self.worlds, laws, self.crew, self.on_law)
        losses = {
            genes: loss(objectives, own, self.statistic)
            for genes, own in zip(used, changes, strict=True)
        }
        nothing = np.zeros(len(objectives))
        return np.array([losses.get(genes, nothing) for genes in designs])


# --- before the search ----------------------------------------------------------------


def _prepare(
    command: Command, options: SearchSettings
) -> tuple[PreparedRun, list[Objective]]:
    """Return the experiment of the baseline alone, and what is traded off."""
    settings, composed = command.settings, command.baseline
    records = read_records(settings)
    baseline = read_scenario(composed, records)
    setup = build_setup(command, records, baseline, replace(baseline, baseline=True))
    covered = covered_by_measures(records)
    by_name = {each.name: each for each in chosen_objectives(command, covered)}
    if len(set(options.objectives)) < _FEWEST or len(options.objectives) > _MOST:
        given = ",".join(options.objectives)
        raise SettingsError(
            f"search.objectives=[{given}]: name {_FEWEST} to {_MOST} objectives"
        )
    if options.last < options.first:
        raise SettingsError(
            f"search.last={options.last}: lies before search.first={options.first}"
        )
    for name in options.objectives:
        if name not in by_name:
            raise SettingsError(
                f"search.objectives={name}: there is no such objective"
                f"{choices(name, by_name)}"
            )
        if by_name[name].better is None:
            raise SettingsError(
                f"search.objectives={name}: which values are better? give "
                f"objectives.{name}.better=lower or higher"
            )
    for name in settings.enough or {}:
        if name not in by_name:
            raise SettingsError(
                f"enough.{name}: there is no such objective{choices(name, by_name)}"
            )
    objectives = [by_name[name] for name in options.objectives]
    setup = replace(
        setup,
        start=max(settings.start, settings.horizon + (1 - MONTHS_A_YEAR)),
        record=measures_for(objectives, covered),
    )
    return PreparedRun(command, setup, (composed,), baseline.question), objectives


def _space(command: Command, setup: Setup) -> DesignSpace:
    """Return what may be chosen, each lever with each value found to be right."""
    options, given = command.settings.search, command.settings.levers or {}
    assert options is not None
    levers = [
        Lever(name, each.title, each.add, each.notice, each.staff, each.options)
        for name, each in given.items()
        if each is not None
    ]
    if not levers:
        raise SettingsError("levers: none is left to choose among; give one")
    space = DesignSpace(
        levers, options.first, options.last, options.most_levers, options.staff
    )
    ids = [key for lever in levers for key in lever.instruments]
    for key in ids:
        if ids.count(key) > 1:
            raise SettingsError(f"levers: two of them add {key!r}; rename one")
    for lever in levers:
        for genes in space.variants(lever):
            _check(space, genes, lever, setup)
    return space


def _check(space: DesignSpace, genes: Genes, lever: Lever, setup: Setup) -> None:
    """Refuse a lever with an instrument or a value that no scenario may have."""
    try:
        load_scenario(space.content(genes), setup.records, name=lever.name)
    except ChipWarError as error:
        raise SettingsError(f"levers.{lever.name}: {error}") from None


def _rivals(
    command: Command, options: SearchSettings, setup: Setup
) -> list[ComposedScenario]:
    """Return the scenarios that could still be made law, and differ by the horizon."""
    rivals = []
    for name in command.scenario_files.files:
        composed = compose_scenario(name, command.scenario_files)
        scenario = read_scenario(composed, setup.records)
        month = with_scenario(setup, scenario).fork_month
        if not scenario.baseline and options.rivals_from <= month <= setup.horizon:
            rivals.append(composed)
    return rivals


def _token(command: Command, setup: Setup) -> str:
    """Return what distinguishes the evaluations of this search from all others."""
    settings = command.settings
    options, objectives = settings.search, settings.objectives
    assert options is not None
    return joint_digest(
        numerical_digest(),
        arithmetic_digest(),
        data_digest(setup.records),
        settings_digest(settings),
        scenario_digest(command.baseline),
        "prior" if setup.posterior is None else setup.posterior.digest,
        f"{setup.draws.first} {setup.draws.count}",
        options.model_dump_json(exclude={"fresh", "members", "rivals_from"}),
        *(f"{key} {each!r}" for key, each in (settings.levers or {}).items()),
        *(f"{key} {each!r}" for key, each in (objectives or {}).items()),
    )[:_DIGITS]


# --- after the search -----------------------------------------------------------------


def _members(
    space: DesignSpace,
    archive: SearchArchive,
    rivals: Sequence[np.ndarray],
    count: int,
) -> list[Genes]:
    """Return designs of the front that are far from one another.

    Of designs with equal losses, the one with the fewest levers counts.
    """
    designs = sorted(
        (genes for genes in archive.losses if any(genes)),
        key=lambda genes: (len(space.uses(genes)), genes),
    )
    known = np.array([archive.losses[genes] for genes in designs])
    beside = np.array([*rivals, np.zeros(len(archive.objectives))])
    if not designs:
        return []
    front = front_of(np.concatenate([beside, known]))
    own = [place - len(beside) for place in front if place >= len(beside)]
    chosen = spread_out(known[own], count)
    return sorted((designs[own[i]] for i in chosen), key=lambda x: archive.losses[x])


def _scored(
    command: Command,
    prepared: PreparedRun,
    objectives: Sequence[Objective],
    candidates: _Candidates,
) -> SearchResult:
    """Run the members and the laws beside them in fresh draws, and score them."""
    settings, options = command.settings, command.settings.search
    assert options is not None
    draws = Draws(options.fresh, settings.first_draw + settings.draws)
    traded_off = {each.name for each in objectives}
    enough = {k: v for k, v in (settings.enough or {}).items() if k in traded_off}
    setup = replace(prepared.setup, draws=draws)
    contents = {
        show.member_name(number): candidates.space.content(genes)
        for number, genes in enumerate(candidates.members, 1)
    }
    values = _values_under(setup, objectives, contents, candidates.rivals)
    names = [*contents, *(one.name for one in candidates.rivals)]
    changes = {name: np.stack([each.change(name) for each in values]) for name in names}
    changes[setup.baseline.name] = np.zeros((len(objectives), draws.count))
    scores = {score.name: score for score in law_scores(objectives, changes, enough)}
    rivals = [scores[one.name] for one in candidates.rivals]
    rivals.append(scores[setup.baseline.name])
    members, dropped = [], 0
    for (name, content), genes in zip(
        contents.items(), candidates.members, strict=True
    ):
        if any(_is_dominated(scores[name], rival, objectives) for rival in rivals):
            dropped += 1
            continue
        members.append(
            show.Member(
                score=scores[name],
                content=content,
                words=candidates.space.words(genes),
                staff=sum(use.lever.staff for use in candidates.space.uses(genes)),
                searched=candidates.archive.losses[genes],
            )
        )
    archive = candidates.archive
    allowed = list(archive.losses)
    report = show.SearchReport(
        objectives=objectives,
        baseline=setup.baseline.name,
        month=setup.horizon,
        options=show.SearchSize(
            draws=settings.draws,
            fresh=options.fresh,
            population=options.population,
            generations=options.generations,
            statistic=options.statistic,
        ),
        members=members,
        rivals=rivals,
        dropped=dropped,
        evaluated=[
            (archive.born[genes], candidates.space.words(genes), archive.losses[genes])
            for genes in allowed
        ],
        volumes=volumes(
            [archive.born[genes] for genes in allowed],
            np.array([archive.losses[genes] for genes in allowed]),
        ),
        enough=enough,
    )
    assumed = setup.assumed(draws)
    units = setup.records.assumption_units
    scenarios = (*prepared.scenarios, *candidates.rivals)
    return SearchResult(
        prepared=replace(prepared, scenarios=scenarios),
        report=report,
        worlds_table=compared_worlds_table(values, draws.numbers, assumed, units),
    )


def _is_dominated(
    member: LawScore, rival: LawScore, objectives: Sequence[Objective]
) -> bool:
    own, other = (loss(objectives, each.changes) for each in (member, rival))
    return dominates(other.tolist(), own.tolist())


def _values_under(
    setup: Setup,
    objectives: Sequence[Objective],
    contents: Mapping[str, Mapping[str, Any]],
    rivals: Sequence[ComposedScenario],
) -> list[ObjectiveValues]:
    """Return the objectives under each law, in the draws of a setup."""
    setups = [
        with_scenario(setup, load_scenario(content, setup.records, name=name))
        for name, content in contents.items()
    ]
    setups += [
        with_scenario(setup, read_scenario(one, setup.records)) for one in rivals
    ]
    results = run_scenarios(setups or [setup])
    return objective_values(objectives, results, setup.records.countries)


def _changes_beside(
    setup: Setup, objectives: Sequence[Objective], rivals: Sequence[ComposedScenario]
) -> list[ChangesOfLaw]:
    """Return what each of several scenarios changes in the draws of the search."""
    if not rivals:
        return []
    values = _values_under(setup, objectives, {}, rivals)
    return [np.stack([each.change(one.name) for each in values]) for one in rivals]


def _tables(result: SearchResult) -> dict[str, StudyTable]:
    """Return the tables by file name."""
    return {
        show.FRONT: result.front,
        show.EVALUATED: result.evaluated,
        show.HYPERVOLUME: result.hypervolume,
        WORLDS: [result.worlds_table],
    }


SEARCH: Study[SearchResult] = Study(
    name="search",
    compute=_compute,
    tables=_tables,
    draw=lambda folder, result: draw_search(folder, result.report),
)
