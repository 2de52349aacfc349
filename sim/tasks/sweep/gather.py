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
from sim.outcomes.sweep.design import write_design
from sim.outcomes.sweep.durable import write_durably
from sim.outcomes.sweep.load import load_sweep
from sim.outcomes.sweep.sheet import Sheet
from sim.outcomes.sweep.table import assemble, assemble_draws
from sim.presentation.sweep import draw_sweep_figures
from sim.presentation.sweep_view import meanings_of
from sim.records.vintage import hindsight
from sim.settings.scenario_files import ScenarioFiles
from sim.tasks import assumption_source
from sim.tasks.prepare import read_records
from sim.tasks.sweep import identity
from sim.tasks.sweep.plan import Sweep, meant, scenarios_of


def gather(
    sweep: Sweep, command_line: Sequence[str], started: datetime
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
    sheet = Sheet(
        store=sweep.store,
        settings=sweep.design.keys,
        rows=sweep.points,
        draws=sweep.draws,
        times=asked.times,
        about=_about(sweep),
    )
    errors = assemble(sheet, folder / files.TABLE)
    if asked.each_draw:
        assemble_draws(sheet, folder / files.DRAWS)
    write_design(
        folder / files.DESIGN,
        settings=sweep.design.keys,
        rows=sweep.points,
        held=sweep.store.done(),
        draws=sweep.draws,
        errors=errors,
    )
    if sweep.settings.figures:
        _draw(sweep)
    said = json.dumps(_origin(sweep, command_line, started), indent=2) + "\n"
    write_durably(folder / files.PROVENANCE, said.encode())
    return errors


def _draw(sweep: Sweep) -> None:
    """Draw the figures beside those that are there, and put them in their place."""
    drawn, place = sweep.folder / f".{files.FIGURES}", sweep.folder / files.FIGURES
    rmtree(drawn, ignore_errors=True)
    meanings = meanings_of(read_records(sweep.settings))
    draw_sweep_figures(drawn, load_sweep(sweep.folder), meanings)
    rmtree(place, ignore_errors=True)
    if drawn.exists():
        drawn.rename(place)


def _about(sweep: Sweep) -> dict[str, Any]:
    """Return what fixes the numbers of all points: what two sweeps must share."""
    # Of scenarios that are swept, another sweep may hold others.
    shared = {} if "scenario" in sweep.design.keys else _scenarios(sweep)
    return {
        "code": identity.of_code(),
        "data": identity.of_data(read_records(sweep.settings).folder),
        "scenario": [identity.digest(text) for text in shared.values()],
        "fixed": meant(sweep.command.fixed),
    }


def _scenarios(sweep: Sweep) -> dict[str, str]:
    """Return what the files of the scenarios say, by name."""
    offered = ScenarioFiles.find(sweep.settings.scenario_folder)
    return {
        name: yaml.safe_dump(offered.with_parents(name), sort_keys=True)
        for name in scenarios_of(sweep.command, sweep.design)
        if name in offered.files
    }


def _origin(
    sweep: Sweep, command_line: Sequence[str], started: datetime
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
