"""Plots for a notebook: `sim.plot.fan(run, "frontier_lag_months", actor="china")`.

Each takes a run, fresh from `sim.run` or saved and read by `sim.load`, and gives back a
figure that the notebook shows.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.domain.errors import SettingsError
from sim.experiments.run import Comparison
from sim.outcomes.frames import headline_frame
from sim.outcomes.headline import HORIZON, headline
from sim.outcomes.load import RunFolder
from sim.outcomes.quantiles import HEADLINE_LEVELS
from sim.outcomes.sweep.sweep_folder import SweepFolder
from sim.presentation.allies import allies_figure, ally_answers
from sim.presentation.channels import channels_figure, split_of_folder
from sim.presentation.figures import Panel, draw_fan, fan_figure
from sim.presentation.map import draw_network, network_of_results
from sim.presentation.numbers import reader_unit, short
from sim.presentation.style import (
    BASELINE,
    PALETTE,
    SCENARIO,
    StyledFigure,
    dates_on_axis,
    figure_style,
    format_axes,
    new_figure,
    write_footnote,
    write_header,
)
from sim.presentation.sweep_figures import one_figure
from sim.presentation.sweep_view import meanings_of, sweep_view
from sim.presentation.view import RunView, view, view_of_folder
from sim.records import load as load_records

Runs = Comparison | RunFolder
"""A run, fresh or saved."""

_WIDTH, _HEIGHT = 9.6, 5.4
_BAR = 0.36
_ROOM_FOR_NAMES = 0.26


def fan(
    run: Runs, measure: str, actor: str | Sequence[str] | None = None
) -> StyledFigure:
    """Return a fan chart of a measure: the scenario over its baseline.

    Args:
        run: the run.
        measure: name of the measure.
        actor: one actor, or several for a panel each; by default the first recorded.

    Raises:
        SettingsError: nothing of that name was recorded.
    """
    shown = view(run, measure)
    actors = [actor] if isinstance(actor, str) else list(actor or [])
    chosen = actors or _actors(shown, measure)[:1]
    for one in chosen:
        shown.bands(shown.baseline, measure, one)
    title = shown.titles.get(measure, measure)
    if len(chosen) == 1:
        words = f"{title}: {shown.actor_name(chosen[0])}"
        return fan_figure(shown, words, [Panel(measure, chosen[0], "")])
    panels = [Panel(measure, one, shown.actor_name(one)) for one in chosen]
    return fan_figure(shown, title, panels, columns=3)


def compare(runs: Sequence[Runs], measure: str, actor: str) -> StyledFigure:
    """Return a fan chart of one measure in several runs, a colour each.

    Args:
        runs: runs of different scenarios.
        measure: name of the measure.
        actor: the actor.

    Raises:
        SettingsError: no run is given, more than there are colours, or nothing of that
            name was recorded.
    """
    if not 0 < len(runs) <= len(PALETTE):
        raise SettingsError(f"compare from 1 to {len(PALETTE)} runs, not {len(runs)}")
    views = [view(run, measure) for run in runs]
    with figure_style():
        drawn = new_figure(_WIDTH, _HEIGHT)
        words = f"{views[0].titles.get(measure, measure)}: {views[0].actor_name(actor)}"
        key = [
            (f"■ {_words(one.scenario)}", colour)
            for one, colour in zip(views, PALETTE, strict=False)
        ]
        bands = "line: median · dark band: half of the draws · light band: nine in ten"
        write_header(drawn, words, bands, key)
        axes = drawn.add_subplot()
        format_axes(axes, views[0].units.get(measure, ""))
        axes.xaxis_date()
        for one, colour in zip(views, PALETTE, strict=False):
            levels = one.bands(one.scenario, measure, actor)
            draw_fan(axes, one.months, levels, colour)
        axes.set_xlim(*dates_on_axis(views[0].months[[0, -1]]))
        if axes.dataLim.y0 >= 0:
            axes.set_ylim(bottom=0)
        seeds = sorted({one.seed for one in views})
        write_footnote(
            drawn, f"Chip-war simulator · seeds {', '.join(map(str, seeds))}"
        )
    return drawn


def bars(run: Runs, measure: str, when: str = HORIZON) -> StyledFigure:
    """Return a bar chart of a headline measure: each actor, scenario and baseline.

    Args:
        run: the run.
        measure: name of a headline measure.
        when: a year such as ``2027``, or ``horizon``.

    Raises:
        SettingsError: the headline does not hold that measure and time.
    """
    table = _headline(run)
    rows = table[(table["measure"] == measure) & (table["when"] == str(when))]
    if rows.empty:
        raise SettingsError(
            f"the headline holds no {measure} at {when}; see run.headline"
        )
    shown = view(run, measure)
    unit, scale = reader_unit(str(rows["unit"].iloc[0]))
    with figure_style():
        drawn = new_figure(_WIDTH, 2.0 + 0.55 * len(rows))
        title = f"{shown.titles.get(measure, measure)}, {when}"
        key = [(f"■ {_words(shown.baseline)}", BASELINE)]
        sides = [("baseline", BASELINE, -_BAR / 2)]
        if shown.scenario != shown.baseline:
            key.append((f"■ {_words(shown.scenario)}", SCENARIO))
            sides.append(("scenario", SCENARIO, _BAR / 2))
        write_header(drawn, title, "bar: median · line: nine in ten draws", key)
        drawn.subplots_adjust(left=_ROOM_FOR_NAMES)
        axes = drawn.add_subplot()
        for side, colour, shift in sides:
            places = [place + shift for place in range(len(rows))]
            low, middle, high = (
                rows[f"{side}_{level}"].to_numpy() * scale for level in HEADLINE_LEVELS
            )
            axes.barh(places, middle, height=_BAR, color=colour, alpha=0.55)
            axes.hlines(places, low, high, color=colour, linewidth=1.6)
        axes.set_yticks(
            range(len(rows)), [shown.actor_name(one) for one in rows["actor"]]
        )
        axes.invert_yaxis()
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
        axes.xaxis.set_major_formatter(lambda value, _: short(value))
        axes.set_xlabel(unit)
        write_footnote(
            drawn, f"Chip-war simulator · {shown.draws:,} draws, seed {shown.seed}"
        )
    return drawn


def channels(run: Runs) -> StyledFigure:
    """Return how the change of China's lag splits over channels, and adds up again.

    Args:
        run: a run with ``attribution=True``.

    Raises:
        SettingsError: the run did not split the change.
        OutputError: the saved run did not.
    """
    split = split_of_folder(run) if isinstance(run, RunFolder) else run.split
    if split is None:
        raise SettingsError(
            "this run does not split the change of the lag over channels; run it with "
            "attribution=True"
        )
    return channels_figure(split)


def network(run: Runs) -> StyledFigure:
    """Return the map of the supply network, with what the scenario cuts in red."""
    if isinstance(run, RunFolder):
        shown = view_of_folder(run)
        return draw_network(run.network, shown.scenario, shown.baseline)
    return network_of_results(run.scenario, run.baseline)


def allies(run: Runs) -> StyledFigure:
    """Return what allies answer when asked: shares of draws by month, a panel an ask.

    Raises:
        SettingsError: no ally was asked anything that it decides for itself.
    """
    asked = ally_answers(run)
    if not asked.courses:
        raise SettingsError(
            f"{asked.scenario}: no ally was asked anything that it decides for itself; "
            "a scenario says so under `decisions`"
        )
    return allies_figure(asked)


def sweep(
    swept: SweepFolder,
    measure: str | None = None,
    actor: str | None = None,
    *,
    when: object = None,
    show: str | None = None,
) -> StyledFigure:
    """Return a figure of a sweep, in the form that suits its settings.

    Args:
        swept: a sweep read by `sim.load_sweep`.
        measure: name of a measure; by default what a reader asks first.
        actor: whom it is about; by default the first recorded.
        when: a year, or ``horizon``; by default the last time that the sweep holds.
        show: ``difference`` to the baseline, or ``level``; by default the difference
            where there is one.

    Raises:
        SettingsError: the sweep does not hold that, or nothing varies in it.
    """
    chosen = [(measure, actor)] if measure is not None else []
    shown = sweep_view(swept, chosen, when, meanings=meanings_of(load_records()))
    return one_figure(shown, show or shown.sides[0])


def _headline(run: Runs) -> pd.DataFrame:
    if isinstance(run, RunFolder):
        return run.headline
    return headline_frame(headline(run.scenario, run.baseline))


def _actors(shown: RunView, measure: str) -> list[str]:
    """Return the actors of a measure, or say which measure may have been meant."""
    actors = shown.actors(measure)
    if not actors:
        shown.bands(shown.baseline, measure, "")
    return actors


def _words(name: str) -> str:
    return name.replace("_", " ")
