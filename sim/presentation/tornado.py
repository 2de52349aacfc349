"""A tornado: the assumptions on which an effect depends, the heaviest above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

from matplotlib.axes import Axes

from sim.domain.number_format import whole_percent
from sim.outcomes.effect_drivers import Driver
from sim.outcomes.results import Key
from sim.presentation import names, style
from sim.presentation.effect_wording import EffectWording

MOST_BARS = 10
"""Assumptions that are shown: the heaviest."""

_ROW, _MARGINS, _LETTERS = 0.36, 2.1, 58
_BAR = 0.42
_RIGHT_OF_AXES = 1.02


@style.figure_style()
def tornado_figure(
    drivers: Sequence[Driver],
    key: Key,
    meanings: Mapping[str, str],
    *,
    scenario: str,
    alone: bool = False,
) -> style.StyledFigure:
    """Return a bar for each assumption: the median effect where it is low, and high.

    Args:
        drivers: on what the effect depends, the heaviest first.
        key: measure and actor of the effect.
        meanings: what assumptions are, by name.
        scenario: whose effect it is.
        alone: whether the law was run alone, so that effects are levels.
    """
    shown = drivers[:MOST_BARS]
    title = names.series_title(*key)
    effect = EffectWording(shown[0].unit, is_change=not alone)
    subject = "it" if alone else "the change"
    height = _MARGINS + _ROW * len(shown)
    figure = style.new_figure(
        (style.WIDTH, height),
        f"What {subject} depends on: {title}",
        f"{names.spaced(scenario)} at the horizon · each bar: the median in the thirds "
        "of the draws in which an assumption is lowest and highest",
        [
            ("○ assumption low", style.CUT),
            ("● assumption high", style.SCENARIO),
            ("┅ median of all draws", style.OVERLAY),
        ],
        gap=0.1,
        footnote="On the right: share of the effect's spread, in ranks, that goes with "
        "the assumption; one at a time.",
    )
    figure.subplots_adjust(left=0.43, right=0.93)
    axes = figure.add_subplot()
    for row, driver in enumerate(shown):
        _draw_bar(axes, row, driver, effect.factor)
    _format(axes, shown, meanings, effect.factor)
    axes.set_xlabel(effect.unit if alone else f"change, {effect.unit}")
    text = "; ".join(_in_words(driver, meanings, effect) for driver in shown)
    figure.alt_text = (
        f"What {title} depends on under {names.spaced(scenario)}, in {effect.unit}: "
        f"the median is {effect.text(shown[0].effect)}. {text}."
    )
    return figure


def _draw_bar(axes: Axes, row: int, driver: Driver, factor: float) -> None:
    low, high = factor * driver.low, factor * driver.high
    axes.barh(row, high - low, left=low, height=_BAR, color=style.BASELINE, alpha=0.35)
    dots: Any = {"markersize": 7.0, "markeredgewidth": 1.5}
    axes.plot(low, row, "o", markerfacecolor="white", markeredgecolor=style.CUT, **dots)
    axes.plot(high, row, "o", color=style.SCENARIO, **dots)
    axes.text(
        _RIGHT_OF_AXES,
        row,
        f"{whole_percent(driver.share)}%",
        transform=axes.get_yaxis_transform(),
        size=8,
        va="center",
    )


def _format(
    axes: Axes, shown: Sequence[Driver], meanings: Mapping[str, str], factor: float
) -> None:
    labels = [fill(_meaning(driver, meanings), _LETTERS) for driver in shown]
    axes.set_yticks(range(len(shown)), labels)
    axes.tick_params(axis="y", labelcolor=style.TEXT_COLOUR)
    axes.set_ylim(len(shown) - 0.5, -0.6)
    axes.axvline(
        factor * shown[0].effect,
        color=style.OVERLAY,
        linewidth=1.1,
        linestyle=style.DASHES,
        zorder=0,
    )
    axes.use_sticky_edges = False
    axes.margins(x=0.08)
    style.format_value_axis(axes.xaxis)
    style.grid_across(axes)


def _meaning(driver: Driver, meanings: Mapping[str, str]) -> str:
    meaning = meanings.get(driver.assumption, driver.assumption)
    return names.capitalised(names.spaced(meaning))


def _in_words(
    driver: Driver, meanings: Mapping[str, str], effect: EffectWording
) -> str:
    return (
        f"{_meaning(driver, meanings)}: {effect.text(driver.low)} where low, "
        f"{effect.text(driver.high)} where high"
    )
