"""The walk-through of CONTRIBUTING.md that adds a measure with a figure."""

import pandas as pd
import pytest

from tests.walkthroughs.checkout import copy_of_the_repository, run, steps, write

pytestmark = pytest.mark.slow

STEPS = steps("A measure with a figure")
COMMANDS = [step for step in STEPS if step.language == "console"]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the repository in which the text was followed to its end."""
    folder = copy_of_the_repository(tmp_path_factory.mktemp("walkthrough"))
    for step in STEPS:
        if step.language != "console":
            write(step, folder)
    for command in COMMANDS:
        run(command, folder)
    return folder


@pytest.fixture(scope="module")
def results(checkout):
    """The folder of the run that the text asks for."""
    (folder,) = (checkout / "my_outputs" / "no_controls").iterdir()
    return folder


@pytest.mark.parametrize("table", ["headline.csv", "quantiles.csv"])
def test_the_tables_of_a_run_hold_the_measure(results, table):
    rows = pd.read_csv(results / table)
    rows = rows[rows["measure"] == "die_stock"]
    assert set(rows["actor"]) == {"china"}
    assert set(rows["unit"]) == {"dies"}


def test_its_figure_is_drawn(results):
    figure = results / "figures" / "die_stock.png"
    assert figure.read_bytes().startswith(b"\x89PNG")


def test_the_list_of_measures_has_it(checkout):
    page = (checkout / "docs" / "outputs.md").read_text(encoding="utf-8")
    assert (
        "| `die_stock` \u2605 | Good AI dies in stock | dies | stock | Held by" in page
    )
