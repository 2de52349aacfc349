"""Checks of a command: a mistake is one line, what is wrong and what is allowed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from hydra.core.override_parser.types import Override
from pydantic import ValidationError

from sim.domain.dotted_names import dotted
from sim.domain.errors import SettingsError, choices, listed, nearest, one_line
from sim.domain.switches import MECHANISMS
from sim.outcomes.folder_path import with_home
from sim.records.validation_words import expectation
from sim.settings.overrides import format_value
from sim.settings.schema import (
    ASSUMPTION_SOURCES,
    SECTIONS,
    SETTING_NAMES,
    Settings,
)
from sim.settings.task_list import TASKS, Task, tasks_with

CONFIG_GROUPS = ("task", "scenario", "assumptions")
"""Settings whose value is the name of a file of further settings."""

OPEN_ENDED = ("assumptions", "enough", "levers", "mechanisms", "objectives")
"""Settings with names below them that the data, or a user, define."""


def check_overrides(overrides: Sequence[Override], *, single_values: bool) -> None:
    """Refuse the first override that is wrong on its own, or for the chosen task.

    Args:
        overrides: those of a command.
        single_values: whether to refuse what only a sweep may have.
    """
    several = takes_several_scenarios(overrides)
    for override in overrides:
        check_key(override)
        _check_not_empty(override)
        if single_values and not (several and override.key_or_group == "scenario"):
            _check_single(override)
        if override.key_or_group == "task":
            _check_choice(override, TASKS)
        if override.key_or_group == "assumptions":
            _check_drawn_from(override)
        if override.key_or_group == "mechanisms":
            _check_switches(override)
        if override.key_or_group == "objectives":
            _check_objectives(override)
    if single_values:
        check_given_once(overrides)
    values = {override.key_or_group: override.value() for override in overrides}
    task = TASKS[str(values.get("task", "run"))]
    for override in overrides:
        _check_task(override, task)


def takes_several_scenarios(overrides: Iterable[Override]) -> bool:
    """Return whether the task that is chosen takes several scenarios."""
    names = [str(x.value()) for x in overrides if x.key_or_group == "task"]
    return bool(names) and names[-1] in TASKS and TASKS[names[-1]].several_scenarios


def check_given_once(overrides: Iterable[Override]) -> None:
    """Refuse a setting that a command gives twice, alone or as one of a mapping.

    `assumptions` may be: once as a source, once as names with values. Of a scenario a
    part may be given as a whole, and then changed.
    """
    given: dict[tuple[str, bool], str] = {}
    for override in overrides:
        text = str(override.input_line)
        for key in _keys_given(override):
            if key in given:
                raise SettingsError(f"{given[key]} and {text}: {key[0]} is given twice")
            given[key] = text


def _keys_given(override: Override) -> Iterator[tuple[str, bool]]:
    """Yield what an override gives: its key, and the keys of a mapping below it."""
    key, value = override.key_or_group, override.value()
    yield key, isinstance(value, dict)
    if isinstance(value, dict) and not key.startswith("scenario."):
        yield from ((f"{key}.{name}", False) for name, _ in dotted(value))


def check_key(override: Override) -> None:
    """Refuse a setting that does not exist, or that cannot be set that way."""
    key = override.key_or_group
    root, *below = key.split(".")
    is_known = root in SETTING_NAMES and "/" not in key and "@" not in key
    if not is_known or override.package:
        given = str(override.input_line).partition("=")[0].lstrip("+~")
        hint = _full_name(key) or nearest(given.partition(".")[0], SETTING_NAMES)
        raise SettingsError(
            f"{override.input_line}: there is no setting {given!r}"
            f"{hint or '; --help lists them'}"
        )
    if override.is_delete() and root != "scenario":
        raise SettingsError(
            f"{override.input_line}: a setting cannot be taken away; give it a value"
        )
    _check_below(override, root, below)


def _full_name(key: str) -> str:
    """Return a hint at the settings that have a name below a group."""
    below: Mapping[str, Iterable[str]] = {
        **{group: section.model_fields for group, section in SECTIONS.items()},
        "mechanisms": MECHANISMS,
    }
    from sim.records.scenarios import SCENARIO_FIELDS  # noqa: PLC0415  slow

    groups = [group for group, names in below.items() if key in names]
    if key.partition(".")[0] in SCENARIO_FIELDS:
        groups.append("scenario")
    if "." in key and _is_assumption(key):
        groups.append("assumptions")
    meant = " or ".join(repr(f"{group}.{key}") for group in groups)
    return f"; did you mean {meant}?" if meant else ""


def _is_assumption(name: str) -> bool:
    """Return whether the shipped data have an assumption of a name."""
    from sim.records.assumptions import Assumption  # noqa: PLC0415  slow
    from sim.records.facts import SHIPPED  # noqa: PLC0415  slow
    from sim.records.plain_csv import read_table  # noqa: PLC0415  slow

    table = read_table(SHIPPED / "assumptions.csv", Assumption)
    return any(row.name == name for row in table)


def _check_not_empty(override: Override) -> None:
    """Refuse an empty mapping, which would change nothing."""
    key, value = override.key_or_group, override.value()
    if value == {} and key not in OPEN_ENDED:
        raise SettingsError(
            f"{override.input_line}: an empty mapping changes nothing; give names with "
            "values, such as {name: 1}"
        )


def _check_single(override: Override) -> None:
    """Refuse what only a command that begins with ``-m`` may say."""
    if override.is_sweep_override():
        compare = "add task=compare to run scenarios side by side, or "
        instead = "write a list as [a,b], or "
        hint = compare if override.key_or_group == "scenario" else instead
        raise SettingsError(
            f"{override.input_line}: one value is expected here; {hint}begin the "
            "command with -m to sweep over several values"
        )
    if override.key_or_group.partition(".")[0] == "sweep":
        raise SettingsError(
            f"{override.input_line}: this is a setting of a sweep; begin the command "
            "with -m"
        )


def _check_below(override: Override, root: str, below: Sequence[str]) -> None:
    """Refuse a dotted key under a setting that has none of that name."""
    is_dotted = bool(below) or not isinstance(override.value(), dict)
    if root in SECTIONS and is_dotted:
        name, known = ".".join(below), SECTIONS[root].model_fields
        if not name:
            raise SettingsError(
                f"{override.input_line}: {root} has settings of its own; write "
                f"{root}.NAME=..., one of {listed(known)}"
            )
        if name not in known:
            raise SettingsError(
                f"{override.input_line}: {root} has no setting {name!r}"
                f"{choices(name, known)}"
            )
    elif below and root not in {*OPEN_ENDED, "scenario"}:
        raise SettingsError(
            f"{override.input_line}: {root} is a single value; write {root}=..."
        )


def _check_task(override: Override, task: Task) -> None:
    """Refuse a setting that belongs to another task than the one chosen."""
    key = override.key_or_group.partition(".")[0]
    owners = tasks_with(key)
    if owners and task.name not in owners:
        *others, last = (f"task={owner}" for owner in owners)
        names = " and ".join(filter(None, (", ".join(others), last)))
        raise SettingsError(
            f"{override.input_line}: this is a setting of {names}, and the task is "
            f"{task.name}"
        )
    if task.instead_of_draws and key in ("draws", "first_draw"):
        raise SettingsError(
            f"{override.input_line}: task={task.name} {task.instead_of_draws}"
        )


def _check_choice(override: Override, options: Iterable[str]) -> None:
    """Refuse an option that a group of settings does not offer."""
    choice, known = override.value(), list(options)
    if choice not in known:
        raise SettingsError(
            f"{override.input_line}: there is no {override.key_or_group} called "
            f"{str(choice)!r}{choices(str(choice), known, '--help')}"
        )


def _check_drawn_from(override: Override) -> None:
    """Refuse assumptions that are neither names with values nor a source."""
    source = override.value()
    if not isinstance(source, dict) and source not in ASSUMPTION_SOURCES:
        raise SettingsError(
            f"{override.input_line}: must be {' or '.join(ASSUMPTION_SOURCES)}, or "
            "names with values, such as {name: 1}"
            f"{nearest(str(source), ASSUMPTION_SOURCES)}"
        )


def _check_switches(override: Override) -> None:
    """Refuse mechanisms that are not names, each of which is on or off."""
    if not isinstance(override.value(), dict):
        raise SettingsError(
            f"{override.input_line}: must be names, each on or off, such as "
            "mechanisms.smuggling=off"
        )


def _check_objectives(override: Override) -> None:
    """Refuse objectives that are not names with formulas; null leaves all out."""
    if not isinstance(override.value(), dict | None):
        raise SettingsError(
            f"{override.input_line}: must be names with formulas, such as "
            "objectives.tools='\"sum(china_revenue[asml,tel])\"'"
        )


def existing_folder(setting: str, folder: str) -> Path:
    """Return the folder that a setting names, or refuse one that does not exist."""
    path = with_home(folder)
    try:
        if path.is_dir():
            return path
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{setting}={folder}: {reason.lower()}") from error
    raise SettingsError(f"{setting}={folder}: there is no such folder")


def validation_message(error: ValidationError, given: Mapping[str, str]) -> str:
    """Return the first thing wrong with settings, in one line.

    Args:
        error: what is wrong.
        given: values by setting, as the command has them.
    """
    first = error.errors(include_url=False)[0]
    path = [str(part) for part in first["loc"] if part not in {"str", "tuple"}]
    if not path:
        return first["msg"].removeprefix("Value error, ")
    key = ".".join(path)
    if first["type"] == "extra_forbidden":
        known = SECTIONS.get(path[0], Settings).model_fields
        return f"there is no setting {key!r}{nearest(path[-1], known)}"
    if first["type"] == "missing":
        return f"{key} has no value"
    value = first["input"]
    # Text is what was given, without quotes; a number may have been given otherwise.
    text = (
        _value_text(value) if isinstance(value, str) or key not in given else given[key]
    )
    return f"{key}={_shortened(text)}: {expectation(first)}"


def _value_text(value: object) -> str:
    """Return a value as a command would have it."""
    text = str(value)
    if value is None or isinstance(value, bool):
        return format_value(value)
    if isinstance(value, str) and text.replace(".", "").isdigit():
        return f"'{text}'"
    return text


def _shortened(text: str) -> str:
    """Return text on one line and not too long."""
    return one_line(text if len(text) <= 60 else text[:57] + "...")
