"""The guide: the text of `--help`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import starmap
from textwrap import fill

from pydantic import BaseModel

from sim.domain.errors import ChipWarError
from sim.presentation.labelled_text import labelled_rows
from sim.settings.compose import NOT_OF_A_RUN, Command, read_command
from sim.settings.overrides import one_line
from sim.settings.scenario_files import ScenarioFiles
from sim.settings.schema import SECTIONS, Settings
from sim.settings.task_list import TASKS, own_settings
from sim.tasks.screen_width import screen_width

_OPENING = (
    "Simulates the chip war, month by month, under the export controls of record and "
    "under yours: what a rule does to China's AI compute and to its lag behind the "
    "frontier, through which channels, and at whose cost. Every number is a range over "
    "possible worlds (draws), and every scenario is compared with its baseline in the "
    "same worlds."
)
_USE = "python -m sim scenario=NAME [setting=value ...]"
_EXAMPLES = {
    "python -m sim scenario=service_ban": (
        "What would a ban on servicing chip tools in China do?"
    ),
    "python -m sim scenario=service_ban draws=2000 "
    "scenario.regime.add.service_ban.effective=2027-07": (
        "The same, in more worlds, and from another date on."
    ),
    "python -m sim task=law query.chip=H20 query.buyer=alibaba query.day=2024-06-01": (
        "Could Nvidia sell Alibaba an H20 on that day, and why?"
    ),
}
_SWEEPS = (
    "With -m in front, settings may have several values (a,b, range(from,to,step) or, "
    "in a design of points, interval(from,to)); all are compared in one table. "
    "See docs/sweeps.md."
)


def guide(folder: str | None = None) -> str:
    """Return the help: what it does, scenarios, tasks, settings and three examples."""
    width = screen_width()
    settings = read_command([]).settings
    elsewhere = {*own_settings(), *NOT_OF_A_RUN}
    defaults = _defaults(settings, elsewhere=elsewhere)
    sweep_defaults = _defaults(settings.sweep, above="sweep.")
    summaries = {name: task.summary for name, task in TASKS.items()}
    parts = [
        fill(_OPENING, width),
        f"Use:  {_USE}",
        "\n".join(["Examples:", *starmap(_example, _EXAMPLES.items())]),
        _section("Scenarios", scenario_questions(ScenarioFiles.find(folder)), width),
        _section("Tasks (default: task=run)", summaries, width),
        _section("Settings and their defaults", defaults, width),
        fill(_SWEEPS, width),
        _section("Settings of a sweep (-m), and their defaults", sweep_defaults, width),
        *_own_sections(width),
        fill(
            "Results are written to outputs/<scenario>/<time>/, those of a sweep to "
            "outputs/sweeps/. Status: 0 done, 1 some points of a sweep failed or an "
            "error in the simulator, 2 a mistake in the command (reported in one "
            "line), 130 interrupted.",
            width,
        ),
    ]
    return "\n\n".join(parts)


def scenario_questions(scenario_files: ScenarioFiles) -> dict[str, str]:
    """Return the question that each scenario asks, by name.

    A file that cannot be read does not hide the others; its error is shown instead.
    """
    return {name: _question(scenario_files, name) for name in scenario_files.files}


def _question(scenario_files: ScenarioFiles, name: str) -> str:
    try:
        content = scenario_files.read(name)
        return one_line(str(content.get("question", "(asks no question)")))
    except ChipWarError as error:
        return f"(cannot be read: {error})"


def _section(title: str, meanings: Mapping[str, str], width: int) -> str:
    return "\n".join([f"{title}:", *labelled_rows(meanings.items(), width)])


def _example(command: str, meaning: str) -> str:
    return f"  {meaning}\n    {command}"


def _own_sections(width: int) -> Iterator[str]:
    """Yield a section for the settings that belong to some tasks alone."""
    owners = own_settings()
    for tasks in dict.fromkeys(owners.values()):
        meanings: dict[str, str] = {}
        for name in (name for name, own in owners.items() if own == tasks):
            meanings |= _meanings(name)
        title = f"Settings of {' and '.join(f'task={task}' for task in tasks)} alone"
        yield _section(title, meanings, width)


def _meanings(setting: str) -> dict[str, str]:
    """Return the meaning of a setting, or of each setting below it."""
    if setting not in SECTIONS:
        return {setting: str(Settings.model_fields[setting].description)}
    fields = SECTIONS[setting].model_fields
    return {
        f"{setting}.{name}": str(field.description) for name, field in fields.items()
    }


def _defaults(
    settings: BaseModel, above: str = "", elsewhere: Iterable[str] = ()
) -> dict[str, str]:
    """Return the meanings of settings, by name and default."""
    return {
        f"{above}{name}={_default(getattr(settings, name))}": str(field.description)
        for name, field in type(settings).model_fields.items()
        if name not in elsewhere
    }


def _default(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{','.join(map(str, value))}]"
    return "{}" if value == {} else str(value)


def scenario_lines(command: Command) -> list[str]:
    """Return the scenarios and their questions as rows of text."""
    questions = scenario_questions(command.scenario_files)
    return labelled_rows(questions.items(), screen_width())
