"""Leftovers: how large what the model leaves over is, fitted or as first thought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.domain.ensemble import PerDraw
from sim.domain.errors import RecordsError
from sim.experiments.hindcast.remainder import Remainder
from sim.experiments.setup import Setup
from sim.records.assumptions import sample
from sim.records.remainder_row import RemainderRow

SPREAD, MEMORY = "spread", "memory"
"""What stands before a family's name in the tables of remainders."""

Remainders = Mapping[str, Remainder]
"""By family, how its remainder behaves."""


def leftovers(setup: Setup, families: Sequence[str]) -> Remainders:
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
        rows = setup.records.facts.of(RemainderRow)
        columns = sample(rows, setup.draws, setup.seed)
        table = "history/remainders.csv"
    return {name: _of_family(columns, name, table) for name in families}


def _of_family(columns: Mapping[str, PerDraw], name: str, table: str) -> Remainder:
    try:
        return Remainder(columns[f"{SPREAD}.{name}"], columns[f"{MEMORY}.{name}"])
    except KeyError as missing:
        raise RecordsError(
            f"{table}: has nothing of {missing}, and series of this family are observed"
        ) from None
