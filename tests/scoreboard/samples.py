"""Series by hand, and a model that gives the values it is asked for."""

from datetime import date

import numpy as np

from sim.domain.chance import Chance
from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.experiments.hindcast.discrepancy import Discrepancy
from sim.experiments.hindcast.observed import ObservedSeries
from sim.experiments.hindcast.predictive import SeriesPrediction
from sim.records.history_rows import Family, Observation

ORIGIN = {"as_of": "2024", "source": "by hand", "confidence": "seen"}
FIRST = Month(2023, 1)


def family(scale="linear", name="hands"):
    return Family(family=name, scale=scale, meaning="by hand", **ORIGIN)


def quarters(
    values, *, first=FIRST, months=3, measure="revenue", actor="nvidia", target=False
):
    """Return observations one after another, each over so many months."""
    return tuple(
        observation(
            value,
            first + months * index,
            first + (months * (index + 1) - 1),
            measure,
            actor,
            target=target,
        )
        for index, value in enumerate(values)
    )


def observation(value, first, last, measure="revenue", actor="nvidia", *, target=False):
    start: date = first.first_day
    return Observation(
        measure=measure,
        actor=actor,
        family="hands",
        answer="model",
        start=start,
        end=last.last_day,
        low=None,
        mid=value,
        high=None,
        unit="USD million",
        use="calibration",
        target=target,
        **ORIGIN,
    )


def series(values, scale="linear", **given):
    rows = quarters(values, **given)
    return ObservedSeries(rows[0].measure, rows[0].actor, family(scale), rows)


def prediction(observed, values, *, spread=1.0, memory=6.0, error=0.1, seed=1):
    """Return a series beside values, a row for each of its periods."""
    values = np.asarray(values, dtype=float)
    draws = Draws(values.shape[1])
    return SeriesPrediction(
        series=observed,
        modelled=values,
        errors=np.full(len(observed.rows), float(error)),
        discrepancy=Discrepancy(
            np.full(draws.count, float(spread)), np.full(draws.count, float(memory))
        ),
        chance=Chance(seed, draws),
    )
