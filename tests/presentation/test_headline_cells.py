"""The headline on a screen of any width: no name is lost, and no number cut."""

from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.domain.number_format import rounded, short, signed
from sim.outcomes.frames import headline_frame, headline_rows
from sim.outcomes.headline import HORIZON, HeadlineRow, headline
from sim.outcomes.measures import MEASURES
from sim.outcomes.results import Results
from sim.outcomes.run_tables import RunTables
from sim.presentation.headline_cells import (
    NO_CHANGE,
    SHOWN_ACTORS,
    HeadlineCells,
    named_rows,
    share_of_draws,
)
from sim.presentation.headline_tables import headline_at_horizon, headline_table
from sim.presentation.numbers import change_unit, reader_unit, reader_unit_by_year
from sim.presentation.terminal_tables import console, new_table, plain

CHANNELS = ("china", "china:domestic", "china:grey", "china:legal", "china:offshore")
DRAWS, MONTHS = 20, 12
SIZE = {"H100e": 3e6, "units": 4e4, "USD million": 700.0, "months": 14.0}
WIDTHS = [40, 60, 80, 118]
HEADINGS = (
    "baseline",
    "scenario",
    "difference",
    "in %",
    "in draws",
    "up in",
    "down in",
)


def side(scenario, factor):
    """Return results of every headline measure, a factor times usual sizes."""
    shown = [measure.quantity for measure in MEASURES if measure.headline]
    series, luck = {}, np.random.default_rng(3)
    for quantity in shown:
        channels = CHANNELS if quantity.name == "ai_compute_stock" else ("china",)
        for actor in SHOWN_ACTORS.get(quantity.name, channels):
            size = SIZE.get(quantity.unit, 0.4) * luck.lognormal(0, 0.5, DRAWS)
            changed = 1.0 + (factor - 1.0) * luck.uniform(-1, 3, DRAWS)
            series[quantity.name, actor] = np.tile(size * changed, (MONTHS, 1))
    return Results(
        scenario=scenario,
        months=tuple(Month(2027, number + 1) for number in range(MONTHS)),
        draws=Draws(DRAWS),
        quantities={quantity.name: quantity for quantity in shown},
        series=series,
    )


BASELINE = side("baseline", 1.0)
RUNS = {
    "hardly": RunTables.of(side("a_rule_of_a_long_name", 1.0 + 1e-7), BASELINE),
    "much": RunTables.of(side("h20_ban", 0.8), BASELINE),
    "alone": RunTables.of(BASELINE, BASELINE),
}


def on_screen(run, width):
    out = Console(file=StringIO(), width=width, color_system=None)
    out.print(headline_table(headline_rows(run.headline), run, out))
    return out.file.getvalue()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", RUNS)
def test_every_name_and_number_is_there_whole_at_any_width(name, width):
    run, text = RUNS[name], on_screen(RUNS[name], width)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    assert "…" not in text
    named = [
        list(named_rows(headline_rows(run.headline), {}, short=x))
        for x in (False, True)
    ]
    words = [{word for row in rows for word in row.name.split()} for rows in named]
    assert any(all(word in text for word in each) for each in words)
    changes = [row.cells.difference.median for row in named[0] if row.cells]
    assert name == "alone" or all(change in text for change in changes)
    assert "headline.csv" in text


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (40, {"difference", "in %"}),
        (60, {"baseline", "scenario", "difference", "in %"}),
        (80, {"baseline", "scenario", "difference", "in %", "in draws"}),
        (118, {"baseline", "scenario", "difference", "in %", "up in", "down in"}),
    ],
)
def test_a_wider_screen_shows_more(width, shown):
    text = on_screen(RUNS["much"], width)
    headings = text.partition("──")[0].splitlines()[-2]
    assert {name for name in HEADINGS if name in headings} == shown
    rest = "do not fit here" in " ".join(text.split())
    assert rest == (width < 118)


def test_in_how_many_draws_is_shown_at_80_columns_even_of_the_longest_ranges():
    assert "in draws" in on_screen(RUNS["hardly"], 80)


def test_no_line_ends_in_blanks():
    out = console(StringIO(), width=80)
    out.print(headline_table(headline_rows(RUNS["much"].headline), RUNS["much"], out))
    lines = out.file.getvalue().splitlines()
    assert all(line == line.rstrip() for line in lines)


def test_a_caption_is_as_wide_as_the_screen_not_as_its_table():
    out = console(StringIO(), width=70)
    table = new_table("")
    table.add_row("1")
    table.caption = plain("word " * 10)
    out.print(table)
    assert "word " * 9 + "word" in out.file.getvalue()


@pytest.mark.parametrize(
    ("change", "text"), [(1012.0, "+1,010"), (-999.0, "−999"), (2.5e6, "+2,500,000")]
)
def test_a_change_in_per_cent_is_written_without_thousands(change, text):
    assert row(change_percent=(change,) * 3).percent.median == text


def test_a_range_stands_beside_its_median_from_80_columns_on():
    rows = named_rows(headline_rows(RUNS["much"].headline), {})
    cells = next(row.cells for row in rows if row.cells)
    assert cells.difference.ends in on_screen(RUNS["much"], 80)
    assert cells.baseline.ends not in on_screen(RUNS["much"], 80)
    assert cells.baseline.ends in on_screen(RUNS["much"], 118)


def test_a_frame_for_a_notebook_has_the_cells_of_the_screen():
    frame = headline_at_horizon(RUNS["much"])
    assert list(frame) == [name for name in HEADINGS if name != "in draws"]
    assert frame.loc["Lag behind the frontier, months", "difference"] in on_screen(
        RUNS["much"], 200
    )
    assert list(headline_at_horizon(RUNS["alone"])) == ["baseline"]


def test_a_headline_that_is_read_back_is_the_same():
    rows = headline(RUNS["much"].results, RUNS["much"].baseline_results)
    again = headline_rows(headline_frame(rows))
    assert [repr(row) for row in again] == [repr(row) for row in rows]


# --- one row --------------------------------------------------------------------------


def row(unit="units a year", **numbers):
    usual = {
        "scenario": (90.0, 100.0, 110.0),
        "baseline": (80.0, 90.0, 95.0),
        "difference": (5.0, 10.0, 15.0),
        "change_percent": (4.0, 11.1, 16.0),
        "probability_of_increase": 1.0,
        "probability_of_decrease": 0.0,
    }
    return HeadlineCells(
        HeadlineRow("units_shipped", "nvidia", unit, HORIZON, **(usual | numbers))
    )


def test_shares_are_in_per_cent_and_their_differences_in_points():
    cells = row("share", scenario=(0.2,) * 3, difference=(-0.02, -0.0123, 0.0))
    assert (cells.unit, cells.scenario.median) == ("%", "20")
    assert str(cells.difference) == "−1.2 pp (−2 to 0)"


def test_what_no_draw_changes_has_no_number():
    cells = row(
        difference=(0.0,) * 3, probability_of_increase=0.0, change_percent=(0.0,) * 3
    )
    assert (str(cells.difference), str(cells.percent)) == (NO_CHANGE, "")
    assert cells.up == cells.down == cells.direction == ""


def test_a_median_of_zero_is_not_said_to_rise_in_most_draws():
    # What was shown as 0 and rises in most draws is small, and says so.
    cells = row(
        difference=(0.0, 3e-7, 2e-3),
        change_percent=(0.0, 1e-8, 1e-3),
        probability_of_increase=0.82,
    )
    assert str(cells.difference) == "+<0.0001 (0 to +0.002)"
    assert str(cells.percent) == "+<0.01 (0 to +<0.01)"
    assert cells.direction == "82% up"


def test_the_more_frequent_direction_is_named():
    shares = {"probability_of_increase": 0.2, "probability_of_decrease": 0.5}
    assert row(**shares).direction == "50% down"
    shares = {"probability_of_increase": 0.5, "probability_of_decrease": 0.5}
    assert row(**shares).direction == "50% each"


def test_an_undefined_change_in_per_cent_is_a_dash():
    assert str(row(change_percent=(np.nan,) * 3).percent) == "–"


def test_an_actor_that_a_title_names_is_not_repeated():
    one = row("share").row
    named = replace(one, measure="die_yield", actor="smic_advanced")
    names = {"smic_advanced": "SMIC advanced lines"}
    (shown,) = named_rows([named], names)
    assert shown.name == "Good AI dies on SMIC's advanced lines, %"


def test_a_share_of_draws_is_not_rounded_to_all_or_none():
    assert [share_of_draws(x) for x in (0.0, 0.002, 0.5, 0.996, 1.0, np.nan)] == [
        *("0%", "<1%", "50%"),
        *(">99%", "100%", "–"),
    ]


# --- numbers and units ----------------------------------------------------------------


def test_scales_belong_to_the_number_and_never_to_the_unit_too():
    for unit in {measure.unit_by_year for measure in MEASURES}:
        for text in ("thousand", "million", "billion"):
            assert text not in reader_unit(unit)[0]
    assert reader_unit("thousand wafers a year") == ("wafers a year", 1e3)
    assert change_unit(reader_unit("share of time")[0]) == "percentage points"


def test_a_month_of_a_flow_is_shown_at_the_rate_of_the_table():
    by_month = reader_unit_by_year("USD million a month", is_flow=True)
    assert by_month == ("USD a year", 12e6)
    capacity = reader_unit_by_year("thousand wafers a month", is_flow=False)
    assert capacity == ("wafers a month", 1e3)


@given(st.floats(-1e14, 1e14))
def test_a_change_keeps_its_sign_and_is_never_zero_with_one(change):
    text = signed(change)
    if text == "0":
        assert abs(change) < 1e-9
    else:
        assert text.startswith("+" if change > 0 else "−")
        assert text.strip("+−") != "0"
    assert "e" not in text


@given(st.floats(1e-3, 1e14))
def test_a_number_in_words_is_within_half_of_its_last_figure(value):
    scales = {"k": 1e3, "M": 1e6, "bn": 1e9, "tn": 1e12}
    for text, error in ((short(value), 0.005), (rounded(value), 0.05)):
        name = text.lstrip("0123456789.")
        assert float(text.removesuffix(name)) * scales.get(name, 1.0) == pytest.approx(
            value, rel=error
        )
        assert len(text) <= 7
