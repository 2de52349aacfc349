"""The page on scenarios says what is the case."""

import re
from pathlib import Path

import yaml

from sim.assembly import MECHANISMS
from sim.policy.instruments import Instrument
from sim.records.rows import ROWS, InstrumentRow, ScopeRow
from sim.records.scenarios import available, load_scenario
from tests.law.sources import SCENARIOS, records

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text("utf-8")


def rows(heading):
    """Return the first cells of the table under a heading, and their whole rows."""
    table = PAGE.split(heading, 1)[1].split("\n## ", 1)[0]
    found = re.findall(r"^\| `(\w+)` \|(.*)$", table, re.MULTILINE)
    return dict(found)


def test_the_example_is_a_scenario():
    example = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL).group(1)
    scenario = load_scenario(yaml.safe_load(example), records(), name="example")
    assert scenario.mechanisms.keys() <= set(MECHANISMS)


def test_every_shipped_scenario_is_listed_with_its_question():
    listed = rows("## The shipped scenarios")
    assert set(listed) == {item.name for item in available(SCENARIOS)}
    assert all("?" in row for row in listed.values())


def test_every_kind_and_its_own_fields_are_listed():
    listed = rows("## Fields")
    assert set(listed) == set(ROWS)
    shared = set(InstrumentRow.model_fields)
    for kind, row in ROWS.items():
        for name in set(row.model_fields) - shared:
            assert f"`{name}`" in listed[kind], (kind, name)


def test_every_shared_field_is_named():
    fields = PAGE.split("## Fields", 1)[1]
    for name in {*InstrumentRow.model_fields, *ScopeRow.model_fields}:
        assert f"`{name}`" in fields


def test_every_instrument_named_exists():
    known = records().law.instruments
    named = set(re.findall(r"\b((?:us|cn|nl|jp|us_cn)_20\d\d_\d\d_\w+)", PAGE))
    assert named
    assert all(isinstance(known[name], Instrument) for name in named)
