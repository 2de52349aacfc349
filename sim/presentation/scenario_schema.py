"""The JSON Schema of scenario files, by which editors complete and check them.

It follows from the classes and types that read a file, and from the names that the data
hold, so that it cannot say anything else than they do. What only the loader can know
(whether dates contradict each other, whether a change changes anything) is not in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from sim.domain.switches import MECHANISMS
from sim.policy.field_types import (
    ACTOR_ID,
    INSTRUMENT_ID,
    WRITTEN_DAY,
    WRITTEN_NUMBER,
    JsonSchema,
    one_of_words,
)
from sim.policy.instruments import Instrument, written_fields
from sim.policy.kinds import KINDS
from sim.presentation.instrument_reference import meanings, summary
from sim.presentation.names import capitalised
from sim.records import Records
from sim.records.assumptions import Assumption
from sim.records.decision_fields import CHANGE_OF, INSTRUMENTS, SINCE
from sim.records.scenario_decisions import DECISION_WORDS, GOVERNMENTS
from sim.records.scenario_law import BASES, LawChanges
from sim.records.scenarios import MOST_ADDED, SWITCH_WORDS, ScenarioContent

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_NOTHING: tuple[object, ...] = (None, "", [], {})
_SWITCH: JsonSchema = {"enum": list(SWITCH_WORDS)}


class _FieldsSchema(GenerateJsonSchema):
    """The schema of a class, with what its docstring says of it and of its fields."""

    def dataclass_schema(self, schema: Any) -> JsonSchema:
        """Return the schema of a dataclass."""
        kind, written = schema["cls"], super().dataclass_schema(schema)
        described = meanings(kind)
        properties = {
            name: {**field, "description": f"{capitalised(described[name])}."}
            for name, field in written["properties"].items()
            if name != "id"
        }
        required = [name for name in written.get("required", ()) if name != "id"]
        return {
            "type": "object",
            "description": summary(kind),
            **_closed(properties),
            **({"required": required} if required else {}),
        }

    def default_schema(self, schema: Any) -> JsonSchema:
        """Return the schema of a field with its default, unless that is nothing."""
        written = super().default_schema(schema)
        if written.get("default") in _NOTHING:
            written.pop("default", None)
        return written

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        """Leave out titles, which would only repeat the names of fields."""
        return False


def scenario_schema(records: Records) -> JsonSchema:
    """Return the JSON Schema of a scenario file, with the names that the data hold."""
    definitions = _definitions()
    acts = {**records.law.instruments, **records.menu}
    definitions |= {
        "new_instrument": _new_instrument(definitions),
        "decision": one_of_words(DECISION_WORDS),
        "decision_on_act": _decision_on_act(),
        ACTOR_ID: one_of_words(sorted(records.actors)),
        INSTRUMENT_ID: {"anyOf": [one_of_words(acts), {"type": "string"}]},
    }
    _complete_changes(definitions[LawChanges.__name__]["properties"], records)
    file = definitions.pop(ScenarioContent.__name__)
    parts = file["properties"]
    parts["base"] |= _base()
    parts["combine"] = _combine()
    _complete(parts["decisions"], _decisions(acts))
    _complete(parts["assumptions"], _assumptions(records.assumptions))
    _complete(parts["mechanisms"], _closed(dict.fromkeys(MECHANISMS, _SWITCH)))
    title = {"$schema": DIALECT, "title": "Scenario of the chip-war simulator"}
    return _with_known_ids({**title, **file, "$defs": definitions})


def _combine() -> JsonSchema:
    """Return the schema of the scenarios that a file combines."""
    return {
        "type": "array",
        "items": {"type": "string"},
        "minItems": 2,
        "uniqueItems": True,
        "description": "The scenarios whose changes are made together; none may change "
        "what another changes.",
    }


def schema_text(records: Records) -> str:
    """Return the JSON Schema of scenario files as its file has it."""
    return json.dumps(scenario_schema(records), indent=1, ensure_ascii=False) + "\n"


def _definitions() -> dict[str, Any]:
    """Return the schemas of a scenario file and of instruments, by name of class.

    What all kinds of instrument have is said once, of `Instrument`.
    """
    roots = [ScenarioContent, Instrument, *KINDS.values()]
    _, written = TypeAdapter.json_schemas(
        [(kind.__name__, "validation", TypeAdapter(kind)) for kind in roots],
        schema_generator=_FieldsSchema,
    )
    definitions = dict(written["$defs"])
    shared = definitions[Instrument.__name__]["properties"]
    for name, kind in KINDS.items():
        fields = definitions[kind.__name__]["properties"]
        for field in shared:
            if fields[field] == shared[field]:
                fields[field] = _ref(f"$defs/{Instrument.__name__}/properties/{field}")
        fields["grounds"] = {
            **shared["grounds"],
            "propertyNames": one_of_words(written_fields(kind)),
        }
        fields["kind"] = {"const": name, "description": "The kind of instrument."}
    return definitions


def _new_instrument(definitions: Mapping[str, JsonSchema]) -> JsonSchema:
    """Return the schema of a new instrument, whose kind says what it must have.

    The schema of the kind itself asks for nothing, since an amendment may be of any
    field.
    """
    return {
        "type": "object",
        "properties": {"kind": one_of_words(KINDS)},
        "required": ["kind"],
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                "then": {
                    "allOf": [_ref(f"$defs/{kind.__name__}")],
                    "required": definitions[kind.__name__].pop("required"),
                },
            }
            for name, kind in KINDS.items()
        ],
    }


def _complete_changes(changes: Mapping[str, JsonSchema], records: Records) -> None:
    """Say what may be added, removed and amended."""
    law = records.law.instruments
    amended = {
        key: {
            "allOf": [_ref(f"$defs/{type(act).__name__}")],
            "minProperties": 1,
            "description": act.title,
        }
        for key, act in law.items()
    }
    new = {
        "additionalProperties": _ref("$defs/new_instrument"),
        "maxProperties": MOST_ADDED,
    }
    _complete(changes["add"], new)
    _complete(changes["remove"], {"items": one_of_words(law)})
    _complete(changes["amend"], _closed(amended))


def _base() -> JsonSchema:
    day = {**_closed({"as_of": WRITTEN_DAY}), "required": ["as_of"]}
    return {"anyOf": [one_of_words(BASES), {"type": "object", **day}]}


def _decision_on_act() -> JsonSchema:
    by_government = _closed(dict.fromkeys(GOVERNMENTS, _ref("$defs/decision")))
    return {"anyOf": [_ref("$defs/decision"), {"type": "object", **by_government}]}


def _change_of() -> JsonSchema:
    """Return how the day is given by the instruments whose change is waited for."""
    names = {"type": "array", "items": _ref(f"$defs/{INSTRUMENT_ID}"), "minItems": 1}
    return {**_closed({CHANGE_OF: names}), "type": "object", "required": [CHANGE_OF]}


def _decisions(acts: Iterable[str]) -> JsonSchema:
    """Return what may be said of who decides; also on those that the scenario adds."""
    of_act = _ref("$defs/decision_on_act")
    return _closed(
        {
            SINCE: {
                "anyOf": [WRITTEN_DAY, {"type": "null"}, _change_of()],
                "description": "The day from which on governments decide: a day, or "
                "the first on which they see one of some changes.",
            },
            **dict.fromkeys(GOVERNMENTS, _ref("$defs/decision")),
            INSTRUMENTS: {
                "type": ["object", "null"],
                "description": "Single instruments, by id; they override the rest.",
                "properties": dict.fromkeys(acts, of_act),
                "additionalProperties": of_act,
            },
        }
    )


def _assumptions(rows: Iterable[Assumption]) -> JsonSchema:
    """Return what may be fixed, by dotted name or with the parts of names nested."""
    names = _closed({row.name: _assumption(row) for row in rows})
    for name in tuple(names["properties"]):
        _nest(names, name, _ref(f"properties/assumptions/properties/{name}"))
    return names


def _nest(into: JsonSchema, name: str, value: JsonSchema) -> None:
    """Let a dotted name be written as nested ones, wherever it has a dot."""
    for place in (i for i, letter in enumerate(name) if letter == "."):
        above, below = name[:place], name[place + 1 :]
        part = into["properties"].setdefault(above, {"type": "object", **_closed({})})
        part["properties"][below] = value
        _nest(part, below, value)


def _assumption(row: Assumption) -> JsonSchema:
    least, greatest = row.bounds
    lower_bound = "exclusiveMinimum" if row.scale == "log" else "minimum"
    bounds = {lower_bound: least, "maximum": greatest}
    return {
        **WRITTEN_NUMBER,
        **{word: bound for word, bound in bounds.items() if np.isfinite(bound)},
        "description": f"{capitalised(row.meaning)}. Range {row.low:g} to "
        f"{row.high:g}, median {row.mid:g} ({row.unit}).",
    }


def _closed(properties: JsonSchema) -> JsonSchema:
    """Return the schema of a mapping that has no other keys."""
    return {"properties": properties, "additionalProperties": False}


def _complete(field: JsonSchema, content: JsonSchema) -> None:
    """Say of a field, which may be left empty, what its class leaves open."""
    del field["anyOf"]
    field |= {"type": ["array" if "items" in content else "object", "null"], **content}


def _ref(path: str) -> JsonSchema:
    return {"$ref": f"#/{path}"}


def _with_known_ids(part: Any) -> Any:
    """Return a schema in which an id refers to the list of those that the data hold."""
    if isinstance(part, list):
        return [_with_known_ids(item) for item in part]
    if not isinstance(part, dict):
        return part
    if part.get("format") in {ACTOR_ID, INSTRUMENT_ID}:
        return _ref(f"$defs/{part['format']}")
    return {key: _with_known_ids(item) for key, item in part.items()}
