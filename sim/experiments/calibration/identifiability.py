"""Identifiability: what the observations say of assumptions, and what stays a guess."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.domain.ensemble import PerDraw
from sim.experiments.calibration.scores import Scores, score
from sim.records.assumptions import Assumption
from sim.records.posterior import Posterior

MOVED, NARROWED, UNTOLD = "moved", "narrowed", "not told by the data"
"""What can become of an assumption."""

A_MOVE = 0.5
"""Prior standard deviations by which the median must shift to be called moved."""

A_GAIN = 0.2
"""Share of the prior's spread that must be gone for a range to be called narrowed."""

A_PILE = 0.25
"""Share of the posterior outside one end of the range, where 5 % were expected, from
which on it is held to press against that end."""

_LOW_SCORE = -1.6448536269514722
_ENDS, _LEVELS = ("low", "mid", "high"), (0.05, 0.5, 0.95)

SERVICE = "service.uptime_decay_per_month.scanner_no_vendor_no_spares"
"""The guess on which most hangs: how fast a scanner that nobody services decays."""


def identifiability(
    rows: Sequence[Assumption], posterior: Mapping[str, PerDraw]
) -> pd.DataFrame:
    """Return prior and posterior of every assumption, most moved first.

    Columns: assumption, sampled, verdict, edge, shift and contraction in scores, and
    5 %, 50 % and 95 % of prior and posterior in the assumption's unit.

    Args:
        rows: all assumptions.
        posterior: joint draws of the scores of those that were fitted, by name.
    """
    table = pd.DataFrame([_row(row, posterior.get(row.name)) for row in rows])
    told = table.verdict.map([MOVED, NARROWED, UNTOLD].index)
    order = table.assign(told=told, far=-table["shift"].abs(), kept=-table.contraction)
    order = order.sort_values(["told", "sampled", "far", "kept", "assumption"])
    unsampled_last = order.sort_values("sampled", ascending=False, kind="stable")
    return table.loc[unsampled_last.index].reset_index(drop=True)


def told_by_data(
    rows: Sequence[Assumption], posterior: Posterior | None
) -> frozenset[str]:
    """Return the assumptions that a posterior has moved or narrowed, by name."""
    columns = {} if posterior is None else posterior.columns
    scores = {
        row.name: score(row, columns[row.name]) for row in rows if row.name in columns
    }
    table = identifiability(rows, scores)
    return frozenset(table.assumption[table.verdict != UNTOLD])


def _row(row: Assumption, scores: PerDraw | None) -> dict[str, object]:
    """Return a row of the table; without scores an assumption stays as it was."""
    sampled = scores is not None
    told = np.zeros(1) if scores is None else scores
    shift, contraction = (
        (float(np.median(told)), 1.0 - float(told.std())) if sampled else (0.0, 0.0)
    )
    prior = dict(zip(_ENDS, (row.low, row.mid, row.high), strict=True))
    [values] = Scores((row,)).values(told[None]).values()
    ends = np.quantile(values, _LEVELS) if sampled else prior.values()
    return {
        "assumption": row.name,
        "sampled": sampled,
        "verdict": _verdict(shift, contraction),
        "edge": _edge(told),
        "shift": shift,
        "contraction": contraction,
        **{f"prior_{end}": value for end, value in prior.items()},
        **{
            f"posterior_{end}": float(value)
            for end, value in zip(_ENDS, ends, strict=True)
        },
        "unit": row.unit,
        "confidence": row.confidence,
        "meaning": row.meaning,
    }


def _verdict(shift: float, contraction: float) -> str:
    if abs(shift) >= A_MOVE:
        return MOVED
    return NARROWED if contraction >= A_GAIN else UNTOLD


def _edge(scores: PerDraw) -> str:
    """Return at which end of its range the posterior piles up, nothing if at none."""
    below, above = (scores < _LOW_SCORE).mean(), (scores > -_LOW_SCORE).mean()
    if max(below, above) < A_PILE:
        return ""
    return "low" if below > above else "high"
