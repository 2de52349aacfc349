"""The default launcher: worker processes on this machine, one for each processor."""

from __future__ import annotations

from collections.abc import Sequence

from hydra.core.config_store import ConfigStore
from hydra.core.utils import JobReturn

from hydra_plugins.chipwar._launcher import BlockLauncher

ConfigStore.instance().store(
    group="hydra/launcher",
    name="processes",
    node={"_target_": f"{__name__}.ProcessLauncher", "workers": None},
    provider="chipwar",
)


class ProcessLauncher(BlockLauncher):
    """Does jobs in processes, each of which is started anew when it is lost."""

    def __init__(self, workers: int | None = None) -> None:
        """Take the number of processes: None for one a processor."""
        self._workers = workers

    def launch(
        self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int
    ) -> Sequence[JobReturn]:
        """Do jobs, and return what came of each."""
        from hydra_plugins.chipwar._pool import do_all

        return do_all(self.work, job_overrides, initial_job_idx, self._workers)
