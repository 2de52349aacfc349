"""Forecasts: their periods, and how amounts move along a scale."""

import numpy as np
import pytest

from sim.domain.months import Month
from sim.experiments.forecast_quantiles import periods, shifted_on_scale
from tests.scoreboard.samples import family


def spans(kind, *ends, fiscal=1):
    all_periods = periods(*(Month.parse(end) for end in ends), fiscal)
    return [
        (str(period.first), str(period.last))
        for period in all_periods
        if period.kind == kind
    ]


def test_periods_end_within_the_months_that_are_forecast():
    ends = ("2025-07", "2026-12")
    assert len(spans("month", *ends)) == 18
    assert spans("quarter", *ends)[0] == ("2025-07", "2025-09")
    assert spans("fiscal quarter", *ends)[0] == ("2025-05", "2025-07")
    assert spans("fiscal quarter", *ends)[-1] == ("2026-08", "2026-10")
    assert spans("year", *ends) == [("2025-01", "2025-12"), ("2026-01", "2026-12")]


def test_who_reports_no_quarters_has_no_fiscal_ones():
    assert spans("fiscal quarter", "2025-07", "2026-12", fiscal=None) == []


@pytest.mark.parametrize("scale", ["log", "logit", "linear"])
def test_amounts_move_along_the_scale_of_their_family(scale):
    values, beyond = np.array([0.2, 0.2]), np.array([0.0, 0.5])
    still, more = shifted_on_scale(family(scale), values, beyond)
    assert still == pytest.approx(0.2)
    assert more > 0.2


def test_nothing_stays_nothing_and_all_stays_all():
    beyond = np.array([2.0, -2.0])
    assert shifted_on_scale(family("log"), np.zeros(2), beyond).tolist() == [0.0, 0.0]
    assert shifted_on_scale(family("logit"), np.array([0.0, 1.0]), beyond).tolist() == [
        0.0,
        1.0,
    ]
