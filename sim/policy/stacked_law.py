"""Stacked law: regimes that differ in numbers alone, as one with a number per draw.

Copies of the same draws that stand side by side in one world share dates, acts, scope
and words. The size of an act's numbers may differ from copy to copy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np

from sim.policy.instruments import Instrument, fields_by_draw
from sim.policy.regime import Regime


def stacked(regimes: Sequence[Regime], count: int) -> Regime:
    """Return laws of one shape as one: where they differ, with a number per draw.

    Args:
        regimes: the law of each copy of the draws, one copy after another; all have the
            same `Regime.shape`.
        count: draws of each copy.
    """
    head = regimes[0]
    if all(one is head for one in regimes):
        return head
    acts = _acts([one.instruments for one in regimes], count)
    menu = _acts([one.decisions.menu for one in regimes], count)
    return Regime(head.name, acts, replace(head.decisions, menu=menu))


def _acts(
    laws: Sequence[Mapping[str, Instrument]], count: int
) -> dict[str, Instrument]:
    return {key: _act([law[key] for law in laws], count) for key in laws[0]}


def _act(acts: Sequence[Instrument], count: int) -> Instrument:
    head = acts[0]
    if all(one is head for one in acts):
        return head
    values = {
        name: _value([getattr(act, name) for act in acts], count)
        for name in fields_by_draw(type(head))
    }
    return replace(head, **values)


def _value(copies: Sequence[Any], count: int) -> Any:
    """Return a legal value of several copies as one of the same form."""
    head = copies[0]
    if all(one is head for one in copies):
        return head
    if isinstance(head, Mapping):
        return {key: _value([one[key] for one in copies], count) for key in head}
    if isinstance(head, tuple):
        return tuple(_value(same, count) for same in zip(*copies, strict=True))
    if is_dataclass(head) and not isinstance(head, type):
        values = {
            item.name: _value([getattr(one, item.name) for one in copies], count)
            for item in fields(head)
        }
        return replace(head, **values)
    if isinstance(head, float) and any(one != head for one in copies):
        return np.repeat(np.array(copies, dtype=float), count)
    return head
