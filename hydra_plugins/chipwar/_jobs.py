"""Jobs: what a worker needs to run a block for any launcher, and how it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from hydra.core.utils import JobReturn, JobStatus, run_job, setup_globals
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, open_dict

from sim.experiments.workers import LostWorkerError


@dataclass(frozen=True)
class JobRunner:
    """All that a worker needs to run any job of one launch; it can be pickled.

    Attributes:
        context: how Hydra composes, and its callbacks.
        task: what is done in each job.
        config: the configuration of the whole command.
        registered: configurations that this program has registered with Hydra.
    """

    context: HydraContext
    task: TaskFunction
    config: DictConfig
    registered: Mapping[str, Any]

    @classmethod
    def here(
        cls, context: HydraContext, task: TaskFunction, config: DictConfig
    ) -> JobRunner:
        """Return the runner that does elsewhere what this process would do."""
        repo = ConfigStore.instance().repo
        # What Hydra and its plugins register, a worker finds on its own.
        own = {name: repo[name] for name in repo if not name.startswith("hydra")}
        return cls(context, task, config, own)

    def run(self, overrides: Sequence[str], number: int) -> JobReturn:
        """Run one job, in whatever process this is.

        Args:
            overrides: those of the job.
            number: its number among those of the command.
        """
        setup_globals()
        ConfigStore.instance().repo.update(self.registered)
        loader = self.context.config_loader
        config = loader.load_sweep_config(self.config, list(overrides))
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
        # Nobody reads its configuration, which need not survive the way back.
        returned.cfg = returned.hydra_cfg = None
        return returned


def lost_job(overrides: Sequence[str], reason: str) -> JobReturn:
    """Return what is returned for a job whose worker was lost."""
    returned = JobReturn(overrides=list(overrides), status=JobStatus.FAILED)
    returned.return_value = LostWorkerError(reason)
    return returned
