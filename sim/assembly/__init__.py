"""Assembly: builds a world from the records, actor by actor and line by line."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from sim.assembly import chip_makers, compute_buyers, equipment, institutions
from sim.assembly.world_builder import WorldBuilder
from sim.domain.chance import Chance, RepeatedChance
from sim.domain.ensemble import Draws, InDraws, PerDraw
from sim.domain.errors import InvariantError, SettingsError, choices
from sim.domain.switches import BY_DRAW, MECHANISMS
from sim.model import ChipWar
from sim.policy.beliefs import Beliefs
from sim.policy.regime import Regime
from sim.records.assumptions import sample
from sim.records.data_folder import Records
from sim.records.expectations import dated_news, prospects
from sim.records.facts import Facts

_PARTS = (
    institutions.add_governments,
    equipment.add_toolmakers,
    equipment.add_fabs,
    chip_makers.add_designers,
    chip_makers.add_domestic_designers,
    chip_makers.add_memory_makers,
    compute_buyers.add_frontier_labs,
    compute_buyers.add_grey_market,
    compute_buyers.add_clouds,
    compute_buyers.add_labs,
    institutions.add_exporters,
    institutions.add_labour_market,
    institutions.add_sales_abroad,
    institutions.add_investors,
)
"""What adds the actors, in an order in which everyone's partners are there."""


def build_world(
    records: Records,
    regime: Regime,
    draws: Draws,
    *,
    seed: int,
    assumptions: Mapping[str, PerDraw],
    mechanisms: Mapping[str, bool | InDraws],
    copies: int = 1,
) -> ChipWar:
    """Return the world at its start, with every actor and every line.

    Args:
        records: what is known.
        regime: the law.
        draws: the draws of each copy.
        seed: of their luck.
        assumptions: each assumption's value in each draw of each copy.
        mechanisms: by name, whether a mechanism works, or in which draws of which
            copies; those not named do.
        copies: how many copies of the draws are run side by side.

    Raises:
        SettingsError: a mechanism is not known.
        InvariantError: a mechanism is switched by draw that cannot be.
    """
    _check_mechanisms(mechanisms)
    chance = (
        Chance(seed, draws) if copies == 1 else RepeatedChance.of(seed, draws, copies)
    )
    world = ChipWar(
        start=records.start,
        regime=regime,
        chance=chance,
        assume=assumptions,
        facts=records.facts.constants,
        switched_off=[name for name, on in mechanisms.items() if not np.any(on)],
        switched_by_draw={
            name: on for name, on in mechanisms.items() if isinstance(on, np.ndarray)
        },
        beliefs=_beliefs(records.facts, mechanisms, chance.draws.count),
    )
    builder = WorldBuilder(records.facts, world)
    for add_part in _PARTS:
        add_part(builder)
    return world


def _beliefs(
    facts: Facts, mechanisms: Mapping[str, bool | InDraws], draws: int
) -> Beliefs:
    """Return the beliefs with which a run starts."""
    expected = prospects(facts)
    if not np.any(mechanisms.get("news_spill", True)):
        expected = tuple(replace(x, kin=()) for x in expected if not x.is_wider)
    relief = bool(np.any(mechanisms.get("relief", True)))
    return Beliefs(expected, dated_news(facts), draws=draws, hears_relief=relief)


def first_month_world(records: Records, regime: Regime) -> ChipWar:
    """Return a world of one draw in its first month, for its actors and lines alone."""
    draws, seed = Draws(1), 0
    return build_world(
        records,
        regime,
        draws,
        seed=seed,
        assumptions=sample(records.assumptions, draws, seed, {}),
        mechanisms={},
    )


def _check_mechanisms(mechanisms: Mapping[str, bool | InDraws]) -> None:
    for name, on in mechanisms.items():
        if name not in MECHANISMS:
            raise SettingsError(
                f"mechanisms.{name}: no mechanism is called {name!r}"
                f"{choices(name, MECHANISMS)}"
            )
        if isinstance(on, np.ndarray) and name not in BY_DRAW:
            raise InvariantError(f"{name} cannot be switched off draw by draw")
