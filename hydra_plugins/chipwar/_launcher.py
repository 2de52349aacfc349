"""The base of the launchers of this package."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any, ClassVar

from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf

if TYPE_CHECKING:
    from hydra_plugins.chipwar._jobs import JobRunner


class BlockLauncher(Launcher):
    """A launcher whose jobs fail one by one: a lost worker fails its own job alone.

    Attributes:
        library: what only this launcher needs, None if it needs nothing.
        extra: the simulator's extra that installs it; the launcher's name, too.
    """

    library: ClassVar[str | None] = None
    extra: ClassVar[str] = ""

    def setup(
        self,
        *,
        hydra_context: HydraContext,
        task_function: TaskFunction,
        config: DictConfig,
    ) -> None:
        """Keep what every job needs.

        Raises:
            SettingsError: the library is not installed.
        """
        self._check_installed()
        self._context, self._task = hydra_context, task_function
        self._config = config

    @property
    def runner(self) -> JobRunner:
        """All that a worker needs to run a job."""
        from hydra_plugins.chipwar._jobs import JobRunner

        return JobRunner.here(self._context, self._task, self._config)

    def _check_installed(self) -> None:
        if self.library is None or importlib.util.find_spec(self.library):
            return
        from sim.domain.errors import SettingsError

        raise SettingsError(
            f"hydra/launcher={self.extra}: {self.library} is not installed; install "
            f"the simulator with its extra [{self.extra}]"
        )


def on_one_line(error: Exception) -> str:
    """Return the message of an error on one line, or its type if it has none."""
    text = " ".join(str(error).split())
    return text or type(error).__name__


def given_settings(settings: Any) -> dict[str, Any]:
    """Return a launcher's settings as keyword arguments, without those left at null."""
    arguments = OmegaConf.to_container(OmegaConf.create(settings), resolve=True)
    assert isinstance(arguments, dict)
    return {str(key): value for key, value in arguments.items() if value is not None}
