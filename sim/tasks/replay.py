"""The task `replay`: one world as a dated story."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sim.experiments.one_world import WorldRun, run_world
from sim.outcomes import frames
from sim.outcomes.event_table import events_table, reasons
from sim.outcomes.results import Results
from sim.presentation.story.portrait import portrait
from sim.presentation.story.replay import Setting, story
from sim.settings.compose import Command
from sim.tasks.guide import screen_width
from sim.tasks.prepare import PreparedRun, prepare_one_world


@dataclass(frozen=True, eq=False)
class Replay:
    """One world, lived again and told.

    Attributes:
        text: the story.
        results: every measure and event of the world.
    """

    text: str
    results: Results

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    @property
    def why(self) -> pd.DataFrame:
        """What happened and why, a row for each thing weighed."""
        return reasons(events_table([self.results]))

    @property
    def timeseries(self) -> pd.DataFrame:
        """Every measure of the world, month by month."""
        return frames.timeseries_frame([self.results])


def tell(command: Command) -> None:
    """Print the story of one world."""
    print(replay_world(command).text, flush=True)


def replay_world(command: Command, width: int | None = None) -> Replay:
    """Return the story of one world.

    Args:
        command: what was asked.
        width: most signs in a row; that of the screen if not given.

    Raises:
        ChipWarError: something in what was asked is wrong.
    """
    prepared = prepare_one_world(command)
    setup = prepared.setup
    lived = run_world(setup, setup.scenario or setup.baseline)
    text = story(_setting(prepared, lived), width or screen_width())
    return Replay(text, lived.results)


def _setting(prepared: PreparedRun, lived: WorldRun) -> Setting:
    setup = prepared.setup
    case = setup.scenario or setup.baseline
    rows = setup.records.assumptions
    if setup.posterior is not None:
        rows = setup.posterior.ranges(rows)
    return Setting(
        results=lived.results,
        question=prepared.question,
        baseline=setup.baseline.name,
        changes=prepared.changes,
        portrait=portrait(rows, lived.assumed, case.assumptions),
        where_drawn=prepared.where_drawn,
    )
