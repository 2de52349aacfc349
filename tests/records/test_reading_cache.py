"""The cache of what was read: never out of date, never an error, nobody else's."""

import os
import pickle
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from sim.domain.supply import Good
from sim.outcomes.disk import make_folder
from sim.records import data_folder, reading_cache
from sim.records.data_folder import SHIPPED, load_records
from sim.records.reading_cache import MOST_ENTRIES, SETTING, cached

pytestmark = pytest.mark.skipif(os.name == "nt", reason="asks for owners of files")


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """An empty folder that the cache may use."""
    folder = tmp_path / "cache"
    monkeypatch.setenv(SETTING, str(folder))
    return folder


class Reader:
    """Reads the same each time, and counts how often it is asked."""

    def __init__(self, value: object = (Good.HBM, "a", 1.0)) -> None:
        self.value, self.times = value, 0

    def __call__(self) -> object:
        """Return the value."""
        self.times += 1
        return self.value


def twice(*sources: bytes) -> int:
    """Return how often what comes of sources is read if it is asked for twice."""
    reader = Reader()
    for _ in range(2):
        assert cached("rows", lambda: sources, reader) == reader.value
    return reader.times


def test_what_was_read_is_kept_under_its_sources(folder):
    assert twice(b"a") == 1
    assert twice(b"a") == 0
    assert twice(b"b") == 1
    assert twice(b"a", b"b") == 1
    assert folder.stat().st_mode & 0o777 == 0o700


def test_code_that_reads_otherwise_reads_anew(folder, tmp_path, monkeypatch):
    for package in reading_cache.READING:
        (tmp_path / package).mkdir()
        (tmp_path / package / "code.py").write_text("first")
    monkeypatch.setattr(reading_cache, "_SIM", tmp_path)
    anew = reading_cache._code_digest.__wrapped__
    monkeypatch.setattr(reading_cache, "_code_digest", anew)
    assert twice(b"a") == 1
    (tmp_path / "records" / "code.py").write_text("second")
    assert twice(b"a") == 1


def test_no_other_code_is_loaded_to_read_records():
    program = (
        "import sys; from sim.records.data_folder import load_records; load_records(); "
        "print(*(x for x in sys.modules if x.startswith('sim.')))"
    )
    modules = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, SETTING: "off"},
    ).stdout.split()
    assert {name.split(".")[1] for name in modules} == set(reading_cache.READING)


def test_code_whose_files_are_not_at_hand_keeps_nothing(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(reading_cache, "_SIM", tmp_path / "archive")
    anew = reading_cache._code_digest.__wrapped__
    monkeypatch.setattr(reading_cache, "_code_digest", anew)
    assert twice(b"a") == 2
    assert not list(folder.iterdir())


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    """A copy of the shipped data, of which nothing is remembered."""
    data_folder._load.cache_clear()
    shutil.copytree(SHIPPED, tmp_path / "data")
    yield tmp_path / "data"
    data_folder._load.cache_clear()


def test_a_table_and_a_law_that_are_edited_are_read_anew(folder, data):
    before = load_records(data)
    replace_in(data / "actors.csv", "DeepSeek", "Deeper Seek")
    replace_in(data / "law" / "us_chips.yaml", "2022-10-07", "2022-10-08")
    data_folder._load.cache_clear()
    after = load_records(data)
    assert before.actors["deepseek"] != after.actors["deepseek"]
    assert before.law.identity != after.law.identity


def replace_in(path: Path, before: str, after: str) -> None:
    """Change a file."""
    text = path.read_text("utf-8")
    path.write_text(text.replace(before, after), "utf-8")


def test_records_of_an_entry_are_those_that_were_read(folder, data, monkeypatch):
    read = load_records(data)
    data_folder._load.cache_clear()
    monkeypatch.setattr(data_folder, "_read", None)
    kept = load_records(data)
    assert kept is not read
    assert kept.facts.tables == read.facts.tables
    assert kept.assumptions == read.assumptions
    assert kept.law.instruments == read.law.instruments
    assert (kept.menu, kept.folder) == (read.menu, read.folder)


def test_records_that_are_refused_are_not_kept(folder, data):
    replace_in(data / "chips.csv", "H100", "")
    for _ in range(2):
        with pytest.raises(data_folder.RecordsError, match=r"chips\.csv"):
            load_records(data)
    assert not list(folder.glob("records-*"))


# --- entries that cannot be used ------------------------------------------------------


def entry(folder: Path) -> Path:
    """Return the one entry of a folder, made first."""
    assert twice(b"a") == 1
    [file] = folder.iterdir()
    return file


def with_checksum(content: bytes) -> bytes:
    """Return what a file of an entry holds."""
    return sha256(content).digest() + content


class Call:
    """Pickled as the call of a function."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[object, ...]:
        """Return the call."""
        return self.call


@pytest.mark.parametrize("function", [os.mkdir, make_folder, load_records])
def test_an_entry_that_calls_a_function_is_read_over(folder, tmp_path, function):
    made = tmp_path / "made"
    content = pickle.dumps(Call(function, made))
    with pytest.raises(pickle.UnpicklingError, match="not a class of records"):
        reading_cache._unpickled(content)
    entry(folder).write_bytes(with_checksum(content))
    assert twice(b"a") == 1
    assert not made.exists()


@pytest.mark.parametrize("content", [b"", b"cut", b"x" * 1000, with_checksum(b"")])
def test_an_entry_that_is_not_whole_is_replaced(folder, content):
    entry(folder).write_bytes(content)
    assert twice(b"a") == 1
    assert twice(b"a") == 0


def test_an_entry_that_others_can_write_is_not_read(folder):
    entry(folder).chmod(0o666)
    assert twice(b"a") == 1


def test_a_pipe_in_place_of_an_entry_stops_nothing(folder):
    file = entry(folder)
    file.unlink()
    os.mkfifo(file)
    assert twice(b"a") == 1


def test_a_link_in_place_of_an_entry_is_not_followed(folder, tmp_path):
    file = entry(folder)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert twice(b"a") == 1


# --- folders that cannot be used ------------------------------------------------------


def test_a_folder_that_others_can_write_is_not_used(folder):
    folder.mkdir()
    folder.chmod(0o777)
    assert twice(b"a") == 2
    assert not list(folder.iterdir())


def test_a_folder_of_another_user_is_not_used(folder, monkeypatch):
    entry(folder)
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    assert twice(b"a") == 2


def test_a_link_in_place_of_the_folder_is_not_used(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "elsewhere")
    assert twice(b"a") == 2


def test_a_folder_that_cannot_be_made_costs_time_alone(folder):
    folder.write_text("a file")
    assert twice(b"a") == 2


@pytest.mark.parametrize("setting", ["off", "a/relative/folder"])
def test_nothing_is_kept_when_switched_off(folder, monkeypatch, setting):
    monkeypatch.setenv(SETTING, setting)
    assert twice(b"a") == 2
    assert not folder.exists()


@pytest.mark.parametrize("function", ["replace", "open"])
def test_a_full_disk_costs_time_alone(folder, monkeypatch, function):
    def refuse(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reading_cache.os, function, refuse)
    assert twice(b"a") == 2
    assert not list(folder.iterdir())


def test_what_changes_while_it_is_read_is_not_kept(folder):
    states = iter([b"before", b"after"])
    cached("rows", lambda: [next(states)], Reader())
    assert not list(folder.iterdir())


def test_what_cannot_be_pickled_is_read_each_time(folder):
    reader = Reader(lambda: None)
    for _ in range(2):
        assert cached("rows", lambda: [b"a"], reader) is reader.value
    assert reader.times == 2
    assert not list(folder.iterdir())


# --- many -----------------------------------------------------------------------------


def test_several_may_read_and_keep_the_same_at_once(folder):
    with ThreadPoolExecutor(8) as pool:
        values = list(
            pool.map(lambda _: cached("rows", lambda: [b"a"], Reader()), range(40))
        )
    assert values == [Reader().value] * 40
    assert len(list(folder.iterdir())) == 1


def test_old_entries_are_deleted(folder):
    for number in range(3 * MOST_ENTRIES):
        twice(b"%d" % number)
    assert len(list(folder.iterdir())) == MOST_ENTRIES
    assert twice(b"%d" % (3 * MOST_ENTRIES - 1)) == 0
