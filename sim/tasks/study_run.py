"""Inquiry: what a study was asked, in which words and when; what it leaves says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from sim.outcomes.folder import FigureDrawer, RunMetadata, write_study
from sim.settings.compose import Command
from sim.tasks.paths import run_folder
from sim.tasks.prepare import PreparedRun
from sim.tasks.run import run_provenance


@dataclass(frozen=True)
class StudyRun:
    """What a study was asked.

    Attributes:
        command: the command.
        command_line: the command as it was given, for the record.
        started: when the study began.
    """

    command: Command
    command_line: Sequence[str]
    started: datetime

    @classmethod
    def now(cls, command: Command, command_line: Sequence[str]) -> StudyRun:
        """Return what is asked at this moment."""
        return cls(command, command_line, datetime.now(UTC))

    def folder(self, study: str) -> Path:
        """Return a new folder for what a study leaves: outputs/<study>/<time>."""
        return run_folder(Path(self.command.settings.outputs), study, self.started)

    def leave(
        self,
        folder: Path,
        prepared: PreparedRun,
        tables: Mapping[str, pd.DataFrame],
        draw: FigureDrawer,
        *,
        texts: Mapping[str, str] | None = None,
        told: Mapping[str, object] | None = None,
    ) -> None:
        """Write the folder of a study, whole or not at all.

        Args:
            folder: where; it must not hold anything yet.
            prepared: what was lived through.
            tables: by file name.
            draw: draws the figures into a folder, if the command wants any.
            texts: other files, by name.
            told: what else its provenance says.

        Raises:
            OutputError: the folder holds something, or cannot be written to.
        """
        origin = run_provenance(prepared, self.command_line, self.started)
        write_study(
            folder,
            tables,
            RunMetadata(self.command.resolved(), {**origin, **(told or {})}),
            texts=texts or {},
            draw_figures=draw if self.command.settings.figures else None,
        )
