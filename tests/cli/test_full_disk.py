"""A disk that is full at any write: nothing half, nothing computed is lost."""

import re
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim.__main__ as command_line
from sim.domain.errors import Interrupted, OutputError, RecordsError
from sim.outcomes import disk, folder_writer
from sim.outcomes.run_tables import RunTables
from sim.outcomes.saved_run import RunFolder
from sim.outcomes.sweep.block_store import BlockStore
from sim.outcomes.sweep.sweep_folder import SweepFolder
from sim.presentation import style
from sim.records.data_folder import SHIPPED
from sim.records.posterior import FOLDER
from sim.settings.compose import read_command
from sim.settings.sweep_command import read_sweep
from sim.tasks import run as run_task
from sim.tasks.posterior_files import install_posterior
from sim.tasks.prepare import prepare
from sim.tasks.study_run import Study, StudyResult
from sim.tasks.sweep import block_job, sweep_output, sweep_plan, sweep_run
from tests.failing_disk import FailingDisk, content_of
from tests.records.posteriors import BUDGET, GROWTH, PARTS, posterior, write_posterior

WORDS = (
    "scenario=no_controls",
    "draws=2",
    "horizon=2022-12",
    "record=[frontier_lag_months]",
    "quiet=true",
)
SWEPT = "assumptions.service.grey_market_parts_coverage=0.1,0.3"
PROVENANCE = {"draws": {"count": 2, "first": 0}, "manifest": "manifest.json"}
NAME = "2026-11-30T12-00-00"

TABLES_OF = RunTables.of

Write = Callable[[Path], Path]
"""Writes results under a folder of outputs, and returns their folder."""


@pytest.fixture(scope="module")
def computed():
    """What is computed and read for these tests, once for all of them."""
    return {
        "run_pair": cache_of_first(run_task.run_pair),
        "tables": cache_of_first(small_tables),
        "summary": cache_of_first(run_task._summary),
        "command": cache(lambda: read_command(WORDS)),
        "prepared": cache(lambda: prepare(read_command(WORDS))),
        "side_by_side": cache_of_setups(block_job.run_side_by_side),
        "plan": cache(lambda: sweep_plan.plan_sweep(read_sweep([*WORDS, SWEPT]))),
        "read_records": cache_of_first(sweep_output.read_records),
        "origin": cache_of_first(sweep_output._shared_origin),
    }


def small_tables(*results):
    """Return the tables of a run with a small part of its network, quick to write."""
    tables = TABLES_OF(*results)
    vars(tables)["network"] = tables.network.subgraph(["asml", "smic", "tsmc"])
    return tables


class NothingToPrint(StudyResult):
    """The result of a study that is not printed."""

    def print_to(self, out):
        raise AssertionError


def cache_of_first(function):
    """Return a function that always returns what it returned first."""
    kept = []

    def once(*arguments, **options):
        if not kept:
            kept.append(function(*arguments, **options))
        return kept[0]

    return once


def cache_of_setups(function):
    """Return a function that computes once what is asked of the same assumptions."""
    kept = {}

    def once(setups, *arguments, **options):
        key = str([setup.baseline.assumptions for setup in setups])
        if key not in kept:
            kept[key] = function(setups, *arguments, **options)
        return kept[key]

    return once


@pytest.fixture
def outputs(tmp_path, monkeypatch, computed):
    """The folder on the disk that will be full; another one has the temporary files."""
    (tmp_path / "tmp").mkdir()
    (tmp_path / "disk").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.setattr(run_task, "run_pair", computed["run_pair"])
    monkeypatch.setattr(run_task, "_summary", computed["summary"])
    monkeypatch.setattr(run_task, "run_provenance", lambda *_: PROVENANCE)
    monkeypatch.setattr(run_task, "_draw_figures", draw_one_figure)
    monkeypatch.setattr(folder_writer.RunTables, "of", computed["tables"])
    monkeypatch.setattr(block_job, "run_side_by_side", computed["side_by_side"])
    monkeypatch.setattr(sweep_output, "read_records", computed["read_records"])
    monkeypatch.setattr(sweep_output, "_shared_origin", computed["origin"])
    monkeypatch.setattr(sweep_output, "_provenance", lambda *_: PROVENANCE)
    monkeypatch.setattr(sweep_output, "draw_sweep_figures", draw_one_figure)
    computed["prepared"]()
    return tmp_path / "disk" / "outputs"


def draw_one_figure(*arguments: object) -> None:
    """Draw a figure into the folder that is among the arguments."""
    (folder,) = (one for one in arguments if isinstance(one, Path))
    with disk.writing(folder):
        disk.make_folders(folder)
    style.save(style.StyledFigure(figsize=(1, 1)), folder / "lag.png")


@pytest.fixture
def run(computed) -> Write:
    """Run a scenario."""

    def write(outputs: Path, *tell: run_task.Tell) -> Path:
        prepared = computed["prepared"]()
        command = prepared.command.with_settings(outputs=str(outputs))
        here = replace(prepared, command=command)
        return run_task.run_and_write(here, ["python -m sim"], *tell).folder

    return write


@pytest.fixture
def study(computed) -> Write:
    """Carry out a study that computes little."""

    def write(outputs: Path) -> Path:
        tiny = Study(
            name="tiny",
            compute=lambda _: NothingToPrint(prepared=computed["prepared"]()),
            tables=lambda _: {"table.csv": pd.DataFrame({"number": np.arange(9)})},
            draw=draw_one_figure,
        )
        command = computed["command"]().with_settings(outputs=str(outputs))
        return tiny.run(command, ["python -m sim"]).folder

    return write


@pytest.fixture
def sweep(computed, monkeypatch) -> Write:
    """Sweep two points, each a block of its own."""

    def write(outputs: Path) -> Path:
        plan = computed["plan"]()
        command = replace(
            plan.command,
            options=plan.command.options.model_copy(update={"block": 2}),
        )
        store, folder = BlockStore(outputs / "sweeps" / "blocks"), outputs / "sweeps/s"
        sweep_plan._check_places(outputs, store.folder, folder)
        here = replace(plan, command=command, store=store, folder=folder)
        monkeypatch.setattr(sweep_run, "plan_sweep", lambda _: here)
        return sweep_run.run_sweep(command, launch).folder

    return write


def launch(folder: Path, blocks: Sequence[str]) -> dict[str, str]:
    """Run blocks here; return what went wrong with those that failed."""
    complaints = {}
    for block in blocks:
        try:
            block_job.run_block(str(folder), block)
        except OutputError as error:
            complaints[block] = str(error)
    return complaints


def writes_of(write: Write, outputs: Path, monkeypatch) -> int:
    """Return how many changes to the disk something takes."""
    counted = FailingDisk()
    with monkeypatch.context() as patch:
        patch.setattr(disk, "carry_out", counted)
        write(outputs)
    return counted.count


def on_full_disk(write: Write, outputs: Path, monkeypatch, full: FailingDisk) -> str:
    """Write on a disk that becomes full; return the one line of the refusal."""
    with monkeypatch.context() as patch:
        patch.setattr(disk, "carry_out", full)
        with pytest.raises(OutputError, match="no space left on device") as refusal:
            write(outputs)
    line = str(refusal.value)
    assert "\n" not in line
    return line


@pytest.mark.parametrize("kind", ["run", "study"])
def test_results_are_kept_elsewhere_whichever_write_the_disk_becomes_full_at(
    kind, request, outputs, monkeypatch
):
    write = request.getfixturevalue(kind)
    count = writes_of(write, outputs, monkeypatch)
    (folder,) = outputs.glob("*/*")
    whole = content_of(folder)
    shutil.rmtree(outputs)
    kept = 0
    for number in range(1, count):  # the last, of a name, is lost in a power cut alone
        full = FailingDisk(number, below=outputs.parent)
        line = on_full_disk(write, outputs, monkeypatch, full)
        assert not outputs.exists()
        place = re.search("; the results are kept in (.*)", line)
        if place is not None:
            kept += 1
            assert content_of(Path(place[1])) == whole
            assert len(RunFolder.read(Path(place[1])).provenance) == 2
            shutil.rmtree(Path(place[1]).parents[1])
    assert count - kept < 8  # before anything was computed
    assert content_of(write(outputs)) == whole


def test_the_answer_is_told_before_the_first_file_is_written(run, outputs):
    found = []

    def tell(page: str, tables: RunTables) -> None:
        assert "no_controls" in page
        assert len(tables.headline)
        found.extend(path for path in outputs.rglob("*") if path.is_file())

    assert content_of(run(outputs, tell))
    assert found == []


def test_an_answer_that_cannot_be_told_is_in_its_files_all_the_same(run, outputs):
    def fail(*_answer: object) -> None:
        raise ZeroDivisionError

    whole = content_of(run(outputs))
    shutil.rmtree(outputs)
    with pytest.raises(ZeroDivisionError):
        run(outputs, fail)
    (folder,) = outputs.glob("*/*")
    assert content_of(folder) == whole


@pytest.fixture
def begun(sweep, outputs, monkeypatch) -> Path:
    """The disk of a sweep that was stopped after one of its two blocks."""
    blocks = outputs / "sweeps" / "blocks"
    shutil.rmtree(sweep(outputs).parent)  # what it computes is kept from now on

    def stop(_folder: str, _block: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        run_block = block_job.run_block
        calls = iter([run_block, stop])

        def run_next(*job: str) -> None:
            next(calls)(*job)

        patch.setattr(block_job, "run_block", run_next)
        with pytest.raises(Interrupted, match="1 of 2 blocks are kept"):
            sweep(outputs)
    assert len(content_of(blocks)) == 1
    return shutil.move(outputs, outputs.with_name("begun"))


def test_a_posterior_is_the_old_or_the_new_one_or_refused_whichever_write_fails(
    tmp_path, monkeypatch
):
    new, old = tmp_path / "new", tmp_path / "data"
    for data, first in ((new, PARTS), (old, GROWTH)):
        data.mkdir()
        shutil.copy(SHIPPED / "assumptions.csv", data)
        write_posterior(data, 3, [first, BUDGET])
    whole, before = content_of(new / FOLDER), shutil.copytree(old, tmp_path / "before")

    def write(to: Path) -> None:
        install_posterior(new / FOLDER, to)

    count = writes_of(write, before / FOLDER, monkeypatch)
    assert content_of(before / FOLDER) == whole
    kept = 0
    for number in range(1, count + 1):
        data = shutil.copytree(old, tmp_path / f"full at {number}")
        on_full_disk(write, data / FOLDER, monkeypatch, FailingDisk(number))
        assert content_of(data / FOLDER).keys() == whole.keys()
        with suppress(RecordsError):
            columns = list(posterior(data).columns)
            assert columns in ([PARTS, BUDGET], [GROWTH, BUDGET])
            kept += columns[0] == GROWTH
        write(data / FOLDER)
        assert content_of(data / FOLDER) == whole
    assert 2 * kept > count


def test_the_report_of_a_bug_is_whole_or_not_there_whichever_write_fails(
    outputs, monkeypatch
):
    fault, place = KeyError("x"), outputs.parents[1] / "tmp"

    def write(_: Path) -> str:
        return command_line._bug_report(["draws=2"], fault)

    count = writes_of(write, outputs, monkeypatch)
    [whole] = content_of(place).values()
    shutil.rmtree(place)
    place.mkdir()
    assert count > 1
    for number in range(1, count + 1):
        with monkeypatch.context() as patch:
            patch.setattr(disk, "carry_out", FailingDisk(number))
            assert write(outputs).endswith("; debug=true shows where it arose")
        assert content_of(place) == {}
    assert write(outputs)
    [again] = content_of(place).values()
    assert again == whole


def results_of(folder: Path) -> dict[str, bytes]:
    """Return the files of a sweep but for its manifest, which says when it was."""
    content = content_of(folder)
    assert content.pop("manifest.json")
    return content


def test_a_sweep_goes_on_whichever_write_the_disk_becomes_full_at(
    sweep, outputs, begun, monkeypatch, capsys
):
    shutil.copytree(begun, outputs)
    count = writes_of(sweep, outputs, monkeypatch)
    folder = outputs / "sweeps" / "s"
    whole, blocks = results_of(folder), content_of(outputs / "sweeps" / "blocks")
    for number in range(1, count):
        shutil.rmtree(outputs)
        shutil.copytree(begun, outputs)
        line = on_full_disk(sweep, outputs, monkeypatch, FailingDisk(number))
        assert line.startswith("outputs=") or line.endswith(sweep_run.KEPT)
        if folder.exists():
            with pytest.raises(OutputError, match="not whole|not done|no sweep"):
                SweepFolder.read([folder])
        assert sweep(outputs) == folder
        assert results_of(folder) == whole
        assert content_of(outputs / "sweeps" / "blocks") == blocks
        SweepFolder.read([folder])
    assert capsys.readouterr().err == ""


def test_a_sweep_of_which_one_write_fails_ends_as_any_other_or_says_so(
    sweep, outputs, begun, monkeypatch
):
    count = writes_of(sweep, outputs, monkeypatch)
    folder = outputs / "sweeps" / "s"
    whole = results_of(folder)
    refused = 0
    for number in range(1, count):
        shutil.rmtree(outputs)
        with monkeypatch.context() as patch:
            patch.setattr(disk, "carry_out", FailingDisk(number, number))
            try:
                sweep(outputs)
            except OutputError:
                refused += 1
                sweep(outputs)
        assert results_of(folder) == whole
    assert 10 < refused < count
