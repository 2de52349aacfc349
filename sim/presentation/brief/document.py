"""A brief as a document: sections of paragraphs, lists, tables and pictures.

The writers turn it into HTML, Markdown and PDF; none of them computes anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

Cells = tuple[str, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph.

    Attributes:
        lead: words that stand out at its beginning, if there are any.
    """

    text: str
    lead: str = ""
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: Cells
    kind: str = field(default="bullets", init=False)


@dataclass(frozen=True)
class Grid:
    """A table; all columns but the first `text_columns` are numbers.

    Attributes:
        title: what it shows.
        header: names of its columns.
        rows: as many cells each as there are columns.
        note: how to read it.
    """

    title: str
    header: Cells
    rows: tuple[Cells, ...]
    note: str = ""
    text_columns: int = 1
    kind: str = field(default="grid", init=False)


@dataclass(frozen=True)
class Picture:
    """A figure.

    Attributes:
        name: of its file, without a suffix.
        svg: the figure, its text drawn as outlines.
        alt: what it shows, in words.
    """

    name: str
    svg: str
    alt: str
    kind: str = field(default="picture", init=False)


@dataclass(frozen=True)
class Bitmap:
    """A figure of pixels; only HTML shows it.

    Attributes:
        name: of its file, without a suffix.
        png: its bytes in base64.
        alt: what it shows, in words.
    """

    name: str
    png: str
    alt: str
    kind: str = field(default="bitmap", init=False)


Part = Paragraph | Bullets | Grid | Picture | Bitmap


@dataclass(frozen=True)
class BriefSection:
    """A heading, and what is below it."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Document:
    """A brief.

    Attributes:
        title: what was compared.
        question: the question that the scenario asks.
        facts: where the numbers come from: law, draws, day, in a line.
        answer: the sentences that answer it.
        sections: of the first page.
        annex: of the second page.
        details: what is shown on request, and in print only in the PDF.
    """

    title: str
    question: str
    facts: str
    answer: Cells
    sections: tuple[BriefSection, ...]
    annex: tuple[BriefSection, ...]
    details: tuple[BriefSection, ...] = ()

    def as_mapping(self) -> dict[str, Any]:
        """Return it as nested mappings and lists, such as JSON has."""
        return asdict(self)


def filled(title: str, parts: Sequence[Part | None]) -> tuple[BriefSection, ...]:
    """Return a section of the parts that there are; none if there are none."""
    there = tuple(part for part in parts if part is not None)
    return (BriefSection(title, there),) if there else ()
