"""The story of one world from the command line, and nothing is written."""

import pytest

SOON = "horizon=2022-12"


def test_the_baseline_is_told_when_no_scenario_is_named(ask, desk):
    outcome = ask("task=replay", "draw=3", SOON)
    assert outcome.status == 0
    assert outcome.err == ""
    assert outcome.out.startswith("baseline, draw 3 of seed 2025\n")
    assert "It is the baseline's world" in " ".join(outcome.out.split())
    assert "\nOctober\n" in outcome.out
    assert "At the end of 2022. " in outcome.out
    assert list(desk.iterdir()) == []


def test_a_story_may_begin_later(ask):
    told = ask("task=replay", "draw=3", "start=2022-09", SOON).out
    assert "September 2022" in told
    assert "\nAugust\n" not in told
    assert "\nOctober\n" in told


def test_another_seed_is_another_world(ask):
    first = ask("task=replay", "draw=3", SOON).out
    assert ask("task=replay", "draw=3", SOON).out == first
    assert ask("task=replay", "draw=3", "seed=7", SOON).out != first


def test_a_fixed_assumption_is_told_as_one(ask):
    word = "assumptions.lab.budget_factor=1.5"
    told = " ".join(ask("task=replay", "draw=3", SOON, word).out.split())
    assert ": held at 1.5, as requested." in told


def test_two_laws_are_compared_in_one_world(ask, desk):
    outcome = ask("task=diverge", "scenario=h20_ban", "draw=3", "horizon=2025-12")
    assert outcome.status == 0
    assert outcome.out.startswith("h20_ban against baseline, draw 3 of seed 2025\n")
    assert "The largest relative differences at the horizon" in outcome.out
    assert list(desk.iterdir()) == []


def test_other_assumptions_part_a_world_from_the_start(ask):
    word = "++scenario.assumptions.lab.budget_factor=1.5"
    told = ask("task=diverge", "scenario=service_ban", "draw=3", SOON, word).out
    assert "January 2022" in told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["task=replay"], "which world? give draw=..., such as draw=17"),
        (["task=replay", "draw=-1"], "draw=-1: must be at least 0"),
        (["task=replay", "draw=abc"], "draw=abc: must be a whole number"),
        (["task=replay", "draw=1.5"], "draw=1.5: must be a whole number"),
        (
            ["task=replay", "draw=1", "draws=3"],
            "draws=3: task=replay tells of one world; give its number, such as draw=17",
        ),
        (
            ["task=diverge", "draw=1", "first_draw=3", "scenario=service_ban"],
            "first_draw=3: task=diverge tells of one world; give its number, such as "
            "draw=17",
        ),
        (
            ["task=diverge", "draw=1", "scenario=baseline"],
            "scenario=baseline is the baseline itself, so nothing differs; choose "
            "another scenario",
        ),
        (
            ["task=diverge", "scenario=service_ban"],
            "which world? give draw=..., such as draw=17",
        ),
        (
            ["draw=1", "scenario=service_ban"],
            "draw=1: this is a setting of task=replay and task=diverge, and the task "
            "is run",
        ),
        (
            ["task=diverge", "draw=1", "scenario=service_ban", "horizon=2024-12"],
            "horizon=2024-12: service_ban does not differ from baseline before "
            "2025-02; look further ahead",
        ),
    ],
)
def test_a_world_that_cannot_be_told_of_is_one_clear_line(refused, words, message):
    assert refused(*words) == message


def test_two_laws_need_a_scenario(refused):
    assert refused("task=diverge", "draw=3").startswith(
        "which scenario? give scenario=..., one of "
    )
