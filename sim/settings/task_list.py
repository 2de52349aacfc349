"""The tasks of the command line, each declared once.

Help, dispatch, and which settings belong to which task all follow from `TASKS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from sim.domain.errors import SettingsError

SWEEP_FLAGS = ("-m", "--multirun")
"""What makes a command a sweep."""

_EXTRAS = {
    "calibration": ("arviz", "emcee", "sklearn", "threadpoolctl"),
    "search": ("pymoo",),
}
"""Modules that an extra of the package installs, by name of the extra."""


@dataclass(frozen=True)
class Task:
    """Something that a command can ask for.

    Attributes:
        name: what `task=` calls it.
        summary: what it does, for the help.
        function: `module:function`, which takes the command and returns the lines to
            print. It is imported when the task is carried out, so that no command
            loads libraries that it does not use.
        runs_worlds: whether it runs the model.
        settings: the settings that belong to it, and to other tasks that name them.
        instead_of_draws: what it says to `draws=`, if it does not use that setting.
        extra: the extra of the package that must be installed for it.
        several_scenarios: whether it takes several, as in ``scenario=a,b``.
    """

    name: str
    summary: str
    function: str
    runs_worlds: bool = True
    settings: tuple[str, ...] = ()
    instead_of_draws: str = ""
    extra: str = ""
    several_scenarios: bool = False

    def load(self) -> Callable[[Any], Iterable[str]]:
        """Import the function."""
        if self.runs_worlds:
            # Importing Mesa walks the stack several times, so it is not left to some
            # import deep within others.
            import_module("sim.world")
        module, _, name = self.function.partition(":")
        function: Callable[[Any], Iterable[str]]
        loaded = load_extra(module, self.extra, f"task={self.name}")
        function = getattr(loaded, name)
        return function


def load_extra(module: str, extra: str, setting: str) -> Any:
    """Import a module that needs an extra of the package.

    Args:
        module: its name.
        extra: the extra; empty if it needs none.
        setting: what asks for it.

    Raises:
        SettingsError: what the extra installs is missing.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as missing:
        if missing.name not in _EXTRAS.get(extra, ()):
            raise
        raise SettingsError(
            f"{setting}: {missing.name} is not installed; install the simulator's "
            f"extra [{extra}]"
        ) from missing


_ONE_WORLD = "tells of one world; give its number, such as draw=17"

_OF_A_LIST = ("match", "format")

_DECLARED = (
    Task(
        "run",
        "run a scenario beside its baseline and write a folder of results",
        "sim.tasks.run:run_and_print",
    ),
    Task(
        "compare",
        "set several scenarios side by side in the same worlds: scenario=a,b,c",
        "sim.tasks.compare:COMPARE",
        settings=("objectives",),
        several_scenarios=True,
    ),
    Task(
        "scenarios",
        "list the scenarios and the question that each one asks",
        "sim.tasks.guide:scenario_lines",
        runs_worlds=False,
    ),
    Task(
        "assumptions",
        "list the uncertain numbers: range, unit, what they were fitted to, source",
        "sim.tasks.listings:assumption_lines",
        runs_worlds=False,
        settings=_OF_A_LIST,
    ),
    Task(
        "actors",
        "list the actors: id, name, kind and country",
        "sim.tasks.listings:actor_lines",
        runs_worlds=False,
        settings=_OF_A_LIST,
    ),
    Task(
        "measures",
        "list what is measured: name, unit, and whose values there are",
        "sim.tasks.listings:measure_lines",
        runs_worlds=False,
        settings=_OF_A_LIST,
    ),
    Task(
        "instruments",
        "list the instruments of a law, what a scenario changes of it, and the kinds",
        "sim.tasks.listings:instrument_lines",
        runs_worlds=False,
        settings=_OF_A_LIST,
    ),
    Task(
        "chips",
        "list the chips on record: designer, launch, throughput, memory, price",
        "sim.tasks.listings:chip_lines",
        runs_worlds=False,
        settings=_OF_A_LIST,
    ),
    Task(
        "law",
        "say what law is in force on a day, and what it does to one sale",
        "sim.tasks.law:law_lines",
        runs_worlds=False,
        settings=("query",),
    ),
    Task(
        "law_figures",
        "draw the law: instruments by kind and issuer, chips against its limits",
        "sim.tasks.law_figures:LAW_FIGURES",
        runs_worlds=False,
        instead_of_draws="draws the law, which is the same in every possible world",
    ),
    Task(
        "network",
        "measure the supply network's chokepoints and what a scenario cuts",
        "sim.tasks.network:network_lines",
        settings=("month",),
    ),
    Task(
        "replay",
        "tell one world, from start to horizon, as a dated story with reasons (the "
        "baseline's if no scenario is given)",
        "sim.tasks.replay:replay_lines",
        settings=("draw",),
        instead_of_draws=_ONE_WORLD,
    ),
    Task(
        "diverge",
        "show where scenario and baseline first differ in one world, and how the "
        "difference spreads",
        "sim.tasks.diverge:diverge_lines",
        settings=("draw",),
        instead_of_draws=_ONE_WORLD,
    ),
    Task(
        "why",
        "say what makes a number differ between scenario and baseline, link by link",
        "sim.tasks.why:why_lines",
        settings=("measure", "actor", "month"),
    ),
    Task(
        "brief",
        "write a saved run on two pages: report.html, report.md, report.pdf",
        "sim.tasks.brief:brief_lines",
        runs_worlds=False,
        settings=("folder",),
        instead_of_draws="tells of the draws that the folder holds",
    ),
    Task(
        "rerun",
        "run a saved run again, beside it, and compare every file of results",
        "sim.tasks.rerun:rerun_lines",
        settings=("folder",),
    ),
    Task(
        "verify",
        "run some draws of a saved run again, and compare them with what was saved",
        "sim.tasks.verify:verify_lines",
        settings=("folder",),
    ),
    Task(
        "news",
        "set the model's one-day returns on dated news beside those observed",
        "sim.tasks.news:NEWS",
    ),
    Task(
        "hindcast",
        "score the model on every observed series, beside naive rivals",
        "sim.tasks.hindcast:HINDCAST",
    ),
    Task(
        "forecast",
        "write the quantiles of what firms and chips will do after the record",
        "sim.tasks.forecast:FORECAST",
    ),
    Task(
        "score",
        "score a forecast on disk on your own new observations, beside persistence",
        "sim.tasks.score:SCORE",
        settings=("folder", "observations"),
        instead_of_draws="scores the draws that the folder holds",
    ),
    Task(
        "structure",
        "test whether each mechanism and each series helps to predict",
        "sim.tasks.structure:STRUCTURE",
        extra="calibration",
    ),
    Task(
        "calibrate",
        "fit uncertain assumptions to what was observed, by a posterior",
        "sim.tasks.calibrate:CALIBRATE",
        settings=("calibrate",),
        instead_of_draws="has calibrate.worlds and calibrate.rows instead",
        extra="calibration",
    ),
    Task(
        "sensitivity",
        "say which assumptions the effects of a scenario depend on",
        "sim.tasks.sensitivity:SENSITIVITY",
        settings=("sensitivity",),
    ),
    Task(
        "attribute",
        "share an effect out over the instruments of a scenario, and its channels",
        "sim.tasks.attribute:ATTRIBUTE",
        settings=("attribute",),
    ),
    Task(
        "voi",
        "say what knowing an assumption first is worth to whoever chooses a scenario",
        "sim.tasks.voi:VOI",
        settings=("voi", "objectives"),
        extra="calibration",
        several_scenarios=True,
    ),
    Task(
        "break_even",
        "find at which value of one number the effect of a scenario turns",
        "sim.tasks.break_even:BREAK_EVEN",
        settings=("break_even",),
    ),
    Task(
        "discover",
        "find under which conditions a scenario backfires, or is beaten",
        "sim.tasks.discover:DISCOVER",
        settings=("discover", "objectives"),
    ),
    Task(
        "search",
        "search legal designs for the best by several objectives",
        "sim.tasks.search:SEARCH",
        settings=("search", "enough", "levers", "objectives"),
        extra="search",
    ),
)

TASKS = {task.name: task for task in _DECLARED}
"""The tasks by name, in the order of the help."""


def tasks_with(setting: str) -> tuple[str, ...]:
    """Return the tasks to which a setting belongs; none if it belongs to all."""
    return tuple(task.name for task in TASKS.values() if setting in task.settings)


def own_settings() -> dict[str, tuple[str, ...]]:
    """Return the settings that belong to some tasks alone, and to which."""
    names = dict.fromkeys(name for task in _DECLARED for name in task.settings)
    return {name: tasks_with(name) for name in names}
