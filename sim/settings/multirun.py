"""Multirun: a sweep goes through Hydra to its sweeper and its launcher."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException, MissingConfigException
from omegaconf.errors import OmegaConfBaseException

from sim.domain.errors import SettingsError, choices, one_line
from sim.outcomes.folder_path import with_home
from sim.outcomes.sweep import files
from sim.settings.compose import force_added
from sim.settings.hydra_composition import registered_with_hydra, scenario_contents
from sim.settings.overrides import (
    format_value,
    last_value,
    parse_override,
)
from sim.settings.scenario_files import ScenarioFiles
from sim.settings.shipped_files import CONFIGS
from sim.settings.swept_values import read_factor
from sim.settings.task_list import SWEEP_FLAGS

_CONFIG = "multirun"
"""The configuration that adds Hydra's own settings to those of a run."""

_HYDRA = ("hydra.", "hydra/")
_EXTRAS = ("joblib", "ray", "slurm")

LaunchBlocks = Callable[[Path, Sequence[str]], Mapping[str, str]]
"""Runs blocks, given the sweep's folder and their ids.

It returns when they have ended, with what went wrong with those that failed, by id.
"""


@dataclass(frozen=True)
class SweepTask:
    """What Hydra runs: a sweep, and in its workers each block of it.

    Attributes:
        run_block: runs one block, given the sweep's folder and the block's id.
        run_command: runs a command: a single point, for another sweeper than ours.
        run_sweep: plans the sweep, and has its blocks launched; None in a worker.
    """

    run_block: Callable[[str, str], object]
    run_command: Callable[[Sequence[str]], object]
    run_sweep: Callable[[LaunchBlocks], object] | None = None

    def __call__(self, config: Any) -> None:
        """Run a block, or the single run that another sweeper asks for."""
        if "job" in config:
            self.run_block(str(config.job.folder), str(config.job.block))
        else:
            self.run_command(list(HydraConfig.get().overrides.task))

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave this process without the sweep: a worker need not import it."""
        return SweepTask, (self.run_block, self.run_command)


def block_overrides(folder: Path, block: str) -> list[str]:
    """Return the overrides that give a job its block."""
    path = format_value(folder.absolute())
    return [f"+job.folder={path}", f"+job.block={format_value(block)}"]


def simulator_overrides(overrides: Iterable[str]) -> tuple[str, ...]:
    """Return the overrides of a sweep that are the simulator's, not Hydra's."""
    return tuple(
        override
        for override in overrides
        if override not in SWEEP_FLAGS and not _is_hydras(override)
    )


def multirun(command: Sequence[str], task: SweepTask) -> Any:
    """Run a sweep by way of Hydra's sweeper and launcher.

    Args:
        command: the overrides of the command, Hydra's among them; the simulator's own
            have been checked.
        task: what to do.
    """
    of_hydra = [override for override in command if _is_hydras(override)]
    for override in of_hydra:
        parse_override(override)
    own = [parse_override(override) for override in simulator_overrides(command)]
    outputs = last_value(own, "outputs")
    folder = with_home("outputs" if outputs is None else str(outputs)) / files.SWEEPS
    overrides = [
        *_launcher_workers(of_hydra, own),
        # Launchers make this folder; workers elsewhere must make the same one.
        f"hydra.sweep.dir={format_value(folder.absolute())}",
        *of_hydra,
        *map(force_added, own),
    ]
    with registered_with_hydra(_scenario_contents(own)):
        return _through_hydra(task, overrides)


def _through_hydra(task: SweepTask, overrides: list[str]) -> Any:
    with initialize_config_dir(str(CONFIGS), job_name="chipwar", version_base="1.3"):
        hydra = GlobalHydra.instance().hydra
    # It is no longer the global one, as points are composed while it runs.
    assert hydra is not None
    try:
        return hydra.multirun(
            config_name=_CONFIG, task_function=task, overrides=overrides
        )
    except MissingConfigException as error:
        raise SettingsError(_missing(error, overrides)) from error
    except (HydraException, OmegaConfBaseException) as error:
        first = next(iter(str(error).splitlines()), "")
        raise SettingsError(one_line(first)) from error


def _missing(error: MissingConfigException, overrides: Iterable[str]) -> str:
    """Return in one line which of Hydra's choices does not exist."""
    group, _, name = (error.missing_cfg_file or "").rpartition("/")
    options = error.options or ()
    override = f"{group}={name}"
    if not group or override not in list(overrides):
        return one_line(str(error).partition("\n")[0])
    hint = choices(name, options)
    if name in _EXTRAS:
        hint = f"; for it, install the simulator's extra [{name}]"
    return f"{override}: there is no {group} called {name!r}{hint}"


def _is_hydras(override: str) -> bool:
    return override.lstrip("+~").startswith(_HYDRA)


def _scenario_contents(own: Sequence[Any]) -> dict[str, dict[str, Any]]:
    """Return the scenarios that may be chosen, and those that they build on."""
    scenario_files = ScenarioFiles.find(last_value(own, "scenario_folder"))
    contents: dict[str, dict[str, Any]] = {}
    for override in own:
        if override.key_or_group == "scenario":
            swept = override.is_sweep_override()
            names = (
                read_factor(override, scenario_files, 0).values or ()
                if swept
                else [override.value()]
            )
            for name in names:
                contents |= scenario_contents(str(name), scenario_files)
    return contents


def _launcher_workers(of_hydra: Iterable[str], own: Sequence[Any]) -> list[str]:
    """Return the override that passes `workers=` on, if the launcher is ours."""
    workers = last_value(own, "workers")
    launchers = [name for name in of_hydra if name.startswith("hydra/launcher=")]
    if workers is None or launchers not in ([], ["hydra/launcher=processes"]):
        return []
    return [f"hydra.launcher.workers={workers}"]
