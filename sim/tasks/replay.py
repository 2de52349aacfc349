"""The task `replay`: one world as a dated story."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from rich.console import Console

from sim.experiments.one_world import run_world
from sim.outcomes import frames
from sim.outcomes.event_table import events_table, reasons
from sim.outcomes.results import Results
from sim.presentation.displayed import Displayed
from sim.presentation.story.portrait import portrait
from sim.presentation.story.world_story import StorySubject, story
from sim.presentation.terminal_tables import print_rows
from sim.settings.compose import Command
from sim.tasks.prepare import prepare_one_world
from sim.tasks.screen_width import screen_width


@dataclass(frozen=True, eq=False, repr=False)
class Replay(Displayed):
    """One world, run again and told as a story."""

    text: str
    results: Results

    def print_to(self, out: Console) -> None:
        """Print the story."""
        print_rows(self.text.splitlines(), out)

    @property
    def why(self) -> pd.DataFrame:
        """What happened and why, a row for each thing weighed."""
        return reasons(events_table([self.results]))

    @property
    def timeseries(self) -> pd.DataFrame:
        """Every measure of the world, month by month."""
        return frames.timeseries_frame([self.results])


def replay_lines(command: Command) -> list[str]:
    """Return the story of one world, as wide as the screen."""
    return [replay_world(command, screen_width()).text]


def replay_world(command: Command, width: int) -> Replay:
    """Return the story of one world."""
    prepared = prepare_one_world(command)
    setup = prepared.setup
    case = setup.scenario or setup.baseline
    world_run = run_world(setup, case)
    rows = setup.records.assumptions
    if setup.posterior is not None:
        rows = setup.posterior.ranges(rows)
    setting = StorySubject(
        results=world_run.results,
        question=prepared.question,
        baseline=setup.baseline.name,
        changes=prepared.changes,
        portrait=portrait(rows, world_run.assumed, case.assumptions),
        assumption_source=prepared.assumption_source,
    )
    return Replay(story(setting, width), world_run.results)
