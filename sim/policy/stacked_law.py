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
    if all(regime is head for regime in regimes):
        return head
    acts = _acts([regime.instruments for regime in regimes], count)
    menu = _acts([regime.decisions.menu for regime in regimes], count)
    return Regime(head.name, acts, replace(head.decisions, menu=menu))


def _acts(
    laws: Sequence[Mapping[str, Instrument]], count: int
) -> dict[str, Instrument]:
    return {key: _act([law[key] for law in laws], count) for key in laws[0]}


def _act(acts: Sequence[Instrument], count: int) -> Instrument:
    head = acts[0]
    if all(copy is head for copy in acts):
        return head
    values = {
        name: _value([getattr(act, name) for act in acts], count)
        for name in fields_by_draw(type(head))
    }
    return replace(head, **values)


def _value(copies: Sequence[Any], count: int) -> Any:
    """Return a legal value of several copies as one of the same form."""
    head = copies[0]
    if all(copy is head for copy in copies):
        return head
    if isinstance(head, Mapping):
        return {key: _value([copy[key] for copy in copies], count) for key in head}
    if isinstance(head, tuple):
        return tuple(_value(elements, count) for elements in zip(*copies, strict=True))
    if is_dataclass(head) and not isinstance(head, type):
        values = {
            item.name: _value([getattr(copy, item.name) for copy in copies], count)
            for item in fields(head)
        }
        return replace(head, **values)
    if isinstance(head, float) and any(copy != head for copy in copies):
        return np.repeat(np.array(copies, dtype=float), count)
    return head
