"""A problem whose posterior is known: few unknowns, linear, with normal noise."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from sim.domain.months import Month
from sim.experiments.calibration.evidence import Evidence
from sim.experiments.hindcast.observed import ObservedSeries
from sim.records.assumptions import Assumption
from sim.records.discrepancy_row import DiscrepancyRow
from sim.records.history_rows import Family, Observation, ObservationError

SAID = {"as_of": "2024-12", "source": "a test", "confidence": "derived"}


@dataclass(frozen=True)
class LinearNormal:
    """Observations y = A z + e with e ~ N(0, noise) and prior z ~ N(0, I)."""

    slopes: np.ndarray
    observed: np.ndarray
    noise: float

    def __call__(self, guesses):
        residuals = self.observed - guesses @ self.slopes.T
        return -0.5 * ((residuals**2).sum(1) / self.noise + (guesses**2).sum(1))

    @property
    def covariance(self):
        own = self.slopes.T @ self.slopes / self.noise
        return np.linalg.inv(np.eye(self.slopes.shape[1]) + own)

    @property
    def mean(self):
        return self.covariance @ self.slopes.T @ self.observed / self.noise


KNOWN = LinearNormal(
    slopes=np.array([[1.0, 0.5, 0.0], [0.0, 1.0, -1.0]]),
    observed=np.array([1.5, -1.0]),
    noise=0.25,
)


def assumption(name="a.share", low=1.0, mid=2.0, high=4.0, scale="linear"):
    return Assumption(
        name=name, low=low, mid=mid, high=high, scale=scale, unit="", meaning="", **SAID
    )


def discrepancy(name):
    return DiscrepancyRow(
        name=name, low=0.1, mid=0.3, high=0.9, scale="log", unit="", meaning="", **SAID
    )


def family(name, scale="log"):
    return Family(family=name, scale=scale, meaning="", **SAID)


def observation(family_name, start, end, mid, measure="revenue"):
    return Observation(
        measure=measure,
        actor="nvidia",
        family=family_name,
        answer="model",
        start=start,
        end=end,
        low=None,
        mid=mid,
        high=None,
        unit="USD million",
        use="calibration",
        target=True,
        **SAID,
    )


def evidence():
    """Three quarters of one series, and two months of another."""
    sales = tuple(
        observation("sales", date(2023, month - 2, 1), Month(2023, month).last_day, mid)
        for month, mid in ((3, 100.0), (6, 200.0), (9, 150.0))
    )
    lags = tuple(
        observation(
            "lag", date(2024, month, 1), Month(2024, month).last_day, mid, "lag"
        )
        for month, mid in ((1, 6.0), (2, 7.0))
    )
    series = [
        ObservedSeries("revenue", "nvidia", family("sales"), sales),
        ObservedSeries("lag", "nvidia", family("lag", "linear"), lags),
    ]
    errors = {
        ("sales", "derived"): error("sales", "relative", 0.1),
        ("lag", "derived"): error("lag", "absolute", 1.0),
    }
    return Evidence.of(series, errors)


def error(name, form, half_width):
    return ObservationError(
        family=name, of="derived", form=form, half_width=half_width, reason="", **SAID
    )
