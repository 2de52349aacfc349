"""The stage before the play: one world, cast and not yet lived in."""

from sim.domain.ensemble import Draws
from sim.model import ChipWar
from sim.policy.regime import Regime
from sim.records import Records, assumptions
from sim.records.casting import cast

_ANY_SEED = 0


def empty_stage(records: Records, regime: Regime) -> ChipWar:
    """Return one world in its first month, for its actors and lines alone."""
    one = Draws(1)
    sampled = assumptions.sample(records.assumptions, one, _ANY_SEED, {})
    return cast(
        records, regime, one, seed=_ANY_SEED, assumptions=sampled, mechanisms={}
    )
