"""Offers: chips as a buyer in China weighs them, and the best inside the rules (M6)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.domain.chips import Chip
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


@dataclass(frozen=True, eq=False)
class Offer:
    """A chip as a buyer in China weighs it.

    Attributes:
        chip: the chip.
        since: month index from which it can ship, NEVER in draws in which it cannot.
        training: H100-equivalents for training.
        inference: H100-equivalents for inference.
        price: USD million.
        compliant: whether it was designed to stay inside a rule.
        worth: what it is worth to a laboratory, H100-equivalents.
        drawn: the draws in which there is such a chip, now or to come.
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
    """Return a chip with what it is worth to a buyer.

    Args:
        world: for what is assumed about its worth.
        chip: the chip.
        since: month index from which it can ship.
        reference: the H100.
        compliant: whether it was designed to stay inside a rule.
    """
    assume, one = world.assume, world.per_draw(1.0)
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
        training=one * training,
        inference=one * inference,
        price=one * chip.price / _USD_PER_MILLION,
        compliant=compliant,
        worth=weight * (one * training) + (1.0 - weight) * (one * inference),
        exists=one > 0.0,
    )


def best_compliant(
    world: World,
    parent: Chip,
    tests: Sequence[Test],
    *,
    name: str,
    reference: Chip,
    willing: InDraws,
    where: InDraws,
) -> Offer | None:
    """Return the best chip cut from a parent that no test catches, None if it is whole.

    It ships after the designer's lag, at the parent's price in proportion to its worth.
    Where it would be whole it is not drawn.

    Args:
        world: for what is assumed, and the month of the rule.
        parent: the flagship.
        tests: of the rule.
        name: what the new chip is called.
        reference: the H100.
        willing: the draws in which the designer still redesigns.
        where: the draws in which the rule holds.
    """
    assume = world.assume
    lag = np.ceil(assume["redesign.months_rule_to_compliant_chip"])
    ready = np.where(willing, float(world.month.index) + lag, NEVER)
    step = world.facts["interconnect_step"]
    best: Offer | None = None
    for limits in avoiding_limits(tests):
        chip = cut_to_limits(parent, limits, assume["redesign.margin"], step, name)
        entry = valued_offer(world, chip, ready, reference=reference, compliant=True)
        best = entry if best is None else better_offer(best, entry)
    if best is None:
        return None
    whole = valued_offer(world, parent, ready, reference=reference, compliant=False)
    drawn = where & ~(best.worth >= whole.worth)
    if not drawn.any():
        return None
    price = whole.price * best.worth / whole.worth
    return replace(
        best,
        available_from=np.where(drawn, ready, NEVER),
        price=np.minimum(price, whole.price),
        exists=drawn,
    )


def merged(known: Offer, entry: Offer) -> Offer:
    """Return two designs of one name as one: where both are drawn, the known one.

    It is due when the earlier of them is.
    """
    return replace(
        _combined(known.exists | ~entry.exists, known, entry),
        available_from=np.minimum(known.available_from, entry.available_from),
        exists=known.exists | entry.exists,
    )


def better_offer(one: Offer, other: Offer) -> Offer:
    """Return the better of two ways out of a rule, draw by draw."""
    return _combined(one.worth >= other.worth, one, other)


def _combined(first: InDraws, one: Offer, other: Offer) -> Offer:
    """Return the one design in some draws, and in the rest the other in its place."""

    def pick(a: PerDraw | float, b: PerDraw | float) -> PerDraw:
        return np.where(first, a, b)

    chip = replace(
        one.chip,
        tpp=pick(one.chip.tpp, other.chip.tpp),
        interconnect=pick(one.chip.interconnect, other.chip.interconnect),
        memory_bandwidth=pick(one.chip.memory_bandwidth, other.chip.memory_bandwidth),
    )
    return replace(
        one,
        chip=chip,
        training=pick(one.training, other.training),
        inference=pick(one.inference, other.inference),
        price=pick(one.price, other.price),
        worth=pick(one.worth, other.worth),
    )


def offer_by_draw(
    world: World, entries: Sequence[Offer], choice: Choice, *, designer: str
) -> Offer:
    """Return what is on offer: in each draw the entry chosen there."""
    sold = (choice != NOTHING_ON_OFFER).astype(float)
    one = world.per_draw(1.0)

    def pick(values: list[PerDraw | float]) -> PerDraw:
        table = np.stack([one * value for value in values])
        return np.take_along_axis(table, np.maximum(choice, 0)[None], axis=0)[0]

    chip = Chip(
        name="on offer",
        designer=designer,
        tpp=pick([e.chip.tpp for e in entries]),
        die_area=pick([e.chip.die_area for e in entries]),
        interconnect=pick([e.chip.interconnect for e in entries]),
        memory_bandwidth=pick([e.chip.memory_bandwidth for e in entries]),
        price=pick([e.price for e in entries]),
    )
    return Offer(
        chip=chip,
        available_from=world.zeros(),
        training=pick([e.training for e in entries]) * sold,
        inference=pick([e.inference for e in entries]) * sold,
        price=pick([e.price for e in entries]),
        compliant=False,
        worth=pick([e.worth for e in entries]) * sold,
        exists=sold > 0.0,
    )


def tests_text(tests: tuple[Test, ...]) -> str:
    """Return a short name for a set of tests, such as ``tpp<4800``."""
    return " or ".join(
        "&".join(f"{name}<{limit:g}" for name, limit in test.items()) for test in tests
    )
