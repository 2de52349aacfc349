"""Steps of a walk-through: the blocks of a section of CONTRIBUTING.md, as files."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "CONTRIBUTING.md"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`([\w./-]+\.\w+)`")


@dataclass(frozen=True)
class Block:
    """What a walk-through says to write.

    Attributes:
        language: of the block.
        file: the file that was named last before it.
        text: what goes into the file.
    """

    language: str
    file: str
    text: str


def section(heading: str) -> str:
    """Return the text of a walk-through, up to the next heading."""
    _, found, rest = PAGE.read_text(encoding="utf-8").partition(f"### {heading}\n")
    assert found, f"CONTRIBUTING.md has no walk-through called {heading!r}"
    return re.split(r"^##", rest, maxsplit=1, flags=re.MULTILINE)[0]


def blocks(heading: str, language: str) -> list[Block]:
    """Return the blocks of a walk-through in a language, each with its file."""
    text = section(heading)
    found = []
    for match in _BLOCK.finditer(text):
        if match[1] == language:
            before = _BLOCK.sub("", text[: match.start()])
            found.append(Block(language, _FILE.findall(before)[-1], match[2]))
    assert found, f"the walk-through {heading!r} has no block in {language}"
    return found
