"""Composition: words of a command become settings and the content of a scenario."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from sim.settings.checks import (
    CONFIG_GROUPS,
    check_choice,
    check_drawn_from,
    check_key,
    check_single,
    check_task,
    one_line,
    validation_message,
)
from sim.settings.override_text import format_value
from sim.settings.patch import patched, reachable
from sim.settings.paths import CONFIGS
from sim.settings.scenario_files import ScenarioFiles, registered_with_hydra
from sim.settings.schema import TASKS, CalibrateSettings, Query, Settings

_SCENARIO = "scenario"
_ASSUMPTIONS = "assumptions"
_SCENARIO_KEYS = "scenario."
_ADDED_KEYS = "scenario.regime.add."

NOT_OF_A_RUN = ("sweep",)
"""Settings that do not belong to one run."""


@dataclass(frozen=True)
class ComposedScenario:
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
        scenario_files: the scenarios that could be chosen.
        overrides: the command as it was given.
    """

    settings: Settings
    scenario: ComposedScenario | None
    scenario_files: ScenarioFiles
    overrides: tuple[str, ...]

    def resolved(self) -> str:
        """Return the resolved configuration as YAML: settings and scenario in full."""
        tree = {
            key: _as_in_yaml(value)
            for key, value in self.settings
            if key not in NOT_OF_A_RUN
        }
        if self.scenario is not None:
            tree[_SCENARIO] = {"name": self.scenario.name, **self.scenario.content}
        return str(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True))


@dataclass(frozen=True)
class Composed:
    """A command as Hydra composed it; its settings are not checked yet.

    Attributes:
        tree: the settings, as plain values.
        scenario: the scenario chosen, if one is.
        added_ids: ids of the instruments that the scenario adds to the law.
        scenario_files: the scenarios that could be chosen.
        overrides: the command as it was given.
    """

    tree: Mapping[str, Any]
    scenario: ComposedScenario | None
    added_ids: frozenset[str]
    scenario_files: ScenarioFiles
    overrides: tuple[str, ...]

    def command(self) -> Command:
        """Return the command with its settings checked.

        Raises:
            SettingsError: a setting is wrong.
        """
        return Command(
            _settings(self.tree), self.scenario, self.scenario_files, self.overrides
        )

    def can_set(self, key: str) -> bool:
        """Return whether `given` can set a key; Hydra has to compose it otherwise."""
        if not key.startswith(_SCENARIO_KEYS):
            return reachable(self.tree, key)
        content = {} if self.scenario is None else self.scenario.content
        return reachable(content, key.removeprefix(_SCENARIO_KEYS))

    def check_change(self, key: str, word: str) -> None:
        """Refuse a change to a scenario that is not chosen, or to nothing in it.

        Args:
            key: a setting.
            word: the word that would set it, for the message.

        Raises:
            ChipWarError: there is nothing of that name.
        """
        if key.startswith(_SCENARIO_KEYS):
            _check_scenario_change(
                word, key, self.added_ids, chosen=self.scenario is not None
            )

    def with_value(self, key: str, value: object) -> "Composed":
        """Return what Hydra would compose if the command ended in ``key=value``.

        Args:
            key: a setting, or one within the scenario, that this `takes`.
            value: a number, a text, true or false, or None.

        Raises:
            ChipWarError: there is no scenario to change, or nothing of that name in it.
        """
        word = f"{key}={format_value(value)}"
        self.check_change(key, word)
        overrides = (*self.overrides, word)
        if self.scenario is None or not key.startswith(_SCENARIO_KEYS):
            return replace(
                self, tree=patched(self.tree, key, value), overrides=overrides
            )
        content = patched(
            self.scenario.content, key.removeprefix(_SCENARIO_KEYS), value
        )
        return replace(
            self, scenario=replace(self.scenario, content=content), overrides=overrides
        )


def read_command(overrides: Sequence[str]) -> Command:
    """Return what a command asks for.

    Args:
        overrides: such as ``scenario=service_ban`` and ``draws=500``.

    Raises:
        SettingsError: a word is wrong; says which, and what would be right.
        ScenarioError: the scenario's file cannot be composed.
    """
    parsed = [parse_override(text) for text in overrides]
    for override in parsed:
        check_key(override)
        check_single(override)
    return composed(parsed).command()


def compose_overrides(given: Sequence[str]) -> Composed:
    """Return what Hydra composes from words, as `composed` does."""
    return composed([parse_override(word) for word in given])


def composed(overrides: Sequence[Override]) -> Composed:
    """Return what Hydra composes from the words of a command, none of them a sweep.

    Raises:
        SettingsError: a word is wrong; says which, and what would be right.
        ScenarioError: the scenario's file cannot be composed.
    """
    for override in overrides:
        check_key(override)
        if override.key_or_group == _ASSUMPTIONS:
            check_drawn_from(override)
    _check_choices("task", overrides, TASKS)
    check_task(overrides, last_value(overrides, "task") or "run")
    offered = ScenarioFiles.find(last_value(overrides, "scenario_folder"))
    _check_choices(_SCENARIO, overrides, offered.files)
    name = last_value(overrides, _SCENARIO)
    contents = {} if name is None else offered.with_parents(name)
    added = frozenset(
        [*_ids_in_scenarios(contents.values()), *_ids_in_overrides(overrides)]
    )
    for override in overrides:
        key, line = override.key_or_group, str(override.input_line)
        if key.startswith(_SCENARIO_KEYS):
            _check_scenario_change(line, key, added, chosen=bool(contents))
    tree = _composed([force_added(override) for override in overrides], contents)
    content = tree.pop(_SCENARIO, None)
    chosen = None if name is None else ComposedScenario(name, content)
    words = tuple(str(override.input_line) for override in overrides)
    return Composed(tree, chosen, added, offered, words)


def compose_scenario(name: str, scenario_files: ScenarioFiles) -> ComposedScenario:
    """Return a scenario as its file, and the scenarios it builds on, have it."""
    tree = _composed([f"{_SCENARIO}={name}"], scenario_files.with_parents(name))
    return ComposedScenario(name, tree[_SCENARIO])


def parse_override(word: str) -> Override:
    """Read one word of a command with Hydra's grammar.

    Raises:
        SettingsError: it is no setting, or its value cannot be read.
    """
    if "=" not in word and not word.startswith("~"):
        raise SettingsError(
            f"{one_line(word)!r} is no setting; settings are written name=value, "
            "such as scenario=service_ban"
        )
    try:
        return OverridesParser.create().parse_override(word)
    except HydraException as error:
        key = word.partition("=")[0]
        if "while evaluating" in str(error):
            raise SettingsError(f"{one_line(word)}: {_call_error(error)}") from error
        raise SettingsError(
            f"{one_line(word)}: the value cannot be read; "
            f"put it in quotes within quotes, {key}=\"'...'\""
        ) from error


def _call_error(error: HydraException) -> str:
    """Say what is wrong with the call of a function of Hydra's."""
    reason = one_line(str(error.__cause__))
    if "str is incompatible with Union[int, float]" in reason:
        return (
            "range and interval take numbers; dates are given in years, such as "
            "interval(2026,2028.5)"
        )
    return reason


def _check_choices(
    group: str, overrides: Iterable[Override], options: Iterable[str]
) -> None:
    for override in overrides:
        if override.key_or_group == group:
            check_choice(override, options)


def last_value(overrides: Iterable[Override], key: str) -> Any:
    """Return the value that a command gives a key last, None if it gives none."""
    values = [each.value() for each in overrides if each.key_or_group == key]
    return values[-1] if values else None


def _check_scenario_change(
    line: str, key: str, added: Collection[str], *, chosen: bool
) -> None:
    """Refuse a change to a scenario that is not chosen, or to nothing in it."""
    if not chosen:
        raise SettingsError(
            f"{line}: choose a scenario first, such as scenario=service_ban"
        )
    if "${" in line:
        raise ScenarioError(f"{line}: a scenario refers to nothing outside itself")
    instrument, _, field = key.removeprefix(_ADDED_KEYS).partition(".")
    if key.startswith(_ADDED_KEYS) and field and instrument not in added:
        raise ScenarioError(
            f"{line}: the scenario adds no instrument called "
            f"{instrument!r}{nearest(instrument, added)}"
        )


def _ids_in_scenarios(contents: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Yield the ids of the instruments that scenarios' contents add."""
    for content in contents:
        regime = content.get("regime")
        added = regime.get("add") if isinstance(regime, Mapping) else None
        if isinstance(added, Mapping):
            yield from map(str, added)


def _ids_in_overrides(overrides: Iterable[Override]) -> Iterable[str]:
    """Yield the ids of the instruments that words of a command add themselves."""
    for override in overrides:
        key, value = override.key_or_group, override.value()
        if key.startswith(_ADDED_KEYS):
            instrument, _, field = key.removeprefix(_ADDED_KEYS).partition(".")
            if not field or override.is_add() or override.is_force_add():
                yield instrument
        elif f"{key}." == _ADDED_KEYS and isinstance(value, dict):
            yield from map(str, value)


def force_added(override: Override) -> str:
    """Return a word such that it sets its key whether or not the file has it."""
    line = str(override.input_line)
    # Assumptions are also given as names with values, which are no choice.
    is_choice = override.key_or_group in CONFIG_GROUPS and not isinstance(
        override.value(), dict
    )
    if is_choice or override.is_delete():
        return line
    return f"++{line.lstrip('+')}"


def _composed(
    words: Sequence[str], contents: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the composed configuration as plain values; a scenario as written."""
    try:
        with (
            registered_with_hydra(contents),
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
        raise SettingsError(validation_message(error)) from error


def _as_in_yaml(value: object) -> object:
    """Return a setting as a configuration file would write it."""
    if isinstance(value, dict):
        return {key: _as_in_yaml(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Query | CalibrateSettings):
        return {key: _as_in_yaml(item) for key, item in value}
    plain = value is None or isinstance(value, bool | int | float)
    return value if plain else str(value)
