"""A sweep as figures show it: what varies, and the result at each point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.outcomes.headline import HORIZON
from sim.outcomes.sweep.sweep_folder import SweepFolder
from sim.presentation import names
from sim.presentation.numbers import change_unit, reader_unit
from sim.presentation.setting_meanings import setting_meaning
from sim.presentation.sweep_panels import SweptSetting, swept_setting

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
        """Whether there is a difference."""
        return bool(self.rows["difference_p50"].notna().any())

    def unit_of(self, side: str) -> str:
        """Return the unit of a side: a difference of per cent is in points."""
        return change_unit(self.unit) if side == DIFFERENCE else self.unit

    def median(self, side: str) -> np.ndarray:
        """Return the median of a side at each point."""
        return self.rows[f"{side}_p50"].to_numpy(float) * self.scale


@dataclass(frozen=True, eq=False)
class SweepView:
    """A sweep, as figures show it: the settings that vary, and the results."""

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
    wanted: Sequence[tuple[str, str | None]] = (),
    when: object = None,
    *,
    meanings: Mapping[str, str],
) -> SweepView:
    """Return what figures of a sweep show.

    Args:
        sweep: the sweep.
        wanted: measures and actors; the main ones that it holds, if none is given.
        when: a year, or ``horizon``; the last time that it holds, if not given.
        meanings: what assumptions mean, by their keys as settings.

    Raises:
        SettingsError: the sweep does not hold what is asked for.
    """
    design = sweep.design
    time = str(when) if when is not None else (sweep.times or [HORIZON])[-1]
    settings = [
        swept_setting(name, design[name], setting_meaning(name, meanings))
        for name in sweep.settings
    ]
    main = [key for key in _MAIN if key in sweep.series] or sweep.series[:1]
    shown: Sequence[tuple[str, str | None]] = wanted or main
    return SweepView(
        settings=tuple(setting for setting in settings if len(setting.values) > 1),
        measures=tuple(
            _swept_measure(sweep.rows(measure, actor, time)) for measure, actor in shown
        ),
        time=time,
        draws=sweep.draw_count,
        points=len(design),
        failed=len(sweep.failures),
    )


def _swept_measure(rows: pd.DataFrame) -> SweptMeasure:
    """Return a measure from its rows; of several actors the first one's."""
    measure, actor = str(rows["measure"].iloc[0]), str(rows["actor"].iloc[0])
    own = rows[rows["actor"] == actor]
    unit, scale = reader_unit(str(own["unit"].iloc[0]))
    return SweptMeasure(names.series_title(measure, actor), unit, scale, own)
