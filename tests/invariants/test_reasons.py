"""Whoever decides says why: what was weighed stands to what it had to reach."""

import re
from pathlib import Path

import numpy as np
import pytest

from tests.worlds import HORIZON, built, run_until

DRAWS = 24
ROOT = Path(__file__).parents[2]

# Of which events the numbers, weighed by a rule, reach the threshold or pass it.
REACH = {
    "node milestone": lambda i: i["year"] if "year" in i else i["die_yield"],
    "redesign given up": lambda i: i.get("times_outlawed", i.get("belief")),
    "chip on offer in China": lambda i: i["worth"] * i["licence_odds"],
    "leading channel": lambda i: i["share"],
    "sold out in China": lambda i: i["unmet_share"],
    "AI dies move": lambda i: i["compute_per_wafer"],
    "seizure": lambda i: i["seized_share"],
}


@pytest.fixture(scope="module")
def events(records, law_of):
    """Whatever happened under the service ban, to the horizon."""
    world = built(records, regime=law_of("service_ban"), draws=DRAWS)
    return run_until(world, HORIZON).events


@pytest.mark.parametrize("name", sorted(REACH))
def test_what_was_weighed_reached_what_it_had_to(events, name):
    found = [event for event in events if event.event == name]
    for event in found:
        weighed = REACH[name](event.inputs)
        assert np.all(weighed >= event.threshold), event
    if name != "AI dies move":
        assert found


def test_breakthroughs_are_hazard_against_luck(events):
    found = [event for event in events if event.event == "breakthrough"]
    assert {event.subject for event in found} >= {"algorithmic efficiency"}
    for event in found:
        weighed = event.inputs.get("hazard", event.inputs.get("chance"))
        assert np.all(weighed >= event.threshold)


def test_what_a_chip_is_chosen_over_is_another_chip(events):
    for event in events:
        if event.event == "chip on offer in China":
            assert event.subject != event.alternative
            nothing_else = event.threshold <= 0.0
            assert np.all(nothing_else) == (event.alternative == "")


def test_a_chip_is_withdrawn_for_want_of_a_licence_or_of_worth(events):
    found = [event for event in events if event.event == "no chip on offer in China"]
    assert found
    for event in found:
        licensed = event.inputs["licence_odds"] > 0.0
        if event.threshold is None:
            assert not licensed.any()
        else:
            worth = event.inputs["worth_per_dollar"]
            assert np.all(~licensed | (worth < event.threshold))


def test_service_that_falls_away_is_missing_and_comes_with_its_spares(events):
    found = [event for event in events if event.event == "service lost"]
    assert {event.subject for event in found} >= {"asml", "tel", "amat"}
    for event in found:
        missing = event.inputs["unserved_share"]
        assert np.all((missing > 0.0) & (missing <= 1.0))
        assert np.all(event.inputs["spares_months"] >= 0.0)


def test_every_input_is_a_number_for_every_draw(events):
    for event in events:
        amounts = [*event.inputs.values()]
        amounts += [] if event.threshold is None else [event.threshold]
        for amount in amounts:
            happened = DRAWS if event.where is None else event.where.sum()
            assert amount.shape == (happened,), event
            assert np.all(np.isfinite(amount)), event


def test_a_draw_tells_a_story_and_not_a_log(events):
    """Tens to low hundreds of events a draw, besides those of law and press."""
    counts = np.zeros(DRAWS)
    for event in events:
        if not event.event.startswith(("instrument", "news")):
            counts = counts + (1.0 if event.where is None else event.where)
    assert 40 < np.median(counts) < 250


def test_every_event_that_is_told_of_is_described(events):
    page = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE))
    assert {event.event for event in events} <= described
