"""A calibration on a screen and in figures: prior, posterior, and observations."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from scipy.special import ndtri

from sim.domain.ensemble import PerDraw
from sim.domain.number_format import short
from sim.experiments.calibration.convergence import LARGEST_R_HAT
from sim.experiments.calibration.identifiability import (
    MOVED,
    NARROWED,
    SERVICE_DECAY,
    UNINFORMED,
    correlations,
)
from sim.experiments.calibration.waves import CalibrationResult
from sim.presentation import style
from sim.presentation.names import spaced

_WIDTH, _MARGINS, _WORDS = 11.0, 2.0, 96
_ASSUMPTIONS = style.PanelGrid(6, 1.25, _MARGINS, hspace=0.8, wspace=0.3, width=_WIDTH)
_SERIES = style.PanelGrid(3, 1.9, _MARGINS, hspace=0.8, wspace=0.3, width=_WIDTH)
_SOURCE = "docs/calibration.md says how this is made."
_MOST_PAIRS = 24
_ONE_A_QUARTER = 13
"""Observations of a series that has more are a month apart."""

_ROOM = 0.35
"""Inches between the header and the titles of the first panels."""

_LETTERS = 26
"""Letters that fit above a small panel."""


def calibration_report(
    assumptions: pd.DataFrame, observations: pd.DataFrame
) -> Iterator[str]:
    """Yield how far each assumption was informed, as rows of text."""
    covered = int(observations.covered_90.sum())
    counts = assumptions.verdict.value_counts()
    yield from wrap(
        f"{len(observations)} observations fitted, {covered} covered by the 90 % range "
        "of the posterior run through the model. "
        f"{int(assumptions.sampled.sum())} of {len(assumptions)} assumptions fitted: "
        f"{counts.get(MOVED, 0)} moved, {counts.get(NARROWED, 0)} narrowed, "
        f"{counts.get(UNINFORMED, 0)} {UNINFORMED} (those not fitted among them).",
        _WORDS,
    )
    yield ""
    yield f"  {'':<44}  {'prior (5, 50, 95 %)':>20}  {'posterior':>21}"
    informed = assumptions[assumptions.verdict != UNINFORMED]
    for row in informed.to_dict("records"):
        edge = f"  at its {row['edge']} end" if row["edge"] else ""
        prior, posterior = _range(row, "prior"), _range(row, "posterior")
        yield f"  {row['assumption']:<44}  {prior:>20}  {posterior:>21}{edge}"
    yield ""
    service = assumptions.set_index("assumption").verdict.get(SERVICE_DECAY)
    if service is not None:
        yield f"  {SERVICE_DECAY}: {service}."


def _range(row: Mapping[Hashable, Any], kind: str) -> str:
    ends = (row[f"{kind}_{end}"] for end in ("low", "mid", "high"))
    return ", ".join(short(float(f"{value:.3g}")) for value in ends)


def draw_calibration(
    folder: Path, result: CalibrationResult, assumptions: pd.DataFrame
) -> None:
    """Write the figures of a calibration into a folder."""
    charts = {
        "prior_and_posterior": prior_and_posterior(result.scores, assumptions),
        "convergence": _convergence_chart(result.convergence),
        "posterior_predictive": _predictive_chart(result.observations),
        "correlations": _correlation_chart(result.scores),
    }
    for name, chart in charts.items():
        style.save(chart, folder / f"{name}.png")


@style.figure_style()
def prior_and_posterior(
    scores: Mapping[str, PerDraw], assumptions: pd.DataFrame
) -> style.StyledFigure:
    """Return a figure with a panel for each fitted assumption, most moved first."""
    fitted = assumptions[assumptions.sampled]
    figure = style.new_figure(
        _ASSUMPTIONS.size(len(fitted)),
        "What the observations made of the assumptions",
        "Fitted assumptions, most moved first; ticks at 5, 50 and 95 % of the "
        "range in the data",
        [
            ("range in the data", style.GREY),
            ("posterior", style.SCENARIO),
            ("posterior presses against an end", style.CUT),
        ],
        gap=_ROOM,
        footnote=_SOURCE,
    )
    panels = _ASSUMPTIONS.add_to(figure, len(fitted))
    for axes, (_, row) in zip(panels, fitted.iterrows(), strict=True):
        _prior_panel(axes, scores[row.assumption], row)
    return figure


_SCORES = np.linspace(-3.2, 3.2, 65)


def _prior_panel(axes: Axes, scores: np.ndarray, row: pd.Series) -> None:
    density = np.exp(-0.5 * _SCORES**2) / np.sqrt(2.0 * np.pi)
    axes.fill_between(_SCORES, density, color=style.GRID_COLOUR, linewidth=0)
    axes.plot(_SCORES, density, color=style.GREY, linewidth=0.8)
    axes.hist(
        np.clip(scores, _SCORES[0], _SCORES[-1]),
        bins=_SCORES[::4].tolist(),
        density=True,
        color=style.SCENARIO,
        alpha=0.55,
    )
    ends = [float(ndtri(level)) for level in (0.05, 0.5, 0.95)]
    labels = [short(row[f"prior_{end}"]) for end in ("low", "mid", "high")]
    axes.set_xticks(ends, labels, size=6.5)
    axes.set_yticks([])
    axes.grid(visible=False)
    colour = style.CUT if row.edge else style.TEXT_COLOUR
    title = _in_lines(row.assumption)
    axes.set_title(title, size=6.2, color=colour, weight="normal", pad=3)


def _in_lines(name: str) -> str:
    """Return a name in lines that fit above a panel."""
    return "\n".join(wrap(spaced(name), _LETTERS)).replace(" ", "_")


@style.figure_style()
def _convergence_chart(table: pd.DataFrame) -> style.StyledFigure:
    """Return a figure of R-hat and effective sample sizes of all that is fitted."""
    order = table.sort_values("r_hat", kind="stable").reset_index(drop=True)
    figure = style.new_figure(
        (_WIDTH, _MARGINS + 0.15 * len(order)),
        "Convergence",
        "Each walker counts as a chain of its own; left R-hat, right effective "
        "sample size",
        [
            ("R-hat, bulk size", style.SCENARIO),
            ("tail size", style.GREY),
            (f"R-hat {LARGEST_R_HAT}", style.CUT),
        ],
    )
    left, right = figure.subplots(1, 2, sharey=True)
    figure.subplots_adjust(left=0.33, right=0.97, wspace=0.08)
    y = np.arange(len(order))
    left.plot(order.r_hat, y, "o", color=style.SCENARIO, markersize=4)
    left.axvline(LARGEST_R_HAT, color=style.CUT, linewidth=1.0)
    left.set_xlim(left=1.0)
    left.xaxis.set_major_locator(MaxNLocator(nbins=5))
    right.plot(order.ess_bulk, y, "o", color=style.SCENARIO, markersize=4)
    right.plot(order.ess_tail, y, "o", color=style.GREY, markersize=3)
    right.set_xlim(left=0.0)
    left.set_yticks(y, order.name, size=7)
    left.set_ylim(-1, len(order))
    for axes in (left, right):
        axes.grid(visible=True, axis="x")
    return figure


@style.figure_style()
def _predictive_chart(observations: pd.DataFrame) -> style.StyledFigure:
    """Return a figure with a panel for each series: observations and predictions."""
    groups = list(observations.groupby(["measure", "actor"], sort=False))
    figure = style.new_figure(
        _SERIES.size(len(groups)),
        "The posterior, run through the model",
        "Each observation fitted, with 90 % ranges; discrepancy and error of "
        "observing are in the posterior's",
        [
            ("observed", style.TEXT_COLOUR),
            ("observed, outside", style.CUT),
            ("ranges in the data, 90 %", style.GREY),
            ("posterior, 90 and 50 %", style.SCENARIO),
        ],
        gap=_ROOM,
        footnote=_SOURCE,
    )
    panels = _SERIES.add_to(figure, len(groups))
    for axes, ((measure, actor), group) in zip(panels, groups, strict=True):
        _predictive_panel(axes, f"{measure}, {actor}", group)
    return figure


def _predictive_panel(axes: Axes, title: str, group: pd.DataFrame) -> None:
    days = style.dates_on_axis(group.end)
    aside = 4.0 if len(group) > _ONE_A_QUARTER else 12.0
    axes.vlines(
        days - aside, group.prior_low, group.prior_high, color=style.GREY, linewidth=1.4
    )
    for low, high, width in (("low", "high", 1.4), ("q25", "q75", 4.0)):
        ends = [group[f"posterior_{end}"] for end in (low, high)]
        axes.vlines(
            days + aside, ends[0], ends[1], color=style.SCENARIO, linewidth=width
        )
    colours = np.where(group.covered_90, style.TEXT_COLOUR, style.CUT)
    axes.scatter(days, group.observed, s=14, c=list(colours), zorder=3)
    style.format_axes(axes, str(group.unit.iloc[0]), dates=4)
    axes.set_title(title, size=7.5, pad=4)
    axes.set_xlim(
        style.date_on_axis(date(2022, 1, 1)), style.date_on_axis(date(2025, 2, 1))
    )


@style.figure_style()
def _correlation_chart(scores: Mapping[str, PerDraw]) -> style.StyledFigure:
    """Return a figure of the assumptions with the strongest correlations."""
    pairs = correlations(scores).head(_MOST_PAIRS).iloc[::-1]
    figure = style.new_figure(
        (_WIDTH, _MARGINS + 0.22 * max(len(pairs), 1)),
        "Assumptions that the observations tie to one another",
        "Correlation of scores in the posterior; before the fit there is none",
    )
    figure.subplots_adjust(left=0.55, right=0.96)
    axes = figure.add_subplot()
    colours = [
        style.SCENARIO if value > 0 else style.OVERLAY for value in pairs.correlation
    ]
    axes.barh(np.arange(len(pairs)), pairs.correlation, color=colours)
    names = [f"{row.first}  ·  {row.second}" for row in pairs.itertuples()]
    axes.set_yticks(np.arange(len(pairs)), names, size=7)
    axes.set_xlim(-1.0, 1.0)
    style.grid_across(axes)
    return figure
