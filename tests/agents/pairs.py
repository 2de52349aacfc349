"""Two draws that differ in one thing: a rule takes effect in the second alone."""

from datetime import date

import numpy as np

from sim.domain.ensemble import Draws
from sim.domain.supply import Good
from sim.model import ChipWar
from sim.policy.exports import (
    EntityListing,
    EquipmentBan,
    HbmControl,
    PerformanceThreshold,
    ServiceBan,
)
from sim.policy.regime import Regime
from sim.policy.scope import Facilities, Scope
from sim.records import Records
from tests.strategies import each
from tests.worlds import SEED, SameLuck, at_mid, built

FREE_THEN_BOUND = each(1.0, 0.0)
"""Approval of licences: all in the first draw, none in the second."""

SERVICE_GOODS = frozenset({Good.ENGINEERS, Good.SPARE_PARTS, Good.SERVICE_SOFTWARE})


def pair(records: Records, regime: Regime | None = None, **differing) -> ChipWar:
    """Return two worlds at the middle of all ranges, with the same luck.

    Args:
        records: what is known.
        regime: the law; none if not given.
        differing: by name of assumption (with ``__`` for a dot), its two values.
    """
    assume = at_mid(records)
    for name, values in differing.items():
        key = name.replace("__", ".")
        assert key in assume, key
        assume[key] = each(*values)
    law = regime or Regime("nothing", {})
    world = built(records, regime=law, draws=2, assume=assume)
    world.chance = SameLuck(SEED, Draws(2))
    return world


def law(*acts) -> Regime:
    """Return a law of a few instruments."""
    return Regime("test", {act.id: act for act in acts})


def _terms(name, begins, ends, goods, **scope):
    return {
        "id": name,
        "title": name,
        "issuer": "USA",
        "announced": begins,
        "effective": begins,
        "end": ends,
        "reference": "none",
        "source": "none",
        "approval": FREE_THEN_BOUND,
        "scope": Scope(
            goods=frozenset(goods), destinations=frozenset({"CHN"}), **scope
        ),
    }


def no_service(begins: date, ends: date | None = None) -> ServiceBan:
    """Return a ban on Dutch service to advanced fabs, binding in the second draw."""
    terms = _terms(
        "no_service", begins, ends, SERVICE_GOODS, facilities=Facilities.ADVANCED
    )
    return ServiceBan(**(terms | {"issuer": "NLD"}))


def no_etchers(begins: date) -> EquipmentBan:
    """Return a ban on American etchers, whoever buys, binding in the second draw."""
    return EquipmentBan(**_terms("no_etchers", begins, None, {Good.ETCH}))


def no_fast_chips(begins: date, name="no_fast_chips", **test) -> PerformanceThreshold:
    """Return a threshold on chips, binding in the second draw."""
    terms = _terms(name, begins, None, {Good.AI_CHIP})
    return PerformanceThreshold(**terms, tests=(test,))


def no_chips(begins: date) -> EntityListing:
    """Return a listing of all China for chips, binding in the second draw."""
    return EntityListing(**_terms("no_chips", begins, None, {Good.AI_CHIP}))


def no_memory(begins: date) -> HbmControl:
    """Return a ban on foreign memory, binding in the second draw."""
    terms = _terms("no_memory", begins, None, {Good.HBM})
    scope = Scope(
        goods=frozenset({Good.HBM}),
        destinations=frozenset({"CHN"}),
        origins=frozenset({"USA", "KOR"}),
    )
    return HbmControl(**(terms | {"scope": scope}))


def first_second(values) -> tuple[float, float]:
    """Return a number in the first draw and in the second."""
    one, other = np.asarray(values)
    return float(one), float(other)
