"""All changes to the disk go through one module, and each may fail."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.domain.errors import SettingsError
from sim.outcomes import disk
from sim.outcomes.folder_path import folder_path
from sim.records import reading_cache
from tests.failing_disk import content_of

ROOT = Path(__file__).parents[2]
CHANGES = (
    "write_text|write_bytes|mkdir|makedirs|touch|unlink|rmdir|renames?|truncate|utime|"
    "symlink_to|hardlink_to|chmod|chown|rmtree|move|copyfile|copyfileobj|copy2|copytree|"
    "mkstemp|mkdtemp|TemporaryDirectory|(Named)?TemporaryFile|fsync|"
    "to_(parquet|feather|pickle|excel|netcdf)|tofile|write_dataset"
)
"""Functions of libraries that change the disk."""

WRITERS = "savefig|imsave|write_graphml|ParquetWriter|write_csv"
"""Functions that write into what they are given: that must be a file opened here."""

OPENED = {"file", "store"}
"""What an opened file is called."""

WORDS = re.compile(f"{CHANGES}|{WRITERS}|open\\(|replace\\(|to_csv")


def changes(tree: ast.AST) -> Iterator[str]:
    """Yield the calls in a module that change the disk."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            owner = getattr(getattr(node.func, "value", None), "id", "")
            is_of_system = owner == "os" and name in ("replace", "remove")
            is_ours = owner == "disk" or is_none_of_disk(name, node)
            if is_of_system or (not is_ours and is_change(name, node)):
                yield f"{name}, line {node.lineno}"


def is_none_of_disk(name: str, call: ast.Call) -> bool:
    """Return whether columns are renamed, or our own writer of tables is called."""
    renames = name == "rename" and bool(call.keywords)
    return renames or (name == "write_csv" and isinstance(call.func, ast.Name))


def is_change(name: str, call: ast.Call) -> bool:
    """Return whether a call changes the disk."""
    words = [*call.args, *(keyword.value for keyword in call.keywords)]
    names = {getattr(word, "id", "") for word in words}
    match name:
        case "open" | "fdopen":
            modes = {getattr(word, "value", None) for word in words}
            return any(re.fullmatch("[wxa+rbt]*[wxa+][bt]*", str(x)) for x in modes)
        case "to_csv":
            return bool(call.args)
        case "replace":  # that of a text takes two words, that of a date names them
            owner = getattr(call.func, "value", None)
            of_disk = owner is not None and getattr(owner, "id", "") != "self"
            return of_disk and len(words) == 1 and not call.keywords
        case _ if re.fullmatch(WRITERS, name):
            return not names & OPENED
    return re.fullmatch(CHANGES, name) is not None


KNOWN_TO_CHANGE = (Path(disk.__file__), Path(reading_cache.__file__))
"""The module through which all else changes the disk, and the cache, which tells nobody
that it could not."""


def test_nothing_changes_the_disk_but_the_one_module_that_does():
    found = {}
    for folder in ("sim", "hydra_plugins"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text("utf-8")
            if WORDS.search(text) and path not in KNOWN_TO_CHANGE:
                found[path.name] = list(changes(ast.parse(text)))
    assert len(found) > 40
    assert {name: calls for name, calls in found.items() if calls} == {}


@pytest.mark.parametrize(
    "line",
    [
        "path.write_text('x')",
        "path.open('wb')",
        "open(path, mode='a')",
        "path.open('rb+')",
        "frame.to_csv(path)",
        "figure.savefig(path)",
        "old.replace(new)",
        "(folder / old).replace(new)",
        "os.replace(old, new)",
    ],
)
def test_such_a_change_is_found(line):
    assert list(changes(ast.parse(line)))


@pytest.fixture
def obstacles(tmp_path):
    """A folder with what can be in the way of a folder of results."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "nowhere").symlink_to("gone")
    return tmp_path


@pytest.mark.parametrize("name", ["file", "file/below", "loop", "nowhere", "x" * 300])
def test_a_place_that_cannot_be_written_is_found_beforehand(obstacles, name):
    before = content_of(obstacles)
    with pytest.raises(OSError, match=r"Errno"):
        disk.check_writable(obstacles / name)
    assert content_of(obstacles) == before


@pytest.mark.parametrize("name", ["", "a", "a/b/c"])
def test_a_place_that_can_be_written_is_left_as_it_is(tmp_path, name):
    disk.check_writable(tmp_path / name)
    assert content_of(tmp_path) == {}


def test_folders_are_made_as_far_as_they_are_missing(obstacles):
    for name in ("a/b/c", "a/b/d", "a"):
        disk.make_folders(obstacles / name)
        assert (obstacles / name).is_dir()
    for name in ("file", "file/a", "loop/a", "nowhere"):
        with pytest.raises(OSError, match="Errno"):
            disk.make_folders(obstacles / name)


def test_half_a_character_is_written_as_its_code(tmp_path):
    disk.write_text(tmp_path / "file", '"\ud800ä"\n')
    assert (tmp_path / "file").read_text("utf-8") == '"\\ud800ä"\n'


def test_a_folder_that_another_process_has_just_made_is_taken(tmp_path, monkeypatch):
    make = disk.make_folder

    def made_by_another_first(path):
        make(path)
        make(path)

    monkeypatch.setattr(disk, "make_folder", made_by_another_first)
    disk.make_folders(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_a_folder_that_stays_is_not_taken_for_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(disk, "carry_out", lambda change, *arguments: None)
    with pytest.raises(OSError, match="it cannot be removed"):
        disk.remove_folder(tmp_path)


@pytest.mark.parametrize(
    ("given", "shown"), [(3, "3"), (list(range(40)), "a value of type list")]
)
def test_what_is_neither_a_text_nor_a_path_names_no_folder(given, shown):
    with pytest.raises(SettingsError) as refused:
        folder_path(given, "runs/x")
    assert str(refused.value) == f"{shown} is no folder; give its name, such as runs/x"
