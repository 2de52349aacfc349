"""Names, comments and pages use plain words, one word for one thing."""

import ast
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("sim", "hydra_plugins")
SOURCES = sorted(path for name in FOLDERS for path in (ROOT / name).rglob("*.py"))
QUOTING = {"data.md", "hindcast.md", "names.md"}
"""Pages that quote sources, findings and docstrings."""

PAGES = sorted(p for p in (ROOT / "docs").rglob("*.md") if p.name not in QUOTING)

BANNED_IN_NAMES = {
    "bearing": "applicable law",
    "bites": "takes effect, is binding",
    "conduct": "decided law",
    "dust": "tolerance",
    "everyone": "what it is the total of",
    "foot": "footer",
    "hands": "crew",
    "remainder": "discrepancy",
    "found": "what was found",
    "heard": "on_month",
    "inquiry": "study run",
    "leftovers": "discrepancy",
    "likeness": "equivalence key",
    "live": "run, simulate",
    "lived": "run, simulated",
    "lives": "runs",
    "mourn": "raise_lost_worker",
    "ours": "scenario",
    "paperwork": "run metadata",
    "parted": "forked",
    "parting": "fork month",
    "road": "path",
    "said": "text, message, answer",
    "speaker": "story context",
    "spoken": "command line",
    "stage": "world builder",
    "teller": "narrator",
    "theirs": "baseline",
    "told": "what was reported",
    "twin": "copy",
}
"""Words of identifiers (between underscores), and what to write instead."""

BANNED_IN_TEXT = {
    r"\blived\b|\blives? through\b": "was run, run, simulate",
    r"\bmourn": "raise, report",
    r"\bbears? (?:up)?on\b|\bbearing\b": "applies to",
    r"\bbites?\b": "takes effect, is binding",
    r"\bfore(?:tells?|told)\b": "predicts, predicted",
    r"\b(?:where|there|here)(?:of|in)\b|\bhitherto\b": "of which, in which",
    r"\bhangs? on\b": "depends on",
    r"\bheeds?\b": "follows, considers",
    r"\bin company\b": "together with other draws",
    r"\bis no (?:number|month|day|setting|assumption|table|file)\b": "is not a ...",
    r"\blaid out\b|\blays? out\b": "chosen, arranged",
    r"\bno (?:more|less) than\b": "at most, at least",
    r"\bparts from\b|\bparted\b|\bparting\b": "first differs, forks",
    r"\bput to\b(?! (?:work|sea|use))": "asked, run in",
    r"\bspeaks? of\b": "covers, names",
    r"\bstands? there\b": "is there, appears",
    r"\btold apart\b": "distinguished",
    r"\bupon\b": "on",
    r"\bwants\b": "needs",
}
"""Phrases of docstrings, comments and pages, and what to write instead."""

ALLOWED = {
    ("limits.md", "wants"): "a buyer wants to buy",
}

"""Phrases that a page may have, and what they say there."""


def identifiers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield each name that a module gives to something, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name, node.lineno
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, node.lineno
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node.lineno


def words_of(name: str) -> list[str]:
    """Return the words of an identifier in small letters."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().strip("_").split("_")


def texts(source: str) -> Iterator[tuple[str, int]]:
    """Yield each docstring and comment of a module, with its line."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield text, node.lineno
    for token in tokenize.generate_tokens(StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string, token.start[0]


def banned_phrases(text: str) -> Iterator[tuple[str, str]]:
    """Yield each banned phrase of a text, and what to write instead."""
    for pattern, instead in BANNED_IN_TEXT.items():
        for match in re.finditer(pattern, text, re.IGNORECASE):
            yield match.group(0), instead


def label(path: Path) -> str:
    """Return a path within the project."""
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def sources():
    """The text of every module, by path."""
    return {label(path): path.read_text(encoding="utf-8") for path in SOURCES}


def test_identifiers_are_plain_words(sources):
    wrong = [
        f"{path}:{line}: {name}; write {BANNED_IN_NAMES[word]}"
        for path, source in sources.items()
        for name, line in identifiers(ast.parse(source))
        for word in words_of(name)
        if word in BANNED_IN_NAMES
    ]
    assert not wrong, "\n".join(wrong)


def test_docstrings_and_comments_are_plain_words(sources):
    wrong = [
        f"{path}:{line}: {phrase!r}; write {instead}"
        for path, source in sources.items()
        for text, line in texts(source)
        for phrase, instead in banned_phrases(text)
    ]
    assert not wrong, "\n".join(wrong)


def test_pages_are_plain_words():
    wrong = [
        f"{label(path)}: {phrase!r}; write {instead}"
        for path in PAGES
        for phrase, instead in banned_phrases(path.read_text(encoding="utf-8"))
        if (path.name, phrase) not in ALLOWED
    ]
    assert not wrong, "\n".join(wrong)


def test_each_phrase_that_is_banned_would_be_reported():
    examples = "It bites in a world that was lived; the law speaks of it upon paper."
    assert [phrase for phrase, _ in banned_phrases(examples)] == [
        "lived",
        "bites",
        "speaks of",
        "upon",
    ]


def test_class_names_occur_once(sources):
    names = Counter(
        node.name
        for source in sources.values()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_module_names_occur_once():
    names = Counter(path.stem for path in SOURCES if path.stem != "__init__")
    assert [name for name, count in names.items() if count > 1] == []
