"""The headline's arithmetic, checked by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.ensemble import Draws
from sim.domain.errors import InvariantError
from sim.outcomes.attribution import CHANNELS
from sim.outcomes.frames import headline_frame
from sim.outcomes.headline import (
    BACKFIRE,
    LAG_CHANNEL,
    HeadlineRow,
    headline,
)
from tests.outcomes.samples import LAG, REVENUE, narrowed, results, split


def row_of(rows, measure, when):
    (row,) = [row for row in rows if (row.measure, row.when) == (measure, when)]
    return row


def test_quantiles_lie_between_the_draws_they_fall_between():
    # Five draws: 6, 7, 8, 9, 10; the 5 % quantile is a fifth of the way from 6 to 7.
    base = results(draws=5)
    row = row_of(headline(narrowed(base, [0] * 5), base), "frontier_lag_months", "2025")
    assert row.baseline == pytest.approx((6.2, 8.0, 9.8))


def test_differences_are_taken_draw_by_draw():
    # The spreads are the same, so a difference of quantiles would be nothing.
    base = results(draws=4)
    swapped = narrowed(base, [3.0, 1.0, -1.0, -3.0])
    row = row_of(headline(swapped, base), "frontier_lag_months", "horizon")
    assert row.scenario == pytest.approx(row.baseline)
    assert row.difference == pytest.approx((-2.7, 0.0, 2.7))
    assert row.probability_of_increase == 0.5


def test_a_flow_is_summed_over_the_year_and_a_level_is_read_at_its_end():
    base = results(months=24, draws=1)
    rows = headline(replace(base, scenario="other"), base)
    first_year, second_year = (
        row_of(rows, "china_revenue", y) for y in ("2025", "2026")
    )
    assert first_year.scenario[1] == sum(10 + month for month in range(12))
    assert second_year.scenario[1] == sum(10 + month for month in range(12, 24))
    assert row_of(rows, "frontier_lag_months", "2026").scenario[1] == 6.0


def test_the_horizon_of_a_flow_is_the_last_twelve_months():
    base = results(months=18, draws=1)
    row = row_of(headline(base, base), "china_revenue", "horizon")
    assert row.scenario[1] == sum(10 + month for month in range(6, 18))


def test_only_whole_years_have_a_row():
    base = results(months=18)
    whens = {row.when for row in headline(base, base)}
    assert whens == {"2025", "horizon"}


def test_only_headline_measures_are_shown():
    base = results()
    assert "hbm_stock" not in {row.measure for row in headline(base, base)}


def test_a_split_lag_has_a_row_for_every_channel_and_time():
    base = results(draws=4)
    parts = split(compute_denied=[3.0, 3.0, 1.0, 1.0], smuggling=[0.0, -2.0, 0.0, -2.0])
    rows = headline(narrowed(base, [3.0, 1.0, 1.0, -1.0]), base, parts)
    channels = {
        (row.actor, row.when): row for row in rows if row.measure == LAG_CHANNEL
    }
    assert len(channels) == (len(CHANNELS) + 1) * 3
    assert channels["smuggling", "horizon"].difference[1] == -1.0
    assert channels["smuggling", "2025"].difference[1] == -0.5
    assert channels["whole", "horizon"].probability_of_increase == 0.75
    assert "mean +1;" in channels["whole", "horizon"].note


def test_backfire_names_the_channel_that_narrows_most_where_the_lag_narrows():
    # It narrows in the last draw alone; smuggling narrows more, but elsewhere.
    base = results(draws=3)
    parts = split(
        compute_denied=[9.0, 5.0, 1.0],
        smuggling=[-8.0, -4.0, -0.5],
        induced_efficiency=[0.0, 0.0, -2.0],
    )
    rows = headline(narrowed(base, [1.0, 1.0, -1.5]), base, parts)
    note = row_of(rows, BACKFIRE, "horizon").note
    assert "(1 of the 3 draws split by channel), efficiency induced" in note
    assert "−2 months on average" in note


def test_backfire_says_so_where_no_split_draw_narrows():
    base = results(draws=2)
    ban = narrowed(base, [1.0, 2.0])
    rows = headline(ban, base, split(compute_denied=[1.0, 2.0]))
    assert "it narrows in none" in row_of(rows, BACKFIRE, "horizon").note
    assert "split" not in row_of(headline(ban, base), BACKFIRE, "horizon").note


def test_backfire_counts_the_draws_in_which_the_lag_narrows():
    base = results(draws=4)
    ban = narrowed(base, [-1.0, 0.0, 2.0, 2.0])
    row = row_of(headline(ban, base), BACKFIRE, "horizon")
    assert row.scenario[1] == 0.25
    assert row.note == (
        "Against baseline, service_ban narrows China's lag behind the frontier in 25% "
        "of draws and widens it in 50%, by a day or more; the median change is +1 "
        "months."
    )


def test_a_change_of_the_lag_by_hours_is_no_change():
    base = results(draws=4)
    ban = narrowed(base, [-0.01, 0.01, 0.0, -0.5])
    assert row_of(headline(ban, base), BACKFIRE, "horizon").scenario[1] == 0.25


def test_a_run_without_the_lag_has_no_backfire_row():
    base = results()
    kept = {key: rows for key, rows in base.series.items() if key[0] == "china_revenue"}
    base = replace(base, series=kept)
    assert BACKFIRE not in {row.measure for row in headline(base, base)}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"draws": Draws(4, 1)}, "draws"),
        ({"seed": 8}, "seed"),
        ({"months": ()}, "months"),
    ],
)
def test_runs_that_do_not_pair_are_refused(change, what):
    base = results()
    with pytest.raises(InvariantError, match=f"differ in their {what}"):
        headline(replace(base, **change), base)


@given(st.lists(st.floats(-12, 12), min_size=1, max_size=30))
def test_a_difference_lies_within_the_changes_of_the_draws(changes):
    base = results(draws=len(changes), months=12)
    row = row_of(headline(narrowed(base, changes), base), "frontier_lag_months", "2025")
    low, middle, high = row.difference
    slack = 1e-9
    assert min(changes) - slack <= low <= middle <= high <= max(changes) + slack
    assert 0 <= row.probability_of_increase <= 1


@given(st.lists(st.floats(-12, 12), min_size=1, max_size=30))
def test_swapping_the_two_turns_the_sign(changes):
    base = results(draws=len(changes), months=12)
    other = narrowed(base, changes)
    there = row_of(headline(other, base), "frontier_lag_months", "2025").difference
    back = row_of(headline(base, other), "frontier_lag_months", "2025").difference
    np.testing.assert_allclose(there, [-value for value in back[::-1]], atol=1e-9)


def test_without_the_lag_nothing_is_said_of_how_often_it_narrows():
    sides = [replace(x, series=dict(x.series)) for x in (results(), results())]
    for side in sides:
        del side.series[LAG.name, "china"]
    rows = headline(replace(sides[0], scenario="service_ban"), sides[1])
    assert rows
    assert {row.measure for row in rows} == {REVENUE.name}


def test_a_headline_without_rows_has_its_columns():
    columns = list(headline_frame([]))
    assert columns[:4] == ["measure", "actor", "unit", "when"]
    assert columns == list(headline_frame([HeadlineRow("lag", "china", "months", "")]))
