"""Studies: one way to compute, write and report what each of them finds."""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from sim.experiments.provenance import RunStart
from sim.experiments.setting_warnings import (
    draw_warnings,
    horizon_warnings,
    range_warnings,
)
from sim.outcomes.folder_writer import (
    FIGURES,
    SUMMARY,
    RunMetadata,
    StudyTable,
    write_study,
)
from sim.outcomes.reserved_folder import ReservedFolder
from sim.presentation.displayed import DisplayedFolder
from sim.presentation.figure_formats import saved_as
from sim.presentation.names import capitalised, spaced
from sim.presentation.question import print_warnings
from sim.presentation.terminal_tables import console
from sim.settings.compose import Command
from sim.settings.task_list import TASKS
from sim.tasks.inputs import read_records
from sim.tasks.output_folder import run_folder, write_or_keep
from sim.tasks.prepare import PreparedRun
from sim.tasks.run import folder_line, loaded_objects_frozen, run_metadata


@dataclass(frozen=True)
class StudyRun:
    """One run of a study."""

    command: Command
    command_line: Sequence[str]
    started: RunStart

    def print_warnings(self) -> None:
        """Print what a reader should know of its settings, unless it is quiet.

        Each study calls this once its settings have been found good: what is refused
        gets one line.
        """
        if not self.command.settings.quiet:
            print_warnings(_warnings(self.command), console(sys.stderr))


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class WrittenResult(DisplayedFolder):
    """What a study finds, with or without running the model.

    Attributes:
        folder: where its tables and figures are, once they are written.
        not_drawn: why the figures could not be drawn; nothing if they were.
    """

    folder: Path = Path()
    not_drawn: str = ""

    @property
    def texts(self) -> Mapping[str, str]:
        """Files other than tables, by name."""
        return {}

    @abstractmethod
    def run_metadata(self, run: StudyRun) -> RunMetadata:
        """Return settings and provenance, as its folder has them."""


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class StudyResult(WrittenResult):
    """The result of a study that ran the model.

    Attributes:
        prepared: the experiment that it rests on.
    """

    prepared: PreparedRun

    @property
    def draws(self) -> int:
        """How many draws were run."""
        return self.prepared.setup.draws.count

    @property
    def assumption_source(self) -> str:
        """Where assumptions are drawn from, in words."""
        return self.prepared.assumption_source

    @property
    def metadata(self) -> Mapping[str, object]:
        """What the provenance of its folder says beside what every study says."""
        return {}

    def run_metadata(self, run: StudyRun) -> RunMetadata:
        """Return settings and provenance of the experiment, as its folder has them."""
        metadata = run_metadata(self.prepared, run.command_line, run.started)
        return replace(
            metadata,
            configuration=run.command.resolved(),
            provenance={**metadata.provenance, **self.metadata},
        )


def _warnings(command: Command) -> Iterator[str]:
    """Yield what a reader should know of the settings of a study before it starts."""
    settings = command.settings
    yield from command.replacements
    assumptions = read_records(settings).assumptions
    if not TASKS[settings.task].instead_of_draws:
        yield from draw_warnings(settings.draws)
    fixed = {name: [value] for name, value in settings.assumptions.items()}
    yield from range_warnings(fixed, assumptions)
    yield from horizon_warnings(settings.horizon, assumptions)


Result = TypeVar("Result", bound=WrittenResult)


def _accept(_result: object) -> None:
    """Do nothing more with a result."""


@dataclass(frozen=True)
class Study(Generic[Result]):
    """A study: how its result is computed, written and shown.

    Attributes:
        name: of the folder of its results, outputs/<name>/<time>.
        compute: returns the result, or refuses the command.
        tables: returns the tables of a result, by file name.
        draw: draws the figures of a result into a folder.
        finish: called once a result is written and printed.
    """

    name: str
    compute: Callable[[StudyRun], Result]
    tables: Callable[[Result], Mapping[str, StudyTable]]
    draw: Callable[[Path, Result], None]
    finish: Callable[[Result], None] = _accept

    def __call__(self, command: Command) -> list[str]:
        """Carry out the study, print it, and return its folder, to be printed."""
        result = self.run(command, ["python -m sim", *command.overrides])
        if not command.settings.quiet:
            result.print_to(console())
        self.finish(result)
        return folder_line(result.folder, result.not_drawn)

    def run(self, command: Command, command_line: Sequence[str]) -> Result:
        """Compute the result, and write its folder, completely or not at all.

        Raises:
            ChipWarError: something in the command is wrong, or the folder cannot be
                written.
        """
        run = StudyRun(command, command_line, RunStart())
        outputs = Path(command.settings.outputs)
        with run_folder(outputs, self.name, run.started.moment) as folder:
            return self.run_into(folder, run)

    def run_into(self, folder: ReservedFolder, run: StudyRun) -> Result:
        """Compute the result, and write it into a folder that was reserved for it."""
        with loaded_objects_frozen():
            result = self.compute(run)
        metadata = result.run_metadata(run)
        figures = run.command.settings.figures
        write = partial(
            write_study,
            tables=self.tables(result),
            metadata=metadata,
            texts=result.texts,
            draw_figures=partial(
                self._drawing, result, run.command.settings.figure_format
            )
            if figures
            else None,
            draw_brief=partial(self._briefing, result, metadata) if figures else None,
        )
        not_drawn = write_or_keep(folder, write)
        return replace(result, folder=folder.path, not_drawn=not_drawn)

    @contextmanager
    def _drawing(
        self, result: Result, figure_format: str, folder: Path
    ) -> Iterator[None]:
        """Draw the figures of a result once all else is written."""
        yield
        with saved_as(figure_format):
            self.draw(folder, result)

    @contextmanager
    def _briefing(
        self, result: Result, metadata: RunMetadata, folder: Path
    ) -> Iterator[None]:
        """Write the brief of a result once all else is in its folder."""
        yield
        from sim.presentation.brief.study_brief import study_document  # noqa: PLC0415
        from sim.presentation.brief.writers import HTML, write_html  # noqa: PLC0415

        laws = ", ".join(spaced(law) for law in metadata.scenarios)
        document = study_document(
            capitalised(spaced(self.name)) + (f": {laws}" if laws else ""),
            result,
            result.texts.get(SUMMARY, ""),
            metadata.provenance,
            folder / FIGURES,
        )
        write_html(document, folder / HTML)
