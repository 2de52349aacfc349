"""Casting: a world from the records, actor by actor and line by line."""

from collections.abc import Mapping

from sim.domain.chance import Chance
from sim.domain.ensemble import Draws, PerDraw
from sim.domain.errors import SettingsError, nearest
from sim.model import ChipWar
from sim.policy.beliefs import Beliefs
from sim.policy.regime import Regime
from sim.records.casting.chips import (
    cast_designers,
    cast_domestic_designers,
    cast_memory_makers,
)
from sim.records.casting.compute import (
    cast_clouds,
    cast_frontier_labs,
    cast_grey_market,
    cast_labs,
)
from sim.records.casting.equipment import cast_fabs, cast_toolmakers
from sim.records.casting.others import (
    cast_exporters,
    cast_governments,
    cast_investors,
)
from sim.records.casting.stage import Stage
from sim.records.expectations import news, prospects
from sim.records.load import Records

__all__ = ["MECHANISMS", "cast"]

MECHANISMS = (
    "service",
    "yield_learning",
    "domestic_learning",
    "domestic_substitution",
    "ally_backfill",
    "stockpiling",
    "news",
    "redesign",
    "smuggling",
    "offshore_cloud",
    "induced_efficiency",
    "distillation",
    "breakthroughs",
)
"""Mechanisms that can be switched off."""

_CAST = (
    cast_governments,
    cast_toolmakers,
    cast_fabs,
    cast_designers,
    cast_domestic_designers,
    cast_memory_makers,
    cast_frontier_labs,
    cast_grey_market,
    cast_clouds,
    cast_labs,
    cast_exporters,
    cast_investors,
)
"""Who is cast, in an order in which everyone's partners are there."""


def cast(
    records: Records,
    regime: Regime,
    draws: Draws,
    *,
    seed: int,
    assumptions: Mapping[str, PerDraw],
    mechanisms: Mapping[str, bool],
) -> ChipWar:
    """Return the world at its start, every actor cast and every line open.

    Args:
        records: what is known.
        regime: the law.
        draws: the possible worlds.
        seed: of their luck.
        assumptions: each assumption's value in each draw.
        mechanisms: by name, whether a mechanism works; those not named do.

    Raises:
        SettingsError: a mechanism is not known.
        RecordsError: the tables contradict each other.
    """
    for name in mechanisms:
        if name not in MECHANISMS:
            raise SettingsError(
                f"mechanisms.{name}: no mechanism is called {name!r}"
                f"{nearest(name, MECHANISMS)}"
            )
    world = ChipWar(
        start=records.start,
        regime=regime,
        chance=Chance(seed, draws),
        assume=assumptions,
        facts=records.facts.constants,
        switched_off=[name for name, on in mechanisms.items() if not on],
        beliefs=Beliefs(
            prospects(records.facts), news(records.facts), draws=draws.count
        ),
    )
    stage = Stage(records.facts, world)
    for part in _CAST:
        part(stage)
    return world
