"""Figures and words of the hindcast, drawn from the shipped scoreboard."""

import pytest

from sim.domain.months import Month
from sim.presentation import names, structure_report
from sim.presentation.hindcast.charts import coverage_chart, skill_chart
from sim.presentation.hindcast.fans import draw_fan_figure, fan_figures
from sim.presentation.hindcast.page import read_tables
from sim.presentation.hindcast.scoreboard_report import hindcast_summary
from sim.presentation.pages import DOCS

VINTAGE = Month(2024, 12)


@pytest.fixture(scope="module")
def shipped():
    return read_tables(DOCS / "hindcast")


def test_every_series_has_a_panel_in_one_figure(shipped):
    periods = shipped["periods.csv"]
    figures = list(fan_figures(periods))
    panels = sum(
        len(figure.periods.groupby(["measure", "actor"])) for figure in figures
    )
    assert panels == len(periods.groupby(["measure", "actor"]))
    assert len({figure.name for figure in figures}) == len(figures)


def test_a_sheet_has_axes_for_each_of_its_series(shipped):
    smallest = min(
        fan_figures(shipped["periods.csv"]), key=lambda figure: len(figure.periods)
    )
    figure = draw_fan_figure(smallest, VINTAGE, 500)
    series = smallest.periods.groupby(["measure", "actor"])
    assert len(figure.axes) == len(series)
    titles = {axes.get_title(loc="left").replace("\n", " ") for axes in figure.axes}
    assert titles == {names.series_title(*key) for key, _ in series}


def test_skill_is_charted_against_both_rivals(shipped):
    figure = skill_chart(shipped["series.csv"], "2024-12")
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["against persistence", "against drift"]


def test_coverage_is_charted_for_fit_and_test(shipped):
    figure = coverage_chart(shipped["bands.csv"])
    first, second = (axes.get_title(loc="left") for axes in figure.axes)
    assert "fit" in first
    assert "test" in second


def test_every_mechanism_has_a_row_in_the_chart_of_structure(shipped):
    figure = structure_report.structure_chart(shipped["mechanisms.csv"], VINTAGE, 200)
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert {label.lower().replace(" ", "_") for label in labels} == set(
        shipped["mechanisms.csv"]["mechanism"]
    )


def test_the_summary_counts_hits_and_misses(shipped):
    totals = shipped["totals.csv"]
    sentence = hindcast_summary(totals[totals["facts"] != "all"], shipped["series.csv"])
    assert "hits" in sentence
    assert "against persistence" in sentence


def test_every_actor_and_family_that_is_scored_has_a_name(shipped):
    periods = shipped["periods.csv"]
    for actor in set(periods["actor"]):
        assert names.actor_title(actor)[0].isupper()
    for family in set(periods["family"]):
        assert names.family_title(family)[0].isupper()
