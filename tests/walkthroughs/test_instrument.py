"""The walk-through of CONTRIBUTING.md that adds a kind of instrument."""

import json

import pytest

from tests.walkthroughs.checkout import copy_of_the_repository, give, run, steps, write

pytestmark = pytest.mark.slow

STEPS = steps("A kind of instrument")
COMMANDS = [step for step in STEPS if step.language == "console"]
NUMBERS = range(len(COMMANDS))
SALE = "query.chip=A100 query.buyer=alibaba query.day=2022-06-01"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the repository in which all that the text says has been written."""
    folder = copy_of_the_repository(tmp_path_factory.mktemp("walkthrough"))
    for step in STEPS:
        if step.language != "console":
            write(step, folder)
    return folder


@pytest.mark.parametrize("number", NUMBERS)
def test_each_command_says_what_the_text_says(checkout, number):
    run(COMMANDS[number], checkout)


def test_the_pages_written_tell_of_the_kind(checkout):
    page = (checkout / "docs" / "scenarios.md").read_text(encoding="utf-8")
    assert "| `unverified_listing` | `approval`, `coverage`, `verified` |" in page


def test_the_schema_written_knows_the_kind_and_its_field(checkout):
    text = (checkout / "docs" / "reference" / "scenario.schema.json").read_text("utf-8")
    kind = json.loads(text)["$defs"]["UnverifiedListing"]
    assert kind["properties"]["kind"]["const"] == "unverified_listing"
    assert kind["properties"]["verified"]["maximum"] == 1


def test_the_data_ask_for_its_severity(tmp_path):
    folder = copy_of_the_repository(tmp_path)
    for step in STEPS:
        if step.language in {"python", "diff"}:
            write(step, folder)
    said = give(f"python -m sim task=law {SALE}", folder)
    assert "ladder.csv: there is no row for 'unverified_listing'" in said
