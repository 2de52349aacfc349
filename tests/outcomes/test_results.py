"""Chunks of draws join into the whole, and names are looked up kindly."""

from dataclasses import replace

import numpy as np
import pytest

from sim.domain.ensemble import Draws
from sim.domain.errors import InvariantError, SettingsError
from sim.domain.months import Month
from sim.outcomes import event_table
from sim.outcomes.event_table import events_table, events_tables
from sim.outcomes.headline import headline
from sim.outcomes.occurrences import Occurrence
from sim.outcomes.results import Results, with_same_series
from sim.world import Event
from tests.outcomes.samples import results


def test_chunks_join_into_the_whole_bit_for_bit():
    chunks = [results(draws=3), results(draws=1, first=3), results(draws=4, first=4)]
    joined, full = Results.join(chunks), results(draws=8)
    assert joined.draws == full.draws
    for key, series in full.series.items():
        np.testing.assert_array_equal(joined.series[key], series)
    for scenario, baseline in zip(joined.events, full.events, strict=True):
        assert scenario.key == baseline.key


def test_an_event_of_several_chunks_becomes_one_event():
    joined = Results.join([results(draws=2), results(draws=2, first=2)])
    assert len(joined.events) == 2
    np.testing.assert_array_equal(joined.events[0].draws, [0, 1, 2, 3])


def test_one_chunk_is_the_whole():
    full = results()
    assert Results.join([full]) is full


def test_chunks_with_a_gap_are_refused():
    with pytest.raises(InvariantError, match="draw 5 where 4 was expected"):
        Results.join([results(draws=4), results(draws=4, first=5)])


def test_chunks_of_different_length_are_refused():
    with pytest.raises(InvariantError, match="different months"):
        Results.join([results(), results(first=4, months=12)])


def test_a_misspelt_measure_or_actor_gets_the_nearest_right_word():
    with pytest.raises(SettingsError, match="did you mean 'china_revenue'"):
        results().of("chna_revenue", "asml")
    with pytest.raises(SettingsError, match="did you mean 'asml'"):
        results().of("china_revenue", "asm")


def test_a_month_outside_the_record_is_refused():
    with pytest.raises(SettingsError, match="2031-01 was not recorded"):
        results().month_index(Month(2031, 1))
    assert results().at(("china_revenue", "asml"), Month(2025, 2))[0] == 11.0


def with_chip(x, chip):
    key = ("hbm_stock", chip)
    return replace(x, series={**x.series, key: x.series["hbm_stock", "huawei"]})


def test_a_chip_that_one_chunk_never_saw_is_nothing_there():
    joined = Results.join([results(draws=2), with_chip(results(draws=2, first=2), "x")])
    series = joined.of("hbm_stock", "x")
    assert not series[:, :2].any()
    np.testing.assert_array_equal(
        series[:, 2:], joined.of("hbm_stock", "huawei")[:, 2:]
    )


def test_a_chip_that_only_one_law_called_for_is_nothing_under_the_other():
    scenario, baseline = with_same_series(
        with_chip(results(), "x"), with_chip(results(), "y")
    )
    assert list(scenario.series) == list(baseline.series)
    assert not scenario.of("hbm_stock", "y").any()
    assert not baseline.of("hbm_stock", "x").any()
    assert len(headline(with_chip(results(), "x"), results())) > 0


def test_results_that_match_are_left_as_they_are():
    base = results()
    assert with_same_series(base, base) == (base, base)


def test_results_without_law_have_none_at_the_horizon():
    assert results().law_at_horizon is None


def test_an_event_of_some_draws_is_read_with_the_numbers_of_the_columns_asked_for():
    event = Event(
        Month(2025, 3),
        "smic",
        "node milestone",
        "n+3",
        where=np.array([True, False, True, True, False, True]),
        inputs={"yield": np.array([0.1, 0.3, 0.4, 0.6])},
        threshold=np.array([1.0, 3.0, 4.0, 6.0]),
    )
    some = Occurrence.of(event, Draws(3, 7), slice(2, 5))
    np.testing.assert_array_equal(some.draws, [7, 8])
    np.testing.assert_array_equal(some.inputs["yield"], [0.3, 0.4])
    np.testing.assert_array_equal(some.threshold, [3.0, 4.0])


@pytest.mark.parametrize("at_once", [1, 4, 6, 100])
def test_events_are_the_same_in_tables_of_any_size(monkeypatch, at_once):
    whole = events_table([results()]).to_pylist()
    assert len(whole) == 6
    monkeypatch.setattr(event_table, "ROWS_AT_ONCE", at_once)
    assert events_table([results()]).to_pylist() == whole
    assert sum(len(table) for table in events_tables([results()])) == 6
