"""The stage before the play: one world, cast and not yet lived in."""

from sim.assembly import build_world
from sim.domain.ensemble import Draws
from sim.model import ChipWar
from sim.policy.regime import Regime
from sim.records import Records, assumptions

_ANY_SEED = 0


def first_month_world(records: Records, regime: Regime) -> ChipWar:
    """Return one world in its first month, for its actors and lines alone."""
    one = Draws(1)
    sampled = assumptions.sample(records.assumptions, one, _ANY_SEED, {})
    return build_world(
        records, regime, one, seed=_ANY_SEED, assumptions=sampled, mechanisms={}
    )
