"""The command of a saved run, read from its folder."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.domain.errors import OutputError, SettingsError
from sim.outcomes.folder_writer import OWN_LAW, SCENARIOS
from sim.outcomes.saved_run import RunFolder
from sim.outcomes.sweep import files as sweep_files
from sim.settings.compose import Command, compose_overrides
from sim.settings.hydra_composition import ComposedScenario, compose_scenario
from sim.settings.overrides import parse_overrides
from sim.settings.scenario_files import ScenarioFiles
from sim.settings.schema import Settings
from sim.settings.task_list import TASKS

_OF_THIS_COMMAND = ("task", "folder", "workers", "quiet", "debug", "outputs", "data")
"""Settings that need not be those of the saved run; of the others all are."""

UNIMPORTANT = (*_OF_THIS_COMMAND[2:], "scenario_folder", "law_folder")
"""Settings of `config.yaml` that change no result."""


def saved_run(
    command: Command, example: str = "folder=outputs/<scenario>/<time>"
) -> RunFolder:
    """Return the run in the folder that a command names.

    Args:
        command: the command.
        example: how a folder is given, if none is.

    Raises:
        ChipWarError: it names none, there is no run in it, or not all of one.
    """
    settings = command.settings
    if settings.folder is None:
        raise SettingsError(
            f"task={settings.task}: which run? give folder=..., such as {example}"
        )
    folder = Path(settings.folder)
    if (folder / sweep_files.TABLE).is_file():
        raise SettingsError(
            f"folder={folder}: holds a sweep; the command in its provenance.json, "
            "given again, compares with what is there and runs what is missing"
        )
    with warnings.catch_warnings():
        # An earlier version wrote no manifest; that it did is said with what differs.
        warnings.simplefilter("ignore")
        return RunFolder.read(folder, hint="")


def file_changes(saved: RunFolder) -> list[str]:
    """Return which files of a folder are not as they were written, a line each."""
    changes = {} if saved.manifest is None else saved.manifest.changes()
    return [f"{name} was {change} after the run" for name, change in changes.items()]


def saved_command(saved: RunFolder, command: Command) -> Command:
    """Return the command of a saved run.

    Args:
        saved: the run.
        command: what was asked now: where to write, with how many workers.

    Raises:
        ChipWarError: it sets something of the run, or the folder does not say how it
            was run.
    """
    given = _given_now(command)
    config = dict(saved.config)
    scenario = config.pop("scenario", None)
    task = config.get("task")
    if task not in TASKS or task in ("rerun", "verify"):
        raise OutputError(f"{saved.folder}: config.yaml does not say what was run")
    defaults = compose_overrides([f"task={task}"]).tree
    unknown = sorted(config.keys() - Settings.model_fields.keys())
    if unknown:
        raise OutputError(
            f"{saved.folder}: config.yaml has {unknown[0]}, which is not a setting of "
            "this version; the version that wrote it is in provenance.json"
        )
    scenario_files = _scenario_files(saved)
    compared = list(map(str, scenario)) if isinstance(scenario, list) else []
    # The folders that the run took its scenarios and its law from may be gone.
    kept = {"scenario_folder": SCENARIOS, "law_folder": OWN_LAW}
    folders = {setting: _kept_in(saved, name) for setting, name in kept.items()}
    return Command(
        tree={**defaults, **config, **folders, **given},
        scenario=None if compared else _saved_scenario(saved, scenario, scenario_files),
        scenario_files=scenario_files,
        overrides=command.overrides,
        added_ids=frozenset(),
        default_workers=command.default_workers,
        compared=tuple(compose_scenario(name, scenario_files) for name in compared),
    ).checked()


def _given_now(command: Command) -> dict[str, Any]:
    """Return the settings given beside the folder, if these may be given."""
    given: dict[str, Any] = {}
    for override in parse_overrides(command.overrides):
        key = override.key_or_group
        if key not in _OF_THIS_COMMAND:
            raise SettingsError(
                f"{override.input_line}: task={command.settings.task} takes its "
                f"settings from the folder, but for {', '.join(_OF_THIS_COMMAND[2:])}"
            )
        given[key] = getattr(command.settings, key)
    return {key: given[key] for key in given if key not in ("task", "folder")}


def _scenario_files(saved: RunFolder) -> ScenarioFiles:
    """Return the scenarios on offer; those that lie in the folder go first."""
    return ScenarioFiles.find(_kept_in(saved, SCENARIOS))


def _kept_in(saved: RunFolder, name: str) -> str | None:
    """Return the folder within that of a run that keeps what it read, if there is one.

    Raises:
        OutputError: a file of it is not as it was written.
    """
    own = saved.folder / name
    if not own.is_dir():
        return None
    for path in own.iterdir():
        saved.check_file(f"{name}/{path.name}")
    return str(own)


def _saved_scenario(
    saved: RunFolder, block: Mapping[str, Any] | None, scenario_files: ScenarioFiles
) -> ComposedScenario | None:
    """Return the scenario of a run: by its file, or as an earlier version kept it."""
    if block is None:
        return None
    name = str(block.get("name"))
    if (saved.folder / SCENARIOS / f"{name}.yaml").is_file():
        return compose_scenario(name, scenario_files)
    return ComposedScenario(name, {k: v for k, v in block.items() if k != "name"})
