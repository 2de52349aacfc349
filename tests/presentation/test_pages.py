"""The generated pages are up to date, and list every number once."""

from pathlib import Path

import pytest

from sim.outcomes.measures import MEASURES
from sim.presentation import calibration_page, markdown, pages
from sim.presentation.hindcast.page import missed_periods, read_tables
from sim.records import load
from sim.records.law import load_law

DOCS = Path(__file__).parents[2] / "docs"
HOW = "run python -m sim.presentation.pages"


@pytest.fixture(scope="module")
def page():
    return pages.data_page(load(), load_law())


def test_the_page_of_outputs_lists_every_measure_as_it_is():
    text = (DOCS / "outputs.md").read_text(encoding="utf-8")
    assert text == pages.with_measures(text, MEASURES), HOW


def test_the_page_of_data_lists_every_number_as_it_is(page):
    assert (DOCS / "data.md").read_text(encoding="utf-8") == page, HOW


@pytest.mark.parametrize("name", ["hindcast.md", "published.md", "sensitivity.md"])
def test_the_pages_of_studies_say_what_their_shipped_tables_say(name):
    assert (DOCS / name).read_text(encoding="utf-8") == pages.shipped_pages(DOCS)[
        name
    ], HOW


def test_every_miss_has_its_reason_in_words():
    tables = read_tables(DOCS / "hindcast")
    patterns, periods = tables["patterns.csv"], missed_periods(tables["periods.csv"])
    missed = {*patterns.loc[patterns["verdict"] != "in band", "id"]}
    missed |= {f"{row.measure} {row.actor}" for row in periods.itertuples()}
    assert missed <= set(tables["findings.csv"]["about"])


def test_the_page_of_the_hindcast_tells_misses_as_plainly_as_hits():
    text = (DOCS / "hindcast.md").read_text(encoding="utf-8")
    for heading in ("### Misses", "### Patterns that do not come out, and why"):
        assert heading in text


def test_the_page_of_calibration_says_what_the_posterior_says():
    text = (DOCS / "calibration.md").read_text(encoding="utf-8")
    assert text == calibration_page.with_posterior(text, load()), HOW


def test_every_assumption_and_every_instrument_is_listed(page):
    for row in load().assumptions:
        assert f"| `{row.name}` |" in page
    for name in load_law().instruments:
        assert f"| `{name}` |" in page


def test_guesses_come_first(page):
    lines = page.split("## Assumptions")[1].split("## Facts")[0].splitlines()
    found = [line.split(" | ")[6] for line in lines if line.startswith("| `")]
    assert found == sorted(found, key=pages.GUESSES_FIRST.index)


def test_a_cell_stays_inside_its_cell():
    table = markdown.table(("a",), [("one | two\nthree <script>",)])
    assert table.splitlines()[-1] == "| one \\| two three &lt;script> |"


def test_a_page_without_a_place_for_the_list_is_refused():
    with pytest.raises(ValueError, match="the page needs the lines"):
        pages.with_measures("# No place", MEASURES)
    with pytest.raises(ValueError, match="the page needs the lines"):
        calibration_page.with_posterior("# No place", load())


def test_both_pages_are_written(tmp_path):
    place = f"# Title\n\n{pages.BEGIN}\nof another day\n{pages.END}\n"
    (tmp_path / "outputs.md").write_text(place)
    empty = f"{calibration_page.BEGIN}\n{calibration_page.END}\n"
    (tmp_path / "calibration.md").write_text(empty)
    pages.main(tmp_path)
    assert "of another day" not in (tmp_path / "outputs.md").read_text()
    assert "frontier_lag_months" in (tmp_path / "outputs.md").read_text()
    assert (tmp_path / "data.md").exists()
