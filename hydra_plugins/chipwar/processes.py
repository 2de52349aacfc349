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

_LOST = "its worker process was lost, perhaps killed for lack of memory"


class ProcessLauncher(BlockLauncher):
    """Runs jobs in processes; one that is lost is replaced."""

    def __init__(self, workers: int | None = None) -> None:
        """Take the number of processes: None for one a processor."""
        self._workers = workers

    def launch(
        self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int
    ) -> Sequence[JobReturn]:
        """Run jobs, and return the result of each."""
        from hydra_plugins.chipwar._jobs import lost_job
        from sim.experiments.processors import processors
        from sim.experiments.workers import Crew

        run = self.runner.run
        jobs = [
            (run, overrides, number)
            for number, overrides in enumerate(job_overrides, start=initial_job_idx)
        ]
        with Crew() as crew:
            return crew.run_all(
                jobs,
                min(self._workers or processors(), len(jobs)),
                on_lost=lambda index: lost_job(job_overrides[index], _LOST),
            )
