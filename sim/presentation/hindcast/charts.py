"""Charts of the hindcast: skill by series, and coverage of the bands."""

from __future__ import annotations

from textwrap import shorten

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.experiments.hindcast.predictive import CARRIED, MODEL
from sim.experiments.hindcast.rivals import DRIFT, PERSISTENCE
from sim.experiments.hindcast.scoreboard import CALIBRATION, TEST
from sim.presentation import names
from sim.presentation.style import (
    BASELINE,
    DASHES,
    GREY,
    SCENARIO,
    TEXT_COLOUR,
    WIDTH,
    StyledFigure,
    figure_style,
    new_figure,
)

_LEAST_SKILL = -1.5
"""Skill below which a dot is drawn at the edge, with its number."""

_NINE_IN_TEN = 1.645
"""Standard errors between which nine of ten shares lie."""

PARTS = {CALIBRATION: "calibration period (fit)", TEST: "test period"}
"""Titles of the panels of the two parts of the record."""

_ROW, _MARGINS = 0.22, 2.1
_LABEL = 48
_COLOURS = {MODEL: BASELINE, CARRIED: SCENARIO}
_KEY = [("model", BASELINE), ("with its discrepancy carried forward", SCENARIO)]


@figure_style()
def skill_chart(series: pd.DataFrame, vintage: str) -> StyledFigure:
    """Return a chart of skill after a vintage: a row per series, a panel per rival."""
    by_persistence = f"skill_{PERSISTENCE}"
    test = series[series["part"] == TEST].dropna(subset=[by_persistence])
    carried = test[test["variant"] == CARRIED].set_index(["measure", "actor"])
    carried = carried.sort_values(by_persistence)
    model = test[test["variant"] == MODEL].set_index(["measure", "actor"])
    figure = new_figure(
        (WIDTH, _MARGINS + _ROW * max(len(carried), 1)),
        f"Skill against naive rivals, after {vintage}",
        "By which share the score (CRPS) is better than the rival's; right of 0 "
        "the model is better",
        _KEY[::-1],
        gap=0.15,
        footnote="* the model's value is partly a known input. The line is the median "
        "over series of the variant in blue; a number is given where skill is off "
        "the axis.",
    )
    figure.subplots_adjust(left=0.37, right=0.97, wspace=0.08)
    panels = figure.subplots(1, 2)
    for axes, rival in zip(panels, (PERSISTENCE, DRIFT), strict=True):
        column = f"skill_{rival}"
        axes.set_title(f"against {rival}")
        _skills(axes, carried[column], model[column].reindex(carried.index))
        axes.set_yticks(range(len(carried)), [])
    partly_input = carried["partly_input"].map({True: " *", False: ""})
    panels[0].set_yticklabels(
        shorten(names.series_title(*key), _LABEL, placeholder=" …") + mark
        for key, mark in zip(carried.index, partly_input, strict=True)
    )
    return figure


def _skills(axes: Axes, carried: pd.Series, model: pd.Series) -> None:
    rows = np.arange(len(carried))
    for values, colour, size in ((model, BASELINE, 3.5), (carried, SCENARIO, 5.5)):
        shown = np.maximum(values.to_numpy(float), _LEAST_SKILL)
        axes.plot(shown, rows, "o", markersize=size, color=colour)
    edge = _LEAST_SKILL + 0.06
    for row, value in enumerate(carried.to_numpy(float)):
        if value < _LEAST_SKILL:
            axes.text(edge, row, f"{value:.1f}", size=7, va="center", color=GREY)
    axes.axvline(0.0, color=TEXT_COLOUR, linewidth=0.8)
    median = float(carried.median()) if len(carried) else np.nan
    axes.axvline(median, color=SCENARIO, linewidth=1.2, linestyle=DASHES)
    axes.set_xlim(_LEAST_SKILL - 0.08, 1.0)
    axes.set_ylim(-0.8, len(carried) - 0.2)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=True, axis="y", alpha=0.4)


@figure_style()
def coverage_chart(bands: pd.DataFrame) -> StyledFigure:
    """Return a chart of the coverage of bands against their nominal coverage."""
    figure = new_figure(
        (WIDTH, 5.6),
        "Coverage of the bands",
        "Share of observations inside central bands against the nominal share; on "
        "the diagonal bands are right, above it too wide",
        _KEY,
        gap=0.2,
        footnote="Bars: where the share of as many independent observations would lie "
        "in nine cases of ten if bands were right.\nObservations of one series are not "
        "independent, so misses come in groups.",
    )
    figure.subplots_adjust(wspace=0.25)
    panels = figure.subplots(1, 2)
    for axes, (part, title) in zip(panels, PARTS.items(), strict=True):
        _coverage(axes, bands[bands["part"] == part], title)
    return figure


def _coverage(axes: Axes, bands: pd.DataFrame, title: str) -> None:
    count = int(bands["periods"].max()) if len(bands) else 0
    axes.set_title(f"{title}: {count} observations")
    ends = np.array([0.0, 1.0])
    axes.plot(ends, ends, color=GREY, linewidth=0.8)
    nominal = np.sort(bands["nominal"].unique())
    if count:
        half = _NINE_IN_TEN * np.sqrt(nominal * (1.0 - nominal) / count)
        axes.vlines(nominal, nominal - half, nominal + half, color=GREY, linewidth=0.8)
    for variant, colour in _COLOURS.items():
        rows = bands[bands["variant"] == variant].sort_values("nominal")
        axes.plot(rows.nominal, rows.coverage, color=colour, marker="o", markersize=4)
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, 1.02)
    axes.set_xlabel("nominal coverage")
    axes.set_ylabel("coverage")
