"""Figures of a comparison of laws, readable for eight of them and more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.outcomes.columns import first_days
from sim.outcomes.objectives import ObjectiveValues
from sim.outcomes.quantiles import LEVELS, bands, quantiles
from sim.outcomes.scenario_comparison import LawComparison
from sim.presentation import style
from sim.presentation.comparison_tables import better_shares
from sim.presentation.comparison_text import FIRST
from sim.presentation.headline_cells import share_of_draws
from sim.presentation.objective_words import ObjectiveWords

DIFFERENCES = "differences.png"
PAIRS = "pairs.png"

_ACROSS = 3
_ROW, _BETWEEN, _MARGINS = 0.3, 1.05, 2.15
"""Inches for each law of a panel, between panels, and above and below all of them."""

_DATES, _TITLE, _WIDE_TITLE = 5, 34, 52
_LETTER, _LEAST_NAMES = 0.068, 1.2
"""Inches that a letter of a law's name takes, and all names at least."""

_DARK = 0.6
"""Share of draws from which on a cell is dark, and its number white."""


def draw_comparison(folder: Path, laws: LawComparison) -> None:
    """Write the figures of a comparison into a folder."""
    moved = [values for values in laws.values if values.differs]
    if not moved:
        return
    style.save(differences_figure(laws), folder / DIFFERENCES)
    for values in moved[:FIRST]:
        figure = over_time_figure(laws, values)
        style.save(figure, folder / f"over_time_{values.objective.name}.png")
    if ranked := [x for x in moved[:FIRST] if x.objective.better]:
        style.save(pairs_figure(laws, ranked), folder / PAIRS)


def _room(laws: LawComparison) -> float:
    """Return how many inches the names of the laws take."""
    longest = max(len(one.scenario) for one in laws.results)
    return max(0.35 + _LETTER * longest, _LEAST_NAMES)


@style.figure_style()
def differences_figure(laws: LawComparison) -> style.StyledFigure:
    """Return what each scenario changes of each objective: a dot and its ranges."""
    moved = [values for values in laws.values if values.differs]
    columns = min(_ACROSS, len(moved))
    rows = -(-len(moved) // columns)
    panel = _ROW * len(laws.scenarios)
    figure = style.new_figure(
        (style.WIDTH, _MARGINS + panel * rows + _BETWEEN * (rows - 1)),
        f"What each scenario changes by {laws.horizon}, against {laws.baseline}",
        "dot: median · thick line: half of the draws · thin line: nine in ten · "
        "differences taken draw by draw",
        gap=0.15,
        footnote=style.source_note(laws.draws.count, laws.seed),
    )
    figure.subplots_adjust(left=_room(laws) / style.WIDTH, right=0.97)
    grid = figure.add_gridspec(rows, columns, hspace=_BETWEEN / panel, wspace=0.12)
    for place, values in enumerate(moved):
        row, column = divmod(place, columns)
        axes = figure.add_subplot(grid[row, column])
        _dots(axes, values, is_first=column == 0)
    changes = "; ".join(map(_changes_in_words, moved))
    figure.alt_text = f"Median change by {laws.horizon}. {changes}."
    return figure


def _changes_in_words(values: ObjectiveValues) -> str:
    """Return what each scenario changes of an objective in the median."""
    words = ObjectiveWords(values.objective)
    medians = (
        f"{name} {words.change_in_unit(float(np.median(values.change(name))))}"
        for name in values.scenarios
    )
    return f"{values.objective.title}: {', '.join(medians)}"


def _dots(axes: Axes, values: ObjectiveValues, *, is_first: bool) -> None:
    words, names = ObjectiveWords(values.objective), values.scenarios
    for row, name in enumerate(names):
        change = words.factor * values.change(name)
        low, lower, middle, upper, high = quantiles(change, list(LEVELS.values()))
        axes.hlines(row, low, high, color=style.SCENARIO, linewidth=1.0)
        axes.hlines(row, lower, upper, color=style.SCENARIO, linewidth=3.2)
        axes.plot(middle, row, "o", color=style.SCENARIO, markersize=5.0)
    axes.axvline(0.0, color=style.GREY, linewidth=0.9)
    labels = names if is_first else [""] * len(names)
    axes.set_yticks(range(len(names)), labels)
    axes.tick_params(axis="y", labelcolor=style.TEXT_COLOUR)
    axes.set_ylim(len(names) - 0.5, -0.5)
    style.grid_across(axes)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=4))
    axes.xaxis.set_major_formatter(FuncFormatter(style.number_on_axis))
    axes.set_xlabel(words.change_unit)
    axes.set_title(fill(values.objective.title, _TITLE))


@style.figure_style()
def over_time_figure(
    laws: LawComparison, values: ObjectiveValues
) -> style.StyledFigure:
    """Return an objective's difference from the baseline by month, a panel a law.

    All panels have the same axes, so that their heights can be compared.
    """
    words, names = ObjectiveWords(values.objective), values.scenarios
    levels = [words.factor * bands(values.changes(name)) for name in names]
    note = style.source_note(laws.draws.count, laws.seed)
    if not np.isfinite(levels).all():
        note += ". Months in which it is not a number in every draw are left out."
    grid = style.SERIES_GRID
    figure = style.new_figure(
        grid.size(len(names)),
        f"{values.objective.title}: difference from {laws.baseline}",
        "line: median · bands: half of the draws, nine in ten · the same axes in all",
        footnote=note,
    )
    months = first_days(values.months)
    days = style.dates_on_axis(months)
    bottom, top = min(np.nanmin(levels), 0.0), max(np.nanmax(levels), 0.0)
    room = 0.05 * (top - bottom)
    panels = grid.add_to(figure, len(names))
    for axes, name, level in zip(panels, names, levels, strict=True):
        axes.xaxis_date()
        style.format_axes(axes, words.change_unit, name, _DATES)
        style.draw_fan(
            axes, days, dict(zip(LEVELS, level, strict=True)), style.SCENARIO
        )
        axes.axhline(0.0, color=style.GREY, linewidth=0.9)
        axes.set_ylim(bottom - room, top + room)
        style.show_months(axes, months, _DATES)
    figure.alt_text = (
        f"Difference from {laws.baseline} by month, a panel a scenario; in the median "
        f"by {laws.horizon}, {_changes_in_words(values)}."
    )
    return figure


@style.figure_style()
def pairs_figure(
    laws: LawComparison, ranked: Sequence[ObjectiveValues]
) -> style.StyledFigure:
    """Return who beats whom: a table of shares of draws for each objective."""
    count = len(laws.results)
    below = 0.5 + 0.75 * _room(laws)
    height = 2.1 + 0.34 * count + below
    figure = style.new_figure(
        (style.WIDTH, height),
        f"In which share of draws is one law better than another, by {laws.horizon}?",
        "the law of the row than that of the column, in % of draws; where the two are "
        "the same, neither is",
        gap=0.15,
        footnote=style.source_note(laws.draws.count, laws.seed),
    )
    left = _room(laws) / style.WIDTH
    figure.subplots_adjust(left=left, right=0.98, bottom=below / height)
    grid = figure.add_gridspec(1, len(ranked), wspace=0.12)
    for place, values in enumerate(ranked):
        axes = figure.add_subplot(grid[0, place])
        _shares(axes, values, laws, is_first=place == 0)
    figure.alt_text = " ".join(_pairs_in_words(values, laws) for values in ranked)
    return figure


def _pairs_in_words(values: ObjectiveValues, laws: LawComparison) -> str:
    """Return who beats whom in which share of draws."""
    shares = better_shares(values, laws)
    parts = (
        f"{first} than {second} in {share_of_draws(share)}"
        for (first, second), share in shares.items()
    )
    better = values.objective.better
    return (
        f"{values.objective.title}, share of draws in which it is {better} under "
        f"{', '.join(parts)}."
    )


def _shares(
    axes: Axes, values: ObjectiveValues, laws: LawComparison, *, is_first: bool
) -> None:
    names = list(values.series)
    shares = better_shares(values, laws)
    table = np.array([[shares.get((a, b), np.nan) for b in names] for a in names])
    axes.imshow(table, cmap="Blues", vmin=0.0, vmax=1.0, aspect="auto")
    for (row, column), share in np.ndenumerate(table):
        if np.isfinite(share):
            colour = "white" if share > _DARK else style.TEXT_COLOUR
            text = share_of_draws(float(share)).removesuffix("%")
            axes.text(
                column, row, text, color=colour, size=7.5, ha="center", va="center"
            )
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right")
    axes.set_yticks(range(len(names)), names if is_first else [""] * len(names))
    axes.tick_params(labelcolor=style.TEXT_COLOUR)
    axes.grid(visible=False)
    better = values.objective.better
    axes.set_title(fill(f"{values.objective.title}: {better} is better", _WIDE_TITLE))
