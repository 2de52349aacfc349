"""The figure of channels: how the pieces of a change of China's lag add up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.domain.number_format import signed
from sim.outcomes.attribution import (
    CHANNELS,
    TITLES,
    WHOLE,
    Attribution,
    ChannelShare,
    channel_shares,
)
from sim.outcomes.headline import HORIZON
from sim.outcomes.paired_difference import A_DAY
from sim.presentation import style
from sim.presentation.names import spaced

COLOURS = dict(zip(CHANNELS, style.PALETTE, strict=True)) | {WHOLE: style.TEXT_COLOUR}

_HEIGHT = 4.9
_LEFT, _MIDDLE, _NEXT, _RIGHT = 0.18, 0.55, 0.745, 0.975
_BAR, _YEAR = 0.56, 0.7
_MEAN, _RANGE, _ABOVE = 1.13, 1.15, 1.025
_HOW = "bar: mean over draws, from where the last one ended · line: nine in ten draws"


@style.figure_style()
def channels_figure(split: Attribution) -> style.StyledFigure:
    """Return a figure of the channels: at the horizon and year by year."""
    scenario, baseline = map(spaced, (split.scenario, split.baseline))
    figure = style.new_figure(
        (style.WIDTH, _HEIGHT),
        f"What {scenario} does to China's lag, channel by channel",
        f"against {baseline} · {_HOW}",
        footnote=_source(split),
    )
    figure.alt_text = _alt_text(split)
    years = _years(split)
    grid = {"left": _LEFT, "right": _MIDDLE if years else _RIGHT - 0.15}
    _draw_steps(figure.add_subplot(figure.add_gridspec(1, 1, **grid)[0]), split)
    if years:
        beside = figure.add_gridspec(1, 1, left=_NEXT, right=_RIGHT)
        _draw_years(figure.add_subplot(beside[0]), split, years)
    return figure


def _draw_steps(axes: Axes, split: Attribution) -> None:
    """Draw each channel as a step from where the one before it ended."""
    steps = [share for share in channel_shares(split) if share.when == HORIZON]
    ends = np.cumsum([share.mean for share in steps[:-1]])
    starts = [0.0, *ends[:-1].tolist(), 0.0]
    for row, (share, start) in enumerate(zip(steps, starts, strict=True)):
        _draw_step(axes, share, start, row)
        if row:
            axes.plot([start, start], [row - 1, row], color=style.GREY, linewidth=0.7)
    axes.plot(
        [ends[-1]] * 2, [len(steps) - 2, len(steps) - 1], color=style.GREY, lw=0.7
    )
    axes.axvline(0.0, color=style.GREY, linewidth=0.9, zorder=1)
    axes.axhline(len(steps) - 1.5, color=style.GRID_COLOUR, linewidth=0.8)
    axes.set_yticks(range(len(steps)), [TITLES[share.channel] for share in steps])
    axes.set_ylim(len(steps) - 0.5, -0.5)
    axes.tick_params(axis="y", labelcolor=style.TEXT_COLOUR)
    style.grid_across(axes)
    axes.set_xlabel("months · to the left the lag narrows, to the right it widens")
    axes.set_title(f"At {split.horizon}")
    above = partial(axes.text, transform=axes.transAxes, size=7.5, color=style.GREY)
    above(_MEAN, _ABOVE, "mean", ha="right")
    above(_RANGE, _ABOVE, "5 to 95 %")


def _draw_step(axes: Axes, share: ChannelShare, start: float, row: int) -> None:
    colour = COLOURS[share.channel]
    axes.barh(row, share.mean, left=start, height=_BAR, color=colour, alpha=0.6)
    axes.hlines(row, start + share.p05, start + share.p95, color=colour, linewidth=1.6)
    spread = f"{signed(share.p05)} to {signed(share.p95)}"
    beside = partial(
        axes.text, transform=axes.get_yaxis_transform(), size=7.5, va="center"
    )
    beside(_MEAN, row, signed(share.mean), color=colour, weight="bold", ha="right")
    beside(_RANGE, row, spread, color=style.GREY)


def _draw_years(axes: Axes, split: Attribution, years: Sequence[str]) -> None:
    """Draw the means of every year on top of one another, and their sum."""
    positions = np.arange(len(years))
    above, below = np.zeros(len(years)), np.zeros(len(years))
    for channel in CHANNELS:
        means = np.array([split.pieces[year][channel].mean() for year in years])
        up, down = np.maximum(means, 0.0), np.minimum(means, 0.0)
        colour = COLOURS[channel]
        axes.bar(positions, up, _YEAR, bottom=above, color=colour, alpha=0.6)
        axes.bar(positions, down, _YEAR, bottom=below, color=colour, alpha=0.6)
        above, below = above + up, below + down
    totals = [split.whole[year].mean() for year in years]
    dots: Any = {"color": style.TEXT_COLOUR, "marker": "o", "markersize": 3.5}
    axes.plot(positions, totals, linewidth=1.2, **dots)
    axes.axhline(0.0, color=style.GREY, linewidth=0.9)
    axes.use_sticky_edges = False
    axes.margins(x=0.03, y=0.06)
    axes.set_xticks(positions, [f"’{year[2:]}" for year in years])
    # An axis title would run into the ranges on its left.
    axes.set_title("Means by year, months")
    axes.legend(
        handles=[Line2D([], [], label="in total", **dots)],
        loc="upper left",
        frameon=False,
        fontsize=7.5,
    )


def _years(split: Attribution) -> list[str]:
    """Return the years from the last one in which no mean moves by a day on."""
    years = [when for when in split.whole if when != HORIZON]
    moved = [
        any(abs(months.mean()) > A_DAY for months in split.pieces[year].values())
        for year in years
    ]
    return years[max(moved.index(True) - 1, 0) :] if any(moved) else []


def _alt_text(split: Attribution) -> str:
    """Return in words what each channel does to the lag at the horizon."""
    shares = [share for share in channel_shares(split) if share.when == HORIZON]
    parts = [
        f"{TITLES[share.channel]} {signed(share.mean)} ({signed(share.p05)} to "
        f"{signed(share.p95)})"
        for share in shares
    ]
    return (
        f"What {spaced(split.scenario)} does to China's lag at {split.horizon} against "
        f"{spaced(split.baseline)}, in months, the mean and the range of nine draws in "
        f"ten of {split.draws.count:,}: {', '.join(parts)}."
    )


def _source(split: Attribution) -> str:
    off = ", ".join(CHANNELS[channel] for channel in split.off)
    return (
        f"{style.source_note(split.draws.count, split.seed)}. Compute denied: what the "
        "law does where no channel answers it; the others: Shapley values.\n"
        "In every draw the pieces add up to the whole, and so do their means; ranges "
        "and medians do not." + (f" Switched off: {off}." if off else "")
    )
