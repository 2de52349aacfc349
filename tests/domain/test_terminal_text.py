"""What is shown steers no terminal, and keeps one form where signs are missing."""

import io
from pathlib import Path

import pytest
from rich.text import Text

import sim
from sim.domain.errors import SettingsError, error_line
from sim.domain.terminal_text import printable, terminal_text
from sim.presentation.terminal_tables import console, new_table

STEERING = ["\x1b[31m", "\a", "\r", "\x9b1m", "\u202e", "\u2066", "\u200b", "\ud83d"]
"""ESC, BEL, CR, C1, two that turn the direction of writing, no width, half a sign."""

IN_FIGURES = set("■▪★┊┅│━°✖─●○▼▲◀▶◆⬟✚")
"""Signs that the project draws, and never prints."""


def stream(encoding):
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


@pytest.mark.parametrize("sign", STEERING)
def test_nothing_that_steers_a_terminal_is_shown(sign):
    rows = printable(f"before{sign}after\nnext row")
    assert rows.replace("\n", "").isprintable()
    assert rows.startswith("before")
    assert rows.endswith("after\nnext row")


def test_the_console_shows_nothing_that_steers_it_whoever_made_the_text():
    page = io.StringIO()
    table = new_table("", ["name"])
    table.add_row("".join(STEERING[:-1]))
    for shown in (table, Text(STEERING[0]), STEERING[3]):
        console(page, width=40).print(shown)
    assert page.getvalue().replace("\n", "").isprintable()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp932"])
def test_where_a_sign_is_missing_all_signs_have_their_ascii_form(encoding):
    text = "−94.8k … 3–5, ×2 ±1 → it’s"
    shown = terminal_text(text, stream(encoding))
    assert shown == "-94.8k ... 3-5, x2 +/-1 -> it's"
    assert terminal_text(text, stream("utf-8")) == text


def test_a_table_has_the_ascii_form_in_full():
    out = stream("cp1252")
    table = new_table("Change", ["who"], ["by"])
    table.add_row("ASML", "−4.05M")
    console(out, width=40).print(table)
    out.seek(0)
    page = out.read()
    assert page.isascii()
    assert "-4.05M" in page
    assert "?" not in page


def test_letters_that_are_missing_become_those_that_they_are_made_of():
    assert terminal_text("Zürich 東京", stream("ascii")) == "Zurich ??"
    assert terminal_text("Zürich", stream("latin-1")) == "Zürich"


def test_every_sign_that_the_project_prints_has_an_ascii_form():
    files = [
        file
        for form in ("*.py", "*.yaml", "*.csv", "*.j2")
        for file in Path(sim.__file__).parent.rglob(form)
    ]
    signs = set().union(*(file.read_text("utf-8") for file in files)) - IN_FIGURES
    shown = terminal_text("".join(signs - {"?"}), stream("ascii"))
    assert "−" in signs
    assert "?" not in shown


def test_an_error_is_one_line_of_a_readable_length_wherever_it_is_shown():
    value = "so long " * 3_000
    error = SettingsError(f"cap={value}\x1b[2J: give a number\nfrom 0 to 1")
    message = str(error)
    assert len(message) <= 1_000
    assert message.startswith("cap=so long")
    assert message.endswith("?[2J: give a number from 0 to 1")


def test_a_word_of_an_error_is_cut_in_the_middle():
    line = error_line(f"sweep.name={'x' * 5_000}: is too long; give 200 letters")
    assert line.startswith("sweep.name=xxx")
    assert line.endswith("xxx: is too long; give 200 letters")
    assert len(line) < 400
