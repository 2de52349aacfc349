"""What Hydra composes: settings and scenarios from files and overrides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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

from sim.domain.errors import ScenarioError, SettingsError, one_line
from sim.records.plain_yaml import write_mapping
from sim.settings.scenario_files import ScenarioFiles
from sim.settings.scenario_merge import COMBINE, COMBINED_FROM, merged
from sim.settings.shipped_files import CONFIGS

_COMPOSING = RLock()
_HYDRA = "hydra"
_OF_HYDRA = (_HYDRA, "_")
_SCENARIO = "scenario"
_WORDS = ("question", "source")
"""What a scenario says that changes nothing."""


@dataclass(frozen=True)
class ComposedScenario:
    """A scenario as composed."""

    name: str
    content: Mapping[str, Any]

    @property
    def combined_from(self) -> tuple[str, ...]:
        """The scenarios of which it is the combination; none of most."""
        names = self.content.get(COMBINED_FROM)
        return tuple(map(str, names)) if isinstance(names, list) else ()

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
    contents = scenario_contents(name, scenario_files, setting)
    files = _Files(repr(contents), contents)
    return ComposedScenario(name, deepcopy(_composed_scenario(name, files)))


def scenario_contents(
    name: str, scenario_files: ScenarioFiles, setting: str = _SCENARIO
) -> dict[str, dict[str, Any]]:
    """Return a scenario's content and that of the scenarios it builds on, by name.

    A combination, ``a+b`` or a file with ``combine:``, is the changes of its parts.

    Raises:
        SettingsError: there is no such scenario, or it is combined with itself.
        ScenarioError: scenarios that are combined contradict, or lead in a circle.
    """
    return _contents(name, scenario_files, setting, ())


def _contents(
    name: str, scenario_files: ScenarioFiles, setting: str, above: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    """Return the same; the combinations that the scenario is a part of are known."""
    if name in above:
        raise ScenarioError(
            f"scenario {above[0]}: combines scenarios in a circle, "
            f"{' > '.join([*above, name])}"
        )

    def composed(part: str) -> dict[str, Any]:
        contents = _contents(part, scenario_files, setting, (*above, name))
        return deepcopy(_composed_scenario(part, _Files(repr(contents), contents)))

    parts = scenario_files.parts_of(name, setting)
    if parts:
        return {name: merged(name, {part: composed(part) for part in parts})}
    contents = scenario_files.with_parents(name, setting)
    for each, content in contents.items():
        if COMBINE in content:
            contents[each] = _spelt_out(each, content, scenario_files, composed)
    return contents


def _spelt_out(
    name: str,
    content: Mapping[str, Any],
    scenario_files: ScenarioFiles,
    composed: Callable[[str], dict[str, Any]],
) -> dict[str, Any]:
    """Return the content of a file with the changes of the scenarios that it names.

    Its own changes are added to theirs, under the same rules.
    """
    parts = {part: composed(part) for part in scenario_files.combined_in(name, content)}
    own = {key: value for key, value in content.items() if key != COMBINE}
    changes = {key: value for key, value in own.items() if key not in _WORDS}
    if changes:
        base = next(iter(parts.values())).get("base")
        parts[name] = {"base": base, **changes} if base else changes
    whole = merged(name, parts)
    if changes:
        # It is more than its parts, so they are not to be compared with it.
        del whole[COMBINED_FROM]
    return {**whole, **{key: own[key] for key in _WORDS if key in own}}


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
    ConfigStore.instance().repo[_HYDRA] = _own_settings_left_out()


@lru_cache(maxsize=1)
def _own_settings_left_out() -> Any:
    """Return the group `hydra` with nothing in it; Hydra copies what it loads."""
    store = ConfigStore.instance()
    store.repo.pop(_HYDRA)
    store.store(group=_HYDRA, name="config", node=HydraConf(defaults=[]))
    return store.repo[_HYDRA]


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
