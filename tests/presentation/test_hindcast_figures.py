"""Figures and words of the hindcast, drawn from the shipped scoreboard."""

import pytest

from sim.domain.months import Month
from sim.presentation import names, structure
from sim.presentation.hindcast.charts import coverage_chart, skill_chart
from sim.presentation.hindcast.fans import draw_fan_figure, fan_figures
from sim.presentation.hindcast.page import read_tables
from sim.presentation.hindcast.screen import summary
from sim.presentation.pages import DOCS

VINTAGE = Month(2024, 12)


@pytest.fixture(scope="module")
def shipped():
    return read_tables(DOCS / "hindcast")


def test_every_series_has_a_panel_in_one_figure(shipped):
    periods = shipped["periods.csv"]
    drawn = list(fan_figures(periods))
    panels = sum(len(one.periods.groupby(["measure", "actor"])) for one in drawn)
    assert panels == len(periods.groupby(["measure", "actor"]))
    assert len({one.name for one in drawn}) == len(drawn)


def test_a_sheet_has_axes_for_each_of_its_series(shipped):
    smallest = min(
        fan_figures(shipped["periods.csv"]), key=lambda one: len(one.periods)
    )
    drawn = draw_fan_figure(smallest, VINTAGE, 500)
    series = smallest.periods.groupby(["measure", "actor"])
    assert len(drawn.axes) == len(series)
    titles = {axes.get_title(loc="left").replace("\n", " ") for axes in drawn.axes}
    assert titles == {names.series_title(*key) for key, _ in series}


def test_skill_is_charted_against_both_rivals(shipped):
    drawn = skill_chart(shipped["series.csv"], "2024-12")
    titles = [axes.get_title(loc="left") for axes in drawn.axes]
    assert titles == ["against persistence", "against drift"]


def test_coverage_is_charted_for_fit_and_test(shipped):
    drawn = coverage_chart(shipped["bands.csv"])
    first, second = (axes.get_title(loc="left") for axes in drawn.axes)
    assert "fit" in first
    assert "test" in second


def test_every_mechanism_has_a_row_in_the_chart_of_structure(shipped):
    drawn = structure.chart(shipped["mechanisms.csv"], VINTAGE, 200)
    labels = [text.get_text() for text in drawn.axes[0].get_yticklabels()]
    assert set(labels) == set(shipped["mechanisms.csv"]["mechanism"])


def test_the_summary_counts_hits_and_misses(shipped):
    totals = shipped["totals.csv"]
    said = summary(totals[totals["facts"] != "all"], shipped["series.csv"])
    assert "hits" in said
    assert "against persistence" in said


def test_every_actor_and_family_that_is_scored_has_a_name(shipped):
    periods = shipped["periods.csv"]
    for actor in set(periods["actor"]):
        assert names.actor_title(actor)[0].isupper()
    for family in set(periods["family"]):
        assert names.family_title(family)[0].isupper()
