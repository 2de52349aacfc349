"""A folder of results is whole or not loaded, and a changed file is noticed."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest

from sim.domain.errors import OutputError
from sim.outcomes.folder_writer import RunMetadata, write_run, write_study
from sim.outcomes.manifest import MANIFEST, Manifest, file_records
from sim.outcomes.reserved_folder import remove_abandoned, reserved
from sim.outcomes.run_tables import RunTables
from sim.outcomes.saved_run import RunFolder
from sim.tasks.output_folder import run_folder
from tests.outcomes.samples import narrowed, results

ROOT = Path(__file__).parents[2]
STARTED = datetime(2026, 11, 30, 12, 0, 0, tzinfo=UTC)
PAPERS = RunMetadata("draws: 4\n", {"seed": 7, "draws": 4, "manifest": "manifest.json"})


@pytest.fixture
def folder(tmp_path):
    base = results()
    ban = narrowed(base, [1.0, 2.0, -1.0, 0.0])
    write_run(tmp_path / "run", RunTables.of(ban, base), PAPERS)
    return tmp_path / "run"


def everything_in(path):
    return sorted(one.name for one in path.rglob("*"))


def flip_a_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_every_file_is_listed_with_size_and_digest(folder):
    manifest = Manifest.read(folder)
    written = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert manifest.files.keys() == written - {"manifest.json"}
    assert {name: one.bytes for name, one in manifest.files.items()} == {
        name: (folder / name).stat().st_size for name in manifest.files
    }
    assert manifest.changes() == {}


READERS = {
    "headline.csv": lambda run: run.headline,
    "quantiles.csv": lambda run: run.quantiles,
    "timeseries.parquet": lambda run: run.timeseries,
    "events.parquet": lambda run: run.why(draw=0),
    "config.yaml": lambda run: run.config,
    "provenance.json": lambda run: run.provenance,
}


@pytest.mark.parametrize("name", READERS)
def test_one_flipped_bit_is_noticed_when_the_file_is_read(folder, name):
    flip_a_bit(folder / name)
    with pytest.raises(
        OutputError, match=f"{name} was changed after the run"
    ) as caught:
        READERS[name](RunFolder.read(folder))
    assert "\n" not in str(caught.value)
    assert "check=False" in str(caught.value)
    for other in READERS.keys() - {name, "events.parquet"}:
        READERS[other](RunFolder.read(folder))


def test_a_changed_file_is_read_by_whoever_insists(folder):
    path = folder / "headline.csv"
    path.write_text(path.read_text("utf-8") + "mine,,,\n", encoding="utf-8")
    assert "mine" in set(RunFolder.read(folder, check=False).headline["measure"])


def test_a_file_that_was_removed_or_added_is_noticed(folder):
    (folder / "headline.csv").unlink()
    (folder / "bargaining.csv").write_text("deadline,others,asks\n")
    with pytest.raises(OutputError, match="headline.csv was removed after the run"):
        _ = RunFolder.read(folder).headline
    with pytest.raises(OutputError, match="bargaining.csv was added after the run"):
        _ = RunFolder.read(folder).bargaining
    assert Manifest.read(folder).changes() == {"headline.csv": "removed"}


@pytest.mark.parametrize("content", ["", "{", "null", "[1]", '{"files": {"a": 5}}'])
def test_a_broken_manifest_is_one_clear_line(folder, content):
    (folder / "manifest.json").write_text(content)
    with pytest.raises(OutputError, match="manifest.json was changed after the run"):
        _ = RunFolder.read(folder).headline
    assert len(RunFolder.read(folder, check=False).headline)


def test_a_folder_without_its_manifest_is_not_whole(folder):
    (folder / "manifest.json").unlink()
    with pytest.raises(OutputError, match="is not whole .manifest.json, which is writ"):
        RunFolder.read(folder)
    assert len(RunFolder.read(folder, check=False).headline)


def test_a_folder_of_an_earlier_version_is_loaded_with_a_note(folder):
    (folder / "manifest.json").unlink()
    (folder / "provenance.json").write_text('{"seed": 7, "draws": 4}')
    steering = folder.rename(folder.with_name("a\x1b[31m\x07"))
    with pytest.warns(
        UserWarning,
        match=r"a\?\[31m\? was written by an earlier version, "
        "which listed no files in",
    ):
        run = RunFolder.read(steering)
    assert len(run.headline)


def test_a_study_has_a_manifest_too(tmp_path):
    @contextmanager
    def artist(figures):
        yield
        (figures / "a.png").write_bytes(b"png")

    write_study(tmp_path / "study", {}, PAPERS, texts={"a/b": "c"}, draw_figures=artist)
    listed = json.loads((tmp_path / "study" / "manifest.json").read_text("utf-8"))
    assert listed["files"].keys() == {
        "a/b",
        "config.yaml",
        "figures/a.png",
        "provenance.json",
    }


def test_three_runs_of_one_second_have_three_folders(tmp_path):
    with ExitStack() as stack:
        folders = [
            stack.enter_context(run_folder(tmp_path, "ban", STARTED)) for _ in "abc"
        ]
        names = [folder.path.name for folder in folders]
        assert [name[19:] for name in names] == ["", "-2", "-3"]
        for folder in folders:
            (folder.partial / "file").write_text(folder.path.name)
            folder.finish()
    for folder in folders:
        assert (folder.path / "file").read_text() == folder.path.name


def test_runs_that_start_at_once_never_share_a_folder(tmp_path):
    starters = 8
    barrier = Barrier(starters)

    def start(_):
        barrier.wait()
        with run_folder(tmp_path, "ban", STARTED) as folder:
            folder.finish()
            return folder.path

    for _ in range(5):
        with ThreadPoolExecutor(starters) as pool:
            paths = list(pool.map(start, range(starters)))
        assert len(set(paths)) == starters
    assert len(list((tmp_path / "ban").iterdir())) == 5 * starters


def test_a_reservation_that_is_not_used_leaves_nothing(tmp_path):
    with run_folder(tmp_path / "outputs", "ban", STARTED) as folder:
        assert folder.partial.is_dir()
    assert everything_in(tmp_path) == []


WRITER = """
import sys
from pathlib import Path
from sim.outcomes.reserved_folder import reserved
with reserved(Path(sys.argv[1])) as run:
    (run.partial / "provenance.json").write_text('{"manifest": "manifest.json"}')
    print("writing", flush=True)
    sys.stdin.read()
    run.finish()
"""


@pytest.fixture
def writer(tmp_path):
    """A process that is in the midst of writing a run."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "ban" / "run")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    ) as process:
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()


def test_what_a_killed_run_left_is_not_loaded_and_swept_by_the_next(tmp_path, writer):
    (partial,) = (tmp_path / "ban").iterdir()
    remove_abandoned([partial.parent])
    assert partial.exists()  # its writer is still running
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    with pytest.raises(OutputError, match="is not whole: its run was killed"):
        RunFolder.read(partial)
    moved = partial.rename(partial.with_name("moved"))
    with pytest.raises(OutputError, match="is not whole .manifest.json"):
        RunFolder.read(moved)
    moved.rename(partial)
    with run_folder(tmp_path, "other", STARTED):
        assert not partial.exists()
    assert everything_in(tmp_path) == ["ban"]


def test_a_name_that_another_process_uses_is_not_taken(tmp_path, writer):
    with (
        pytest.raises(OutputError, match="already exists"),
        reserved(tmp_path / "ban" / "run"),
    ):
        pass
    writer.communicate("")
    assert writer.returncode == 0
    assert everything_in(tmp_path / "ban" / "run") == [
        "manifest.json",
        "provenance.json",
    ]


def test_what_an_earlier_version_left_is_swept_after_a_week(tmp_path):
    stray = tmp_path / ".run.partial-17"
    stray.mkdir()
    remove_abandoned([tmp_path])
    assert stray.exists()
    long_ago = time.time() - 8 * 24 * 3600
    os.utime(stray, (long_ago, long_ago))
    remove_abandoned([tmp_path])
    assert not stray.exists()


def test_hidden_files_of_the_system_are_no_results(folder):
    (folder / ".DS_Store").write_bytes(b"x")
    assert ".DS_Store" not in file_records(folder)


def test_a_file_that_is_missing_is_named_before_any_is_read(folder):
    saved = RunFolder.read(folder)
    saved.check_none_removed()
    (folder / "law.csv").unlink(missing_ok=True)
    (folder / "headline.csv").unlink()
    with pytest.raises(OutputError, match=r"headline\.csv was removed after the run"):
        RunFolder.read(folder).check_none_removed()


@pytest.mark.parametrize(
    ("content", "due"),
    [('{"form": 1}', None), ('{"files": {}}', "not whole"), ("[3]", "was changed")],
)
def test_a_manifest_that_lists_nothing(tmp_path, content, due):
    (tmp_path / MANIFEST).write_text(content)
    if due is None:
        assert Manifest.read(tmp_path) is None
        return
    with pytest.raises(OutputError, match=due):
        Manifest.read(tmp_path)


def test_what_only_looks_like_the_folder_of_a_killed_run_is_left_alone(tmp_path):
    (tmp_path / ".a.partial").write_text("a file")
    (tmp_path / ".b.partial").symlink_to(tmp_path)
    remove_abandoned([tmp_path])
    assert sorted(x.name for x in tmp_path.iterdir()) == [".a.partial", ".b.partial"]
