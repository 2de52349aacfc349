"""Designs fill what they are to fill, and are the same rows on every machine."""

import csv
import math
import re
from decimal import Decimal
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.experiments.factors import Factor
from sim.experiments.sweep_design import (
    from_table,
    grid,
    latin_hypercube,
    sobol,
)
from sim.settings.overrides import format_value, parse_override
from sim.settings.sweep_command import read_sweep

ends = st.floats(-1e6, 1e6).flatmap(
    lambda low: st.floats(1e-6, 1e6).map(lambda width: (low, low + width))
)
lists = st.lists(st.integers(), min_size=1, max_size=5, unique=True).map(tuple)


@st.composite
def factors(draw, most=4):
    """Draw what factors of every kind are made of (`built` makes them)."""
    found = []
    for number in range(draw(st.integers(1, most))):
        key = f"factor_{number}"
        kind = draw(st.sampled_from(("list", "linear", "log", "whole", "months")))
        if kind == "list":
            found.append({"key": key, "values": draw(lists)})
        elif kind == "log":
            low = draw(st.floats(1e-6, 1e3))
            high = low * draw(st.floats(1.01, 1e6))
            found.append({"key": key, "low": low, "high": high, "scale": "log"})
        elif kind == "whole":
            low = draw(st.integers(-50, 50))
            high = low + draw(st.integers(1, 30))
            found.append({"key": key, "low": low, "high": high, "whole": True})
        elif kind == "months":
            low = draw(st.integers(2020, 2040))
            years = draw(st.floats(0.1, 5.0))
            found.append(
                {"key": key, "low": low, "high": low + years, "scale": "months"}
            )
        else:
            low, high = draw(ends)
            found.append({"key": key, "low": low, "high": high})
    return found


def built(swept):
    return [Factor(**parts) for parts in swept]


@given(st.lists(lists, min_size=1, max_size=4))
def test_a_grid_is_complete_and_its_last_factor_changes_fastest(columns):
    design = grid([Factor(f"f{n}", values) for n, values in enumerate(columns)])
    assert design.points == tuple(product(*columns))
    assert len(set(design.points)) == math.prod(len(values) for values in columns)


@given(factors(), st.integers(1, 70), st.integers(0, 2**32))
@settings(max_examples=60)
def test_every_point_lies_inside_what_its_factors_may_be(swept, points, seed):
    swept = built(swept)
    for lay in (latin_hypercube, sobol):
        design = lay(swept, points, seed)
        assert len(design.points) == points
        for point in design.points:
            for factor, value in zip(swept, point, strict=True):
                _check_inside(factor, value)


def _check_inside(factor, value):
    if factor.values is not None:
        assert value in factor.values
    elif factor.scale == "months":
        month = Month.parse(value)
        assert round(12 * factor.low) <= month.index < round(12 * factor.high)
    else:
        assert factor.low <= value < factor.high
        assert not factor.whole or type(value) is int


@given(factors(), st.integers(1, 70), st.integers(0, 2**32))
@settings(max_examples=60)
def test_values_are_plain_and_spell_back_exactly(swept, points, seed):
    swept = built(swept)
    for point in latin_hypercube(swept, points, seed).points:
        for value in point:
            assert type(value) in (int, float, str)
            back = parse_override(f"seed={format_value(value)}").value()
            assert type(back) is type(value)
            assert back == value


@given(st.integers(1, 200), st.integers(1, 5), st.integers(0, 2**32))
@settings(max_examples=60)
def test_a_latin_hypercube_hits_each_stratum_of_each_factor_once(points, count, seed):
    swept = [Factor(f"f{n}", low=0.0, high=float(points)) for n in range(count)]
    table = np.array(latin_hypercube(swept, points, seed).points)
    for column in table.T:
        assert sorted(column.astype(int)) == list(range(points))


@given(factors(), st.integers(1, 64), st.integers(0, 64), st.integers(0, 2**32))
@settings(max_examples=60)
def test_more_points_of_a_sobol_design_keep_the_old_ones(swept, points, more, seed):
    swept = built(swept)
    few, many = sobol(swept, points, seed), sobol(swept, points + more, seed)
    assert many.points[:points] == few.points


def test_more_points_of_a_latin_hypercube_are_another_design():
    swept = [Factor("f", low=0.0, high=1.0)]
    few, many = latin_hypercube(swept, 8, 0), latin_hypercube(swept, 9, 0)
    assert not set(few.points) & set(many.points)


def test_a_design_is_fixed_by_its_seed():
    swept = [Factor("f", low=0.0, high=1.0), Factor("g", (1, 2, 3))]
    for lay in (latin_hypercube, sobol):
        assert lay(swept, 20, 5) == lay(swept, 20, 5)
        assert lay(swept, 20, 5).points != lay(swept, 20, 6).points


def test_lists_whole_numbers_and_months_get_equal_shares():
    swept = [
        Factor("list", ("a", "b", "c", "d")),
        Factor("whole", low=1, high=5, whole=True),
        Factor("months", low=2026, high=2026 + 4 / 12, scale="months"),
    ]
    for column in zip(*latin_hypercube(swept, 40, 1).points, strict=True):
        assert sorted(column.count(value) for value in set(column)) == [10] * 4


def test_a_log_interval_spreads_evenly_over_its_powers():
    design = latin_hypercube([Factor("f", low=0.01, high=100.0, scale="log")], 400, 0)
    values = np.array(design.points).ravel()
    assert [int(np.sum(values < edge)) for edge in (0.1, 1.0, 10.0)] == [100, 200, 300]


def test_a_sobol_design_fills_the_cube_more_evenly_than_chance():
    swept = [Factor(f"f{n}", low=0.0, high=1.0) for n in range(3)]
    table = np.array(sobol(swept, 512, 0).points)
    assert np.abs(table.mean(axis=0) - 0.5).max() < 0.005
    eighths = np.unique((table * 2).astype(int), axis=0, return_counts=True)[1]
    assert eighths.tolist() == [64] * 8


@pytest.fixture
def csv_of(tmp_path):
    def write(text):
        path = tmp_path / "points.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_csv_is_read_as_the_command_line_reads_words(csv_of):
    path = csv_of('a,b , c\n0.5,7,service_ban\n-1e-3, true,2026-07\nnull,007,"x, y"\n')
    design = from_table(path)
    assert design.keys == ("a", "b", "c")
    assert design.points == (
        (0.5, 7, "service_ban"),
        (-0.001, True, "2026-07"),
        (None, "007", "x, y"),
    )
    assert [type(one) for one in design.points[0]] == [float, int, str]


@given(
    st.lists(
        st.one_of(st.floats(allow_nan=False), st.integers(-(2**60), 2**60)), min_size=1
    )
)
def test_numbers_in_a_csv_come_back_exactly(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("sheet") / "points.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["a"], *([repr(value)] for value in values)])
    assert [point[0] for point in from_table(path).points] == values


def test_empty_rows_at_the_end_of_a_spreadsheet_are_no_points(csv_of):
    assert len(from_table(csv_of("seed,horizon\n1,2027-01\n\n,\n,\n")).points) == 1


def test_an_empty_cell_is_no_number_and_rows_alike_are_points_of_their_own(csv_of):
    design = from_table(csv_of("a,b\n1,\nnan,2\n3,4\n3,4\n"))
    assert len(design.points) == 4
    assert math.isnan(design.points[0][1])
    assert math.isnan(design.points[1][0])
    assert design.points[2] == design.points[3]


def test_a_parquet_file_is_read_with_its_types(tmp_path):
    path = tmp_path / "points.parquet"
    sheet = pd.DataFrame(
        {
            "whole": [1, 2],
            "number": [0.1, None],
            "word": pd.Categorical(["truce", "h20_ban"]),
            "on": [True, False],
            "day": pd.to_datetime(["2026-07-01", "2027-01-15"]),
            "exact": [Decimal("0.25"), Decimal("0.5")],
        }
    )
    sheet.to_parquet(path)
    design = from_table(path)
    assert design.keys == tuple(sheet.columns)
    assert design.points[0] == (1, 0.1, "truce", True, "2026-07-01", 0.25)
    assert math.isnan(design.points[1][1])
    assert design.points[1][2:] == ("h20_ban", False, "2027-01-15", 0.5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot be read, it is empty"),
        ("a,b\n", "has no rows"),
        ("a,,c\n1,2,3\n", "column 2 has no name"),
        ("a,b,a\n1,2,3\n", "a appears twice"),
        ("a\n1,2\n", "cannot be read, row 2 has not as many cells as the header"),
    ],
)
def test_a_broken_table_is_refused_in_one_line(csv_of, text, message):
    path = csv_of(text)
    with pytest.raises(SettingsError) as refusal:
        from_table(path)
    assert str(refusal.value).startswith(f"sweep.table={path}: {message}")
    assert "\n" not in str(refusal.value)


def test_a_table_that_is_none_is_refused(tmp_path):
    for name, message in (
        ("none.csv", "there is no such file"),
        ("none.xlsx", "must be a .csv or .parquet file"),
    ):
        with pytest.raises(SettingsError, match=re.escape(message)):
            from_table(tmp_path / name)
    (tmp_path / "bad.parquet").write_bytes(b"no parquet")
    (tmp_path / "bad.csv").write_bytes(b"a\n\xff\xfe\n")
    for name in ("bad.parquet", "bad.csv"):
        with pytest.raises(SettingsError, match="cannot be read|is not text in UTF-8"):
            from_table(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "words", "message"),
    [
        (
            "sede\n1\n",
            ("scenario=truce",),
            "column sede: there is no setting 'sede'; did you mean 'seed'?",
        ),
        (
            "draws\n1\n",
            ("scenario=truce",),
            "column draws: draws cannot be swept; scenario, baseline, assumptions, "
            "seed, horizon, start can, and what is below assumptions, mechanisms, "
            "scenario",
        ),
        ("seed\n1\n", ("scenario=truce", "seed=3"), "seed=3: seed is a column of "),
        ("seed\n1\n", (), "has no column scenario; add it, or give scenario=... "),
        ("a b\n1\n", ("scenario=truce",), "column a b: "),
    ],
)
def test_a_column_that_is_no_setting_is_refused(csv_of, text, words, message):
    path = csv_of(text)
    command = read_sweep([*words, "sweep.design=table", f"sweep.table='{path}'"])
    with pytest.raises(SettingsError) as refusal:
        command.design()
    assert message in str(refusal.value)
