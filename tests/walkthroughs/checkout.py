"""Following a walk-through in a temporary copy of the repository."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.walkthroughs.steps import _BLOCK, _FILE, ROOT, Block, section

PARTS = (
    "sim",
    "tests",
    "hydra_plugins",
    "configs",
    "scenarios",
    "docs",
    "requirements",
)
_OWN_FILE = re.compile(r"# ([\w./-]+\.\w+)\n")
FILES = ("pyproject.toml", "CONTRIBUTING.md", "README.md")


def copy_of_the_repository(folder: Path) -> Path:
    """Return a copy of what runs, tests and pages need, compiled as far as it is."""
    skipped = shutil.ignore_patterns("images", ".*")
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=skipped)
    for file in FILES:
        shutil.copy(ROOT / file, folder / file)
    return folder


def steps(heading: str) -> list[Block]:
    """Return all blocks of a walk-through in order.

    A block is about the file that its first line names, or that was named last before.
    """
    text = section(heading)
    found = []
    for match in _BLOCK.finditer(text):
        own = _OWN_FILE.match(match[2])
        before = _FILE.findall(_BLOCK.sub("", text[: match.start()]))
        found.append(Block(match[1], own[1] if own else before[-1], match[2]))
    return found


def write(step: Block, checkout: Path) -> None:
    """Do what a block says: patch a file, add to its end, or make it."""
    file = checkout / step.file
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    if step.language == "diff":
        old, new = _sides(step.text)
        assert before.count(old) == 1, f"{step.file} has not just one {old!r}"
        text = before.replace(old, new)
    else:
        gap = "\n\n" if before and step.language == "python" else ""
        text = before + gap + step.text
    file.write_text(text, encoding="utf-8")


def _sides(patch: str) -> tuple[str, str]:
    """Return what a patch finds, and what it leaves in its place."""
    lines = patch.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] in " -")
    return old, "".join(line[1:] for line in lines if line[0] in " +")


def run(step: Block, checkout: Path) -> None:
    """Give the commands of a block; what stands below each must be said."""
    for part in step.text.split("$ ")[1:]:
        command, *expected = part.splitlines()
        said = give(command, checkout)
        for line in expected:
            assert line in said, f"{command}\n{said}"


def give(command: str, checkout: Path) -> str:
    """Give a command in the copy, and return all that it says."""
    interpreter, *words = command.split()
    assert interpreter == "python"
    done = subprocess.run(
        [sys.executable, *words],
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return done.stdout + done.stderr
