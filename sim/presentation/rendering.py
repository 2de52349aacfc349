"""Rendering: templates of pages and stories, filled with values."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from textwrap import fill

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from sim.domain.number_format import rounded, signed
from sim.domain.terminal_text import printable
from sim.presentation import names, numbers
from sim.presentation.story import wording

TEMPLATES = Path(__file__).with_name("templates")
"""The folder of all templates."""

_ITEM, _BODY = "  - ", "    "


def cell(value: object) -> str:
    """Return text that stays inside its cell of a Markdown table."""
    return " ".join(str(value).split()).replace("|", "\\|").replace("<", "&lt;")


def row(*values: object) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(map(cell, values))} |"


def item(sentence: str, width: int) -> str:
    """Return a sentence as an item of a list, in rows of at most `width` characters."""
    text = names.capitalised(printable(sentence))
    return fill(text, width, initial_indent=_ITEM, subsequent_indent=_BODY)


def paragraph(text: str, width: int) -> str:
    """Return text in rows of at most `width` characters."""
    return fill(printable(" ".join(text.split())), width)


_FILTERS = (
    *(item, paragraph, names.capitalised, names.good),
    *(numbers.as_written, rounded, signed),
    *(numbers.format_amount, numbers.format_band, numbers.format_bias),
    *(numbers.format_change, numbers.format_percent, numbers.format_range),
    numbers.format_skill,
    *(wording.channel, wording.chip, wording.day, wording.integer, wording.listed),
    *(wording.month_name, wording.month_only, wording.months, wording.share),
    *(wording.span, wording.tests, wording.thousands, wording.usd, wording.year_end),
)
"""What formats values in templates, by its own name."""


@cache
def environment() -> Environment:
    """Return what all templates share; a value that is missing is an error."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.globals |= {"row": row, "share": wording.share}
    templates.filters |= {function.__name__: function for function in _FILTERS}
    return templates


def render(template: str, **values: object) -> str:
    """Return a template's text with its values filled in.

    Raises:
        jinja2.UndefinedError: the template names a value that is missing.
    """
    return environment().get_template(template).render(values)


def render_html(template: str, **values: object) -> str:
    """Return the same of a template of HTML: text in it is never markup.

    Raises:
        jinja2.UndefinedError: the template names a value that is missing.
    """
    escaping = environment().overlay(autoescape=True)
    return escaping.get_template(template).render(values)


@cache
def _compiled(text: str) -> Template:
    return environment().from_string(text)


def render_text(text: str, **values: object) -> str:
    """Return the text of a template that is not a file, with its values filled in."""
    return _compiled(text).render(values)
