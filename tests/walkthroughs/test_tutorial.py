"""The pages of the tutorial, followed from the first to the last."""

import re

import pytest

from tests.walkthroughs.steps import ROOT
from tests.walkthroughs.tutorial import PAGES, followed_apart

pytestmark = pytest.mark.slow

NAMES = [page.stem for page in PAGES]
LABELS = 16
"""Columns that the names of rows have to themselves."""

_ANY_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """What each page says that is printed, and what was."""
    return followed_apart(tmp_path_factory.mktemp("tutorial"))


def test_the_tutorial_has_five_pages():
    assert [name[0] for name in NAMES] == list("12345")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_shows_what_is_printed(followed, name):
    for printed in followed[name]:
        errors = [line for line in printed.actual if line.startswith("error:")]
        assert set(errors) <= set(printed.expected), printed.asked
        assert printed.missing() == [], (
            f"{printed.asked}\nif it should be printed so, run "
            "python -m tests.walkthroughs.tutorial"
        )


def test_the_answer_in_the_readme_has_the_rows_that_a_run_prints(followed):
    """It is of more draws than the tutorial's first run, so its numbers differ."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (answer,) = (block for _, block in _ANY_BLOCK.findall(readme) if "median" in block)
    _, _, table = answer.partition("service_ban against baseline at")
    printed = {line[:LABELS] for line in followed["1-first-run"][0].actual}
    shown = [line[:LABELS] for line in table.splitlines()[1:]]
    assert len(shown) > 20
    assert {line for line in shown if line.strip() != "..."} <= printed
