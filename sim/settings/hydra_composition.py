"""What Hydra composes: settings and scenarios from files and overrides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from threading import RLock
from typing import Any

from hydra import compose, initialize_config_dir
from hydra.conf import HydraConf
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from hydra.version import VersionBase
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.domain.errors import SettingsError, one_line
from sim.records.plain_yaml import write_mapping
from sim.settings.scenario_files import ScenarioFiles
from sim.settings.shipped_files import CONFIGS

_COMPOSING = RLock()
_HYDRA = "hydra"
_OF_HYDRA = (_HYDRA, "_")
_SCENARIO = "scenario"


@dataclass(frozen=True)
class ComposedScenario:
    """A scenario as composed."""

    name: str
    content: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The scenario as a file, which says the same as what was composed."""
        heading = (
            f"# The scenario {self.name} as it was run. To run it again, give\n"
            f"# scenario={self.name} scenario_folder=(the folder of this file)\n"
        )
        return heading + write_mapping(self.content)


def compose_scenario(
    name: str, scenario_files: ScenarioFiles, setting: str = _SCENARIO
) -> ComposedScenario:
    """Return a scenario as its file, and the scenarios it builds on, have it."""
    contents = scenario_files.with_parents(name, setting)
    files = _Files(repr(contents), contents)
    return ComposedScenario(name, deepcopy(_composed_scenario(name, files)))


@dataclass(frozen=True)
class _Files:
    """The contents of scenario files; those that say the same are equal.

    Attributes:
        text: what they say.
        contents: the same as plain values, by name of the file.
    """

    text: str
    contents: Mapping[str, Mapping[str, Any]] = field(compare=False)


@lru_cache(maxsize=32)
def _composed_scenario(name: str, files: _Files) -> dict[str, Any]:
    """Return what Hydra composes of a scenario; a sweep asks for its baseline often."""
    content: dict[str, Any] = compose_tree([f"{_SCENARIO}={name}"], files.contents)[
        _SCENARIO
    ]
    return content


def compose_tree(
    overrides: Sequence[str], contents: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the composed configuration as plain values; a scenario as written.

    Args:
        overrides: in Hydra's notation.
        contents: what the files of scenarios say, by name.

    Raises:
        SettingsError: Hydra cannot compose them; says why in one line.
    """
    try:
        with (
            _hydra_to_oneself(),
            registered_with_hydra(contents),
            initialize_config_dir(str(CONFIGS), version_base="1.3"),
        ):
            _leave_out_own_settings()
            tree = compose("config", overrides=list(overrides))
        return _plain(tree)
    except (HydraException, OmegaConfBaseException) as error:
        for override in overrides:
            if "${" in override:
                raise SettingsError(
                    f"{one_line(override.lstrip('+'))}: ${{...}} refers to nothing "
                    "that has a value"
                ) from error
        first = next(iter(str(error).splitlines()), "")
        raise SettingsError(one_line(first)) from error


@contextmanager
def _hydra_to_oneself() -> Iterator[None]:
    """Let one thread compose at a time, and give Hydra back to a program that uses it.

    Hydra holds what it composes from once for the whole process.
    """
    with _COMPOSING:
        used, base = GlobalHydra.instance().hydra, VersionBase.instance().version_base
        GlobalHydra.instance().hydra = None
        try:
            yield
        finally:
            GlobalHydra.instance().hydra = used
            VersionBase.instance().version_base = base


@contextmanager
def registered_with_hydra(contents: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
    """Offer scenarios to Hydra as the group `scenario` within a context.

    What a program that uses Hydra itself has registered is not offered there.
    """
    store = ConfigStore.instance()
    before = store.repo
    store.repo = {key: before[key] for key in before if key.startswith(_OF_HYDRA)}
    try:
        for name, content in contents.items():
            store.store(group=_SCENARIO, name=name, node=dict(content))
        yield
    finally:
        store.repo = before


def _leave_out_own_settings() -> None:
    """Spare Hydra its own settings, of logging, launchers and so on.

    A configuration is composed without them in less than half the time. Sweeps have
    them: Hydra runs these itself.
    """
    store = ConfigStore.instance()
    store.repo.pop(_HYDRA)
    store.store(group=_HYDRA, name="config", node=HydraConf(defaults=[]))


def _plain(tree: Any) -> dict[str, Any]:
    """Return plain values, with references resolved in the settings alone."""
    OmegaConf.set_struct(tree, False)
    scenario = tree.pop(_SCENARIO, None)
    plain = OmegaConf.to_container(tree, resolve=True)
    assert isinstance(plain, dict)
    if scenario is not None:
        content = OmegaConf.to_container(scenario, resolve=False)
        return {**plain, _SCENARIO: content}
    return {str(key): value for key, value in plain.items()}
