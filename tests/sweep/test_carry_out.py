"""A whole sweep as a user runs it: resumed, reused, cut otherwise, with failures."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import sim.tasks.run  # imported here, so that its types are checked elsewhere
from sim.__main__ import FAULT, MISTAKE, main
from sim.domain.errors import OutputError
from sim.outcomes.sweep.point_status import list_no_files
from sim.outcomes.sweep.sweep_folder import SweepFolder
from sim.tasks.sweep.block_job import JOBS
from tests.displays import assert_short
from tests.signals import signals_heard
from tests.sweep.stand_in import until

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("quick")]

ROOT = Path(__file__).parents[2]
FEW = ("draws=2", "horizon=2022-12", "figures=false", "quiet=true")
HERE = "hydra/launcher=basic"
"""Blocks are run in this process, where it does not matter who runs them."""

PARTS = "assumptions.service.grey_market_parts_coverage"
GROWTH = "assumptions.fab.growth.smic_advanced"
GRID = ("scenario=no_controls,decided_history", f"{PARTS}=0.1,0.3,0.5")
"""Scenarios that part from the baseline early."""


def sweep(*words: str, into: Path, status: int = 0) -> Path:
    """Sweep in this process and its workers; return the folder of results."""
    given = {word.partition("=")[0] for word in words}
    few = [word for word in FEW if word.partition("=")[0] not in given]
    assert main(["-m", *few, f"outputs={into}", *words]) == status
    return max(folders(into), key=lambda one: one.stat().st_mtime)


def folders(into: Path) -> list[Path]:
    return [one for one in (into / "sweeps").iterdir() if one.name != "blocks"]


def blocks(into: Path) -> set[str]:
    return {one.name for one in (into / "sweeps" / "blocks").iterdir()}


def held(into: Path) -> int:
    """Return how many draws of points the blocks hold, those held twice counted so."""
    frames = [
        pd.read_parquet(one, columns=["key", "draw"]).drop_duplicates()
        for one in (into / "sweeps" / "blocks").glob("*.parquet")
    ]
    return sum(map(len, frames))


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A sweep in one block, run in this process."""
    return sweep(*GRID, HERE, into=tmp_path_factory.mktemp("whole"))


def test_a_point_is_the_single_run_bit_for_bit(whole, tmp_path):
    words = ("scenario=decided_history", f"{PARTS}=0.3", f"outputs={tmp_path}")
    assert main([*FEW, *words]) == 0
    (folder,) = (tmp_path / "decided_history").iterdir()
    alone = pd.read_csv(folder / "headline.csv").query("when == 'horizon'")
    table = pd.read_parquet(whole / "sweep.parquet")
    point = table[(table["scenario"] == "decided_history") & (table[PARTS] == 0.3)]
    numbers = [name for name in table if name.endswith(("p05", "p50", "p95", "rease"))]
    keys = ["measure", "actor"]
    actual, reference = (
        frame.astype({"measure": str, "actor": str}).set_index(keys)[numbers]
        for frame in (point, alone)
    )
    # A series that another point has is there as nothing.
    pd.testing.assert_frame_equal(
        actual.loc[reference.index], reference, check_exact=True
    )
    assert not actual.drop(reference.index).any(axis=None)


def test_the_table_does_not_know_blocks_workers_and_launcher(whole, tmp_path):
    other = sweep(*GRID, "sweep.block=4", into=tmp_path)
    assert len(blocks(tmp_path)) > 2
    assert same(other, whole)


def test_what_is_there_is_not_run_again(whole, tmp_path):
    sweep(GRID[0], f"{PARTS}=0.1,0.3", "draws=1", HERE, into=tmp_path)
    assert held(tmp_path) == 4
    sweep(*GRID, "draws=1", HERE, into=tmp_path)
    assert held(tmp_path) == 6
    last = sweep(*GRID, HERE, into=tmp_path)
    assert held(tmp_path) == 12
    assert same(last, whole)
    before = blocks(tmp_path)
    sweep(*GRID, "sweep.times=all", HERE, into=tmp_path)
    assert blocks(tmp_path) == before


def test_jobs_are_gone_when_all_is_done(whole):
    assert not (whole / JOBS).exists()
    assert {one.name for one in whole.iterdir()} == {
        "sweep.parquet",
        "design.csv",
        "manifest.json",
        "provenance.json",
    }


def test_bad_points_are_named_and_the_others_go_on(tmp_path, capsys):
    table = tmp_path / "points.csv"
    rows = ["0.3,0.01", "1.4,0.01", "nan,0.01", "0.3,1e12"]
    table.write_text("\n".join([f"{PARTS},{GROWTH}", *rows]))
    words = ("scenario=no_controls", "sweep.design=table", f"sweep.table={table}")
    later = "horizon=2023-03"
    folder = sweep(*words, HERE, later, "quiet=false", into=tmp_path, status=FAULT)
    said = capsys.readouterr().out
    assert "2 points of 4 cannot be run" in said
    assert "3 points of 4 failed" in said
    rows = pd.read_parquet(folder / "sweep.parquet")
    assert rows.groupby("point").size().loc[[1, 2, 3]].tolist() == [1, 1, 1]
    assert len(rows[rows["point"] == 0]) > 1
    errors = rows.dropna(subset="error").set_index("point")["error"].astype(str)
    assert f"{PARTS}: 1.4 is not from 0 to 1" in errors[1]
    assert PARTS in errors[2]
    assert "is not a number" in errors[3]
    design = pd.read_csv(folder / "design.csv")
    assert design["status"].tolist() == ["done", "failed", "failed", "failed"]
    assert design["error"].tolist()[1:] == errors.tolist()


def test_a_mistake_common_to_all_points_is_one_line_and_writes_nothing(
    tmp_path, capsys
):
    assert main(["-m", *GRID, "draws=0", f"outputs={tmp_path / 'o'}"]) == MISTAKE
    assert capsys.readouterr().err.startswith("error: draws=0")
    assert not (tmp_path / "o").exists()


def test_a_dry_run_counts_and_writes_nothing(tmp_path, capsys):
    out = tmp_path / "o"
    words = ["-m", *FEW, *GRID, f"outputs={out}", "sweep.dry_run=true"]
    assert main(words) == 0
    assert "6 points" in capsys.readouterr().out
    assert not out.exists()


def test_it_names_ten_points_that_cannot_be_run_and_what_is_known_as_of_a_month(
    tmp_path, capsys
):
    table = tmp_path / "points.csv"
    table.write_text("\n".join([PARTS, "0.3", *["1.4"] * 12]))
    words = ("scenario=no_controls", "sweep.design=table", f"sweep.table={table}")
    more = ("as_of=2024-12", "quiet=false")
    sweep(*words, *more, HERE, into=tmp_path, status=FAULT)
    said = " ".join(capsys.readouterr().out.split())
    plan, _, result = said.partition("12 points of 13 failed")
    assert "As of 2024-12: later law" in plan
    for part in (plan.partition("12 points of 13 cannot be run")[2], result):
        assert part.count(f"({PARTS}=1.4)") == 10
        assert "and 2 more; design.csv names all" in part


WAITS_BEFORE_ITS_TABLE = """
import sys, time
from pathlib import Path
from sim.__main__ import program
from sim.tasks.sweep import sweep_output

mark = Path(sys.argv.pop(1))

def wait(*_):
    mark.touch()
    time.sleep(600)

sweep_output.write_table = wait
program()
"""
"""A sweep that has all its blocks and waits to be killed before it writes its table."""


def test_killed_in_each_of_its_phases_it_goes_on_to_the_same_bytes(whole, tmp_path):
    words = ["-m", *FEW, *GRID, f"outputs={tmp_path}", "sweep.block=2", "workers=1"]
    command = [sys.executable, "-m", "sim", *words]
    store, mark = tmp_path / "sweeps" / "blocks", tmp_path / "mark"
    waits = [sys.executable, "-c", WAITS_BEFORE_ITS_TABLE, str(mark), *words]
    phases = (
        (command, signal.SIGKILL, lambda: list(tmp_path.glob("sweeps/*/jobs/*.json"))),
        (command, signal.SIGTERM, lambda: count(store) >= 2),
        (waits, signal.SIGKILL, mark.exists),
    )
    for called, sign, begun in phases:
        with signals_heard():
            process = subprocess.Popen(called, cwd=ROOT, stdout=subprocess.DEVNULL)
        with process:
            until(begun)
            process.send_signal(sign)
        assert process.returncode != 0
    assert count(store) == 6
    assert not list(tmp_path.glob("sweeps/*/sweep.parquet"))
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    (folder,) = folders(tmp_path)
    assert same(folder, whole)
    until(lambda: not [name for name in blocks(tmp_path) if name.startswith(".")])


def count(store: Path) -> int:
    return len(list(store.glob("[!.]*.parquet")))


def same(one: Path, other: Path) -> bool:
    """Return whether two tables are the same to the last byte."""
    actual, reference = (folder / "sweep.parquet" for folder in (one, other))
    return actual.read_bytes() == reference.read_bytes()


def test_a_notebook_sweeps_as_the_command_line_does(whole, tmp_path):
    found = sim.sweep(
        {"scenario": ["no_controls", "decided_history"], PARTS: [0.1, 0.3, 0.5]},
        draws=2,
        horizon="2022-12",
        figures=False,
        quiet=True,
        outputs=tmp_path,
    )
    assert same(found.sweeps[0].folder, whole)
    assert len(found.design) == 6
    assert_short(found)
    assert "Sweep of 6 points over scenario" in repr(found)


LEFT = ("scenario=no_controls", HERE, "sweep.name=mine")


def test_results_of_an_earlier_command_do_not_stay_beside_new_ones(tmp_path, capsys):
    words = (*LEFT, f"{PARTS}=0.3,0.98", "sweep.each_draw=true", "figures=true")
    folder = sweep(*words, "quiet=false", into=tmp_path)
    text = " ".join(capsys.readouterr().out.split())
    assert text.count("warning: draws=2 is few") == 1
    assert text.count(f"warning: {PARTS}=0.98: outside its range, which is ") == 1
    assert SweepFolder.read([folder]).draws["draw"].nunique() == 2
    assert (folder / "figures").is_dir()
    sweep(*LEFT, f"{GROWTH}=0.01,0.02", "draws=3", into=tmp_path)
    assert {one.name for one in folder.iterdir()} == {
        "sweep.parquet",
        "design.csv",
        "manifest.json",
        "provenance.json",
    }
    with pytest.raises(OutputError, match="holds no sweep_draws.parquet"):
        _ = SweepFolder.read([folder]).draws


def test_a_sweep_that_was_changed_or_cut_off_while_written_is_refused(tmp_path):
    words = (*LEFT, f"{PARTS}=0.1,0.3", "sweep.each_draw=true")
    folder = sweep(*words, into=tmp_path)
    table, draws = folder / "sweep.parquet", folder / "sweep_draws.parquet"
    whole = table.read_bytes()
    table.write_bytes(whole[:900] + bytes([whole[900] ^ 1]) + whole[901:])
    with pytest.raises(OutputError, match="sweep.parquet was changed after the run"):
        SweepFolder.read([folder])
    table.write_bytes(whole)
    kept = draws.read_bytes()
    draws.write_bytes(b"")
    with pytest.raises(OutputError, match="sweep_draws.parquet was changed after"):
        _ = SweepFolder.read([folder]).draws
    draws.write_bytes(kept)
    list_no_files(folder)
    with pytest.raises(OutputError, match="is not whole: its results were not all wri"):
        SweepFolder.read([folder])
    assert len(SweepFolder.read([folder], check=False).table)
    sweep(*words, into=tmp_path)
    assert table.read_bytes() == whole
    assert SweepFolder.read([folder]).draws["draw"].nunique() == 2


def test_draws_of_another_sweep_that_an_earlier_version_left_are_refused(tmp_path):
    words = (*LEFT, f"{PARTS}=0.1,0.3")
    folder = sweep(*words, "sweep.each_draw=true", into=tmp_path)
    draws = (folder / "sweep_draws.parquet").read_bytes()
    sweep(*words, "draws=1", into=tmp_path)
    (folder / "sweep_draws.parquet").write_bytes(draws)
    with pytest.raises(OutputError, match="belongs to another sweep than the sweep.pa"):
        _ = SweepFolder.read([folder], check=False).draws
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    del manifest["files"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.warns(UserWarning, match="earlier version"):
        earlier = SweepFolder.read([folder])
    assert len(earlier.table)
