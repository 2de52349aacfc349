"""Scenario documents."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from zlib import crc32

from hypothesis import strategies as st

from sim.experiments.setup import Case, Setup
from sim.policy.kinds import KINDS
from sim.records.scenario_file import read_file
from sim.records.scenarios import load_scenario
from sim.settings.compose import read_command
from sim.settings.scenario_files import ScenarioFiles
from sim.settings.shipped_files import SCENARIOS
from sim.tasks.prepare import build_setup, prepare
from tests.fuzz.desk import base_command, shipped_law, shipped_records
from tests.fuzz.law_values import (
    TAGS,
    instruments,
    required,
    spots,
    wrong_values,
)
from tests.fuzz.values import ASSUMPTION_NAMES, MECHANISM_NAMES, assumptions, pick
from tests.fuzz.verdict import OPEN, Expected, Truth, WrongResultError
from tests.fuzz.yaml_text import Raw, Twice, written

NAME = "mine"
ONE_IN_HYDRA = 10
"""One document in so many is read as a command does, by way of Hydra."""


@dataclass(frozen=True)
class DocumentCase:
    """The text of a scenario file, and what must become of it.

    Attributes:
        text: as it stands in the file; escaped surrogates stand for other bytes.
        twin: another text that says the same.
    """

    kind: ClassVar[str] = "documents"

    text: str
    expected: Expected = OPEN
    twin: str = ""

    def use(self) -> Setup:
        """Read the file as a command does."""
        setup = self._composed() if self._is_for_hydra else _read(self.text)
        for text in (self.twin, self.text if self._is_for_hydra else ""):
            if text and digest(_read(text)) != digest(setup):
                raise WrongResultError("the same in other words is read otherwise")
        return setup

    @property
    def _is_for_hydra(self) -> bool:
        raw = self.text.encode("utf-8", "surrogateescape")
        return crc32(raw) % ONE_IN_HYDRA == 0

    def _composed(self) -> Setup:
        _write(self.text)
        command = read_command(["scenario_folder=.", f"scenario={NAME}"])
        return prepare(command).setup


def _write(text: str) -> None:
    Path(f"{NAME}.yaml").write_bytes(text.encode("utf-8", "surrogateescape"))


def _read(text: str) -> Setup:
    """Return the experiment that a file asks for, read without Hydra."""
    _write(text)
    content = ScenarioFiles.find(".").with_parents(NAME)[NAME]
    records = shipped_records()
    scenario = load_scenario(content, records, name=NAME)
    baseline = shipped_law("baseline")
    return build_setup(base_command(), records, baseline, scenario)


def digest(setup: Setup) -> object:
    """Return all that a scenario says, in a form that can be compared."""
    case: Case = setup.scenario or setup.baseline
    law = {key: act.identity for key, act in case.regime.instruments.items()}
    decisions = case.regime.decisions
    menu = {key: act.identity for key, act in decisions.menu.items()}
    decided = (decisions.states, decisions.since, dict(decisions.by_instrument), menu)
    fixed = (dict(case.assumptions), dict(case.mechanisms), sorted(case.named_acts))
    return law, decided, fixed


# --- documents that are right ---------------------------------------------------------

_IDS = ("mine", "a", "B-2", "x_1", "us_2025_new")


@st.composite
def _documents(draw: st.DrawFn) -> dict[str, Any]:
    """Return a document that is right; it adds an act at least."""
    added = draw(st.lists(st.sampled_from(_IDS), min_size=1, max_size=2, unique=True))
    regime: dict[str, Any] = {"add": {name: draw(instruments()) for name in added}}
    content: dict[str, Any] = {
        "question": "What if?",
        "source": draw(st.sampled_from(["a test", "90 FR 4544: 'x'", "é # no remark"])),
        "regime": regime,
    }
    if draw(st.booleans()):
        content["base"] = draw(st.sampled_from(["current_law", "current_law"]))
    if not draw(st.integers(0, 2)):
        law = sorted(shipped_records().law.instruments)
        some = draw(st.lists(st.sampled_from(law), max_size=3, unique=True))
        regime["remove"], amended = some[:1], some[1:]
        regime["amend"] = {
            name: {"title": "Changed", "note": "For a test"} for name in amended
        }
    if not draw(st.integers(0, 2)):
        names = draw(st.lists(ASSUMPTION_NAMES, min_size=1, max_size=2, unique=True))
        content["assumptions"] = {name: assumptions()[name].mid for name in names}
    if not draw(st.integers(0, 2)):
        content["mechanisms"] = {
            draw(MECHANISM_NAMES): draw(st.sampled_from([True, False, "on", "off"]))
        }
    return content


@st.composite
def _shipped(draw: st.DrawFn) -> dict[str, Any]:
    """Return a shipped scenario that is no baseline."""
    names = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
    others = [name for name in names if name not in ("baseline",)]
    return copy.deepcopy(read_file(SCENARIOS / f"{draw(st.sampled_from(others))}.yaml"))


_STYLES = st.integers(0, 2**16)


@st.composite
def _right(draw: st.DrawFn) -> DocumentCase:
    content = draw(_documents() | _documents() | _shipped())
    text, twin = written(content, draw(_STYLES)), written(content, draw(_STYLES))
    return DocumentCase(text, Expected(Truth.GOOD, "a good document"), twin)


# --- documents that are wrong in one place --------------------------------------------

Fault = tuple[str, tuple[str, ...]]
"""What is wrong, and what names it."""


def _act(content: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the first act that a document adds, with its id."""
    return next(iter(content["regime"]["add"].items()))


def _wrong_field(draw: st.DrawFn, content: dict[str, Any]) -> Fault:
    name, act = _act(content)
    places = list(spots(act, KINDS[act["kind"]]))
    path, kind = pick(draw, places)
    value = pick(draw, list(wrong_values(kind)) * 2 + list(TAGS[:4]))
    _put(act, path, value)
    return f"{kind} {_shown(value)}", (str(path[-1]), name, "line")


def _wrong_tag(draw: st.DrawFn, content: dict[str, Any]) -> Fault:
    _, act = _act(content)
    places = [path for path, _ in spots(act, KINDS[act["kind"]])]
    path = pick(draw, places)
    value = pick(draw, TAGS)
    _put(act, path, value)
    return f"tag {value.text}", ("line", str(path[-1]), "$", "YAML")


def _put(act: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    place = act
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value


def _shown(value: Any) -> str:
    text = value.text if isinstance(value, Raw) else repr(value)
    return text if len(text) < 40 else f"{text[:37]}..."


def _missing_field(draw: st.DrawFn, content: dict[str, Any]) -> Fault:
    _, act = _act(content)
    field = pick(draw, ["kind", *required(KINDS[act["kind"]])])
    del act[field]
    return f"{field} is missing", (field,)


def _unknown_field(draw: st.DrawFn, content: dict[str, Any]) -> Fault:
    _, act = _act(content)
    act.setdefault("scope", {})
    places = [content, content["regime"], act, act["scope"]]
    places += [act[part] for part in ("ask",) if part in act]
    field = pick(
        draw, ["no_such_field", "_target_", "Title", "id", "hydra", "announce"]
    )
    pick(draw, places)[field] = pick(draw, [5, "a", None, {}])
    return f"an unknown field {field}", (field,)


def _field_twice(draw: st.DrawFn, content: dict[str, Any]) -> Fault:
    _, act = _act(content)
    place = pick(draw, [content, content["regime"], act])
    field = pick(draw, sorted(place))
    place[field] = Twice(place[field], place[field])
    return "a field written twice", (field,)


def _wrong_dates(draw: st.DrawFn, content: dict[str, Any]) -> Fault:
    _, act = _act(content)
    for part in ("adopted_by", "ask", "grounds"):
        act.pop(part, None)
    act |= {"announced": "2025-02-01", "effective": "2025-07-01", "end": "2027-01-01"}
    changes, names = pick(
        draw,
        [
            ({"end": "2025-07-01"}, ("end",)),
            ({"end": "2025-06-30"}, ("end",)),
            ({"end": "2025-01-01"}, ("end",)),
            ({"effective": "2025-01-31"}, ("effective",)),
            ({"announced": "2025-07-02"}, ("announced",)),
            ({"announced": "2021-12-31"}, ("announced",)),
            ({"announced": "0001-01-01"}, ("announced",)),
            ({"adopted_by": {"NLD": "2025-06-30"}}, ("adopted_by",)),
            ({"adopted_by": {"NLD": "2027-01-01"}}, ("adopted_by",)),
            (
                {"adopted_by": {"NLD": None}, "ask": {"deadline": "2025-06-01"}},
                ("deadline",),
            ),
            ({"adopted_by": {"NLD": None}, "ask": {"backstop": {"NLD": 1}}}, ("ask",)),
            (
                {"adopted_by": {"NLD": None}, "ask": {"deadline": "2027-01-01"}},
                ("deadline",),
            ),
            ({"ask": {"coercion": 0.5}}, ("ask",)),
            ({"grounds": {"no_such": {"confidence": "seen"}}}, ("grounds",)),
        ],
    )
    act |= changes
    return f"dates {changes}", names


def _wrong_top(draw: st.DrawFn, content: dict[str, Any]) -> Fault:
    field, kind = pick(
        draw,
        [
            *(("question", "text"), ("source", "text"), ("base", "law base")),
            *(("baseline", "switch"), ("question", "text"), ("base", "law base")),
        ],
    )
    value = pick(draw, wrong_values(kind))
    content[field] = value
    return f"{field} {_shown(value)}", (field, "line")


def _missing_top(draw: st.DrawFn, content: dict[str, Any]) -> Fault:
    field = pick(draw, ["question", "source"])
    del content[field]
    return f"{field} is missing", (field,)


def _wrong_regime(draw: st.DrawFn, content: dict[str, Any]) -> Fault:
    regime = content["regime"]
    name, act = _act(content)
    law = sorted(shipped_records().law.instruments)
    known = pick(draw, law)
    regime.pop("amend", None)
    regime.pop("remove", None)
    part, value, names = pick(
        draw,
        [
            ("remove", [known, known], (known,)),
            ("remove", ["no_such_act"], ("no_such_act",)),
            ("remove", [name], (name,)),
            ("remove", known, ("remove",)),
            ("remove", {known: None}, ("remove",)),
            ("remove", [[known]], ("remove",)),
            ("remove", [5], ("remove",)),
            ("remove", [None], ("remove",)),
            ("remove", True, ("remove",)),
            ("remove", [{"a": 1}], ("remove",)),
            ("amend", {"no_such_act": {"title": "x"}}, ("no_such_act",)),
            ("amend", {known: {}}, (known,)),
            ("amend", {known: None}, (known,)),
            ("amend", {known: 5}, (known,)),
            ("amend", {known: {"no_such": 1}}, ("no_such",)),
            ("amend", {known: {"kind": "no_such"}}, ("kind",)),
            ("amend", {known: {"id": "other"}}, ("id",)),
            ("amend", {known: {"title": 5}}, ("title",)),
            ("amend", {known: {"announced": None}}, ("announced",)),
            ("amend", {known: {"scope": {"no_such": 1}}}, ("no_such",)),
            ("amend", {known: {"scope": 5}}, ("scope",)),
            ("amend", {known: {"adopted_by": {"XXX": None}}}, ("XXX",)),
            ("amend", {known: {"end": "1999-01"}}, ("end",)),
            ("amend", {known: {"effective": "1999-01"}}, ("effective",)),
            ("amend", [known], ("amend",)),
            ("amend", 5, ("amend",)),
            ("add", {}, ("add", "changes nothing")),
            ("add", [name], ("add",)),
            ("add", 5, ("add",)),
            ("add", {name: None}, (name,)),
            ("add", {name: []}, (name,)),
            ("add", {name: 5}, (name,)),
            ("add", {name: {}}, (name,)),
            ("add", {known: act}, (known,)),
            ("add", {"": act}, ("id", "empty")),
            ("add", {" ": act}, ("id",)),
            ("add", {"a b": act}, ("a b",)),
            ("add", {"a.b": act}, ("a.b",)),
            ("add", {"ü": act}, ("ü",)),
            ("add", {"${a}": act}, ("$",)),
            ("add", {Raw("5"): act}, ("5",)),
            ("add", {Raw("true"): act}, ("rue",)),
            ("add", {Raw("null"): act}, ("null",)),
            ("add", {Raw("[a]"): act}, ("key",)),
            ("add", {"x" * 5000: act}, ("id", "YAML", "line")),
            ("add", Twice({name: act}, {name: act}), ("add",)),
            ("add", {name: Twice(act, act)}, (name,)),
            ("add", {name: {**act, "kind": 5}}, ("kind",)),
            ("add", {name: {**act, "kind": "no_such"}}, ("kind",)),
            ("add", {name: {**act, "kind": [act["kind"]]}}, ("kind",)),
            ("add", {name: {**act, "kind": None}}, ("kind",)),
        ],
    )
    if part == "add" and not value:
        del content["regime"]
        content.pop("assumptions", None)
        content.pop("mechanisms", None)
        return "nothing is changed", ("changes nothing", "differ")
    regime[part] = value
    return f"{part} {_shown(value)}".replace(known, "an act"), names


def _removed_and_amended(draw: st.DrawFn, content: dict[str, Any]) -> Fault:
    known = pick(draw, sorted(shipped_records().law.instruments))
    content["regime"]["remove"] = [known]
    content["regime"]["amend"] = {known: {"title": "x"}}
    return "removed and amended", (known,)


def _wrong_part(draw: st.DrawFn, content: dict[str, Any]) -> Fault:
    name = draw(ASSUMPTION_NAMES)
    part, value, names = pick(
        draw,
        [
            *(("assumptions", bad, ("assumptions",)) for bad in (5, "x", [], [name])),
            *(("mechanisms", bad, ("mechanisms",)) for bad in (5, "x", [], ["news"])),
            *(("decisions", bad, ("decisions",)) for bad in (5, "x", [], ["allies"])),
            *(("regime", bad, ("regime",)) for bad in (5, "x", [], ["add"])),
            ("assumptions", {"no_such": 1}, ("no_such",)),
            ("assumptions", {name: None}, (name,)),
            ("assumptions", {name: "0.5"}, (name,)),
            ("assumptions", {name: True}, (name,)),
            ("assumptions", {name: [1]}, (name,)),
            ("assumptions", {name: {}}, (name,)),
            ("assumptions", {name: {"x": 1}}, (name,)),
            ("assumptions", {name: float("nan")}, (name,)),
            ("assumptions", {name: float("inf")}, (name,)),
            ("assumptions", {name: 10**400}, (name,)),
            ("assumptions", {name: Raw("010")}, ("line",)),
            ("assumptions", {name: Raw("1_0.5")}, ("line",)),
            ("assumptions", {"service.skill": {"a": {"b": 1}}}, ("service.skill",)),
            ("mechanisms", {"no_such": False}, ("no_such",)),
            ("mechanisms", {"news": "maybe"}, ("news",)),
            ("mechanisms", {"news": 1}, ("news",)),
            ("mechanisms", {"news": None}, ("news",)),
            ("mechanisms", {"news": []}, ("news",)),
            ("mechanisms", {"news": {}}, ("news",)),
            ("mechanisms", {"news": 0.5}, ("news",)),
            ("decisions", {"martians": "endogenous"}, ("martians",)),
            ("decisions", {"china": "maybe"}, ("china",)),
            ("decisions", {"china": True}, ("china",)),
            ("decisions", {"china": None}, ("china",)),
            ("decisions", {"china": ["endogenous"]}, ("china",)),
            ("decisions", {"china": "endogenous", "since": 5}, ("since",)),
            ("decisions", {"china": "endogenous", "since": "2025-13"}, ("since",)),
            ("decisions", {"china": "endogenous", "since": "2019-01"}, ("since",)),
            ("decisions", {"china": "endogenous", "since": []}, ("since",)),
            ("decisions", {"instruments": 5}, ("instruments",)),
            ("decisions", {"instruments": ["a"]}, ("instruments",)),
            ("decisions", {"instruments": {"no_such": "endogenous"}}, ("no_such",)),
            ("defaults", ["no_such"], ("no_such",)),
            ("defaults", "no_such", ("no_such",)),
            ("defaults", ["../truce"], ("truce",)),
            ("defaults", [NAME], (NAME,)),
            ("defaults", {"scenario": "truce"}, ("defaults",)),
            ("defaults", [{"task": "law"}], ("defaults",)),
            ("defaults", 5, ("defaults",)),
            ("defaults", [None], ("defaults",)),
            ("scenario", {"question": "x"}, ("scenario",)),
        ],
    )
    content[part] = value
    return f"{part} {_shown(value)}".replace(name, "a name"), names


_CHANGES: tuple[Callable[[st.DrawFn, dict[str, Any]], Fault], ...] = (
    *(_wrong_field, _wrong_field, _wrong_field, _wrong_tag, _missing_field),
    *(_unknown_field, _field_twice, _wrong_dates, _wrong_top, _missing_top),
    *(_wrong_regime, _wrong_regime, _removed_and_amended, _wrong_part, _wrong_part),
)


@st.composite
def _wrong(draw: st.DrawFn) -> DocumentCase:
    content = draw(_documents())
    fault, names = pick(draw, _CHANGES)(draw, content)
    text = written(content, draw(_STYLES))
    return DocumentCase(text, Expected(Truth.WRONG, fault, names))


# --- texts that are no YAML, or that may be anything ----------------------------------

_SPOILED: Mapping[str, Callable[[str], str]] = {
    "a tab": lambda text: text.replace("\n  ", "\n\t", 1),
    "a second document": lambda text: f"{text}---\nquestion: x\n",
    "a directive": lambda text: f"%TAG !e! tag:x:\n---\n{text}x: !e!y z\n",
    "an open quote": lambda text: f"{text}mechanisms: {{news: 'on}}\n",
    "an open list": lambda text: f"{text}mechanisms: [a\n",
    "a merge": lambda text: f"{text}<<: {{question: x}}\n",
    "a key that is a list": lambda text: f"{text}? [a]\n: b\n",
    "a NUL": lambda text: f"{text}# \x00\n",
    "a control character": lambda text: f"{text}# \x07\n",
    "bytes that are no text": lambda text: f"{text}# \udcff\udcfe\n",
    "another encoding": lambda text: f"{text}# \udce9t\udce9\n",
    "too many bytes": lambda text: text + "# " + "x" * 300_000,
    "deep nesting": lambda text: f"{text}mechanisms: {'[' * 500}{']' * 500}\n",
    "deep mappings": lambda text: f"{text}mechanisms: {'{a: ' * 30}1{'}' * 30}\n",
    "nothing": lambda _: "",
    "a remark alone": lambda _: "# nothing\n",
    "a list": lambda _: "- a\n- b\n",
    "a word": lambda _: "question\n",
    "a number": lambda _: "5\n",
    "null": lambda _: "null\n",
    "an empty mapping": lambda _: "{}\n",
    "an alias": lambda text: f"x: &a b\n{text}",
    "an alias bomb": lambda text: f"{text}a: &a [x, x]\nb: [*a, *a]\n",
    "a key that is null": lambda text: f"{text}null: x\n",
    "a key that is empty": lambda text: f"{text}: x\n",
    "a key that is a number": lambda text: f"{text}5: x\n",
    "a key that is true": lambda text: f"{text}yes: x\n",
    "a key that is not a number": lambda text: f"{text}.nan: x\n",
}


@st.composite
def _spoiled(draw: st.DrawFn) -> DocumentCase:
    text = written(draw(_documents()))
    fault = pick(draw, sorted(_SPOILED))
    return DocumentCase(_SPOILED[fault](text), Expected(Truth.WRONG, fault, (NAME,)))


_SIGNS = st.sampled_from(
    [
        *"{}[]:,&*!|>'\"%@`#-?~=<\t\n .0159ae_$\\\x07\x00\x85\u2028\u202e\ufeff\udcff",
        *("${", "???", "!!", ": ", "- ", "<<", "1:30", "0o7", ".nan", "null", "\r\n"),
    ]
)


@st.composite
def _scribbled(draw: st.DrawFn) -> DocumentCase:
    """Return a text with a few signs put in, left out or exchanged anywhere."""
    text = written(draw(_documents()), draw(_STYLES))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(len(text) - 1, 0)))
        length = draw(st.integers(0, 4))
        text = text[:start] + draw(_SIGNS) + text[start + length :]
    return DocumentCase(text, Expected(Truth.OPEN, "scribbled"))


def documents() -> st.SearchStrategy[DocumentCase]:
    """Return scenario files, most of them wrong in one place."""
    return st.one_of(
        _wrong(), _wrong(), _wrong(), _wrong(), _spoiled(), _scribbled(), _right()
    )
