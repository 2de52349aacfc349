"""The task `diverge`: where scenario and baseline first differ in one world."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from rich.console import Console

from sim.experiments.one_world import run_both
from sim.outcomes.divergence import Divergence
from sim.presentation.displayed import Displayed
from sim.presentation.story.divergence_story import divergence_story
from sim.presentation.terminal_tables import print_rows
from sim.settings.compose import Command
from sim.tasks.prepare import prepare_both_laws
from sim.tasks.screen_width import screen_width


@dataclass(frozen=True, eq=False, repr=False)
class DivergenceReport(Displayed):
    """One world under two laws, compared."""

    text: str
    divergence: Divergence

    def print_to(self, out: Console) -> None:
        """Print what was found."""
        print_rows(self.text.splitlines(), out)

    @property
    def spread(self) -> pd.DataFrame:
        """When each line and each actor first differs, and how far away it is."""
        return self.divergence.frame()

    @property
    def largest(self) -> pd.DataFrame:
        """The largest relative differences at the horizon."""
        columns = ["measure", "actor", "unit", "baseline", "scenario", "change"]
        gaps = self.divergence.largest()
        rows = [[getattr(gap, column) for column in columns] for gap in gaps]
        return pd.DataFrame(rows, columns=columns)


def diverge_lines(command: Command) -> list[str]:
    """Return where two laws first differ in one world, as wide as the screen."""
    return [compare_worlds(command, screen_width()).text]


def compare_worlds(command: Command, width: int) -> DivergenceReport:
    """Return where scenario and baseline first differ in one world."""
    prepared = prepare_both_laws(command)
    scenario, baseline = run_both(prepared.setup)
    divergence = Divergence.of(
        scenario.results, baseline.results, scenario.lines, baseline.lines
    )
    first_difference = None
    if scenario.results.regime is not None and baseline.results.regime is not None:
        law = scenario.results.regime
        first_difference = law.first_difference(baseline.results.regime)
    text = divergence_story(divergence, prepared.changes, first_difference, width)
    return DivergenceReport(text, divergence)
