"""A brief as HTML, Markdown and PDF."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Literal

from sim.domain.errors import SettingsError
from sim.outcomes import disk
from sim.outcomes.folder_writer import BRIEF
from sim.presentation.brief.annex import annex, details
from sim.presentation.brief.document import Document, Picture
from sim.presentation.brief.first_page import answer_of, facts_of, first_page
from sim.presentation.brief.subject import BriefSubject
from sim.presentation.names import spaced
from sim.presentation.rendering import TEMPLATES, render, render_html

HTML, MARKDOWN, PDF = BRIEF, "report.md", "report.pdf"
FIGURES = "report"
"""The folder of the pictures that the Markdown shows."""

_PDF_STANDARD: Literal["ua-1"] = "ua-1"

NO_PDF = (
    f"{PDF} is left out: typst is not installed; the simulator's extra [brief] has it"
)


def brief_of(subject: BriefSubject) -> Document:
    """Return the brief of a run."""
    run = subject.run
    against = "" if subject.alone else f" against {spaced(run.baseline)}"
    return Document(
        title=f"{spaced(run.scenario)}{against}, {run.months[-1]}",
        question=subject.question,
        facts=facts_of(subject),
        answer=answer_of(run.summary),
        sections=tuple(first_page(subject)),
        annex=tuple(annex(subject)),
        details=tuple(details(subject)),
    )


def write_html(document: Document, path: Path) -> None:
    """Write a brief as one HTML file that loads nothing from anywhere.

    Raises:
        WriteError: it cannot be written.
    """
    with disk.writing(path):
        disk.write_text(path, html_of(document))


def html_of(document: Document) -> str:
    """Return a brief as a page of HTML."""
    return render_html("brief.html.j2", brief=document, data_of=_as_data)


def write_markdown(document: Document, path: Path) -> None:
    """Write a brief as Markdown, its pictures in a folder beside it.

    Raises:
        WriteError: it cannot be written.
    """
    folder = path.with_name(FIGURES)
    pictures = [
        part
        for section in (*document.sections, *document.annex, *document.details)
        for part in section.parts
        if isinstance(part, Picture)
    ]
    with disk.writing(path):
        if pictures:
            disk.make_folders(folder)
        for picture in pictures:
            disk.write_text(folder / f"{picture.name}.svg", picture.svg)
        disk.write_text(path, render("brief.md.j2", brief=document, folder=FIGURES))


def write_pdf(document: Document, path: Path) -> None:
    """Write a brief as PDF that follows PDF/UA-1: a figure without alt text is refused.

    Raises:
        SettingsError: typst, which is an extra of the package, is not installed.
        WriteError: it cannot be written.
    """
    try:
        import typst  # noqa: PLC0415  an extra, and 50 ms that other commands spare
    except ModuleNotFoundError as missing:
        raise SettingsError(NO_PDF) from missing
    pages = typst.compile(
        (TEMPLATES / "brief.typ").read_bytes(),
        format="pdf",
        pdf_standards=_PDF_STANDARD,
        sys_inputs={"brief": json.dumps(document.as_mapping())},
    )
    with disk.writing(path):
        disk.write_bytes(path, pages)


def _as_data(svg: str) -> str:
    """Return a picture as an address that holds it, so that names in it never clash."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
