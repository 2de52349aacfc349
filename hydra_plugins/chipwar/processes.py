"""The default launcher: worker processes on this machine, one for each processor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.core.utils import JobReturn
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig

ConfigStore.instance().store(
    group="hydra/launcher",
    name="processes",
    node={"_target_": f"{__name__}.ProcessLauncher", "workers": None},
    provider="chipwar",
)


class ProcessLauncher(Launcher):
    """Does jobs in processes that are started anew when one is lost.

    Attributes:
        workers: how many processes there are at most; None for one a processor.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers

    def setup(
        self,
        *,
        hydra_context: HydraContext,
        task_function: TaskFunction,
        config: DictConfig,
    ) -> None:
        """Take what every job needs."""
        self._given: dict[str, Any] = {
            "context": hydra_context,
            "task": task_function,
            "config": config,
        }

    def launch(
        self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int
    ) -> Sequence[JobReturn]:
        """Do jobs, and return what came of each; a lost worker fails its job alone."""
        from hydra_plugins.chipwar._jobs import Work
        from hydra_plugins.chipwar._pool import do_all

        work = Work.of(**self._given)
        return do_all(work, job_overrides, initial_job_idx, self.workers)
