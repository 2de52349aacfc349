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

_LOST = "its worker process was lost, perhaps killed for want of memory"


class ProcessLauncher(BlockLauncher):
    """Does jobs in processes, each of which is started anew when it is lost."""

    def __init__(self, workers: int | None = None) -> None:
        """Take the number of processes: None for one a processor."""
        self._workers = workers

    def launch(
        self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int
    ) -> Sequence[JobReturn]:
        """Do jobs, and return what came of each."""
        from hydra_plugins.chipwar._jobs import lost_job
        from sim.experiments.workers import Crew, processors

        asked = self._workers or processors()
        work = self.runner
        jobs = [
            (work.run, words, initial_job_idx + place)
            for place, words in enumerate(job_overrides)
        ]
        with Crew() as crew:
            return crew.run_all(
                jobs,
                min(asked, len(jobs)),
                on_lost=lambda place: lost_job(job_overrides[place], _LOST),
            )
