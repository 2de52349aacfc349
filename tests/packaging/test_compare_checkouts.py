"""What moved between two checkouts is found, named and put in order."""

import pandas as pd
import pytest

from benchmarks.compare_checkouts import compared, differences, moved, report

BEFORE = pd.DataFrame(
    {
        "measure": ["lag", "lag", "wafers", "wafers"],
        "month": ["2025-01", "2025-02", "2025-01", "2025-02"],
        "median": [10.0, 20.0, 100.0, 200.0],
    }
)


def with_values(*median: float) -> pd.DataFrame:
    return BEFORE.assign(median=median)


def test_each_number_that_moved_is_named_once_the_largest_first():
    rows = moved(BEFORE, with_values(10.0, 10.0, 100.0, 190.0))
    assert rows[["measure", "month"]].to_numpy().tolist() == [
        ["lag", "2025-02"],
        ["wafers", "2025-02"],
    ]
    assert rows["relative"].tolist() == [0.5, pytest.approx(0.05)]
    assert not rows["rounding"].any()


def test_a_change_far_below_its_series_is_rounding():
    rows = moved(BEFORE, with_values(10.0, 20.0 + 1e-9, 100.0, 200.0))
    assert rows["rounding"].tolist() == [True]


def test_a_row_that_went_leaves_the_others_alone():
    rows = moved(BEFORE, BEFORE.iloc[1:].assign(median=[20.0, 100.0, 150.0]))
    assert rows[["before", "after"]].to_numpy().tolist() == [[200.0, 150.0]]


def test_a_number_that_is_missing_on_one_side_has_moved():
    rows = moved(BEFORE, with_values(10.0, 20.0, float("nan"), 200.0))
    assert rows[["measure", "month"]].to_numpy().tolist() == [["wafers", "2025-01"]]
    assert not rows["rounding"].any()


def test_folders_are_compared_file_by_file_and_names_may_change(tmp_path, capsys):
    sides = tmp_path / "before", tmp_path / "after"
    tables = BEFORE, BEFORE.rename(columns={"median": "middle"})
    for side, table in zip(sides, tables, strict=True):
        side.mkdir()
        table.to_csv(side / "quantiles.csv", index=False)
    (sides[1] / "new.csv").write_text("a\n1\n")
    (column,) = differences(*(side / "quantiles.csv" for side in sides), {})
    assert column.startswith("columns ['measure', 'month', 'median'] became")
    renames = [("quantiles.csv", ":", "median=middle")]
    assert compared("truce", *sides, renames, [])
    assert capsys.readouterr().out.splitlines() == [
        "truce/new.csv: only after",
        "truce/quantiles.csv: renamed",
        "truce: 0 of 2 files have the same bytes",
    ]


def test_what_moved_is_printed_and_kept(tmp_path, capsys):
    rows = moved(BEFORE, with_values(10.0, 20.0, 100.0, 100.0))
    table = tmp_path / "moved.csv"
    report([rows.assign(scenario="truce", file="quantiles.csv")], table, 5)
    printed = capsys.readouterr().out.splitlines()
    assert printed[:2] == [
        "1 numbers moved, 0 of them within rounding.",
        "  truce: 1 beyond, by 0.5",
    ]
    assert "200 became 100" in printed[2]
    assert pd.read_csv(table)["after"].tolist() == [100.0]
    report([rows.iloc[:0]], None, 5)
    assert capsys.readouterr().out == "No number moved.\n"
