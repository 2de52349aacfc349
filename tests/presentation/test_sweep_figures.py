"""Figures of a sweep suit the number and kind of its settings, and can be read."""

from io import StringIO
from itertools import combinations, pairwise, product

import numpy as np
import pytest
from rich.console import Console

from sim.domain.ensemble import Draws
from sim.domain.errors import SettingsError
from sim.domain.number_format import signed
from sim.outcomes.sweep import files
from sim.outcomes.sweep.block_file import BlockEntry, PointFailure
from sim.outcomes.sweep.block_store import BlockStore
from sim.outcomes.sweep.point_status import DesignRow
from sim.outcomes.sweep.point_values import point_values
from sim.outcomes.sweep.sweep_folder import SweepFolder
from sim.outcomes.sweep.table_contents import TableContents
from sim.outcomes.sweep.table_writer import write_table
from sim.presentation import plot
from sim.presentation.numbers import axis_number
from sim.presentation.setting_meanings import meanings_of
from sim.presentation.sweep_figures import draw_sweep_figures, sweep_figures
from sim.presentation.sweep_panels import dates_to_mark, running_median
from sim.presentation.sweep_table import sweep_table
from sim.presentation.sweep_view import sweep_view
from tests.images import assert_looks_as_kept
from tests.sweep.samples import pair

COVERAGE = "assumptions.service.grey_market_parts_coverage"
WEIGHT = "assumptions.service.parts_weight"
DATE = "scenario.regime.add.service_ban.effective"
DRAWS = Draws(3)
LAWS = ["service_ban", "tight_quota", "no_controls"]
NUMBERS = [0.1, 0.3, 0.5, 0.7]
DAYS = ["2026-01", "2026-07", "2027-01", "2027-07"]


@pytest.fixture
def swept(tmp_path):
    """Writes a sweep of some settings and reads it again."""

    def write(settings, points, *, failed=(), draws=DRAWS, alone=False):
        store = BlockStore(tmp_path / files.BLOCKS)
        keys = [f"key-{number}" for number in range(len(points))]
        lived = [
            BlockEntry(key, point_values(*pair(number, draws, alone=alone)))
            for number, key in enumerate(keys)
            if number not in failed
        ]
        broken = [PointFailure(keys[number], draws, "it broke") for number in failed]
        store.write("b", lived, broken)
        store.refresh()
        rows = [DesignRow(tuple(p), key) for p, key in zip(points, keys, strict=True)]
        sheet = TableContents(store, settings, rows, draws, ["all"], {})
        write_table(sheet, tmp_path / "s" / files.TABLE)
        return SweepFolder.read([tmp_path / "s"])

    return write


def figures(sweep, records):
    return sweep_figures(sweep_view(sweep, meanings=meanings_of(records)))


def words_on(figure):
    own = [text.get_text() for text in figure.texts]
    for axes in figure.axes:
        own += [axes.get_title(loc="left"), axes.get_xlabel(), axes.get_ylabel()]
        own += [text.get_text() for text in (*axes.get_xticklabels(), *axes.texts)]
        own += [text.get_text() for text in axes.get_yticklabels()]
    return " ".join("\n".join(own).split())


def nothing_is_clipped(figure):
    """Whether all text lies on the page, and no two labels of an axis overlap."""
    figure.canvas.draw()
    page = figure.bbox
    parts = [axes.get_tightbbox() for axes in figure.axes]
    for box in [*parts, *(text.get_window_extent() for text in figure.texts)]:
        assert page.x0 - 1 <= box.x0
        assert box.x1 <= page.x1 + 1
        assert page.y0 - 1 <= box.y0
        assert box.y1 <= page.y1 + 1
    for one, other in combinations(parts, 2):
        assert not one.padded(-1).overlaps(other.padded(-1))
    for axes in figure.axes:
        low, high = sorted(axes.get_xlim())
        shown = [
            tick.label1.get_window_extent()
            for tick in axes.xaxis.get_major_ticks()
            if tick.label1.get_text()
            and low <= tick.get_loc() <= high
            and not tick.label1.get_rotation()
        ]
        for one, other in pairwise(shown):
            assert one.x1 <= other.x0 + 1
    return True


SHAPES = {
    "one number": ([COVERAGE], [(x,) for x in NUMBERS]),
    "one date": ([DATE], [(day,) for day in DAYS]),
    "one choice": (["scenario"], [(law,) for law in LAWS]),
    "number and choice": (["scenario", COVERAGE], list(product(LAWS, NUMBERS))),
    "date and choice": (["scenario", DATE], list(product(LAWS, DAYS))),
    "two numbers": ([COVERAGE, WEIGHT], list(product(NUMBERS, NUMBERS))),
    "number and date": ([DATE, WEIGHT], list(product(DAYS, NUMBERS))),
    "two choices": (["scenario", "baseline"], list(product(LAWS, LAWS[:2]))),
    "a design of two": (
        [COVERAGE, WEIGHT],
        np.random.default_rng(1).uniform(0.1, 0.9, (20, 2)).tolist(),
    ),
    "four settings": (
        ["scenario", COVERAGE, WEIGHT, DATE],
        list(product(LAWS[:2], NUMBERS[:2], NUMBERS[:3], DAYS[:2])),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_is_clipped_or_overlaps(swept, records, shape):
    settings, points = SHAPES[shape]
    drawn = figures(swept(settings, points), records)
    assert drawn
    for figure in drawn.values():
        assert nothing_is_clipped(figure)
        text = words_on(figure)
        assert "Chip-war simulator" in text
        assert "at the horizon" in text


@pytest.mark.parametrize("shape", SHAPES)
def test_a_figure_looks_as_it_did(swept, records, shape, tmp_path):
    figure = next(iter(figures(swept(*SHAPES[shape]), records).values()))
    assert_looks_as_kept(figure, f"sweep_{shape.replace(' ', '_')}", tmp_path)
    assert "Medians from the lowest to the highest point" in figure.alt_text


def test_a_number_is_an_axis_with_its_meaning_and_unit(swept, records):
    drawn = figures(swept(*SHAPES["one number"]), records)
    assert list(drawn) == ["difference", "level"]
    text = words_on(drawn["difference"])
    assert "What the law changes, by grey market parts coverage" in text
    assert "Lag behind the frontier" in text
    assert "months" in text
    assert "USD a year" in text
    row = {one.name: one for one in records.assumptions}[
        "service.grey_market_parts_coverage"
    ]
    meaning = f"{row.meaning} ({row.unit})"
    assert meaning[1:] in text
    lines = drawn["difference"].axes[0].get_lines()
    assert lines[0].get_xdata().tolist() == NUMBERS


def test_dates_stand_on_an_axis_of_dates(swept, records):
    axes = figures(swept(*SHAPES["one date"]), records)["level"].axes[0]
    steps = np.diff(axes.get_lines()[0].get_xdata())
    assert steps.tolist() == [181, 184, 181]
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels == DAYS


def test_each_choice_has_a_line_and_is_named(swept, records):
    drawn = figures(swept(*SHAPES["number and choice"]), records)
    assert "● service ban" in words_on(drawn["difference"])
    assert len(drawn["difference"].axes[0].get_lines()) == 1 + len(LAWS)


def test_a_grid_of_two_numbers_is_a_map(swept, records):
    drawn = figures(swept(*SHAPES["two numbers"]), records)["difference"]
    (image,) = drawn.axes[0].get_images()
    assert image.get_array().shape == (4, 4)
    low, high = image.get_clim()
    assert low == -high  # so that no difference is white


def test_more_settings_have_a_panel_each_and_say_that_all_vary(swept, records):
    drawn = figures(swept(*SHAPES["four settings"]), records)
    assert list(drawn) == [
        "difference_1_frontier_lag_months_china",
        "difference_2_china_revenue_asml",
    ]
    figure = drawn["difference_1_frontier_lag_months_china"]
    assert len(figure.axes) == 4
    assert "in each panel all 4 settings vary" in words_on(figure)


def test_points_that_failed_are_left_out_and_counted(swept, records):
    settings, points = SHAPES["one number"]
    drawn = figures(swept(settings, points, failed=[1]), records)["level"]
    assert "Not shown: 1 that failed." in words_on(drawn)
    assert len(drawn.axes[0].get_lines()[0].get_xdata()) == 3


def test_one_draw_has_no_band(swept, records):
    settings, points = SHAPES["one number"]
    drawn = figures(swept(settings, points, draws=Draws(1)), records)["level"]
    assert "one draw" in words_on(drawn)
    assert not drawn.axes[0].collections


def test_a_baseline_alone_is_drawn_as_levels(swept, records):
    settings, points = SHAPES["one number"]
    assert list(figures(swept(settings, points, alone=True), records)) == ["level"]


def test_a_sweep_in_which_nothing_varies_or_all_fails_has_no_figures(swept, records):
    assert figures(swept([COVERAGE], [(0.1,)]), records) == {}
    lost = swept([COVERAGE], [(0.1,), (0.2,)], failed=[0, 1])
    assert figures(lost, records) == {}


def test_figures_are_files(swept, records, tmp_path):
    sweep = swept(*SHAPES["one number"])
    made = draw_sweep_figures(tmp_path / "figures", sweep, meanings_of(records))
    assert [path.name for path in made] == ["difference.png", "level.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in made)


def test_a_notebook_draws_any_measure(swept):
    sweep = swept(*SHAPES["one number"])
    drawn = plot.sweep(sweep, "hbm_stock", when=2025, show="level")
    assert "in 2025" in words_on(drawn)
    assert "stacks" in words_on(drawn)
    assert "Lag behind the frontier" in words_on(plot.sweep(sweep))
    with pytest.raises(SettingsError, match="did you mean 'hbm_stock'"):
        plot.sweep(sweep, "hbm_stok")
    with pytest.raises(SettingsError, match="show=both: there is difference and level"):
        plot.sweep(sweep, show="both")
    with pytest.raises(SettingsError, match="no setting of the sweep takes more"):
        plot.sweep(swept([COVERAGE], [(0.1,)]))


def test_numbers_on_an_axis_can_be_distinguished():
    assert [axis_number(x, 24.10, 24.30) for x in (24.1, 24.15)] == [
        "24.1",
        "24.15",
    ]
    assert axis_number(-1500.0, -2000.0, 0.0) == "−1.5k"


def test_few_dates_of_many_are_marked_from_first_to_last():
    assert dates_to_mark(list(range(100)), 3) == [0, 50, 99]


def test_a_running_median_follows_the_points():
    at = np.linspace(0, 1, 1200)
    middle = running_median(at, 3 * at, steps=1200)
    assert len(middle) == 12
    assert all(value == pytest.approx(3 * x) for x, value in middle)


# --- on the screen --------------------------------------------------------------------


def terminal(width):
    return Console(width=width, record=True, file=StringIO())


def on_screen(sweep, width):
    out = terminal(width)
    out.print(sweep_table(sweep, out))
    return out.export_text()


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_a_small_sweep_is_a_table_that_fits_the_screen(swept, width):
    sweep = swept([COVERAGE, "scenario"], list(product(NUMBERS, LAWS)), failed=[2])
    said = on_screen(sweep, width)
    assert all(len(line.rstrip()) <= width for line in said.splitlines())
    assert "Lag behind" in said
    assert "grey_market" in said
    assert said.count("no_controls") == len(NUMBERS)
    assert "…" not in said


def test_a_large_sweep_is_no_table(swept):
    sweep = swept([COVERAGE], [(n / 50,) for n in range(31)])
    assert sweep_table(sweep, terminal(80)) is None


def test_a_table_gives_the_change_as_the_table_of_the_sweep_has_it(swept):
    sweep = swept([COVERAGE], [(0.1,), (0.3,)])
    rows = sweep.rows("frontier_lag_months", "china", "horizon")
    said = on_screen(sweep, 120)
    for number in ("difference_p05", "difference_p50", "difference_p95"):
        assert signed(rows[number].iloc[0]) in said
    assert f"({signed(rows['change_percent_p50'].iloc[0])} %)" in said
