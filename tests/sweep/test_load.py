"""A sweep's folder is read as frames, and several of one design as one."""

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest
from pyarrow import parquet

import sim
from sim.domain.ensemble import Draws
from sim.domain.errors import OutputError, SettingsError
from sim.outcomes.manifest import MANIFEST
from sim.outcomes.sweep import files
from sim.outcomes.sweep.block_file import PointFailure
from sim.outcomes.sweep.block_store import BlockStore
from sim.outcomes.sweep.point_status import DesignRow
from sim.outcomes.sweep.table_contents import TableContents
from sim.outcomes.sweep.table_writer import (
    COMPARED,
    NUMBERS,
    write_draws,
    write_table,
)
from tests.sweep.samples import FOUR, key, stored_entry

PARTS, SCENARIO, DATE = "assumptions.service.parts", "scenario", "effective"
LAG = "frontier_lag_months"


@pytest.fixture
def sweep(tmp_path):
    """Writes the folder of a sweep and returns it."""
    store = BlockStore(tmp_path / files.BLOCKS)

    def write(name, rows, draws=FOUR, *, each=False, settings=None, **about):
        store.refresh()
        folder = tmp_path / name
        sheet = TableContents(
            store,
            settings or [PARTS, SCENARIO],
            rows,
            draws,
            ["all"],
            {"code": "a", "horizon": "2026-12", **about},
        )
        write_table(sheet, folder / files.TABLE)
        if each:
            write_draws(sheet, folder / files.DRAWS)
        (folder / files.PROVENANCE).write_text(json.dumps({"seed": 7}))
        return folder

    write.store = store
    return write


GRID = [
    DesignRow(values, key(number))
    for number, values in enumerate(product([0.5, 0.1, 0.3], ["b", "a"]))
]


def lay(sweep, numbers=range(6), draws=FOUR, failed=(), **how):
    """Store some points, and let others fail."""
    sweep.store.write(
        f"block-{len(list(sweep.store.folder.glob('*')))}",
        [stored_entry(n, draws, **how) for n in numbers if n not in failed],
        [PointFailure(key(n), draws, "it broke") for n in failed],
    )


def test_a_table_has_numbers_as_numbers(sweep):
    lay(sweep)
    loaded = sim.load_sweep(sweep("s", GRID))
    assert loaded.settings == (PARTS, SCENARIO)
    assert loaded.design[PARTS].tolist() == [0.5, 0.5, 0.1, 0.1, 0.3, 0.3]
    assert loaded.design["status"].tolist() == ["done"] * 6
    assert loaded.failures.empty
    assert set(loaded.measures) == {LAG, "china_revenue", "hbm_stock", "backfire"}
    assert loaded.provenance == {"seed": 7}


def test_a_grid_has_an_axis_for_each_setting(sweep):
    lay(sweep)
    loaded = sim.load_sweep(sweep("s", GRID))
    axes = loaded.to_xarray(LAG, actor="china", when="horizon")
    assert dict(axes.sizes) == {PARTS: 3, SCENARIO: 2}
    assert axes[PARTS].values.tolist() == [0.1, 0.3, 0.5]
    assert axes["scenario_p50"].attrs["units"] == "months"
    one = axes["difference_p95"].sel({PARTS: 0.1, SCENARIO: "a"})
    table = loaded.table
    row = table[
        (table["point"] == 3) & (table["measure"] == LAG) & (table["when"] == "horizon")
    ]
    assert float(one) == row["difference_p95"].item()
    assert loaded.to_xarray(LAG).sizes["when"] == 3
    assert "actor" not in loaded.to_xarray(LAG).sizes


def test_other_designs_have_an_axis_of_points(sweep):
    lay(sweep, failed=[2])
    loaded = sim.load_sweep(sweep("s", GRID[:5]))
    axes = loaded.to_xarray(LAG, when=2026)
    assert dict(axes.sizes) == {"point": 5}
    assert axes[PARTS].values.tolist() == [0.5, 0.5, 0.1, 0.1, 0.3]
    assert axes[SCENARIO].values.tolist() == ["b", "a", "b", "a", "b"]
    assert (
        np.isnan(axes["scenario_p50"].values).tolist()
        == [False] * 2 + [True] + [False] * 2
    )


def test_failures_are_named(sweep):
    lay(sweep, failed=[1])
    loaded = sim.load_sweep(sweep("s", GRID))
    assert loaded.failures["point"].tolist() == [1]
    assert loaded.failures["error"].tolist() == ["it broke"]
    assert loaded.design["status"].tolist() == ["done", "failed", *["done"] * 4]
    shape = loaded.to_xarray(LAG, when="horizon")["scenario_p50"]
    assert np.isnan(shape.values).sum() == 1


def test_dates_are_dates(sweep):
    lay(sweep)
    rows = [
        DesignRow((day,), key(n)) for n, day in enumerate(["2027-07", "2026-01-15"])
    ]
    loaded = sim.load_sweep(sweep("s", rows, settings=[DATE]))
    assert loaded.design[DATE].tolist() == [
        pd.Timestamp("2027-07-01"),
        pd.Timestamp("2026-01-15"),
    ]
    axes = loaded.to_xarray(LAG, when="horizon")
    assert axes[DATE].dtype.kind == "M"
    row = loaded.rows(LAG, when="horizon").query("point == 0")
    there = axes["scenario_p50"].sel({DATE: "2027-07-01"})
    assert float(there) == row["scenario_p50"].item()


def test_draws_are_there_if_they_were_kept(sweep):
    lay(sweep)
    kept = sim.load_sweep(sweep("s", GRID, each=True))
    assert set(kept.draws["draw"]) == {0, 1, 2, 3}
    with pytest.raises(OutputError, match=r"sweep\.each_draw=true"):
        _ = sim.load_sweep(sweep("t", GRID)).draws


def test_what_is_not_there_is_said_in_one_line(sweep, tmp_path):
    lay(sweep)
    loaded = sim.load_sweep(sweep("s", GRID))
    with pytest.raises(SettingsError, match="did you mean 'frontier_lag_months'"):
        loaded.to_xarray("frontier_lag_month")
    with pytest.raises(SettingsError, match="holds no when 2031"):
        loaded.to_xarray(LAG, when=2031)
    with pytest.raises(SettingsError, match="choose from china"):
        loaded.rows(LAG, "us")
    with pytest.raises(SettingsError, match="holds no backfire of 2025"):
        loaded.rows("backfire", when=2025)
    with pytest.raises(OutputError, match="no such folder"):
        sim.load_sweep(tmp_path / "none")
    with pytest.raises(OutputError, match="holds no sweep"):
        sim.load_sweep(tmp_path)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(OutputError, match="not done; give the same command again"):
        sim.load_sweep(tmp_path)
    with pytest.raises(SettingsError, match="at least one"):
        sim.load_sweep([])


def same(one, other):
    words = dict.fromkeys(["measure", "actor", "unit", "when", SCENARIO, "error"], str)
    assert list(one) == list(other)
    pd.testing.assert_frame_equal(
        one.astype(words), other.astype(words), check_dtype=False, check_exact=True
    )


def test_other_points_are_read_as_one(sweep):
    lay(sweep, range(3), extra=True)
    lay(sweep, range(3, 6))
    whole = sim.load_sweep(sweep("all", GRID))
    first, later = sweep("first", GRID[:4]), sweep("later", GRID[3:])
    both = sim.load_sweep([first, later])
    assert both.design.equals(whole.design.astype(both.design.dtypes.to_dict()))
    order = ["point", "measure", "actor", "when"]
    a, b = (
        one.table.astype(dict.fromkeys(order[1:], str))
        .sort_values(order)
        .reset_index(drop=True)
        for one in (both, whole)
    )
    same(a, b)
    assert both.is_grid
    assert both.provenance == {"sweeps": [{"seed": 7}] * 2}


def test_other_draws_are_read_as_one_to_the_last_bit(sweep):
    early, late, every = Draws(4), Draws(3, 4), Draws(7)
    lay(sweep, range(5), early)
    lay(sweep, range(5), late)
    lay(sweep, [5], early, alone=True)
    lay(sweep, [5], late, alone=True)
    whole = sim.load_sweep(sweep("all", GRID, every, each=True))
    parts = [sweep("e", GRID, early, each=True), sweep("l", GRID, late, each=True)]
    both = sim.load_sweep(parts)
    same(both.table, whole.table)
    assert len(both.draws) == len(whole.draws)


def test_a_point_that_fails_in_some_draws_fails_in_all(sweep):
    early, late = Draws(4), Draws(3, 4)
    lay(sweep, range(6), early)
    lay(sweep, range(6), late, failed=[2])
    parts = [sweep("e", GRID, early, each=True), sweep("l", GRID, late, each=True)]
    both = sim.load_sweep(parts)
    assert both.failures["point"].tolist() == [2]
    assert both.table[both.table["point"] == 2][NUMBERS].isna().all(axis=None)


def test_sweeps_that_do_not_belong_together_are_refused(sweep):
    lay(sweep)
    lay(sweep, draws=Draws(2, 4))
    head = sweep("s", GRID)
    for other, what in (
        (sweep("a", GRID, code="b"), "differ in their code"),
        (sweep("b", GRID, horizon="2030-12"), "differ in their horizon"),
        (sweep("c", GRID, settings=[PARTS, "start"]), "sweep other settings"),
        (sweep("d", GRID, Draws(2, 4)), r"sweep\.each_draw=true"),
        (sweep("e", GRID[:2], Draws(2, 4)), "other draws and other points"),
    ):
        with pytest.raises(SettingsError, match=what):
            sim.load_sweep([head, other])
    twice = [sweep(name, GRID, Draws(n), each=True) for name, n in (("f", 4), ("g", 3))]
    with pytest.raises(SettingsError, match="draws in common"):
        sim.load_sweep(twice)


def test_rows_are_the_same_read_alone_or_out_of_the_table(sweep):
    lay(sweep, failed=[1])
    folder = sweep("s", GRID)
    alone = sim.load_sweep(folder).rows("china_revenue", when="2026")
    loaded = sim.load_sweep(folder)
    assert len(loaded.table) > len(alone)
    same(
        alone.reset_index(drop=True),
        loaded.rows("china_revenue", when="2026").reset_index(drop=True),
    )


def test_a_table_that_is_cut_short_is_named(sweep):
    lay(sweep)
    table = sweep("s", GRID) / files.TABLE
    content = table.read_bytes()
    table.write_bytes(content[: len(content) // 2])
    with pytest.raises(OutputError, match="sweep.parquet cannot be read"):
        sim.load_sweep(table.parent)
    pd.DataFrame({"point": [0]}).to_parquet(table)
    with pytest.raises(OutputError, match="is not a table of a sweep"):
        sim.load_sweep(table.parent)
    table.write_bytes(content)
    (table.parent / files.PROVENANCE).unlink()
    with pytest.raises(OutputError, match=r"provenance\.json is missing"):
        _ = sim.load_sweep(table.parent).provenance


@pytest.mark.parametrize("column", ["when", SCENARIO, "error", NUMBERS[0]])
def test_a_table_of_which_a_column_is_called_otherwise_is_named(sweep, column):
    lay(sweep)
    path = sweep("s", GRID) / files.TABLE
    table = parquet.read_table(path)
    names = [f"{name}_" if name == column else name for name in table.column_names]
    renamed = table.rename_columns(names)
    parquet.write_table(renamed.replace_schema_metadata(table.schema.metadata), path)
    expected = f"{files.TABLE} cannot be read: it has no {column!r}"
    with pytest.raises(OutputError, match=expected):
        _ = sim.load_sweep(path.parent).table


def test_points_run_alone_have_no_difference_in_other_draws_either(sweep):
    early, late = Draws(4), Draws(3, 4)
    for draws in (early, late):
        lay(sweep, draws=draws, alone=True)
    parts = [sweep("e", GRID, early, each=True), sweep("l", GRID, late, each=True)]
    both = sim.load_sweep(parts)
    same(both.table, sim.load_sweep(sweep("all", GRID, Draws(7))).table)
    assert both.table[COMPARED].isna().all(axis=None)
    assert "backfire" not in set(both.measures)


def test_draws_beside_a_table_of_another_sweep_are_refused(sweep):
    lay(sweep)
    whole, part = (sweep(*how, each=True) for how in (("s", GRID), ("p", GRID[:2])))
    (part / files.DRAWS).replace(whole / files.DRAWS)
    with pytest.raises(OutputError, match=r"belongs to another sweep than the sweep\."):
        _ = sim.load_sweep(whole).draws


def test_points_of_which_one_sweep_kept_the_draws_and_one_did_not(sweep):
    lay(sweep)
    both = sim.load_sweep([sweep("a", GRID[:3], each=True), sweep("b", GRID[3:])])
    assert len(both.design) == 6
    with pytest.raises(OutputError, match=r"holds no sweep_draws\.parquet"):
        _ = both.draws


def test_a_sweep_whose_manifest_lists_no_files_is_loaded_with_a_note(sweep):
    lay(sweep)
    folder = sweep("s", GRID)
    (folder / MANIFEST).write_text('{"points": 6}')
    with pytest.warns(UserWarning, match="was written by an earlier version"):
        assert len(sim.load_sweep(folder).design) == 6
