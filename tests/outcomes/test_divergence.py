"""Two runs of one world are one until their law differs; then differences spread."""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.domain.supply import Good
from sim.outcomes.divergence import Divergence
from sim.outcomes.line_differences import TOLERANCE
from sim.outcomes.lines import STATES, LineName, LineRecord
from sim.outcomes.network_graph import without_quantities
from sim.outcomes.occurrences import Occurrence
from tests.displays import assert_short
from tests.outcomes.samples import LAG, REVENUE, START, results
from tests.outcomes.small_world import LINES, world
from tests.worlds import unchecked

NAMES = tuple(LineName(seller, buyer, good) for seller, buyer, good, *_ in LINES)
MONTHS = 24


def record(changes=()):
    """Return lines that all ship 10 a month through open gates, but for some changes.

    A change is a state, a line by its index, the first row and the new value.
    """
    shape = (MONTHS, len(NAMES), 1)
    states = {state: np.full(shape, 10.0) for state in STATES}
    states["open_share"], states["pending"] = np.ones(shape), np.zeros(shape)
    for state, place, row, value in changes:
        states[state][row:, place] = value
    months = tuple(START + step for step in range(MONTHS))
    return LineRecord(months, NAMES, states)


def diverged(changes=(), revenue=(), events=()):
    """Return the divergence of two runs of one world, which differ as given.

    Args:
        changes: of the lines, under the scenario.
        revenue: first row and factor of ASML's revenue under the scenario.
        events: what happened under the scenario alone.
    """
    network = without_quantities(world().network)
    base = replace(results(draws=1), network=network)
    series = {key: value.copy() for key, value in base.series.items()}
    for row, factor in revenue:
        series[REVENUE.name, "asml"][row:] *= factor
    ban = replace(base, scenario="ban", series=series, events=(*base.events, *events))
    return Divergence.of(ban, base, record(changes), record())


def test_a_run_compared_with_itself_never_differs():
    divergence = diverged()
    assert divergence.first is None
    assert divergence.steps == ()
    assert divergence.largest() == []
    assert divergence.differing_events() == []


def test_the_first_difference_is_the_earliest_of_events_lines_and_measures():
    happened = Occurrence(START + 3, "gov_us", "truce", "x", "", np.array([0]))
    assert diverged(events=[happened]).first == START + 3
    assert diverged(changes=[("pending", 1, 5, 0.5)]).first == START + 5
    assert diverged(revenue=[(7, 0.9)]).first == START + 7
    both = diverged(changes=[("pending", 1, 5, 0.5)], revenue=[(4, 0.9)])
    assert both.first == START + 4


def test_a_difference_in_the_last_bit_is_none():
    divergence = diverged(
        changes=[("shipped", 2, 4, 10.0 + 1e-14), ("open_share", 1, 5, 1.0 - 1e-15)],
        revenue=[(6, 1.0 + 1e-15)],
    )
    assert divergence.first is None
    assert divergence.lines.first == ()
    assert divergence.steps == ()


def test_a_small_difference_is_the_first_but_too_small_to_be_counted():
    divergence = diverged(revenue=[(6, 1.0 + 1e-7)])
    assert divergence.first == START + 6
    assert divergence.steps == ()


@pytest.mark.parametrize(("worth", "differs"), [(2.0, True), (1.0 + 1e-15, False)])
def test_reasons_that_differ_are_a_difference(worth, differs):
    event = Occurrence(
        START + 2, "asml", "x", "y", "", np.array([0]), {"worth": np.array([1.0])}
    )
    other = replace(event, inputs={"worth": np.array([worth])})
    base = replace(results(draws=1), network=without_quantities(world().network))
    divergence = Divergence.of(
        replace(base, events=(event,)),
        replace(base, events=(other,)),
        record(),
        record(),
    )
    assert divergence.first == (START + 2 if differs else None)
    assert len(divergence.differing_events()) == 2 * differs


def test_steps_list_lines_and_actors_in_the_order_in_which_they_come_to_differ():
    engineers, wafers = 1, 5
    divergence = diverged(
        changes=[
            ("pending", engineers, 2, 0.8),
            ("open_share", engineers, 6, 0.2),
            ("shipped", wafers, 9, 7.0),
        ],
        revenue=[(6, 0.9)],
    )
    first, second, third = divergence.steps
    assert [step.month - START for step in divergence.steps] == [2, 6, 9]
    assert first.lines["pending"] == [NAMES[engineers]]
    assert set(first.actors) == {"asml", "smic"}
    assert second.lines["open_share"] == [NAMES[engineers]]
    assert second.actors == {}
    assert third.lines["shipped"] == [NAMES[wafers]]
    assert set(third.actors) == {"huawei"}
    assert divergence.count(START + 9) == (2, 3)


def test_steps_are_counted_from_the_lines_that_law_touches():
    divergence = diverged(changes=[("pending", 1, 2, 0.8), ("shipped", 6, 2, 9.0)])
    assert divergence.lines.first == (NAMES[1],)
    assert divergence.hops["asml"] == divergence.hops["smic"] == 0
    assert divergence.hops["huawei"] == 1
    assert divergence.hops["deepseek"] == 2
    assert divergence.hops["nvidia"] == 3
    assert "gov_us" not in divergence.hops


def test_the_measure_that_differs_most_is_given_for_an_actor():
    gap = diverged(revenue=[(6, 0.5)]).largest_of("asml", START + 6)
    assert gap.measure == REVENUE.name
    assert gap.change == pytest.approx(-0.5)


def test_flows_are_compared_over_the_last_twelve_months():
    (gap,) = diverged(revenue=[(MONTHS - 6, 0.0)]).largest()
    assert gap.baseline == sum(10.0 + row for row in range(12, 24))
    assert gap.scenario == sum(10.0 + row for row in range(12, 18))


# --- the shipped world ----------------------------------------------------------------


@pytest.fixture(scope="module")
def report():
    with unchecked():
        joined = {"scenario.decisions.allies": "recorded"}
        return sim.diverge("service_ban", draw=17, horizon="2025-12", **joined)


def test_the_runs_differ_when_the_law_is_first_seen_to_differ(report):
    divergence = report.divergence
    scenario, baseline = divergence.scenario.regime, divergence.baseline.regime
    assert divergence.first == scenario.first_difference(baseline) == Month(2025, 2)


def test_a_notebook_shows_the_beginning_of_it(report):
    assert repr(report).endswith("more rows; print() shows all")
    assert str(report).startswith(report.text[:60])
    assert_short(report)


def test_nothing_differs_before(report):
    divergence = report.divergence
    until = divergence.baseline.month_index(divergence.first)
    for key, series in divergence.scenario.series.items():
        np.testing.assert_array_equal(
            series[:until], divergence.baseline.series[key][:until], str(key)
        )
    for state, values in divergence.lines.scenario.states.items():
        np.testing.assert_array_equal(
            values[:until], divergence.lines.baseline.states[state][:until]
        )
    assert all(
        event.month >= divergence.first for event in divergence.differing_events()
    )
    assert report.spread["month"].min() == divergence.first.first_day


def test_the_law_touches_the_service_lines_first(report):
    goods = {line.good for line in report.divergence.lines.first}
    assert goods == {Good.ENGINEERS, Good.SPARE_PARTS, Good.SERVICE_SOFTWARE}
    assert {line.buyer for line in report.divergence.lines.first} == {
        *("smic_advanced", "cxmt", "ymtc")
    }


def test_the_difference_reaches_actors_further_and_further_away(report):
    actors = report.spread.query("what == 'actor'")
    assert actors["hops"].max() >= 2
    assert "ASML" in report.text
    assert "How the difference spreads" in report.text


def test_the_largest_differences_are_those_of_the_tables(report):
    divergence = report.divergence
    largest = report.largest
    assert 0 < len(largest) <= 10
    for row in largest.itertuples():
        key = (row.measure, row.actor)
        last = divergence.months[-1]
        assert row.scenario == divergence.scenario.over_year(key, last)[0]
        assert row.baseline == divergence.baseline.over_year(key, last)[0]
        assert abs(row.scenario - row.baseline) > TOLERANCE * abs(row.baseline)


@pytest.mark.parametrize(
    ("scenario", "horizon"),
    [("h20_ban", "2025-09"), ("no_controls", "2022-12"), ("hbm_squeeze", "2024-06")],
)
def test_no_run_differs_before_its_law(scenario, horizon):
    with unchecked():
        divergence = sim.diverge(scenario, draw=3, horizon=horizon).divergence
    law = divergence.scenario.regime.first_difference(divergence.baseline.regime)
    assert divergence.first is not None
    assert divergence.first >= law


def test_lines_of_one_world_are_kept_month_by_month(report):
    lines = report.divergence.lines.scenario
    shape = (len(lines.months), len(lines.lines), 1)
    assert all(values.shape == shape for values in lines.states.values())
    assert lines.months == report.divergence.scenario.months
    assert report.divergence.scenario.draws == Draws(1, 17)
    assert LAG.name in report.divergence.scenario.quantities
