"""The task `forecast`: what firms and chips will do after the record, in quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.experiments.ensemble import run_pair
from sim.experiments.forecast import ForecastBasis, forecast, measures_with_parts
from sim.experiments.hindcast.observed import (
    ObservationRecord,
    last_observed_month,
    measures_to_record,
)
from sim.experiments.hindcast.predictive import discrepancies_of, predict_series
from sim.outcomes.recorder import select
from sim.presentation import forecast as show
from sim.settings.compose import Command
from sim.tasks.prepare import read_records
from sim.tasks.report import study_and_report
from sim.tasks.study_run import StudyRun
from sim.tasks.study_setup import law_of_record, prepare_study_run, with_all_known

_FOLDER = "forecast"
TABLE = "forecast.csv"


@dataclass(frozen=True, eq=False)
class Forecast:
    """A forecast that is done and written.

    Attributes:
        table: a row for each series and period.
        observed_to: the last month whose observations it rests on.
        where_drawn: where assumptions are drawn from, in words.
        folder: where it stands.
    """

    table: pd.DataFrame
    observed_to: Month
    where_drawn: str
    folder: Path


def forecast_and_report(command: Command) -> None:
    """Make the forecast, write its folder and print what a reader asks first."""
    study_and_report(
        command,
        make_forecast,
        lambda done: show.print_forecast(
            done.table, done.observed_to, done.where_drawn
        ),
    )


def make_forecast(
    command: Command, command_line: Sequence[str], quiet: bool
) -> Forecast:
    """Make the forecast, and write its folder, whole or not at all.

    Args:
        command: what was asked.
        command_line: the command as it was given, for the record.
        quiet: whether to show no progress.

    Raises:
        ChipWarError: something in what was asked is wrong, or cannot be written.
    """
    inquiry = StudyRun.now(command, command_line)
    settings = command.settings
    law_of_record(command)
    everything = read_records(with_all_known(command).settings)
    known = settings.as_of or last_observed_month(everything)
    observed_to = min(settings.start + -1, known, last_observed_month(everything))
    record = ObservationRecord.of(everything, observed_to)
    if not record.series:
        raise SettingsError(
            f"start={settings.start}: nothing was observed before it, and a forecast "
            "goes on from what was; begin later"
        )
    asked = [one.name for one in select(_selection(settings.record))]
    measures = [*measures_with_parts(asked), *measures_to_record(record.series)]
    prepared = prepare_study_run(
        command, read_records(settings), settings.horizon, list(dict.fromkeys(measures))
    )
    setup = prepared.setup
    results = run_pair(setup, quiet).baseline
    each = predict_series(setup, record, results)
    outlook = ForecastBasis(
        observed={(one.series.measure, one.series.actor): one for one in each},
        discrepancies=discrepancies_of(each),
        chance=each[0].chance,
        first=settings.start,
        last=settings.horizon,
    )
    table = forecast(results, outlook)
    table = table[table["measure"].isin(asked)].reset_index(drop=True)
    folder = inquiry.folder(_FOLDER)
    told = {"conditioned_on": f"observations to {observed_to}"}
    draw = partial(show.draw, table=table, record=record, observed_to=observed_to)
    inquiry.leave(folder, prepared, {TABLE: table}, draw, told=told)
    return Forecast(table, observed_to, prepared.where_drawn, folder)


def _selection(record: str | tuple[str, ...]) -> str | list[str]:
    return record if isinstance(record, str) else list(record)
