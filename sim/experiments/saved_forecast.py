"""A forecast on disk: what it keeps so that later observations can score it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from sim.domain.chance import Chance
from sim.domain.ensemble import Draws
from sim.domain.errors import OutputError
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.domain.short_repr import ShortRepr
from sim.experiments.forecast_quantiles import (
    ALONE,
    SeriesBasis,
    family_of,
    measures_with_parts,
)
from sim.experiments.hindcast.discrepancy import PerTimeAndDraw
from sim.experiments.hindcast.observed import (
    ObservationRecord,
    ObservedSeries,
    group_into_series,
)
from sim.outcomes.columns import MONTH, first_days, text_column
from sim.outcomes.measures import QUANTITIES
from sim.outcomes.results import Key, Results, Series
from sim.outcomes.saved_run import RunFolder
from sim.records import Records
from sim.records.history_rows import Family, Observation, Scale

DRAWS, BASIS, OBSERVED = "draws.parquet", "basis.csv", "observed.csv"
"""Files of a forecast from which it is scored later."""


@dataclass(frozen=True, eq=False, repr=False)
class ScorableForecast(ShortRepr):
    """What was forecast, draw by draw, and what was known when it was made.

    Attributes:
        name: the law under which the model was run.
        results: the model's values by month.
        bases: what the forecast of each series rests on.
        observed: the series that were known when it was made.
        observed_to: the last month of that knowledge.
        first: the first month that is forecast.
    """

    name: str
    results: Results
    bases: Mapping[Key, SeriesBasis]
    observed: Sequence[ObservedSeries]
    observed_to: Month
    first: Month

    @property
    def last(self) -> Month:
        """The last month that is forecast."""
        return self.results.months[-1]

    def record_of(self, key: Key) -> ObservedSeries | None:
        """Return what was known of a series when the forecast was made."""
        return next(
            (known for known in self.observed if (known.measure, known.actor) == key),
            None,
        )


# --- what a forecast keeps ------------------------------------------------------------


def basis_frame(bases: Mapping[Key, SeriesBasis]) -> pd.DataFrame:
    """Return a row for each series: what its forecast rests on."""
    rows = [
        {
            "measure": measure,
            "actor": actor,
            "family": "" if basis.family is None else basis.family.family,
            "scale": "" if basis.family is None else basis.family.scale,
            "error": basis.error,
            "rests_on": basis.rests_on,
        }
        for (measure, actor), basis in bases.items()
    ]
    return pd.DataFrame(rows)


def observed_frame(record: ObservationRecord) -> pd.DataFrame:
    """Return a row for each observation that was known."""
    rows = [row.model_dump() for series in record.series for row in series.rows]
    scales = {series.family.family: series.family.scale for series in record.series}
    frame = pd.DataFrame(rows)
    frame.insert(3, "scale", frame["family"].map(scales))
    return frame


def draws_tables(
    results: Results, bases: Mapping[Key, SeriesBasis], first: Month
) -> Iterator[pa.Table]:
    """Yield for each series the model's values and its discrepancy, by month and draw.

    Columns: measure, actor, month, draw, modelled, discrepancy; numbers in single
    precision, the discrepancy on the scale of the family and missing where there is
    none. The months are those of the years that end from the first one forecast on.
    """
    begin = max(first + (1 - MONTHS_A_YEAR), results.months[0])
    months = results.months[results.month_index(begin) :]
    count = results.draws.count
    days = pa.array(np.repeat(first_days(months), count), type=MONTH)
    draws = np.tile(
        np.arange(results.draws.first, results.draws.end, dtype=np.int32), len(months)
    )
    for key, basis in bases.items():
        modelled = results.get(key)[results.month_index(begin) :]
        texts = [text_column([text], len(draws)) for text in key]
        yield pa.table(
            {
                "measure": texts[0],
                "actor": texts[1],
                "month": days,
                "draw": draws,
                "modelled": modelled.astype(np.float32).ravel(),
                "discrepancy": _discrepancies(basis, months, count),
            }
        )


def _discrepancies(basis: SeriesBasis, months: Sequence[Month], draws: int) -> pa.Array:
    """Return the discrepancy in each month and draw, missing where there is none."""
    if basis.path is None:
        return pa.nulls(len(months) * draws, pa.float32())
    before = np.full((basis.path_start - months[0], draws), np.nan)
    path = np.concatenate([before, basis.path]) if len(before) else basis.path
    values = path[max(months[0] - basis.path_start, 0) :].astype(np.float32).ravel()
    return pa.array(values, from_pandas=True)


# --- what is read again ---------------------------------------------------------------


def read_forecast(folder: RunFolder, measures: Collection[str]) -> ScorableForecast:
    """Return what a folder of `task=forecast` holds of some measures.

    Raises:
        OutputError: an earlier version wrote it, without what scoring needs.
    """
    for name in (DRAWS, BASIS, OBSERVED):
        if not folder.holds(name):
            raise OutputError(
                f"{folder.folder} cannot be scored: {name} is missing, which earlier "
                "versions did not write; run task=forecast again"
            )
    kept = [("measure", "in", measures_with_parts(list(measures)))]
    rows = folder.read_file(
        DRAWS, lambda path: parquet.read_table(path, filters=kept).to_pandas()
    )
    with folder.understanding(DRAWS):
        results, paths = _series_of(rows, folder)
    basis = folder.read_csv(BASIS, keep_default_na=False)
    observed = _read_observed(folder)
    return ScorableForecast(
        name=results.scenario,
        results=results,
        bases=_read_bases(basis, paths, Chance(folder.seed, results.draws), results),
        observed=observed,
        observed_to=Month.parse(str(folder.provenance["observed_to"])),
        first=Month.parse(str(folder.config["start"])),
    )


def _series_of(
    rows: pd.DataFrame, folder: RunFolder
) -> tuple[Results, dict[Key, PerTimeAndDraw]]:
    """Return the model's values, and the discrepancies by month."""
    days, draws = rows["month"].unique(), rows["draw"].unique()
    shape = (len(days), len(draws))
    modelled: dict[Key, Series] = {}
    paths: dict[Key, PerTimeAndDraw] = {}
    for (measure, actor), part in rows.groupby(["measure", "actor"], observed=True):
        key = (str(measure), str(actor))
        modelled[key] = part["modelled"].to_numpy(float).reshape(shape)
        paths[key] = part["discrepancy"].to_numpy(float).reshape(shape)
    results = Results(
        scenario=str(folder.config["baseline"]),
        months=tuple(Month.of(day) for day in pd.to_datetime(days)),
        draws=Draws(len(draws), int(draws[0])) if len(draws) else folder.draws,
        quantities={name: QUANTITIES[name] for name, _ in modelled},
        series=modelled,
        seed=folder.seed,
    )
    return results, paths


def _read_bases(
    basis: pd.DataFrame,
    paths: Mapping[Key, PerTimeAndDraw],
    chance: Chance,
    results: Results,
) -> dict[Key, SeriesBasis]:
    bases = {}
    for row in basis.to_dict("records"):
        key = (str(row["measure"]), str(row["actor"]))
        if key not in paths:
            continue
        known = ~np.isnan(paths[key]).any(axis=1)
        bases[key] = SeriesBasis(
            family=family_named(row["family"], row["scale"]) if row["family"] else None,
            path=paths[key][known] if known.any() else None,
            path_start=results.months[int(known.argmax())],
            error=float(row["error"]),
            chance=chance,
            rests_on=str(row["rests_on"]),
        )
    return bases


def _read_observed(folder: RunFolder) -> list[ObservedSeries]:
    """Return the series that were known."""
    frame = folder.read_csv(OBSERVED, keep_default_na=False)
    scales = dict(zip(frame["family"], frame["scale"], strict=True))
    with folder.understanding(OBSERVED):
        rows = [
            Observation.model_validate(_cells(row))
            for row in frame.drop(columns="scale").to_dict("records")
        ]
        return group_into_series(rows, [family_named(*item) for item in scales.items()])


def _cells(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the cells of a row of observations; an empty one is unknown."""
    return {
        str(name): None if cell == "" and name != "note" else cell
        for name, cell in row.items()
    }


def family_named(name: str, scale: Scale) -> Family:
    """Return a family of which only the name and the scale matter."""
    return Family.model_construct(
        family=name,
        scale=scale,
        meaning="",
        as_of="",
        source="",
        confidence="derived",
    )


def of_run(run: RunFolder, records: Records, observed_to: Month) -> ScorableForecast:
    """Return a plain run as a forecast: its draws alone, without any discrepancy.

    Args:
        run: the run; what it recorded of its scenario is scored.
        records: all that is known.
        observed_to: the last month that counts as known when it was made.
    """
    results, observed = run.results, ObservationRecord.of(records, observed_to).series
    chance = Chance(results.seed, results.draws)
    bases = {
        key: SeriesBasis(
            family=family_of(key, observed),
            path=None,
            path_start=results.months[0],
            error=0.0,
            chance=chance,
            rests_on=ALONE,
        )
        for key in results.series
    }
    return ScorableForecast(
        name=results.scenario,
        results=results,
        bases=bases,
        observed=observed,
        observed_to=observed_to,
        first=max(results.months[0], observed_to + 1),
    )
