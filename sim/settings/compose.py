"""Composition: the overrides of a command become its settings and its scenario."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hydra.core.override_parser.types import Override
from pydantic import BaseModel, ValidationError

from sim.domain.errors import ScenarioError, SettingsError, choices, listed
from sim.domain.short_repr import ShortRepr
from sim.records.plain_yaml import write_mapping
from sim.settings.checks import (
    CONFIG_GROUPS,
    check_overrides,
    takes_several_scenarios,
    validation_message,
)
from sim.settings.compared_scenarios import compared_scenarios
from sim.settings.hydra_composition import (
    ComposedScenario,
    compose_scenario,
    compose_tree,
    scenario_contents,
)
from sim.settings.overrides import (
    format_value,
    last_value,
    parse_overrides,
)
from sim.settings.patch import patched, reachable
from sim.settings.scenario_files import ScenarioFiles
from sim.settings.schema import Settings

_SCENARIO = "scenario"
_SCENARIO_KEYS = "scenario."
_ADDED_KEYS = "scenario.regime.add."

NOT_OF_A_RUN = ("sweep",)
"""Settings that do not belong to one run."""


@dataclass(frozen=True, repr=False)
class Command(ShortRepr):
    """Everything that one command asks for, as Hydra composed it.

    Attributes:
        tree: the settings, as plain values that are not checked yet.
        scenario: the scenario chosen, if one is.
        scenario_files: the scenarios that could be chosen.
        overrides: the command as it was given.
        added_ids: ids of the instruments that the scenario adds to the law.
        default_workers: processes that may share the work if `workers=` is not given.
            A script must not start any unasked: they would run the script again.
        compared: the scenarios chosen, of a task that takes several.
    """

    tree: Mapping[str, Any]
    scenario: ComposedScenario | None
    scenario_files: ScenarioFiles
    overrides: tuple[str, ...]
    added_ids: frozenset[str]
    default_workers: int = 1
    compared: tuple[ComposedScenario, ...] = ()

    @cached_property
    def settings(self) -> Settings:
        """The settings, checked when they are first used."""
        try:
            return Settings.model_validate(self.tree)
        except ValidationError as error:
            raise SettingsError(validation_message(error, self._given)) from error

    @property
    def _given(self) -> Mapping[str, str]:
        """Values by setting, as the command has them."""
        parts = (override.partition("=") for override in self.overrides)
        return {key.lstrip("+"): value for key, _, value in parts}

    @cached_property
    def baseline(self) -> ComposedScenario:
        """The scenario that others are compared with, composed when it is needed."""
        name = self.settings.baseline
        return compose_scenario(name, self.scenario_files, "baseline")

    @property
    def scenario_or_baseline(self) -> ComposedScenario:
        """The scenario chosen, or the baseline if none is."""
        return self.scenario or self.baseline

    @property
    def replacements(self) -> list[str]:
        """Which of the scenarios it reads replace shipped ones, a line each.

        The scenario of a saved run may have no file.
        """
        files = self.scenario_files
        chosen = [one.name for one in self.compared]
        names = [self.settings.baseline, *(chosen or [self.scenario_or_baseline.name])]
        read = dict.fromkeys(
            part for given in names for part in files.names_read(given)
        )
        return files.replacements(read)

    @property
    def required_scenario(self) -> ComposedScenario:
        """The scenario chosen, of a task that cannot do without."""
        if self.scenario is None:
            names = listed(self.scenario_files.files, listing="task=scenarios")
            raise SettingsError(f"which scenario? give scenario=..., one of {names}")
        return self.scenario

    @property
    def workers(self) -> int:
        """Processes that may share the work."""
        return self.settings.workers or self.default_workers

    def checked(self) -> Command:
        """Return the command itself, if its settings are right."""
        _ = self.settings
        return self

    def resolved(self) -> str:
        """Return the resolved configuration as YAML: settings and scenario in full."""
        tree = {
            key: _as_in_yaml(value)
            for key, value in self.settings
            if key not in NOT_OF_A_RUN
        }
        if self.scenario is not None:
            tree[_SCENARIO] = {"name": self.scenario.name, **self.scenario.content}
        if self.compared:
            tree[_SCENARIO] = [one.name for one in self.compared]
        return write_mapping(tree)

    def with_settings(self, **values: object) -> Command:
        """Return the command with other values of some settings."""
        return replace(self, tree={**self.tree, **values})

    def can_set(self, key: str) -> bool:
        """Return whether `with_value` can set a key; else Hydra has to compose it."""
        if not key.startswith(_SCENARIO_KEYS):
            return reachable(self.tree, key)
        content = {} if self.scenario is None else self.scenario.content
        return reachable(content, key.removeprefix(_SCENARIO_KEYS))

    def check_change(self, key: str, override: str) -> None:
        """Refuse a change to a scenario that is not chosen, or to nothing in it."""
        if key.startswith(_SCENARIO_KEYS):
            is_chosen = self.scenario is not None
            _check_scenario_change(override, key, self.added_ids, chosen=is_chosen)

    def with_value(self, key: str, value: object) -> Command:
        """Return what Hydra would compose if the command ended in ``key=value``.

        Args:
            key: a setting, or one within the scenario, for which `can_set` is true.
            value: a number, a text, true or false, or None.

        Raises:
            ChipWarError: there is no scenario to change, or nothing of that name in it.
        """
        override = f"{key}={format_value(value)}"
        self.check_change(key, override)
        overrides = (*self.overrides, override)
        if self.scenario is None or not key.startswith(_SCENARIO_KEYS):
            return replace(
                self, tree=patched(self.tree, key, value), overrides=overrides
            )
        below = key.removeprefix(_SCENARIO_KEYS)
        content = patched(self.scenario.content, below, value)
        scenario = replace(self.scenario, content=content)
        return replace(self, scenario=scenario, overrides=overrides)


def read_command(overrides: Sequence[str], default_workers: int = 1) -> Command:
    """Return what a command asks for, with its settings checked.

    Args:
        overrides: such as ``scenario=service_ban`` and ``draws=500``.
        default_workers: processes that may share the work if the command does not say.

    Raises:
        SettingsError: an override is wrong; says which, and what would be right.
        ScenarioError: the scenario's file cannot be composed.
    """
    command = compose_command(parse_overrides(overrides), single_values=True)
    return replace(command, default_workers=default_workers).checked()


def compose_overrides(overrides: Sequence[str]) -> Command:
    """Return what Hydra composes from overrides, as `compose_command` does."""
    return compose_command(parse_overrides(overrides))


def compose_command(
    parsed: Sequence[Override], *, single_values: bool = False
) -> Command:
    """Return what Hydra composes from the overrides of a command.

    Args:
        parsed: the overrides; none has several values.
        single_values: whether to refuse several values, and settings of sweeps.
    """
    check_overrides(parsed, single_values=single_values)
    given = tuple(str(override.input_line) for override in parsed)
    scenario_files = ScenarioFiles.find(last_value(parsed, "scenario_folder"))
    if takes_several_scenarios(parsed):
        compared, parsed = compared_scenarios(parsed, scenario_files)
    else:
        compared = ()
    name, contents = _chosen_scenario(parsed, scenario_files)
    added_ids = frozenset(
        [*_ids_in_scenarios(contents.values()), *_ids_in_overrides(parsed)]
    )
    for override in parsed:
        key, text = override.key_or_group, str(override.input_line)
        if key.startswith(_SCENARIO_KEYS):
            _check_scenario_change(text, key, added_ids, chosen=name is not None)
    tree = compose_tree([force_added(override) for override in parsed], contents)
    content = tree.pop(_SCENARIO, None)
    return Command(
        tree=tree,
        scenario=None if name is None else ComposedScenario(name, content),
        scenario_files=scenario_files,
        overrides=given,
        added_ids=added_ids,
        compared=compared,
    )


def _chosen_scenario(
    parsed: Iterable[Override], scenario_files: ScenarioFiles
) -> tuple[str | None, dict[str, dict[str, Any]]]:
    """Return the name of the scenario chosen, if any, and what it builds on by name."""
    name: str | None = None
    contents: dict[str, dict[str, Any]] = {}
    for override in parsed:
        if override.key_or_group == _SCENARIO:
            _check_one_scenario(override)
            name = str(override.value())
            contents = scenario_contents(name, scenario_files)
    return name, contents


def _check_one_scenario(override: Override) -> None:
    """Refuse null and a list in place of the name of a scenario."""
    if override.value() is None or isinstance(override.value(), list):
        raise SettingsError(
            f"{override.input_line}: give one scenario by its name; -m runs several, "
            "as in -m scenario=service_ban,truce"
        )


def _check_scenario_change(
    override: str, key: str, added_ids: Collection[str], *, chosen: bool
) -> None:
    """Refuse a change to a scenario that is not chosen, or to nothing in it."""
    if not chosen:
        raise SettingsError(
            f"{override}: choose a scenario first, such as scenario=service_ban"
        )
    if "${" in override:
        raise ScenarioError(f"{override}: a scenario refers to nothing outside itself")
    instrument, _, field = key.removeprefix(_ADDED_KEYS).partition(".")
    if key.startswith(_ADDED_KEYS) and field and instrument not in added_ids:
        raise ScenarioError(
            f"{override}: the scenario adds no instrument called "
            f"{instrument!r}{choices(instrument, added_ids)}"
        )


def _ids_in_scenarios(contents: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Yield the ids of the instruments that scenarios' contents add."""
    for content in contents:
        regime = content.get("regime")
        added = regime.get("add") if isinstance(regime, Mapping) else None
        if isinstance(added, Mapping):
            yield from map(str, added)


def _ids_in_overrides(overrides: Iterable[Override]) -> Iterable[str]:
    """Yield the ids of the instruments that overrides of a command add."""
    for override in overrides:
        key, value = override.key_or_group, override.value()
        if key.startswith(_ADDED_KEYS):
            instrument, _, field = key.removeprefix(_ADDED_KEYS).partition(".")
            if not field or override.is_add() or override.is_force_add():
                yield instrument
        elif f"{key}." == _ADDED_KEYS and isinstance(value, dict):
            yield from map(str, value)


def force_added(override: Override) -> str:
    """Return an override that sets its key whether or not the file has it."""
    text = str(override.input_line)
    # Assumptions are also given as names with values, which choose no file.
    is_choice = override.key_or_group in CONFIG_GROUPS and not isinstance(
        override.value(), dict
    )
    if is_choice or override.is_delete():
        return text
    return f"++{text.lstrip('+')}"


def _as_in_yaml(value: object) -> object:
    """Return a setting as a configuration file would write it."""
    if isinstance(value, dict):
        return {key: _as_in_yaml(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, BaseModel):
        return {key: _as_in_yaml(item) for key, item in value}
    plain = value is None or isinstance(value, bool | int | float)
    return value if plain else str(value)
