"""Reading a mapping as a typed object, or refusing it in one line.

What may be written follows from the annotations of a dataclass: there is no second
declaration of it. The error of pydantic is turned into place, field, fault and remedy.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError, create_model
from pydantic_core import ErrorDetails

from sim.domain.errors import ChipWarError, choices
from sim.policy.kinds import KINDS
from sim.records.validation_words import expectation, short

Some = TypeVar("Some")


def read_as(
    kind: type[Some],
    content: Mapping[str, Any],
    *,
    where: str,
    error: type[ChipWarError],
    actors: Mapping[str, str] | None = None,
    given: Mapping[str, Any] = MappingProxyType({}),
) -> Some:
    """Return the dataclass that a mapping describes.

    Args:
        kind: the dataclass; it forbids unknown keys.
        content: its fields by name.
        where: the place, for messages.
        error: what to raise.
        actors: names, by id, of the actors that may be named; None leaves them
            unchecked.
        given: fields by name that come from elsewhere, and that a file may not write.

    Raises:
        ChipWarError: of the type given; says in one line what is wrong.
    """
    for name in given:
        if name in content:
            raise error(f"{where}, {name}: {_unknown(name, kind, [], given)}")
    try:
        return _validated(kind, {**content, **given}, {"actors": actors})
    except ValidationError as wrong:
        raise error(_in_one_line(_details(wrong), where, kind, given)) from None


def _validated(
    kind: type[Some], content: Mapping[str, Any], context: dict[str, Any] | None = None
) -> Some:
    name = kind.__name__
    readable = _reader(kind).model_validate({name: content}, context=context)
    read: Some = getattr(readable, name)
    return read


def _details(wrong: ValidationError) -> list[ErrorDetails]:
    """Return what is wrong, each with its place within the dataclass."""
    details = wrong.errors(include_url=False)
    for detail in details:
        detail["loc"] = detail["loc"][1:]
    return details


_KINDS = frozenset(KINDS.values())


def _reader(kind: type[Any]) -> type[BaseModel]:
    """Return a model with a field that reads a dataclass and has its name."""
    return _reader_of(_KINDS if kind in _KINDS else frozenset([kind]))


@cache
def _reader_of(kinds: frozenset[type[Any]]) -> type[BaseModel]:
    """Return one model that reads several dataclasses.

    That of all kinds of instruments is made in half the time of one for each, since it
    holds once what they have in common.
    """
    readable: dict[str, Any] = {kind.__name__: (kind, None) for kind in kinds}
    return create_model("Readable", **readable)


def _in_one_line(
    details: Sequence[ErrorDetails],
    where: str,
    kind: type[Any],
    allowed: Collection[str],
) -> str:
    """Return what is wrong with a mapping, in one line: place, field, fault, remedy.

    All misspelt and missing fields are named, the misspelt ones first: they explain why
    others seem to be missing. Of other faults the first one is described.
    """
    fields = _wrong_fields(details, kind, allowed)
    if fields:
        return f"{where}, {fields}"
    first = details[0]
    path = f", {_path(first)}" if first["loc"] else ""
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    return f"{where}{path}: {_fault(first)}{more}"


def wrong_fields(
    kind: type[Any],
    content: Mapping[str, Any],
    given: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """Return all misspelt and missing fields of a mapping; nothing if there are none.

    Args:
        kind: the dataclass that it describes.
        content: its fields by name.
        given: fields by name that come from elsewhere.
    """
    try:
        _validated(kind, {**content, **given})
    except ValidationError as wrong:
        return _wrong_fields(_details(wrong), kind, given)
    return ""


def _wrong_fields(
    details: Collection[ErrorDetails], kind: type[Any], allowed: Collection[str]
) -> str:
    unknown, missing = (
        [detail for detail in details if detail["type"] == fault]
        for fault in ("unexpected_keyword_argument", "missing")
    )
    faults = []
    for detail in unknown:
        *path, name = detail["loc"]
        faults.append(f"{_path(detail)}: {_unknown(str(name), kind, path, allowed)}")
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        faults.append(f"{', '.join(map(_path, missing))}: {verb} missing")
    return "; ".join(faults)


def _path(detail: ErrorDetails) -> str:
    return ".".join(str(key) for key in detail["loc"] if key != "[key]")


def _fault(detail: ErrorDetails) -> str:
    match detail["type"]:
        case "value_error":
            return str(detail["ctx"]["error"])
        case "dict_type" | "dataclass_type":
            return f"{short(detail['input'])} must be a mapping of fields"
    return f"{expectation(detail)}, not {short(detail['input'])}"


def _unknown(
    name: str,
    kind: type[Any],
    path: Collection[int | str],
    allowed: Collection[str],
) -> str:
    known = [field for field in _fields_at(kind, path) if field not in allowed]
    return f"there is no such field{choices(name, known, 'docs/scenarios.md')}"


def _fields_at(kind: type[Any], path: Collection[int | str]) -> list[str]:
    """Return the fields of a dataclass, or of the one nested in it at a path."""
    for key in path:
        types = {item.name: item.type for item in fields(kind)}
        kind = _dataclass_in(types.get(str(key))) or kind
    return [item.name for item in fields(kind)]


def _dataclass_in(hint: Any) -> type[Any] | None:
    if isinstance(hint, type) and is_dataclass(hint):
        return hint
    nested = map(_dataclass_in, get_args(hint))
    return next((kind for kind in nested if kind is not None), None)
