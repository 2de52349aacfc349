"""Composition: words of a command become settings and the content of a scenario."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from hydra import compose, initialize_config_dir
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import ValidationError

from sim.domain.errors import ScenarioError, SettingsError, nearest
from sim.settings.mistakes import (
    GROUPS,
    check_choice,
    check_key,
    check_task,
    explain,
    one_line,
)
from sim.settings.offered import Offered, offered_to_hydra
from sim.settings.places import CONFIGS
from sim.settings.schema import TASKS, Query, Settings

_SCENARIO = "scenario"
_ADDED = "scenario.regime.add."


@dataclass(frozen=True)
class Chosen:
    """A scenario as composed: what it is called, and what it says.

    Attributes:
        name: its name among those on offer.
        content: plain values, from its file and the command line.
    """

    name: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Command:
    """Everything that one command asks for.

    Attributes:
        settings: the choices.
        scenario: the scenario chosen, if one is.
        offered: the scenarios that could be chosen.
        words: the command as it was given.
    """

    settings: Settings
    scenario: Chosen | None
    offered: Offered
    words: tuple[str, ...]

    def resolved(self) -> str:
        """Return the resolved configuration as YAML: settings and scenario in full."""
        tree = {key: _written(value) for key, value in self.settings}
        if self.scenario is not None:
            tree[_SCENARIO] = {"name": self.scenario.name, **self.scenario.content}
        return str(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True))


def read_command(given: Sequence[str]) -> Command:
    """Return what a command asks for.

    Args:
        given: words such as ``scenario=service_ban`` and ``draws=500``.

    Raises:
        SettingsError: a word is wrong; says which, and what would be right.
        ScenarioError: the scenario's file cannot be composed.
    """
    overrides = [parse(word) for word in given]
    for override in overrides:
        check_key(override)
    _check_choices("task", overrides, TASKS)
    check_task(overrides, _last_value(overrides, "task") or "run")
    offered = Offered.find(_last_value(overrides, "scenario_folder"))
    _check_choices(_SCENARIO, overrides, offered.files)
    name = _last_value(overrides, _SCENARIO)
    contents = {} if name is None else offered.with_parents(name)
    _check_scenario_overrides(overrides, contents)
    tree = _composed([insistent(override) for override in overrides], contents)
    content = tree.pop(_SCENARIO, None)
    chosen = None if name is None else Chosen(name, content)
    return Command(_settings(tree), chosen, offered, tuple(given))


def compose_scenario(name: str, offered: Offered) -> Chosen:
    """Return a scenario as its file, and the scenarios it builds on, have it."""
    tree = _composed([f"{_SCENARIO}={name}"], offered.with_parents(name))
    return Chosen(name, tree[_SCENARIO])


def parse(word: str) -> Override:
    """Read one word of a command with Hydra's grammar."""
    if "=" not in word and not word.startswith("~"):
        raise SettingsError(
            f"{one_line(word)!r} is no setting; settings are written name=value, "
            "such as scenario=service_ban"
        )
    try:
        return OverridesParser.create().parse_override(word)
    except HydraException as error:
        key = word.partition("=")[0]
        raise SettingsError(
            f"{one_line(word)}: the value cannot be read; "
            f"put it in quotes within quotes, {key}=\"'...'\""
        ) from error


def _check_choices(
    group: str, overrides: Iterable[Override], options: Iterable[str]
) -> None:
    for override in overrides:
        if override.key_or_group == group:
            check_choice(override, options)


def _last_value(overrides: Iterable[Override], key: str) -> Any:
    """Return the value that a command gives a key last, None if it gives none."""
    values = [each.value() for each in overrides if each.key_or_group == key]
    return values[-1] if values else None


def _check_scenario_overrides(
    overrides: Iterable[Override], contents: Mapping[str, Mapping[str, Any]]
) -> None:
    """Refuse a change to a scenario that is not chosen, or to nothing in it."""
    added = {
        str(instrument)
        for content in contents.values()
        for instrument in _added(content)
    }
    for override in overrides:
        key = override.key_or_group
        if not key.startswith(f"{_SCENARIO}."):
            continue
        if not contents:
            raise SettingsError(
                f"{override.input_line}: choose a scenario first, such as "
                "scenario=service_ban"
            )
        if "${" in str(override.input_line):
            raise ScenarioError(
                f"{override.input_line}: a scenario refers to nothing outside itself"
            )
        instrument, _, field = key.removeprefix(_ADDED).partition(".")
        new = override.is_add() or override.is_force_add()
        if key.startswith(_ADDED) and field and not new and instrument not in added:
            raise ScenarioError(
                f"{override.input_line}: the scenario adds no instrument called "
                f"{instrument!r}{nearest(instrument, added)}"
            )


def _added(content: Mapping[str, Any]) -> Iterable[object]:
    """Return the ids of the instruments that a scenario's content adds."""
    regime = content.get("regime")
    added = regime.get("add") if isinstance(regime, Mapping) else None
    return added if isinstance(added, Mapping) else ()


def insistent(override: Override) -> str:
    """Return a word such that it sets its key whether or not the file has it."""
    line = str(override.input_line)
    is_choice = override.key_or_group in GROUPS
    if is_choice or override.is_delete():
        return line
    return f"++{line.lstrip('+')}"


def _composed(
    words: Sequence[str], contents: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the composed configuration as plain values; a scenario as written."""
    try:
        with (
            offered_to_hydra(contents),
            initialize_config_dir(str(CONFIGS), version_base="1.3"),
        ):
            tree = compose("config", overrides=list(words))
        return _plain(tree)
    except (HydraException, OmegaConfBaseException) as error:
        first = next(iter(str(error).splitlines()), "")
        raise SettingsError(one_line(first)) from error


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


def _settings(tree: Mapping[str, Any]) -> Settings:
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(explain(error)) from error


def _written(value: object) -> object:
    """Return a setting as a configuration file would write it."""
    if isinstance(value, dict):
        return {key: _written(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Query):
        return {key: _written(item) for key, item in value}
    plain = value is None or isinstance(value, bool | int | float)
    return value if plain else str(value)
