"""Overrides on the command line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from unittest.mock import patch

from hypothesis import strategies as st

from sim.experiments.factors import MOST_POINTS
from sim.outcomes.measures import MEASURES
from sim.settings.command_words import SWEEP, read_words
from sim.settings.compose import Command, read_command
from sim.settings.multirun import simulator_overrides
from sim.settings.schema import MAX_DRAWS, MAX_WORKERS
from sim.settings.sweep_command import read_sweep
from sim.settings.task_list import TASKS
from sim.tasks.prepare import (
    PreparedRun,
    prepare,
    prepare_both_laws,
    prepare_one_world,
)
from sim.tasks.study_run import Study, StudyRun
from sim.tasks.sweep.point_composer import PointComposer
from tests.fuzz.values import (
    ASSUMPTION_NAMES,
    FOREIGN_DIGITS,
    MECHANISM_NAMES,
    Values,
    assumed,
    assumptions,
    misspelt,
    months,
    pick,
    switches,
    whole,
    words,
)
from tests.fuzz.verdict import OPEN, Expected, Truth

SHIPPED = ("service_ban", "truce", "tight_quota", "h20_ban", "adaptive", "match_act")
POINTS_TRIED = 8
"""Points of a sweep that are composed."""

LONG = "x" * 300


class _ReadyError(Exception):
    """A study has found its settings good."""


@dataclass(frozen=True)
class CommandCase:
    """Words of a command, and what must become of them."""

    kind: ClassVar[str] = "commands"

    words: tuple[str, ...]
    expected: Expected = OPEN

    def use(self) -> object:
        """Read the command and prepare what it asks for."""
        read = read_words(self.words)
        if read.asks_for == SWEEP:
            return _prepare_sweep(simulator_overrides(self.words))
        return prepared(read_command(read.overrides))


def prepared(command: Command) -> PreparedRun | None:
    """Do what a task does before it computes anything."""
    task = command.settings.task
    if task in _PREPARATIONS:
        return _PREPARATIONS[task](command)
    function = TASKS[task].load()
    if not isinstance(function, Study):
        list(function(command))
        return None
    with patch.object(StudyRun, "print_warnings", _stop):
        try:
            function.compute(StudyRun(command, [], datetime.now(UTC)))
        except _ReadyError:
            return None
    raise AssertionError(f"task={task} did not say when it was ready")


_PREPARATIONS: Mapping[str, Callable[[Command], PreparedRun]] = {
    "run": prepare,
    "replay": prepare_one_world,
    "diverge": prepare_both_laws,
}


def _stop(_: StudyRun) -> None:
    raise _ReadyError


def _prepare_sweep(overrides: Any) -> None:
    command = read_sweep(overrides)
    design = command.design()
    composer = PointComposer(command.fixed, design.keys)
    for point in design.points[:POINTS_TRIED]:
        composer.setup(composer.command(point))


# --- settings, and what they may be ---------------------------------------------------

_COUNT = whole(1, MAX_DRAWS)
_NO_NAME = ("null", "5", "true", "no_such_scenario", "''", "../truce", "truce.yaml")


def _settings() -> dict[str, Values]:
    """Return values of the settings of `task=run`."""
    return {
        "draws": _COUNT,
        "first_draw": whole(0, MAX_DRAWS),
        "seed": whole(0, 2**63),
        "start": months(2022, 2026),
        "horizon": months(2028, 2035),
        "as_of": Values(st.just("null"), months(2024, 2025, null=True).wrong),
        "record": _measures(),
        "recorded_draws": whole(1, MAX_DRAWS, null=True),
        "attribution_draws": _COUNT,
        "attribution": Values(st.sampled_from(["false", "off"]), switches().wrong),
        "workers": whole(1, MAX_WORKERS, null=True),
        "chunk": whole(1, MAX_DRAWS, null=True),
        **dict.fromkeys(("figures", "fork", "quiet"), switches()),
        "figure_format": words(["png", "svg", "both"], "pdf", "PNG", "null", "[png]"),
        "debug": Values(st.just("false"), switches().wrong),
        "assumptions": words(["prior", "posterior"], "prior,posterior", "'prior '"),
        "baseline": Values(st.just("baseline"), _NO_NAME),
        "outputs": Values(
            st.sampled_from(["outputs", "a/b", "'with space'", "'ü'"]),
            ("null", "''", "[]", "{a: 1}", LONG, "/proc/outputs", "/dev/null/x"),
        ),
        "scenario_folder": Values(
            st.just("null"), ("''", "nowhere", LONG, "[a]", "{a: b}")
        ),
        "law_folder": Values(st.just("null"), ("''", "nowhere", LONG, "[a]", "{a: b}")),
        "data": Values(st.just("null"), ("''", "nowhere", ".", LONG, "[a]", "{a: b}")),
    }


def _measures() -> Values:
    names = [measure.name for measure in MEASURES]
    some = st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True)
    lists = some.map(lambda chosen: f"[{','.join(chosen)}]")
    one = names[0]
    return Values(
        st.sampled_from(["headline", "all"]) | lists,
        (
            *(f"[{one},{one}]", f"[{one},]", f"[{one},headline]", "[]", "null", "5"),
            *("no_such", "[no_such]", "[5]", "[[all]]", "{all: true}", "''", "true"),
            f"[{one},null]",
        ),
    )


@st.composite
def _setting(draw: st.DrawFn) -> tuple[str, Values]:
    """Return a setting of `task=run` with what it may be."""
    place = pick(draw, ["plain", "plain", "plain", "assumption", "mechanism"])
    if place == "assumption":
        name = draw(ASSUMPTION_NAMES)
        return f"assumptions.{name}", assumed(assumptions()[name])
    if place == "mechanism":
        return f"mechanisms.{draw(MECHANISM_NAMES)}", switches()
    return pick(draw, list(_settings().items()))


@st.composite
def _good_words(draw: st.DrawFn) -> dict[str, str]:
    """Return settings of a run that go together, by name."""
    chosen = {"scenario": pick(draw, SHIPPED)}
    for name, values in draw(st.lists(_setting(), max_size=3)):
        chosen[name] = draw(values.good)
    return chosen


def _written(chosen: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in chosen.items()]


# --- commands that are good, wrong, or open -------------------------------------------


@st.composite
def _good(draw: st.DrawFn) -> CommandCase:
    given = draw(st.permutations(_written(draw(_good_words()))))
    return CommandCase(tuple(given), Expected(Truth.GOOD, "a good command"))


@st.composite
def _wrong_value(draw: st.DrawFn) -> CommandCase:
    name, values = draw(_setting())
    value = pick(draw, values.wrong)
    chosen = {**draw(_good_words()), name: value}
    expected = Expected(Truth.WRONG, f"{_group(name)}={value}", (name, value))
    return CommandCase(tuple(_written(chosen)), expected)


def _group(name: str) -> str:
    """Return a setting without the name below it."""
    root, dot, _ = name.partition(".")
    return f"{root}{dot}..." if dot else name


@st.composite
def _given_twice(draw: st.DrawFn) -> CommandCase:
    chosen = draw(_good_words())
    name, values = draw(_setting())
    first, second = draw(values.good), draw(values.good)
    chosen.pop(name, None)
    given = [*_written(chosen), f"{name}={first}", f"{name}={second}"]
    given = draw(st.permutations(given))
    return CommandCase(
        tuple(given), Expected(Truth.WRONG, "a setting given twice", (name,))
    )


@st.composite
def _misspelt_name(draw: st.DrawFn) -> CommandCase:
    name, values = draw(_setting())
    wrong = draw(misspelt(name))
    known = wrong.split(".")[0] in _settings() and "." not in name
    known = known or wrong in assumptions()
    truth = Truth.OPEN if known or wrong.startswith(".") else Truth.WRONG
    given = [*_written(draw(_good_words())), f"{wrong}={draw(values.good)}"]
    names = (wrong, wrong.split(".")[-1])
    return CommandCase(tuple(given), Expected(truth, "a misspelt setting", names))


_WRONG_WORDS = (
    *("sweep.design=grid", "sweep.points=3", "sweep={design: grid}", "sweep.name=a"),
    *("query.day=2024-01", "match=a", "format=csv", "draw=3", "folder=outputs"),
    *("month=2024-01", "calibrate.worlds=200", "task=no_such", "task=null", "task=''"),
    *("scenario=no_such", "scenario=null", "scenario=[truce]", "scenario=''"),
    *("scenario={a: 1}", "scenario=5", "scenario=../truce", f"scenario={LONG}"),
    *("scenario=truce,h20_ban", "seed=range(1,3)", "draws=choice(1,2)"),
    *("baseline=truce,h20_ban", "seed=interval(1,3)", "scenario=glob(*)"),
    *("~draws", "~scenario", "draws@x=1", "draws/x=1", "task@=run", "+no_such=1"),
    *("hydra.run.dir=x", "hydra/launcher=joblib", "no_such.thing=1", "defaults=[]"),
    *("draws", "truce", "--draws=3", "-draws=3", "--no-such", "=3", ".=3", ".draws=3"),
    *("draws.x=3", "seed.a.b=1", "figures.x=true", "horizon.year=2030", "draws.=3"),
    *("draws=${seed}x", "draws=${oc.env:HOME}", "outputs=${nowhere}", "seed=${"),
    *("assumptions={no_such: 1}", "assumptions.no_such=1", "mechanisms.no_such=off"),
    *("mechanisms={no_such: off}", "mechanisms=off", "mechanisms=[smuggling]"),
    *("assumptions=[prior]", "assumptions=5", "assumptions=5,6", "mechanisms=null"),
    *("scenario.no_such=1", "scenario.question=5", "scenario.source=''"),
    *("scenario.base=nothing", "scenario.baseline=1", "scenario.baseline='yes'"),
    *("scenario.regime={}", "scenario.regime=5", "scenario.regime.add=5"),
    *("scenario.regime.add.no_such.approval=0.5", "scenario.regime.remove=[no_such]"),
    *("scenario.regime.remove=[[a]]", "scenario.regime.amend.no_such.end=null"),
    *("scenario.regime.add.x=5", "scenario.regime.add.x={}", "scenario.regime=null,5"),
    *("scenario.regime.add.x={kind: [service_ban]}", "scenario.decisions=5"),
    *("scenario.decisions.since=2019-01", "scenario.decisions.martians=endogenous"),
    *("scenario.decisions.allies=maybe", "scenario.decisions.instruments=[a]"),
    *("scenario.assumptions.no_such=1", "scenario.mechanisms.smuggling=maybe"),
    *("scenario.mechanisms.no_such=off", "scenario.mechanisms.smuggling=1"),
    *("scenario.question=${seed}", "~scenario.no_such", "~scenario.question"),
    *("scenario.base.as_of=1999-01", "scenario.base={as_of: 2025-13}", "scenario.=1"),
    *(f"record={'[' * 3000}", f"record={'[' * 900}{']' * 900}", f"{'a.' * 1500}a=1"),
    *(f"scenario.question={'{a: ' * 13}1{'}' * 13}", f"assumptions{'.a' * 1500}=1"),
    *(f"scenario{'.a' * 1500}=1", f"scenario{'.a' * 90}=1", f"record={'${' * 500}"),
    *("scenario..question=a", "scenario.regime.remove=[truce_2025,truce_2025]"),
)
"""Words that are wrong wherever they stand in a command that runs a scenario."""


@st.composite
def _wrong_word(draw: st.DrawFn) -> CommandCase:
    word = pick(draw, _WRONG_WORDS)
    name = word.lstrip("-~+").partition("=")[0]
    chosen = draw(_good_words())
    chosen.pop(name.partition(".")[0] if "." not in name else "", None)
    given = draw(st.permutations([*_written(chosen), word]))
    parts = [part for part in (name, name.split(".")[-1], word) if part]
    names = (*parts, "scenario", "${") if "scenario" in name or "$" in word else parts
    return CommandCase(tuple(given), Expected(Truth.WRONG, word, tuple(names)))


_OTHER_TASKS = {
    "law": ("query.day=2024-06", "query.chip=H20", "query.buyer=alibaba"),
    "actors": ("match=smic", "format=csv"),
    "assumptions": ("match=smuggl",),
    "chips": ("match=5",),
    "measures": ("format=text",),
    "instruments": ("scenario=truce",),
    "scenarios": (),
    "network": ("month=2024-01",),
    "replay": ("draw=3",),
    "diverge": ("draw=3", "scenario=truce"),
    "sensitivity": (
        *("scenario=truce", "draws=200", "sensitivity.measure=revenue"),
        *("sensitivity.actor=nvidia", "sensitivity.rows=2048"),
    ),
    "attribute": (
        *("scenario=match_act", "attribute.measure=revenue", "attribute.actor=asml"),
        *("attribute.groups={both:[match_tools,match_service]}", "draws=10"),
    ),
    "break_even": (
        "scenario=truce",
        "break_even.over=assumptions.service.grey_market_parts_coverage",
        *("break_even.statistic=share", "break_even.target=0.9"),
    ),
    "discover": ("scenario=truce", "discover.against=h20_ban", "discover.fresh=100"),
    "search": ("search.generations=1", "search.population=5", "levers.tools=null"),
    "hindcast": ("draws=10",),
    "forecast": ("draws=10",),
    "news": ("draws=10",),
}
"""Tasks with settings that are good of each."""

_WRONG_OF_TASKS = {
    "law": (
        *("query.day=2024-13", "query.day=5", "query.day=", "query.day=true"),
        *("query.day=10000-01-01", f"query.day={FOREIGN_DIGITS[0]}-01", "query=5"),
        *("query.no_such=1", "query.day=2024-06,2024-07", "query={}", "query.=1"),
    ),
    "actors": ("match=no_such_word", "match=''", "format=json", "match=[a]"),
    "network": ("month=2024-13", "month=5", "month=null-01", "month=2024"),
    "replay": ("draw=-1", "draw=1.5", "draw=true", "draw='3'", "draws=3", "draw=a"),
    "hindcast": ("scenario=truce", "as_of=2030-01", "horizon=2022-02"),
    "diverge": ("draw=null", "scenario=baseline", "scenario=null"),
    "sensitivity": (
        *("sensitivity.rows=1000", "sensitivity.rows=1", "sensitivity.leading=0"),
        *("sensitivity.measure=no_such", "sensitivity=5", "scenario=baseline"),
    ),
    "attribute": (
        *("attribute.groups={x:[no_such]}", "attribute.measure=no_such", "attribute=5"),
        *("scenario=baseline", "attribute.actor=no_such", "scenario=no_controls"),
    ),
    "break_even": (
        *("scenario=baseline", "break_even.over=draws", "break_even.over=null"),
        *("break_even.target=2", "break_even.target=a", "break_even.low=true"),
        *("break_even.measure=no_such", "break_even.scan=2", "break_even.month=2031"),
        *("break_even.high=-1e9", "break_even.low=1e9", "break_even=5"),
    ),
    "search": (
        *("scenario=truce", "search.members=0", "search.first=2031-01"),
        *("search.objectives=[china_lag]", "search.objectives=[a,b]", "search=5"),
        *("levers.cap.notice=-1", "levers.cap.add={}", "enough.no_such=1"),
    ),
    "discover": (
        *("scenario=baseline", "discover.against=truce", "discover.against=no_such"),
        *("discover.fresh=5", "discover.target=a", "discover.where=equal"),
        *("discover.objective=no_such", "discover.method=forest", "discover=5"),
    ),
}


@st.composite
def _other_task(draw: st.DrawFn) -> CommandCase:
    task = pick(draw, sorted(_OTHER_TASKS))
    given = {word.partition("=")[0]: word for word in _OTHER_TASKS[task]}
    expected = Expected(Truth.GOOD, f"task={task}")
    wrong = _WRONG_OF_TASKS.get(task)
    if wrong and draw(st.booleans()):
        word = pick(draw, wrong)
        name = word.partition("=")[0]
        given[name] = word
        names = (name, name.split(".")[-1])
        expected = Expected(Truth.WRONG, f"task={task} {word}", names)
    order = draw(st.permutations([f"task={task}", *given.values()]))
    return CommandCase(tuple(order), expected)


_GOOD_SWEEPS = (
    ("scenario=truce,h20_ban",),
    ("scenario=glob(t*)", "seed=range(1,4)"),
    ("scenario=truce", "seed=1,2", "draws=10"),
    ("scenario=truce", "horizon=range(2028,2030,0.5)"),
    ("scenario=truce", "mechanisms.smuggling=on,off"),
    ("scenario=truce", "assumptions=prior,posterior"),
    ("scenario=truce", "seed=interval(1,9)", "sweep.design=sobol", "sweep.points=4"),
    ("scenario=service_ban", "scenario.regime.add.service_ban.approval=0.1,0.2"),
    ("scenario=service_ban", "scenario.regime.add.service_ban.end=2029-01,null"),
)
_WRONG_SWEEP_WORDS = (
    *("sweep.name=blocks", "sweep.name=BLOCKS", "sweep.name=''", "sweep.name=a/b"),
    *("sweep.name=..", f"sweep.name={LONG}", "sweep.name=5", "sweep.name='a b'"),
    *("sweep.design=no_such", "sweep.design=null", "sweep.points=0", "sweep.points=-1"),
    *("sweep.points=1e3", f"sweep.points={MOST_POINTS + 1}", "sweep.points='4'"),
    *("sweep.seed=-1", "sweep.seed=1.5", "sweep.seed=null", "sweep.block=0"),
    *("sweep.each_draw=1", "sweep.each_draw=null", "sweep.dry_run='t'"),
    *("sweep.times=[]", "sweep.times=soon", "sweep.times=[20270]", "sweep.times=true"),
    *("sweep.times=null", "sweep.times=[2027,2027]", "sweep.no_such=1", "sweep=3"),
    *("sweep.design=table", "sweep.table=points.csv", "sweep.design=sobol"),
    *("draws=1,2", "workers=1,2", "outputs=a,b", "task=run,law", "sweep.seed=1,2"),
    *("attribution=true", "task=law", "seed=5,5", "start=2022-01,2022-01"),
    *("seed=range(1,1)", "seed=range(1,5,0)", "seed=range(5,1)", "start=range(1,3)"),
    *("seed=range(1,inf)", "seed=range(0,1e9)", "horizon=range(1,3)"),
    *("seed=range(1,nan)", "seed=interval(3,1)", "seed=interval(1,1)", "seed=tag(a,1)"),
    *(
        "start=interval(2022,2023)",
        "seed=[1],[2]",
        "seed={a: 1},{a: 2}",
        "seed=glob(*)",
    ),
    *("mechanisms.smuggling=interval(0,1)", "assumptions=prior,no_such"),
    *("assumptions.no_such=0.1,0.2", "mechanisms.no_such=on,off", "no_such=1,2"),
    *(
        "baseline=glob(no*such)",
        "seed=1,${draws}",
        "seed=1,true",
        "seed=1,a",
        "seed=1,-1",
    ),
    *("seed=1,1.5", "start=2022-01,2022-13", "seed=1,null", "start=2022-01,5"),
    *("scenario.no_such=1,2", "scenario.regime.add.no_such.approval=0.1,0.2"),
    *("hydra/launcher=no_such", "hydra.no_such.thing=1"),
)


@st.composite
def _sweep(draw: st.DrawFn) -> CommandCase:
    given = list(pick(draw, _GOOD_SWEEPS))
    expected = Expected(Truth.GOOD, "a good sweep")
    if draw(st.integers(0, 3)):
        word = pick(draw, _WRONG_SWEEP_WORDS)
        name = word.partition("=")[0]
        given = [other for other in given if other.partition("=")[0] != name]
        of_hydra = word.startswith("hydra")
        truth = Truth.OPEN if of_hydra else Truth.WRONG
        names = () if of_hydra else (name, name.split(".")[-1], "sweep.points")
        expected = Expected(truth, f"-m {word}", names)
        given.append(word)
    return CommandCase(("-m", *draw(st.permutations(given))), expected)


_PIECES = st.sampled_from(
    [
        *"=,.:~+-@/\\'\"()[]{}$ \t\n#%*?!_0159aé٣\x07\u202e\ufeff",
        *("draws", "scenario", "true", "null", "${", "interval(", "range(", "choice("),
        *("sweep", "seed", "1e999"),
    ]
)
_NOISE = st.lists(_PIECES, max_size=12).map("".join)


@st.composite
def _noise(draw: st.DrawFn) -> CommandCase:
    """Return a command with a word, or a value, of any signs."""
    if draw(st.booleans()):
        name, _ = draw(_setting())
        word = f"{name}={draw(_NOISE)}"
    else:
        word = draw(_NOISE)
    flags = ["-m"] if draw(st.booleans()) else []
    return CommandCase((*flags, "scenario=truce", word), Expected(Truth.OPEN, "noise"))


def commands() -> st.SearchStrategy[CommandCase]:
    """Return commands, most of them wrong by one word."""
    return st.one_of(
        _wrong_value(),
        _wrong_value(),
        _wrong_word(),
        _wrong_word(),
        _sweep(),
        _given_twice(),
        _misspelt_name(),
        _noise(),
        _noise(),
        _other_task(),
        _good(),
    )
