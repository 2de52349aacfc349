"""The page on scenarios says what is the case."""

import re
from dataclasses import fields
from pathlib import Path

import yaml

from sim.domain.switches import MECHANISMS
from sim.policy.instruments import Instrument, fields_by_draw
from sim.policy.kinds import KINDS
from sim.presentation.pages import instruments_section, with_section
from sim.records.scenarios import load_scenario
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
    assert set(listed) == {path.stem for path in SCENARIOS.glob("*.yaml")}
    assert all("?" in row for row in listed.values())


def test_the_tables_of_instruments_are_those_of_their_classes():
    fresh = with_section(PAGE, "instruments", instruments_section())
    assert fresh == PAGE, "run python -m sim.presentation.pages"


def test_every_kind_and_its_own_fields_are_listed():
    kinds = rows("### Kinds")
    for name, kind in KINDS.items():
        own = kind.__annotations__.keys() & {field.name for field in fields(kind)}
        assert all(f"`{field}`" in kinds[name] for field in own), name


def test_every_field_has_a_meaning():
    for row in re.findall(r"^\| `\w+` \|(.*)\|$", PAGE, re.MULTILINE):
        assert all(cell.strip() for cell in row.split("|")), row


def test_numbers_that_may_differ_by_draw_are_those_whose_type_says_so():
    quota, ban = KINDS["quota"], KINDS["service_ban"]
    shared = {"scope", "adopted_by", "ask"}
    assert fields_by_draw(quota) == shared | {"cap", "exception"}
    assert fields_by_draw(ban) == shared | {"approval", "coverage", "reach"}


def test_every_instrument_named_exists():
    known = records().law.instruments
    named = set(re.findall(r"\b((?:us|cn|nl|jp|us_cn)_20\d\d_\d\d_\w+)", PAGE))
    assert named
    assert all(isinstance(known[name], Instrument) for name in named)
