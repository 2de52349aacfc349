"""What may be written of instruments, read off their classes for a page of docs."""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, fields, replace
from enum import Enum
from inspect import getdoc
from typing import Annotated, Any, Literal, get_args, get_origin

from sim.policy.instruments import Adoption, Ask, Grounds, Instrument, written_fields
from sim.policy.kinds import KINDS
from sim.policy.scope import Scope
from sim.presentation.described_attributes import described_attributes

PARTS: dict[str, type[Any]] = {
    "scope": Scope,
    "adopted_by": Adoption,
    "ask": Ask,
    "grounds": Grounds,
}
"""Fields that hold fields of their own."""


@dataclass(frozen=True)
class FieldReference:
    """What a reader must know to write a field; of some, the kinds that have it."""

    name: str
    form: str
    default: str
    meaning: str
    kinds: tuple[str, ...] = ()


def fields_of(kind: type[Any]) -> list[FieldReference]:
    """Return the fields of an instrument or of a part of one."""
    described = meanings(kind)
    return [
        FieldReference(
            field.name, _form(field.type), _default(field), described[field.name]
        )
        for field in fields(kind)
        if field.name != "id"
    ]


def own_fields() -> list[FieldReference]:
    """Return the fields that not every kind has; kinds that share one share a row."""
    kinds_of: dict[FieldReference, list[str]] = {}
    for name, kind in KINDS.items():
        for field in _own_fields(kind):
            kinds_of.setdefault(field, []).append(name)
    return [replace(field, kinds=tuple(kinds)) for field, kinds in kinds_of.items()]


def kinds() -> list[tuple[str, list[str], str]]:
    """Return each kind's name, the names of its own fields, and what it does."""
    return [
        (name, [field.name for field in _own_fields(kind)], summary(kind))
        for name, kind in KINDS.items()
    ]


def kind_summary(act: Instrument) -> str:
    """Return what instruments of a kind do, in its first sentence.

    It begins with a small letter and has no full stop.
    """
    first = summary(type(act)).partition(".\n")[0].partition(". ")[0]
    sentence = " ".join(first.split()).removesuffix(".")
    return sentence[:1].lower() + sentence[1:]


def _own_fields(kind: type[Instrument]) -> list[FieldReference]:
    shared = written_fields(Instrument)
    return [field for field in fields_of(kind) if field.name not in shared]


def _form(hint: Any) -> str:
    """Return what may be written in a field of a type."""
    parts = get_args(hint)
    if get_origin(hint) is Literal:
        return ", ".join(f"`{value}`" for value in parts)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return ", ".join(f"`{member.value}`" for member in hint)
    if get_origin(hint) is Annotated:
        described = [part for part in parts[1:] if isinstance(part, str)]
        return described[0] if described else _form(parts[0])
    return _form(parts[0])


def _default(field: Field[Any]) -> str:
    if field.default is MISSING and field.default_factory is MISSING:
        return "must be written"
    if field.default is MISSING or field.default in (None, "", (), frozenset()):
        return "none"
    return f"{field.default:g}" if isinstance(field.default, float) else field.default


def summary(kind: type[Any]) -> str:
    """Return what a class says of itself, less its attributes."""
    return (getdoc(kind) or "").partition("\nAttributes:")[0].strip()


def meanings(kind: type[Any]) -> dict[str, str]:
    """Return what a class and its bases say of their attributes, by name."""
    texts: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        texts |= described_attributes(getdoc(base) or "")
    return {name: text.removesuffix(".") for name, text in texts.items()}
