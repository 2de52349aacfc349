"""The task `rerun`: a saved run is run again, and every file of it compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console

from sim.domain.errors import NotReproducedError, OutputError
from sim.experiments.origin_difference import origin_differences
from sim.experiments.provenance import RunStart
from sim.outcomes.folder_difference import (
    NOT_COMPARED,
    FileDifference,
    compare_folders,
)
from sim.outcomes.reserved_folder import ReservedFolder
from sim.outcomes.saved_run import RunFolder
from sim.presentation.displayed import Displayed
from sim.presentation.terminal_tables import console, plain, print_rows
from sim.settings.compose import Command
from sim.settings.overrides import parse_overrides
from sim.settings.task_list import TASKS
from sim.tasks.output_folder import run_folder
from sim.tasks.prepare import prepare
from sim.tasks.run import run_into
from sim.tasks.saved_command import (
    UNIMPORTANT,
    file_changes,
    saved_command,
    saved_run,
)
from sim.tasks.study_run import Study, StudyRun

_RUN = "run"


@dataclass(frozen=True, eq=False, repr=False)
class Rerun(Displayed):
    """A saved run that was run again.

    Attributes:
        original: the folder of the saved run.
        folder: where it was written when it was run again.
        origin: what was not as it was then: code, data, libraries, machine.
        changed: what was done to files of the original since it was written.
        file_differences: how files differ, the largest difference first.
        compared: how many files were compared.
        not_drawn: why figures could not be drawn; nothing if they were.
    """

    original: Path
    folder: Path
    origin: Sequence[str]
    changed: Sequence[str]
    file_differences: Sequence[FileDifference]
    compared: int
    not_drawn: str = ""

    @property
    def same(self) -> bool:
        """Whether every file of results has the same bytes."""
        return not self.file_differences

    @property
    def differences(self) -> pd.DataFrame:
        """The files that differ: file, what, largest."""
        columns = ["file", "what", "largest"]
        rows = [
            [getattr(one, name) for name in columns] for one in self.file_differences
        ]
        return pd.DataFrame(rows, columns=columns)

    @property
    def verdict(self) -> str:
        """Whether it was reproduced, in one line."""
        if self.same:
            return (
                f"{self.original} was reproduced to the byte: all {self.compared} "
                "files of results are the same"
            )
        numbers = [one.largest for one in self.file_differences]
        finite = max((size for size in numbers if np.isfinite(size)), default=0.0)
        by = f"; numbers differ by {finite:.2g} of their size at most" * (finite > 0.0)
        return (
            f"{self.original} was not reproduced: {len(self.file_differences)} of "
            f"{self.compared} files of results differ{by}"
        )

    @property
    def details(self) -> list[str]:
        """What was not as it was then and what differs, a line each."""
        return [
            *(f"not as it was then: {line}" for line in self.origin),
            *(f"{self.original}: {line}" for line in self.changed),
            *(f"{one.file}: {one.what}" for one in self.file_differences),
            *(f"figures could not be drawn ({x})" for x in [self.not_drawn] if x),
            f"run again into {self.folder}",
            f"not compared: {', '.join(NOT_COMPARED)}, which say when, where and with "
            f"what it was run ({', '.join(UNIMPORTANT)} change no result)",
        ]

    def print_to(self, out: Console) -> None:
        """Print the details and the verdict."""
        for line in (*self.details, self.verdict):
            out.print(plain(line), soft_wrap=True)


def rerun_lines(command: Command) -> list[str]:
    """Run a saved run again, and say whether the results are the same.

    Raises:
        NotReproducedError: they are not; everything is printed before.
    """
    outcome = run_again(command, command.overrides)
    if outcome.same:
        return [str(outcome.folder if command.settings.quiet else outcome)]
    print_rows(outcome.details, console())
    raise NotReproducedError(outcome.verdict)


def run_again(command: Command, command_line: Sequence[str]) -> Rerun:
    """Run a saved run or study again, and compare every file of results.

    Raises:
        ChipWarError: the folder holds no whole run, or it cannot be run here.
    """
    saved = saved_run(command)
    again = saved_command(saved, command)
    started = RunStart()
    outputs = _outputs(command, saved)
    again = again.with_settings(outputs=str(outputs))
    run = StudyRun(again, ["python -m sim", *command_line], started)
    with run_folder(outputs, _name(command, saved, again), started.moment) as folder:
        not_drawn = _run_into(folder, run)
    differences, compared = compare_folders(saved.folder, folder.path)
    return Rerun(
        original=saved.folder,
        folder=folder.path,
        origin=origin_differences(
            saved.provenance, RunFolder.read(folder.path).provenance
        ),
        changed=file_changes(saved),
        file_differences=differences,
        compared=compared,
        not_drawn=not_drawn,
    )


def _outputs(command: Command, saved: RunFolder) -> Path:
    """Return under which folder the new one goes: beside the saved one, or as given."""
    if _outputs_given(command):
        return Path(command.settings.outputs)
    beside = saved.folder.parent
    return beside.parent if beside.name else beside.absolute().parent


def _outputs_given(command: Command) -> bool:
    overrides = parse_overrides(command.overrides)
    return any(override.key_or_group == "outputs" for override in overrides)


def _name(command: Command, saved: RunFolder, again: Command) -> str:
    """Return the name of the folder above the new one.

    Under outputs that are given it is that of the scenario or the study, wherever the
    saved run was moved.
    """
    if not _outputs_given(command):
        return saved.folder.absolute().parent.name
    task = again.settings.task
    if task != _RUN:
        return _study(task).name
    return again.required_scenario.name


def _study(task: str) -> Study[Any]:
    study = TASKS[task].load()
    if not isinstance(study, Study):
        raise OutputError(f"task={task} writes no folder that could be run again")
    return study


def _run_into(folder: ReservedFolder, run: StudyRun) -> str:
    """Run again; return why figures could not be drawn, nothing if they were."""
    task = run.command.settings.task
    if task == _RUN:
        prepared = prepare(run.command)
        return run_into(folder, prepared, run.command_line, run.started).not_drawn
    return str(_study(task).run_into(folder, run).not_drawn)
