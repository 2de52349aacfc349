"""Scores of a forecast on a user's own observations, as the hindcast scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from sim.domain.short_repr import ShortRepr
from sim.experiments.forecast_quantiles import ForecastPeriod
from sim.experiments.hindcast.observed import ObservedSeries
from sim.experiments.hindcast.rivals import (
    RivalPrediction,
    SeriesHistory,
    history_of,
    rival_prediction,
)
from sim.experiments.hindcast.scoreboard import (
    RIVALS,
    describe_periods,
    prediction_scores,
    rival_scores,
    score_series,
    total_of,
)
from sim.experiments.hindcast.scoring_rules import skill_by_period
from sim.experiments.saved_forecast import ScorableForecast, family_named
from sim.outcomes.measures import QUANTITIES
from sim.outcomes.results import Key
from sim.records.history_rows import Family, Observation
from sim.records.new_observations import MonthSpan, NewObservation

ALL = "all"
"""What the row of the totals over all observations is called."""

_TAIL = 0.05


@dataclass(frozen=True, eq=False, repr=False)
class ObservationScores(ShortRepr):
    """Scores of a forecast on observations that came later.

    Attributes:
        periods: a row for each observation.
        series: a row for each measure and actor.
        totals: a row for all, for each measure and for each actor.
        earlier: how many observations were of the past when the forecast was made:
            these are no test, and what persistence goes on from.
    """

    periods: pd.DataFrame
    series: pd.DataFrame
    totals: pd.DataFrame
    earlier: int


def score_observations(
    forecast: ScorableForecast, rows: Sequence[NewObservation]
) -> ObservationScores:
    """Return the scores of a forecast on observations, each of a series that it has."""
    by_key: dict[Key, list[NewObservation]] = {}
    for row in rows:
        by_key.setdefault((row.measure, row.actor), []).append(row)
    series = {key: _with_record(forecast, key, own) for key, own in by_key.items()}
    histories = _histories(forecast, series)
    frames = [
        _score_series(forecast, key, of_key, histories)
        for key, of_key in series.items()
        if of_key.periods_known_by(forecast.observed_to) < len(of_key.rows)
    ]
    periods = pd.concat(frames, ignore_index=True)
    by_series = score_series(periods)
    return ObservationScores(
        periods=periods,
        series=by_series,
        totals=pd.DataFrame(_totals(periods, by_series)),
        earlier=len(rows) - len(periods),
    )


def likely_coverage(covered: int, count: int) -> tuple[float, float]:
    """Return between which shares the coverage of bands lies, given how many held.

    Nine in ten such intervals hold the truth, if observations are independent.

    Source:
        Clopper and Pearson, 'The use of confidence or fiducial limits illustrated in
        the case of the binomial', Biometrika 26 (1934).

    Example:
        >>> [round(end, 2) for end in likely_coverage(9, 10)]
        [0.61, 0.99]
    """
    missed = count - covered
    low = float(betaincinv(covered, missed + 1, _TAIL)) if covered else 0.0
    high = float(betaincinv(covered + 1, missed, 1.0 - _TAIL)) if missed else 1.0
    return low, high


def _with_record(
    forecast: ScorableForecast, key: Key, rows: Sequence[NewObservation]
) -> ObservedSeries:
    """Return new observations behind what was known of the series.

    Of a period in both, what was known is kept.
    """
    known = forecast.record_of(key)
    # Of a measure of which nothing was observed, the scale is its own unit.
    family = forecast.bases[key].family or family_named(key[0], "linear")
    unit = forecast.results.quantities[key[0]].unit
    past = () if known is None else known.rows
    recorded = {row.months for row in past}
    new = [
        _as_observation(row, family, unit, past)
        for row in rows
        if (row.period.first, row.period.last) not in recorded
    ]
    in_order = sorted([*past, *new], key=lambda row: (row.end, row.start))
    return ObservedSeries(*key, family, tuple(in_order))


def _as_observation(
    row: NewObservation, family: Family, unit: str, past: Sequence[Observation]
) -> Observation:
    """Return a new observation as one of the record."""
    return Observation.model_construct(
        measure=row.measure,
        actor=row.actor,
        family=family.family,
        answer=past[-1].answer if past else "model",
        start=row.period.first.first_day,
        end=row.period.last.last_day,
        low=None,
        mid=row.value,
        high=None,
        unit=unit,
        use="test",
        target=False,
        as_of=str(row.period.last),
        source=row.source,
        confidence="seen",
        note=row.note,
    )


def _histories(
    forecast: ScorableForecast, series: Mapping[Key, ObservedSeries]
) -> dict[str, list[SeriesHistory]]:
    """Return the past of every series that was known, by family."""
    all_series = {(known.measure, known.actor): known for known in forecast.observed}
    histories: dict[str, list[SeriesHistory]] = {}
    for key, of_key in {**all_series, **series}.items():
        known = of_key.periods_known_by(forecast.observed_to)
        if known and key[0] in QUANTITIES:
            history = history_of(of_key.first(known), QUANTITIES[key[0]].kind)
            histories.setdefault(of_key.family.family, []).append(history)
    return histories


def _score_series(
    forecast: ScorableForecast,
    key: Key,
    series: ObservedSeries,
    histories: Mapping[str, Sequence[SeriesHistory]],
) -> pd.DataFrame:
    """Return a row for each new observation of a series."""
    kind, basis = QUANTITIES[key[0]].kind, forecast.bases[key]
    known = series.periods_known_by(forecast.observed_to)
    new = replace(series, rows=series.rows[known:])
    observed = series.scaled(new.values)
    predicted = [
        basis.predicted(forecast.results, key, ForecastPeriod.of(*row.months))
        for row in new.rows
    ]
    columns = {
        **describe_periods(new, kind, 0),
        "period": [str(MonthSpan(*row.months)) for row in new.rows],
        "source": [row.source for row in new.rows],
        "variant": basis.rests_on,
        "observed": new.values,
        **prediction_scores(new, observed, series.scaled(np.stack(predicted))),
    }
    for name in RIVALS:
        past = histories.get(series.family.family, [])
        rival = rival_prediction(name, series, kind, known, past)
        ahead = None if rival is None else _from_row(rival, known)
        columns |= rival_scores(series.family, observed, name, ahead)
    table = pd.DataFrame(columns)
    for name in RIVALS:
        table[f"skill_{name}"] = skill_by_period(
            table["crps_scaled"].to_numpy(float),
            table[f"{name}_crps_scaled"].to_numpy(float),
        )
    return table


def _from_row(rival: RivalPrediction, first: int) -> RivalPrediction:
    """Return a rival's predictions of the periods from one on."""
    return RivalPrediction(rival.point[first:], rival.quantiles[first:])


def _totals(periods: pd.DataFrame, series: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Yield a row for all observations, for each measure and for each actor."""
    yield {"by": ALL, "name": ALL} | total_of(periods, series)
    for column in ("measure", "actor"):
        for name, group in periods.groupby(column, sort=False):
            of_name = series[series[column] == name]
            yield {"by": column, "name": name} | total_of(group, of_name)
