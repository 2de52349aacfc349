"""A launcher on Slurm: jobs go out as one job array, by way of submitit."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.core.utils import JobReturn

from hydra_plugins.chipwar._launcher import (
    BlockLauncher,
    given_settings,
    on_one_line,
)

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
        """Take where jobs and their logs go, and the options for submitit."""
        self._cluster, self._folder = cluster, folder
        self._parameters = parameters

    def launch(
        self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int
    ) -> Sequence[JobReturn]:
        """Run jobs, and return the result of each; interrupted, cancel the others.

        Raises:
            SettingsError: there is no Slurm here, or it refuses the jobs.
        """
        submitted = self._submit(job_overrides, initial_job_idx)
        try:
            return [
                _result(job, overrides)
                for job, overrides in zip(submitted, job_overrides, strict=True)
            ]
        except BaseException:
            for job in submitted:
                with suppress(OSError):
                    job.cancel(check=False)
            raise

    def _submit(self, jobs: Sequence[Sequence[str]], first: int) -> list[Any]:
        import submitit
        from submitit.core.utils import FailedJobError, JobPaths

        from sim.experiments.workers import single_threads

        keep_to_oneself(JobPaths.get_first_id_independent_folder(self._folder))
        try:
            executor = submitit.AutoExecutor(folder=self._folder, cluster=self._cluster)
            executor.update_parameters(**given_settings(self._parameters))
        except (RuntimeError, NameError, ValueError) as error:
            raise _refusal(error) from error
        numbers = list(range(first, first + len(jobs)))
        overrides = [list(job) for job in jobs]
        try:
            # Slurm hands this process's environment on to the jobs.
            with single_threads():
                return list(executor.map_array(self.runner.run, overrides, numbers))
        except FailedJobError as error:
            raise _refusal(error) from error


def keep_to_oneself(folder: Path) -> None:
    """Make a folder in which nobody else can put a job.

    Jobs and their results are pickles: whoever can write them has code run.

    Raises:
        SettingsError: it is there, and others may write in it; or it cannot be made.
    """
    from sim.domain.errors import SettingsError, os_error_reason
    from sim.outcomes import disk

    place = folder.expanduser().absolute()
    try:
        disk.make_folders(place.parent)
        if not place.is_dir():
            disk.make_folder(place, mode=0o700)
        mode = place.stat().st_mode
    except OSError as error:
        raise SettingsError(
            f"hydra.launcher.folder={folder}: {os_error_reason(error)}"
        ) from error
    if os.name != "nt" and mode & 0o022:
        raise SettingsError(
            f"hydra.launcher.folder={folder}: others may write in it, and could have "
            f"code of theirs run as a job; chmod 700 {place}"
        )


def _refusal(error: Exception) -> Exception:
    """Return the error of a launch that is of no use to try again."""
    from sim.domain.errors import SettingsError

    return SettingsError(f"hydra/launcher=slurm: {on_one_line(error)}")


def _result(job: Any, overrides: Sequence[str]) -> JobReturn:
    from submitit.core.utils import FailedJobError, UncompletedJobError

    from hydra_plugins.chipwar._jobs import lost_job

    try:
        returned: JobReturn = job.result()
    except (UncompletedJobError, FailedJobError):
        state = job.state.lower()
        reason = f"job {job.job_id} of Slurm was {state}: {job.paths.stderr}"
        return lost_job(overrides, reason)
    return returned
