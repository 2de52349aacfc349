"""What is displayed in a notebook is what the terminal shows, and never too much."""

import re
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from rich.padding import Padding

from sim.domain.months import Month
from sim.presentation.displayed import Displayed, DisplayedFolder
from sim.presentation.terminal_tables import new_table, plain, print_rows
from tests.outcomes.samples import results


class Two(Displayed):
    """A sentence and a table."""

    def __init__(self, rows):
        self.rows = rows

    def print_to(self, out):
        out.print(plain("So many <rows>:"))
        table = new_table("Rows & more", ["name"], ["number"])
        for row in range(self.rows):
            name = plain(f"row {row}")
            table.add_row(Padding(name, (0, 0, 0, 2)), plain(str(row)))
        table.caption = "a note"
        out.print(table)


class Story(Displayed):
    """Rows of text."""

    def print_to(self, out):
        print_rows([f"  {row} " + "x" * 90 + "\n    more" for row in range(400)], out)


class Kept(DisplayedFolder):
    """Nothing but a folder."""

    folder = Path("outputs/some where")

    def print_to(self, out):
        out.print(plain("What it says."))


def test_text_has_the_table_as_the_terminal_has_it():
    shown = repr(Two(2)).splitlines()
    assert shown[0] == "So many <rows>:"
    assert "   row 1       1" in shown
    assert all(row == row.rstrip() and len(row) <= 80 for row in shown)
    assert str(Two(2)) == repr(Two(2))


def test_what_is_printed_is_ascii_where_the_output_encodes_no_more(monkeypatch):
    story = Kept()
    monkeypatch.setattr(Kept, "folder", Path("outputs/Zürich − Bern"))
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(BytesIO(), encoding="ascii"))
    print(story, repr(story))
    assert str(story).endswith("Folder: outputs/Zurich - Bern")
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(BytesIO(), encoding="utf-8"))
    assert str(story).endswith("Folder: outputs/Zürich − Bern")


def test_html_has_a_table_with_headings_numbers_and_the_note():
    html = Two(2)._repr_html_()
    assert html.startswith("<p>So many &lt;rows&gt;:</p>\n<style>")
    assert "<caption>Rows &amp; more</caption>" in html
    assert "<th class=n>number</th>" in html
    assert "<td>&nbsp;&nbsp;row 1</td><td class=n>1</td>" in html
    assert html.endswith("</table>\n<p><i>a note</i></p>")


@pytest.mark.parametrize("long", [Two(600), Story()])
def test_what_is_long_says_how_much_is_left_out(long):
    assert len(repr(long)) < 5_000
    assert len(long._repr_html_()) < 20_000
    for shown in (repr(long), long._repr_html_()):
        assert re.search(r"… and [\d,]+ more rows; print\(\) shows all", shown)
    assert len(str(long)) > 10_000


def test_rows_of_text_are_not_broken():
    html = Story()._repr_html_()
    assert html.startswith('<pre style="white-space:pre-wrap">  0 xxx')
    assert str(Story()).splitlines()[:2] == ["  0 " + "x" * 90, "    more"]


def test_a_notebook_is_not_shown_the_text_as_well(monkeypatch):
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    monkeypatch.setattr("rich.jupyter.display", None)
    assert repr(Kept()).startswith("What it says.")
    assert "<p>So many" in Two(2)._repr_html_()


def test_what_has_a_folder_says_where_it_is():
    assert repr(Kept()) == "What it says.\nFolder: outputs/some where"


def test_a_large_dataclass_shows_its_plain_values_and_counts_the_others():
    recorded = results()
    shown = repr(recorded)
    assert shown.startswith("Results(scenario='baseline', months=<24 in tuple>, draws=")
    assert f"series=<{len(recorded.series)} in dict>" in shown
    assert Month(2026, 1) in recorded.months
