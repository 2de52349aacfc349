"""Multirun: the words of a sweep go through Hydra to its sweeper and its launcher."""

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

from sim.domain.errors import SettingsError, nearest
from sim.outcomes.sweep import files
from sim.settings.compose import force_added, registered_with_hydra
from sim.settings.overrides import (
    format_value,
    last_value,
    one_line,
    parse_override,
)
from sim.settings.paths import CONFIGS
from sim.settings.scenario_files import ScenarioFiles
from sim.settings.task_list import SWEEP_FLAGS

_CONFIG = "multirun"
"""The configuration that adds Hydra's own settings to those of a run."""

_HYDRA = ("hydra.", "hydra/")
_EXTRAS = ("joblib", "ray", "slurm")

LaunchBlocks = Callable[[Path, Sequence[str]], Mapping[str, str]]
"""Lets blocks be lived, given the sweep's folder and their ids.

It returns when they are, with what became of those that did not end well, by id.
"""


@dataclass(frozen=True)
class WorkerJob:
    """What a worker does, on whatever machine; it imports both functions.

    Attributes:
        live_block: lives one block, given the sweep's folder and the block's id.
        run: does what a command says: a point, for a sweeper that is not ours.
    """

    run_block: Callable[[str, str], object]
    run_command: Callable[[Sequence[str]], object]

    def __call__(self, config: Any) -> None:
        """Do one job: a block, or the single run that another sweeper asks for."""
        if "job" in config:
            self.run_block(str(config.job.folder), str(config.job.block))
        else:
            self.run_command(list(HydraConfig.get().overrides.task))


@dataclass(frozen=True)
class SweepTask:
    """What Hydra is given to do; all that leaves this process is the job.

    Attributes:
        words: the simulator's own words, as they were given.
        carry_out: plans a sweep and asks for its blocks to be launched.
        job: what is done with each of them.
    """

    overrides: tuple[str, ...]
    run_sweep: Callable[[Sequence[str], LaunchBlocks], object]
    job: WorkerJob

    def __call__(self, config: Any) -> None:
        """Do one job in this process."""
        self.job(config)

    def __reduce__(self) -> tuple[Any, ...]:
        """Become the job alone: a worker need not import what plans and reports."""
        return WorkerJob, (self.job.run_block, self.job.run_command)


def simulator_overrides(given: Iterable[str]) -> tuple[str, ...]:
    """Return the words of a sweep that are the simulator's, not Hydra's."""
    return tuple(
        word for word in given if word not in SWEEP_FLAGS and not _is_hydras(word)
    )


def multirun(given: Sequence[str], task: SweepTask) -> Any:
    """Carry out a sweep by way of Hydra's sweeper and launcher.

    Args:
        given: the words of the command, Hydra's among them; the simulator's own have
            been checked.
        task: what to do.

    Returns:
        What the sweeper returns.

    Raises:
        SettingsError: Hydra cannot make sense of its words.
    """
    words = [word for word in given if word not in SWEEP_FLAGS]
    for word in filter(_is_hydras, words):
        parse_override(word)
    mine = [parse_override(word) for word in task.overrides]
    contents = _scenarios(mine)
    outputs = last_value(mine, "outputs")
    place = Path("outputs" if outputs is None else str(outputs)) / files.SWEEPS
    overrides = [
        *_workers(words, mine),
        # Launchers make this folder; workers elsewhere must make the same one.
        f"hydra.sweep.dir={format_value(place.absolute())}",
        *filter(_is_hydras, words),
        *map(force_added, mine),
    ]
    with registered_with_hydra(contents):
        return _through_hydra(task, overrides)


def _through_hydra(task: SweepTask, overrides: list[str]) -> Any:
    with initialize_config_dir(str(CONFIGS), job_name="chipwar", version_base="1.3"):
        hydra = GlobalHydra.instance().hydra
    # No longer the global one: points are composed meanwhile.
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
    """Return in one line which of Hydra's choices is not there."""
    group, _, name = (error.missing_cfg_file or "").rpartition("/")
    options = error.options or ()
    word = f"{group}={name}"
    if not group or word not in list(overrides):
        return one_line(str(error).partition("\n")[0])
    extra = (
        f"; for it, install the simulator's extra [{name}]" if name in _EXTRAS else ""
    )
    known = ", ".join(options)
    return f"{word}: choose from {known}{extra or nearest(name, options)}"


def _is_hydras(word: str) -> bool:
    return word.lstrip("+~").startswith(_HYDRA)


def _scenarios(mine: Sequence[Any]) -> dict[str, dict[str, Any]]:
    """Return the scenarios that the words may choose, and those that they build on."""
    offered = ScenarioFiles.find(last_value(mine, "scenario_folder"))
    contents: dict[str, dict[str, Any]] = {}
    for word in mine:
        if word.key_or_group == "scenario":
            swept = word.is_sweep_override()
            names = offered.files if swept else [str(word.value())]
            for name in names:
                contents |= offered.with_parents(name)
    return contents


def _workers(words: Iterable[str], mine: Sequence[Any]) -> list[str]:
    """Return a word that passes `workers=` on to the launcher, if that is ours."""
    given = last_value(mine, "workers")
    chosen = [word for word in words if word.startswith("hydra/launcher=")]
    if given is None or chosen not in ([], ["hydra/launcher=processes"]):
        return []
    return [f"hydra.launcher.workers={given}"]
