"""What must hold in every month of every draw, whatever the law."""

from itertools import pairwise

import numpy as np
import pytest

from tests.invariants.audit import Audit
from tests.state import everything_in
from tests.worlds import HORIZON, built, months_until, unchecked

DRAWS = 40
ROUNDING = 1.0 + 1e-12

MAY_BE_NEGATIVE = (
    *("efficiency", "lag", "growth", "pace", "commitment", "concentration"),
    *("released_gap", "expansion", "progress", "stock_over_usual"),
    *("sales_abroad.rise", "sales_abroad._rise_at_end", "sales_abroad._walk"),
    "ledgers.announced_loss",
    *("response", "topped_up", "leaning", "stance", "truce wish", "pain", "cycle"),
)
"""Logs, log-odds, lags and slumps: a laboratory may be ahead, owners may give less,
announced law may give back more sales than it takes."""

RETURNS = tuple(
    f"investors.{name}"
    for name in (
        *("random_walk", "demand_revaluation", "_return_on_news", "reactions"),
        "_first_level",
    )
)
"""Returns, and logs of prices and values: shares may fall, a firm be worth little."""

MAY_NEVER_COME = (
    *("immersion_since", ".available_from"),
    *(".asked", ".agreed", ".binding", ".withdrawn", ".refused"),
)
"""Months of events: infinite in draws in which they have not happened."""


@pytest.fixture(scope="module")
def audited(records, law):
    """A whole run: what was wrong in it, by kind of fault."""
    world = built(records, regime=law, draws=DRAWS)
    audit = Audit(world)
    wrong: dict[str, list[str]] = {"ladder": [], "numbers": [], "books": []}
    for month in months_until(world, HORIZON):
        with unchecked():
            audit.add_month()
            try:
                audit.audit()
            except AssertionError as fault:
                wrong["books"].append(f"{month}: {fault}")
            wrong["ladder"] += [f"{month}: {x}" for x in off_the_ladder(world)]
            wrong["numbers"] += [f"{month}: {x}" for x in impossible(world)]
    return wrong


def off_the_ladder(world):
    """Return the lines that ship more than is permitted, or permit more than asked."""
    orders = [line.orders for line in world.lines]
    ordered, *lower, backlog = (
        np.array([getattr(one, rung) for one in orders])
        for rung in ("ordered", "licensed", "permitted", "shipped", "backlog")
    )
    wrong = np.zeros(ordered.shape, dtype=bool)
    for upper, under in pairwise([ordered, *lower, np.zeros_like(ordered)]):
        wrong |= under > upper * ROUNDING
        wrong |= backlog < -1e-9 * upper
    return [f"{world.lines[i]}" for i in np.flatnonzero(wrong.any(axis=-1))]


def impossible(world):
    """Say of every number by draw that is none, or is below nothing and may not be."""
    held = {
        path: values
        for path, values in everything_in(world).items()
        if values.dtype == float and not path.endswith(MAY_NEVER_COME)
    }
    rows = [by_draw(values) for values in held.values()]
    table = np.concatenate(rows)
    first = np.cumsum([0, *map(len, rows)])[:-1]
    infinite, below = (
        np.logical_or.reduceat(wrong.any(axis=1), first)
        for wrong in (~np.isfinite(table), table < 0.0)
    )
    for path, no_number, negative in zip(held, infinite, below, strict=True):
        if no_number:
            yield f"{path} is not finite"
        elif negative and not may_be_negative(path):
            yield f"{path} is below nothing"


def by_draw(values):
    """Return the rows of a table, each with a number for each draw."""
    whole = values if values.shape[-1] == DRAWS else np.repeat(values, DRAWS, axis=-1)
    return whole.reshape(-1, DRAWS)


def may_be_negative(path):
    return path.endswith(MAY_BE_NEGATIVE) or path.startswith(RETURNS)


def test_every_line_climbs_down_the_ladder(audited):
    """Ordered >= licensed >= permitted >= shipped >= 0, but for rounding."""
    assert audited["ladder"] == []


def test_every_number_is_finite_and_no_stock_below_nothing(audited):
    assert audited["numbers"] == []


def test_chips_memory_tools_money_and_people_are_neither_created_nor_lost(audited):
    assert audited["books"] == []
