"""A run as `sim.run` and `sim.load` return it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from sim.experiments.simulation import Comparison
from sim.outcomes import folder_writer as files
from sim.outcomes.folder_path import RUN_FOLDER, folder_path
from sim.outcomes.results import Results
from sim.outcomes.run_tables import RunTables
from sim.outcomes.saved_run import RunFolder
from sim.presentation.displayed import DisplayedFolder
from sim.presentation.headline_tables import print_headline
from sim.presentation.summary_text import print_summary


@dataclass(frozen=True, eq=False, repr=False)
class Run(DisplayedFolder, RunFolder):
    """A run: the tables of its folder.

    Attributes:
        comparison: all draws of both sides in memory, of a run just made; None of one
            that was loaded.
        not_drawn: why its figures could not be drawn, of a run just made; nothing if
            they were.
    """

    comparison: Comparison | None = None
    not_drawn: str = ""

    def print_to(self, out: Console) -> None:
        """Print what it says in sentences, and the headline at the horizon."""
        page = self.summary if self.holds(files.SUMMARY) else ""
        made = self.comparison
        tables = made and RunTables.of(made.scenario, made.baseline, made.split)
        print_answer(page, tables or self, out)

    @property
    def results(self) -> Results:
        """What was recorded under the scenario, draw by draw.

        Of a run just made these are all draws, of a loaded one those in its folder.
        """
        return super().results if self.comparison is None else self.comparison.scenario

    @property
    def baseline_results(self) -> Results:
        """The same under the law compared with."""
        if self.comparison is None:
            return super().baseline_results
        return self.comparison.baseline

    @property
    def network_law(self) -> str:
        """Which law the network shows, in words; nothing if that is not known."""
        if self.comparison is None:
            return super().network_law
        return RunTables.of(self.results, self.baseline_results).network_law


def print_answer(page: str, run: RunTables | RunFolder, out: Console) -> None:
    """Print what a run says in sentences, and the headline at the horizon.

    Args:
        page: the sentences in Markdown; nothing of a run that has none.
        run: its tables.
        out: where it is printed.
    """
    if page:
        print_summary(page, out)
    print_headline(run, out)


def load(folder: str | Path, *, check: bool = True) -> Run:
    """Return a saved run; its tables are read when they are first asked for.

    Args:
        folder: where it is.
        check: whether to refuse a folder that is not whole, or from which files were
            removed, and files that were changed after the run.

    Raises:
        OutputError: the folder holds no run, or not all of one.
        SettingsError: what is given is not the name of a folder.
    """
    run = Run.read(folder_path(folder, RUN_FOLDER), check=check)
    if check:
        run.check_none_removed()
    return run
