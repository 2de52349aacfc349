"""The task `score`: a forecast on disk, scored on a user's own new observations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
from rich.console import Console

from sim.domain.ensemble import Draws
from sim.domain.errors import OutputError, RecordsError, SettingsError, choices
from sim.domain.months import Month
from sim.experiments.hindcast.observed import RATIOS, last_observed_month
from sim.experiments.observation_scores import ObservationScores, score_observations
from sim.experiments.provenance import provenance
from sim.experiments.saved_forecast import (
    ScorableForecast,
    of_run,
    read_forecast,
)
from sim.outcomes.folder_path import with_home
from sim.outcomes.folder_writer import TIMESERIES, RunMetadata
from sim.outcomes.measures import QUANTITIES
from sim.outcomes.saved_run import RunFolder
from sim.presentation import score_report as show
from sim.records.column_types import check_unit
from sim.records.data_folder import SHIPPED
from sim.records.new_observations import NewObservation
from sim.records.plain_csv import read_numbered
from sim.settings.compose import Command
from sim.tasks.inputs import read_history
from sim.tasks.saved_command import saved_run
from sim.tasks.study_run import Study, StudyRun, WrittenResult

_FOLDER = "folder=outputs/forecast/<time>"
_MUST_NOT_BE_NEGATIVE = ("log", "logit")


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Score(WrittenResult):
    """The scores of a forecast on new observations.

    Attributes:
        forecast_folder: the folder that was scored.
        forecast: what it holds.
        scores: the scores.
        observations: the file of observations, as text.
        origin: the provenance of the folder.
    """

    forecast_folder: Path
    forecast: ScorableForecast
    scores: ObservationScores
    observations: str
    origin: Mapping[str, object]

    @property
    def table(self) -> pd.DataFrame:
        """A row for each observation: quantiles, coverage, rank, scores."""
        return self.scores.periods

    @property
    def draws(self) -> Draws:
        """The draws that were scored."""
        return self.forecast.results.draws

    @cached_property
    def report(self) -> show.ScoreReport:
        """What is told of the scores."""
        return show.ScoreReport(
            self.forecast_folder,
            self.forecast.name,
            self.forecast.observed_to,
            self.draws.count,
            self.scores,
        )

    @property
    def texts(self) -> Mapping[str, str]:
        """The paragraph in words, and what was observed."""
        return {
            show.SUMMARY: f"{self.report.paragraph}\n",
            show.OBSERVATIONS: self.observations,
        }

    def run_metadata(self, run: StudyRun) -> RunMetadata:
        """Return settings, and where the numbers come from."""
        settings = run.command.settings
        origin = provenance(
            command=run.command_line,
            seed=self.forecast.results.seed,
            draws=self.draws,
            data=Path(settings.data) if settings.data else SHIPPED,
            scenarios={},
            assumptions={"of the forecast": self.origin.get("assumptions")},
            started=run.started,
        )
        scored = {
            "folder": str(self.forecast_folder),
            "observed_to": str(self.forecast.observed_to),
            "code": self.origin.get("code"),
        }
        return RunMetadata(run.command.resolved(), {**origin, "scored": scored})

    def print_to(self, out: Console) -> None:
        """Print how the forecast did."""
        show.print_scores(self.report, out)


def _compute(run: StudyRun) -> Score:
    """Read the forecast and the observations, and score one on the other."""
    command = run.command
    if command.scenario is not None:
        raise SettingsError(
            f"scenario={command.scenario.name}: task=score takes what was run from "
            "the folder; leave the scenario out"
        )
    saved = saved_run(command, _FOLDER)
    file = _file(command)
    rows = read_numbered(file, NewObservation)
    forecast = _forecast(saved, command, {row.measure for row in rows.values()})
    for number, row in rows.items():
        _check(row, forecast, f"{file.name}, row {number}")
    if all(row.period.last <= forecast.observed_to for row in rows.values()):
        raise RecordsError(
            f"{file.name}: the forecast knew observations to {forecast.observed_to}, "
            "and none of the rows is about a later month"
        )
    return Score(
        forecast_folder=saved.folder,
        forecast=forecast,
        scores=score_observations(forecast, list(rows.values())),
        observations=file.read_text("utf-8-sig"),
        origin=saved.provenance,
    )


def _file(command: Command) -> Path:
    """Return the file of observations that a command names."""
    name = command.settings.observations
    if name is None:
        raise SettingsError(
            "task=score: which observations? give observations=..., a CSV file with "
            "the columns measure, actor, period, value and source"
        )
    path = with_home(name)
    if not path.is_file():
        raise SettingsError(f"observations={name}: there is no such file")
    return path


def _forecast(
    saved: RunFolder, command: Command, measures: Collection[str]
) -> ScorableForecast:
    """Return what a folder forecasts, of a forecast or of a plain run."""
    task = saved.config.get("task")
    if task == "forecast":
        return read_forecast(saved, measures)
    if task != "run" or not saved.holds(TIMESERIES):
        raise OutputError(
            f"{saved.folder} holds no forecast (task={task}); give a folder such as "
            f"{_FOLDER}"
        )
    vintage = saved.config.get("as_of")
    all_known = command.with_settings(data=saved.config.get("data"), as_of=None)
    records = read_history(all_known.settings)
    last = last_observed_month(records)
    return of_run(saved, records, Month.parse(str(vintage)) if vintage else last)


# --- rows -----------------------------------------------------------------------------


def _check(row: NewObservation, forecast: ScorableForecast, where: str) -> None:
    """Refuse an observation that the forecast says nothing about."""
    _check_series(row, forecast, where)
    _check_value(row, forecast, where)
    _check_period(row, forecast, where)


def _check_series(row: NewObservation, forecast: ScorableForecast, where: str) -> None:
    measures = {measure: None for measure, _ in forecast.bases}
    if row.measure not in QUANTITIES:
        hint = choices(row.measure, QUANTITIES, "task=measures")
        raise RecordsError(
            f"{where}, measure: there is no measure {row.measure!r}{hint}"
        )
    if row.measure not in measures:
        raise RecordsError(
            f"{where}, measure: the folder has no {row.measure}; "
            f"record=[{row.measure}] forecasts it"
        )
    actors = [actor for measure, actor in forecast.bases if measure == row.measure]
    if row.actor not in actors:
        raise RecordsError(
            f"{where}, actor: {row.measure} was not forecast for {row.actor!r}"
            f"{choices(row.actor, actors, f'task=measures match={row.measure}')}"
        )
    lacking = [part for part in RATIOS.get(row.measure, ()) if part not in measures]
    if lacking:
        raise RecordsError(
            f"{where}, measure: {row.measure} over a period is computed from "
            f"{' and '.join(RATIOS[row.measure])}, and the folder has no {lacking[0]}"
        )


def _check_value(row: NewObservation, forecast: ScorableForecast, where: str) -> None:
    unit = QUANTITIES[row.measure].unit
    if row.unit and row.unit != unit:
        raise RecordsError(
            f"{where}, unit: {row.measure} is in {unit!r}, not {row.unit!r}"
        )
    try:
        check_unit("value", row.value, unit)
    except ValueError as error:
        raise RecordsError(f"{where}, {error}") from None
    family = forecast.bases[row.measure, row.actor].family
    scale = None if family is None else family.scale
    if row.value < 0.0 and scale in _MUST_NOT_BE_NEGATIVE:
        raise RecordsError(
            f"{where}, value: {row.value:g} is below 0, which {row.measure} never is"
        )


def _check_period(row: NewObservation, forecast: ScorableForecast, where: str) -> None:
    first, last = row.period.first, row.period.last
    if last <= forecast.observed_to:
        return
    begin = forecast.results.months[0]
    if first < begin or not forecast.first <= last <= forecast.last:
        raise RecordsError(
            f"{where}, period: {row.period} is outside the forecast, of periods that "
            f"end from {forecast.first} to {forecast.last} and begin in {begin} or "
            "later"
        )


SCORE: Study[Score] = Study(
    name="score",
    compute=_compute,
    tables=lambda result: show.score_tables(result.scores),
    draw=lambda folder, result: show.draw_scores(folder, result.report),
)
