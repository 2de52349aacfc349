"""A launcher on Ray: jobs go to whatever machines have joined a Ray cluster."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hydra.core.config_store import ConfigStore
from hydra.core.utils import JobReturn
from omegaconf import DictConfig

from hydra_plugins.chipwar._launcher import BlockLauncher, given_settings

if TYPE_CHECKING:
    from hydra_plugins.chipwar._jobs import JobRunner

ConfigStore.instance().store(
    group="hydra/launcher",
    name="ray",
    node={
        "_target_": f"{__name__}.RayLauncher",
        # For ray.init: where the cluster is. "local" starts one for this sweep alone.
        "init": {"address": "auto", "log_to_driver": False},
        # For ray.remote: what a job needs. One thread for each processor it asks for.
        "remote": {"num_cpus": 1},
    },
    provider="chipwar",
)


class RayLauncher(BlockLauncher):
    """Runs jobs as Ray tasks."""

    library, extra = "ray", "ray"

    def __init__(self, init: DictConfig, remote: DictConfig) -> None:
        """Take the arguments of `ray.init` and `ray.remote`."""
        self._init, self._remote = given_settings(init), given_settings(remote)

    def launch(
        self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int
    ) -> Sequence[JobReturn]:
        """Run jobs, and return the result of each.

        Raises:
            SettingsError: there is no cluster to connect to.
        """
        import ray

        with self._connected():
            # The sweep launches lost blocks again, smaller: Ray need not retry them.
            run = ray.remote(**{"max_retries": 0, **self._remote})(_run)
            runner = ray.put(self.runner)
            tasks = [
                run.remote(runner, list(overrides), number)
                for number, overrides in enumerate(job_overrides, initial_job_idx)
            ]
            return [
                _result(task, overrides)
                for task, overrides in zip(tasks, job_overrides, strict=True)
            ]

    @contextmanager
    def _connected(self) -> Iterator[None]:
        """Connect to a cluster, unless this process is; leaving stops what runs."""
        import ray

        from sim.domain.errors import SettingsError

        if ray.is_initialized():
            yield
            return
        try:
            ray.init(**{"logging_level": logging.ERROR, **self._init})
        except ConnectionError as error:
            raise SettingsError(
                f"hydra.launcher.init.address={self._init.get('address')}: there is no "
                "Ray cluster to connect to; start one with `ray start --head`, or say "
                "local"
            ) from error
        try:
            yield
        finally:
            ray.shutdown()


def _run(runner: JobRunner, overrides: Sequence[str], number: int) -> JobReturn:
    return runner.run(overrides, number)


def _result(task: Any, overrides: Sequence[str]) -> JobReturn:
    import ray

    from hydra_plugins.chipwar._jobs import lost_job

    try:
        returned: JobReturn = ray.get(task)
    except ray.exceptions.RayError as error:
        return lost_job(overrides, f"Ray lost its worker: {type(error).__name__}")
    return returned
