"""What was asked and answered, from a handful of events whose every share is seen."""

from datetime import date
from math import isnan

import numpy as np
import pytest

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.outcomes.bargaining import Position, Proposal, bargaining_row, outcomes_of
from sim.outcomes.frames import bargaining_frame
from sim.outcomes.occurrences import Occurrence

START = Month(2025, 1)
MONTHS = [START + step for step in range(24)]
DUTCH = Proposal("gov_nl", "NLD", "ban", asks=frozenset({"ban"}))
OWN = Proposal("gov_us", "USA", "menu")


def told(step, event, *draws, actor="gov_nl", subject="ban", detail=""):
    return Occurrence(START + step, actor, event, subject, detail, np.array(draws))


def asked(step, *draws, subject="ban", state="NLD"):
    return told(
        step, "asks an ally", *draws, actor="gov_us", subject=subject, detail=state
    )


def course(*events, matter=DUTCH, draws=4, first=0, months=MONTHS):
    (found,) = outcomes_of([matter], events, months, Draws(draws, first))
    return found


def row(*events, **choices):
    return bargaining_row("ban", course(*events, **choices))


def test_an_ally_that_is_not_asked_stands_nowhere():
    nothing = row()
    assert nothing.asked == 0.0
    assert isnan(nothing.agreed)
    assert isnan(nothing.at_horizon[Position.UNDECIDED])
    assert nothing.bound_from == (None, None, None)


def test_shares_are_of_the_draws_asked():
    half = row(asked(0, 0, 1), told(2, "ally agrees", 0), told(5, "ally joins", 0))
    assert half.asked == 0.5
    assert half.agreed == half.bound == 0.5
    assert (
        half.at_horizon[Position.JOINED] == half.at_horizon[Position.UNDECIDED] == 0.5
    )


def test_months_run_from_the_ask_to_the_first_agreement():
    found = row(
        asked(1, 0, 1, 2),
        told(3, "ally agrees in part", 0),
        told(5, "ally agrees", 0),
        told(7, "ally agrees", 1),
    )
    assert found.months_to_agree[1] == 4.0  # 2 months and 6 months
    assert (found.agreed, found.agreed_in_part) == pytest.approx((2 / 3, 1 / 3))


def test_who_joined_in_part_and_then_whole_is_bound_whole():
    events = [
        asked(0, 0),
        told(1, "ally agrees in part", 0),
        told(3, "ally joins in part", 0),
        told(5, "ally agrees", 0),
        told(6, "ally joins", 0),
    ]
    stands = course(*events, draws=1).shares.argmax(axis=0)
    expected = [
        Position.UNDECIDED,
        Position.AGREED,
        Position.AGREED,
        *[Position.JOINED_IN_PART] * 3,
    ]
    assert list(stands[:7]) == [*expected, Position.JOINED]
    found = row(*events, draws=1)
    assert (found.bound, found.bound_in_part) == (1.0, 1.0)
    assert found.at_horizon[Position.JOINED] == 1.0
    assert found.bound_from == (START + 3,) * 3


def test_who_left_is_no_longer_bound():
    found = row(
        asked(0, 0, 1),
        told(1, "ally agrees", 0, 1),
        told(4, "ally joins", 0, 1),
        told(9, "ally defects", 1),
        draws=2,
    )
    assert (found.bound, found.withdrew) == (1.0, 0.5)
    assert (
        found.at_horizon[Position.JOINED] == found.at_horizon[Position.WITHDREW] == 0.5
    )


def test_who_refused_stays_so():
    found = row(asked(0, 0, 1), told(20, "ally refuses", 1), draws=2)
    assert found.refused == found.at_horizon[Position.REFUSED] == 0.5


def test_what_happens_after_the_horizon_is_not_known():
    found = row(asked(0, 0), told(6, "ally agrees", 0), draws=1, months=MONTHS[:3])
    assert found.at_horizon[Position.UNDECIDED] == 1.0
    assert found.agreed == 0.0


def test_what_happened_before_the_first_month_recorded_counts():
    found = course(asked(0, 0), told(1, "ally agrees", 0), draws=1, months=MONTHS[5:])
    assert found.shares[Position.AGREED, 0] == 1.0
    assert bargaining_row("ban", found).months_to_agree[1] == 1.0


def test_an_act_of_ones_own_is_decided_withdrawn_and_decided_again():
    events = [
        told(1, "instrument decided", 0, 1, actor="gov_us", subject="menu"),
        told(3, "instrument effective", 0, 1, actor="gov_us", subject="menu"),
        told(5, "instrument withdrawn", 0, 1, actor="gov_us", subject="menu"),
        told(8, "instrument decided", 1, actor="gov_us", subject="menu"),
        told(9, "instrument effective", 1, actor="gov_us", subject="menu"),
    ]
    found = row(*events, matter=OWN)
    assert isnan(found.asked)
    assert isnan(found.months_to_agree[1])
    assert (found.agreed, found.bound, found.withdrew) == (0.5, 0.5, 0.5)
    assert (
        found.at_horizon[Position.JOINED] == found.at_horizon[Position.WITHDREW] == 0.25
    )
    assert found.at_horizon[Position.UNDECIDED] == 0.5
    assert found.bound_from == (START + 3,) * 3


def test_a_law_of_its_own_answers_the_ask_that_called_for_it():
    matter = Proposal("gov_nl", "NLD", "nl_law", asks=frozenset({"ban"}))
    found = row(
        asked(0, 0),
        told(4, "ally agrees", 0, subject="nl_law"),
        told(6, "instrument effective", 0, subject="nl_law"),
        matter=matter,
        draws=1,
    )
    assert found.asked == found.bound == 1.0
    assert found.months_to_agree[1] == 4.0


def test_what_is_asked_of_another_state_or_said_by_it_is_not_counted():
    found = row(
        asked(0, 0),
        asked(0, 1, state="JPN"),
        told(1, "ally agrees", 0, actor="gov_jp"),
        told(1, "ally agrees", 0, subject="other"),
    )
    assert found.asked == 0.25
    assert found.at_horizon[Position.UNDECIDED] == 1.0


def test_draws_are_counted_by_their_numbers():
    found = row(asked(0, 100, 101), told(1, "ally refuses", 101), draws=2, first=100)
    assert found.at_horizon[Position.REFUSED] == 0.5


def test_the_shares_of_every_month_add_to_one():
    found = course(
        asked(2, 0, 1, 2),
        told(4, "ally agrees", 0),
        told(6, "ally joins", 0),
        told(7, "ally refuses", 2),
    )
    np.testing.assert_allclose(found.shares.sum(axis=0), 1.0)
    assert sum(bargaining_row("ban", found).at_horizon.values()) == pytest.approx(1.0)


def test_the_table_writes_months_as_months():
    matter = Proposal(
        "gov_nl", "NLD", "ban", ("more",), frozenset({"ban"}), date(2027, 8, 28)
    )
    events = [asked(0, 0), told(1, "ally agrees", 0), told(4, "ally joins", 0)]
    frame = bargaining_frame([row(*events, matter=matter, draws=1), row()])
    first = frame.iloc[0]
    assert first["bound_from_p50"] == "2025-05"
    assert first["deadline"] == date(2027, 8, 28)
    assert (first["others"], first["asks"]) == ("more", "ban")
    assert first["horizon_joined"] == 1.0
    assert frame.iloc[1]["bound_from_p50"] is None or isnan(
        frame.iloc[1]["bound_from_p50"]
    )
