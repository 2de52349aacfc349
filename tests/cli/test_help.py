"""What a newcomer reads."""

import re
import subprocess
import sys

import pytest

from sim.domain.errors import ChipWarError
from sim.settings.schema import SECTIONS, Settings
from sim.settings.task_list import TASKS

QUICK = ["draws=1", "horizon=2027-08", "figures=false"]


@pytest.mark.parametrize("words", [("--help",), ("-h",), ("help",)])
def test_help_names_scenarios_tasks_settings_and_three_examples(ask, words):
    outcome = ask(*words)
    assert outcome.status == 0
    assert outcome.err == ""
    for expected in ("service_ban", "baseline", "task=law", "draws=500", "horizon="):
        assert expected in outcome.out
    assert outcome.out.count("    python -m sim ") == 3


def test_without_words_a_page_of_the_screen_says_what_it_is_and_three_commands(
    ask, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "80")
    rows = ask().out.splitlines()
    assert len(rows) <= 24
    assert max(map(len, rows)) <= 80
    assert sum(row.startswith("    python -m sim ") for row in rows) == 3
    assert any("python -m sim --help" in row for row in rows)


def test_the_help_fits_a_screen_of_80_columns_and_describes_each_setting_once(
    ask, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "80")
    text = ask("--help").out
    assert max(map(len, text.splitlines())) <= 80
    for name in set(Settings.model_fields) - {*SECTIONS, "task"}:
        rows = re.findall(rf"^  {name}\b", text, re.MULTILINE)
        assert len(rows) == 1 + (name in TASKS), name


def test_help_may_follow_other_words(ask):
    assert ask("scenario=service_ban", "--help").status == 0


def test_the_examples_of_the_help_can_be_given(ask):
    examples = [
        line.split()[3:]
        for line in ask("--help").out.replace("\\\n", "").splitlines()
        if line.startswith("    python -m sim ")
    ]
    assert len(examples) == 3
    for words in examples:
        quick = [] if "task=law" in words else QUICK
        others = [word for word in words if not word.startswith("draws=")]
        assert ask(*others, *quick).status == 0


def test_version_is_one_line(ask):
    outcome = ask("--version")
    assert outcome.status == 0
    assert outcome.out.count("\n") == 1


def test_the_scenarios_are_listed_with_their_questions(ask):
    outcome = ask("task=scenarios")
    assert outcome.status == 0
    assert "service_ban" in outcome.out
    assert "?" in outcome.out


def test_a_scenario_that_cannot_be_read_does_not_hide_the_others(ask, scenario_file):
    folder, _ = scenario_file("question: [unclosed")
    outcome = ask("task=scenarios", folder)
    assert outcome.status == 0
    assert "(cannot be read: " in outcome.out
    assert "service_ban" in outcome.out


def test_an_error_shows_its_place_in_the_code_when_asked(ask):
    with pytest.raises(ChipWarError):
        ask("scenario=service_bann", "debug=true")


def test_help_scenarios_and_refusals_load_no_library_that_only_runs_need():
    code = (
        "import sys; from sim.__main__ import main; "
        "main(['--help']); main(['task=scenarios']); main(['scenario=no']); "
        "main(['scenario=truce', 'draws=x']); print(sorted(sys.modules))"
    )
    modules = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    for heavy in ("mesa", "matplotlib", "pandas", "rich", "numpy", "jaxtyping"):
        assert f"'{heavy}'" not in modules
