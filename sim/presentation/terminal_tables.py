"""Tables on the terminal: their form, and text that is shown as it is."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text


def console() -> Console:
    """Return the terminal; text is shown as it is, with no markup read into it."""
    return Console(markup=False, highlight=False, emoji=False)


def plain(text: str) -> Text:
    """Return text that is shown as it is, control characters left out.

    Whoever wrote a scenario does not command the reader's terminal.
    """
    return Text("".join(sign if sign.isprintable() else " " for sign in text))


def new_table(title: str) -> Table:
    """Return an empty table in the project's form, under a title if it has one."""
    return Table(
        title=plain(title) if title else None,
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
