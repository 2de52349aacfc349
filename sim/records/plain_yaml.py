"""Reading YAML as data: bounded in size and depth, without tags or anchors."""

import re
from collections.abc import Mapping
from contextlib import suppress
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor

from sim.domain.errors import ChipWarError
from sim.records.text_file import read_text, reading_fault

LARGEST = 256 * 1024
"""Bytes that a file may have."""

DEEPEST = 12
"""Levels that a file may nest."""

_FLOAT = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?"
    r"|[0-9][0-9_]*[eE][-+]?[0-9]+|\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?"
    r"|\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
)
"""A number as YAML 1.2 reads it, so that an unquoted 3E001 is a number here too."""


_INTEGER = re.compile(
    r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]*|[0-9][0-9_]*(?::[0-5]?[0-9])*)$"
)
"""A whole number as YAML 1.1 or 1.2 may read it, in whatever notation."""

_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")


HALF_CHARACTER = re.compile("[\ud800-\udfff]")
"""A surrogate: no text in UTF-8 can hold it."""

_MERGE = "tag:yaml.org,2002:merge"


class _PlainComposer(Composer, SafeConstructor):
    """Composes what a parser reads; leaves days as text, and refuses what is not plain.

    It comes before the classes of a safe loader.
    """

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[attr-defined]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.MarkedYAMLError(
                problem="anchors and aliases are not allowed",
                problem_mark=event.start_mark,
            )
        if getattr(event, "tag", None) is not None:
            raise yaml.MarkedYAMLError(
                problem="tags such as !!python are not allowed",
                problem_mark=event.start_mark,
            )
        self.depth += 1
        if self.depth > DEEPEST:
            raise yaml.MarkedYAMLError(
                problem=f"nests deeper than {DEEPEST} levels",
                problem_mark=event.start_mark,
            )
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_scalar(self, node: Any) -> Any:
        if half := HALF_CHARACTER.search(str(node.value)):
            _refuse(
                f"\\u{ord(half[0]):04x} is half of a character; write the whole one",
                node,
            )
        return super().construct_scalar(node)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if key_node.tag == _MERGE:
                _refuse("merge keys (<<) are not allowed; write the fields", key_node)
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, (dict, list)):
                _refuse("a key must be a word", key_node)
            if key in seen:
                _refuse(f"{key!r} is written twice", key_node)
            seen.add(key)
        return super().construct_mapping(node, deep)


def _refuse(problem: str, node: yaml.Node) -> None:
    raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)


class _Loader(_PlainComposer, yaml.SafeLoader):
    """Reads by PyYAML's own parser, whose errors are those that are told."""


_Loader.yaml_implicit_resolvers = {
    letter: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag.rpartition(":")[2] not in ("timestamp", "float", "int")
    ]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+0123456789."))
_Loader.add_constructor(
    "tag:yaml.org,2002:float",
    lambda _, node: _number(node),
)


_Loader.add_implicit_resolver("tag:yaml.org,2002:int", _INTEGER, list("-+0123456789"))
_Loader.add_constructor("tag:yaml.org,2002:int", lambda _, node: _whole_number(node))


_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _FastLoader(_PlainComposer, _FAST):  # type: ignore[misc]
    """Reads the same by the parser of libyaml, in a third of the time."""

    def __init__(self, stream: str) -> None:
        Composer.__init__(self)
        _FAST.__init__(self, stream)

    yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers
    yaml_constructors = _Loader.yaml_constructors


def _whole_number(node: yaml.Node) -> int:
    """Return a whole number in decimals, and refuse what YAML 1.1 reads otherwise."""
    text = str(node.value)
    if not _DECIMAL.fullmatch(text):
        _refuse(
            f"{text} is not a decimal number; write it in decimals or quote it", node
        )
    return int(text)


def _number(node: yaml.Node) -> float:
    """Return a number, and refuse digits in groups, as whole numbers are."""
    plain = str(node.value).lower()
    if "_" in plain:
        _refuse(f"{node.value} has a _ in it; leave it out or quote it", node)
    special = {".inf": "inf", "+.inf": "inf", "-.inf": "-inf", ".nan": "nan"}
    return float(special.get(plain, plain))


class _Dumper(yaml.SafeDumper):
    """A safe dumper that quotes each text which `_Loader` takes for something else."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  as PyYAML calls it
        """Return true: what occurs twice is written twice, without an anchor."""
        return True


_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+0123456789."))


def write_mapping(content: Mapping[str, Any]) -> str:
    """Return content as the text of a file from which `read_mapping` reads the same."""
    return str(yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True))


def read_mapping(path: Path, error: type[ChipWarError]) -> dict[str, Any]:
    """Read a YAML file that holds a mapping.

    Raises:
        ChipWarError: of the type given; the file is missing, too large, no text, empty,
            broken, nested too deeply, or holds tags, anchors or no mapping.
    """
    text = _text(path, error)
    try:
        content = deepcopy(_parsed(text))
    except yaml.MarkedYAMLError as wrong:
        raise error(f"{path.name}{_place(wrong)}: {_problem(wrong)}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as wrong:
        reason = " ".join(str(wrong).split())[:120]
        raise error(f"{path.name}: is not YAML: {reason}") from None
    if content is None:
        raise error(f"{path.name}: is empty")
    if not isinstance(content, dict):
        raise error(f"{path.name}: must hold fields such as 'question: ...'")
    for key in content:
        if not isinstance(key, str):
            raise error(f"{path.name}: the key {key!r} is not text; quote it")
    return content


@lru_cache(maxsize=64)
def _parsed(text: str) -> Any:
    """Return what a text of YAML holds; the same text is not parsed again."""
    if "\t" not in text:  # which libyaml takes at more places
        with suppress(yaml.YAMLError):
            return yaml.load(text, Loader=_FastLoader)
    return yaml.load(text, Loader=_Loader)


def check_shape(value: object, where: str, error: type[ChipWarError]) -> None:
    """Refuse content nested too deeply, from whatever source."""
    level: list[object] = [value]
    for _ in range(DEEPEST + 1):
        level = [
            item
            for node in level
            if isinstance(node, (dict, list))
            for item in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return
    raise error(f"{where}: nests deeper than {DEEPEST} levels")


def _text(path: Path, error: type[ChipWarError]) -> str:
    try:
        return read_text(path, LARGEST)
    except OSError as wrong:
        raise error(f"{path}: {reading_fault(wrong)}") from None
    except ValueError as wrong:
        raise error(f"{path.name}: {reading_fault(wrong)}") from None


def _place(wrong: yaml.MarkedYAMLError) -> str:
    mark = wrong.problem_mark or wrong.context_mark
    return f", line {mark.line + 1}" if mark else ""


def _problem(wrong: yaml.MarkedYAMLError) -> str:
    problem = " ".join((wrong.problem or "cannot be read").split())
    return problem if wrong.context is None else f"is not YAML: {problem}"
