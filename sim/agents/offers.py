"""Offers: chips as a buyer in China values them, and the best inside rules (M6)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.domain.chips import CUTTABLE, Chip
from sim.domain.ensemble import NEVER, Choice, InDraws, PerDraw
from sim.mechanisms.redesign import (
    Test,
    avoiding_limits,
    cut_to_limits,
    inference_value,
    training_value,
)
from sim.world import World

NOTHING_ON_OFFER = -1
"""Index of the chip on offer in draws in which there is none."""

_USD_PER_MILLION = 1e6

_OF_CHIP = ("tpp", "interconnect", "memory_bandwidth")
_OF_OFFER = ("training", "inference", "price", "worth")
"""Numbers of a chip and of an offer that differ by draw where designs are mixed."""


@dataclass(frozen=True, eq=False)
class Offer:
    """A chip as a buyer in China values it.

    Attributes:
        available_from: month index from which it can ship, NEVER where it cannot.
        price: USD million.
        compliant: whether it was designed to stay inside a rule.
        worth: what it is worth to a laboratory, H100-equivalents.
        exists: the draws in which there is such a chip, now or later.
    """

    chip: Chip
    available_from: PerDraw
    training: PerDraw
    inference: PerDraw
    price: PerDraw
    compliant: bool
    worth: PerDraw
    exists: InDraws


def valued_offer(
    world: World, chip: Chip, since: PerDraw, *, reference: Chip, compliant: bool
) -> Offer:
    """Return a chip that can ship since a month, with what it is worth to a buyer.

    The reference is the H100; a compliant chip was designed to stay inside a rule.
    """
    assume, ones = world.assume, world.per_draw(1.0)
    training = training_value(
        chip.tpp,
        chip.interconnect,
        reference=reference,
        interconnect_weight=assume["h100e.interconnect_weight"],
    )
    inference = inference_value(
        chip.tpp,
        chip.memory_bandwidth,
        reference=reference,
        memory_weight=assume["h100e.memory_weight"],
    )
    weight = assume["lab.training_share_of_demand"]
    return Offer(
        chip=chip,
        available_from=since,
        training=ones * training,
        inference=ones * inference,
        price=ones * chip.price / _USD_PER_MILLION,
        compliant=compliant,
        worth=weight * (ones * training) + (1.0 - weight) * (ones * inference),
        exists=ones > 0.0,
    )


def best_compliant(
    world: World,
    parent: Chip,
    tests: Sequence[Test],
    *,
    name: str,
    reference: Chip,
    designs: InDraws,
    where: InDraws,
) -> Offer | None:
    """Return the best chip cut from a parent that no test catches, if one is needed.

    It ships after the designer's lag, at the parent's price in proportion to its worth.
    None is needed where the parent itself passes. The rule holds in the draws `where`,
    and in the draws `designs` the designer still redesigns.
    """
    assume = world.assume
    lag = np.ceil(assume["redesign.months_rule_to_compliant_chip"])
    ready = np.where(designs, float(world.month.index) + lag, NEVER)
    step = world.facts["interconnect_step"]
    best: Offer | None = None
    for limits in avoiding_limits(tests):
        chip = cut_to_limits(parent, limits, assume["redesign.margin"], step, name)
        entry = valued_offer(world, chip, ready, reference=reference, compliant=True)
        best = entry if best is None else better_offer(best, entry)
    if best is None:
        return None
    uncut = valued_offer(world, parent, ready, reference=reference, compliant=False)
    exists = where & ~(best.worth >= uncut.worth)
    if not exists.any():
        return None
    price = uncut.price * best.worth / uncut.worth
    return replace(
        best,
        available_from=np.where(exists, ready, NEVER),
        price=np.minimum(price, uncut.price),
        exists=exists,
    )


def merged(known: Offer, new: Offer) -> Offer:
    """Return two designs of one name as one: where both exist, the known one.

    It is available when the earlier of them is.
    """
    return replace(
        _combined(known.exists | ~new.exists, known, new),
        available_from=np.minimum(known.available_from, new.available_from),
        exists=known.exists | new.exists,
    )


def better_offer(first: Offer, second: Offer) -> Offer:
    """Return the better of two offers, draw by draw."""
    return _combined(first.worth >= second.worth, first, second)


def _combined(where_first: InDraws, first: Offer, second: Offer) -> Offer:
    """Return the first design in some draws, and the second in the others."""

    def pick(a: PerDraw | float, b: PerDraw | float) -> PerDraw:
        return np.where(where_first, a, b)

    def mixed(names: tuple[str, ...], a: object, b: object) -> dict[str, Any]:
        return {name: pick(getattr(a, name), getattr(b, name)) for name in names}

    chip = replace(first.chip, **mixed(_OF_CHIP, first.chip, second.chip))
    return replace(first, chip=chip, **mixed(_OF_OFFER, first, second))


def offer_by_draw(
    world: World, entries: Sequence[Offer], choice: Choice, *, designer: str
) -> Offer:
    """Return what is on offer: in each draw the entry chosen there."""
    sold = (choice != NOTHING_ON_OFFER).astype(float)
    ones = world.per_draw(1.0)

    def pick(values: list[PerDraw | float]) -> PerDraw:
        table = np.stack([ones * value for value in values])
        return np.take_along_axis(table, np.maximum(choice, 0)[None], axis=0)[0]

    price = pick([entry.price for entry in entries])
    by_draw: dict[str, Any] = {
        name: pick([getattr(entry.chip, name) for entry in entries])
        for name in _OF_CHIP
    }
    chip = Chip(
        name="on offer",
        designer=designer,
        die_area=pick([entry.chip.die_area for entry in entries]),
        price=price,
        **by_draw,
    )
    return Offer(
        chip=chip,
        available_from=world.zeros(),
        training=pick([entry.training for entry in entries]) * sold,
        inference=pick([entry.inference for entry in entries]) * sold,
        price=price,
        compliant=False,
        worth=pick([entry.worth for entry in entries]) * sold,
        exists=sold > 0.0,
    )


def tests_text(tests: tuple[Test, ...]) -> str:
    """Return a short name for a set of tests, such as ``tpp<4800``."""
    return " or ".join(
        "&".join(f"{name}<{x:g}" for name, x in test.items() if name in CUTTABLE)
        for test in tests
    )
