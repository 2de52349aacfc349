"""The figure of a brief: the difference by month, and as dots at the horizon."""

from __future__ import annotations

from collections.abc import Sequence

from sim.domain.number_format import signed
from sim.outcomes.results import Results
from sim.presentation import names, style
from sim.presentation.difference_panel import (
    HOW_TO_READ,
    Panel,
    draw_difference,
    end_in_words,
    first_difference,
    label_change,
)
from sim.presentation.horizon_effects import draw_dots, effect_in_words, effects_of
from sim.presentation.law_date_lines import date_legend, draw_law_dates
from sim.presentation.names import spaced
from sim.presentation.view import RunView

_GRID = style.PanelGrid(2, row_height=1.75, margins=1.75, hspace=0.62, wspace=0.34)
_DOTS_GAP = 0.08


@style.figure_style()
def effect_figure(
    view: RunView, scenario: Results, baseline: Results, panels: Sequence[Panel]
) -> style.StyledFigure:
    """Return a figure with a row for each panel: the difference, and its dots.

    Args:
        view: the differences by month.
        scenario: draws under the scenario, whose last month is the horizon.
        baseline: the same draws under the law compared with.
        panels: what is shown; the view has differences of each.
    """
    count = 2 * len(panels)
    figure = style.new_figure(
        _GRID.size(count),
        f"What {spaced(view.scenario)} changes against {spaced(view.baseline)}",
        f"{HOW_TO_READ} · each dot: one world in twenty",
        [
            ("■ difference, by month", style.SCENARIO),
            ("● more", style.SCENARIO),
            ("○ less", style.CUT),
            ("× no change", style.GREY),
            *date_legend(view),
        ],
        gap=0.1,
        footnote=f"{style.source_note(view.draws, view.seed)}. Both laws meet the same "
        "luck; differences are taken draw by draw. Dots: quantiles of the draws "
        f"(2.5, 7.5 ... 97.5 %) at {scenario.months[-1]}.",
    )
    figure.subplots_adjust(right=1 - _DOTS_GAP / 2)
    added = _GRID.add_to(figure, count)
    effects = effects_of(scenario, baseline, [panel.key for panel in panels])
    since = first_difference(view, panels)
    for axes, beside, panel, effect in zip(
        added[::2], added[1::2], panels, effects, strict=True
    ):
        style.format_axes(axes, "", panel.title)
        style.write_unit(axes, view.change_unit(panel.measure))
        draw_law_dates(axes, view, labelled=False)
        draw_difference(axes, view, panel, since)
        style.show_months(axes, view.months, 5)
        label_change(axes, view.changes[panel.key])
        draw_dots(beside, effect)
    ends = " ".join(
        f"{panel.title}, {view.change_unit(panel.measure)}: "
        f"{end_in_words(view.changes[panel.key], signed)}."
        for panel in panels
    )
    dots = " ".join(effect_in_words(effect) for effect in effects)
    figure.alt_text = (
        f"Fan charts by month to {scenario.months[-1]} of what {spaced(view.scenario)} "
        f"changes against {spaced(view.baseline)}; median and range of nine draws in "
        f"ten at the end: {ends} As twenty equally likely dots: {dots}"
    )
    return figure


def main_panels(view: RunView) -> list[Panel]:
    """Return panels of what a brief is about: China's AI compute, and its lag."""
    subjects = [("ai_compute_stock", "china"), ("frontier_lag_months", "china")]
    return [
        Panel(measure, actor, names.measure_title(measure, short=True))
        for measure, actor in subjects
        if (measure, actor) in view.changes
    ]
