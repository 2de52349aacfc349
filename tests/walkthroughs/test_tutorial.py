"""The pages of the tutorial, followed from the first to the last."""

import pytest

from tests.walkthroughs.tutorial import PAGES, followed_apart

NAMES = [page.stem for page in PAGES]


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
