"""Mistakes in a command, each in one line: what is wrong, what would be right."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hydra.core.override_parser.types import Override
from pydantic import ValidationError

from sim.domain.errors import SettingsError, nearest
from sim.settings.schema import (
    ASSUMPTION_SOURCES,
    CalibrateSettings,
    Query,
    Settings,
    SweepSettings,
)

CONFIG_GROUPS = ("task", "scenario", "assumptions")
"""Settings whose value is the name of a file of further settings."""

OPEN_ENDED = ("assumptions", "mechanisms")
"""Settings with names below them that the data define."""

OWNERS = {
    "query": ("law",),
    "month": ("network",),
    "draw": ("replay", "diverge"),
    "calibrate": ("calibrate",),
}
"""Settings that some tasks alone have."""

MANY = ("draws", "first_draw")
"""Settings that say how many worlds; a task that tells of one has `draw` instead."""

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


def check_key(override: Override) -> None:
    """Refuse a setting that does not exist, or that cannot be set that way.

    Raises:
        SettingsError: says which, and the nearest right word.
    """
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


def check_single(override: Override) -> None:
    """Refuse what only a command that begins with ``-m`` may say.

    Raises:
        SettingsError: the word has several values, or is a setting of sweeps.
    """
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
    if root == "query" and below and ".".join(below) not in Query.model_fields:
        raise SettingsError(
            f"{override.input_line}: a query has {', '.join(Query.model_fields)}"
            f"{nearest('.'.join(below), Query.model_fields)}"
        )
    word, known = ".".join(below), SweepSettings.model_fields
    if root == "sweep" and word not in known:
        raise SettingsError(
            f"{override.input_line}: a sweep has {', '.join(known)}"
            f"{nearest(word, known)}"
        )
    known = CalibrateSettings.model_fields
    if root == "calibrate" and word not in known:
        raise SettingsError(
            f"{override.input_line}: a calibration has {', '.join(known)}"
            f"{nearest(word, known)}"
        )
    if below and root not in {*OPEN_ENDED, "query", "scenario", "sweep", "calibrate"}:
        raise SettingsError(
            f"{override.input_line}: {root} is a single value; write {root}=..."
        )


def check_task(overrides: Iterable[Override], task: str) -> None:
    """Refuse a setting that belongs to another task than the one asked for."""
    for override in overrides:
        key = override.key_or_group.partition(".")[0]
        owners = OWNERS.get(key, (task,))
        if task not in owners:
            raise SettingsError(
                f"{override.input_line}: this is a setting of "
                f"task={' and task='.join(owners)}, and the task is {task}"
            )
        if key in MANY and task in OWNERS["draw"]:
            raise SettingsError(
                f"{override.input_line}: task={task} tells of one world; "
                "give its number, such as draw=17"
            )
        if key in MANY and task in OWNERS["calibrate"]:
            raise SettingsError(
                f"{override.input_line}: task={task} has calibrate.worlds and "
                "calibrate.rows instead"
            )


def check_choice(override: Override, options: Iterable[str]) -> None:
    """Refuse an option that a group of settings does not offer."""
    choice, known = override.value(), list(options)
    if choice not in known:
        raise SettingsError(
            f"{override.input_line}: there is no {override.key_or_group} called "
            f"{str(choice)!r}; choose from {', '.join(known)}"
            f"{nearest(str(choice), known)}"
        )


def check_drawn_from(override: Override) -> None:
    """Refuse assumptions that are neither names with values nor a place to draw from.

    Raises:
        SettingsError: says what may be given.
    """
    given = override.value()
    if not isinstance(given, dict) and given not in ASSUMPTION_SOURCES:
        raise SettingsError(
            f"{override.input_line}: must be {' or '.join(ASSUMPTION_SOURCES)}, or "
            "names with values, such as {name: 1}"
            f"{nearest(str(given), ASSUMPTION_SOURCES)}"
        )


def validation_message(error: ValidationError) -> str:
    """Return the first thing wrong with settings, in one line."""
    first = error.errors(include_url=False)[0]
    place = [str(part) for part in first["loc"] if part not in {"str", "tuple"}]
    if not place:
        return first["msg"].removeprefix("Value error, ")
    key = ".".join(place)
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
    """Return a value as a command would spell it, on one line and not too long."""
    word = "null" if value is None else str(value)
    return one_line(word if len(word) <= 60 else word[:57] + "...")


def one_line(text: str) -> str:
    """Return text on one line, without characters that steer a terminal."""
    words = " ".join(text.split())
    return "".join(sign if sign.isprintable() else "?" for sign in words)
