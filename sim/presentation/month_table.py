"""The table of a month, read from the source: phases, actors, mechanisms, sections."""

from __future__ import annotations

import ast
import inspect
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from textwrap import dedent
from types import FunctionType

from sim import agents, model
from sim.model import ChipWar
from sim.presentation.rendering import render

ODD = Path(__file__).parents[2] / "docs" / "ODD.md"

_SECTION = re.compile(r"^### (M\d+) (.+)\n\n\*File:\* ((?:.+\n)+)", re.MULTILINE)
_FILE = re.compile(r"`(sim/[\w/]+\.py)`")
_CODE = re.compile(r"\bM\d+\b")


@dataclass(frozen=True)
class Phase:
    """One phase of a month.

    Attributes:
        kinds: the classes whose actors run it; the world alone where there is none.
        method: its name.
        function: what is called, as the first of the kinds has it.
    """

    kinds: tuple[type, ...]
    method: str
    function: FunctionType

    @property
    def purpose(self) -> str:
        """The first line of its documentation, without codes of mechanisms."""
        line = (inspect.getdoc(self.function) or "").split("\n")[0].rstrip(".")
        return re.sub(r" \(M\d+[^)]*\)", "", line)


@dataclass(frozen=True)
class Section:
    """A section of the model's description.

    Attributes:
        code: of the mechanism, such as ``M7``.
        title: as it is printed.
        mechanisms: files that hold its equations.
        users: files that use them.
    """

    code: str
    title: str
    mechanisms: frozenset[str]
    users: frozenset[str]

    @property
    def link(self) -> str:
        """The code as a link from a page in the same folder."""
        words = re.sub(r"[^\w\- ]", "", f"{self.code} {self.title}".lower())
        return f"[{self.code}](ODD.md#{words.replace(' ', '-')})"


def month_page() -> str:
    """Return the page of a month: every phase in order, with what it calls."""
    reader = MechanismReader()
    sections = odd_sections(ODD.read_text(encoding="utf-8"))
    groups = [
        (title, [_row(phase, reader, sections) for phase in phases])
        for title, phases in month_groups().items()
    ]
    return render("month.md.j2", groups=groups)


def month_groups() -> dict[str, list[Phase]]:
    """Return the phases of a month in order, by the comment that heads them."""
    source, first = inspect.getsourcelines(ChipWar.step)
    comments = {
        first + number: line.strip().removeprefix("# ").rstrip(".")
        for number, line in enumerate(source)
        if line.strip().startswith("#")
    }
    groups: dict[str, list[Phase]] = {title: [] for title in comments.values()}
    for call, line in _calls_of_step("".join(source), first):
        title = comments[max(number for number in comments if number < line)]
        groups[title] += _phases(call)
    return groups


def _calls_of_step(source: str, first: int) -> Iterator[tuple[ast.Call, int]]:
    [step] = ast.parse(dedent(source)).body
    assert isinstance(step, ast.FunctionDef)
    for statement in step.body[1:]:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            yield statement.value, first + statement.lineno - 1


def _phases(call: ast.Call) -> Iterator[Phase]:
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr != "run_phases":
        function = getattr(ChipWar, call.func.attr)
        yield Phase((), call.func.attr, function)
        return
    names = [node.id for node in ast.walk(call.args[0]) if isinstance(node, ast.Name)]
    values = [getattr(model, name) for name in names]
    kinds = values[0] if isinstance(values[0], tuple) else tuple(values)
    for argument in call.args[1:]:
        assert isinstance(argument, ast.Attribute)
        function = getattr(kinds[0], argument.attr)
        yield Phase(kinds, argument.attr, function)


def odd_sections(page: str) -> list[Section]:
    """Return the sections of the description that name a mechanism."""
    sections = []
    for code, title, files in _SECTION.findall(page):
        equations, _, users = files.partition(";")
        sections.append(
            Section(
                code,
                title,
                frozenset(_FILE.findall(equations)),
                frozenset(_FILE.findall(users)),
            )
        )
    return sections


Call = tuple[FunctionType, str]
"""A function of `sim.mechanisms`, and the module that calls it."""


class MechanismReader:
    """Finds which mechanisms a phase reaches, through the code of the agents."""

    def mechanisms(self, phase: Phase) -> list[Call]:
        """Return the mechanisms that a phase calls, in the order of the source."""
        calls: dict[Call, None] = {}
        for kind in phase.kinds or (ChipWar,):
            seen: set[object] = set()
            function = getattr(kind, phase.method)
            calls.update(dict.fromkeys(self._calls(function, kind, seen)))
        return list(calls)

    def _calls(
        self, function: FunctionType, owner: type | None, seen: set[object]
    ) -> Iterator[Call]:
        # Checks of types wrap functions in tests; what matters is the wrapped one.
        function = inspect.unwrap(function)
        if (function, owner) in seen:
            return
        seen.add((function, owner))
        for node in ast.walk(ast.parse(dedent(inspect.getsource(function)))):
            match node:
                case ast.Call(func=ast.Name(id=name)):
                    called = inspect.unwrap(function.__globals__.get(name, str))
                    if not isinstance(called, FunctionType):
                        continue
                    if called.__module__.startswith("sim.mechanisms."):
                        yield called, function.__module__
                    elif called.__module__.startswith("sim.agents."):
                        yield from self._calls(called, None, seen)
                case ast.Call(func=ast.Attribute() as attribute):
                    yield from self._calls_of_member(attribute, owner, seen)
                case ast.Attribute():
                    yield from self._calls_of_member(node, owner, seen, read=True)

    def _calls_of_member(
        self,
        node: ast.Attribute,
        owner: type | None,
        seen: set[object],
        *,
        read: bool = False,
    ) -> Iterator[Call]:
        """Yield the calls of a method, or of a property that is read, if known."""
        is_own = isinstance(node.value, ast.Name) and node.value.id == "self"
        owners = {owner} if is_own and owner else self._owners[node.attr]
        if len(owners) != 1:
            return
        [kind] = owners
        member = inspect.getattr_static(kind, node.attr, None)
        function = member.fget if read and isinstance(member, property) else member
        if isinstance(function, FunctionType) and read == isinstance(member, property):
            yield from self._calls(function, kind, seen)

    @cached_property
    def _owners(self) -> Mapping[str, set[type]]:
        """The classes of the agents that define each method, by its name."""
        owners: dict[str, set[type]] = defaultdict(set)
        # All of them, so that the page does not depend on what is loaded already.
        for one in iter_modules(agents.__path__):
            module = import_module(f"sim.agents.{one.name}")
            for kind in vars(module).values():
                if isinstance(kind, type) and kind.__module__ == module.__name__:
                    for name in vars(kind):
                        owners[name].add(kind)
        return owners


def _row(
    phase: Phase, reader: MechanismReader, sections: list[Section]
) -> tuple[str, str, str, str, str]:
    calls = reader.mechanisms(phase)
    names = dict.fromkeys(f"`{_short(function)}`" for function, _ in calls)
    codes = set(_CODE.findall(inspect.getdoc(phase.function) or ""))
    for function, user in calls:
        codes |= _codes(_path(function.__module__), _path(user), sections)
    links = [section.link for section in sections if section.code in codes]
    actors = ", ".join(f"`{kind.__name__}`" for kind in phase.kinds) or "the world"
    return (
        actors,
        f"`{phase.method}`",
        phase.purpose,
        ", ".join(names),
        ", ".join(links),
    )


def _codes(mechanism: str, user: str, sections: list[Section]) -> set[str]:
    """Return the sections about a mechanism, where it can be for one of its users."""
    about = [section for section in sections if mechanism in section.mechanisms]
    for_user = [section for section in about if user in section.users]
    return {section.code for section in for_user or about}


def _short(function: Callable[..., object]) -> str:
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def _path(module: str) -> str:
    return f"{module.replace('.', '/')}.py"
