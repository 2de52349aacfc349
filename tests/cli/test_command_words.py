"""Flags, Hydra's among them, and words that are neither flags nor settings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from sim.settings.completion import completion_lines, completions
from sim.settings.task_list import TASKS

ROOT = Path(__file__).parents[2]


# --- flags ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "flag", [("-c", "job"), ("--cfg", "job"), ("--cfg=job", "--resolve")]
)
def test_the_settings_of_a_command_are_printed_and_nothing_is_run(ask, desk, flag):
    outcome = ask(*flag, "scenario=tight_quota", "draws=3")
    assert outcome.status == 0
    printed = yaml.safe_load(outcome.out)
    assert printed["draws"] == 3
    assert printed["scenario"]["name"] == "tight_quota"
    assert not list(desk.iterdir())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-c", "hydra"], "write -c job"),
        (["-c"], "write -c job"),
        (["--info"], "-c job prints the settings"),
        (["--hydra-help"], "these work: -m, -c job, -sc install=bash"),
        (["-cn", "mine"], "scenario_folder=... and data=..."),
        (["-cd", "mine"], "scenario_folder=... and data=..."),
        (["--config-dir=mine"], "scenario_folder=... and data=..."),
        (["--package", "sweep"], "-c job prints all settings"),
        (["--experimental-rerun", "x"], "give task=rerun folder=..."),
        (["-sc", "install=fish"], "-sc install=bash"),
        (["-m", "-c", "job"], "-m and -c are given at once; give one alone"),
        (["--hlep"], "did you mean '--help'?"),
        (["--draws=5"], "written without dashes, draws=5"),
        (["--scenario", "service_ban"], "written without dashes, scenario=..."),
        (["service_ban"], "'service_ban' is not a setting; write scenario=service_ban"),
        (["law"], "'law' is not a setting; write task=law"),
        (["draws"], "'draws' is not a setting; write draws=..."),
        (["nothing"], "settings are written name=value"),
    ],
)
def test_other_words_are_answered_in_a_line_that_says_what_to_use(
    refused, words, expected
):
    assert expected in refused(*words)


def test_a_flag_that_asks_for_what_is_done_anyway_is_taken(ask):
    assert ask("--run", "task=scenarios").status == 0


# --- settings that exist below a group only -------------------------------------------


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("day=2025-01-01", "query.day"),
        ("buyer=alibaba", "query.buyer"),
        ("points=8", "sweep.points"),
        ("worlds=500", "calibrate.worlds"),
        ("smuggling=off", "mechanisms.smuggling"),
        ("service.engineers_weight=0.4", "assumptions.service.engineers_weight"),
        ("regime.add.service_ban.end=2027-01", "scenario.regime.add.service_ban.end"),
    ],
)
def test_a_setting_below_a_group_is_called_by_its_full_name(refused, word, meant):
    assert refused("scenario=service_ban", word).endswith(f"did you mean '{meant}'?")


# --- completion -----------------------------------------------------------------------


def test_tasks_scenarios_and_switches_are_completed(desk):
    assert completions("python -m sim task=") == sorted(f"task={x}" for x in TASKS)
    assert completions("python -m sim scenario=service_") == [
        "scenario=service_ban",
        "scenario=service_ban_unilateral",
    ]
    assert completions("python -m sim -m scenario=truce,h20_") == [
        "scenario=truce,h20_ban"
    ]
    assert completions("python -m sim fig") == ["figure_format=", "figures="]
    assert completions("python -m sim figures=") == ["figures=false", "figures=true"]
    assert completions("python -m sim sweep.design=s") == ["sweep.design=sobol"]
    assert completions("python -m sim query.b") == ["query.buyer="]
    assert completions("python -m sim query.buyer=alib") == ["query.buyer=alibaba"]
    assert completions("python -m sim query.tool=serv") == [
        "query.tool=service_software"
    ]
    assert completions("python -m sim record=[frontier_lag_months,bel") == [
        "record=[frontier_lag_months,belief"
    ]
    assert completions("python -m sim --he") == ["--help"]


def test_what_has_no_values_to_choose_from_is_not_completed():
    assert completions("python -m sim nosuch=a") == []
    assert completions("python -m sim task=law data=/nowhere query.buyer=") == []


def test_completion_is_taken_back():
    [line] = completion_lines("uninstall=bash")
    assert line == f"complete -r python python3 chipwar '{sys.executable}'"


def test_names_below_a_group_are_completed():
    assert completions("python -m sim mechanisms.smu") == ["mechanisms.smuggling="]
    assert completions("python -m sim mechanisms.smuggling=o") == [
        "mechanisms.smuggling=off",
        "mechanisms.smuggling=on",
    ]
    assert "assumptions.service.engineers_weight=" in completions(
        "python -m sim assumptions.service."
    )
    assert completions(
        "python -m sim scenario=service_ban scenario.regime.add.service_ban.eff"
    ) == ["scenario.regime.add.service_ban.effective="]


def test_own_scenarios_and_paths_are_completed(scenario_file, desk):
    scenario_file("question: x", "half_a_year_later")
    (desk / "points.csv").touch()
    assert completions("python -m sim scenario_folder=sc") == [
        "scenario_folder=scenarios/"
    ]
    begun = "python -m sim scenario_folder=scenarios scenario=half"
    assert completions(begun) == ["scenario=half_a_year_later"]
    assert completions("python -m sim sweep.table=po") == ["sweep.table=points.csv"]


@pytest.mark.parametrize("breaks_at_equals", [True, False])
def test_bash_completes(breaks_at_equals):
    line = "python -m sim task=sce"
    script = f"""
    eval "$('{sys.executable}' -m sim -sc install=bash)"
    {"" if breaks_at_equals else 'COMP_WORDBREAKS="${COMP_WORDBREAKS//=}"'}
    COMP_LINE={line!r} COMP_POINT={len(line)}
    _chipwar_completion
    echo "${{COMPREPLY[@]}}"
    complete -p python
    """
    outcome = subprocess.run(
        ["bash", "--norc", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ,
    )
    assert outcome.stdout.splitlines() == [
        "scenarios" if breaks_at_equals else "task=scenarios",
        "complete -o bashdefault -o default -o nospace -F _chipwar_completion python",
    ]
