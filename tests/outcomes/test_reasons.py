"""What was weighed travels with the draw in which it was, to the file and back."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.ensemble import Draws
from sim.domain.errors import SettingsError
from sim.outcomes.event_table import events_table, reasons
from sim.outcomes.folder_writer import RunMetadata, write_run
from sim.outcomes.occurrences import Occurrence, merge_events
from sim.outcomes.run_tables import RunTables
from sim.outcomes.saved_run import RunFolder
from tests.outcomes.samples import results
from tests.outcomes.small_world import world

PAPERWORK = RunMetadata("draws: 4\n", {"draws": 4})


def decision(numbers, first=0, where=None, names=("security", "revenue")):
    """Return a decision in which draw k weighs k, 10 k and must reach 100 k."""
    value = np.asarray(numbers, dtype=float)
    built = world(draws=len(value))
    built.tell(
        "gov_nl",
        "ally joins",
        "service_ban",
        where=where,
        inputs={name: value * 10.0**place for place, name in enumerate(names)},
        threshold=100.0 * value,
        alternative="staying out",
    )
    return Occurrence.of(built.events[-1], Draws(len(value), first))


def test_an_event_keeps_only_the_numbers_of_the_draws_in_which_it_happened():
    joined = decision([4, 5, 6], first=4, where=np.array([True, False, True]))
    np.testing.assert_array_equal(joined.draws, [4, 6])
    np.testing.assert_array_equal(joined.inputs["security"], [4.0, 6.0])
    np.testing.assert_array_equal(joined.inputs["revenue"], [40.0, 60.0])
    np.testing.assert_array_equal(joined.threshold, [400.0, 600.0])


@given(
    st.lists(st.booleans(), min_size=2, max_size=40),
    st.data(),
)
def test_chunks_merge_into_the_whole_whatever_their_cuts_and_order(happened, data):
    count = len(happened) + 1
    where = np.array([*happened, True])
    cuts = sorted(data.draw(st.sets(st.integers(1, count - 1))) | {0, count})
    parts = [
        decision(range(start, end), first=start, where=where[start:end])
        for start, end in pairwise(cuts)
        if where[start:end].any()
    ]
    shuffled = data.draw(st.permutations(parts))
    full = decision(range(count), where=where)
    (merged,) = merge_events(shuffled)
    np.testing.assert_array_equal(merged.draws, full.draws)
    np.testing.assert_array_equal(merged.threshold, full.threshold)
    for name, amounts in full.inputs.items():
        np.testing.assert_array_equal(merged.inputs[name], amounts)


def test_events_that_weigh_other_things_are_not_mixed_up():
    two = decision([0, 1])
    three = decision([2, 3], first=2, names=("security", "revenue", "peers"))
    merged = merge_events([two, three])
    assert len(merged) == 2
    assert {tuple(event.inputs) for event in merged} == {
        ("security", "revenue"),
        ("security", "revenue", "peers"),
    }


def test_events_with_other_alternatives_are_not_mixed_up():
    other = replace(decision([0]), alternative="joining in part")
    assert len(merge_events([decision([0]), other])) == 2


@pytest.fixture
def run(tmp_path):
    base = results()
    ban = replace(
        results("service_ban"),
        events=(*base.events, decision([0, 1, 2, 3], where=np.arange(4) != 1)),
    )
    write_run(tmp_path / "run", RunTables.of(ban, base), PAPERWORK)
    return RunFolder.read(tmp_path / "run")


def test_reasons_come_back_from_the_file_draw_by_draw(run):
    why = run.why(draw=2, scenario="service_ban").query("event == 'ally joins'")
    assert dict(zip(why["input"], why["value"], strict=True)) == {
        "security": 2.0,
        "revenue": 20.0,
    }
    assert set(why["threshold"]) == {200.0}
    assert set(why["alternative"]) == {"staying out"}
    assert run.why(draw=1).query("event == 'ally joins'").empty


def test_an_event_without_reasons_has_one_row_and_no_input(run):
    milestone = run.why(draw=2, scenario="baseline").query("event == 'node milestone'")
    assert list(milestone["input"]) == [""]
    assert milestone["value"].isna().all()
    assert milestone["threshold"].isna().all()


def test_every_event_of_a_draw_is_among_its_reasons(run):
    for draw in range(4):
        events = run.events[run.events["draw"] == draw]
        whats = ["scenario", "month", "actor", "event", "subject"]
        assert len(run.why(draw)[whats].drop_duplicates()) == len(events)


def test_a_draw_that_was_not_run_is_refused(run):
    with pytest.raises(SettingsError, match="draw 7 of service_ban was not run; d"):
        run.why(draw=7, scenario="service_ban")
    with pytest.raises(SettingsError, match="^draw 7 was not run; draws 0 to 3 were$"):
        run.why(draw=7)
    with pytest.raises(SettingsError, match="scenario=ban: was not run; "):
        run.why(draw=0, scenario="ban")


def test_a_table_without_events_has_no_reasons():
    assert reasons(events_table([replace(results(), events=())])).empty
