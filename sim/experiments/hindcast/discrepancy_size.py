"""Leftovers: how large what the model leaves over is, fitted or as first thought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.domain.ensemble import PerDraw
from sim.domain.errors import RecordsError
from sim.experiments.hindcast.discrepancy import Discrepancy
from sim.experiments.setup import Setup
from sim.records.assumptions import sample
from sim.records.discrepancy_row import DiscrepancyRow

SPREAD, MEMORY = "spread", "memory"
"""What stands before a family's name in the tables of remainders."""

Discrepancies = Mapping[str, Discrepancy]
"""By family, how its remainder behaves."""


def discrepancy_sizes(setup: Setup, families: Sequence[str]) -> Discrepancies:
    """Return how the remainders of families behave, draw by draw.

    They come from the same rows of the posterior as the assumptions; if those come from
    their ranges, so do these.

    Args:
        setup: what is lived.
        families: the families asked for.

    Raises:
        RecordsError: a family is missing.
    """
    if setup.posterior is not None:
        columns = setup.posterior.remainder(setup.draws, setup.seed)
        table = "posterior/remainder.csv"
    else:
        rows = setup.records.facts.rows(DiscrepancyRow)
        columns = sample(rows, setup.draws, setup.seed)
        table = "history/remainders.csv"
    return {name: _of_family(columns, name, table) for name in families}


def _of_family(columns: Mapping[str, PerDraw], name: str, table: str) -> Discrepancy:
    try:
        return Discrepancy(columns[f"{SPREAD}.{name}"], columns[f"{MEMORY}.{name}"])
    except KeyError as missing:
        raise RecordsError(
            f"{table}: has nothing of {missing}, and series of this family are observed"
        ) from None
