"""The legal difference between two regimes, as rows that can be read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from typing import Any

import numpy as np

from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.policy.instruments import (
    Adoption,
    Instrument,
    differing_fields,
    equal_values,
)
from sim.policy.terms import Truce

_LEARNED_LATE = frozenset({"end"})
"""Fields that the world learns only when they come true."""

_TEXT_ONLY = frozenset(
    {"title", "reference", "source", "confidence", "checked", "note", "grounds"}
)
"""Fields that are about the law and not law."""


@dataclass(frozen=True)
class LegalChange:
    """One way in which a regime differs from its base.

    Attributes:
        change: ``added``, ``removed`` or ``amended``.
        instrument: the instrument, of an amended one as amended.
        field: what is amended, such as ``scope.facilities``; empty for an instrument
            added or removed.
        old: its value before.
        new: its value after.
    """

    change: str
    instrument: Instrument
    field: str = ""
    old: Any = None
    new: Any = None

    @property
    def id(self) -> str:
        """The id of the instrument."""
        return self.instrument.id

    @property
    def amendment(self) -> str:
        """The old value and the new; of several names, those that changed."""
        old, new = self.old, self.new
        if _is_collection(old) and _is_collection(new):
            parts = {
                "without": [name for name in old if name not in new],
                "with": [name for name in new if name not in old],
            }
            changed = "; ".join(f"{k} {value_text(v)}" for k, v in parts.items() if v)
            if changed:
                return changed
        return f"{value_text(old)} → {value_text(new)}"

    def __str__(self) -> str:
        if self.change == "amended":
            return f"amended {self.id}: {self.field} {self.amendment}"
        act = self.instrument
        until = f" to {act.end}" if act.end else ""
        return f"{self.change} {act.id}: {act.title} (from {act.effective}{until})"


def law_difference(
    base: Mapping[str, Instrument], other: Mapping[str, Instrument]
) -> tuple[LegalChange, ...]:
    """Return how `other` differs from `base`: added, removed, then amended."""
    added = [LegalChange("added", other[key]) for key in other if key not in base]
    removed = [LegalChange("removed", base[key]) for key in base if key not in other]
    amended = [
        LegalChange("amended", other[key], *change)
        for key in base
        if key in other
        for change in _amendments(base[key], other[key])
    ]
    return (*added, *removed, *amended)


def legal_fields(old: Instrument, new: Instrument) -> tuple[str, ...]:
    """Return the fields in which two instruments differ and that are law."""
    return tuple(x for x in differing_fields(old, new) if x not in _TEXT_ONLY)


def _amendments(old: Instrument, new: Instrument) -> Iterator[tuple[str, Any, Any]]:
    """Yield the dotted name of each value that differs, the old value and the new."""
    for name in legal_fields(old, new):
        yield from _leaves(name, getattr(old, name), getattr(new, name))


def named_values(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield each value within a field, with its dotted name.

    Of what is empty or has its default it yields nothing.

    Example:
        >>> list(named_values("ask", {"coercion": 0.3, "deadline": None}))
        [('ask.coercion', 0.3)]
    """
    parts = {} if value is None else _parts(value)
    if parts is None:
        if not _is_empty(value):
            yield name, value
        return
    defaults = _defaults(value)
    for key, part in parts.items():
        if key not in defaults or not equal_values(part, defaults[key]):
            yield from named_values(f"{name}.{key}", part)


def _defaults(value: Any) -> Mapping[str, Any]:
    """Return the defaults of the fields of a dataclass; nothing of anything else."""
    if not is_dataclass(value):
        return {}
    return {
        item.name: item.default for item in fields(value) if item.default is not MISSING
    }


def _leaves(name: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    if equal_values(old, new):
        return
    parts = [_parts(value) for value in (old, new)]
    if None in parts or not any(parts):
        yield name, old, new
        return
    before, after = (part or {} for part in parts)
    for key in dict.fromkeys([*before, *after]):
        yield from _leaves(f"{name}.{key}", before.get(key), after.get(key))


def _parts(value: Any) -> Mapping[str, Any] | None:
    """Return the parts of a value by name, None if it has no parts."""
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return value
    if is_dataclass(value) and not isinstance(value, Adoption):
        named = {item.name: getattr(value, item.name) for item in fields(value)}
        return {key: None if _is_empty(part) else part for key, part in named.items()}
    return None


def first_visible_month(
    base: Mapping[str, Instrument], other: Mapping[str, Instrument]
) -> Month | None:
    """Return the first month in which a difference could be seen, or None.

    An instrument is seen completely when it is announced, except that the day on which
    it ends is learned when it comes (a truce's end is part of its terms).
    """
    days = [
        item.announced
        for key, item in (*base.items(), *other.items())
        if key not in base or key not in other
    ]
    for key in base.keys() & other.keys():
        days += _visible_days(base[key], other[key])
    return Month.of(min(days)) if days else None


def _visible_days(old: Instrument, new: Instrument) -> list[date]:
    changed = set(legal_fields(old, new))
    if not changed:
        return []
    late = changed <= _LEARNED_LATE and not isinstance(old, Truce)
    ends = [item.end for item in (old, new) if item.end]
    if late and ends:
        return [max(min(ends), old.announced)]
    return [min(old.announced, new.announced)]


def value_text(value: Any) -> str:
    """Return a legal value as a reader would write it.

    Example:
        >>> value_text(0.5), value_text(None), value_text(("b", "a"))
        ('0.5', 'none', 'b, a')
    """
    if _is_empty(value):
        return "none"
    for kind, as_text in _TEXTS.items():
        if isinstance(value, kind):
            return as_text(value)
    return str(value)


def _is_empty(value: Any) -> bool:
    sized = isinstance(value, (frozenset, tuple, list, Mapping, str))
    return value is None or (sized and not value)


def _is_collection(value: Any) -> bool:
    return isinstance(value, (frozenset, tuple, list))


def _sequence_text(values: Sequence[Any]) -> str:
    # Tests of a chip are alternatives.
    separator = " or " if any(isinstance(x, Mapping) for x in values) else ", "
    return separator.join(map(value_text, values))


def _array_text(values: PerDraw) -> str:
    low, high = float(values.min()), float(values.max())
    return f"{low:g}" if low == high else f"{low:g} to {high:g} by draw"


def _adoption_text(adoption: Adoption) -> str:
    since = adoption.since
    day = "from its effective day" if since is None else f"from {since}"
    full = equal_values(adoption.share, 1.0)
    return day if full else f"{day}, share {value_text(adoption.share)}"


_TEXTS: Mapping[type | tuple[type, ...], Callable[[Any], str]] = {
    date: date.isoformat,
    float: "{:g}".format,
    np.ndarray: _array_text,
    Adoption: _adoption_text,
    frozenset: lambda names: ", ".join(sorted(map(value_text, names))),
    (tuple, list): _sequence_text,
    Mapping: lambda parts: " and ".join(
        f"{k} {value_text(v)}" for k, v in parts.items()
    ),
}
"""What makes a text of a value, by its type."""
