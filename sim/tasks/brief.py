"""The task `brief`: a saved run on two pages, as HTML, Markdown and PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console

from sim.domain.errors import OutputError
from sim.outcomes.folder_writer import QUANTILES, SUMMARY, atomic_folder
from sim.outcomes.reserved_folder import ReservedFolder
from sim.presentation.brief import writers
from sim.presentation.brief.document import Document
from sim.presentation.displayed import DisplayedFolder
from sim.presentation.rendering import paragraph
from sim.presentation.terminal_tables import console, plain, plain_lines
from sim.presentation.written_run import Run
from sim.settings.compose import Command
from sim.tasks.brief_subjects import brief_subject
from sim.tasks.inputs import read_records
from sim.tasks.output_folder import run_folder, write_or_keep
from sim.tasks.saved_command import saved_run

_NAME = "brief"
_WIDTH = 88


@dataclass(frozen=True, eq=False, repr=False)
class Brief(DisplayedFolder):
    """The brief of a run.

    Attributes:
        folder: where report.html, report.md and report.pdf are.
        document: what they say.
    """

    folder: Path
    document: Document

    @property
    def html(self) -> str:
        """The page as HTML that loads nothing from anywhere."""
        return writers.html_of(self.document)

    def print_to(self, out: Console) -> None:
        """Print the question and the answer."""
        for text in (self.document.question, *self.document.answer):
            out.print(plain_lines(paragraph(text, min(out.width, _WIDTH))))

    def _repr_html_(self) -> str:
        return self.html


def brief_lines(command: Command) -> list[str]:
    """Write the brief of a saved run; print its answer, and return its folder."""
    made = write_brief(command)
    if not command.settings.quiet:
        made.print_to(console())
        if not _has_typst():
            console().print(plain(writers.NO_PDF))
    return [str(made.folder)]


def write_brief(command: Command) -> Brief:
    """Write the brief of a saved run into a folder of its own.

    The PDF is left out where typst, an extra of the package, is not installed.

    Raises:
        ChipWarError: the folder holds no whole run, or cannot be written to.
    """
    saved = saved_run(command)
    run = Run(saved.folder, saved.check, saved.hint)
    if not (run.holds(SUMMARY) and run.holds(QUANTILES)):
        raise OutputError(
            f"folder={saved.folder}: holds no run of a scenario; a brief is written of "
            "what task=run leaves"
        )
    settings = command.settings
    subject = brief_subject(run, read_records(settings).assumptions)
    document = writers.brief_of(subject)
    now = datetime.now(UTC)
    with run_folder(Path(settings.outputs), _NAME, now) as folder:
        write_or_keep(folder, partial(_write, document))
        return Brief(folder.path, document)


def _write(document: Document, folder: Path | ReservedFolder) -> None:
    with atomic_folder(folder) as place:
        for name, write in _writers().items():
            write(document, place / name)


def _writers() -> dict[str, Callable[[Document, Path], None]]:
    """Return what writes each file; no PDF where typst is not installed."""
    known: dict[str, Callable[[Document, Path], None]] = {
        writers.HTML: writers.write_html,
        writers.MARKDOWN: writers.write_markdown,
    }
    if _has_typst():
        known[writers.PDF] = writers.write_pdf
    return known


def _has_typst() -> bool:
    return find_spec("typst") is not None
