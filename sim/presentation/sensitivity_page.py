"""The page of what conclusions hang on, written from a shipped table."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sim.presentation.markdown import table
from sim.presentation.numbers import readable
from sim.presentation.sensitivity import (
    GUESS,
    MOST_AN_EFFECT,
    SHOWN,
    signed,
)

SHIPPED = Path("sensitivity") / "levers.csv"
"""The table that is shipped, within the folder of the pages."""

_HEAVIEST = 12
"""Guesses that are named over all scenarios."""

_INTRODUCTION = """# What conclusions hang on

Written from `docs/sensitivity/levers.csv`; do not edit by hand.

```
python -m sim task=sensitivity scenario=service_ban
```

For each scenario, and each effect that is asked for first: the assumptions that the
change at the horizon goes with, over 500 draws. The share is that of the effect's
spread, in ranks, that goes with one assumption; the two numbers are the median effect
in the third of the draws in which the assumption is lowest, and highest. {guess} marks
an assumption that no observation has narrowed ([calibration.md](calibration.md)): a
conclusion that hangs on it hangs on a guess. What is left of the spread goes with luck,
with what several assumptions do together, and with assumptions too light to be told
from chance ([outputs.md](outputs.md#what-effects-hang-on))."""


def sensitivity_page(levers: pd.DataFrame) -> str:
    """Return the page.

    Args:
        levers: rows of sensitivity tables of several scenarios, effects that are shown.
    """
    parts = [_INTRODUCTION.format(guess=GUESS), *_heaviest(levers)]
    for scenario, rows in levers.groupby("scenario", sort=False):
        parts += [f"## {scenario}", _effects(rows), *_turns(rows)]
    return "\n\n".join(parts) + "\n"


def _heaviest(levers: pd.DataFrame) -> Iterator[str]:
    """Yield the guesses on which most hangs, over all scenarios."""
    guesses = levers[~levers["informed_by_data"]]
    weight = guesses.groupby("assumption")["share"].agg(["sum", "size"])
    first = weight.sort_values("sum", ascending=False).head(_HEAVIEST)
    yield "## The guesses that weigh most"
    yield "Shares added up over the effects and scenarios below."
    yield table(
        ["assumption", "effects that hang on it", "shares added up"],
        [
            (f"`{name}`", str(int(row["size"])), f"{row['sum']:.1f}")
            for name, row in first.iterrows()
        ],
    )
    told = levers["share"][levers["informed_by_data"]].sum() / levers["share"].sum()
    yield (
        f"Of all that goes with any single assumption, {told:.0%} goes with those that "
        "observations have moved or narrowed, the rest with guesses."
    )


def _effects(rows: pd.DataFrame) -> str:
    lines = []
    for key, title in SHOWN.items():
        own = rows[(rows["measure"] == key[0]) & (rows["actor"] == key[1])]
        if len(own):
            unit, factor = readable(str(own["unit"].iloc[0]))
            effect = f"{signed(factor * own['effect'].iloc[0])} {unit}"
            heaviest = own.head(MOST_AN_EFFECT).to_dict("records")
            hangs = "; ".join(_lever(row, factor) for row in heaviest)
            lines.append((title, effect, hangs))
    return table(["effect at the horizon", "median", "hangs on"], lines)


def _lever(row: Mapping[Hashable, Any], factor: float) -> str:
    """Return an assumption with its share and the effects at its two ends."""
    mark = "" if row["informed_by_data"] else f" {GUESS}"
    ends = f"{signed(factor * row['low'])} to {signed(factor * row['high'])}"
    return f"`{row['assumption']}`{mark} {row['share']:.0%} ({ends})"


def _turns(rows: pd.DataFrame) -> Iterator[str]:
    turning = rows[rows["turns"]].to_dict("records")
    if turning:
        said = ", ".join(
            f"{SHOWN[row['measure'], row['actor']]} with `{row['assumption']}`"
            for row in turning
        )
        yield f"The sign turns: {said}."
