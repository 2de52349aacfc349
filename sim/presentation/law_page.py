"""The page on scenarios: its tables of instruments, made from their classes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from enum import Enum
from inspect import getdoc
from typing import Annotated, Any, Literal, get_args, get_origin

from sim.policy.instruments import Adoption, Ask, Grounds, Instrument, written_fields
from sim.policy.kinds import KINDS
from sim.policy.scope import Scope
from sim.presentation.markdown import table

BEGIN = "<!-- instruments: written by python -m sim.presentation.pages -->"
END = "<!-- end of instruments -->"

_PARTS: dict[str, type[Any]] = {
    "scope": Scope,
    "adopted_by": Adoption,
    "ask": Ask,
    "grounds": Grounds,
}
"""Fields that hold fields of their own."""

_HEAD = ("field", "may be", "if left out", "meaning")


def with_instruments(text: str) -> str:
    """Return the page on scenarios with its tables of instruments brought up to date.

    Raises:
        ValueError: the page has no place for them.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{instruments_section()}\n{END}{after}"


def instruments_section() -> str:
    """Return the tables of all kinds and of all fields."""
    sections = [
        ("Kinds", table(("kind", "own fields", "what it does"), _kinds())),
        ("Fields of single kinds", table((*_HEAD[:1], "of", *_HEAD[1:]), _own())),
        ("Fields of every kind", table(_HEAD, _rows(Instrument))),
    ]
    sections += [
        (f"Inside `{name}`", table(_HEAD, _rows(part))) for name, part in _PARTS.items()
    ]
    return "\n\n".join(f"### {title}\n\n{content}" for title, content in sections)


def _kinds() -> Iterator[tuple[str, str, str]]:
    for name, kind in KINDS.items():
        own = ", ".join(f"`{field.name}`" for field in _own_fields(kind))
        yield f"`{name}`", own, _summary(kind)


def _own() -> Iterator[tuple[str, ...]]:
    """Yield a row for each field of single kinds, kinds that share it together."""
    kinds_of: dict[tuple[str, ...], list[str]] = {}
    for name, kind in KINDS.items():
        for field in _own_fields(kind):
            kinds_of.setdefault(_row(kind, field), []).append(f"`{name}`")
    for (field_name, *told), kinds in kinds_of.items():
        yield field_name, ", ".join(kinds), *told


def _own_fields(kind: type[Instrument]) -> list[Field[Any]]:
    shared = written_fields(Instrument)
    return [field for field in fields(kind) if field.name not in {"id", *shared}]


def _rows(kind: type[Any]) -> Iterator[tuple[str, ...]]:
    return (_row(kind, field) for field in fields(kind) if field.name != "id")


def _row(kind: type[Any], field: Field[Any]) -> tuple[str, ...]:
    meaning = _meanings(kind)[field.name]
    return f"`{field.name}`", _form(field.type), _default(field), meaning


def _form(hint: Any) -> str:
    """Return what may be written in a field of a type."""
    parts = get_args(hint)
    if get_origin(hint) is Literal:
        return ", ".join(f"`{value}`" for value in parts)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return ", ".join(f"`{item.value}`" for item in hint)
    if get_origin(hint) is Annotated:
        described = [part for part in parts[1:] if isinstance(part, str)]
        return described[0] if described else _form(parts[0])
    return _form(parts[0])


def _default(field: Field[Any]) -> str:
    """Return what a field is if it is left out."""
    if field.default is MISSING and field.default_factory is MISSING:
        return "must be written"
    value = None if field.default is MISSING else field.default
    if isinstance(value, float):
        return f"{value:g}"
    return f"`{value}`" if value else "none"


def _summary(kind: type[Any]) -> str:
    """Return what a class says of itself, less its attributes."""
    return " ".join((getdoc(kind) or "").partition("\nAttributes:")[0].split())


def _meanings(kind: type[Any]) -> dict[str, str]:
    """Return what a class and those above it say of their attributes, by name."""
    meanings: dict[str, str] = {}
    for above in reversed(kind.__mro__[:-1]):
        listed = (getdoc(above) or "").partition("\nAttributes:\n")[2]
        for name, text in re.findall(r"(?ms)^    (\w+): (.*?)(?=^    \w|\Z)", listed):
            meanings[name] = " ".join(text.replace("`", "").split())
    return meanings
