"""The store holds what was written whole, whoever is killed while writing."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from sim.domain.ensemble import Draws
from sim.domain.errors import OutputError
from sim.outcomes.sweep import block_file
from sim.outcomes.sweep.block_file import PointFailure
from sim.outcomes.sweep.block_store import NOTHING_STORED, BlockStore, StoredDraws
from sim.outcomes.sweep.durable_files import (
    remove_partial_files,
    replace_atomically,
    write_durably,
)
from tests.sweep.samples import key, stored_entry

WHOLE = Draws(4)


def same(one, other):
    assert one.labels == other.labels
    assert one.times == other.times
    np.testing.assert_array_equal(one.scenario, other.scenario)
    np.testing.assert_array_equal(one.baseline, other.baseline)


def test_what_is_written_is_read_to_the_last_bit(tmp_path):
    points = [stored_entry(0), stored_entry(1, extra=True), stored_entry(2, months=12)]
    BlockStore(tmp_path).write("b", points)
    store = BlockStore(tmp_path)
    assert store.refresh().keys() == {key(0), key(1), key(2)}
    read = store.read([one.key for one in points], WHOLE)
    for one in points:
        same(read[one.key], one.values)


def test_times_are_read_alone(tmp_path):
    store = BlockStore(tmp_path)
    store.write("b", [stored_entry(0)])
    store.refresh()
    values = store.read([key(0)], WHOLE, ["horizon"])[key(0)]
    assert values.times == ("horizon",)
    np.testing.assert_array_equal(
        values.scenario[0], stored_entry(0).values.scenario[-1]
    )


def test_a_point_run_alone_has_no_baseline(tmp_path):
    store = BlockStore(tmp_path)
    store.write("b", [stored_entry(0, alone=True), stored_entry(1)])
    store.refresh()
    read = store.read([key(0), key(1)], WHOLE)
    assert read[key(0)].baseline is None
    same(read[key(1)], stored_entry(1).values)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 6)), max_size=6),
    st.builds(Draws, st.integers(1, 10), st.integers(0, 6)),
)
def test_draws_are_joined_from_any_blocks(tmp_path_factory, parts, wanted):
    store = BlockStore(tmp_path_factory.mktemp("blocks"))
    parts = [Draws(count, first) for first, count in parts]
    for number, draws in enumerate(parts):
        store.write(f"b{number}", [stored_entry(7, draws), stored_entry(8, draws)])
    held = store.refresh().get(key(7), NOTHING_STORED)
    there = {k for draws in parts for k in draws.numbers}
    lacking = {k for draws in held.missing(wanted) for k in draws.numbers}
    assert lacking == set(wanted.numbers) - there
    if lacking:
        with pytest.raises(OutputError, match="does not hold all draws"):
            store.read([key(7)], wanted)
    else:
        same(store.read([key(7)], wanted)[key(7)], stored_entry(7, wanted).values)


def test_a_failure_counts_where_its_draws_are_asked_for():
    held = StoredDraws().with_failure(PointFailure("k", Draws(100, 100), "late"))
    held = held.with_draws(Draws(100))
    assert held.error(Draws(100)) is None
    assert held.error(Draws(150)) is None
    assert held.missing(Draws(150)) == [Draws(50, 100)]
    assert held.error(Draws(200)) == "late"
    assert held.missing(Draws(200)) == []
    earlier = held.with_failure(PointFailure("k", Draws(1, 5), "early"))
    assert earlier.error(Draws(200)) == "early"


def test_failures_are_kept_with_their_text(tmp_path):
    error = "scenario.regime: “no” is\nno date"
    BlockStore(tmp_path).write("b", [], [PointFailure(key(3), WHOLE, error)])
    assert BlockStore(tmp_path).refresh()[key(3)].error(WHOLE) == error


@pytest.mark.parametrize("keep", [0, 4, 0.5, -1])
def test_a_truncated_file_is_passed_over_with_a_line(tmp_path, keep):
    store = BlockStore(tmp_path)
    store.write("whole", [stored_entry(0)])
    store.write("torn", [stored_entry(1)])
    content = store.path("torn").read_bytes()
    kept = int(len(content) * keep) if isinstance(keep, float) else keep
    store.path("torn").write_bytes(content[:kept])
    assert store.refresh().keys() == {key(0)}
    (line,) = store.warnings
    assert "torn.parquet is not a whole block and is ignored" in line
    assert "\n" not in line
    store.write("torn", [stored_entry(1)])
    assert store.refresh().keys() == {key(0), key(1)}


def test_a_strangers_file_is_passed_over(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "folder.parquet").mkdir()
    import pandas as pd

    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "table.parquet")
    store = BlockStore(tmp_path)
    assert not store.refresh()
    assert len(store.warnings) == 2
    store.refresh()
    assert len(store.warnings) == 2


def test_a_damaged_middle_is_found_when_it_is_read(tmp_path):
    store = BlockStore(tmp_path)
    store.write("b", [stored_entry(0, Draws(200))])
    content = bytearray(store.path("b").read_bytes())
    middle = len(content) // 3
    content[middle : middle + 8] = bytes(8)
    store.path("b").write_bytes(content)
    store.refresh()
    with pytest.raises(OutputError, match="is damaged: .*; remove it"):
        store.read([key(0)], Draws(200))


def test_only_new_files_are_read_again(tmp_path):
    store = BlockStore(tmp_path)
    store.write("a", [stored_entry(0)])
    assert set(store.refresh()) == {key(0)}
    store.write("b", [stored_entry(1)])
    assert set(store.refresh()) == {key(0), key(1)}
    assert store.blocks() == {"a", "b"}
    assert store.written_at("a") is not None
    store.path("a").unlink()
    assert set(store.refresh()) == {key(1)}
    assert store.written_at("a") is None


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert not BlockStore(tmp_path / "none").refresh()
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot read"):
        BlockStore(tmp_path / "file").refresh()
    with pytest.raises(OutputError, match="cannot write"):
        BlockStore(tmp_path / "file").write("b", [stored_entry(0)])


WRITER = """
import sys
from pathlib import Path
from sim.outcomes.sweep.durable_files import replace_atomically
with replace_atomically(Path(sys.argv[1])) as file:
    file.write(b"half of it")
    file.flush()
    print("writing", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def writer(tmp_path):
    """A process that is in the midst of writing a block."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "b.parquet")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    ) as process:
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()


def test_a_killed_writer_leaves_nothing_that_is_seen_or_stays(tmp_path, writer):
    store = BlockStore(tmp_path)
    assert not store.refresh()
    assert store.remove_partial_files() == 0  # its writer is still running
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    assert not store.refresh()
    assert not store.warnings
    assert len(list(tmp_path.iterdir())) == 1
    assert store.remove_partial_files() == 1
    assert not list(tmp_path.iterdir())


def test_a_living_writer_is_not_disturbed(tmp_path, writer):
    store = BlockStore(tmp_path)
    store.write("other", [stored_entry(0)])
    assert remove_partial_files(tmp_path) == 0
    writer.communicate("")
    assert writer.returncode == 0
    assert (tmp_path / "b.parquet").read_bytes() == b"half of it"
    assert set(store.refresh()) == {key(0)}


def test_what_another_machine_left_is_cleared_after_a_day(tmp_path):
    stray = tmp_path / ".b.parquet.elsewhere.17-00ff.partial"
    stray.write_bytes(b"")
    assert remove_partial_files(tmp_path) == 0
    long_ago = time.time() - 2 * 24 * 3600
    os.utime(stray, (long_ago, long_ago))
    assert remove_partial_files(tmp_path) == 1


def write_half(path):
    with replace_atomically(path) as file:
        file.write(b"new")
        raise RuntimeError("the model broke")


def test_a_writer_that_fails_leaves_what_was_there(tmp_path):
    path = tmp_path / "b"
    write_durably(path, b"old")
    with pytest.raises(RuntimeError, match="the model broke"):
        write_half(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def write_many(folder, blocks):
    store = BlockStore(folder)
    for number in blocks:
        store.write(f"b{number}", [stored_entry(number)])


def test_two_writers_of_the_same_blocks_do_not_disturb_each_other(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    both = [spawn.Process(target=write_many, args=(tmp_path, range(25))) for _ in "ab"]
    for one in both:
        one.start()
    store = BlockStore(tmp_path)
    while any(one.is_alive() for one in both):
        store.refresh()
        store.remove_partial_files()
        time.sleep(0.02)
    for one in both:
        one.join()
    assert [one.exitcode for one in both] == [0, 0]
    assert len(store.refresh()) == 25
    assert not store.warnings
    assert len(list(tmp_path.iterdir())) == 25
    same(store.read([key(24)], WHOLE)[key(24)], stored_entry(24).values)


WRITERS = """
import sys
from pathlib import Path
from sim.outcomes.sweep.block_store import BlockStore
from tests.sweep.samples import stored_entry
store = BlockStore(Path(sys.argv[1]))
points = [stored_entry(number) for number in range(40)]
for number in range(10_000):
    store.write(f"b{number % 7}", points[: number % 40 + 1])
    print(number, flush=True)
"""


@pytest.mark.parametrize("wait", [0.0, 0.011, 0.037])
def test_killed_at_any_moment_the_store_holds_whole_blocks(tmp_path, wait):
    with subprocess.Popen(
        [sys.executable, "-c", WRITERS, str(tmp_path)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as process:
        for _ in range(9):
            process.stdout.readline()
        time.sleep(wait)
        process.kill()
    store = BlockStore(tmp_path)
    store.remove_partial_files()
    held = store.refresh()
    assert not store.warnings
    assert len(store.blocks()) == len(list(tmp_path.iterdir())) == 7
    for place, values in store.read(list(held), WHOLE).items():
        number = [key(each) for each in range(40)].index(place)
        same(values, stored_entry(number).values)


def test_no_flipped_bit_is_taken_for_a_number_a_label_or_a_key(tmp_path):
    points = [stored_entry(0), stored_entry(1, extra=True), stored_entry(2, alone=True)]
    BlockStore(tmp_path).write("b", points, [PointFailure(key(9), WHOLE, "no date")])
    path = tmp_path / "b.parquet"
    content = path.read_bytes()
    outcomes = set()
    for bit in np.random.default_rng(1).choice(len(content) * 8, 400, replace=False):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << (bit % 8)
        path.write_bytes(damaged)
        store = BlockStore(tmp_path)
        if not store.refresh():  # the block is passed over, and run again
            outcomes.add("ignored")
            continue
        assert store.refresh().keys() == {*(one.key for one in points), key(9)}
        assert store.refresh()[key(9)].error(WHOLE) == "no date"
        try:
            read = store.read([one.key for one in points], WHOLE)
        except OutputError:
            outcomes.add("refused")
            continue
        outcomes.add("the same")
        for one in points:
            assert read[one.key].labels == one.values.labels
            np.testing.assert_array_equal(read[one.key].scenario, one.values.scenario)
            np.testing.assert_array_equal(read[one.key].baseline, one.values.baseline)
    assert outcomes == {"ignored", "refused", "the same"}


@pytest.mark.parametrize(("old", "new"), [(b",0,4,", b",0,3,"), (b"lag", b"log")])
def test_a_digit_or_a_label_changed_in_a_footer_is_noticed(tmp_path, old, new):
    from pyarrow import parquet

    store = BlockStore(tmp_path)
    store.write("b", [stored_entry(0)])
    table = parquet.read_table(store.path("b"))
    metadata = dict(table.schema.metadata)
    footer = metadata[b"chipwar_block"]
    assert old in footer
    metadata[b"chipwar_block"] = footer.replace(old, new, 1)
    parquet.write_table(table.replace_schema_metadata(metadata), store.path("b"))
    fresh = BlockStore(tmp_path)
    assert not fresh.refresh()
    assert "its footer was changed" in fresh.warnings[0]


def test_a_block_of_other_code_is_passed_over_without_a_word(tmp_path):
    from pyarrow import parquet

    store = BlockStore(tmp_path)
    store.write("b", [stored_entry(0)])
    table = parquet.read_table(store.path("b"))
    metadata = {b"chipwar_block": b'{"form": 1, "entries": []}'}
    parquet.write_table(table.replace_schema_metadata(metadata), store.path("b"))
    fresh = BlockStore(tmp_path)
    assert not fresh.refresh()
    assert not fresh.warnings


def test_points_in_several_row_groups_are_read_as_they_were(tmp_path, monkeypatch):
    points = [stored_entry(number) for number in range(5)]
    monkeypatch.setattr(block_file, "_ROWS_IN_GROUP", 2 * points[0].rows)
    store = BlockStore(tmp_path)
    store.write("b", points)
    store.refresh()
    groups = [e.group for e in block_file.read_footer(store.path("b")).entries]
    assert groups == [0, 0, 1, 1, 2]
    read = store.read([point.key for point in points], WHOLE)
    for point in points:
        same(read[point.key], point.values)


def test_a_number_that_was_changed_is_noticed(tmp_path):
    store = BlockStore(tmp_path)
    store.write("b", [stored_entry(0)])
    store.refresh()
    table = parquet.read_table(store.path("b"))
    column = table.schema.names[-1]
    numbers = table[column].to_numpy().copy()
    numbers[0] += 1.0
    changed = table.set_column(table.num_columns - 1, column, pa.array(numbers))
    parquet.write_table(changed, store.path("b"))
    with pytest.raises(OutputError, match=f"is damaged: its column '{column}' was"):
        store.read([key(0)], WHOLE)


def test_what_the_store_does_not_hold_is_not_made_up(tmp_path):
    store = BlockStore(tmp_path)
    store.write("b", [stored_entry(0)])
    store.refresh()
    with pytest.raises(OutputError, match="does not hold all draws of the point"):
        store.read([key(0)], Draws(5))
    store.path("b").unlink()
    with pytest.raises(OutputError, match="is damaged: failed to open .*; remove it"):
        store.read([key(0)], WHOLE)


def test_a_point_that_failed_lacks_no_draws():
    failed = StoredDraws().with_failure(PointFailure(key(0), Draws(2), "it broke"))
    assert failed.error(WHOLE) == "it broke"
    assert failed.missing(WHOLE) == []
    assert failed.missing(Draws(3, 1)) == [Draws(3, 1)]


def test_a_file_that_is_no_block_is_told_of_once(tmp_path):
    store = BlockStore(tmp_path)
    store.write("b", [stored_entry(0)])
    (tmp_path / "c.parquet").write_bytes(b"no block")
    store.refresh()
    store.path("b").unlink()  # so that all files are read again
    assert store.refresh() == {}
    assert len(store.warnings) == 1
