"""The task `forecast`: what firms and chips will do after the record, in quantiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from rich.console import Console

from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.experiments.chunks import run_pair
from sim.experiments.forecast_quantiles import (
    ForecastBasis,
    SeriesBasis,
    forecast_table,
    measures_with_parts,
    series_bases,
)
from sim.experiments.hindcast.observed import (
    ObservationRecord,
    last_observed_month,
    measures_to_record,
)
from sim.experiments.hindcast.predictive import discrepancies_of, predict_series
from sim.experiments.saved_forecast import (
    BASIS,
    DRAWS,
    OBSERVED,
    basis_frame,
    draws_tables,
    observed_frame,
)
from sim.outcomes.folder_writer import StudyTable
from sim.outcomes.recorder import select
from sim.outcomes.results import Key, Results
from sim.presentation import forecast_report as show
from sim.settings.schema import Settings
from sim.tasks.inputs import read_history, read_records
from sim.tasks.study_run import Study, StudyResult, StudyRun
from sim.tasks.study_setup import prepare_study_run, require_law_of_record

TABLE = "forecast.csv"


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Forecast(StudyResult):
    """Quantiles of what firms and chips will do.

    Attributes:
        table: a row for each series and period.
        results: the model's values, draw by draw.
        bases: what the forecast of each series rests on beside them.
        observed_to: the last month whose observations it rests on.
        record: these observations.
    """

    table: pd.DataFrame
    results: Results
    bases: Mapping[Key, SeriesBasis]
    observed_to: Month
    record: ObservationRecord

    @property
    def metadata(self) -> Mapping[str, object]:
        """What its provenance says beside what every study says."""
        return {
            "conditioned_on": f"observations to {self.observed_to}",
            "observed_to": str(self.observed_to),
        }

    def print_to(self, out: Console) -> None:
        """Print years of the series that a reader asks for first."""
        show.print_forecast(self.table, self.observed_to, self.assumption_source, out)


def _compute(run: StudyRun) -> Forecast:
    """Run the law of record beyond the observations, and take quantiles."""
    command, settings = run.command, run.command.settings
    require_law_of_record(command)
    observed_to, record = _observed(
        command.with_settings(as_of=None).settings, settings
    )
    selected = [measure.name for measure in select(settings.record)]
    measures = [*measures_with_parts(selected), *measures_to_record(record.series)]
    prepared = prepare_study_run(
        command, read_records(settings), settings.horizon, list(dict.fromkeys(measures))
    )
    run.print_warnings()
    results = run_pair(prepared.setup, settings.quiet).baseline
    series = predict_series(prepared.setup, record, results)
    basis = ForecastBasis(
        observed={
            (history.series.measure, history.series.actor): history
            for history in series
        },
        discrepancies=discrepancies_of(series),
        chance=series[0].chance,
        first=settings.start,
        last=settings.horizon,
    )
    bases = series_bases(results, basis)
    table = forecast_table(results, basis, bases)
    return Forecast(
        prepared=prepared,
        table=table[table["measure"].isin(selected)].reset_index(drop=True),
        results=results,
        bases=bases,
        observed_to=observed_to,
        record=record,
    )


def _observed(
    all_known: Settings, settings: Settings
) -> tuple[Month, ObservationRecord]:
    """Return the last month that is observed before the forecast, and what was."""
    records = read_history(all_known)
    last = last_observed_month(records)
    observed_to = min(settings.start + -1, settings.as_of or last, last)
    record = ObservationRecord.of(records, observed_to)
    if not record.series:
        raise SettingsError(
            f"start={settings.start}: nothing was observed before it, and a forecast "
            "goes on from what was; begin later"
        )
    return observed_to, record


def _tables(forecast: Forecast) -> dict[str, StudyTable]:
    """Return the quantiles, and what the forecast can be scored from later."""
    first = forecast.prepared.command.settings.start
    return {
        TABLE: forecast.table,
        BASIS: basis_frame(forecast.bases),
        OBSERVED: observed_frame(forecast.record),
        DRAWS: list(draws_tables(forecast.results, forecast.bases, first)),
    }


FORECAST: Study[Forecast] = Study(
    name="forecast",
    compute=_compute,
    tables=_tables,
    draw=lambda folder, result: show.draw_forecast(
        folder, result.table, result.record, result.observed_to
    ),
)
