"""Following the tutorial as it is written, page by page, in a folder of its own.

`python -m tests.walkthroughs.tutorial` follows it, and writes what was printed into the
pages, in place of what stands there; `...` stands for lines that are left out. With
`--json` it prints what it found instead, and writes nothing.
"""

import contextlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sim.__main__ import main
from sim.experiments import processors
from tests.walkthroughs.steps import _BLOCK, _FILE, ROOT

PAGES = sorted((ROOT / "docs" / "tutorial").glob("[1-9]-*.md"))
PROGRAM = ["python", "-m", "sim"]
LEFT_OUT = "..."

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d")
_FOLDER = re.compile(r"(outputs/\S*)<time>")
_NUMBER = re.compile(r"[−+-]?\d[\d.,]*(k|M|bn|%)?|\s+|─+")


@dataclass(frozen=True)
class Printed:
    """What a page says that is printed, and what was.

    Attributes:
        asked: the command, or the code.
        expected: lines of the page; `...` for those left out.
        actual: lines that were printed, with `<time>` for that of a folder.
    """

    asked: str
    expected: list[str]
    actual: list[str]

    def missing(self) -> list[str]:
        """Return the first part of the page's lines that was not printed as it is."""
        place = 0
        for part in _parts(self.expected):
            places = range(place, len(self.actual) - len(part) + 1)
            found = [i for i in places if self.actual[i : i + len(part)] == part]
            if not found:
                return part
            place = found[0] + len(part)
        return []

    def renewed(self) -> list[str]:
        """Return the page's lines with the numbers, and any lines between, as printed.

        A part begins and ends where lines equal its first and last but for numbers.
        """
        place, lines = 0, []
        for part in _parts(self.expected):
            begin = _place_of(part[0], self.actual, place)
            place = _place_of(part[-1], self.actual, begin) + 1
            lines += [LEFT_OUT] * bool(lines) + self.actual[begin:place]
        ends_open = self.expected[-1:] == [LEFT_OUT]
        return lines + [LEFT_OUT] * ends_open


@dataclass
class Reader:
    """Somebody who follows the pages in the working folder."""

    names: dict[str, Any] = field(default_factory=dict)

    def follow(self, page: str) -> Iterator[Printed]:
        """Do what a page says, block by block, and yield what was printed."""
        blocks = [*_BLOCK.finditer(page)]
        for number, match in enumerate(blocks):
            language, text = match[1], match[2]
            following = blocks[number + 1] if number + 1 < len(blocks) else None
            if language == "yaml":
                before = _BLOCK.sub("", page[: match.start()])
                _write(Path(_FILE.findall(before)[-1]), text)
            elif language == "console":
                yield from self._give_commands(text)
            elif language == "python":
                told = following is not None and following[1] == "text"
                expected = following[2].splitlines() if following and told else []
                yield Printed(text, expected, _printed(lambda t=text: self._run(t)))

    def _give_commands(self, text: str) -> Iterator[Printed]:
        for part in text.replace("\\\n", " ").split("$ ")[1:]:
            command, *expected = part.splitlines()
            words = shlex.split(_FOLDER.sub(_newest, command))
            assert words[:3] == PROGRAM
            given = words[3:]
            yield Printed(command, expected, _printed(lambda w=given: main(w)))

    def _run(self, code: str) -> None:
        exec(compile(code, "tutorial", "exec"), self.names)


def follow_all(folder: Path) -> dict[str, list[Printed]]:
    """Return what each page says that is printed and what was, by name of the page."""
    reader, before, columns = Reader(), Path.cwd(), os.environ.get("COLUMNS")
    os.chdir(folder)
    os.environ["COLUMNS"] = "80"
    try:
        return {page.stem: [*reader.follow(_text(page))] for page in PAGES}
    finally:
        os.chdir(before)
        if columns is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = columns


def followed_apart(folder: Path) -> dict[str, list[Printed]]:
    """Return the same, from a process of its own, without the checks of the tests."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, "--json"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return {page: [Printed(**item) for item in items] for page, items in found.items()}


def rewrite_pages() -> None:
    """Follow the tutorial, and write what was printed into its pages."""
    with tempfile.TemporaryDirectory() as folder:
        followed = follow_all(Path(folder))
    for page in PAGES:
        text = _text(page)
        for printed in followed[page.stem]:
            old, new = printed.expected, printed.renewed()
            if old:
                lines = "\n".join(old)
                assert text.count(lines) == 1, f"{page.name}: {printed.asked}"
                text = text.replace(lines, "\n".join(new))
        page.write_text(text, encoding="utf-8")


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _newest(match: re.Match[str]) -> str:
    """Return the newest folder of those whose time is left open."""
    parent = Path(match[1])
    return str(max(parent.iterdir(), key=lambda folder: folder.stat().st_mtime))


def _printed(act: Any) -> list[str]:
    """Return the lines that a function prints, without spaces at their ends."""
    screen = io.StringIO()
    with contextlib.redirect_stdout(screen), contextlib.redirect_stderr(screen):
        act()
    text = _TIME.sub("<time>", screen.getvalue())
    return [line.rstrip() for line in text.splitlines()]


def _parts(lines: list[str]) -> list[list[str]]:
    """Return the parts between lines that are left out."""
    parts: list[list[str]] = [[]]
    for line in lines:
        if line.strip() == LEFT_OUT:
            parts.append([])
        else:
            parts[-1].append(line.rstrip())
    return [part for part in parts if part]


def _place_of(line: str, printed: list[str], begin: int) -> int:
    """Return the place of a line in what was printed, whatever its numbers."""
    for place in range(begin, len(printed)):
        if _NUMBER.sub(" ", printed[place]) == _NUMBER.sub(" ", line):
            return place
    raise LookupError(f"is no longer printed; write it again by hand: {line!r}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--json"]:
        # The other processors are needed by the tests beside this one.
        processors.processors = lambda: 1
        found = follow_all(Path.cwd())
        print(
            json.dumps({page: [*map(asdict, items)] for page, items in found.items()})
        )
    else:
        rewrite_pages()
