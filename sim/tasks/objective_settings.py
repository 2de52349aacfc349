"""Objectives of a command: those that its settings give, each found to be right."""

from __future__ import annotations

from collections.abc import Iterable

from sim.domain.errors import SettingsError
from sim.outcomes.formula import Covered, Formula
from sim.outcomes.measures import MEASURES, QUANTITIES
from sim.outcomes.objectives import Objective
from sim.outcomes.recorder import HEADLINE, kept_in_headline
from sim.records import Records
from sim.settings.compose import Command
from sim.settings.schema import ObjectiveSettings
from sim.tasks.covered_actors import actors_by_measure


def covered_by_measures(records: Records) -> Covered:
    """Return whom the measures cover in the first month."""
    return Covered(
        quantities=QUANTITIES,
        actors=actors_by_measure(records),
        countries=records.countries,
    )


def chosen_objectives(command: Command, covered: Covered) -> list[Objective]:
    """Return the objectives of a command.

    Raises:
        SettingsError: none is left, or the formula of one is wrong.
    """
    given = command.settings.objectives or {}
    chosen = {name: each for name, each in given.items() if each is not None}
    if not chosen:
        raise SettingsError("objectives: none is left to compare by; keep one or more")
    return [_objective(name, each, covered) for name, each in chosen.items()]


def measures_for(objectives: Iterable[Objective], covered: Covered) -> list[str]:
    """Return what is recorded for objectives: the headline, and what else they read."""
    kept = {
        (measure.name, actor)
        for measure in MEASURES
        if measure.headline
        for actor in kept_in_headline(covered.actors[measure.name])
    }
    return [
        HEADLINE,
        *sorted({measure for measure, _ in keys_of(objectives, covered) - kept}),
    ]


def keys_of(objectives: Iterable[Objective], covered: Covered) -> set[tuple[str, str]]:
    """Return the measures and actors that objectives read."""
    return {key for each in objectives for key in each.formula.keys(covered)}


def _objective(name: str, given: ObjectiveSettings, covered: Covered) -> Objective:
    try:
        formula = Formula.parse(given.value)
        formula.keys(covered)
    except ValueError as wrong:
        raise SettingsError(f"objectives.{name}: {wrong}") from None
    unit = formula.unit(covered) if given.unit is None else given.unit
    title = name.replace("_", " ") if given.title is None else given.title
    return Objective(name, title, formula, unit, given.better)
