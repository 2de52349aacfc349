"""Series by hand, and a model that says what it is told to."""

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
            first + months * place,
            first + (months * (place + 1) - 1),
            measure,
            actor,
            target=target,
        )
        for place, value in enumerate(values)
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


def modelled(seen, answers, *, spread=1.0, memory=6.0, error=0.1, seed=1):
    """Return a series beside answers, a row for each of its periods."""
    answers = np.asarray(answers, dtype=float)
    draws = Draws(answers.shape[1])
    return SeriesPrediction(
        series=seen,
        modelled=answers,
        errors=np.full(len(seen.rows), float(error)),
        discrepancy=Discrepancy(
            np.full(draws.count, float(spread)), np.full(draws.count, float(memory))
        ),
        chance=Chance(seed, draws),
    )
