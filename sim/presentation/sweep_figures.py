"""Figures of a sweep, in the form that suits the number and kind of its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from sim.domain.errors import SettingsError
from sim.domain.number_format import amount, signed
from sim.outcomes import disk
from sim.outcomes.sweep.sweep_folder import SweepFolder
from sim.presentation import style
from sim.presentation import sweep_panels as panels
from sim.presentation.figure_formats import formats
from sim.presentation.numbers import counted
from sim.presentation.sweep_panel_kinds import (
    DrawPanel,
    by_choice,
    choice_and_other,
    column_of,
    format_axes,
    has_bands,
    on_plane,
    over_choices,
    panel_kind,
)
from sim.presentation.sweep_view import (
    DIFFERENCE,
    LEVEL,
    SweepView,
    SweptMeasure,
    sweep_view,
)

_MARGINS, _PANEL, _ROW_GAP = 1.8, 2.35, 0.55
_LABEL = 0.45
_LINE, _LOWEST = 0.3, 0.9
_MOST_PANELS = 9
_NAMED = 60
_TWO, _THREE = 2, 3
_SMALL = 2.0
_SEED = "seed"


def draw_sweep_figures(
    folder: Path, sweep: SweepFolder, meanings: Mapping[str, str]
) -> list[Path]:
    """Draw the figures that suit a sweep into a folder; return which."""
    paths: list[Path] = []
    for name, figure in sweep_figures(sweep_view(sweep, meanings=meanings)).items():
        with disk.writing(folder):
            disk.make_folders(folder)
        style.save(figure, folder / f"{name}.png")
        paths += [folder / f"{name}.{suffix}" for suffix in formats()]
    return paths


def sweep_figures(view: SweepView) -> dict[str, style.StyledFigure]:
    """Return the figures that suit a sweep, by name: none if nothing varies."""
    if not view.settings or not view.measures:
        return {}
    form = panel_kind(view.settings)
    if form is None:
        return {
            f"{side}_{index}_{_file_name(measure)}": _cloud_figure(view, measure, side)
            for side in view.sides[:1]
            for index, measure in enumerate(view.measures, start=1)
        }
    return {side: _figure(view, side, form) for side in view.sides}


def one_figure(view: SweepView, side: str) -> style.StyledFigure:
    """Return one figure of a sweep, of one of its sides.

    Raises:
        SettingsError: there is nothing to show.
    """
    if not view.settings:
        raise SettingsError("no setting of the sweep takes more than one value")
    if side not in view.sides:
        raise SettingsError(f"show={side}: there is {' and '.join(view.sides)}")
    form = panel_kind(view.settings)
    if form is None:
        return _cloud_figure(view, view.measures[0], side)
    return _figure(view, side, form)


@style.figure_style()
def _figure(view: SweepView, side: str, draw: DrawPanel) -> style.StyledFigure:
    """Return a figure with a panel for each measure."""
    count, panel = len(view.measures), _height(view, draw)
    left, right, wspace = _LAYOUTS.get(draw, _LAYOUT)
    grid = style.PanelGrid(
        min(_TWO, count), panel + _ROW_GAP, _MARGINS + _LABEL, 0.75 / panel, wspace
    )
    figure = style.new_figure(
        grid.size(count),
        _title(view, side),
        _subtitle(view, side, draw),
        _legend(view, side, draw),
        gap=0.3,
        footnote=_source(view),
    )
    figure.alt_text = _alt_text(view, view.measures, side)
    _set_margins(figure, left, right)
    for index, axes in enumerate(grid.add_to(figure, count)):
        axes.set_title(view.measures[index].title)
        draw(axes, view, view.measures[index], side)
        if draw is not over_choices and index + grid.columns < count:
            axes.set_xlabel("")
        if draw in {on_plane, over_choices} and index % grid.columns:
            axes.set_ylabel("")
            axes.tick_params(labelleft=False)
    return figure


def _set_margins(figure: style.StyledFigure, left: float, right: float) -> None:
    """Leave room for the meaning of the setting below the axes, or beside them."""
    bottom = (0.75 + _LABEL) / figure.get_figheight()
    figure.subplots_adjust(left=left, right=right, bottom=bottom)


def _height(view: SweepView, draw: DrawPanel) -> float:
    """Return the height of a panel: choices are below one another."""
    if draw is not over_choices:
        return _PANEL
    return max(_LINE * len(view.settings[0].values), _LOWEST)


@style.figure_style()
def _cloud_figure(
    view: SweepView, measure: SweptMeasure, side: str
) -> style.StyledFigure:
    """Return a figure with a panel for each setting: every point, and the median."""
    settings = view.settings[:_MOST_PANELS]
    values = measure.median(column_of(side))
    grid = style.PanelGrid(
        min(_THREE, len(settings)),
        row_height=_SMALL + _ROW_GAP + _LABEL,
        margins=_MARGINS + _LABEL,
        hspace=(_ROW_GAP + _LABEL) / _SMALL,
        wspace=0.26,
    )
    dot = "dot: a point's median" if view.draws > 1 else "dot: a point"
    figure = style.new_figure(
        grid.size(len(settings)),
        measure.title + (": what the law changes" * (side == DIFFERENCE)),
        f"{view.time_in_words} · {dot} · line: median of the points near it "
        f"· in each panel all {len(view.settings)} settings vary",
        [(f"■ {_side_in_words(side)}", style.SCENARIO)],
        gap=0.35,
        footnote=_source(view, left_out=len(view.settings) - len(settings)),
    )
    figure.alt_text = _alt_text(view, [measure], side)
    _set_margins(figure, left=0.08, right=0.97)
    panels_added = grid.add_to(figure, len(settings))
    for index, (axes, setting) in enumerate(zip(panels_added, settings, strict=True)):
        axes.set_title(setting.short)
        if index % grid.columns == 0:
            axes.set_ylabel(measure.unit_of(side))
        at = setting.positions(measure.rows[setting.name])
        panels.draw_scatter(axes, setting, at, values)
        format_axes(axes, setting, side, floor=False, narrow=True)
    return figure


def _title(view: SweepView, side: str) -> str:
    names = " and ".join(setting.short for setting in view.settings)
    question = "What the law changes" if side == DIFFERENCE else "What comes of the law"
    return f"{question}, by {names}" if len(names) <= _NAMED else question


def _subtitle(view: SweepView, side: str, draw: DrawPanel) -> str:
    if draw is on_plane:
        middle = f"median of {view.draws:,} draws" if view.draws > 1 else "one draw"
        return f"{view.time_in_words} · colour: {middle}"
    if view.draws == 1:
        return f"{view.time_in_words} · one draw"
    if draw is by_choice and not has_bands(view, side):
        zoomed = " · axes do not start at 0" if side == LEVEL else ""
        return f"{view.time_in_words} · line: median of {view.draws:,} draws{zoomed}"
    marks = ("dot", "line") if draw is over_choices else ("line", "band")
    return (
        f"{view.time_in_words} · {marks[0]}: median · {marks[1]}: nine in ten of "
        f"{view.draws:,} draws"
    )


def _legend(view: SweepView, side: str, draw: DrawPanel) -> list[tuple[str, str]]:
    if draw is by_choice:
        choice, _ = choice_and_other(view.settings)
        named = [
            (f"{look.sign} {choice.label_of(value)}", look.colour)
            for value, look in panels.looks(choice.values).items()
        ]
        paired = any(measure.paired for measure in view.measures)
        common = [("┅ baseline, where it is the same for all", style.BASELINE)]
        return [*named, *(common if side == LEVEL and paired else [])]
    if draw is on_plane:
        return [(_side_in_words(side), style.TEXT_COLOUR)]
    if side == DIFFERENCE:
        return [(f"■ {_side_in_words(side)}", style.SCENARIO)]
    paired = any(measure.paired for measure in view.measures)
    return [("■ baseline", style.BASELINE)] * paired + [("■ scenario", style.SCENARIO)]


def _alt_text(view: SweepView, measures: Sequence[SweptMeasure], side: str) -> str:
    """Return in words between which medians each measure lies over the points."""
    form = signed if side == DIFFERENCE else amount
    ranges = []
    for measure in measures:
        medians = measure.median(column_of(side))
        known = medians[np.isfinite(medians)]
        if known.size:
            low, high = form(float(known.min())), form(float(known.max()))
            ranges.append(f"{measure.title} {low} to {high} {measure.unit_of(side)}")
    return (
        f"{_title(view, side)}: {_side_in_words(side)} {view.time_in_words} at "
        f"{view.points:,} points of {counted(view.draws, 'draw')}. Medians from the "
        f"lowest to the highest point: {'; '.join(ranges)}."
    )


def _side_in_words(side: str) -> str:
    return "scenario minus baseline" if side == DIFFERENCE else "scenario"


def _source(view: SweepView, left_out: int = 0) -> str:
    failed = f" Not shown: {view.failed:,} that failed." if view.failed else ""
    others = f" {left_out} further settings vary and have no panel." if left_out else ""
    draws = f"{counted(view.draws, 'draw')} each"
    seeds = any(setting.name == _SEED for setting in view.settings)
    luck = "both laws meet" if seeds else "every point and both laws meet"
    return (
        f"Chip-war simulator · {view.points:,} points, {draws}; {luck} the same "
        f"luck.{failed}{others}"
    )


def _file_name(measure: SweptMeasure) -> str:
    name, actor = (str(measure.rows[key].iloc[0]) for key in ("measure", "actor"))
    return f"{name}_{actor}".replace(":", "_")


_LAYOUT = (0.08, 0.95, 0.24)
_LAYOUTS: Mapping[DrawPanel, tuple[float, float, float]] = {
    on_plane: (0.13, 0.91, 0.34),
    over_choices: (0.2, 0.97, 0.12),
}
"""Where panels begin and end, and the gap between them, as shares of the width."""
