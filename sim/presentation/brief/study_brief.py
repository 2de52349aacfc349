"""The brief of a study other than a run: its sentences, figures and tables."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from sim.outcomes.folder_writer import ALT_SUFFIX
from sim.presentation.brief.document import (
    Bitmap,
    Bullets,
    Document,
    Grid,
    Paragraph,
    Picture,
    filled,
)
from sim.presentation.brief.origin import facts_of_provenance, origin_of
from sim.presentation.displayed import Displayed

_MOST_FIGURES = 8
"""Figures on a page; the others are in their folder."""

_ITEM = "- "


def study_document(
    title: str,
    result: Displayed,
    summary: str,
    provenance: Mapping[str, object],
    figures: Path,
) -> Document:
    """Return the brief of a study.

    Args:
        title: what was studied.
        result: what it found, which says what a terminal shows.
        summary: what it says in sentences, in Markdown; nothing of some studies.
        provenance: where the numbers come from.
        figures: the folder of its figures.
    """
    printed = _PrintedPage()
    result.print_to(printed)
    return Document(
        title=title,
        question="",
        facts=facts_of_provenance(provenance),
        answer=tuple(_sentences(summary)),
        sections=(
            *filled("Figures", list(_pictures(figures))),
            *filled("Tables", printed.grids),
            *filled("In words", [] if summary else [printed.words]),
        ),
        annex=filled("Where this comes from", [Bullets(origin_of(provenance))]),
    )


def _sentences(summary: str) -> list[str]:
    """Return the items of a summary in Markdown, or its paragraphs if it has none."""
    lines = [line.strip() for line in summary.splitlines()]
    items = [line.removeprefix(_ITEM) for line in lines if line.startswith(_ITEM)]
    return items or [line for line in lines if line and not line.startswith("#")]


def _pictures(folder: Path) -> Iterator[Picture | Bitmap]:
    """Yield the figures of a folder that have a text beside them."""
    for words in sorted(folder.glob(f"*{ALT_SUFFIX}"))[:_MOST_FIGURES]:
        alt = words.read_text("utf-8").strip()
        drawn, bitmap = words.with_suffix(".svg"), words.with_suffix(".png")
        if bitmap.is_file():
            content = b64encode(bitmap.read_bytes()).decode()
            yield Bitmap(words.stem, content, alt)
        elif drawn.is_file():
            yield Picture(words.stem, drawn.read_text("utf-8"), alt)


class _PrintedPage(Console):
    """A console that keeps tables and texts as parts of a document."""

    def __init__(self) -> None:
        super().__init__(quiet=True, width=160, color_system=None)
        self.grids: list[Grid] = []
        self._texts: list[str] = []

    def print(self, *objects: object, **_options: object) -> None:
        """Keep what is printed."""
        for item in objects:
            if isinstance(item, Table):
                self.grids.append(_grid_of(item))
            else:
                self._texts.append(str(item))

    @property
    def words(self) -> Paragraph | None:
        """The texts as a paragraph; nothing if there are none."""
        text = " ".join(" ".join(self._texts).split())
        return Paragraph(text) if text else None


def _grid_of(table: Table) -> Grid:
    """Return a table of the terminal as one of a document."""
    is_number = [column.justify == "right" for column in table.columns]
    first = is_number.index(True) if True in is_number else len(is_number)
    cells = zip(*(column.cells for column in table.columns), strict=True)
    return Grid(
        title=_plain(table.title or ""),
        header=tuple(_plain(column.header) for column in table.columns),
        rows=tuple(tuple(map(_plain, row)) for row in cells),
        note=_plain(table.caption or ""),
        text_columns=first,
    )


def _plain(cell: object) -> str:
    """Return the text of a cell on one line."""
    text = str(cell.renderable) if isinstance(cell, Padding) else str(cell)
    return " ".join(text.split())
