"""A forecast scored on later observations, as the hindcast scores."""

import numpy as np
import pytest

from sim.domain.chance import Chance
from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.experiments.forecast_quantiles import (
    CARRIED,
    ForecastPeriod,
    SeriesBasis,
)
from sim.experiments.hindcast.predictive import MODEL
from sim.experiments.hindcast.scoreboard import TEST, score_periods
from sim.experiments.observation_scores import likely_coverage, score_observations
from sim.experiments.saved_forecast import ScorableForecast
from sim.outcomes.measures import QUANTITIES
from sim.outcomes.results import Results
from sim.presentation.score_report import place_of
from sim.records.new_observations import MonthSpan, NewObservation
from tests.scoreboard.samples import FIRST, prediction, series

KEY = ("revenue", "nvidia")
PAST = [10.0, 12.0, 11.0, 13.0, 12.0]
LATER = [14.0, 30.0]
DRAWS = Draws(200)


def of_months(text):
    return MonthSpan.parse(text)


def forecast(monthly, *, past=PAST, measure="revenue", scale="log", error=0.0):
    """Return a forecast that begins once the past is over, without a discrepancy."""
    known = series(past, scale=scale, measure=measure) if past else None
    start = FIRST + 3 * len(past)
    months = tuple(FIRST + ahead for ahead in range(3 * len(past) + 12))
    spread = np.linspace(0.5, 1.5, DRAWS.count)
    values = np.stack([monthly * spread for _ in months])
    key = (measure, "nvidia")
    basis = SeriesBasis(
        family=None if known is None else known.family,
        path=np.zeros((len(months), DRAWS.count)),
        path_start=FIRST,
        error=error,
        chance=Chance(1, DRAWS),
        rests_on=CARRIED,
    )
    return ScorableForecast(
        name="baseline",
        results=Results("baseline", months, DRAWS, QUANTITIES, {key: values}, seed=1),
        bases={key: basis},
        observed=[known] if known is not None else [],
        observed_to=start + -1,
        first=start,
    )


def new(period, value, measure="revenue", actor="nvidia"):
    return NewObservation(
        measure=measure, actor=actor, period=period, value=value, source="by hand"
    )


def scored(value, monthly=4.0, period="2024Q2", **options):
    return score_observations(
        forecast(monthly, **options),
        [new(period, value, options.get("measure", "revenue"))],
    ).periods.to_dict("records")[0]


def test_flows_are_added_up_over_whatever_months():
    for period, months in (("2024-04", 1), ("2024Q2", 3), ("2024-05 to 2024-07", 3)):
        row = scored(12.0, period=period)
        assert row["p50"] == pytest.approx(4.0 * months, rel=0.01)
        assert row["persistence"] == pytest.approx(PAST[-1] / 3 * months)


def test_a_stock_is_read_at_the_end_and_a_half_is_six_months():
    stock = scored(4.0, measure="ai_compute_stock", period="2024H2")
    flow = scored(4.0, period="2024H2")
    assert stock["p50"] == pytest.approx(4.0, rel=0.01)
    assert flow["p50"] == pytest.approx(24.0, rel=0.01)


def test_a_value_at_the_median_is_in_both_bands_and_one_far_off_in_none():
    rows = [scored(value) for value in (12.0, 17.0, 60.0, 0.5)]
    places = ["in 50 %", "in 90 %, above", "above 90 %", "below 90 %"]
    assert [place_of(row) for row in rows] == places
    assert rows[0]["crps"] < rows[1]["crps"] < rows[2]["crps"]
    assert rows[2]["rank"] == 1.0
    assert rows[3]["rank"] == 0.0


def test_nothing_sold_is_scored_too():
    row = scored(0.0)
    assert row["crps"] == pytest.approx(12.0, rel=0.2)
    assert np.isfinite(row["crps_scaled"])


def test_the_error_of_observing_widens_the_band():
    narrow, wide = (scored(12.0, error=error) for error in (0.0, 0.5))
    assert wide["p95"] - wide["p05"] > narrow["p95"] - narrow["p05"]


def test_scores_and_rivals_are_those_of_the_hindcast():
    """The same predictions, scored by the hindcast and as new observations."""
    periods = ["2024Q2", "2024Q3"]
    ours = forecast(4.0)
    rows = [new(period, value) for period, value in zip(periods, LATER, strict=True)]
    scores = score_observations(ours, rows).periods
    whole = series([*PAST, *LATER], scale="log")
    predicted = [
        ours.bases[KEY].predicted(ours.results, KEY, ForecastPeriod.of(*row.months))
        for row in whole.rows
    ]
    hindcast = score_periods(
        [prediction(whole, np.stack(predicted), spread=1e-9, error=1e-9)],
        {"revenue": "flow"},
        ours.observed_to,
    )
    later = hindcast[(hindcast["part"] == TEST) & (hindcast["variant"] == MODEL)]
    for column in ("persistence", "persistence_crps_scaled", "drift_crps_scaled"):
        assert scores[column].tolist() == pytest.approx(later[column].tolist())
    for column in ("p05", "p50", "p95", "crps", "crps_scaled", "rank"):
        assert scores[column].tolist() == pytest.approx(
            later[column].tolist(), rel=1e-5, abs=1e-5
        )


def test_earlier_rows_are_the_past_of_a_series_that_the_record_does_not_have():
    without = score_observations(forecast(4.0, past=[]), [new("2023Q1", 12.0)])
    assert np.isnan(without.periods["skill_persistence"].iloc[0])
    ours = forecast(4.0)
    rows = [new("2022Q4", 9.0), new("2024Q1", 99.0), new("2024Q2", 12.0)]
    scores = score_observations(ours, rows)
    assert scores.earlier == 2
    assert scores.periods["period"].tolist() == ["2024Q2"]
    # The record goes before a row about the same quarter.
    assert scores.periods["persistence"].iloc[0] == pytest.approx(PAST[-1])


def test_totals_count_by_measure_and_actor():
    scores = score_observations(
        forecast(4.0), [new("2024Q2", 12.0), new("2024Q3", 90.0)]
    )
    assert scores.totals["by"].tolist() == ["all", "measure", "actor"]
    assert scores.totals["periods"].tolist() == [2, 2, 2]
    assert scores.totals["coverage_90"].tolist() == [0.5, 0.5, 0.5]


def test_a_few_observations_leave_the_coverage_open():
    few, many = likely_coverage(9, 10), likely_coverage(900, 1000)
    assert few[1] - few[0] > 0.3
    assert many[1] - many[0] < 0.05
    assert likely_coverage(0, 5)[0] == 0.0
    assert likely_coverage(5, 5)[1] == 1.0


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-07", "2025-07", "2025-07"),
        ("2025Q3", "2025-07", "2025-09"),
        ("2025-Q4", "2025-10", "2025-12"),
        ("2025H1", "2025-01", "2025-06"),
        ("2025", "2025-01", "2025-12"),
        ("2025-05 to 2025-07", "2025-05", "2025-07"),
    ],
)
def test_periods_are_read_as_they_are_written(text, first, last):
    span = of_months(text)
    assert (span.first, span.last) == (Month.parse(first), Month.parse(last))
    assert of_months(str(span)) == span


@pytest.mark.parametrize(
    "text", ["2025Q5", "2025H0", "25", "2025-", "2025-13", "Q1 2025", ""]
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError, match="is not a (period|date)"):
        of_months(text)


def test_a_period_does_not_end_before_it_begins():
    with pytest.raises(ValueError, match="ends before it begins"):
        of_months("2025-07 to 2025-05")
