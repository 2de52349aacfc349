"""Tables on the terminal: their form, and text that is shown as it is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from io import TextIOBase
from typing import TextIO, cast

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from sim.domain.terminal_text import printable, terminal_text

_ANY_WIDTH = 10_000
_FEWEST_COLUMNS = 2
_BLANKS_BEFORE_END = re.compile(" +(?=\n)")


class _Output(Console):
    """A console whose reader may leave: a run goes on, and writes its results.

    Lines do not end in blanks. Nothing that is printed steers the terminal, or has
    signs that it cannot show.
    """

    def _render_buffer(self, buffer: Iterable[Segment]) -> str:
        shown = (
            part
            if part.control
            else part._replace(text=terminal_text(part.text, self.file))
            for part in buffer
        )
        return _BLANKS_BEFORE_END.sub("", super()._render_buffer(shown))

    def on_broken_pipe(self) -> None:
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())


class _TitledTable(Table):
    """A table whose title and caption may be wider than its columns."""

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterable[RenderableType | Segment]:
        title, caption = self.title, self.caption
        self.title = self.caption = None
        try:
            yield from [title] if title else []
            yield from super().__rich_console__(console, options)
            yield from [caption] if caption else []
        finally:
            self.title, self.caption = title, caption


def console(
    file: TextIOBase | TextIO | None = None, width: int | None = None
) -> Console:
    """Return the terminal; text is shown as it is, with no markup read into it.

    Args:
        file: where text goes instead of the terminal.
        width: columns of text; those of the terminal if not given.
    """
    return _Output(
        file=cast("TextIO | None", file),
        width=width,
        markup=False,
        highlight=False,
        emoji=False,
        force_jupyter=False,  # a notebook would be shown it in place of the file
    )


def print_rows(rows: Iterable[str], out: Console) -> None:
    """Print rows of text as they are: none is broken."""
    for row in "\n".join(rows).splitlines():
        out.print(plain(row), soft_wrap=True)


def plain(text: str) -> Text:
    """Return text that is shown as it is, on one line, and does not steer a terminal.

    The console sees to that too; here it is done before text is given its place.
    """
    return Text(printable(text.replace("\n", " ")))


def plain_lines(text: str) -> Text:
    """Return the same of a text of several lines."""
    return Text(printable(text))


def first_that_fits(tables: Iterable[Table], out: Console) -> Table:
    """Return the first table of which a terminal shows all columns, or else the last.

    So numbers and names are never cut: a narrow terminal gets fewer columns.
    """
    table = Table()
    for table in tables:
        if _fits(table, out):
            break
    return table


def fitted(table: Table, out: Console) -> Table:
    """Return a table without the last columns, as far as a terminal is too narrow.

    The caption says that there is more.
    """
    complete = len(table.columns)
    while len(table.columns) > _FEWEST_COLUMNS and not _fits(table, out):
        table.columns.pop()
    if len(table.columns) < complete:
        left_out = "the file has the columns that do not fit here"
        table.caption = "; ".join(filter(None, [str(table.caption or ""), left_out]))
    return table


def _fits(table: Table, out: Console) -> bool:
    options = out.options.update(max_width=_ANY_WIDTH)
    return Measurement.get(out, options, table).minimum <= out.width


def add_numbers(table: Table, heading: str, texts: Iterable[str]) -> None:
    """Add a column for numbers that is as wide as the widest of them, no less."""
    lines = [line for text in (heading, *texts) for line in text.split("\n")]
    width = max(map(cell_len, lines))
    table.add_column(heading, justify="right", no_wrap=True, min_width=width)


def new_table(
    title: str,
    columns: Iterable[str] = ("",),
    numbers: Iterable[str] = (),
    *,
    no_wrap: bool = False,
) -> Table:
    """Return a table without rows: columns of text, then of numbers, by their headings.

    Headings of numbers stand at the right, and are not broken with `no_wrap`.
    """
    table = _TitledTable(
        title=plain(title) if title else None,
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
        collapse_padding=True,
    )
    for name in columns:
        table.add_column(name)
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=no_wrap)
    return table
