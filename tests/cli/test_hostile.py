"""A scenario file from a stranger is data: nothing in it is run, read or written."""

import os

import pytest

from sim.experiments.points_file import read_points
from sim.settings.shipped_files import SCENARIOS
from tests.cli.conftest import law_file

LAW = law_file("service_ban", "scope: {goods: [engineers]}", "approval: 0.0")


@pytest.mark.parametrize(
    "text",
    [
        'question: !!python/object/apply:os.system ["touch pwned"]',
        "question: !!python/name:os.system",
        "question: !!python/object/new:os.system [touch pwned]",
        "!!python/module:os",
        "question: !include /etc/passwd",
    ],
)
def test_tags_build_nothing(refused, scenario_file, desk, text):
    words = scenario_file(text)
    refused(*words)
    assert not (desk / "pwned").exists()


@pytest.mark.parametrize(
    "line",
    [
        "_target_: os.system",
        '_target_: builtins.exec\n_args_: [\'open("pwned", "w")\']',
        "hydra: {run: {dir: pwned}}",
        "task: law",
        "outputs: pwned",
    ],
)
def test_no_key_reaches_beyond_the_scenario(refused, scenario_file, desk, line):
    words = scenario_file(LAW + line + "\n")
    refused(*words)
    assert not (desk / "pwned").exists()


def test_a_target_inside_an_instrument_is_an_unknown_key(refused, scenario_file):
    words = scenario_file(LAW + "      _target_: os.system\n")
    assert "_target_" in refused(*words)


@pytest.mark.parametrize(
    "value",
    ["${oc.env:HOME}", "${oc.env:SECRET}", "${outputs}", "${hydra:runtime.cwd}", "${"],
)
def test_references_are_neither_followed_nor_shown(
    refused, scenario_file, monkeypatch, value
):
    monkeypatch.setenv("SECRET", "do-not-show-me")
    words = scenario_file(f'question: "{value}"\n')
    message = refused(*words)
    assert "a scenario is data" in message
    assert "do-not-show-me" not in message
    assert os.environ["HOME"] not in message.replace(str(words[0]), "")


def test_references_on_the_command_line_are_not_followed_into_a_scenario(refused):
    message = refused("scenario=service_ban", "scenario.question=${oc.env:HOME}")
    assert message.endswith("a scenario refers to nothing outside itself")


@pytest.mark.parametrize(
    "defaults",
    [
        "[../../../../etc/passwd]",
        "[/hydra/launcher: joblib]",
        "[override /task: law]",
        "['${oc.env:HOME}']",
        "[{task: law}]",
        "3",
    ],
)
def test_defaults_name_scenarios_and_nothing_else(refused, scenario_file, defaults):
    refused(*scenario_file(f"defaults: {defaults}\n" + LAW))


def test_scenarios_that_build_on_each_other_in_a_circle_are_refused(
    refused, scenario_file
):
    scenario_file("defaults: [mine]\n", "other")
    message = refused(*scenario_file("defaults: [other]\n"))
    assert message.endswith("mine > other > mine")


def test_a_giant_file_is_refused(refused, scenario_file):
    refused(*scenario_file(LAW + "# " + "x" * 2_000_000))


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_deep_nesting_is_refused(refused, scenario_file, opening):
    closing = {"[": "]", "{a: ": "}"}[opening]
    depth = 20_000
    refused(*scenario_file("question: " + opening * depth + closing * depth))


def test_an_alias_bomb_is_refused(refused, scenario_file):
    rows = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    refused(*scenario_file("\n".join(rows)))


def test_a_file_that_contains_itself_is_refused(refused, scenario_file):
    refused(*scenario_file("question: &me [*me]"))


@pytest.mark.parametrize("name", ["..", ".hidden", "a b", "$(touch pwned)", "-x"])
def test_a_file_whose_name_is_no_name_is_not_offered(ask, scenario_file, desk, name):
    folder, _ = scenario_file(LAW, name)
    assert name not in [
        row.split()[0] for row in ask("task=scenarios", folder).out.splitlines()
    ]
    assert not (desk / "pwned").exists()


STEERING = r"\e[31mred\e]0;title\a\x9b1m\u202Eright\u2066left\r\tend\nforged row"
"""Signs that steer a terminal, and a second row, as YAML writes them."""

ACT = law_file(
    "service_ban", "scope: {goods: [spare_parts], destinations: [CHN]}", "approval: 0.0"
)


@pytest.mark.parametrize(
    "words",
    [
        ("task=scenarios",),
        ("task=law", "query.day=2026-01-01"),
        (
            "task=law",
            "query.day=2026-01-01",
            "query.tool=spare_parts",
            "query.buyer=CXMT",
        ),
        ("task=instruments",),
        ("task=instruments", "format=csv"),
        ("-c", "job"),
    ],
    ids=["scenarios", "day", "sale", "instruments", "csv", "settings"],
)
def test_text_cannot_steer_the_terminal(ask, scenario_file, words):
    written = f'"=HYPERLINK(1) {STEERING}"'
    text = ACT.replace("A test", written).replace("What would this do?", written)
    outcome = ask(*words, *scenario_file(text))
    assert "red" in outcome.out
    assert outcome.out.replace("\n", "").isprintable()
    if "format=csv" in words:
        assert """,added,"'=HYPERLINK(1) """ in outcome.out
    else:
        assert "\nforged row" not in outcome.out


def test_a_refusal_cannot_steer_the_terminal(refused, scenario_file):
    message = refused(*scenario_file(ACT.replace("USA", f'"{STEERING}"')))
    assert "red" in message
    assert message.isprintable()


def test_a_byte_order_mark_is_read_over(ask, scenario_file, desk):
    words = scenario_file(
        "\ufeff" + (SCENARIOS / "service_ban.yaml").read_text("utf-8")
    )
    question = ask("task=scenarios", words[0]).out
    assert "cannot be read" not in question
    points = desk / "points.csv"
    points.write_text("draws,horizon\n1,2025-09\n", "utf-8-sig")
    assert read_points(points)[0] == ("draws", "horizon")


def test_binary_files_are_refused(refused, scenario_file, desk):
    words = scenario_file("x")
    (desk / "scenarios" / "mine.yaml").write_bytes(bytes(range(256)) * 20)
    refused(*words)


def test_a_folder_or_a_device_is_no_scenario_file(refused, scenario_file, desk):
    words = scenario_file("x")
    (desk / "scenarios" / "mine.yaml").unlink()
    (desk / "scenarios" / "mine.yaml").mkdir()
    assert "there is no scenario called 'mine'" in refused(*words)
