"""Jobs: a block as words that any Hydra launcher takes, and what a worker does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from hydra.core.utils import JobReturn, JobStatus, run_job, setup_globals
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, open_dict

from sim.experiments.workers import LostWorkerError
from sim.settings.overrides import format_value


def block_overrides(folder: Path, block: str) -> list[str]:
    """Return the words of the job that lives a block."""
    place = folder.absolute()
    return [f"+job.folder={format_value(place)}", f"+job.block={format_value(block)}"]


@dataclass(frozen=True)
class JobRunner:
    """All that a worker needs to do any job of one launch; it can be pickled.

    Attributes:
        context: how Hydra composes and whom it tells.
        task: what is done in each job.
        config: the configuration of the whole command.
        offered: configurations that are offered from within the program.
    """

    context: HydraContext
    task: TaskFunction
    config: DictConfig
    offered: Mapping[str, Any]

    @classmethod
    def here(
        cls, context: HydraContext, task: TaskFunction, config: DictConfig
    ) -> JobRunner:
        """Return the work as this process knows it."""
        repo = ConfigStore.instance().repo
        # What Hydra and its plugins offer, a worker finds by itself.
        mine = {name: repo[name] for name in repo if not name.startswith("hydra")}
        return cls(context, task, config, mine)

    def run(self, words: Sequence[str], number: int) -> JobReturn:
        """Do one job, in whatever process this is.

        Args:
            words: the job's own words.
            number: its number among those of the command.
        """
        setup_globals()
        ConfigStore.instance().repo.update(self.offered)
        config = self.context.config_loader.load_sweep_config(self.config, list(words))
        with open_dict(config):
            config.hydra.job.id = str(number)
            config.hydra.job.num = number
        HydraConfig.instance().set_config(config)
        returned = run_job(
            hydra_context=self.context,
            task_function=self.task,
            config=config,
            job_dir_key="hydra.sweep.dir",
            job_subdir_key="hydra.sweep.subdir",
        )
        # Nobody asks for its configuration, which need not survive the way back.
        returned.cfg = returned.hydra_cfg = None
        return returned


def lost_job(words: Sequence[str], why: str) -> JobReturn:
    """Return what stands for a job whose worker was lost."""
    returned = JobReturn(overrides=list(words), status=JobStatus.FAILED)
    returned.return_value = LostWorkerError(why)
    return returned
