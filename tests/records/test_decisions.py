"""Who decides, as a scenario says it: what is understood, and what is refused."""

from datetime import date

import pytest

from sim.domain.errors import ScenarioError
from sim.domain.months import Month
from sim.records.scenario_file import read_file
from sim.records.scenarios import load_scenario
from tests.conftest import SCENARIOS

PLACE = "scenario mine, decisions"
SINCE = "2026-10"


def law(records, decisions, **more):
    """Return the law of a scenario that says who decides."""
    content = {"question": "?", "source": "a test", "decisions": decisions, **more}
    return load_scenario(content, records, name="mine").regime


def opened(regime):
    """Return what is to be decided on, and by whom."""
    return {
        (act.id, state)
        for act, state in regime.decisions.open_decisions(regime.book.acts)
    }


def states(regime):
    """Return the states that have something to decide."""
    return {state for _, state in opened(regime)}


# --- what is understood ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("government", "since", "expected"),
    [
        ("united_states", SINCE, {"USA"}),
        ("china", SINCE, {"CHN"}),
        ("netherlands", "2022-10", {"NLD"}),
        ("japan", "2022-10", {"JPN"}),
        ("allies", "2022-10", {"NLD", "JPN"}),
    ],
)
def test_a_word_for_a_government_is_understood(records, government, since, expected):
    regime = law(records, {"since": since, government: "endogenous"})
    assert states(regime) == expected
    assert regime.decisions.since == Month.parse(since).first_day


def test_a_single_ally_goes_before_all_of_them(records):
    said = {"since": "2022-10", "allies": "endogenous", "japan": "recorded"}
    assert states(law(records, said)) == {"NLD"}
    said = {"since": "2022-10", "allies": "recorded", "japan": "endogenous"}
    assert states(law(records, said)) == {"JPN"}


def test_everyone_recorded_is_the_law_as_it_was(records):
    said = {"united_states": "recorded", "since": SINCE}
    regime = law(records, said, baseline=True)
    assert not regime.decisions
    assert regime.first_difference(records.law) is None


def test_a_day_stands_for_itself_and_a_month_for_its_first(records):
    said = {"china": "endogenous", "since": "2025-09-30"}
    assert law(records, said).decisions.since == date(2025, 9, 30)
    said = {"china": "endogenous", "since": date(2025, 9, 30)}
    assert law(records, said).decisions.since == date(2025, 9, 30)


def test_without_a_day_they_decide_from_the_first_difference_of_law_on(law_of):
    assert law_of("service_ban").decisions.since == date(2025, 2, 1)
    assert law_of("match_act").decisions.since == date(2026, 12, 1)


def test_one_act_may_be_decided_alone(records):
    said = {
        "since": "2023-07",
        "instruments": {"cn_2023_08_gallium": "endogenous"},
    }
    regime = law(records, said)
    assert opened(regime) == {("cn_2023_08_gallium", "CHN")}
    assert not regime.decisions.menu


def test_one_act_may_follow_the_record_alone(records):
    everything = law(records, {"since": "2022-10", "china": "endogenous"})
    said = {
        "since": "2022-10",
        "china": "endogenous",
        "instruments": {"cn_2023_08_gallium": "recorded"},
    }
    left = opened(everything) - opened(law(records, said))
    assert left == {("cn_2023_08_gallium", "CHN")}


def test_one_ally_may_follow_the_record_on_one_act(records):
    said = {
        "allies": "endogenous",
        "instruments": {"service_ban": {"japan": "recorded"}},
    }
    file = read_file(SCENARIOS / "service_ban.yaml") | {"decisions": said}
    regime = load_scenario(file, records, name="mine").regime
    assert opened(regime) == {("service_ban", "NLD")}
    assert regime.book.dated["service_ban"].adopted_by["JPN"].share == 1.0


# --- the menu -------------------------------------------------------------------------


def test_an_act_of_the_menu_that_is_recorded_is_no_law_at_all(records):
    """The record does not hold it, so it has no date on which it could be made."""
    said = {
        "since": SINCE,
        "united_states": "endogenous",
        "instruments": {"us_menu_chips": "recorded"},
    }
    regime = law(records, said)
    assert "us_menu_chips" not in regime.book.acts
    assert ("us_menu_cloud", "USA") in opened(regime)


def test_an_act_of_the_menu_may_be_decided_alone(records):
    said = {"since": SINCE, "instruments": {"us_menu_cloud": "endogenous"}}
    assert opened(law(records, said)) == {("us_menu_cloud", "USA")}


def test_allies_that_follow_the_record_join_nothing_of_the_menu(records):
    regime = law(records, {"since": SINCE, "united_states": "endogenous"})
    assert states(regime) == {"USA"}
    assert all(not act.adopted_by for act in regime.decisions.menu.values())
    both = {"since": SINCE, "united_states": "endogenous", "japan": "endogenous"}
    asked = law(records, both).decisions.menu["us_menu_service"]
    assert set(asked.adopted_by) == {"JPN"}


def test_nothing_of_the_menu_can_be_done_before_the_day(records, law_of):
    for scenario in ("adaptive", "decided_history"):
        decisions = law_of(scenario).decisions
        for act in decisions.menu.values():
            assert act.announced >= decisions.since


def test_an_act_of_the_menu_keeps_its_length(records, law_of):
    truce = law_of("adaptive").decisions.menu["us_menu_truce"]
    assert (truce.end - truce.effective).days == 365


# --- what is refused ------------------------------------------------------------------

REFUSED = [
    (
        {"chna": "endogenous"},
        ": there is no government called 'chna'; did you mean 'china'?",
    ),
    (
        {"x": "endogenous"},
        ": there is no government called 'x'; choose from united_states, china, "
        "allies, netherlands, japan, south_korea, taiwan, since, instruments",
    ),
    ({"china": "maybe"}, ".china: 'maybe' is neither endogenous nor recorded"),
    ({"china": None}, ".china: None is neither endogenous nor recorded"),
    ({"china": True}, ".china: True is neither endogenous nor recorded"),
    (
        {"china": "endogenous"},
        ".since: from which day on? the scenario's law does not differ from its base, "
        "so give one, such as 2026-10",
    ),
    (
        {"china": "endogenous", "since": "soon"},
        ".since: 'soon' is not a date; write 2025-07 or 2025-07-15",
    ),
    (
        {"china": "endogenous", "since": 2026},
        ".since: 2026 is not a date; write 2025-07 or 2025-07-15",
    ),
    (
        {"china": "endogenous", "since": "2021-12"},
        ".since: 2021-12 lies before 2022-01, when the simulated history begins",
    ),
    (
        {"since": SINCE, "instruments": 3},
        ".instruments: 3 must be a mapping from instruments to endogenous or recorded",
    ),
    (
        {"since": SINCE, "instruments": {"us_menu_chip": "endogenous"}},
        ".instruments.us_menu_chip: there is no such instrument; did you mean "
        "'us_menu_chips'?",
    ),
    (
        {"since": SINCE, "instruments": {"us_menu_chips": "perhaps"}},
        ".instruments.us_menu_chips: 'perhaps' is neither endogenous nor recorded",
    ),
    (
        {"since": SINCE, "instruments": {"us_menu_service": {"japn": "endogenous"}}},
        ".instruments.us_menu_service: there is no government 'japn'; did you mean "
        "'japan'?",
    ),
    (
        {"since": SINCE, "instruments": {"us_menu_service": {"japan": "perhaps"}}},
        ".instruments.us_menu_service.japan: 'perhaps' is neither endogenous nor "
        "recorded",
    ),
    (
        {"since": SINCE, "instruments": {"us_menu_service": {"china": "endogenous"}}},
        ".instruments.us_menu_service.china: has no say in it; it concerns "
        "united_states, netherlands, japan",
    ),
    (
        {"since": SINCE, "instruments": {"cn_2023_08_gallium": "endogenous"}},
        ": there is nothing to decide from 2026-10-01 on; give an earlier day under "
        "since, or let others decide too",
    ),
    (
        {
            "since": SINCE,
            "china": "endogenous",
            "instruments": {"cn_2023_08_gallium": "endogenous"},
        },
        ".instruments.cn_2023_08_gallium: is made before 2026-10-01, from which day on "
        "governments decide; give an earlier day under since",
    ),
    (
        {"since": SINCE, "taiwan": "endogenous"},
        ": there is nothing to decide from 2026-10-01 on; give an earlier day under "
        "since, or let others decide too",
    ),
]


@pytest.mark.parametrize(("said", "expected"), REFUSED)
def test_a_mistake_is_one_clear_line(records, said, expected):
    with pytest.raises(ScenarioError) as refusal:
        law(records, said)
    assert str(refusal.value) == PLACE + expected


def test_decisions_that_are_no_mapping_are_refused(records):
    with pytest.raises(ScenarioError, match="decisions: 3 must be a mapping of fields"):
        law(records, 3)
