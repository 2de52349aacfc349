"""The generated pages are up to date, and list every number once."""

from pathlib import Path
from textwrap import dedent

import pytest
from jinja2 import UndefinedError

from sim.presentation import pages
from sim.presentation.hindcast.page import missed_periods, read_tables
from sim.presentation.reference import NameReference, names_page
from sim.presentation.rendering import render
from sim.presentation.rendering import row as table_row
from sim.presentation.scenario_schema import schema_text
from sim.records import load_records
from sim.records.law_files import load_law

DOCS = Path(__file__).parents[2] / "docs"
HOW = "run python -m sim.presentation.pages"


@pytest.fixture(scope="module")
def page():
    return pages.data_page(load_records(), load_law())


def test_pages_with_a_generated_section_are_current():
    for name, (section, content) in pages.sections(load_records()).items():
        text = (DOCS / name).read_text(encoding="utf-8")
        assert text == pages.with_section(text, section, content), HOW


def test_the_page_of_data_lists_every_number_as_it_is(page):
    assert (DOCS / "data.md").read_text(encoding="utf-8") == page, HOW


@pytest.mark.parametrize("name", ["hindcast.md", "published.md", "sensitivity.md"])
def test_the_pages_of_studies_say_what_their_shipped_tables_say(name):
    assert (DOCS / name).read_text(encoding="utf-8") == pages.shipped_pages(DOCS)[
        name
    ], HOW


def test_the_schema_of_scenario_files_is_current():
    text = (DOCS / pages.SCHEMA).read_text(encoding="utf-8")
    assert text == schema_text(load_records()), HOW


def test_the_page_of_names_lists_every_public_name_as_it_is():
    page = (DOCS / pages.NAMES).read_text(encoding="utf-8")
    assert page == names_page(NameReference()), HOW


def test_every_public_name_is_described():
    assert NameReference().undescribed() == []


def test_the_reference_reads_attributes_methods_and_what_is_inherited(tmp_path):
    (tmp_path / "sim").mkdir()
    (tmp_path / "sim" / "__init__.py").write_text(
        '"""A package."""\nfrom sim.shop import buy\n__all__ = ["buy"]\n'
    )
    (tmp_path / "sim" / "_hidden.py").write_text("def seen() -> None: ...\n")
    (tmp_path / "sim" / "shop.py").write_text(
        dedent(
            '''
            """A shop."""

            class Thing:
                """A thing.

                Attributes:
                    price: what it costs,
                        in USD.
                """

                @property
                def tax(self) -> float:
                    """Of the price."""

            class Chip(Thing):
                """A chip."""

                def sell(self) -> None:
                    """Sell it."""

            def buy() -> Chip:
                """Return a chip."""

            def _steal(): ...

            def forget(): ...
            '''
        )
    )
    reference = NameReference(tmp_path / "sim")
    page = names_page(reference)
    assert reference.undescribed() == ["sim.shop.forget"]
    assert "### `sim.buy`\n\nReturn a chip.\nReturns `Chip`:\n" in page
    for line in (
        "- `price`: What it costs, in USD.",
        "- `tax`: ",
        "- `sell()`: Sell it.",
    ):
        assert line in page
    assert "seen" not in page
    assert "_steal" not in page


def test_every_miss_has_a_written_reason():
    tables = read_tables(DOCS / "hindcast")
    patterns, periods = tables["patterns.csv"], missed_periods(tables["periods.csv"])
    missed = {*patterns.loc[patterns["verdict"] != "in band", "id"]}
    missed |= {f"{row.measure} {row.actor}" for row in periods.itertuples()}
    assert missed <= set(tables["findings.csv"]["about"])


def test_the_page_of_the_hindcast_shows_misses_as_plainly_as_hits():
    text = (DOCS / "hindcast.md").read_text(encoding="utf-8")
    for heading in (
        "### Misses",
        "### Patterns that the model does not reproduce, and why",
    ):
        assert heading in text


def test_every_assumption_and_every_instrument_is_listed(page):
    for row in load_records().assumptions:
        assert f"| `{row.name}` |" in page
    for name in load_law().instruments:
        assert f"| `{name}` |" in page


def test_guesses_come_first(page):
    lines = page.split("## Assumptions")[1].split("## Facts")[0].splitlines()
    confidences = [line.split(" | ")[6] for line in lines if line.startswith("| `")]
    assert confidences == sorted(confidences, key=list(pages.CONFIDENCES).index)


def test_a_cell_stays_inside_its_cell():
    assert table_row("one | two\nthree <script>") == "| one \\| two three &lt;script> |"


def test_a_template_without_one_of_its_values_is_an_error():
    with pytest.raises(UndefinedError, match="measures"):
        render("measures.md.j2")


def test_a_page_without_the_section_is_refused():
    with pytest.raises(ValueError, match="the page needs the lines"):
        pages.with_section("# No such section", "measures", "")


def test_sections_are_replaced_and_pages_are_written(tmp_path):
    for name, (section, _) in pages.sections(load_records()).items():
        begin, end = pages.markers(section)
        (tmp_path / name).write_text(f"# Title\n\n{begin}\nof another day\n{end}\n")
    pages.main(tmp_path)
    assert "of another day" not in (tmp_path / "outputs.md").read_text()
    assert "frontier_lag_months" in (tmp_path / "outputs.md").read_text()
    assert "narrowed" in (tmp_path / "calibration.md").read_text()
    assert (tmp_path / "data.md").exists()
