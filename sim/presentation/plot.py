"""Plots for a notebook: `sim.plot.fan(run, "frontier_lag_months", actor="china")`.

Each takes a run as `sim.run` or `sim.load` returns it, and gives back a figure that the
notebook shows.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.dates import date2num

from sim.domain.errors import SettingsError
from sim.outcomes.headline import HORIZON
from sim.outcomes.load import RunFolder
from sim.outcomes.quantiles import HEADLINE_LEVELS
from sim.presentation.figures import Panel, draw_fan, fan_sheet
from sim.presentation.map import draw_network
from sim.presentation.numbers import readable, short
from sim.presentation.style import (
    BASELINE,
    PALETTE,
    SCENARIO,
    Picture,
    dress,
    footnote,
    header,
    looks,
    picture,
)
from sim.presentation.view import View, view_of_folder

_WIDTH, _HEIGHT = 9.6, 5.4
_BAR = 0.36
_ROOM_FOR_NAMES = 0.26


def fan(
    run: RunFolder, measure: str, actor: str | Sequence[str] | None = None
) -> Picture:
    """Return a fan chart of a measure: the scenario over its baseline.

    Args:
        run: the run.
        measure: name of the measure.
        actor: one actor, or several for a panel each; by default the first recorded.

    Raises:
        SettingsError: nothing of that name was recorded.
    """
    shown = view_of_folder(run)
    actors = [actor] if isinstance(actor, str) else list(actor or [])
    chosen = actors or _actors(shown, measure)[:1]
    for one in chosen:
        shown.of(shown.baseline, measure, one)
    title = shown.titles.get(measure, measure)
    if len(chosen) == 1:
        words = f"{title}: {shown.words(chosen[0])}"
        return fan_sheet(shown, words, [Panel(measure, chosen[0], "")])
    panels = [Panel(measure, one, shown.words(one)) for one in chosen]
    return fan_sheet(shown, title, panels, columns=3)


def compare(runs: Sequence[RunFolder], measure: str, actor: str) -> Picture:
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
    views = [view_of_folder(run) for run in runs]
    with looks():
        drawn = picture(_WIDTH, _HEIGHT)
        words = f"{views[0].titles.get(measure, measure)}: {views[0].words(actor)}"
        key = [
            (f"■ {_words(view.scenario)}", colour)
            for view, colour in zip(views, PALETTE, strict=False)
        ]
        bands = "line: median · dark band: half of the draws · light band: nine in ten"
        header(drawn, words, bands, key)
        axes = drawn.add_subplot()
        dress(axes, views[0].units.get(measure, ""))
        axes.xaxis_date()
        for view, colour in zip(views, PALETTE, strict=False):
            levels = view.of(view.scenario, measure, actor)
            draw_fan(axes, view.months, levels, colour)
        axes.set_xlim(*date2num(views[0].months[[0, -1]]))
        if axes.dataLim.y0 >= 0:
            axes.set_ylim(bottom=0)
        seeds = sorted({view.seed for view in views})
        footnote(drawn, f"Chip-war simulator · seeds {', '.join(map(str, seeds))}")
    return drawn


def bars(run: RunFolder, measure: str, when: str = HORIZON) -> Picture:
    """Return a bar chart of a headline measure: each actor, scenario and baseline.

    Args:
        run: the run.
        measure: name of a headline measure.
        when: a year such as ``2027``, or ``horizon``.

    Raises:
        SettingsError: the headline does not hold that measure and time.
    """
    table = run.headline
    rows = table[(table["measure"] == measure) & (table["when"] == str(when))]
    if rows.empty:
        raise SettingsError(
            f"the headline holds no {measure} at {when}; see run.headline"
        )
    shown = view_of_folder(run)
    unit, scale = readable(str(rows["unit"].iloc[0]))
    with looks():
        drawn = picture(_WIDTH, 2.0 + 0.55 * len(rows))
        title = f"{shown.titles.get(measure, measure)}, {when}"
        key = [(f"■ {_words(shown.baseline)}", BASELINE)]
        sides = [("baseline", BASELINE, -_BAR / 2)]
        if shown.scenario != shown.baseline:
            key.append((f"■ {_words(shown.scenario)}", SCENARIO))
            sides.append(("scenario", SCENARIO, _BAR / 2))
        header(drawn, title, "bar: median · line: nine in ten draws", key)
        drawn.subplots_adjust(left=_ROOM_FOR_NAMES)
        axes = drawn.add_subplot()
        for side, colour, shift in sides:
            places = [place + shift for place in range(len(rows))]
            low, middle, high = (
                rows[f"{side}_{level}"].to_numpy() * scale for level in HEADLINE_LEVELS
            )
            axes.barh(places, middle, height=_BAR, color=colour, alpha=0.55)
            axes.hlines(places, low, high, color=colour, linewidth=1.6)
        axes.set_yticks(range(len(rows)), [shown.words(one) for one in rows["actor"]])
        axes.invert_yaxis()
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
        axes.xaxis.set_major_formatter(lambda value, _: short(value))
        axes.set_xlabel(unit)
        footnote(
            drawn, f"Chip-war simulator · {shown.draws:,} draws, seed {shown.seed}"
        )
    return drawn


def network(run: RunFolder) -> Picture:
    """Return the map of the supply network, with what the scenario cuts in red."""
    shown = view_of_folder(run)
    return draw_network(run.network, shown.scenario, shown.baseline)


def _actors(shown: View, measure: str) -> list[str]:
    """Return the actors of a measure, or say which measure may have been meant."""
    actors = shown.actors(measure)
    if not actors:
        shown.of(shown.baseline, measure, "")
    return actors


def _words(name: str) -> str:
    return name.replace("_", " ")
