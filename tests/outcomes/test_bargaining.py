"""What was asked and answered, from a handful of events whose every share is seen."""

from datetime import date
from math import isnan

import numpy as np
import pytest

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.outcomes.bargaining_table import (
    Position,
    Proposal,
    bargaining_row,
    outcomes_of,
)
from sim.outcomes.frames import bargaining_frame
from sim.outcomes.occurrences import Occurrence

START = Month(2025, 1)
MONTHS = [START + step for step in range(24)]
DUTCH = Proposal("gov_nl", "NLD", "ban", asks=frozenset({"ban"}))
OWN = Proposal("gov_us", "USA", "menu")


def event(step, event, *draws, actor="gov_nl", subject="ban", detail=""):
    return Occurrence(START + step, actor, event, subject, detail, np.array(draws))


def ask(step, *draws, subject="ban", state="NLD"):
    return event(
        step, "asks an ally", *draws, actor="gov_us", subject=subject, detail=state
    )


def outcome(*events, matter=DUTCH, draws=4, first=0, months=MONTHS):
    (outcome,) = outcomes_of([matter], events, months, Draws(draws, first))
    return outcome


def row(*events, **choices):
    return bargaining_row("ban", outcome(*events, **choices))


def test_an_ally_that_is_not_asked_has_no_position():
    result = row()
    assert result.asked == 0.0
    assert isnan(result.agreed)
    assert isnan(result.at_horizon[Position.UNDECIDED])
    assert result.bound_from == (None, None, None)


def test_shares_are_of_the_draws_asked():
    result = row(ask(0, 0, 1), event(2, "ally agrees", 0), event(5, "ally joins", 0))
    assert result.asked == 0.5
    assert result.agreed == result.bound == 0.5
    assert (
        result.at_horizon[Position.JOINED]
        == result.at_horizon[Position.UNDECIDED]
        == 0.5
    )


def test_months_run_from_the_ask_to_the_first_agreement():
    result = row(
        ask(1, 0, 1, 2),
        event(3, "ally agrees in part", 0),
        event(5, "ally agrees", 0),
        event(7, "ally agrees", 1),
    )
    assert result.months_to_agree[1] == 4.0  # 2 months and 6 months
    assert (result.agreed, result.agreed_in_part) == pytest.approx((2 / 3, 1 / 3))


def test_who_joined_in_part_and_then_in_full_is_bound_in_full():
    events = [
        ask(0, 0),
        event(1, "ally agrees in part", 0),
        event(3, "ally joins in part", 0),
        event(5, "ally agrees", 0),
        event(6, "ally joins", 0),
    ]
    positions = outcome(*events, draws=1).shares.argmax(axis=0)
    expected = [
        Position.UNDECIDED,
        Position.AGREED,
        Position.AGREED,
        *[Position.JOINED_IN_PART] * 3,
    ]
    assert list(positions[:7]) == [*expected, Position.JOINED]
    result = row(*events, draws=1)
    assert (result.bound, result.bound_in_part) == (1.0, 1.0)
    assert result.at_horizon[Position.JOINED] == 1.0
    assert result.bound_from == (START + 3,) * 3


def test_who_withdrew_is_no_longer_bound():
    result = row(
        ask(0, 0, 1),
        event(1, "ally agrees", 0, 1),
        event(4, "ally joins", 0, 1),
        event(9, "ally defects", 1),
        draws=2,
    )
    assert (result.bound, result.withdrew) == (1.0, 0.5)
    assert (
        result.at_horizon[Position.JOINED]
        == result.at_horizon[Position.WITHDREW]
        == 0.5
    )


def test_who_refused_stays_so():
    result = row(ask(0, 0, 1), event(20, "ally refuses", 1), draws=2)
    assert result.refused == result.at_horizon[Position.REFUSED] == 0.5


def test_what_happens_after_the_horizon_is_not_known():
    result = row(ask(0, 0), event(6, "ally agrees", 0), draws=1, months=MONTHS[:3])
    assert result.at_horizon[Position.UNDECIDED] == 1.0
    assert result.agreed == 0.0


def test_what_happened_before_the_first_month_recorded_counts():
    result = outcome(ask(0, 0), event(1, "ally agrees", 0), draws=1, months=MONTHS[5:])
    assert result.shares[Position.AGREED, 0] == 1.0
    assert bargaining_row("ban", result).months_to_agree[1] == 1.0


def test_an_act_of_ones_own_is_decided_withdrawn_and_decided_again():
    events = [
        event(1, "instrument decided", 0, 1, actor="gov_us", subject="menu"),
        event(3, "instrument effective", 0, 1, actor="gov_us", subject="menu"),
        event(5, "instrument withdrawn", 0, 1, actor="gov_us", subject="menu"),
        event(8, "instrument decided", 1, actor="gov_us", subject="menu"),
        event(9, "instrument effective", 1, actor="gov_us", subject="menu"),
    ]
    result = row(*events, matter=OWN)
    assert isnan(result.asked)
    assert isnan(result.months_to_agree[1])
    assert (result.agreed, result.bound, result.withdrew) == (0.5, 0.5, 0.5)
    assert (
        result.at_horizon[Position.JOINED]
        == result.at_horizon[Position.WITHDREW]
        == 0.25
    )
    assert result.at_horizon[Position.UNDECIDED] == 0.5
    assert result.bound_from == (START + 3,) * 3


def test_a_law_of_its_own_answers_the_ask_that_called_for_it():
    matter = Proposal("gov_nl", "NLD", "nl_law", asks=frozenset({"ban"}))
    result = row(
        ask(0, 0),
        event(4, "ally agrees", 0, subject="nl_law"),
        event(6, "instrument effective", 0, subject="nl_law"),
        matter=matter,
        draws=1,
    )
    assert result.asked == result.bound == 1.0
    assert result.months_to_agree[1] == 4.0


def test_what_is_asked_of_another_state_or_said_by_it_is_not_counted():
    result = row(
        ask(0, 0),
        ask(0, 1, state="JPN"),
        event(1, "ally agrees", 0, actor="gov_jp"),
        event(1, "ally agrees", 0, subject="other"),
    )
    assert result.asked == 0.25
    assert result.at_horizon[Position.UNDECIDED] == 1.0


def test_draws_are_counted_by_their_numbers():
    result = row(ask(0, 100, 101), event(1, "ally refuses", 101), draws=2, first=100)
    assert result.at_horizon[Position.REFUSED] == 0.5


def test_the_shares_of_every_month_add_to_one():
    result = outcome(
        ask(2, 0, 1, 2),
        event(4, "ally agrees", 0),
        event(6, "ally joins", 0),
        event(7, "ally refuses", 2),
    )
    np.testing.assert_allclose(result.shares.sum(axis=0), 1.0)
    assert sum(bargaining_row("ban", result).at_horizon.values()) == pytest.approx(1.0)


def test_the_table_writes_months_as_months():
    matter = Proposal(
        "gov_nl", "NLD", "ban", ("more",), frozenset({"ban"}), date(2027, 8, 28)
    )
    events = [ask(0, 0), event(1, "ally agrees", 0), event(4, "ally joins", 0)]
    frame = bargaining_frame([row(*events, matter=matter, draws=1), row()])
    first = frame.iloc[0]
    assert first["bound_from_p50"] == "2025-05"
    assert first["deadline"] == date(2027, 8, 28)
    assert (first["others"], first["asks"]) == ("more", "ban")
    assert first["horizon_joined"] == 1.0
    assert frame.iloc[1]["bound_from_p50"] is None or isnan(
        frame.iloc[1]["bound_from_p50"]
    )
