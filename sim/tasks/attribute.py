"""The task `attribute`: which instrument of a scenario does how much of its effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
from rich.console import Console

from sim.experiments.instrument_shares import Players, instrument_shares
from sim.experiments.lag_split import check_splittable, split_lag
from sim.outcomes.folder_writer import SUMMARY
from sim.outcomes.frames import rows_frame
from sim.outcomes.measures import QUANTITIES
from sim.outcomes.shared_effect import SharedEffect, ShareRow, share_rows
from sim.presentation.shares_chart import draw_shares
from sim.presentation.shares_report import SharesReport, print_shares
from sim.tasks.effect_checks import check_effect
from sim.tasks.prepare import prepare
from sim.tasks.study_run import Study, StudyResult, StudyRun

INSTRUMENTS, CHANNELS = "instruments.csv", "channels.csv"


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Attributed(StudyResult):
    """An effect shared out over the instruments of a scenario, and its channels.

    Attributes:
        report: what was found, and what is told of it.
    """

    report: SharesReport

    @cached_property
    def instruments(self) -> pd.DataFrame:
        """The share of each instrument, by year and at the horizon."""
        return rows_frame(share_rows(self.report.instruments), ShareRow)

    @cached_property
    def channels(self) -> pd.DataFrame | None:
        """The share of each channel, if it was asked for."""
        shared = self.report.channels
        return None if shared is None else rows_frame(share_rows(shared), ShareRow)

    @property
    def texts(self) -> Mapping[str, str]:
        """The answer in words."""
        return {SUMMARY: f"{self.report.paragraph}\n"}

    def print_to(self, out: Console) -> None:
        """Print the answer and the shares at the horizon."""
        print_shares(self.report, out)


def _compute(run: StudyRun) -> Attributed:
    """Run every set of instruments beside the baseline, and share out the effect."""
    settings = run.command.settings
    options = settings.attribute
    assert options is not None
    prepared = prepare(run.command)
    setup = prepared.setup
    check_effect("attribute", options.measure, options.actor, setup)
    players = Players.of(setup, options.groups)
    if options.channels:
        check_splittable(setup)
    run.print_warnings()
    key, unit = (options.measure, options.actor), QUANTITIES[options.measure]
    instruments = instrument_shares(
        players, key, unit.unit_by_year, quiet=settings.quiet
    )
    channels = None
    if options.channels:
        split = split_lag(setup, settings.attribution_draws, settings.quiet, key=key)
        channels = SharedEffect.by_channel(split, key, unit.unit_by_year)
    assert setup.scenario is not None
    report = SharesReport(
        scenario=setup.scenario.name,
        baseline=setup.baseline.name,
        seed=setup.seed,
        instruments=instruments,
        channels=channels,
        titles=players.titles,
    )
    return Attributed(prepared=prepared, report=report)


def _tables(result: Attributed) -> dict[str, pd.DataFrame]:
    """Return the tables by file name."""
    tables = {INSTRUMENTS: result.instruments}
    if result.channels is not None:
        tables[CHANNELS] = result.channels
    return tables


def _draw(folder: Path, result: Attributed) -> None:
    draw_shares(folder, result.report)


ATTRIBUTE: Study[Attributed] = Study(
    name="attribute", compute=_compute, tables=_tables, draw=_draw
)
"""The task on the command line and in a notebook."""
