"""Identifiability: which assumptions the data inform, and which stay guesses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.domain.ensemble import PerDraw
from sim.experiments.calibration.normal_scores import NormalScores, normal_score
from sim.records.assumptions import Assumption
from sim.records.posterior import Posterior

MOVED, NARROWED, UNINFORMED = "moved", "narrowed", "not informed by the data"
"""Verdicts on an assumption."""

LEAST_SHIFT = 0.5
"""Prior standard deviations by which the median must shift to be called moved."""

LEAST_CONTRACTION = 0.2
"""Share of the prior's spread that must be gone for a range to be called narrowed."""

LARGEST_TAIL = 0.25
"""Share of the posterior outside one end of the range, where 5 % were expected, from
which on it is held to press against that end."""

SERVICE_DECAY = "service.uptime_decay_per_month.scanner_no_vendor_no_spares"
"""The guess on which most depends: how fast a scanner that nobody services decays."""

_LOW_SCORE = -1.6448536269514722
_ENDS, _LEVELS = ("low", "mid", "high"), (0.05, 0.5, 0.95)

_LEAST_CORRELATION = 0.1
"""A weaker correlation is not listed."""


def identifiability(
    rows: Sequence[Assumption], posterior: Mapping[str, PerDraw]
) -> pd.DataFrame:
    """Return prior and posterior of every assumption, most moved first.

    Columns: assumption, sampled, verdict, edge, shift and contraction in scores, and
    5 %, 50 % and 95 % of prior and posterior in the assumption's unit.
    """
    table = pd.DataFrame([_row(row, posterior.get(row.name)) for row in rows])
    order = table.assign(
        rank=table.verdict.map([MOVED, NARROWED, UNINFORMED].index),
        minus_shift=-table["shift"].abs(),
        minus_contraction=-table.contraction,
    ).sort_values(["rank", "sampled", "minus_shift", "minus_contraction", "assumption"])
    unsampled_last = order.sort_values("sampled", ascending=False, kind="stable")
    return table.loc[unsampled_last.index].reset_index(drop=True)


def informed_by_data(
    rows: Sequence[Assumption], posterior: Posterior | None
) -> frozenset[str]:
    """Return the assumptions that a posterior has moved or narrowed, by name."""
    table = posterior_identifiability(rows, posterior)
    return frozenset(table.assumption[table.verdict != UNINFORMED])


def posterior_identifiability(
    rows: Sequence[Assumption], posterior: Posterior | None
) -> pd.DataFrame:
    """Return the table of identifiability of a saved posterior, or of none."""
    columns = {} if posterior is None else posterior.columns
    scores = {
        row.name: normal_score(row, columns[row.name])
        for row in rows
        if row.name in columns
    }
    return identifiability(rows, scores)


def _row(row: Assumption, scores: PerDraw | None) -> dict[str, object]:
    """Return a row of the table; without scores an assumption stays as it was."""
    prior = dict(zip(_ENDS, (row.low, row.mid, row.high), strict=True))
    shift, contraction, edge, posterior = 0.0, 0.0, "", prior
    if scores is not None:
        shift, contraction = float(np.median(scores)), 1.0 - float(scores.std())
        edge = _edge(scores)
        [values] = NormalScores((row,)).values(scores[None]).values()
        quantiles = map(float, np.quantile(values, _LEVELS))
        posterior = dict(zip(_ENDS, quantiles, strict=True))
    return {
        "assumption": row.name,
        "sampled": scores is not None,
        "verdict": _verdict(shift, contraction),
        "edge": edge,
        "shift": shift,
        "contraction": contraction,
        **{f"prior_{end}": value for end, value in prior.items()},
        **{f"posterior_{end}": value for end, value in posterior.items()},
        "unit": row.unit,
        "confidence": row.confidence,
        "meaning": row.meaning,
    }


def _verdict(shift: float, contraction: float) -> str:
    if abs(shift) >= LEAST_SHIFT:
        return MOVED
    return NARROWED if contraction >= LEAST_CONTRACTION else UNINFORMED


def _edge(scores: PerDraw) -> str:
    """Return the end of its range at which the posterior piles up, if there is one."""
    below, above = (scores < _LOW_SCORE).mean(), (scores > -_LOW_SCORE).mean()
    if max(below, above) < LARGEST_TAIL:
        return ""
    return "low" if below > above else "high"


def correlations(scores: Mapping[str, PerDraw]) -> pd.DataFrame:
    """Return pairs of assumptions by their correlation, the strongest first.

    Before any fit assumptions are independent. Columns: first, second, correlation.
    """
    names = list(scores)
    matrix = np.corrcoef(np.stack([scores[name] for name in names]))
    rows, columns = np.triu_indices(len(names), k=1)
    frame = pd.DataFrame(
        {
            "first": [names[row] for row in rows],
            "second": [names[column] for column in columns],
            "correlation": matrix[rows, columns],
        }
    )
    strong = frame[frame.correlation.abs() >= _LEAST_CORRELATION]
    order = strong.correlation.abs().sort_values(ascending=False, kind="stable").index
    return strong.loc[order].reset_index(drop=True)
