"""Gathering: what the blocks of a sweep hold becomes its folder of results."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from shutil import rmtree
from typing import Any

import yaml

from sim.experiments.provenance import provenance
from sim.outcomes.sweep import files
from sim.outcomes.sweep.durable_files import write_durably
from sim.outcomes.sweep.point_status import write_design
from sim.outcomes.sweep.sweep_folder import load_sweep
from sim.outcomes.sweep.table_contents import TableContents
from sim.outcomes.sweep.table_writer import write_draws, write_table
from sim.presentation.sweep_figures import draw_sweep_figures
from sim.presentation.sweep_view import meanings_of
from sim.records.vintage import hindsight
from sim.settings.scenario_files import ScenarioFiles
from sim.tasks import assumption_source
from sim.tasks.prepare import read_records
from sim.tasks.sweep import point_key
from sim.tasks.sweep.sweep_plan import SweepPlan, numeric_overrides, scenario_names


def write_sweep_folder(
    sweep: SweepPlan, command_line: Sequence[str], started: datetime
) -> dict[int, str]:
    """Write tables, design, figures and provenance of a sweep of which all is lived.

    Args:
        sweep: the sweep.
        command_line: the command as it was given, for the record.
        started: when it began, with its time zone.

    Returns:
        Why points failed, by number.

    Raises:
        OutputError: a file cannot be written.
    """
    folder, asked = sweep.folder, sweep.command.sweep
    sheet = TableContents(
        store=sweep.store,
        settings=sweep.design.keys,
        rows=sweep.points,
        draws=sweep.draws,
        times=asked.times,
        origin=_about(sweep),
    )
    errors = write_table(sheet, folder / files.TABLE)
    if asked.each_draw:
        write_draws(sheet, folder / files.DRAWS)
    write_design(
        folder / files.DESIGN,
        settings=sweep.design.keys,
        rows=sweep.points,
        stored=sweep.store.refresh(),
        draws=sweep.draws,
        errors=errors,
    )
    if sweep.settings.figures:
        _draw(sweep)
    said = json.dumps(_origin(sweep, command_line, started), indent=2) + "\n"
    write_durably(folder / files.PROVENANCE, said.encode())
    return errors


def _draw(sweep: SweepPlan) -> None:
    """Draw the figures beside those that are there, and put them in their place."""
    drawn, place = sweep.folder / f".{files.FIGURES}", sweep.folder / files.FIGURES
    rmtree(drawn, ignore_errors=True)
    meanings = meanings_of(read_records(sweep.settings))
    draw_sweep_figures(drawn, load_sweep(sweep.folder), meanings)
    rmtree(place, ignore_errors=True)
    if drawn.exists():
        drawn.rename(place)


def _about(sweep: SweepPlan) -> dict[str, Any]:
    """Return what fixes the numbers of all points: what two sweeps must share."""
    # Of scenarios that are swept, another sweep may hold others.
    shared = {} if "scenario" in sweep.design.keys else _scenarios(sweep)
    return {
        "code": point_key.code_digest(),
        "data": point_key.data_digest(read_records(sweep.settings).folder),
        "scenario": [point_key.digest(text) for text in shared.values()],
        "fixed": numeric_overrides(sweep.command.fixed),
    }


def _scenarios(sweep: SweepPlan) -> dict[str, str]:
    """Return what the files of the scenarios say, by name."""
    offered = ScenarioFiles.find(sweep.settings.scenario_folder)
    return {
        name: yaml.safe_dump(offered.with_parents(name), sort_keys=True)
        for name in scenario_names(sweep.command, sweep.design)
        if name in offered.files
    }


def _origin(
    sweep: SweepPlan, command_line: Sequence[str], started: datetime
) -> dict[str, Any]:
    """Return what a sweep was made from."""
    settings = sweep.settings
    records = read_records(settings)
    known = hindsight(records)
    made_from = provenance(
        command=command_line,
        seed=settings.seed,
        draws=sweep.draws,
        data=records.folder,
        scenarios=_scenarios(sweep),
        assumptions=assumption_source.on_record(sweep.drawn_from, sweep.posterior),
        started=started,
        vintage=None if known is None else known.record(),
    )
    return {
        **made_from,
        "design": sweep.design.kind,
        "design_seed": sweep.design.seed,
        "swept": list(sweep.design.keys),
        "points": len(sweep.points),
    }
