"""The hindcast: the record lived through, and how predictions of every series fared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sim.domain.chance import Chance
from sim.domain.months import Month
from sim.experiments.hindcast.discrepancy_size import Discrepancies, discrepancy_sizes
from sim.experiments.hindcast.observed import Observed, in_series
from sim.experiments.hindcast.predictive import Modelled
from sim.experiments.hindcast.scoreboard import (
    bands_kept,
    by_series,
    in_total,
    periods,
)
from sim.experiments.setup import Setup
from sim.outcomes.results import Results
from sim.records import Records
from sim.records.history import Errors, errors_by_family
from sim.records.history_rows import Family, Observation, ObservationError


@dataclass(frozen=True, eq=False)
class Record:
    """What was observed, as series, and how far observations can be off."""

    series: list[Observed]
    errors: Errors

    @classmethod
    def of(cls, records: Records, horizon: Month) -> Record:
        """Return what was observed up to a month."""
        facts = records.facts
        rows = [row for row in facts.rows(Observation) if Month.of(row.end) <= horizon]
        errors = errors_by_family(facts.rows(ObservationError))
        return cls(in_series(rows, facts.rows(Family)), errors)

    @property
    def families(self) -> list[str]:
        """The names of the families, in order."""
        return list(dict.fromkeys(one.family.family for one in self.series))


@dataclass(frozen=True, eq=False)
class Scores:
    """How predictions fared: by period, by series, in total, and by width of band."""

    periods: pd.DataFrame
    series: pd.DataFrame
    totals: pd.DataFrame
    bands: pd.DataFrame


def last_seen(records: Records) -> Month:
    """Return the last month whose observations a calibration may see."""
    rows = records.facts.rows(Observation)
    return max(Month.of(row.end) for row in rows if row.use == "calibration")


def last_observed(records: Records) -> Month:
    """Return the last month of all observations."""
    return max(Month.of(row.end) for row in records.facts.rows(Observation))


def modelled(
    setup: Setup,
    record: Record,
    results: Results,
    remainders: Discrepancies | None = None,
) -> list[Modelled]:
    """Return every observed series with what the model says of it.

    Args:
        setup: what was lived.
        record: what was observed.
        results: what came of it.
        remainders: how remainders behave, by family; if not given, as the posterior
            or their ranges have it.
    """
    series = record.series
    answers = [one.answers(results) for one in series]
    errors = [one.errors(record.errors) for one in series]
    if remainders is None:
        remainders = discrepancy_sizes(setup, record.families)
    chance = Chance(setup.seed, setup.draws)
    return [
        Modelled(one, said, wrong, remainders[one.family.family], chance)
        for one, said, wrong in zip(series, answers, errors, strict=True)
    ]


def scores(each: Sequence[Modelled], results: Results, vintage: Month) -> Scores:
    """Return how the model's predictions of every series fared."""
    kinds = {name: one.kind for name, one in results.quantities.items()}
    rows = periods(each, kinds, vintage)
    series = by_series(rows)
    return Scores(rows, series, in_total(rows, series), bands_kept(rows))


def remainders(each: Sequence[Modelled]) -> Discrepancies:
    """Return how remainders behave, by family."""
    return {one.series.family.family: one.remainder for one in each}
