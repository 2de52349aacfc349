"""The table of a sweep has the headline's numbers, and no trace of the blocks."""

import csv
import json
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from sim.domain.ensemble import Draws
from sim.domain.errors import OutputError
from sim.outcomes import frames
from sim.outcomes.headline import headline
from sim.outcomes.sweep import table_writer as tables
from sim.outcomes.sweep.block_file import BlockEntry, PointFailure
from sim.outcomes.sweep.block_store import BlockStore
from sim.outcomes.sweep.point_status import (
    DesignRow,
    errors_by_number,
    statuses_of,
    write_design,
    write_manifest,
)
from sim.outcomes.sweep.point_values import point_values
from sim.outcomes.sweep.table_contents import TableContents, setting_column
from sim.outcomes.sweep.table_writer import COMPARED, NUMBERS, write_draws, write_table
from tests.sweep.samples import FOUR, SETTINGS, key, pair, rows, series_of, stored_entry


def sheet(store, points, draws=FOUR, times=("all",)):
    store.refresh()
    return TableContents(store, SETTINGS, points, draws, times, {"code": "abc"})


def written(store, points, draws=FOUR, times=("all",)):
    path = store.folder.parent / "sweep.parquet"
    write_table(sheet(store, points, draws, times), path)
    return pd.read_parquet(path)


@pytest.fixture
def store(tmp_path):
    return BlockStore(tmp_path / "blocks")


def bits(values):
    return np.asarray(values, dtype=float).view(np.int64)


@given(
    st.lists(
        st.lists(
            st.one_of(st.floats(-1e9, 1e9), st.sampled_from([0.0, -0.0, 1e-300])),
            min_size=5,
            max_size=5,
        ),
        min_size=2,
        max_size=2,
    )
)
# Found with another sign of the zero where draws are not ranked first.
@example([[0.0, -0.0, 0.0, -0.0, -1.0], [1.0] * 5])
@settings(max_examples=50)
def test_rows_are_those_of_the_headline_bit_for_bit(numbers):
    draws = Draws(5)
    scenario, baseline = pair(0, draws)
    lag = ("frontier_lag_months", "china")
    scenario, baseline = (
        replace(one, series={**one.series, lag: np.tile(np.array(each), (24, 1))})
        for one, each in zip((scenario, baseline), numbers, strict=True)
    )
    shown = {key for key in scenario.series if key[0] != "hbm_stock"}
    scenario, baseline = scenario.only(shown), baseline.only(shown)
    expected = frames.headline_frame(headline(scenario, baseline))
    with TemporaryDirectory() as folder:
        store = BlockStore(Path(folder) / "blocks")
        values = point_values(scenario, baseline)
        store.write("b", [BlockEntry(key(0), values), stored_entry(1, draws)])
        found = written(store, rows(2), draws)
    found = found[(found["point"] == 0) & (found["measure"] != "hbm_stock")]
    words = ["measure", "actor", "unit", "when"]
    assert (
        found[words].astype(str).to_numpy().tolist() == expected[words].values.tolist()
    )
    for name in NUMBERS:
        actual, reference = found[name].to_numpy(), expected[name].to_numpy()
        missing = np.isnan(reference)
        assert (np.isnan(actual) == missing).all()
        assert (bits(actual[~missing]) == bits(reference[~missing])).all(), name


def cuts(draw, count):
    """Return consecutive draws, cut somewhere."""
    inner = draw(st.sets(st.integers(1, count - 1))) if count > 1 else set()
    ends = [0, *sorted(inner), count]
    return [Draws(b - a, a) for a, b in pairwise(ends)]


POINTS, DRAWS = 6, Draws(5)


def sample(point, draws):
    return stored_entry(point, draws, extra=point == 3, months=12 if point == 4 else 24)


@st.composite
def blocks(draw):
    """Points in draws, in any blocks and any order; some of them twice."""
    parts = [
        (point, draws) for point in range(POINTS) for draws in cuts(draw, DRAWS.count)
    ]
    parts = draw(st.permutations(parts))
    twice = draw(st.lists(st.sampled_from(parts), max_size=3))
    parts = [*parts, *twice]
    places = draw(st.lists(st.integers(0, 4), min_size=len(parts), max_size=len(parts)))
    return [
        [part for part, place in zip(parts, places, strict=True) if place == number]
        for number in range(5)
    ]


@pytest.fixture(scope="module")
def in_one_block(tmp_path_factory):
    store = BlockStore(tmp_path_factory.mktemp("one") / "blocks")
    points = [sample(point, DRAWS) for point in range(POINTS)]
    store.write("all", points, [PointFailure(key(POINTS), DRAWS, "no")])
    return both_tables(store)


def both_tables(store):
    paths = [store.folder.parent / name for name in ("sweep", "draws")]
    write_table(sheet(store, rows(POINTS + 1), DRAWS), paths[0])
    write_draws(sheet(store, rows(POINTS + 1), DRAWS), paths[1])
    return [sha256(path.read_bytes()).hexdigest() for path in paths]


@given(blocks())
@settings(max_examples=30)
def test_bytes_are_the_same_however_the_blocks_are_cut(in_one_block, cut):
    with TemporaryDirectory() as folder:
        store = BlockStore(Path(folder) / "blocks")
        store.write("none", [], [PointFailure(key(POINTS), DRAWS, "no")])
        for number, parts in enumerate(cut):
            store.write(f"b{number}", [sample(*part) for part in parts])
        assert both_tables(store) == in_one_block


def test_small_slabs_change_no_number(store, in_one_block, monkeypatch):
    points = [sample(point, DRAWS) for point in range(POINTS)]
    store.write("all", points, [PointFailure(key(POINTS), DRAWS, "no")])
    path = store.folder.parent / "sweep.parquet"
    whole = written(store, rows(POINTS + 1), DRAWS)
    # So few that even one point is worked on time by time.
    monkeypatch.setattr(tables, "VALUES_AT_ONCE", 7)
    monkeypatch.setattr(tables, "_DRAWS_AT_ONCE", 2)
    pd.testing.assert_frame_equal(whole, written(store, rows(POINTS + 1), DRAWS))
    assert parquet.read_metadata(path).num_row_groups == POINTS + 1
    draws = store.folder.parent / "draws"
    write_draws(sheet(store, rows(POINTS + 1), DRAWS), draws)
    by_draw = ["point", "measure", "actor", "when", "draw"]
    by_words = pd.read_parquet(draws).astype(dict.fromkeys(by_draw[1:4], str))
    assert not by_words.duplicated(by_draw).any()


def test_more_draws_are_taken_from_other_blocks(store):
    store.write("first", [stored_entry(0, Draws(100))])
    store.write("later", [stored_entry(0, Draws(100, 100))])
    found = written(store, rows(1), Draws(200))
    store.write("whole", [stored_entry(1, Draws(200))])
    lag = found[(found["measure"] == "frontier_lag_months") & (found["when"] == "2026")]
    actual, reference = series_of(
        stored_entry(0, Draws(200)).values, "frontier_lag_months", "china", "2026"
    )
    assert lag["scenario_p95"].item() == np.quantile(actual, 0.95)
    assert lag["difference_p05"].item() == np.quantile(actual - reference, 0.05)


def test_a_point_that_fails_is_one_row_with_its_error(store):
    store.write(
        "b",
        [stored_entry(0), stored_entry(2)],
        [PointFailure(key(1), Draws(4), "it broke")],
    )
    points = [*rows(3), DesignRow((9.0, "c"), None, "no scenario is called 'c'")]
    found = written(store, points)
    failed = found[found["error"].notna()]
    assert failed["point"].tolist() == [1, 3]
    assert failed["error"].tolist() == ["it broke", "no scenario is called 'c'"]
    assert failed["scenario"].tolist() == ["a", "c"]
    assert failed[[*NUMBERS, "measure", "actor", "unit", "when"]].isna().all(axis=None)
    assert found["point"].is_monotonic_increasing


def test_a_series_of_one_point_is_zero_in_the_others(store):
    store.write("b", [stored_entry(0), stored_entry(1, extra=True)])
    found = written(store, rows(2))
    grey = found[(found["actor"] == "china:grey") & (found["when"] == "horizon")]
    assert grey["point"].tolist() == [0, 1]
    assert grey["scenario_p50"].iloc[0] == 0.0
    assert grey["scenario_p50"].iloc[1] != 0.0
    assert grey["baseline_p50"].tolist() == [0.0, 0.0]


def test_a_time_that_a_point_does_not_have_is_left_out(store):
    store.write("b", [stored_entry(0), stored_entry(1, months=12)])
    whens = written(store, rows(2)).groupby("point")["when"].unique()
    assert list(whens[0]) == ["2025", "2026", "horizon"]
    assert list(whens[1]) == ["2025", "horizon"]


def test_a_point_that_ends_before_every_time_is_named(store):
    store.write("b", [stored_entry(0), stored_entry(1, months=12)])
    found = written(store, rows(2), times=["2026"])
    assert found["error"].dropna().tolist() == ["there is no 2026 in its months"]


def test_times_are_those_asked_for(store):
    store.write("b", [stored_entry(0)])
    assert set(written(store, rows(1), times=["horizon"])["when"]) == {"horizon"}
    assert set(written(store, rows(1), times=["2026"])["when"]) == {"2026"}


def test_a_baseline_run_alone_has_no_difference(store):
    store.write("b", [stored_entry(0, alone=True), stored_entry(1)])
    found = written(store, rows(2))
    alone = found[found["point"] == 0]
    assert alone[COMPARED].isna().all(axis=None)
    level = alone[alone["measure"] == "frontier_lag_months"]
    assert level["scenario_p50"].tolist() == level["baseline_p50"].tolist()
    assert level["scenario_p50"].notna().all()


def test_draws_are_written_one_by_one(store):
    store.write("b", [stored_entry(0), stored_entry(1, alone=True)])
    path = store.folder.parent / "draws.parquet"
    write_draws(sheet(store, rows(2), times=["horizon"]), path)
    found = pd.read_parquet(path)
    some = found[(found["point"] == 0) & (found["actor"] == "asml")]
    actual, reference = series_of(
        stored_entry(0).values, "china_revenue", "asml", "horizon"
    )
    np.testing.assert_array_equal(some["scenario"], actual)
    np.testing.assert_array_equal(some["baseline"], reference)
    assert some["draw"].tolist() == [0, 1, 2, 3]
    assert found[found["point"] == 1]["baseline"].isna().all()


def test_a_sweep_that_is_not_done_is_refused(store):
    store.write("b", [stored_entry(0)])
    with pytest.raises(OutputError, match="point 1 has not been run in all 4 draws"):
        written(store, rows(2))


def test_a_sweep_of_nothing_but_failures_has_a_table(store):
    found = written(
        store, [DesignRow((1.0, "a"), None, "no"), DesignRow((2.0, "a"), None, "no")]
    )
    assert found["error"].tolist() == ["no", "no"]
    path = store.folder.parent / "draws.parquet"
    write_draws(sheet(store, [DesignRow((1.0, "a"), None, "no")]), path)
    assert pd.read_parquet(path).empty


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2], "int64"),
        ([1, 0.5, None], "double"),
        ([True, False], "bool"),
        (["2027-07", None], "dictionary"),
        ([True, "a", 1], "dictionary"),
    ],
)
def test_settings_keep_their_kind(values, kind):
    made = setting_column(values)
    assert str(made.type).startswith(kind)
    expected = values if kind != "dictionary" or None in values else ["true", "a", "1"]
    assert made.to_pylist() == expected


def test_the_design_says_what_became_of_each_point(store, tmp_path):
    store.write("b", [stored_entry(0)], [PointFailure(key(1), Draws(4), 'it, "broke"')])
    path = tmp_path / "design.csv"
    points, stored = rows(3), store.refresh()
    errors = errors_by_number(points, stored, FOUR)
    statuses = statuses_of(points, stored, FOUR, errors)
    write_design(path, SETTINGS, points, statuses, errors)
    with path.open(newline="", encoding="utf-8") as file:
        found = list(csv.reader(file))
    assert found == [
        ["point", *SETTINGS, "status", "error"],
        ["0", "0.0", "b", "done", ""],
        ["1", "0.1", "a", "failed", 'it, "broke"'],
        ["2", "0.2", "b", "waiting", ""],
    ]


def test_the_manifest_says_how_far_the_sweep_has_come(store, tmp_path):
    store.write("b", [stored_entry(0)], [PointFailure(key(1), Draws(4), "no")])
    path = tmp_path / "manifest.json"
    write_manifest(path, store, rows(3), Draws(4), {"b": 2, "c": 1})
    said = json.loads(path.read_text(encoding="utf-8"))
    assert said["points"] == {"all": 3, "done": 1, "failed": 1, "waiting": 1}
    assert said["blocks"]["b"]["done"] is not None
    assert said["blocks"]["c"] == {"points": 1, "done": None}
    path.write_text(json.dumps({**said, "started": "long ago"}), encoding="utf-8")
    write_manifest(path, store, rows(3), Draws(4), {})
    assert json.loads(path.read_text("utf-8"))["started"] == "long ago"
