"""Charts of the hindcast: skill by series, and whether bands hold what they say."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import shorten

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.experiments.hindcast.predictive import CARRIED, MODEL
from sim.experiments.hindcast.rivals import DRIFT, PERSISTENCE
from sim.experiments.hindcast.scoreboard import CALIBRATION, TEST
from sim.presentation.hindcast import names
from sim.presentation.style import (
    BASELINE,
    GREY,
    SCENARIO,
    TEXT_COLOUR,
    StyledFigure,
    figure_style,
    new_figure,
    write_footnote,
    write_header,
)

_LEAST_SKILL = -1.5
"""Skill below which a dot stands at the edge, with its number."""

_WIDTH, _ROW, _MARGINS = 9.6, 0.22, 2.1
_LABEL = 48


def skill_chart(series: pd.DataFrame, vintage: str) -> StyledFigure:
    """Return a chart of skill in the test period: a row per series, a panel per rival.

    Args:
        series: what is said of each series.
        vintage: the last month of the past, in words.
    """
    test = series[series["part"] == TEST].dropna(subset=[f"skill_{PERSISTENCE}"])
    carried = test[test["variant"] == CARRIED].set_index(["measure", "actor"])
    carried = carried.sort_values(f"skill_{PERSISTENCE}")
    model = test[test["variant"] == MODEL].set_index(["measure", "actor"])
    with figure_style():
        drawn = new_figure(_WIDTH, _MARGINS + _ROW * max(len(carried), 1))
        write_header(
            drawn,
            f"Skill against naive rivals, after {vintage}",
            "By which share the score (CRPS) is better than the rival's; right of 0 "
            "the model is better",
            [("with what it left over carried forward", SCENARIO), ("model", BASELINE)],
            gap=0.15,
        )
        drawn.subplots_adjust(left=0.37, right=0.97, wspace=0.08)
        grid = drawn.add_gridspec(1, 2)
        titles = {PERSISTENCE: "against persistence", DRIFT: "against drift"}
        for place, (rival, title) in enumerate(titles.items()):
            axes = drawn.add_subplot(grid[0, place])
            column = f"skill_{rival}"
            _skills(axes, carried[column], model[column].reindex(carried.index), title)
            marks = carried["partly_input"]
            labels = [
                shorten(names.series(*key), _LABEL, placeholder=" …")
                + (" *" if marked else "")
                for key, marked in zip(carried.index, marks, strict=True)
            ]
            axes.set_yticks(range(len(carried)), labels if place == 0 else [])
        write_footnote(
            drawn,
            "* what the model says is partly a known input. The line is the median "
            "over series of the variant in blue; a number stands where skill is off "
            "the axis.",
        )
    return drawn


def _skills(axes: Axes, carried: pd.Series, model: pd.Series, title: str) -> None:
    axes.set_title(title, loc="left", size=9, weight="bold")
    rows = np.arange(len(carried))
    for values, colour, size in ((model, BASELINE, 3.5), (carried, SCENARIO, 5.5)):
        axes.plot(
            np.maximum(values.to_numpy(float), _LEAST_SKILL),
            rows,
            linestyle="",
            marker="o",
            markersize=size,
            color=colour,
        )
    for row, value in enumerate(carried.to_numpy(float)):
        if value < _LEAST_SKILL:
            axes.text(
                _LEAST_SKILL + 0.06,
                row,
                f"{value:.1f}",
                size=7,
                va="center",
                color=GREY,
            )
    axes.axvline(0.0, color=TEXT_COLOUR, linewidth=0.8)
    median = float(carried.median()) if len(carried) else np.nan
    axes.axvline(median, color=SCENARIO, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.set_xlim(_LEAST_SKILL - 0.08, 1.0)
    axes.set_ylim(-0.8, len(carried) - 0.2)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=True, axis="y", alpha=0.4)


@dataclass(frozen=True)
class _Line:
    variant: str
    colour: str
    words: str


_LINES = (
    _Line(MODEL, BASELINE, "model"),
    _Line(CARRIED, SCENARIO, "with what it left over carried forward"),
)


def coverage_chart(bands: pd.DataFrame) -> StyledFigure:
    """Return a chart of the share that bands are to hold against what they do hold."""
    titles = {CALIBRATION: "calibration period (fit)", TEST: "test period"}
    with figure_style():
        drawn = new_figure(_WIDTH, 5.6)
        write_header(
            drawn,
            "Do the bands hold what they say?",
            "Share of observations inside central bands, by the share that they are to "
            "hold; on the diagonal they are right, above it too wide",
            [(line.words, line.colour) for line in _LINES],
            gap=0.2,
        )
        grid = drawn.add_gridspec(1, 2, wspace=0.25)
        for place, (part, title) in enumerate(titles.items()):
            axes = drawn.add_subplot(grid[0, place])
            _coverage(axes, bands[bands["part"] == part], title)
        write_footnote(
            drawn,
            "Bars: where the share of as many independent observations would lie in "
            "nine cases of ten if bands were right.\nObservations of one series are "
            "not independent, so misses come in groups.",
        )
    return drawn


def _coverage(axes: Axes, bands: pd.DataFrame, title: str) -> None:
    count = int(bands["periods"].max()) if len(bands) else 0
    axes.set_title(f"{title}: {count} observations", loc="left", size=9, weight="bold")
    ends = np.array([0.0, 1.0])
    axes.plot(ends, ends, color=GREY, linewidth=0.8)
    nominal = np.sort(bands["nominal"].unique())
    if count:
        half = _NINE_IN_TEN * np.sqrt(nominal * (1.0 - nominal) / count)
        axes.vlines(nominal, nominal - half, nominal + half, color=GREY, linewidth=0.8)
    for line in _LINES:
        own = bands[bands["variant"] == line.variant].sort_values("nominal")
        axes.plot(
            own["nominal"], own["kept"], color=line.colour, marker="o", markersize=4
        )
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, 1.02)
    axes.set_xlabel("share that the band is to hold")
    axes.set_ylabel("share seen inside")


_NINE_IN_TEN = 1.645
