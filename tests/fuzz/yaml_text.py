"""Documents as YAML: the same content in many styles, and faults of notation."""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*( [A-Za-z0-9_.-]+)*")
_NOT_PLAIN = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
_DAY = re.compile(r"\d{4}-\d\d(-\d\d)?")


@dataclass(frozen=True)
class Raw:
    """A value as it stands in the text."""

    text: str


@dataclass(frozen=True)
class Twice:
    """A value whose key is written twice."""

    first: Any
    second: Any


def written(content: Mapping[str, Any], style: int = 0) -> str:
    """Return content as YAML; style 0 is the plainest."""
    return "\n".join(_Writer(style).mapping(content, 0)) + "\n"


class _Writer:
    """Writes values in styles that are chosen by chance."""

    def __init__(self, style: int) -> None:
        self._chance = random.Random(style) if style else None

    def _maybe(self, share: float) -> bool:
        return self._chance is not None and self._chance.random() < share

    def _one_of(self, *texts: str) -> str:
        return self._chance.choice(texts) if self._chance else texts[0]

    def mapping(self, content: Mapping[str, Any], indent: int) -> Iterator[str]:
        """Yield the lines of a mapping in block style."""
        pairs = list(content.items())
        if self._chance:
            self._chance.shuffle(pairs)
        for key, value in pairs:
            both = [value.first, value.second] if isinstance(value, Twice) else [value]
            for one in both:
                yield from self._pair(key, one, indent)

    def _pair(self, key: Any, value: Any, indent: int) -> Iterator[str]:
        space, name = " " * indent, self._flow(key)
        if self._maybe(0.1):
            yield self._one_of("", f"{space}# a remark: [not, read]", "#")
        nested = isinstance(value, dict | list) and value
        if not nested or (self._maybe(0.3) and not _has_twice(value)):
            colon = self._one_of(": ", ":   ") if nested else ": "
            end = "  # {a remark" if self._maybe(0.1) else ""
            yield f"{space}{name}{colon}{self._flow(value)}{end}"
            return
        yield f"{space}{name}:"
        below = indent + int(self._one_of("2", "4", "1"))
        if isinstance(value, dict):
            yield from self.mapping(value, below)
        else:
            yield from (f"{' ' * below}- {self._flow(item)}" for item in value)

    def _flow(self, value: Any) -> str:
        """Return a value on one line."""
        match value:
            case Raw():
                text = value.text
            case dict():
                pairs = [f"{self._flow(k)}: {self._flow(v)}" for k, v in value.items()]
                if self._chance:
                    self._chance.shuffle(pairs)
                text = f"{{{', '.join(pairs)}}}"
            case list():
                text = f"[{', '.join(map(self._flow, value))}]"
            case str():
                text = self._text(value)
            case bool():
                word = str(value).lower()
                text = self._one_of(word, word.capitalize(), word.upper())
            case None:
                text = self._one_of("null", "~", "Null")
            case _:
                text = self._number(value)
        return text

    def _number(self, value: float) -> str:
        if isinstance(value, float) and value != value:  # noqa: PLR0124
            return ".nan"
        if value in (float("inf"), float("-inf")):
            return ".inf" if value > 0 else "-.inf"
        text = repr(value)
        if isinstance(value, float) and "e" not in text:
            return self._one_of(text, f"{text}0", f"{value:.17e}")
        return text

    def _text(self, text: str) -> str:
        """Return text, in quotes if it must or may be."""
        if _DAY.fullmatch(text):
            return self._one_of(f'"{text}"', f"'{text}'", text)
        if _PLAIN.fullmatch(text) and text.lower() not in _NOT_PLAIN:
            return self._one_of(text, f'"{text}"', f"'{text}'")
        return "'" + text.replace("'", "''") + "'"


def _has_twice(value: Any) -> bool:
    """Return whether a key within a value is written twice."""
    if isinstance(value, Twice):
        return True
    parts = value.values() if isinstance(value, dict) else value
    return isinstance(value, dict | list) and any(map(_has_twice, parts))
