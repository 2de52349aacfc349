"""What displays itself: at a prompt and in a notebook as it is on the terminal."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from html import escape
from io import StringIO
from itertools import accumulate
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from sim.domain.terminal_text import for_output
from sim.presentation.terminal_tables import console

_PROMPT, _NOTEBOOK = 80, 160
"""Columns of text at a prompt, and those for which tables of a notebook are made."""

_MOST_SIGNS = 4_500
"""Length of a text beyond which its other rows are counted and left out."""

_STYLE = (
    "<style>table.chipwar :is(td,th):not(.n){text-align:left;vertical-align:top}"
    "table.chipwar .n{text-align:right;vertical-align:top;white-space:nowrap}"
    "table.chipwar caption{text-align:left}</style>"
)
_ITEM = "- "
_MOST_HTML = 15_000
"""The same of the HTML of tables."""


class Displayed(ABC):
    """Displays what the command line prints of it, the beginning if that is long."""

    @abstractmethod
    def print_to(self, out: Console) -> None:
        """Print it, all of it, on a console."""

    def _where(self) -> list[str]:
        """Return where its files are, if it has any, as rows of text."""
        return []

    def __repr__(self) -> str:
        return for_output("\n".join([*_beginning(self._rows()), *self._where()]))

    def __str__(self) -> str:
        return for_output("\n".join([*self._rows(), *self._where()]))

    def _rows(self) -> list[str]:
        page = StringIO()
        self.print_to(console(page, width=_PROMPT))
        return list(map(str.rstrip, page.getvalue().strip("\n").splitlines()))

    def _repr_html_(self) -> str:
        page = _HtmlPage()
        self.print_to(page)
        return "\n".join([page.html(), *map(_paragraph, self._where())])


class DisplayedFolder(Displayed):
    """Displays itself, and where its files are."""

    folder: Path

    def _where(self) -> list[str]:
        return [f"Folder: {self.folder}"]


class _HtmlPage(Console):
    """A console that keeps what is printed, and returns it as HTML."""

    def __init__(self) -> None:
        super().__init__(file=StringIO(), width=_NOTEBOOK, color_system=None)
        self._parts: list[str] = []
        self._texts: list[str] = []

    def print(self, *objects: Any, **_options: Any) -> None:
        """Keep a table, or else the text of what is printed."""
        for item in objects:
            if isinstance(item, Table):
                used = sum(map(len, self._parts))
                room = max(_MOST_HTML - used, 0)
                self._parts += [_paragraphs(self._texts), _table(item, room)]
                self._texts = []
            else:
                self._texts.append(str(item))

    def html(self) -> str:
        """Return what was printed as HTML."""
        return "\n".join([*self._parts, _paragraphs(self._texts)]).strip()


def _paragraphs(texts: list[str]) -> str:
    """Return text as a list or paragraphs; as it is if some rows of it are indented."""
    rows = _beginning("\n".join(texts).splitlines())
    if all(row.startswith((_ITEM, "  ")) for row in rows):
        items = "\n".join(rows).replace("\n  ", " ").split("\n")
        return _list([item.removeprefix(_ITEM) for item in items if item])
    if any(row.startswith(" ") for row in rows):
        whole = escape("\n".join(rows))
        return f'<pre style="white-space:pre-wrap">{whole}</pre>'
    return "\n".join(_paragraph(row) for row in rows if row.strip())


def _list(items: list[str]) -> str:
    rows = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<ul>{rows}</ul>" if items else ""


def _paragraph(row: str) -> str:
    return f"<p>{escape(row)}</p>"


def _beginning(rows: list[str]) -> list[str]:
    """Return the first rows of a text, and how many more there are."""
    shown = _fitting(rows, _MOST_SIGNS)
    return [*shown, *_left_out(len(rows) - len(shown))]


def _fitting(rows: list[str], room: int) -> list[str]:
    """Return as many of the first rows as have room."""
    ends = accumulate(len(row) + 1 for row in rows)
    return rows[: sum(end <= room for end in ends)]


def _left_out(rows: int) -> list[str]:
    return [f"… and {rows:,} more rows; print() shows all"] if rows > 0 else []


def _table(table: Table, room: int) -> str:
    """Return a table of the terminal as one of HTML, as many rows as there is room."""
    right = [column.justify == "right" for column in table.columns]
    heading = _row([column.header for column in table.columns], right, "th")
    cells = zip(*(column.cells for column in table.columns), strict=True)
    rows = [_row(row, right, "td") for row in cells]
    body = _fitting(rows, room)
    title = f"<caption>{escape(str(table.title))}</caption>" if table.title else ""
    notes = [str(table.caption)] if table.caption else []
    notes += _left_out(len(rows) - len(body))
    below = [f"<p><i>{escape(note)}</i></p>" for note in notes]
    head = f'<table class="chipwar">{title}<thead>{heading}</thead>'
    return "\n".join([_STYLE, head, *body, "</table>", *below])


def _row(cells: Iterable[object], right: Iterable[bool], tag: str) -> str:
    """Return a row; numbers are not broken."""
    marked = zip(cells, right, strict=True)
    return "<tr>{}</tr>".format(
        "".join(
            f"<{tag}{' class=n' if is_right else ''}>{_in_html(cell)}</{tag}>"
            for cell, is_right in marked
        )
    )


def _in_html(cell: object) -> str:
    """Return a cell; what is indented stays so."""
    whole = str(cell.renderable) if isinstance(cell, Padding) else str(cell)
    text = whole.lstrip(" ")
    indent = len(whole) - len(text) + (cell.left if isinstance(cell, Padding) else 0)
    return "&nbsp;" * indent + escape(text).replace("\n", "<br>")
