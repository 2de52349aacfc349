"""What a sweep produces: its folder of results, and lines on the screen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from sim.domain.errors import in_one_line
from sim.domain.months import Month
from sim.experiments.provenance import RunStart, provenance
from sim.experiments.setting_warnings import (
    draw_warnings,
    horizon_warnings,
    range_warnings,
)
from sim.outcomes import disk
from sim.outcomes.disk import WriteError
from sim.outcomes.sweep import files
from sim.outcomes.sweep.durable_files import write_durably
from sim.outcomes.sweep.point_status import (
    as_text,
    list_files,
    list_no_files,
    statuses_of,
    write_design,
)
from sim.outcomes.sweep.sweep_folder import SweepFolder
from sim.outcomes.sweep.table_contents import TableContents
from sim.outcomes.sweep.table_writer import write_draws, write_table
from sim.presentation.figure_formats import saved_as
from sim.presentation.numbers import counted
from sim.presentation.setting_meanings import meanings_of
from sim.presentation.sweep_figures import draw_sweep_figures
from sim.presentation.sweep_table import sweep_table
from sim.presentation.terminal_tables import console, plain
from sim.records import Records
from sim.records.vintage import hindsight
from sim.settings.hydra_composition import scenario_contents
from sim.settings.scenario_files import ScenarioFiles
from sim.tasks import assumption_source
from sim.tasks.inputs import read_records
from sim.tasks.sweep import point_key
from sim.tasks.sweep.point_blocks import Block
from sim.tasks.sweep.sweep_plan import (
    SWEPT,
    SweepPlan,
    numeric_overrides,
    scenario_names,
)

_ASSUMPTION = "assumptions."

_ERRORS_SHOWN = 10
"""Failed points that are named on the screen; design.csv has all."""


def write_sweep_folder(
    sweep: SweepPlan, started: RunStart
) -> tuple[dict[int, str], str]:
    """Write tables, design, provenance and figures of a sweep that has been run.

    Args:
        sweep: the sweep.
        started: when it began.

    Returns:
        Why points failed, by number; and why the figures could not be drawn, and are
        left out, nothing if they were.

    Raises:
        OutputError: a file cannot be written, or an old one not removed.
    """
    folder, options = sweep.folder, sweep.command.options
    records = read_records(sweep.settings)
    scenarios = _scenario_texts(sweep)
    contents = TableContents(
        store=sweep.store,
        settings=sweep.design.keys,
        rows=sweep.points,
        draws=sweep.draws,
        times=options.times,
        origin=_shared_origin(sweep, records, scenarios),
    )
    list_no_files(folder)
    _remove_results_not_asked_for(sweep)
    errors = write_table(contents, folder / files.TABLE)
    if options.each_draw:
        write_draws(contents, folder / files.DRAWS)
    statuses = statuses_of(sweep.points, sweep.store.refresh(), sweep.draws, errors)
    write_design(
        folder / files.DESIGN, sweep.design.keys, sweep.points, statuses, errors
    )
    made_from = _provenance(sweep, records, scenarios, started)
    text = json.dumps(made_from, indent=2) + "\n"
    write_durably(folder / files.PROVENANCE, text.encode())
    not_drawn = _replace_figures(sweep, records) if sweep.settings.figures else ""
    list_files(folder)
    return errors, not_drawn


def _remove_results_not_asked_for(sweep: SweepPlan) -> None:
    """Remove what an earlier command wrote and this one will not write again.

    It may be of other draws, or of another sweep of the same name.
    """
    with disk.writing(sweep.folder):
        if not sweep.command.options.each_draw:
            disk.remove_file(sweep.folder / files.DRAWS)
        if not sweep.settings.figures:
            disk.remove_folder(sweep.folder / files.FIGURES)


def _replace_figures(sweep: SweepPlan, records: Records) -> str:
    """Draw the figures beside the old ones, then put them in their place.

    Returns:
        Why they could not be drawn; nothing if they were.
    """
    new, old = sweep.folder / files.NEW_FIGURES, sweep.folder / files.FIGURES
    with disk.writing(old):
        disk.remove_folder(new)
        disk.remove_folder(old)
        try:
            swept = SweepFolder.read([sweep.folder], check=False)
            with saved_as(sweep.settings.figure_format):
                draw_sweep_figures(new, swept, meanings_of(records))
        except WriteError:
            raise
        except Exception as error:
            disk.remove_folder(new)
            return in_one_line(error)
        if new.exists():
            disk.rename(new, old)
    return ""


def _shared_origin(
    sweep: SweepPlan, records: Records, scenarios: Mapping[str, str]
) -> dict[str, Any]:
    """Return what fixes the numbers of all points: what joined sweeps must share."""
    # Of scenarios that are swept, another sweep may hold others.
    shared = {} if "scenario" in sweep.design.keys else scenarios
    return {
        "code": point_key.numerical_digest(),
        "arithmetic": point_key.arithmetic_digest(),
        "data": point_key.data_digest(records),
        "scenario": [point_key.joint_digest(text) for text in shared.values()],
        "fixed": numeric_overrides(sweep.command.fixed),
    }


def _scenario_texts(sweep: SweepPlan) -> dict[str, str]:
    """Return the contents of the scenarios' files, with their parents, by name."""
    scenario_files = ScenarioFiles.find(sweep.settings.scenario_folder)
    return {
        name: yaml.safe_dump(scenario_contents(name, scenario_files), sort_keys=True)
        for name in scenario_names(sweep.command, sweep.design)
        if scenario_files.names_read(name)
    }


def _provenance(
    sweep: SweepPlan,
    records: Records,
    scenarios: Mapping[str, str],
    started: RunStart,
) -> dict[str, Any]:
    """Return what a sweep was made from."""
    vintage = hindsight(records)
    made_from = provenance(
        command=["python -m sim -m", *sweep.command.overrides],
        seed=sweep.settings.seed,
        draws=sweep.draws,
        data=records.folder,
        law_folder=records.law_folder,
        scenarios=scenarios,
        assumptions=assumption_source.source_metadata(
            sweep.drawn_from, sweep.posterior
        ),
        started=started,
        vintage=None if vintage is None else vintage.as_mapping(),
    )
    return {
        **made_from,
        "design": sweep.design.kind,
        "design_seed": sweep.design.seed,
        "swept": list(sweep.design.keys),
        "points": len(sweep.points),
    }


def print_plan(sweep: SweepPlan, blocks: Sequence[Block]) -> None:
    """Print how large a sweep is, how much is stored already, and what is refused."""
    points, draws = len(sweep.points), sweep.draws.count
    total = (points - len(sweep.refused)) * draws
    columns = sum(block.columns for block in blocks)
    line = f"{counted(points, 'point')} of {counted(len(sweep.design.keys), 'setting')}"
    line += f", {counted(draws, 'draw')} each"
    if columns < total:
        line += f"; {1 - columns / total:.0%} is there already"
    console().print(plain(line), style="bold")
    if sweep.drawn_from != SWEPT:
        source = assumption_source.source_in_words(sweep.drawn_from, sweep.posterior)
        console().print(plain(source))
    if sweep.settings.as_of is not None:
        vintage = hindsight(read_records(sweep.settings))
        console().print(plain("" if vintage is None else vintage.summary()))
    for warning in sweep_warnings(sweep):
        console().print(plain(f"warning: {warning}"), style="yellow")
    if sweep.refused:
        _print_errors(sweep, sweep.refused, "cannot be run, and left out")


def sweep_warnings(sweep: SweepPlan) -> Iterator[str]:
    """Yield what a reader should know of the settings of all points, once."""
    settings = sweep.settings
    yield from _replacements(sweep)
    assumptions = read_records(settings).assumptions
    yield from draw_warnings(sweep.draws.count)
    run = [point.values for point in sweep.points if point.error is None]
    swept = dict(zip(sweep.design.keys, zip(*run, strict=True), strict=True))
    values = {name: [value] for name, value in settings.assumptions.items()}
    for key, column in swept.items():
        if key.startswith(_ASSUMPTION):
            numbers = [float(x) for x in column if isinstance(x, int | float)]
            values[key.removeprefix(_ASSUMPTION)] = numbers
    yield from range_warnings(values, assumptions)
    months = [Month.parse(str(text)) for text in swept.get("horizon", ())]
    yield from horizon_warnings(max([settings.horizon, *months]), assumptions)


def _replacements(sweep: SweepPlan) -> list[str]:
    """Return which of the scenarios it reads replace shipped ones, a line each."""
    scenario_files = ScenarioFiles.find(sweep.settings.scenario_folder)
    named = [*scenario_names(sweep.command, sweep.design), sweep.settings.baseline]
    read = [x for name in named for x in scenario_files.names_read(name)]
    return scenario_files.replacements(dict.fromkeys(read))


def print_results(sweep: SweepPlan, errors: Mapping[int, str]) -> None:
    """Print what the points change, if they are few, and which failed, and why."""
    table = sweep_table(SweepFolder.read([sweep.folder]), console())
    if table is not None:
        console().print(table)
    if errors:
        _print_errors(sweep, errors, "failed")


def _print_errors(sweep: SweepPlan, errors: Mapping[int, str], verdict: str) -> None:
    """Print how many points have an error, and what it is for the first of them."""
    out = console()
    heading = f"{counted(len(errors), 'point')} of {len(sweep.points):,} {verdict}"
    out.print(plain(heading), style="bold")
    for number, error in list(errors.items())[:_ERRORS_SHOWN]:
        out.print(plain(f"  point {number} ({_point_name(sweep, number)}): {error}"))
    if len(errors) > _ERRORS_SHOWN:
        hidden = len(errors) - _ERRORS_SHOWN
        out.print(plain(f"  and {hidden:,} more; design.csv names all"))


def _point_name(sweep: SweepPlan, number: int) -> str:
    pairs = zip(sweep.design.keys, sweep.points[number].values, strict=True)
    return " ".join(f"{setting}={as_text(value)}" for setting, value in pairs)
