"""A view: what a figure needs to know of a run, just made or loaded from a folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sim.domain.actor_names import actors_called
from sim.domain.errors import SettingsError, choices, listed
from sim.domain.short_repr import ShortRepr
from sim.outcomes.columns import first_days
from sim.outcomes.folder_writer import EVENTS, TIMESERIES
from sim.outcomes.paired_difference import is_equal
from sim.outcomes.quantiles import LEVELS, MEDIAN, Bands
from sim.outcomes.results import Key
from sim.outcomes.run_tables import RunTables
from sim.outcomes.saved_run import RunFolder
from sim.outcomes.step_causes import CAUSE_EVENTS, CAUSES, StepCause, step_causes
from sim.presentation import names
from sim.presentation.numbers import change_unit, reader_unit_by_year

_DECISIONS = "governments decide"
"""What happens on the day from which governments decide for themselves."""


@dataclass(frozen=True)
class LawDate:
    """A day on which laws come to differ: an act takes effect, or else is announced."""

    day: date
    label: str
    effective: bool


@dataclass(frozen=True, repr=False)
class RunView(ShortRepr):
    """What figures read of a run.

    Attributes:
        quantiles: a row of numbers for each of `LEVELS`, by scenario, measure, actor,
            in the unit of the measure; a month's flow is at its yearly rate.
        law_dates: dates on which the laws come to differ.
        recorded_until: last day for which the law is on record, if known.
        draws: how many draws the quantiles are over.
        changes: the same quantiles of scenario minus baseline, taken draw by draw, by
            measure and actor; none where no draws are at hand.
        change_draws: how many draws those are over: of a saved run the recorded ones.
        unchanged: of those, measures and actors that are the same in all these draws.
        causes: where the median under the scenario moves abruptly, and why.
    """

    scenario: str
    baseline: str
    months: np.ndarray
    quantiles: Mapping[tuple[str, str, str], Bands]
    units: Mapping[str, str]
    actor_names: Mapping[str, str]
    law_dates: tuple[LawDate, ...]
    recorded_until: date | None
    draws: int
    seed: int
    changes: Mapping[Key, Bands] = field(default_factory=dict)
    change_draws: int = 0
    unchanged: frozenset[Key] = frozenset()
    causes: Mapping[Key, tuple[StepCause, ...]] = field(default_factory=dict)

    @property
    def alone(self) -> bool:
        """Whether the baseline was run alone."""
        return self.scenario == self.baseline

    def has(self, measure: str, actor: str) -> bool:
        """Return whether a measure was recorded for an actor."""
        return (self.scenario, measure, actor) in self.quantiles

    def change_unit(self, measure: str) -> str:
        """Return the unit of a difference."""
        return change_unit(self.units[measure])

    def actors(self, measure: str) -> list[str]:
        """Return the actors for which a measure was recorded.

        Raises:
            SettingsError: it was recorded for none.
        """
        actors = [
            actor
            for scenario, name, actor in self.quantiles
            if name == measure and scenario == self.scenario
        ]
        if not actors:
            hint = choices(measure, self.units)
            raise SettingsError(f"no measure {measure!r} was recorded{hint}")
        return actors

    def bands(self, scenario: str, measure: str, actor: str) -> Bands:
        """Return quantiles by month.

        Raises:
            SettingsError: nothing of that name was recorded.
        """
        key = (scenario, measure, actor)
        if key not in self.quantiles:
            key = (scenario, measure, self.actor_called(measure, actor))
        if key not in self.quantiles:
            raise SettingsError(
                f"{measure} was not recorded for {actor!r} under {scenario}"
            )
        return self.quantiles[key]

    def actor_called(self, measure: str, actor: str) -> str:
        """Return the id of a recorded actor, given by id or by name.

        Raises:
            SettingsError: nothing was recorded for it, or the name is that of several.
        """
        known = {name: self.actor_name(name) for name in self.actors(measure)}
        called = actors_called(actor, known)
        if len(called) == 1:
            return called[0]
        hint = f"; which one? {listed(called)}" if called else choices(actor, known)
        raise SettingsError(f"{measure} was not recorded for {actor!r}{hint}")

    def actor_name(self, actor: str) -> str:
        """Return an actor and its variant as a reader would say them."""
        return names.actor_title(actor, self.actor_names)

    def first_difference(self, measure: str, actor: str) -> int | None:
        """Return the index of the first month in which the two differ, if they do."""
        scenario = self.bands(self.scenario, measure, actor)
        baseline = self.bands(self.baseline, measure, actor)
        differ = np.any(~is_equal(scenario, baseline), axis=0)
        return int(np.argmax(differ)) if differ.any() else None


def view_of(run: RunTables | RunFolder, *measures: str) -> RunView:
    """Return what figures read of a run.

    Args:
        run: the run.
        measures: those that are shown; all if none is given.
    """
    if measures and isinstance(run, RunTables):
        sides = (run.results, run.baseline_results)
        keys = {key for side in sides for key in side.series if key[0] in measures}
        run = run.only(keys) if keys else run
    frame = run.quantiles
    units = _reader_units(frame)
    law = run.law if run.has_law else None
    view = RunView(
        scenario=run.scenario,
        baseline=run.baseline,
        months=first_days(run.months),
        quantiles=_bands(frame, units),
        units={measure: unit for measure, (unit, _) in units.items()},
        actor_names=run.actor_names,
        law_dates=() if law is None else _law_dates(law),
        recorded_until=None if law is None else _recorded_until(law),
        draws=run.draws.count,
        seed=run.seed,
    )
    view = replace(view, causes=_causes(run, view, measures))
    return _with_changes(view, run, measures)


def _reader_units(frame: pd.DataFrame) -> dict[str, tuple[str, float]]:
    """Return the unit in which a reader thinks and its factor, by measure."""
    known = dict(zip(frame["measure"], frame["unit"], strict=True))
    return {
        str(measure): reader_unit_by_year(str(unit), is_flow=names.is_flow(measure))
        for measure, unit in known.items()
    }


def _bands(
    frame: pd.DataFrame, units: Mapping[str, tuple[str, float]]
) -> dict[tuple[str, str, str], Bands]:
    """Return quantiles by month in a reader's unit: by scenario, measure, actor."""
    return {
        (str(scenario), str(measure), str(actor)): rows[list(LEVELS)].to_numpy().T
        * units[str(measure)][1]
        for (scenario, measure, actor), rows in frame.groupby(
            ["scenario", "measure", "actor"], sort=False, observed=True
        )
    }


def _with_changes(
    view: RunView, run: RunTables | RunFolder, measures: Sequence[str]
) -> RunView:
    """Return the view with the differences, where draws of both sides are at hand."""
    if view.alone:
        return view
    if isinstance(run, RunFolder):
        if not run.holds(TIMESERIES):
            return view
        run = RunTables.of(run.results, run.baseline_results)
    kept = [key for key in run.results.series if not measures or key[0] in measures]
    if not kept:
        return view
    run = run.only(kept)
    frame = run.difference_quantiles
    bands = _bands(frame, _reader_units(frame))
    changes = {(name, actor): levels for (_, name, actor), levels in bands.items()}
    unchanged = frozenset(
        key
        for key, levels in changes.items()
        if not levels.any() and _is_unchanged(run, key)
    )
    draws = run.draws.count
    return replace(view, changes=changes, change_draws=draws, unchanged=unchanged)


def _is_unchanged(run: RunTables, key: Key) -> bool:
    """Return whether a series is the same under both laws in every draw and month."""
    sides = (run.results, run.baseline_results)
    new, old = (side.series[key] for side in sides)
    return bool(is_equal(new, old).all())


def _causes(
    run: RunTables | RunFolder, view: RunView, measures: Sequence[str]
) -> dict[Key, tuple[StepCause, ...]]:
    """Return where medians under the scenario move abruptly, and why."""
    wanted = [
        (name, actor)
        for scenario, name, actor in view.quantiles
        if scenario == view.scenario
        and name in CAUSES
        and (not measures or name in measures)
    ]
    if not wanted or (isinstance(run, RunFolder) and not run.holds(EVENTS)):
        return {}
    events = run.occurrences(CAUSE_EVENTS)
    return {
        key: step_causes(
            key,
            view.quantiles[view.scenario, *key][MEDIAN],
            run.months,
            events,
            view.draws,
        )
        for key in wanted
    }


def _law_dates(law: pd.DataFrame) -> tuple[LawDate, ...]:
    """Return a date for each day on which one or several instruments differ.

    Acts that governments decide on have no date; the day is marked from which they do.
    """
    differing = law[law["difference"] != ""]
    rows = set(
        zip(
            differing["instrument"],
            differing["difference"],
            _days(differing["announced"]),
            _days(differing["effective"]),
            strict=True,
        )
    )
    labels: dict[tuple[date, bool], list[str]] = {}
    dated = {row for row in rows if not pd.isna(row[3])}
    for _, _, announced, _ in rows - dated:
        labels[announced, True] = [_DECISIONS]
    for instrument, change, announced, effective in sorted(dated):
        label = names.spaced(instrument)
        label += "" if change == "added" else f" ({change})"
        labels.setdefault((announced, False), []).append(label)
        labels.setdefault((effective, True), []).append(label)
    return tuple(
        LawDate(day, _label(texts, in_effect), in_effect)
        for (day, in_effect), texts in sorted(labels.items())
        if in_effect or (day, True) not in labels
    )


def _label(labels: list[str], effective: bool) -> str:
    if labels == [_DECISIONS]:
        return _DECISIONS
    label = labels[0] if len(labels) == 1 else f"{len(labels)} instruments"
    if label.endswith(")"):
        return label
    return f"{label} {'in effect' if effective else 'announced'}"


def _recorded_until(law: pd.DataFrame) -> date | None:
    return max(_days(law[law["baseline"] != ""]["announced"]), default=None)


def _days(column: pd.Series[Any]) -> Iterable[Any]:
    """Return dates, NaT where there is none."""
    return pd.to_datetime(column).dt.date
