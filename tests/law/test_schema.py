"""The JSON Schema of scenario files knows what the loader reads, and no more."""

import copy
import json
from functools import cache

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from sim.domain.errors import ScenarioError
from sim.domain.switches import MECHANISMS
from sim.policy.kinds import KINDS
from sim.presentation.pages import DOCS, SCHEMA
from sim.records.law_files import as_mapping
from sim.records.scenario_file import read_file
from sim.records.scenarios import load_scenario
from tests.law.sources import SCENARIOS, records
from tests.law.test_broken import FIELDS, HEADINGS

SHIPPED = {path.stem: path for path in sorted(SCENARIOS.glob("*.yaml"))}

DOCUMENT = {"question": "What if?", "source": "a test"}
"""The least that a scenario file may say, before any change."""

BEYOND_A_SCHEMA = (
    "lies before",
    "finite number",
    "day is out of range",
    "answers: there is no instrument",
    "a quota needs a cap",
    "cap 50 is not a share",
    "is removed by the same scenario",
    "changes nothing",
)
"""Refusals by the loader alone: of fields that contradict each other, of days and
numbers that do not exist, and of ids that the scenario itself may have added."""

OPEN = ("regime.add", "decisions.instruments")
"""Mappings by ids, which a scenario may add."""


@cache
def validator():
    schema = json.loads((DOCS / SCHEMA).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def fault(content):
    """Return what the schema says against a scenario, None if nothing."""
    found = best_match(validator().iter_errors(content))
    return found and found.message


def refused_by_loader(content):
    try:
        load_scenario(content, records(), name="mine")
    except ScenarioError:
        return True
    return False


def mappings(content, path=()):
    """Yield the path of each mapping in a document."""
    if isinstance(content, dict):
        yield path
        for key, item in content.items():
            yield from mappings(item, (*path, key))
    elif isinstance(content, list):
        for index, item in enumerate(content):
            yield from mappings(item, (*path, index))


def with_unknown_key(content, path):
    changed = copy.deepcopy(content)
    place = changed
    for key in path:
        place = place[key]
    place["no_such_key"] = 1
    return changed


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_is_valid(name):
    assert fault(read_file(SHIPPED[name])) is None


@pytest.mark.parametrize("name", SHIPPED)
def test_an_unknown_key_is_refused_by_schema_and_loader_wherever_it_is(name):
    content = read_file(SHIPPED[name])
    places = [at for at in mappings(content) if ".".join(map(str, at)) not in OPEN]
    assert () in places
    for place in places:
        changed = with_unknown_key(content, place)
        assert not validator().is_valid(changed), place
        assert refused_by_loader(changed), place


BROKEN = [*FIELDS, *HEADINGS]


@pytest.mark.parametrize(
    ("content", "message"), BROKEN, ids=map(str, range(len(BROKEN)))
)
def test_what_the_loader_refuses_the_schema_refuses_if_a_schema_can(content, message):
    beyond = any(words in message for words in BEYOND_A_SCHEMA)
    assert validator().is_valid(content) == beyond


def test_the_law_of_record_could_be_written_in_a_scenario():
    """Every field of every instrument is known, in an addition and in an amendment."""
    for key, act in records().law.instruments.items():
        written = json.loads(json.dumps(as_mapping(act), default=_as_written))
        for change in ({"add": {"a_copy": written}}, {"amend": {key: written}}):
            assert fault(DOCUMENT | {"regime": change}) is None, key


def _as_written(value):
    return sorted(value) if isinstance(value, frozenset) else value.isoformat()


def test_what_may_be_nested_or_left_empty_may_be_so_in_the_schema():
    row = next(row for row in records().assumptions if row.name.count(".") > 1)
    first, second, rest = row.name.split(".", 2)
    for assumptions in (
        {row.name: row.mid},
        {first: {second: {rest: row.mid}}},
        {first: {f"{second}.{rest}": row.mid}},
        {f"{first}.{second}": {rest: row.mid}},
        None,
    ):
        content = read_file(SHIPPED["h20_ban"]) | {"assumptions": assumptions}
        assert fault(content) is None
        assert not refused_by_loader(content)


def test_a_number_that_an_assumption_cannot_have_is_refused():
    for row in records().assumptions:
        for value in (-1.0, 0.0, 0.5, 1.0, 2.0):
            content = DOCUMENT | {"assumptions": {row.name: value}}
            accepted = validator().is_valid(content)
            assert accepted == _can_have(row, value), (row.name, value)


def _can_have(row, value):
    try:
        row.check(value)
    except ValueError:
        return False
    return True


def test_names_are_those_of_the_data_and_of_the_classes():
    schema = validator().schema
    parts, kinds = schema["properties"], schema["$defs"]["new_instrument"]
    assert kinds["properties"]["kind"]["enum"] == list(KINDS)
    assert set(schema["$defs"]["actor_id"]["enum"]) == set(records().actors)
    assert list(parts["mechanisms"]["properties"]) == list(MECHANISMS)
    assert {row.name for row in records().assumptions} < set(
        parts["assumptions"]["properties"]
    )


def test_every_field_has_a_description():
    def nodes(part):
        if isinstance(part, dict):
            yield part
            for item in part.values():
                yield from nodes(item)
        elif isinstance(part, list):
            for item in part:
                yield from nodes(item)

    schema = validator().schema
    shared = schema["$defs"]["Instrument"]["properties"]
    for part in [schema, *schema["$defs"].values()]:
        for name, field in part.get("properties", {}).items():
            assert "description" in field or name in shared or name == "kind"
    assert not any("title" in node and "type" in node for node in nodes(shared))
