"""The legal difference between two regimes, as rows that can be read."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sim.domain.months import Month
from sim.policy.instruments import Instrument, differing_fields
from sim.policy.terms import Truce

_LEARNED_LATE = frozenset({"end"})
"""Fields that the world learns only when they come true."""

_TEXT_ONLY = frozenset(
    {"title", "reference", "source", "confidence", "note", "grounds"}
)
"""Fields that are about the law and not law."""


@dataclass(frozen=True)
class LegalChange:
    """One way in which a regime differs from its base.

    Attributes:
        change: ``added``, ``removed`` or ``amended``.
        field: the field amended; empty for an instrument added or removed.
    """

    id: str
    change: str
    kind: str
    title: str
    field: str
    old: str
    new: str
    announced: date
    effective: date
    end: date | None

    def __str__(self) -> str:
        if self.change == "amended":
            return f"amended {self.id}: {self.field} {self.old} -> {self.new}"
        until = f" to {self.end}" if self.end else ""
        return f"{self.change} {self.id}: {self.title} (from {self.effective}{until})"


def law_difference(
    base: Mapping[str, Instrument], other: Mapping[str, Instrument]
) -> tuple[LegalChange, ...]:
    """Return how `other` differs from `base`: added, removed, then amended."""
    added = [_change("added", other[key]) for key in other if key not in base]
    removed = [_change("removed", base[key]) for key in base if key not in other]
    amended = [
        _change("amended", other[key], name, base[key])
        for key in base
        if key in other
        for name in differing_fields(base[key], other[key])
        if name not in _TEXT_ONLY
    ]
    return (*added, *removed, *amended)


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
    changed = set(differing_fields(old, new)) - _TEXT_ONLY
    if not changed:
        return []
    late = changed <= _LEARNED_LATE and not isinstance(old, Truce)
    ends = [item.end for item in (old, new) if item.end]
    if late and ends:
        return [max(min(ends), old.announced)]
    return [min(old.announced, new.announced)]


def _change(
    change: str, item: Instrument, field: str = "", old: Instrument | None = None
) -> LegalChange:
    return LegalChange(
        id=item.id,
        change=change,
        kind=item.kind,
        title=item.title,
        field=field,
        old="" if old is None else _text(getattr(old, field)),
        new="" if old is None else _text(getattr(item, field)),
        announced=item.announced,
        effective=item.effective,
        end=item.end,
    )


def _text(value: Any) -> str:
    """Return a legal value as a reader would write it."""
    if value is None:
        return "none"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (frozenset, tuple)):
        return "[" + ", ".join(sorted(_text(item) for item in value)) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {_text(v)}" for k, v in value.items()) + "}"
    if hasattr(value, "__dataclass_fields__"):
        named = {item.name: getattr(value, item.name) for item in fields(value)}
        return _text({key: item for key, item in named.items() if item not in _EMPTY})
    return str(value)


_EMPTY: tuple[object, ...] = (None, (), frozenset(), {}, "")
