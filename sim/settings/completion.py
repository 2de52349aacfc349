"""Completion: what a word that is begun on the command line may become."""

from __future__ import annotations

import csv
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from sim.domain.dotted_names import dotted
from sim.domain.errors import ChipWarError, SettingsError
from sim.domain.switches import MECHANISMS
from sim.settings.scenario_names import scenarios_in
from sim.settings.schema import ASSUMPTION_SOURCES, SECTIONS, SETTING_NAMES, Settings
from sim.settings.shipped_files import PACKAGE, SCENARIOS
from sim.settings.task_list import TASKS

_FLAGS = ("--help", "--version", "-m", "-c", "-sc")
_FOLDERS = (
    "outputs",
    "data",
    "scenario_folder",
    "law_folder",
    "folder",
    "observations",
    "sweep.table",
)
_WITH_NAMES = ("assumptions", "mechanisms", "scenario")
"""Settings that have names below them which are not settings themselves."""

_SCRIPT = """\
_chipwar_completion() {{
    local begun="${{COMP_LINE:0:COMP_POINT}}" word IFS=$'\\n'
    [[ $begun =~ (-m[[:space:]]+sim|bootstrap.py[[:space:]]+run|chipwar)[[:space:]] ]] \
|| return 0
    word="${{begun##*[[:space:]]}}"
    COMPREPLY=($(COMP_LINE="$COMP_LINE" COMP_POINT="$COMP_POINT" \
'{python}' -m sim -sc query=bash 2>/dev/null))
    if [[ $COMP_WORDBREAKS == *=* && $word == *=* ]]; then
        COMPREPLY=("${{COMPREPLY[@]#"${{word%=*}}="}}")
    fi
}}
complete -o nospace -o bashdefault -o default -F _chipwar_completion \
python python3 chipwar '{python}'
"""


def completion_lines(option: str) -> list[str]:
    """Return what a flag ``-sc`` prints: the script of a shell, or what it asks for.

    Args:
        option: ``install=bash``, ``uninstall=bash`` or, from the script,
            ``query=bash``.
    """
    match option:
        case "install=bash":
            return [_SCRIPT.format(python=sys.executable)]
        case "uninstall=bash":
            return [f"complete -r python python3 chipwar '{sys.executable}'"]
        case "query=bash":
            line = os.environ.get("COMP_LINE", "")
            return completions(line[: int(os.environ.get("COMP_POINT", len(line)))])
    raise SettingsError(
        f'-sc {option}: write eval "$(python -m sim -sc install=bash)"; bash is the '
        "only shell"
    )


def completions(begun: str) -> list[str]:
    """Return what the last word of a command that is begun may become.

    Example:
        >>> completions("python -m sim task=sce")
        ['task=scenarios']
    """
    words = begun.split()
    word = "" if begun[-1:].isspace() or not words else words.pop()
    given = dict(item.split("=", 1) for item in words if "=" in item)
    key, equals, value = word.partition("=")
    if not equals:
        names = iter(_FLAGS) if word.startswith("-") else _keys(word, given)
        return sorted(name for name in names if name.startswith(word))
    first = re.split(r"[,\[]", value)[-1]
    before = word[: len(word) - len(first)]
    values = _values(key.lstrip("+~"), first, given)
    return sorted(f"{before}{name}" for name in values if name.startswith(first))


def _keys(word: str, given: Mapping[str, str]) -> Iterator[str]:
    """Yield the settings that may be given, with those below a group once it is."""
    group = word.partition(".")[0]
    if "." in word and group in _WITH_NAMES:
        yield from (f"{group}.{name}=" for name in _names_below(group, given))
        return
    for name in SETTING_NAMES:
        if name in SECTIONS:
            yield from (f"{name}.{below}=" for below in SECTIONS[name].model_fields)
        else:
            yield f"{name}="
    yield from (f"{group}." for group in _WITH_NAMES)


def _names_below(group: str, given: Mapping[str, str]) -> Sequence[str]:
    if group == "assumptions":
        return _column("assumptions", "name", given)
    if group == "mechanisms":
        return MECHANISMS
    return [name for name, _ in dotted(_scenario_content(given))]


def _scenario_content(given: Mapping[str, str]) -> Mapping[str, Any]:
    """Return what the file of the scenario that is given says, if it can be read."""
    from sim.settings.scenario_files import ScenarioFiles  # noqa: PLC0415  slow

    try:
        scenario_files = ScenarioFiles.find(given.get("scenario_folder"))
        return scenario_files.read(given.get("scenario", ""))
    except ChipWarError:
        return {}


def _values(key: str, first: str, given: Mapping[str, str]) -> Sequence[str]:
    """Return the values that a setting may have, if they can be counted."""
    if key in _FOLDERS:
        return list(_paths(first))
    if key in _CHOICES:
        return _CHOICES[key](given)
    if key.startswith("mechanisms."):
        return ("on", "off")
    section, _, name = key.rpartition(".")
    field = SECTIONS.get(section, Settings).model_fields.get(name)
    if field is None or field.annotation is None:
        return ()
    if field.annotation is bool:
        return ("true", "false")
    return [item for item in get_args(field.annotation) if isinstance(item, str)]


_CHOICES: Mapping[str, Callable[[Mapping[str, str]], Sequence[str]]] = {
    "task": lambda _: list(TASKS),
    "scenario": lambda given: list(_scenario_paths(given)),
    "baseline": lambda given: list(_scenario_paths(given)),
    "assumptions": lambda _: ASSUMPTION_SOURCES,
    "query.chip": lambda given: [
        *_column("chips", "chip", given),
        *_column("compliant_chips", "chip", given),
        *_column("domestic_chips", "chip", given),
    ],
    "query.tool": lambda _: _goods(),
    "record": lambda _: _measures(),
    "query.buyer": lambda given: _column("actors", "id", given),
    "query.seller": lambda given: _column("actors", "id", given),
    "query.destination": lambda given: sorted(set(_column("actors", "country", given))),
}


def _goods() -> list[str]:
    from sim.domain.supply import Good  # noqa: PLC0415  slow

    return [str(good) for good in Good]


def _measures() -> list[str]:
    from sim.outcomes.measures import MEASURES  # noqa: PLC0415  slow

    return ["headline", "all", *(measure.name for measure in MEASURES)]


def _scenario_paths(given: Mapping[str, str]) -> dict[str, Path]:
    own = given.get("scenario_folder")
    return scenarios_in(SCENARIOS) | (scenarios_in(Path(own)) if own else {})


def _column(table: str, column: str, given: Mapping[str, str]) -> list[str]:
    """Return a column of a table of the data; nothing if it cannot be read."""
    path = Path(given.get("data", PACKAGE / "data")) / f"{table}.csv"
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8-sig") as file:
        return [row[column] for row in csv.DictReader(file) if row.get(column)]


def _paths(first: str) -> Iterator[str]:
    """Yield the files and folders whose paths begin as given."""
    folder = first.rpartition("/")[0]
    above = f"{folder}/" if "/" in first else ""
    base = Path(folder or ("/" if above else "."))
    for path in base.iterdir() if base.is_dir() else ():
        yield f"{above}{path.name}{'/' if path.is_dir() else ''}"
