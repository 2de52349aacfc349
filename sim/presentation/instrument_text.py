"""An instrument in full, as the fields that a scenario file would write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from sim.domain.supply import TOOL_CLASSES
from sim.policy.decisions import Decisions
from sim.policy.difference import named_values, value_text
from sim.policy.exports import EquipmentBan
from sim.policy.imports import ImportMeasure, Subsidy
from sim.policy.instruments import Adoption, Instrument, equal_values
from sim.policy.terms import Truce
from sim.presentation.instrument_reference import (
    PARTS,
    kind_summary,
    meanings,
)
from sim.presentation.names import STATES

_NOT_OWN = frozenset(
    {
        *("id", "title", "issuer", "announced", "effective", "end", "scope"),
        *("adopted_by", "eccn", "reference", "source", "confidence", "note", "grounds"),
        "checked",
    }
)
"""Fields that are told in words of their own, or say what an instrument rests on."""

_ALL = ("goods", "destinations", "parties")
"""Fields of a scope that leave nothing out if they are left out."""


def instrument_rows(act: Instrument, decisions: Decisions) -> list[tuple[str, str]]:
    """Return what an instrument says: names of fields, and what is in them.

    Args:
        act: the instrument.
        decisions: who decides on it inside the model.
    """
    return [
        ("kind", f"{act.kind}, by {state_name(act.issuer)}: {kind_summary(act)}"),
        ("dates", _dates(act)),
        *_scope(act),
        *_adopters(act, decisions),
        *_own_values(act),
        *decision_rows(act, decisions),
    ]


def short_rows(act: Instrument) -> list[tuple[str, str]]:
    """Return what kind an instrument is, when it binds, on which goods and where."""
    end = f" to {act.end}" if act.end else " on"
    kind = f"{act.kind}, by {state_name(act.issuer)}, from {act.effective}{end}"
    if isinstance(act, Truce):
        return [("kind", kind), ("suspends", value_text(act.suspends))]
    scope = dict(_scope(act))
    covered = (
        f"goods {scope['scope.goods']}, destinations {scope['scope.destinations']}"
    )
    return [("kind", kind), ("scope", covered)]


def with_meaning(kind: type[Instrument], name: str, value: object, text: str) -> str:
    """Return the text of a value, of a number with what the field means.

    Args:
        kind: class of the instrument.
        name: dotted name of the field.
        value: what is in it.
        text: the same as text.
    """
    holder, _, inner = name.partition(".")
    fields_of = meanings(PARTS[holder] if inner and holder in PARTS else kind)
    meaning = (
        fields_of.get(inner if holder in PARTS else holder, "")
        .partition(";")[0]
        .replace("`", "")
    )
    is_number = isinstance(value, (int, float, np.ndarray))
    return f"{text} ({meaning})" if is_number and meaning else text


def decision_rows(act: Instrument, decisions: Decisions) -> Iterator[tuple[str, str]]:
    """Yield who decides on an act inside the model, if anyone does."""
    issuer, since = state_name(act.issuer), f"from {decisions.since:%Y-%m} on"
    if decisions.decides(act):
        yield (
            "decided by",
            f"{issuer}; decides {since} whether and when it binds, whatever its dates",
        )
    elif act.issuer in decisions.states:
        yield "decided by", f"nobody; {issuer} keeps it as it is dated"
    joining = [x for x in act.adopted_by if decisions.decides_joining(act, x)]
    if joining:
        states = ", ".join(map(state_name, joining))
        verb = "decides" if len(joining) == 1 else "decide"
        yield "asked", f"{states}; {verb} {since} whether and when to join"


def state_name(code: str) -> str:
    """Return a state's code with its name.

    Example:
        >>> state_name("NLD"), state_name("ROW")
        ('NLD (the Netherlands)', 'ROW')
    """
    return f"{code} ({STATES[code]})" if code in STATES else code


def _dates(act: Instrument) -> str:
    return (
        f"announced {act.announced}, effective {act.effective}, end {act.end or 'none'}"
    )


def _scope(act: Instrument) -> Iterator[tuple[str, str]]:
    if isinstance(act, Truce):
        return
    named = dict(named_values("scope", act.scope))
    for name in _ALL:
        named.setdefault(f"scope.{name}", "all")
    if isinstance(act, (ImportMeasure, Subsidy)) and not act.scope.destinations:
        named["scope.destinations"] = act.issuer
    if isinstance(act, EquipmentBan):
        named.setdefault("scope.facilities", "any")
    named["scope.goods"] = _goods(named["scope.goods"])
    first = [f"scope.{name}" for name in _ALL]
    for name in (*first, *(key for key in named if key not in first)):
        yield name, value_text(named[name])


def _goods(goods: Any) -> Any:
    """Return goods by name; the name of a group stands for all of its goods."""
    if isinstance(goods, str) or not goods.issuperset(TOOL_CLASSES):
        return goods
    return ["tools", *sorted(good for good in goods if good not in TOOL_CLASSES)]


def _own_values(act: Instrument) -> Iterator[tuple[str, str]]:
    """Yield what an act says beyond dates, scope and adopters."""
    for item in fields(act):
        value = getattr(act, item.name)
        if item.name not in _NOT_OWN and not equal_values(value, item.default):
            for leaf, inner in named_values(item.name, value):
                yield leaf, with_meaning(type(act), leaf, inner, value_text(inner))


def _adopters(act: Instrument, decisions: Decisions) -> Iterator[tuple[str, str]]:
    """Yield from when the states are bound that join on a day."""
    dated: dict[str, list[str]] = {}
    for state, adoption in act.adopted_by.items():
        if not decisions.decides_joining(act, state):
            day = value_text(Adoption(since=act.effective, share=adoption.share))
            text = value_text(adoption) if adoption.since else day
            dated.setdefault(text, []).append(state_name(state))
    for text, states in dated.items():
        yield "adopted_by", f"{', '.join(states)} {text}"
