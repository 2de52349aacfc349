"""Paths, links, names and commands in the pages are valid."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.assembly import MECHANISMS
from sim.policy.kinds import KINDS
from sim.records import Records
from sim.settings.compose import read_command
from sim.settings.multirun import simulator_overrides
from sim.settings.sweep_command import read_sweep
from tests.walkthroughs.steps import blocks

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PAST = {ROOT / "CHANGELOG.md"}
"""Pages that may name what no longer exists."""

PROGRAM = "python -m sim"
FLAGS = {"-m", "--multirun"}
MOST_WORDS = 1500
"""How long the README may be."""

WITH_INDEX = ("decisions", "questions")
"""Folders of pages that have an index of their own."""

_LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(rf"`({PROGRAM} [^`<]+)`")
_PATH = re.compile(
    r"`((?:sim|docs|tests|scenarios|configs|notebooks|benchmarks)/[\w./-]*)`"
)
_UNFINISHED = re.compile(r"\.\.\.|…|[<>]")


def path_of(page: Path) -> str:
    """Return the path of a page within the project."""
    return page.relative_to(ROOT).as_posix()


def text(page: Path) -> str:
    """Return the text of a page."""
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """Return the text of a page outside blocks of code."""
    return _FENCED.sub("", text(page))


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = _HEADING.findall(prose(page))
    return {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}


def commands() -> Iterator[str]:
    """Yield each command of the program that a page shows, joined over lines.

    Those in the sentences and tables of the README count too.
    """
    for page in PAGES:
        for _, block in _FENCED.findall(text(page)):
            for line in block.replace("\\\n", " ").splitlines():
                command = line.partition("#")[0].strip().removeprefix(".venv/bin/")
                if command.startswith(f"{PROGRAM} ") and not _UNFINISHED.search(
                    command
                ):
                    yield " ".join(command.split())
    yield from _INLINE.findall(text(ROOT / "README.md"))


COMMANDS = sorted(set(commands()))


@pytest.mark.parametrize("page", PAGES, ids=path_of)
def test_links_lead_to_files_and_headings_that_exist(page):
    for link in _LINK.findall(prose(page)):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{page.name} links to {link}"
        if anchor:
            assert anchor in anchors(target), f"{page.name} links to {link}"


@pytest.mark.parametrize("page", [p for p in PAGES if p not in PAST], ids=path_of)
def test_paths_that_a_page_names_exist(page):
    for path in _PATH.findall(prose(page)):
        assert (ROOT / path).exists(), f"{page.name} names {path}"


def test_every_file_of_a_mechanism_and_of_an_actor_is_described():
    page = text(ROOT / "docs" / "ODD.md")
    plain = {"__init__.py", "actor.py"}
    for folder in ("mechanisms", "agents"):
        for file in (ROOT / "sim" / folder).glob("*.py"):
            if file.name not in plain:
                assert f"`sim/{folder}/{file.name}`" in page


def test_every_assumption_is_named_where_it_is_used(records: Records):
    page = text(ROOT / "docs" / "ODD.md")
    missing = [row.name for row in records.assumptions if f"`{row.name}`" not in page]
    assert not missing, "docs/ODD.md, submodels"


def test_every_assumption_that_the_description_names_exists(records: Records):
    known = {row.name for row in records.assumptions}
    named = re.findall(r"`([a-z0-9_]+(?:\.[a-z0-9_]+)+)`", text(ROOT / "docs/ODD.md"))
    assert set(named) <= known


def test_every_switch_is_described_and_no_other():
    section = text(ROOT / "docs" / "ODD.md").split("### Mechanisms that can be")[1]
    described = re.findall(r"^\| `(\w+)` \|", section.split("### ")[0], re.MULTILINE)
    assert tuple(described) == MECHANISMS


def test_every_phase_of_the_month_has_its_step_described():
    """A new kind of phase in the schedule asks for a word in section 3."""
    schedule = text(ROOT / "sim" / "model.py")
    comments = re.findall(r"^        # (.*)$", schedule, re.MULTILINE)
    section = text(ROOT / "docs" / "ODD.md").split("## 3.")[1].split("## 4.")[0]
    steps = re.findall(r"^\d\. \*\*", section, re.MULTILINE)
    assert len(steps) == len(comments)


def test_every_scenario_is_named_on_its_page():
    page = text(ROOT / "docs" / "scenarios.md")
    for scenario in (ROOT / "scenarios").glob("*.yaml"):
        assert f"`{scenario.stem}`" in page


def test_every_kind_of_instrument_is_described():
    page = text(ROOT / "docs" / "scenarios.md")
    for kind in KINDS:
        assert f"| `{kind}` |" in page


@pytest.mark.parametrize("name", WITH_INDEX)
def test_every_page_is_in_the_index_of_its_folder(name):
    folder = ROOT / "docs" / name
    listed = text(folder / "README.md")
    for page in folder.glob("*.md"):
        assert page.name == "README.md" or f"({page.name})" in listed


def test_every_page_is_in_the_index():
    """Pages of folders with an index of their own are listed by that."""
    index = ROOT / "docs" / "README.md"
    listed = {
        (index.parent / link.partition("#")[0]).resolve()
        for link in _LINK.findall(text(index))
    }
    folders = {ROOT / "docs" / name for name in WITH_INDEX}
    pages = {p for p in PAGES if p.parent not in folders} - {index}
    assert pages | {folder / "README.md" for folder in folders} <= listed


def test_pages_show_commands():
    assert any("task=law" in command for command in COMMANDS)
    assert any("scenario=service_ban" in command for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_that_pages_show_are_valid(command, desk):
    overrides = shlex.split(re.sub(r"=\$\w+", "=1", command))[len(PROGRAM.split()) :]
    if not FLAGS.isdisjoint(overrides):
        assert read_sweep(simulator_overrides(overrides))
    elif {"--help", "--version"}.isdisjoint(overrides):
        assert read_command(overrides)


def test_the_readme_is_short():
    assert len(text(ROOT / "README.md").split()) <= MOST_WORDS


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    """Return an empty working folder, with a folder for the user's scenarios."""
    monkeypatch.chdir(tmp_path)
    (step,) = blocks("A scenario", "yaml")
    written = tmp_path / step.file
    written.parent.mkdir()
    written.write_text(step.text, encoding="utf-8")
    known = text(ROOT / "scenarios" / "h20_ban.yaml")
    (written.parent / "gate_opens.yaml").write_text(known, encoding="utf-8")
    return tmp_path
