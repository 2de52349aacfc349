"""Checks of a command: a mistake is one line, what is wrong and what is allowed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hydra.core.override_parser.types import Override
from pydantic import ValidationError

from sim.domain.errors import SettingsError, choices, nearest, one_line
from sim.settings.schema import ASSUMPTION_SOURCES, SECTIONS, Settings
from sim.settings.task_list import TASKS, Task, tasks_with

CONFIG_GROUPS = ("task", "scenario", "assumptions")
"""Settings whose value is the name of a file of further settings."""

OPEN_ENDED = ("assumptions", "mechanisms")
"""Settings with names below them that the data define."""

_EXPECTED = {
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_parsing": "true or false (on or off)",
    "bool_type": "true or false (on or off)",
    "string_type": "text",
    "string_too_short": "a name, not nothing",
    "dict_type": "names with values, such as {name: 1}",
    "tuple_type": "a name or a list such as [a,b]",
}


def check_overrides(overrides: Sequence[Override], *, single_values: bool) -> None:
    """Refuse the first override that is wrong on its own, or for the chosen task.

    Args:
        overrides: those of a command.
        single_values: whether to refuse what only a sweep may have.
    """
    for override in overrides:
        check_key(override)
        if single_values:
            _check_single(override)
        if override.key_or_group == "task":
            _check_choice(override, TASKS)
        if override.key_or_group == "assumptions":
            _check_drawn_from(override)
    values = {override.key_or_group: override.value() for override in overrides}
    task = TASKS[str(values.get("task", "run"))]
    for override in overrides:
        _check_task(override, task)


def check_key(override: Override) -> None:
    """Refuse a setting that does not exist, or that cannot be set that way."""
    key = override.key_or_group
    root, *below = key.split(".")
    known = [*Settings.model_fields, "scenario"]
    if root not in known or "/" in key or "@" in key or override.package:
        raise SettingsError(
            f"{override.input_line}: there is no setting {key!r}"
            f"{nearest(root, known) or '; --help lists them'}"
        )
    if override.is_delete() and root != "scenario":
        raise SettingsError(
            f"{override.input_line}: a setting cannot be taken away; give it a value"
        )
    _check_below(override, root, below)


def _check_single(override: Override) -> None:
    """Refuse what only a command that begins with ``-m`` may say."""
    if override.is_sweep_override():
        raise SettingsError(
            f"{override.input_line}: one value is expected here; write a list as "
            "[a,b], or begin the command with -m to sweep over several values"
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
        raise SettingsError(
            f"{override.input_line}: this is a setting of "
            f"task={' and task='.join(owners)}, and the task is {task.name}"
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


def validation_message(error: ValidationError) -> str:
    """Return the first thing wrong with settings, in one line."""
    first = error.errors(include_url=False)[0]
    path = [str(part) for part in first["loc"] if part not in {"str", "tuple"}]
    if not path:
        return first["msg"].removeprefix("Value error, ")
    key = ".".join(path)
    if first["type"] == "extra_forbidden":
        return f"there is no setting {key!r}{nearest(key, Settings.model_fields)}"
    if first["type"] == "missing":
        return f"{key} has no value"
    return f"{key}={_short_value(first['input'])}: {_expectation(first)}"


def _expectation(first: Mapping[str, Any]) -> str:
    """Say what was expected in place of a value."""
    bounds = first.get("ctx", {})
    if "ge" in bounds:
        return f"must be at least {bounds['ge']}"
    if "le" in bounds:
        return f"must be at most {bounds['le']:,}".replace(",", " ")
    if first["type"] == "literal_error":
        return f"must be {bounds['expected']}"
    if first["type"] in _EXPECTED:
        return f"must be {_EXPECTED[first['type']]}"
    return str(first["msg"]).removeprefix("Value error, ")


def _short_value(value: object) -> str:
    """Return a value as a command would have it, on one line and not too long."""
    text = "null" if value is None else str(value)
    return one_line(text if len(text) <= 60 else text[:57] + "...")
