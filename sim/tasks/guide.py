"""The guide: the text of `--help`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, starmap
from textwrap import fill

from pydantic import BaseModel

from sim.domain.errors import ChipWarError, one_line
from sim.presentation.labelled_text import labelled_rows, wrapped
from sim.settings.compose import NOT_OF_A_RUN, Command, read_command
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
_RUN = "python -m sim scenario=service_ban"
_LAW = "python -m sim task=law query.chip=H20 query.buyer=Baidu query.day=2024-06-01"
_EXAMPLES = {
    _RUN: "What would a ban on servicing chip tools in China do?",
    f"{_RUN} draws=2000 \\\n      scenario.regime.add.service_ban.effective=2027-07": (
        "The same, in more worlds, and from another date on."
    ),
    _LAW: "Could Nvidia sell Baidu an H20 on that day, and why?",
}
_FIRST_COMMANDS = {
    "python -m sim task=scenarios": "Which questions are there?",
    _RUN: "What would a ban on servicing chip tools in China do?",
    _LAW: "Could Nvidia sell Baidu an H20 on that day, and why?",
}
_MORE = {
    "python -m sim --help": "all tasks and settings",
    "docs/README.md": "pages on scenarios, results, notebooks and sweeps",
}
_CHANGES = {
    "scenario=NAME": "the scenario; task=scenarios lists them; a+b combines two",
    "scenario.KEY=value": "anything in it, by the path in its file (docs/scenarios.md)",
}
_GROUPS = {
    "what it is compared with, and what is assumed in both": (
        *("baseline", "assumptions", "drawn_from", "mechanisms"),
    ),
    "which worlds, and when": (
        *("draws", "first_draw", "seed", "start", "horizon", "as_of"),
    ),
    "what is kept, and where": (
        *("record", "recorded_draws", "attribution", "attribution_draws"),
        *("figures", "figure_format", "outputs"),
    ),
    "files that are read": ("scenario_folder", "law_folder", "data"),
    "how it is computed, which changes no result": (
        *("workers", "chunk", "fork", "quiet", "debug"),
    ),
}
_FLAGS = {
    "-m": "a sweep over several values",
    "-c job": "print the settings and the scenario of a command, and do nothing else",
    "-sc install=bash": "print the script with which Bash completes words, for eval",
    "--help, --version": "this page; the version",
}
_SWEEPS = (
    "With -m in front, settings may have several values (a,b, range(from,to,step) or, "
    "in a design of points, interval(from,to)); all are compared in one table. "
    "See docs/sweeps.md."
)


def opening_page() -> str:
    """Return a short page: what it does, three commands, and where more is."""
    width = screen_width()
    return "\n\n".join(
        [
            fill(_OPENING, width),
            "\n".join(starmap(_example, _FIRST_COMMANDS.items())),
            "\n".join(["More:", *labelled_rows(_MORE.items(), width)]),
        ]
    )


def guide(folder: str | None = None) -> str:
    """Return the help: what it does, scenarios, tasks, settings and three examples."""
    width = screen_width()
    settings = read_command([]).settings
    sweep_defaults = _defaults(settings.sweep, SECTIONS["sweep"].model_fields, "sweep.")
    summaries = {name: task.summary for name, task in TASKS.items()}
    names = ", ".join(ScenarioFiles.find(folder).files)
    parts = [
        fill(_OPENING, width),
        f"Use:  {_USE}",
        "\n".join(["Examples:", *starmap(_example, _EXAMPLES.items())]),
        _section("Tasks (default: task=run)", summaries, width),
        "\n".join(
            [
                "Scenarios (task=scenarios has the question of each):",
                fill(names, width, initial_indent="  ", subsequent_indent="  "),
            ]
        ),
        *_settings_sections(settings, width),
        *_own_sections(width),
        fill(_SWEEPS, width),
        _section("Settings of a sweep (-m)", sweep_defaults, width),
        _section("Flags", _FLAGS, width),
        fill(
            "Results are written to outputs/<scenario>/<time>/, those of a sweep to "
            "outputs/sweeps/. Status: 0 done, 1 some points of a sweep failed or an "
            "error in the simulator, 2 a mistake in the command or results that cannot "
            "be written (reported in one line), 130 interrupted.",
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
    rows = labelled_rows(meanings.items(), width)
    return "\n".join([*wrapped(f"{title}:", width), *rows])


def _example(command: str, meaning: str) -> str:
    return f"  {meaning}\n    {command}"


def _settings_sections(settings: Settings, width: int) -> Iterator[str]:
    """Yield a section for each group of the settings that any task may have."""
    yield _section("Settings: what is run", _CHANGES, width)
    elsewhere = {*own_settings(), *NOT_OF_A_RUN, "task", *chain(*_GROUPS.values())}
    others = [name for name in Settings.model_fields if name not in elsewhere]
    for title, names in {**_GROUPS, "others": others}.items():
        if names:
            yield _section(f"Settings: {title}", _defaults(settings, names), width)


def _own_sections(width: int) -> Iterator[str]:
    """Yield a section for the settings that belong to some tasks alone."""
    owners = own_settings()
    for tasks in dict.fromkeys(owners.values()):
        meanings: dict[str, str] = {}
        for name in (name for name, own in owners.items() if own == tasks):
            meanings |= _meanings(name)
        title = f"Settings of task={', '.join(tasks)} alone"
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
    settings: BaseModel, names: Iterable[str], above: str = ""
) -> dict[str, str]:
    """Return the meanings of settings, by name and default."""
    fields = type(settings).model_fields
    return {
        f"{above}{name}={_default(getattr(settings, name))}": str(
            fields[name].description
        )
        for name in names
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
    files, width = command.scenario_files, screen_width()
    remarks = [*files.replacements(files.files), *files.passed_over]
    passed_over = [row for text in remarks for row in wrapped(text, width)]
    return [*labelled_rows(scenario_questions(files).items(), width), *passed_over]
