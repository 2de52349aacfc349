"""The task `diverge`: where scenario and baseline part in one world."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sim.experiments.one_world import run_both
from sim.outcomes.divergence import Divergence
from sim.presentation.story.divergence import divergence_story
from sim.settings.compose import Command
from sim.tasks.guide import screen_width
from sim.tasks.prepare import prepare_both_laws


@dataclass(frozen=True, eq=False)
class DivergenceReport:
    """One world under two laws, compared and told.

    Attributes:
        text: where they part and how the difference spreads, in words.
        apart: the comparison itself.
    """

    text: str
    apart: Divergence

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    @property
    def spread(self) -> pd.DataFrame:
        """When each line and each actor first differs, and how far away it is."""
        return self.apart.frame()

    @property
    def largest(self) -> pd.DataFrame:
        """The largest relative differences at the horizon."""
        columns = ["measure", "actor", "unit", "baseline", "scenario", "change"]
        gaps = self.apart.largest()
        rows = [[getattr(gap, column) for column in columns] for gap in gaps]
        return pd.DataFrame(rows, columns=columns)


def show(command: Command) -> None:
    """Print where scenario and baseline part in one world."""
    print(compare_worlds(command).text, flush=True)


def compare_worlds(command: Command, width: int | None = None) -> DivergenceReport:
    """Return where scenario and baseline part in one world.

    Args:
        command: what was asked.
        width: most signs in a row; that of the screen if not given.

    Raises:
        ChipWarError: something in what was asked is wrong.
    """
    prepared = prepare_both_laws(command)
    ours, theirs = run_both(prepared.setup)
    apart = Divergence.of(ours.results, theirs.results, ours.lines, theirs.lines)
    law = None
    if ours.results.regime is not None and theirs.results.regime is not None:
        law = ours.results.regime.first_difference(theirs.results.regime)
    text = divergence_story(apart, prepared.changes, law, width or screen_width())
    return DivergenceReport(text, apart)
