"""A view: what a figure needs to know of a run, fresh or loaded from a folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from sim.domain.errors import SettingsError, nearest
from sim.experiments.run import Comparison
from sim.outcomes.frames import first_days
from sim.outcomes.instrument_status import InstrumentStatus, instrument_status
from sim.outcomes.load import RunFolder
from sim.outcomes.measures import MEASURES
from sim.outcomes.network import Network
from sim.outcomes.quantiles import LEVELS, Bands, bands
from sim.outcomes.results import Results, with_same_series
from sim.presentation.numbers import reader_unit

_DECISIONS = "governments decide"
"""What happens on the day from which governments decide for themselves."""

_DUST = 1e-4
"""Share of a quantity below which two curves cannot be told apart."""


@dataclass(frozen=True)
class LawDate:
    """A date on which the two laws part.

    Attributes:
        day: the date.
        label: what happens then, in a few words.
        effective: whether an instrument takes effect (otherwise it is announced).
    """

    day: date
    label: str
    effective: bool


@dataclass(frozen=True)
class RunView:
    """What figures read of a run.

    Attributes:
        scenario: name of the scenario.
        baseline: name of what it is compared with.
        months: first day of each month.
        quantiles: a row of numbers for each of `LEVELS`, by scenario, measure, actor.
        titles: long name of each measure.
        units: unit of each measure.
        names: name of each actor on the map.
        marks: dates on which the laws part.
        recorded_until: last day for which the law is on record, if known.
        draws: how many draws the quantiles are over.
        seed: the seed.
    """

    scenario: str
    baseline: str
    months: np.ndarray
    quantiles: Mapping[tuple[str, str, str], Bands]
    titles: Mapping[str, str]
    units: Mapping[str, str]
    names: Mapping[str, str]
    law_dates: tuple[LawDate, ...]
    recorded_until: date | None
    draws: int
    seed: int

    def has(self, measure: str, actor: str) -> bool:
        """Return whether a measure was recorded for an actor."""
        return (self.baseline, measure, actor) in self.quantiles

    def actors(self, measure: str) -> list[str]:
        """Return the actors for which a measure was recorded."""
        return [
            actor
            for scenario, name, actor in self.quantiles
            if name == measure and scenario == self.baseline
        ]

    def bands(self, scenario: str, measure: str, actor: str) -> Bands:
        """Return quantiles by month.

        Raises:
            SettingsError: nothing of that name was recorded.
        """
        if (scenario, measure, actor) in self.quantiles:
            return self.quantiles[scenario, measure, actor]
        if measure not in self.units:
            hint = nearest(measure, self.units)
            raise SettingsError(f"no measure {measure!r} was recorded{hint}")
        known = self.actors(measure)
        hint = nearest(actor, known) or f"; there is {', '.join(known[:8])}"
        raise SettingsError(f"{measure} was not recorded for {actor!r}{hint}")

    def actor_name(self, actor: str) -> str:
        """Return an actor and its variant as a reader would say them."""
        who, _, variant = actor.partition(":")
        name = self.names.get(who, who[:1].upper() + who[1:])
        return f"{name}, {variant}".replace("_", " ").removesuffix(", ")

    def first_difference(self, measure: str, actor: str) -> int | None:
        """Return the place of the first month in which the two differ, if they do."""
        ours = self.bands(self.scenario, measure, actor)
        theirs = self.bands(self.baseline, measure, actor)
        dust = _DUST * np.max(np.abs(theirs), initial=0.0)
        apart = np.any(np.abs(ours - theirs) > dust, axis=0)
        return int(np.argmax(apart)) if apart.any() else None


def law_dates_of(rows: Iterable[InstrumentStatus]) -> tuple[LawDate, ...]:
    """Return the dates on which two laws part: announcements and effective dates.

    One instrument may stand in the rows of many months; it is marked once.
    """
    return _marks(
        {
            (row.instrument, row.difference, row.announced, row.effective)
            for row in rows
            if row.difference
        }
    )


def view(run: Comparison | RunFolder, measure: str) -> RunView:
    """Return what a figure of one measure reads of a run, fresh or saved."""
    if isinstance(run, RunFolder):
        return view_of_folder(run)
    keys = {*run.baseline.series, *run.scenario.series}
    wanted = {key for key in keys if key[0] == measure}
    theirs = run.baseline.only(wanted)
    alone = run.scenario is run.baseline
    return view_of_results(theirs if alone else run.scenario.only(wanted), theirs)


def view_of_results(scenario: Results, baseline: Results) -> RunView:
    """Return what figures read of two results that pair."""
    scenario, baseline = with_same_series(scenario, baseline)
    quantiles = {
        (one.scenario, *key): bands(series)
        * reader_unit(one.quantities[key[0]].unit_by_month)[1]
        for one in (baseline, scenario)
        for key, series in one.series.items()
    }
    rows: Sequence[InstrumentStatus] = ()
    if scenario.regime is not None and baseline.regime is not None:
        rows = instrument_status(scenario.regime, baseline.regime, scenario.months)
    return RunView(
        scenario=scenario.scenario,
        baseline=baseline.scenario,
        months=first_days(scenario.months),
        quantiles=quantiles,
        titles={name: one.title for name, one in scenario.quantities.items()},
        units={
            name: reader_unit(one.unit_by_month)[0]
            for name, one in scenario.quantities.items()
        },
        names=_names(scenario.network),
        law_dates=law_dates_of(rows),
        recorded_until=_last([row.announced for row in rows if row.baseline]),
        draws=scenario.draws.count,
        seed=scenario.seed,
    )


def view_of_difference(scenario: Results, baseline: Results) -> RunView:
    """Return a view of the differences between two results, taken draw by draw."""
    change = {
        key: series - baseline.get(key) for key, series in scenario.series.items()
    }
    both = view_of_results(scenario.only(()), baseline.only(()))
    return replace(
        both,
        quantiles={
            (scenario.scenario, *key): bands(series)
            * reader_unit(scenario.quantities[key[0]].unit_by_month)[1]
            for key, series in change.items()
        },
    )


def view_of_folder(run: RunFolder) -> RunView:
    """Return what figures read of a saved run."""
    frame = run.quantiles
    baseline, scenario = (*frame["scenario"].unique(), *frame["scenario"].unique())[:2]
    units = dict(zip(frame["measure"], frame["unit"], strict=True))
    law = run.law if run.has_law else None
    return RunView(
        scenario=scenario,
        baseline=baseline,
        months=frame["month"].drop_duplicates().to_numpy().astype("datetime64[ms]"),
        quantiles={
            (str(one), str(measure), str(actor)): rows[list(LEVELS)].to_numpy().T
            * reader_unit(units[str(measure)])[1]
            for (one, measure, actor), rows in frame.groupby(
                ["scenario", "measure", "actor"], sort=False
            )
        },
        titles={known.name: known.title for known in MEASURES},
        units={str(name): reader_unit(unit)[0] for name, unit in units.items()},
        names=_names(run.network if run.has_law else None),
        law_dates=() if law is None else _marks_of_frame(law),
        recorded_until=None if law is None else _last_known(law),
        draws=_count(run.provenance.get("draws", 0)),
        seed=int(run.provenance.get("seed", 0)),
    )


def _marks_of_frame(law: pd.DataFrame) -> tuple[LawDate, ...]:
    apart = law[law["difference"] != ""]
    columns = [apart[name] for name in ("instrument", "difference")]
    columns += [apart[name].dt.date for name in ("announced", "effective")]
    return _marks(set(zip(*columns, strict=True)))


def _last_known(law: pd.DataFrame) -> date | None:
    return _last(law[law["baseline"] != ""]["announced"].dt.date)


def _marks(apart: set[tuple[str, str, date, date | None]]) -> tuple[LawDate, ...]:
    """Return a mark for each day; a day on which several laws part has one.

    Acts that governments decide on have no date; the day is marked from which they do.
    """
    found: dict[tuple[date, bool], list[str]] = {}
    dated = {one for one in apart if not pd.isna(one[3])}
    for day in {announced for *_, announced, _ in apart - dated}:
        found[day, True] = [_DECISIONS]
    for name, what, announced, effective in sorted(dated):
        assert effective is not None
        words = name.replace("_", " ") + ("" if what == "added" else f" ({what})")
        found.setdefault((announced, False), []).append(words)
        found.setdefault((effective, True), []).append(words)
    return tuple(
        LawDate(day, _label(names, effective), effective)
        for (day, effective), names in sorted(found.items())
        if effective or (day, True) not in found
    )


def _label(names: list[str], effective: bool) -> str:
    if names == [_DECISIONS]:
        return _DECISIONS
    what = names[0] if len(names) == 1 else f"{len(names)} instruments"
    if what.endswith(")"):
        return what
    return f"{what} {'in effect' if effective else 'announced'}"


def _last(days: Iterable[date]) -> date | None:
    return max(days, default=None)


def _names(network: Network | None) -> dict[str, str]:
    if network is None:
        return {}
    return {actor: str(facts["name"]) for actor, facts in network.nodes.items()}


def _count(draws: int | Mapping[str, int]) -> int:
    return draws["count"] if isinstance(draws, Mapping) else draws
