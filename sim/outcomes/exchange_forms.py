"""Forms in which other tools take results: EMA workbench's and that of the IAMC."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.domain.errors import SettingsError
from sim.outcomes.headline import BACKFIRE, HORIZON, LAG_CHANNEL
from sim.outcomes.measures import MEASURES
from sim.outcomes.measures.measure import CHINA
from sim.outcomes.quantiles import HEADLINE_LEVELS
from sim.outcomes.worlds import (
    BASELINE,
    DIFFERENCE,
    SCENARIO,
    assumptions_of,
    outcomes_of_side,
)

MODEL = "chip-war simulator"
LEVELS = "levels"

ExperimentsAndOutcomes = tuple[pd.DataFrame, dict[str, np.ndarray]]
"""A row for each experiment, and by outcome an array with a number for each."""

_QUANTILES = dict(
    zip(HEADLINE_LEVELS, ("5th Percentile", "Median", "95th Percentile"), strict=True)
)
_IAMC = ["model", "scenario", "region", "variable", "unit", "year", "value"]
"""Columns of the long form, in the order of the IAMC's template."""


def experiments_and_outcomes(
    worlds: pd.DataFrame, laws: Mapping[str, str], of: str
) -> ExperimentsAndOutcomes:
    """Return worlds as EMA workbench's functions of analysis take them.

    Its experiments have a column for each uncertainty, and ``scenario`` (here the
    number of the draw), ``policy`` (the law) and ``model``. Assumptions that are the
    same in all draws are left out, for nothing follows from them.

    Args:
        worlds: a row for each draw.
        laws: the name of the scenario and of the baseline, by side.
        of: ``difference``, an experiment a draw; or ``levels``, one a draw and law.

    Raises:
        SettingsError: it is neither, or a baseline run alone has no difference.
    """
    alone = laws[SCENARIO] == laws[BASELINE]
    sides = {
        DIFFERENCE: [] if alone else [DIFFERENCE],
        LEVELS: [BASELINE] if alone else [BASELINE, SCENARIO],
    }
    if of not in sides:
        raise SettingsError(f"of={of!r}: must be {DIFFERENCE} or {LEVELS}")
    if not sides[of]:
        raise SettingsError(
            f"of={of}: {laws[BASELINE]} was run alone, so nothing differs; "
            f"give of={LEVELS}"
        )
    assumed = assumptions_of(worlds)
    varied = assumed.loc[:, assumed.nunique() > 1]
    experiments = pd.concat(
        [
            varied.assign(
                scenario=worlds.index.to_numpy(),
                policy=laws.get(side, laws[SCENARIO]),
                model=MODEL.replace(" ", "_").replace("-", "_"),
            )
            for side in sides[of]
        ],
        ignore_index=True,
    )
    outcomes = pd.concat(
        [outcomes_of_side(worlds, side) for side in sides[of]], ignore_index=True
    )
    return experiments, {str(name): outcomes[name].to_numpy() for name in outcomes}


def iamc_table(
    headline: pd.DataFrame, laws: Mapping[str, str], actor_names: Mapping[str, str]
) -> pd.DataFrame:
    """Return the headline by year in the long form of the IAMC, which pyam reads.

    A variable is ``Measure|Actor|Quantile``; parts of China, such as the grey channel,
    are a level below it. What is China's own has China as its region.

    Args:
        headline: the table of a run.
        laws: the name of the scenario and of the baseline, by side.
        actor_names: the name of each actor, by id.

    Raises:
        SettingsError: the headline holds nothing by year.
    """
    titles = {measure.name: measure.title for measure in MEASURES}
    kept = headline[
        (headline["when"] != HORIZON)
        & ~headline["measure"].isin([BACKFIRE, LAG_CHANNEL])
    ]
    if kept.empty:
        raise SettingsError(
            "the headline holds nothing by year; record a headline measure "
            "(record=headline) and run to a December or later"
        )
    sides = [BASELINE] if laws[SCENARIO] == laws[BASELINE] else [BASELINE, SCENARIO]
    actors = kept["actor"].astype(str)
    parts = [
        pd.DataFrame(
            {
                "model": MODEL,
                "scenario": laws[side],
                "region": np.where(
                    actors.str.partition(":")[0] == CHINA, "China", "World"
                ),
                "variable": [
                    "|".join([titles.get(measure, measure), *names, quantile])
                    for measure, names in zip(
                        kept["measure"],
                        (_levels(actor, actor_names) for actor in actors),
                        strict=True,
                    )
                ],
                "unit": kept["unit"].to_numpy(),
                "year": kept["when"].astype(int).to_numpy(),
                "value": kept[f"{side}_{level}"].to_numpy(float),
            }
        )
        for side in sides
        for level, quantile in _QUANTILES.items()
    ]
    table = pd.concat(parts, ignore_index=True).dropna(subset="value")
    return table[_IAMC].sort_values(_IAMC[:-1], ignore_index=True)


def _levels(actor: str, actor_names: Mapping[str, str]) -> list[str]:
    """Return the levels of a variable that an actor and its parts stand for."""
    first, *parts = actor.split(":")
    name = actor_names.get(first, first).replace("|", " ")
    return [*([] if first == CHINA else [name]), *parts]
