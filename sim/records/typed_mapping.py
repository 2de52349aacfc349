"""Reading a mapping as a typed object, or refusing it in one line.

What may be written follows from the annotations of a dataclass: there is no second
declaration of it. The error of pydantic is turned into place, field, fault and remedy.
"""

from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from types import MappingProxyType
from typing import Any, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from sim.domain.errors import ChipWarError, choices

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
        return _reader(kind).validate_python(
            {**content, **given}, context={"actors": actors}
        )
    except ValidationError as wrong:
        raise error(_in_one_line(wrong, where, kind, given)) from None


_READERS: dict[type[Any], TypeAdapter[Any]] = {}


def _reader(kind: type[Any]) -> Any:
    if kind not in _READERS:
        _READERS[kind] = TypeAdapter(kind)
    return _READERS[kind]


def _in_one_line(
    wrong: ValidationError, where: str, kind: type[Any], allowed: Collection[str]
) -> str:
    """Return what is wrong with a mapping, in one line: place, field, fault, remedy.

    All misspelt and missing fields are named, the misspelt ones first: they explain why
    others seem to be missing. Of other faults the first one is described.
    """
    details = wrong.errors(include_url=False)
    fields = [detail for detail in details if detail["type"] in _FIELD_FAULTS]
    if len(fields) <= 1:
        first = min(details, key=_rank)
        more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
        return f"{_location(where, first)}: {_fault(first, kind, allowed)}{more}"
    unknown, missing = (
        [detail for detail in fields if detail["type"] == fault]
        for fault in _FIELD_FAULTS
    )
    faults = [f"{_path(detail)}: {_fault(detail, kind, allowed)}" for detail in unknown]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        faults.append(f"{', '.join(map(_path, missing))}: {verb} missing")
    return f"{where}, {'; '.join(faults)}"


_FIELD_FAULTS = ("unexpected_keyword_argument", "missing")


def _rank(detail: ErrorDetails) -> int:
    """A misspelt field explains why another seems to be missing, so it goes first."""
    return {"unexpected_keyword_argument": 0, "missing": 2}.get(detail["type"], 1)


def _path(detail: ErrorDetails) -> str:
    return ".".join(str(key) for key in detail["loc"] if key != "[key]")


def _location(where: str, detail: ErrorDetails) -> str:
    path = _path(detail)
    return f"{where}, {path}" if path else where


def _fault(detail: ErrorDetails, kind: type[Any], allowed: Collection[str]) -> str:
    match detail["type"]:
        case "unexpected_keyword_argument":
            *path, name = detail["loc"]
            return _unknown(str(name), kind, path, allowed)
        case "missing":
            return "is missing"
        case "value_error":
            return str(detail["ctx"]["error"])
        case "dict_type" | "dataclass_type":
            return f"{detail['input']!r} must be a mapping of fields"
    return f"{detail['msg'][:1].lower()}{detail['msg'][1:]}"


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
