"""A sweep as figures show it: what varies, and what came of it at each point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.outcomes.headline import HORIZON
from sim.outcomes.sweep.sweep_folder import SweepFolder
from sim.presentation import names
from sim.presentation.numbers import reader_unit
from sim.presentation.sweep_panels import SweptSetting, swept_setting
from sim.records import Records

DIFFERENCE, LEVEL = "difference", "level"
_MAIN = (
    ("frontier_lag_months", "china"),
    ("ai_compute_stock", "china"),
    ("china_revenue", "nvidia"),
    ("china_revenue", "asml"),
)
"""Series that a reader asks for first."""


@dataclass(frozen=True, eq=False)
class SweptMeasure:
    """One measure of one actor at every point; `scale` turns values into its unit."""

    title: str
    unit: str
    scale: float
    rows: pd.DataFrame

    @property
    def paired(self) -> bool:
        """Whether there is a difference to tell of."""
        return bool(self.rows["difference_p50"].notna().any())

    def median(self, side: str) -> np.ndarray:
        """Return the median of a side at each point."""
        return self.rows[f"{side}_p50"].to_numpy(float) * self.scale


@dataclass(frozen=True, eq=False)
class SweepView:
    """A sweep, as figures show it: the settings that vary, and what came of them."""

    settings: tuple[SweptSetting, ...]
    measures: tuple[SweptMeasure, ...]
    time: str
    draws: int
    points: int
    failed: int

    @property
    def sides(self) -> list[str]:
        """What there are figures of: differences first, where there are any."""
        paired = any(outcome.paired for outcome in self.measures)
        return [DIFFERENCE, LEVEL] if paired else [LEVEL]

    @property
    def time_in_words(self) -> str:
        """The time in words."""
        return "at the horizon" if self.time == HORIZON else f"in {self.time}"


def sweep_view(
    sweep: SweepFolder,
    outcomes: Sequence[tuple[str, str | None]] = (),
    when: object = None,
    *,
    meanings: Mapping[str, str],
) -> SweepView:
    """Return what figures of a sweep show.

    Args:
        sweep: the sweep.
        outcomes: measures and actors; the main ones that it holds, if none is given.
        when: a year, or ``horizon``; the last time that it holds, if not given.
        meanings: what settings mean, by their keys.

    Raises:
        SettingsError: the sweep does not hold what is asked for.
    """
    design = sweep.design
    time = str(when) if when is not None else (sweep.times or [HORIZON])[-1]
    settings = [
        swept_setting(name, design[name], meanings.get(name)) for name in sweep.settings
    ]
    return SweepView(
        settings=tuple(one for one in settings if len(one.values) > 1),
        measures=tuple(_outcomes(sweep, outcomes, time)),
        time=time,
        draws=sweep.count,
        points=len(design),
        failed=len(sweep.failures),
    )


def _outcomes(
    sweep: SweepFolder, wanted: Sequence[tuple[str, str | None]], when: str
) -> list[SweptMeasure]:
    there = [each for each in _MAIN if each in sweep.series] or sweep.series[:1]
    named: Sequence[tuple[str, str | None]] = wanted or there
    return [_outcome(sweep.rows(measure, actor, when)) for measure, actor in named]


def _outcome(rows: pd.DataFrame) -> SweptMeasure:
    """Return the outcome of rows of one measure; of several actors the first one's."""
    measure, actor = str(rows["measure"].iloc[0]), str(rows["actor"].iloc[0])
    own = rows[rows["actor"] == actor]
    unit, scale = reader_unit(str(own["unit"].iloc[0]))
    return SweptMeasure(names.series_title(measure, actor), unit, scale, own)


def meanings_of(records: Records) -> dict[str, str]:
    """Return what each assumption means, with its unit, by its key as a setting."""
    return {
        f"assumptions.{row.name}": f"{row.meaning} ({row.unit})"
        for row in records.assumptions
    }
