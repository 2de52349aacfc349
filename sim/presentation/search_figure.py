"""The figure of a search: the members of the front, and how far the search had come."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from sim.outcomes.law_scores import loss
from sim.presentation import style
from sim.presentation.numbers import counted
from sim.presentation.objective_words import ObjectiveWords
from sim.presentation.search_report import SearchReport

FIGURE = "front.png"

_HEIGHT = 5.6
_LETTERS = 20
_BEYOND = 0.03
"""How far beyond its axis a law is drawn at most."""

_MARKERS = "osD^vPX*<>"


def draw_search(folder: Path, report: SearchReport) -> None:
    """Write the figure into a folder, if there are members to choose from."""
    if report.members:
        style.save(search_chart(report), folder / FIGURE)


@style.figure_style()
def search_chart(report: SearchReport) -> style.StyledFigure:
    """Return two panels: what each member changes, and the volume by generation."""
    size = report.options
    figure = style.new_figure(
        (style.WIDTH, _HEIGHT),
        "Designs to choose from: none beats another by every objective",
        f"Mean change from {report.baseline} in {report.month} · each line a design, "
        "better is higher, named by its number; others may lie beyond the axis",
        [("— designs", style.SCENARIO), ("┅ other scenarios", style.OVERLAY)],
        gap=0.25,
        footnote=f"{counted(len(report.evaluated), 'design')} run in "
        f"{counted(size.draws, 'draw')}; changes in "
        f"{counted(size.fresh, 'fresh draw')}.\n"
        "Right: share of the volume up to the best of each objective that the front "
        "dominates after each generation.",
    )
    figure.alt_text = report.paragraph
    front, volume = figure.subplots(
        1, 2, gridspec_kw={"width_ratios": [3.4, 1.0], "wspace": 0.3}
    )
    figure.subplots_adjust(left=0.09, right=0.97, bottom=0.24)
    _draw_front(front, report)
    _draw_volume(volume, report)
    return figure


def _draw_front(axes: Axes, report: SearchReport) -> None:
    """Draw an axis for each objective, and a line for each law across them."""
    laws = [*(one.score for one in report.members), *report.rivals]
    losses = np.array([loss(report.objectives, each.changes) for each in laws])
    own = np.vstack([losses[: len(report.members)], np.zeros(len(report.objectives))])
    best, worst = own.min(axis=0), own.max(axis=0)
    spread = np.where(worst > best, worst - best, 1.0)
    heights = np.clip(1.0 - (losses - best) / spread, -_BEYOND, 1.0 + _BEYOND)
    places = np.arange(len(report.objectives))
    for number, row in enumerate(heights):
        is_member = number < len(report.members)
        axes.plot(
            places,
            row,
            color=style.PALETTE[number % len(style.PALETTE)]
            if is_member
            else style.OVERLAY,
            linestyle="-" if is_member else style.DASHES,
            linewidth=1.4 if is_member else 0.8,
            alpha=1.0 if is_member else 0.5,
            marker=_MARKERS[number % len(_MARKERS)] if is_member else "",
            markersize=5,
        )
        if is_member:
            label = report.members[number].name.rpartition("_")[2].lstrip("0")
            for end, side, gap in ((0, "right", -0.05), (-1, "left", 0.05)):
                axes.text(
                    places[end] + gap, row[end], label, size=7.5, ha=side, va="center"
                )
    for place, objective in enumerate(report.objectives):
        words = ObjectiveWords(objective)
        sign = 1.0 if objective.better == "lower" else -1.0
        for height, value in ((1.05, best), (-0.09, worst)):
            axes.text(
                place,
                height,
                words.change(sign * float(value[place])),
                size=8,
                ha="center",
                va="bottom" if height > 0.5 else "top",
            )
        axes.axvline(place, color=style.GRID_COLOUR, linewidth=1.0, zorder=0)
    titles = [
        fill(ObjectiveWords(each).heading, _LETTERS) for each in report.objectives
    ]
    axes.set_xticks(places, titles)
    axes.tick_params(axis="x", labelcolor=style.TEXT_COLOUR, pad=14, length=0)
    axes.set_yticks([])
    axes.set_ylim(-0.08, 1.04)
    axes.set_xlim(-0.35, len(places) - 0.65)
    axes.spines["bottom"].set_visible(False)


def _draw_volume(axes: Axes, report: SearchReport) -> None:
    """Draw the hypervolume of the front after each generation."""
    generations = np.arange(1, len(report.volumes) + 1)
    axes.plot(generations, report.volumes, "o-", color=style.SCENARIO, markersize=3)
    axes.set_ylim(0.0, 1.0)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.set_xlabel("generation")
    axes.set_title("volume dominated")
