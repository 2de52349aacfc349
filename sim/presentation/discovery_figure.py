"""The figure of a discovery: coverage against density, and the limits of the box."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from sim.experiments.discovery.world_boxes import BoxScore
from sim.presentation import style
from sim.presentation.discovery_report import DiscoveryReport
from sim.presentation.names import capitalised
from sim.presentation.numbers import counted

FIGURE = "discovery.png"

_LEAST_HEIGHT, _ROW, _MARGINS = 4.2, 0.62, 2.1
_LETTERS = 44
_BAR = 0.34


def draw_discovery(folder: Path, report: DiscoveryReport) -> None:
    """Write the figure into a folder."""
    style.save(discovery_chart(report), folder / FIGURE)


@style.figure_style()
def discovery_chart(report: DiscoveryReport) -> style.StyledFigure:
    """Return two panels: what boxes cover and how dense they are, and their limits."""
    limits = [limit for box in report.boxes for limit in box.limits]
    height = max(_LEAST_HEIGHT, _MARGINS + _ROW * len(limits))
    scenario, rival = report.interest.scenario, report.interest.rival
    figure = style.new_figure(
        (style.WIDTH, height),
        f"What draws have in common in which {scenario} is {report.interest.where} "
        f"than {rival}",
        report.question,
        [
            ("○ boxes tried", style.GREY),
            ("● found", style.SCENARIO),
            ("■ in fresh draws", style.CUT),
            ("┅ all draws", style.OVERLAY),
        ],
        gap=0.15,
        footnote=f"{counted(report.first.draws, 'draw')} to search and "
        f"{report.fresh.draws:,} fresh ones. Coverage: share of the draws of interest "
        "that lie in the box. Density: share of the draws\nin the box that are of "
        "interest.",
    )
    figure.alt_text = report.paragraph
    trade_off, ranges = figure.subplots(
        1, 2, gridspec_kw={"width_ratios": [1.0, 1.05], "wspace": 1.05}
    )
    figure.subplots_adjust(right=0.97)
    _draw_trade_off(trade_off, report)
    _draw_limits(ranges, report)
    return figure


def _draw_trade_off(axes: Axes, report: DiscoveryReport) -> None:
    """Draw each box that was tried, the one that was chosen, and its fresh score."""
    if report.choice is not None:
        for _, score in report.choice.candidates:
            axes.plot(
                *_place(score),
                "o",
                markersize=4.5,
                markerfacecolor="white",
                markeredgecolor=style.GREY,
            )
    axes.axhline(
        report.first.base_rate,
        color=style.OVERLAY,
        linestyle=style.DASHES,
        linewidth=1.0,
    )
    if report.boxes:
        axes.plot(*_place(report.first), "o", markersize=8, color=style.SCENARIO)
        axes.plot(*_place(report.fresh), "s", markersize=7, color=style.CUT)
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlabel("coverage")
    axes.set_ylabel("density")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0))


def _place(score: BoxScore) -> tuple[float, float]:
    return score.coverage, score.density


def _draw_limits(axes: Axes, report: DiscoveryReport) -> None:
    """Draw of each limit which part of the draws lies within."""
    rows = [(n, limit) for n, box in enumerate(report.boxes, 1) for limit in box.limits]
    several = len(report.boxes) > 1
    labels = []
    for row, (number, limit) in enumerate(rows):
        below, above = report.shares(limit)
        axes.barh(row, 1.0, height=_BAR, color=style.GRID_COLOUR)
        axes.barh(row, above - below, left=below, height=_BAR, color=style.SCENARIO)
        axes.text(0.0, row - 0.24, report.values_text(limit), size=8, va="bottom")
        meaning = capitalised(report.meaning(limit.assumption))
        labels.append(fill(f"{number}: " * several + meaning, _LETTERS))
    axes.set_yticks(range(len(rows)), labels)
    axes.tick_params(axis="y", labelcolor=style.TEXT_COLOUR, labelsize=7.5)
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.7)
    axes.set_xlim(0.0, 1.0)
    axes.set_xlabel("draws, from the lowest value to the highest")
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))
    axes.grid(visible=False, axis="y")
    if not rows:
        axes.text(0.5, 0.0, "no limit tells more than luck", ha="center", size=9)
