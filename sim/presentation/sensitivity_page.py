"""The page of what conclusions depend on, written from a shipped table."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sim.presentation import names
from sim.presentation.effect_wording import EffectWording
from sim.presentation.rendering import render
from sim.presentation.sensitivity_report import (
    GUESS,
    MOST_AN_EFFECT,
    SHOWN,
)

SHIPPED = Path("sensitivity") / "levers.csv"
"""The table that is shipped, within the folder of the pages."""

_LAW_ALONE = "baseline"
"""The scenario of which levels are studied, not changes."""

_HEAVIEST = 12
"""Guesses that are named over all scenarios."""


def sensitivity_page(levers: pd.DataFrame) -> str:
    """Return the page, of rows of sensitivity tables of several scenarios."""
    guesses = levers[~levers["informed_by_data"]]
    weight = guesses.groupby("assumption")["share"].agg(["sum", "size"])
    informed = levers["share"][levers["informed_by_data"]].sum() / levers["share"].sum()
    return render(
        "sensitivity.md.j2",
        table=SHIPPED.as_posix(),
        draws=int(levers["draws"].min()),
        guess=GUESS,
        heaviest=weight.sort_values("sum", ascending=False).head(_HEAVIEST),
        informed=informed,
        scenarios=[
            {
                "name": name,
                "effects": list(_effects(rows)),
                "turns": [
                    (_title(row["measure"], row["actor"]), row["assumption"])
                    for row in rows[rows["turns"]].to_dict("records")
                ],
            }
            for name, rows in levers.groupby("scenario", sort=False)
        ],
    )


def _title(measure: str, actor: str) -> str:
    return names.series_title(measure, actor, short=True)


def _effects(rows: pd.DataFrame) -> Iterator[Mapping[str, Any]]:
    """Yield each effect that is shown, with its heaviest assumptions."""
    for measure, actor in SHOWN:
        own = rows[(rows["measure"] == measure) & (rows["actor"] == actor)]
        if len(own):
            first = own.iloc[0]
            alone = first["scenario"] == _LAW_ALONE
            effect = EffectWording(str(first["unit"]), is_change=not alone)
            heaviest = own.head(MOST_AN_EFFECT).to_dict("records")
            yield {
                "title": _title(measure, actor),
                "median": f"{effect.text(first['effect'])} {effect.unit}",
                "levers": [_lever(row, effect) for row in heaviest],
            }


def _lever(row: Mapping[Hashable, Any], effect: EffectWording) -> str:
    """Return an assumption with its share and the effects at its two ends."""
    mark = "" if row["informed_by_data"] else f" {GUESS}"
    ends = f"{effect.text(row['low'])} to {effect.text(row['high'])}"
    return f"`{row['assumption']}`{mark} {row['share']:.0%} ({ends})"
