"""Plots for a notebook: `sim.plot.fan(run, "frontier_lag_months", actor="china")`.

Each takes a run, fresh from `sim.run` or saved and read by `sim.load`, and returns a
figure that the notebook shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields

import pandas as pd
from matplotlib.axes import Axes

from sim.domain.errors import SettingsError, choices
from sim.domain.number_format import amount
from sim.outcomes.effect_drivers import Driver
from sim.outcomes.headline import HORIZON
from sim.outcomes.quantiles import HEADLINE_LEVELS
from sim.outcomes.results import Key, Results, with_same_series
from sim.outcomes.run_tables import RunTables
from sim.outcomes.saved_run import RunFolder
from sim.outcomes.sweep.sweep_folder import SweepFolder
from sim.presentation import names, style
from sim.presentation.allies import allies_figure, ally_answers
from sim.presentation.channels import channels_figure
from sim.presentation.difference_panel import (
    HOW_TO_READ,
    Panel,
    draw_bands,
    end_in_words,
)
from sim.presentation.fan_charts import fan_figure
from sim.presentation.horizon_effects import MAIN_EFFECTS, dots_figure, effects_of
from sim.presentation.law_chart import law_figure
from sim.presentation.map import network_map
from sim.presentation.names import spaced
from sim.presentation.numbers import reader_unit
from sim.presentation.sampled_worlds import WORLDS, worlds_figure
from sim.presentation.setting_meanings import meanings_of
from sim.presentation.sweep_figures import one_figure
from sim.presentation.sweep_view import sweep_view
from sim.presentation.tornado import tornado_figure
from sim.presentation.view import RunView, view_of
from sim.records import load_records

Runs = RunTables | RunFolder
"""A run, fresh or saved."""

_BASELINE = "baseline"
_MOST_EFFECTS = 9
"""Effects that a figure has room for."""

_HEIGHT = 5.4
_BAR = 0.36
_ROOM_FOR_NAMES = 0.26


def fan(
    run: Runs, measure: str, actor: str | Sequence[str] | None = None
) -> style.StyledFigure:
    """Return a fan chart of a measure: the scenario over its baseline.

    Args:
        run: the run.
        measure: name of the measure.
        actor: one actor by id or name, or several for a panel each; by default the
            first recorded.

    Raises:
        SettingsError: what is given is no run, or nothing of that name was recorded.
    """
    view = view_of(_run(run), measure)
    given = [actor] if isinstance(actor, str) else list(actor or [])
    given = given or view.actors(measure)[:1]
    actors = [view.actor_called(measure, name) for name in given]
    for name in actors:
        view.bands(view.baseline, measure, name)
    title = names.measure_title(measure)
    if len(actors) == 1:
        panels = [Panel(measure, actors[0], "")]
        return fan_figure(view, f"{title}: {view.actor_name(actors[0])}", panels)
    panels = [Panel(measure, name, view.actor_name(name)) for name in actors]
    return fan_figure(view, title, panels, columns=3)


@style.figure_style()
def compare(runs: Sequence[Runs], measure: str, actor: str) -> style.StyledFigure:
    """Return a fan chart of one measure in several runs, a colour each.

    Args:
        runs: runs of different scenarios.
        measure: name of the measure.
        actor: the actor, by id or name.

    Raises:
        SettingsError: no run is given, more than there are colours, or nothing of that
            name was recorded.
    """
    several = _several(runs)
    if not 0 < len(several) <= len(style.PALETTE):
        raise SettingsError(
            f"compare from 1 to {len(style.PALETTE)} runs, not {len(several)}"
        )
    views = [view_of(run, measure) for run in several]
    actor = views[0].actor_called(measure, actor)
    coloured = list(zip(views, style.PALETTE, strict=False))
    seeds = ", ".join(map(str, sorted({view.seed for view in views})))
    figure = style.new_figure(
        (style.WIDTH, _HEIGHT),
        f"{names.measure_title(measure)}: {views[0].actor_name(actor)}",
        HOW_TO_READ,
        [(f"■ {spaced(view.scenario)}", colour) for view, colour in coloured],
        footnote=f"Chip-war simulator · seeds {seeds}",
    )
    figure.alt_text = _compared_in_words(views, measure, actor)
    axes = figure.add_subplot()
    style.format_axes(axes, views[0].units.get(measure, ""))
    axes.xaxis_date()
    for view, colour in coloured:
        bands = view.bands(view.scenario, measure, actor)
        draw_bands(axes, view.months, bands, colour)
    style.show_months(axes, views[0].months)
    if axes.dataLim.y0 >= 0:
        axes.set_ylim(bottom=0)
    return figure


@style.figure_style()
def bars(run: Runs, measure: str, when: object = HORIZON) -> style.StyledFigure:
    """Return a bar chart of a headline measure: each actor, scenario and baseline.

    Args:
        run: the run.
        measure: name of a headline measure.
        when: a year such as ``2027``, or ``horizon``.

    Raises:
        SettingsError: the headline does not hold that measure and time.
    """
    rows = _run(run).headline
    for column, value in (("measure", measure), ("when", str(when))):
        known = rows[column].astype(str).unique()
        rows = rows[rows[column] == value]
        if rows.empty:
            hint = choices(value, known, "run.headline")
            raise SettingsError(f"the headline holds no {column} {value!r}{hint}")
    view = view_of(run, measure)
    sides = [("baseline", view.baseline, style.BASELINE)]
    if not view.alone:
        sides.append(("scenario", view.scenario, style.SCENARIO))
    figure = style.new_figure(
        (style.WIDTH, 2.0 + 0.55 * len(rows)),
        f"{names.measure_title(measure)}, {when}",
        "bar: median · line: nine in ten draws",
        [(f"■ {spaced(name)}", colour) for _, name, colour in sides],
        footnote=style.source_note(view.draws, view.seed),
    )
    figure.alt_text = _bars_in_words(view, rows, measure, str(when))
    figure.subplots_adjust(left=_ROOM_FOR_NAMES)
    axes = figure.add_subplot()
    for (side, _, colour), shift in zip(sides, (-_BAR / 2, _BAR / 2), strict=False):
        _draw_bars(axes, rows, side, colour, shift)
    _format_bars(axes, view, rows)
    return figure


def _compared_in_words(views: Sequence[RunView], measure: str, actor: str) -> str:
    ends = [
        f"{spaced(view.scenario)} "
        f"{end_in_words(view.bands(view.scenario, measure, actor), amount)}"
        for view in views
    ]
    return (
        f"{names.measure_title(measure)} of {views[0].actor_name(actor)} by month to "
        f"{views[0].months[-1].item():%Y-%m}, {views[0].units.get(measure, '')}; at "
        f"the end the median and the range of nine draws in ten: {', '.join(ends)}."
    )


def _bars_in_words(view: RunView, rows: pd.DataFrame, measure: str, when: str) -> str:
    unit, scale = reader_unit(str(rows["unit"].iloc[0]))
    sides = {"scenario": view.scenario, "baseline": view.baseline}
    if view.alone:
        del sides["scenario"]
    parts = [
        f"{view.actor_name(row['actor'])}: "
        + ", ".join(
            f"{spaced(name)} {amount(scale * row[f'{side}_p50'])}"
            for side, name in sides.items()
        )
        for row in rows.to_dict("records")
    ]
    return f"{names.measure_title(measure)}, {when}, {unit}: {'; '.join(parts)}."


def _draw_bars(
    axes: Axes, rows: pd.DataFrame, side: str, colour: str, shift: float
) -> None:
    """Draw the median of each row as a bar and its range as a line."""
    _, scale = reader_unit(str(rows["unit"].iloc[0]))
    low, median, high = (
        rows[f"{side}_{level}"].to_numpy() * scale for level in HEADLINE_LEVELS
    )
    heights = [row + shift for row in range(len(rows))]
    axes.barh(heights, median, height=_BAR, color=colour, alpha=0.55)
    axes.hlines(heights, low, high, color=colour, linewidth=1.6)


def _format_bars(axes: Axes, view: RunView, rows: pd.DataFrame) -> None:
    labels = [view.actor_name(actor) for actor in rows["actor"]]
    axes.set_yticks(range(len(rows)), labels)
    axes.invert_yaxis()
    style.grid_across(axes)
    axes.xaxis.set_major_formatter(style.number_on_axis)
    axes.set_xlabel(reader_unit(str(rows["unit"].iloc[0]))[0])


def channels(run: Runs) -> style.StyledFigure:
    """Return how the change of China's lag splits over channels, and adds up again.

    Args:
        run: a run with ``attribution=True``.

    Raises:
        SettingsError: the run did not split the change.
        OutputError: the saved run did not.
    """
    split = _run(run).split
    if split is None:
        raise SettingsError(
            "this run does not split the change of the lag over channels; run it with "
            "attribution=True"
        )
    return channels_figure(split)


def network(run: Runs) -> style.StyledFigure:
    """Return the map of the supply network, with what the scenario cuts in red."""
    return network_map(_run(run))


def allies(run: Runs) -> style.StyledFigure:
    """Return what allies answer when asked: shares of draws by month, a panel an ask.

    Raises:
        SettingsError: no ally was asked anything that it decides for itself.
    """
    answers = ally_answers(_run(run))
    if not answers.outcomes:
        raise SettingsError(
            f"{answers.scenario}: no ally was asked anything that it decides for "
            "itself; a scenario says so under `decisions`"
        )
    return allies_figure(answers)


def dots(
    run: Runs, measure: str | None = None, actor: str | None = None
) -> style.StyledFigure:
    """Return what a scenario changes at the horizon, as twenty equally likely dots.

    Args:
        run: the run, beside its baseline; of a saved one its recorded draws.
        measure: name of a measure; by default those that a reader asks first.
        actor: one actor by id; by default the first nine for which the measure was
            recorded.

    Raises:
        SettingsError: nothing of that name was recorded, or a law was run alone.
    """
    scenario, baseline = _pair(run)
    if scenario.scenario == baseline.scenario:
        raise SettingsError(
            f"{scenario.scenario} was run alone, and changes nothing; run a scenario"
        )
    if measure is None:
        keys = [key for key in MAIN_EFFECTS if key in scenario.series]
        keys = keys or list(scenario.series)[:_MOST_EFFECTS]
    else:
        keys = _keys(scenario, measure, actor)[:_MOST_EFFECTS]
    return dots_figure(effects_of(scenario, baseline, keys), scenario, baseline)


def worlds(
    run: Runs, measure: str, actor: str | None = None, *, count: int = WORLDS
) -> style.StyledFigure:
    """Return a line for each of some worlds, and for what the scenario changes in it.

    Args:
        run: the run; of a saved one its recorded draws.
        measure: name of the measure.
        actor: the actor by id; by default the first recorded.
        count: how many worlds, from the first draw on.

    Raises:
        SettingsError: nothing of that name was recorded, or `count` is below one.
    """
    if count < 1:
        raise SettingsError(f"count={count}: show 1 world or more")
    scenario, baseline = _pair(run)
    return worlds_figure(scenario, baseline, _keys(scenario, measure, actor)[0], count)


def law(run: Runs) -> style.StyledFigure:
    """Return the law as rows by month: announced, in force, suspended, by issuer.

    Raises:
        SettingsError: the run did not keep its law.
    """
    given = _run(run)
    if not given.has_law:
        raise SettingsError("this run did not keep its law")
    return law_figure(given)


def tornado(
    study: object, measure: str | None = None, actor: str | None = None
) -> style.StyledFigure:
    """Return the assumptions on which an effect depends, the heaviest above.

    Args:
        study: what `sim.sensitivity` returns, or the table of its folder
            (``pd.read_csv(".../sensitivity.csv")``).
        measure: name of the measure; by default the first of the table.
        actor: whom it is about, by id; by default the first of the table.

    Raises:
        SettingsError: what is given is no such study, or the effect depends on no
            assumption beyond chance.
    """
    table, report = getattr(study, "table", study), getattr(study, "study", None)
    columns = [column.name for column in fields(Driver)]
    if not isinstance(table, pd.DataFrame) or not {*columns} <= {*table.columns}:
        raise _refusal("a study, as sim.sensitivity returns it, or its table", study)
    rows = table
    for column, value in (("measure", measure), ("actor", actor)):
        if value is not None and value not in set(rows[column]):
            hint = choices(value, rows[column].unique())
            raise SettingsError(f"no {column} {value!r} depends on anything{hint}")
        if len(rows):
            rows = rows[rows[column] == (value or rows[column].iloc[0])]
    if rows.empty:
        raise SettingsError("no effect depends on an assumption beyond chance")
    drivers = [
        Driver(*record) for record in rows[columns].itertuples(index=False, name=None)
    ]
    return tornado_figure(
        drivers,
        drivers[0].key,
        {row.name: row.meaning for row in load_records().assumptions},
        scenario=str(rows["scenario"].iloc[0]),
        alone=getattr(report, "alone", rows["scenario"].iloc[0] == _BASELINE),
    )


def _pair(run: object) -> tuple[Results, Results]:
    """Return the draws of both sides of a run, their series matched."""
    given = _run(run)
    scenario = given.results
    if given.scenario == given.baseline:
        return scenario, scenario
    return with_same_series(scenario, given.baseline_results)


def _keys(results: Results, measure: str, actor: str | None) -> list[Key]:
    """Return the series of a measure, or the one of an actor."""
    results.check_measure(measure)
    if actor is not None:
        results.of(measure, actor)
        return [(measure, actor)]
    return [(measure, known) for known in results.actors(measure)]


def sweep(
    swept: SweepFolder,
    measure: str | None = None,
    actor: str | None = None,
    *,
    when: object = None,
    show: str | None = None,
) -> style.StyledFigure:
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
    if not isinstance(swept, SweepFolder):
        raise _refusal("a sweep, as sim.sweep and sim.load_sweep return it", swept)
    series = [(measure, actor)] if measure is not None else []
    view = sweep_view(swept, series, when, meanings=meanings_of(load_records()))
    return one_figure(view, show or view.sides[0])


def _run(run: object) -> Runs:
    """Return a run, or refuse what is none."""
    if not isinstance(run, Runs):
        raise _refusal("a run, as sim.run and sim.load return it", run)
    return run


def _several(runs: object) -> list[Runs]:
    """Return runs, or refuse what is no list of them."""
    if isinstance(runs, Runs | str) or not isinstance(runs, Iterable):
        raise SettingsError("give the runs to compare as a list")
    return [_run(run) for run in runs]


def _refusal(expected: str, given: object) -> SettingsError:
    return SettingsError(f"give {expected}, not {type(given).__name__}")
