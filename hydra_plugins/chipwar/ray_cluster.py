"""A launcher on Ray: jobs go to whatever machines have joined a Ray cluster."""

from __future__ import annotations

from collections.abc import Sequence

from hydra.core.config_store import ConfigStore
from hydra.core.utils import JobReturn
from omegaconf import DictConfig

from hydra_plugins.chipwar._launcher import BlockLauncher, given_settings

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
        from hydra_plugins.chipwar._ray import run_on_ray

        return run_on_ray(
            self.runner, job_overrides, initial_job_idx, self._init, self._remote
        )
