"""Who decides, said on the command line."""

import pytest

from sim.settings.compose import read_command
from sim.tasks.prepare import prepare


def opened(*words) -> set[tuple[str, str]]:
    """Return what a command leaves to governments, and to which."""
    law = prepare(read_command([*words])).setup.scenario.regime
    return {
        (act.id, state) for act, state in law.decisions.open_decisions(law.book.acts)
    }


def test_a_scenario_may_be_narrowed_to_one_government(desk):
    words = (
        "scenario=adaptive",
        "scenario.decisions.united_states=recorded",
        "scenario.decisions.allies=recorded",
    )
    assert {state for _, state in opened(*words)} == {"CHN"}


def test_allies_may_follow_the_record_where_the_scenario_lets_them_decide(desk):
    assert opened("scenario=service_ban") == {
        ("service_ban", "NLD"),
        ("service_ban", "JPN"),
    }
    assert not opened("scenario=service_ban", "scenario.decisions.allies=recorded")


def test_a_single_ally_may_be_named(desk):
    word = "+scenario.decisions.netherlands=recorded"
    assert opened("scenario=service_ban", word) == {("service_ban", "JPN")}


def test_a_single_act_may_be_named_by_a_word_or_by_government(desk):
    place = "+scenario.decisions.instruments.service_ban"
    assert opened("scenario=service_ban", f"{place}.japan=recorded") == {
        ("service_ban", "NLD")
    }
    assert not opened("scenario=service_ban", f"{place}=recorded")


def test_the_day_may_be_moved(desk):
    early = opened("scenario=adaptive", "scenario.decisions.since=2022-10")
    assert ("jp_2023_07_items", "JPN") in early
    assert ("jp_2023_07_items", "JPN") not in opened("scenario=adaptive")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (
            "scenario.decisions.chna=endogenous",
            "scenario adaptive, decisions: there is no government called 'chna'; did "
            "you mean 'china'?",
        ),
        (
            "scenario.decisions.china=maybe",
            "scenario adaptive, decisions.china: 'maybe' is neither endogenous nor "
            "recorded",
        ),
        (
            "scenario.decisions.since=2021-12",
            "scenario adaptive, decisions.since: 2021-12 lies before 2022-01, when the "
            "simulated history begins",
        ),
        (
            "scenario.decisions.since=soon",
            "scenario adaptive, decisions.since: 'soon' is not a date; write 2025-07 "
            "or "
            "2025-07-15",
        ),
        (
            "+scenario.decisions.instruments=3",
            "scenario adaptive, decisions.instruments: 3 must be a mapping from "
            "instruments to endogenous or recorded",
        ),
        (
            "+scenario.decisions.instruments.us_menu_chip=recorded",
            "scenario adaptive, decisions.instruments.us_menu_chip: there is no such "
            "instrument; did you mean 'us_menu_chips'?",
        ),
    ],
)
def test_a_mistake_is_one_clear_line(refused, word, expected):
    assert refused("scenario=adaptive", word) == expected


def test_a_day_after_all_that_could_be_decided_is_refused(refused):
    message = refused("scenario=service_ban", "scenario.decisions.since=2041-01")
    assert "decisions: there is nothing to decide from 2041-01-01 on" in message


def test_a_scenario_compared_with_itself_is_refused(refused):
    message = refused("scenario=adaptive", "baseline=adaptive")
    assert message.startswith("scenario=adaptive and baseline=adaptive are the same")


def test_a_baseline_that_is_to_decide_is_refused(refused):
    words = ("+scenario.decisions.allies=endogenous", "+scenario.decisions.since=2026")
    assert refused("scenario=baseline", *words)


def test_scenarios_in_which_governments_decide_are_on_offer(ask):
    outcome = ask("task=scenarios")
    assert outcome.status == 0
    for name in ("adaptive", "decided_history", "match_act"):
        assert name in outcome.out
