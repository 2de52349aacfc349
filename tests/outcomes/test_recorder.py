"""A recorder keeps what a world says, and forks without telling its twin."""

from pickle import dumps, loads

import numpy as np
import pytest

from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.outcomes.measures import MEASURES
from sim.outcomes.measures.measure import Measure
from sim.outcomes.recorder import Recorder, select
from tests.outcomes.small_world import AFTER, BEFORE, world


def count_of_months(world):
    return {"china": world.per_draw(world.month - Month(2025, 1))}


def luck(world):
    return {"china:good": world.chance.uniform("luck", world.month)}


def measure(name, read, *, headline=True):
    return Measure(
        name=name,
        unit="months",
        title=name.title(),
        description="A measure of this test.",
        kind="level",
        read=read,
        headline=headline,
    )


KNOWN = (
    measure("months_lived", count_of_months),
    measure("luck", luck, headline=False),
)


def advance(world, recorder, months):
    for _ in range(months):
        world.month = world.month + 1
        recorder.record(world)


def test_months_are_those_that_were_just_finished():
    run_world, recorder = world(), Recorder("all", KNOWN)
    advance(run_world, recorder, 3)
    results = recorder.results(run_world, "baseline")
    assert results.months == (Month(2025, 1), Month(2025, 2), Month(2025, 3))
    np.testing.assert_array_equal(
        results.of("months_lived", "china"), [[1] * 3, [2] * 3, [3] * 3]
    )
    assert results.quantities["luck"].unit == "months"
    assert results.regime is BEFORE


def test_a_fork_shares_the_past_and_not_the_future():
    run_world, recorder = world(), Recorder("all", KNOWN)
    advance(run_world, recorder, 2)
    fork = recorder.fork()
    advance(run_world, recorder, 1)
    assert len(fork.months) == 2
    first, forked = recorder.results(run_world, "a"), fork.results(run_world, "b")
    for key in first.series:
        np.testing.assert_array_equal(first.series[key][:2], forked.series[key])


@pytest.mark.parametrize("copied", [Recorder.fork, lambda x: loads(dumps(x))])
def test_what_a_copy_records_is_not_seen_by_the_other(copied):
    row = np.ones(3)
    run_world, recorder = world(), Recorder("all", (measure("row", _at_hand),))
    run_world.at_hand = row
    advance(run_world, recorder, 2)
    fork = copied(recorder)
    run_world.at_hand = 2 * row
    advance(run_world, recorder, 1)
    run_world.at_hand = 3 * row
    advance(run_world, fork, 1)
    for x, last in ((recorder, 2), (fork, 3)):
        kept = x.results(run_world, "x").of("row", "china")
        np.testing.assert_array_equal(kept, [row, row, last * row])


def _at_hand(world):
    return {"china": world.at_hand}


@pytest.mark.parametrize("room", [0, 1, 2, 5, 9])
def test_months_beyond_the_room_made_for_them_are_kept(room):
    run_world, recorder = world(), Recorder("all", KNOWN, capacity=room)
    advance(run_world, recorder, 5)
    kept = recorder.results(run_world, "baseline").of("months_lived", "china")
    np.testing.assert_array_equal(kept, [[n] * 3 for n in range(1, 6)])


def test_an_array_that_the_world_reuses_a_part_of_is_copied():
    table = np.arange(6.0).reshape(2, 3)
    row = measure("row", lambda _: {"china": table[1]})
    run_world, recorder = world(), Recorder("all", (row,))
    advance(run_world, recorder, 1)
    table[:] = -1
    kept = recorder.results(run_world, "x").of("row", "china")
    np.testing.assert_array_equal(kept, [[3, 4, 5]])


def test_events_carry_the_numbers_of_their_draws():
    run_world, recorder = world(AFTER), Recorder("all", KNOWN)
    advance(run_world, recorder, 1)
    run_world.tell("smic", "node milestone", "n+3", where=np.array([True, False, True]))
    run_world.tell("gov_us", "instrument announced", "service_ban")
    results = recorder.results(run_world, "service_ban")
    draws_of = {event.event: list(event.draws) for event in results.events}
    assert draws_of == {"node milestone": [0, 2], "instrument announced": [0, 1, 2]}


def test_what_a_measure_does_not_speak_of_is_nothing():
    def fickle(world):
        return {
            "early" if world.month < Month(2025, 3) else "late": world.per_draw(1.0)
        }

    run_world, recorder = world(), Recorder("all", (measure("fickle", fickle),))
    advance(run_world, recorder, 3)
    results = recorder.results(run_world, "baseline")
    assert [list(row) for row in results.of("fickle", "early")[:, :1]] == [
        [1],
        [0],
        [0],
    ]
    assert [list(row) for row in results.of("fickle", "late")[:, :1]] == [[0], [1], [1]]


def test_series_stand_in_the_order_of_measures_china_first():
    several = measure("several", lambda w: {"asml": w.zeros(), "china": w.zeros()})
    run_world, recorder = world(), Recorder("all", (several, *KNOWN))
    advance(run_world, recorder, 1)
    assert list(recorder.results(run_world, "x").series) == [
        ("several", "china"),
        ("several", "asml"),
        ("months_lived", "china"),
        ("luck", "china:good"),
    ]


def test_headline_is_the_default_and_names_can_be_chosen():
    assert [x.name for x in select("headline", KNOWN)] == ["months_lived"]
    assert [x.name for x in select("all", KNOWN)] == ["months_lived", "luck"]
    assert [x.name for x in select(["luck"], KNOWN)] == ["luck"]
    assert [x.name for x in select("luck", KNOWN)] == ["luck"]


def test_a_misspelt_measure_gets_the_nearest_right_word():
    with pytest.raises(SettingsError, match="did you mean 'luck'"):
        select(["lukc"], KNOWN)
    with pytest.raises(SettingsError, match="name at least one"):
        select([], KNOWN)


def test_shipped_measures_have_names_of_their_own_and_say_what_they_are():
    names = [x.name for x in MEASURES]
    assert len(set(names)) == len(names)
    for x in MEASURES:
        assert x.unit
        assert x.title
        assert x.description.endswith(".")
        assert x.kind in {"stock", "flow", "level"}


def test_the_headline_leaves_out_the_parts():
    labs = measure(
        "labs", lambda w: {"china": w.zeros(), "china:grey": w.zeros(), "x": w.zeros()}
    )
    firms = measure("firms", lambda w: {"asml": w.zeros(), "asml:euv": w.zeros()})
    run_world = world()
    cases = {"headline": ([], []), "all": (["x"], ["asml:euv"])}
    for selection, (others, parts) in cases.items():
        recorder = Recorder(selection, (labs, firms))
        advance(run_world, recorder.fork(), 1)
        advance(run_world, recorder, 1)
        results = recorder.results(run_world, "baseline")
        assert results.actors("labs") == ["china", "china:grey", *others]
        assert results.actors("firms") == ["asml", *parts]
