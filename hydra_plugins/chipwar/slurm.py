"""A launcher on Slurm: jobs go out as one job array, by way of submitit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.core.utils import JobReturn

from hydra_plugins.chipwar._launcher import BlockLauncher

ConfigStore.instance().store(
    group="hydra/launcher",
    name="slurm",
    node={
        "_target_": f"{__name__}.SlurmLauncher",
        # `local` runs jobs in processes of this machine, to try things out.
        "cluster": "slurm",
        # Scripts and logs of the jobs, in a folder that every node sees.
        "folder": "${hydra.sweep.dir}/slurm",
        # What submitit tells Slurm of each job; names as in submitit, null for unset.
        "name": "chipwar",
        "timeout_min": 60,
        "cpus_per_task": 1,
        "mem_gb": None,
        "slurm_partition": None,
        "slurm_account": None,
        "slurm_qos": None,
        "slurm_array_parallelism": 256,
        "slurm_setup": None,
        "slurm_additional_parameters": None,
    },
    provider="chipwar",
)


class SlurmLauncher(BlockLauncher):
    """Runs jobs as tasks of a Slurm job array."""

    library, extra = "submitit", "slurm"

    def __init__(self, cluster: str, folder: str, **parameters: Any) -> None:
        """Take where jobs go, where their logs go, and what submitit is told."""
        self._cluster, self._folder = cluster, folder
        self._parameters = parameters

    def launch(
        self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int
    ) -> Sequence[JobReturn]:
        """Run jobs, and return the result of each.

        Raises:
            SettingsError: there is no Slurm here, or it refuses the jobs.
        """
        from hydra_plugins.chipwar._slurm import executor_for, run_on_slurm

        executor = executor_for(self._cluster, self._folder, self._parameters)
        return run_on_slurm(self.runner, job_overrides, initial_job_idx, executor)
