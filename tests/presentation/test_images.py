"""Each figure looks as it did when a person looked at it, and says so in words."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from sim.domain.months import Month
from sim.experiments.discovery.box_choice import find_box
from sim.experiments.discovery.world_boxes import BoxScore
from sim.experiments.hindcast.mechanism_scores import ALL_FAMILIES
from sim.experiments.hindcast.predictive import MODEL
from sim.experiments.news_returns import EventDay
from sim.outcomes.effect_drivers import Driver
from sim.outcomes.formula import Formula
from sim.outcomes.interest import Interest
from sim.outcomes.law_scores import law_scores
from sim.outcomes.measures.measure import Quantity
from sim.outcomes.network_graph import without_quantities
from sim.outcomes.objectives import Objective
from sim.outcomes.occurrences import Occurrence
from sim.outcomes.run_tables import RunTables
from sim.policy.headroom import ChipHeadroom, NearestLimit, RuleVintage
from sim.presentation import plot, style
from sim.presentation.difference_panel import Panel
from sim.presentation.discovery_figure import discovery_chart
from sim.presentation.discovery_report import DiscoveryReport
from sim.presentation.fan_charts import Alike, fan_figure
from sim.presentation.figure_formats import saved_as
from sim.presentation.headroom_chart import headroom_figure
from sim.presentation.hindcast.charts import PARTS
from sim.presentation.news_report import news_chart
from sim.presentation.search_figure import search_chart
from sim.presentation.search_report import Member, SearchReport, SearchSize
from sim.presentation.sensitivity_report import SensitivityReport, sensitivity_chart
from sim.presentation.structure_report import structure_chart
from sim.presentation.tornado import tornado_figure
from sim.presentation.view import view_of
from tests.images import assert_looks_as_kept
from tests.outcomes.samples import START, answered, results, split
from tests.outcomes.small_world import AFTER, BEFORE, world

MADE = "domestic_accelerators", "china"
UP = "tool_availability", "asml"
LAG = "frontier_lag_months", "china"
LAUNCH = Occurrence(
    START + 8, "huawei", "chip launched", "Ascend 960", "", np.arange(40)
)


@pytest.fixture(scope="module")
def run():
    """Forty draws: a law binds after seven months, and a new chip takes more dies."""
    base = results(draws=40, months=60)
    month, draw = np.arange(60.0)[:, None], np.linspace(-1.0, 1.0, 40)[None, :]
    made = (900.0 + 20.0 * month + 90.0 * draw) * np.where(month < 8, 1.0, 0.6)
    up = 0.95 - 0.001 * month - 0.002 * draw
    base = replace(
        base,
        quantities={
            **base.quantities,
            "domestic_accelerators": Quantity(*_quantity("units", "flow")),
            "tool_availability": Quantity(*_quantity("share of time", "level")),
        },
        series={**base.series, MADE: made, UP: up},
        regime=BEFORE,
        network=without_quantities(world().network),
    )
    effect = np.maximum(month - 6, 0.0) * (1.0 + 0.8 * draw)
    series = dict(base.series)
    series[MADE] = made - 5.0 * np.maximum(effect - 9.0, 0.0) * (draw > -0.5)
    series[UP] = up - 0.003 * effect
    series[LAG] = base.of(*LAG) + 0.02 * effect - 0.1 * (month > 6)
    ban = replace(base, scenario="ban", series=series, regime=AFTER, events=(LAUNCH,))
    return RunTables.of(ban, base)


def _quantity(unit, kind):
    return "measure", unit, "A measure", "What it is.", kind, True


def driver(assumption, correlation, low, high, measure="frontier_lag_months"):
    share = correlation**2
    numbers = (0.4, assumption, correlation, share, low, high)
    return Driver(measure, "china", "months", *numbers)


DRIVERS = [
    driver("fab.wear", 0.6, 0.1, 0.9),
    driver("ally.weight", -0.4, 0.7, -0.2),
    driver("lab.growth", 0.3, 0.3, 0.5),
]
ASSUMED = {
    "fab.wear": np.random.default_rng(1).uniform(size=400),
    "ally.weight": np.linspace(0.0, 1.0, 400),
}
MEANINGS = {
    "fab.wear": "share of lost availability that a fab tries to replace",
    "ally.weight": "weight for an ally of what an act refuses",
}


def sensitivity():
    compute = driver("fab.wear", -0.5, 0.0, -2.0, measure="ai_compute_stock")
    return sensitivity_chart(
        SensitivityReport(
            "ban", "baseline", 200, [], [*DRIVERS, compute], {"fab.wear"}, MEANINGS
        )
    )


def structure():
    rows = [
        {
            "variant": MODEL,
            "mechanism": mechanism,
            "family": family,
            "part": part,
            "crps_change": change * (1 if part == next(iter(PARTS)) else -0.5),
            "error": 0.05,
        }
        for part in PARTS
        for mechanism, changes in {
            "yield_learning": (0.2, 0.1, 0.7),
            "redesign": (0.8, -0.1, 0.05),
        }.items()
        for family, change in zip((ALL_FAMILIES, "lag", "yield"), changes, strict=True)
    ]
    return structure_chart(pd.DataFrame(rows), Month(2024, 12), 100)


def discovery():
    found = find_box(ASSUMED, ASSUMED["ally.weight"] > 0.4, resamples=3)
    first = BoxScore.of(found.box.holds(ASSUMED), ASSUMED["ally.weight"] > 0.4)
    objective = Objective(
        "lag",
        "The lag",
        Formula.parse("frontier_lag_months[china]"),
        "months",
        "higher",
    )
    interest = Interest("ban", "deal", objective, target=2.0)
    rest = {"assumed": ASSUMED, "assumptions": {}}
    fresh = replace(first, both=first.both - 20)
    return discovery_chart(
        DiscoveryReport(
            interest,
            "baseline",
            START,
            "prim",
            [found.box],
            found,
            first,
            fresh,
            **rest,
        )
    )


def search():
    objectives = [
        Objective(name, name, Formula.parse("revenue[asml]"), "USD million", better)
        for name, better in (("compute", "lower"), ("revenue", "higher"))
    ]
    both = {
        name: np.array([[-how, -how], [-cost, -cost]])
        for name, how, cost in (("a", 3.0, 2.0), ("b", 2.0, 1.0), ("truce", -1.0, 4.0))
    }
    *best, rival = law_scores(objectives, both, {"compute": -2.5})
    members = [
        Member(replace(score, name=f"design_0{number}"), {}, "a ban", 0.5, (-3.0, 1.0))
        for number, score in enumerate(best, 1)
    ]
    size = SearchSize(100, 200, 10, 3, "mean")
    evaluated = [(0, "a ban", (-3.0, 2.0)), (2, "a cap", (-2.0, 1.0))]
    report = SearchReport(
        *(objectives, "baseline", START, size, members, [rival], 0, evaluated),
        *([0.2, 0.2, 0.6], {"compute": -2.5}),
    )
    return search_chart(report)


def event_day(firm, model, raw, confounded=""):
    return EventDay(
        event=confounded or "rules",
        title="Report that something is to be forbidden from next year on",
        date=date(2024, 7, 31 if confounded else 1),
        firm=firm,
        model=model,
        model_low=model - 2.0,
        model_high=model + 2.0,
        noisy_low=model - 4.0,
        noisy_high=model + 4.0,
        abnormal=None,
        raw=raw,
        ordinary=2.0,
        score=1.0,
        rival_score=1.0,
        confounded=confounded,
        use="calibration",
    )


def news():
    days = [
        event_day("nvidia", -5.0, -4.0),
        event_day("amat", -3.0, 5.0),
        event_day("tel", 0.1, 0.0),
        event_day("asml", 3.0, 2.0, confounded="results of a competitor"),
    ]
    return news_chart(days, "baseline", 60)


def pairs(run):
    panels = [Panel(*UP, "ASML"), Panel("china_revenue", "asml", "Revenue")]
    return fan_figure(view_of(run), "Two rows", panels, alike=Alike.NOTHING)


def levels(run):
    view = replace(view_of(run), changes={})
    panels = [Panel(*UP, "ASML"), Panel(*LAG, "Lag")]
    return fan_figure(view, "Levels alone", panels)


def allies(_):
    base = replace(results(), network=without_quantities(world().network))
    return plot.allies(RunTables.of(answered(replace(base, scenario="ask")), base))


def channels(run):
    parts = split(compute_denied=[3.0, 2.0, 1.0, 1.0], smuggling=[0.0, -2.0, 0.0, -1])
    return plot.channels(replace(run, split=parts))


def headroom():
    """Four chips under two vintages, with each verdict and each side of the limit."""

    def chip(name, licence, value, limit, attribute="tpp"):
        nearest = NearestLimit("rule", attribute, value, limit)
        return ChipHeadroom(name, "nvidia", licence, nearest)

    first = RuleVintage(
        date(2022, 10, 21),
        (("rule", {"tpp": 4800.0, "interconnect": 600.0}),),
        (),
        (
            chip("A100", 0.0, 600.0, 600.0, "interconnect"),
            chip("A800", 1.0, 400.0, 600.0, "interconnect"),
            chip("H20", 1.0, 2368.0, 4800.0),
            ChipHeadroom("card", "nvidia", 1.0, None),
        ),
    )
    later = RuleVintage(
        date(2026, 1, 15),
        (("rule", {"tpp": 1600.0, "performance_density": 3.2, "data_centre": 1.0}),),
        (("licences", {"tpp": 4800.0}),),
        (
            chip("A100", 0.0, 4992.0, 1600.0),
            chip("A800", 0.0, 4992.0, 1600.0),
            chip("H20", 0.5, 2368.0, 1600.0),
            ChipHeadroom("card", "nvidia", 1.0, None),
        ),
    )
    return headroom_figure([first, later], "a_law", {"nvidia": "Nvidia"})


FIGURES = {
    "headroom": lambda _: headroom(),
    "fan": lambda run: plot.fan(run, *MADE),
    "fan_pairs": pairs,
    "fan_levels": levels,
    "fan_alone": lambda run: plot.fan(
        RunTables.of(run.baseline_results, run.baseline_results), *LAG
    ),
    "compare": lambda run: plot.compare([run], *LAG),
    "bars": lambda run: plot.bars(run, "china_revenue"),
    "dots": plot.dots,
    "worlds": lambda run: plot.worlds(run, *MADE),
    "law": plot.law,
    "network": plot.network,
    "allies": allies,
    "channels": channels,
    "tornado": lambda _: tornado_figure(DRIVERS, LAG, MEANINGS, scenario="ban"),
    "sensitivity": lambda _: sensitivity(),
    "structure": lambda _: structure(),
    "news": lambda _: news(),
    "discovery": lambda _: discovery(),
    "search": lambda _: search(),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_looks_as_it_did(run, name, tmp_path):
    figure = FIGURES[name](run)
    assert_looks_as_kept(figure, name, tmp_path)
    assert any(letter.isdigit() for letter in figure.alt_text)


def test_a_step_is_marked_with_its_cause(run):
    figure = plot.fan(run, *MADE)
    assert "① September 2025: launch of Ascend 960" in figure.texts[-1].get_text()
    marks = [text.get_text() for text in figure.axes[0].texts]
    assert "①" in marks


def test_a_cause_counts_whatever_else_was_weighed_in_each_draw(run):
    parts = tuple(
        replace(LAUNCH, draws=LAUNCH.draws[part::3], alternative=other)
        for part, other in enumerate(("", "Ascend 910C", "Ascend 950"))
    )
    split = replace(run.results, events=parts)
    figure = plot.fan(RunTables.of(split, run.baseline_results), *MADE)
    assert "launch of Ascend 960" in figure.texts[-1].get_text()


def test_what_a_scenario_removes_is_not_counted_as_in_force(run):
    figure = plot.law(RunTables.of(run.baseline_results, run.results))
    assert "1 in force at the end" in figure.alt_text
    notes = " ".join(text.get_text() for text in figure.texts)
    assert "Removed ones are shown as under ban." in notes
    assert "2 in force at the end" in plot.law(run).alt_text
    assert not any("Removed" in text.get_text() for text in plot.law(run).texts)


def test_what_passes_and_by_how_much_is_said_in_words():
    assert headroom().alt_text == (
        "Chart of 4 chips under 2 vintages of the chip rule on China (a law). From "
        "2022-10-21: 3 free, 1 denied; of the free, A800 comes nearest, at 0.67 of the "
        "limit on links. From 2026-01-15: 1 free, 1 licensed in part, 2 denied."
    )


def test_differences_of_fewer_draws_say_so(run):
    panels = [Panel(*LAG, "Lag")]
    few = replace(view_of(run), change_draws=7)
    assert "in the 7 recorded ones" in fan_figure(few, "", panels).texts[-1].get_text()
    note = fan_figure(view_of(run), "", panels).texts[-1].get_text()
    assert "recorded ones" not in note


def with_lag(run, change):
    """Return the run with a lag that the law changes by so much in each draw."""
    lag = {LAG: run.baseline_results.of(*LAG) + np.asarray(change)}
    scenario = replace(run.results, series={**run.results.series, **lag})
    return RunTables.of(scenario, run.baseline_results)


@pytest.mark.parametrize(
    ("changed", "words"), [(0, "in any draw"), (1, "in nine of ten draws")]
)
def test_a_difference_in_few_draws_is_not_called_none(run, changed, words):
    view = view_of(with_lag(run, np.arange(40) >= 40 - changed))
    figure = fan_figure(view, "", [Panel(*LAG, "Lag")])
    assert f"no difference {words}" in {x.get_text() for x in figure.axes[1].texts}
    assert f"difference none {words}." in figure.alt_text


def test_a_step_without_an_event_is_not_explained(run):
    quiet = replace(run.results, events=())
    figure = plot.fan(RunTables.of(quiet, run.baseline_results), *MADE)
    assert "①" not in figure.texts[-1].get_text()


def test_an_axis_of_levels_that_are_all_high_shows_their_range(run):
    level, difference = plot.fan(run, *UP).axes
    assert level.get_ylim()[0] > 50.0
    assert "axis not from 0" in level.get_title(loc="right")
    assert difference.get_title(loc="right") == "percentage points"
    assert plot.fan(run, *MADE).axes[0].get_ylim()[0] == 0.0


def test_twenty_dots_add_up_and_lie_on_their_side_of_zero(run):
    figure = plot.dots(run, *LAG)
    dots = [line for line in figure.axes[0].get_lines() if len(line.get_xdata()) == 1]
    assert len(dots) == 20
    less = [dot for dot in dots if dot.get_markerfacecolor() == "white"]
    assert all(dot.get_xdata()[0] < 0 for dot in less)
    assert f"{20 - len(less)} of 20 dots more, {len(less)} less" in figure.alt_text


def test_dots_of_no_effect_stand_on_zero(run):
    figure = plot.dots(run, "china_revenue", "asml")
    assert "0 of 20 dots more, 0 less" in figure.alt_text


def test_a_figure_is_saved_as_svg_with_its_alt_text(run, tmp_path):
    figure = plot.dots(run, *LAG)
    with saved_as("both"):
        style.save(figure, tmp_path / "dots.png")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"dots.png", "dots.svg", "dots.txt"}
    words = (tmp_path / "dots.txt").read_text("utf-8")
    assert words.startswith("What ban changes by 2029-12 against baseline")
    picture = (tmp_path / "dots.svg").read_text("utf-8")
    assert "Lag behind frontier" in picture
    assert words.strip() in picture.replace("\n", " ")
    with saved_as("svg"):
        style.save(figure, tmp_path / "again.png")
    assert (tmp_path / "again.svg").read_text("utf-8") == picture
    assert not (tmp_path / "again.png").exists()
