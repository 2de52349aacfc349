"""Kinds of panels of a sweep: which suits its settings, and what is drawn in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from sim.presentation import style
from sim.presentation import sweep_panels as panels
from sim.presentation.sweep_panels import SweptSetting
from sim.presentation.sweep_view import (
    DIFFERENCE,
    LEVEL,
    SweepView,
    SweptMeasure,
)

_MOST_LINES = len(style.PALETTE)
_MOST_BANDS = 3
_TWO = 2

DrawPanel = Callable[[Axes, SweepView, SweptMeasure, str], None]


def panel_kind(settings: Sequence[SweptSetting]) -> DrawPanel | None:
    """Return how a panel is drawn; None where each setting needs panels of its own."""
    if len(settings) == 1:
        return over_choices if settings[0].is_choice else over_numbers
    if len(settings) > _TWO:
        return None
    choices = [setting for setting in settings if setting.is_choice]
    if len(choices) == 1:
        return by_choice if len(choices[0].values) <= _MOST_LINES else on_plane
    return on_plane


def over_numbers(axes: Axes, view: SweepView, measure: SweptMeasure, side: str) -> None:
    """Draw lines with bands over one number or date."""
    (setting,) = view.settings
    rows = measure.rows.sort_values(setting.name)
    at = setting.positions(rows[setting.name])
    axes.margins(x=0.02)
    for column, colour in _sides(measure, side):
        levels = panels.quantiles_of_side(rows, column, measure.scale)
        panels.draw_band(axes, at, levels, style.Look(colour))
    axes.set_ylabel(measure.unit_of(side))
    format_axes(axes, setting, side)


def over_choices(axes: Axes, view: SweepView, measure: SweptMeasure, side: str) -> None:
    """Draw a median and a range on a line for each choice."""
    (setting,) = view.settings
    at = setting.positions(measure.rows[setting.name])
    sides = _sides(measure, side)
    for step, (column, colour) in enumerate(sides):
        levels = panels.quantiles_of_side(measure.rows, column, measure.scale)
        shift = 0.24 * (step - (len(sides) - 1) / 2)
        panels.draw_ranges(axes, at + shift, levels, colour)
    if side == DIFFERENCE:
        panels.mark_zero(axes, upright=True)
    elif axes.dataLim.x0 >= 0:
        axes.set_xlim(left=0)
    panels.format_setting_axis(axes, setting, upright=True)
    panels.format_value_axis(axes, level=True)
    style.grid_across(axes)
    axes.set_ylabel("")
    axes.set_xlabel(measure.unit_of(side))


def by_choice(axes: Axes, view: SweepView, measure: SweptMeasure, side: str) -> None:
    """Draw lines over a number or date, one for each choice."""
    choice, setting = choice_and_other(view.settings)
    banded = has_bands(view, side)
    axes.margins(x=0.02)
    if side == LEVEL and measure.paired:
        side_rows = measure.rows.sort_values(setting.name)
        _draw_shared_baseline(axes, setting, measure, side_rows)
    for value, look in panels.looks(choice.values).items():
        own = measure.rows[measure.rows[choice.name].astype(str) == value]
        own = own.sort_values(setting.name)
        levels = panels.quantiles_of_side(own, column_of(side), measure.scale)
        at = setting.positions(own[setting.name])
        panels.draw_band(axes, at, levels, look, band=banded)
    axes.set_ylabel(measure.unit_of(side))
    format_axes(axes, setting, side, floor=False)


def has_bands(view: SweepView, side: str) -> bool:
    """Whether bands can be distinguished: few, and of differences."""
    choice, _ = choice_and_other(view.settings)
    return side == DIFFERENCE and len(choice.values) <= _MOST_BANDS


def _draw_shared_baseline(
    axes: Axes, setting: SweptSetting, measure: SweptMeasure, rows: pd.DataFrame
) -> None:
    """Draw the baseline's median, if the choice does not move it."""
    medians = rows.groupby(setting.name)["baseline_p50"]
    if (medians.nunique() == 1).all():
        middle = medians.first() * measure.scale
        at = setting.positions(middle.index.to_series())
        axes.plot(
            at, middle, color=style.BASELINE, linewidth=1.4, linestyle=style.DASHES
        )


def on_plane(axes: Axes, view: SweepView, measure: SweptMeasure, side: str) -> None:
    """Draw a value for each pair of settings: cells of a grid, or coloured dots."""
    across, up = _across_and_up(view.settings)
    values = measure.median(column_of(side))
    norm = panels.colour_scale(values, signed=side == DIFFERENCE)
    if _is_grid(measure.rows, across, up):
        pairs = zip(
            *(_values(measure.rows[setting.name]) for setting in (across, up)),
            strict=True,
        )
        cells = dict(zip(pairs, values.tolist(), strict=True))
        mappable = panels.draw_heat_map(axes, across, up, cells, norm)
        axes.set_xlabel(across.label)
        axes.set_ylabel(up.label_upright)
    else:
        at = (
            across.positions(measure.rows[across.name]),
            up.positions(measure.rows[up.name]),
        )
        mappable = panels.draw_dots(axes, at, values, norm)
        panels.format_setting_axis(axes, across)
        panels.format_setting_axis(axes, up, upright=True)
    figure = axes.get_figure()
    assert figure is not None
    bar = figure.colorbar(mappable, ax=axes, pad=0.02, fraction=0.05)
    bar.set_label(measure.unit_of(side), labelpad=3)
    bar.outline.set_visible(False)
    panels.format_value_axis(bar.ax)


def column_of(side: str) -> str:
    """Return the columns that show a side: its level is that of the scenario."""
    return "scenario" if side == LEVEL else side


def format_axes(
    axes: Axes,
    setting: SweptSetting,
    side: str,
    *,
    floor: bool = True,
    narrow: bool = False,
) -> None:
    """Dress both axes, and show where nothing is."""
    if side == DIFFERENCE:
        panels.mark_zero(axes)
    elif floor and axes.dataLim.y0 >= 0:
        axes.set_ylim(bottom=0)
    panels.format_value_axis(axes)
    panels.format_setting_axis(axes, setting, narrow=narrow)


def _sides(measure: SweptMeasure, side: str) -> list[tuple[str, str]]:
    """Return what is drawn in a panel, and its colour."""
    if side == DIFFERENCE:
        return [(DIFFERENCE, style.SCENARIO)]
    sides = [("baseline", style.BASELINE), ("scenario", style.SCENARIO)]
    return sides if measure.paired else sides[1:]


def choice_and_other(
    settings: Sequence[SweptSetting],
) -> tuple[SweptSetting, SweptSetting]:
    """Return two settings, of which one is a choice: the choice first."""
    first, second = settings
    return (first, second) if first.is_choice else (second, first)


def _across_and_up(
    settings: Sequence[SweptSetting],
) -> tuple[SweptSetting, SweptSetting]:
    """Return two settings, a choice of long names last."""
    first, second = settings
    swap = first.is_choice and not second.is_choice
    return (second, first) if swap else (first, second)


def _is_grid(rows: pd.DataFrame, across: SweptSetting, up: SweptSetting) -> bool:
    """Whether nearly every pair of values is there once."""
    pairs = rows[[across.name, up.name]]
    cells = len(across.values) * len(up.values)
    return not pairs.duplicated().any() and _TWO * len(pairs) > cells


def _values(column: pd.Series[Any]) -> list[Any]:
    """Return values as `Setting.values` has them."""
    if column.dtype.kind in "ifM":
        return column.tolist()
    return column.astype(str).tolist()
