"""Inputs that were once taken silently, or ended in a traceback: each is one line."""

import os
import sys
from pathlib import Path

import pytest

import sim
from sim.__main__ import FAULT, MISTAKE, _described, main
from sim.domain.errors import NotDrawnError, SettingsError
from sim.settings.shipped_files import SCENARIOS
from sim.settings.task_list import TASKS, Task
from sim.tasks.run import folder_line
from tests.cli.conftest import law_file

LAW = law_file(
    "quota",
    "scope: {goods: [ai_chip], destinations: [CHN]}",
    "cap: 100",
    "unit: h100e",
    "per: country",
)
SKILL = "assumptions.service.engineers_weight"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["draws=3", "draws=4"], "draws=3 and draws=4: draws is given twice"),
        (["draws=true"], "draws=true: must be a whole number"),
        (["draws=1e3"], "draws=1e3: must be a whole number"),
        (["draws=5.0"], "draws=5.0: must be a whole number"),
        (["draws='5'"], "draws='5': must be a whole number"),
        (["draws=1_0"], "1_0 is read as a number; write it without _"),
        (["outputs=2025_01"], "2025_01 is read as a number"),
        (["draws=٣"], "draws=٣: the value cannot be read"),
        (["draws='３'"], "draws='３': must be a whole number"),
        (["horizon='２０２７-12'"], "'２０２７-12' is not a date"),
        (["data=."], "data=.: holds no assumptions.csv, so it is not a folder of data"),
        (["baseline=truce"], "scenario=truce and baseline=truce are the same"),
        (["as_of=2030-01"], "as_of=2030-01 lies after 2026-12, the end of the last"),
        (["figures=1"], "figures=1: must be true or false (on or off)"),
        (["figures=y"], "figures=y: must be true or false (on or off)"),
        (["figures=n"], "figures=n: must be true or false (on or off)"),
        (["figures='t'"], "figures=t: must be true or false (on or off)"),
        (["mechanisms.smuggling=1"], "must be true or false (on or off)"),
        ([f"{SKILL}=true"], f"{SKILL}=true: must be a number"),
        ([f"{SKILL}='0.3'"], f"{SKILL}='0.3': must be a number"),
        ([f"{SKILL}=0.3_1"], "0.3_1 is read as a number; write it without _"),
        (["record=[belief,belief]"], "record: 'belief' appears twice"),
        (["sweep=3"], "sweep has settings of its own; write sweep.NAME=..., one of"),
        (["outputs=${oc.env:NO_SUCH}"], "${...} refers to nothing that has a value"),
        (["draws=${draws}"], "draws=${draws}: ${...} refers to nothing that has a"),
        (["data=" + "x" * 300], "file name too long"),
        (["scenario_folder=" + "x" * 300], "file name too long"),
        (["outputs=" + "x" * 300], "file name too long"),
    ],
    ids=lambda value: value[-1][:50] if isinstance(value, list) else "",
)
def test_a_setting_that_is_surely_wrong_is_refused(refused, words, expected):
    assert expected in refused("scenario=truce", *words)


@pytest.mark.parametrize("word", ["scenario=null", "scenario=[truce,h20_ban]"])
def test_a_scenario_is_one_name(refused, word):
    assert refused(word) == (
        f"{word}: give one scenario by its name; -m runs several, as in -m "
        "scenario=service_ban,truce"
    )


def test_a_file_in_the_place_of_a_shipped_scenario_is_named(ask, desk):
    (desk / "own").mkdir()
    shipped = (SCENARIOS / "truce.yaml").read_text(encoding="utf-8")
    (desk / "own" / "truce.yaml").write_text(shipped, encoding="utf-8")
    changed = (SCENARIOS / "baseline.yaml").read_text(encoding="utf-8")
    (desk / "own" / "baseline.yaml").write_text(
        f"{changed}assumptions: {{{SKILL.removeprefix('assumptions.')}: 0.3}}\n",
        encoding="utf-8",
    )
    line = "own/baseline.yaml takes the place of the shipped scenario baseline"
    listing = ask("task=scenarios", "scenario_folder=own").out
    assert line in " ".join(listing.split())
    assert "truce.yaml" not in listing
    soon = ("draws=2", "horizon=2022-12", "figures=false")
    words = ("scenario=truce", "scenario_folder=own", *soon, "mechanisms.smuggling=off")
    shown = " ".join(ask(*words).out.split())
    assert f"warning: {line}" in shown
    assert (
        f"Fixed: {SKILL.removeprefix('assumptions.')} at 0.3 in baseline alone" in shown
    )
    assert "Mechanisms off: smuggling." in shown


def test_a_sweep_cannot_be_called_as_the_folder_of_blocks(refused):
    words = ("-m", "scenario=truce,h20_ban", "draws=1", "sweep.name=blocks")
    assert refused(*words).startswith("sweep.name=blocks: 'blocks' is the folder")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("cap: 100", "cap: 010", "line 14: 010 is not a decimal number"),
        ("cap: 100", "cap: 1:30", "line 14: 1:30 is not a decimal number"),
        ("cap: 100", "cap: 0x10", "line 14: 0x10 is not a decimal number"),
        ("cap: 100", "cap: 1_0", "line 14: 1_0 is not a decimal number"),
        ("cap: 100", "cap: 1" + "0" * 400, "a number of 401 digits is too large"),
        ("base:", "baseline: 1\nbase:", "baseline: must be true or false, not 1"),
        ("base:", "baseline: 'yes'\nbase:", "must be true or false, not 'yes'"),
        ("base:", "baseline: 'off'\nbase:", "must be true or false, not 'off'"),
        ("cap: 100", "cap: !!int 100", "line 14: tags such as !!python are not"),
        ("cap: 100", "cap: ! 100", "line 14: tags such as !!python are not"),
        ("cap: 100", "cap: !!bool x", "line 14: tags such as !!python are not"),
        ("cap: 100", "cap: !!timestamp x", "line 14: tags such as !!python are not"),
        ("[CHN]", "!!map [CHN]", "line 13: tags such as !!python are not"),
        ("[CHN]", "!!set {CHN}", "line 13: tags such as !!python are not"),
        (
            '      effective: "2025-07-01"',
            '      effective: "2025-07-01"\n      end: "2025-07-01"',
            "end: 2025-07-01 is not after effective 2025-07-01, so it would never bind",
        ),
        ("    mine:", "    null:", "regime.add: holds a key that is empty or null"),
        ("cap: 100", "<<: {cap: 100}", "line 14: merge keys (<<) are not allowed"),
        ("cap: 100", "cap: no", "cap: reads as false, as YAML takes NO, OFF"),
        (
            "cap: 100",
            "adopted_by: {NLD: no}",
            "adopted_by.NLD: reads as false, as YAML",
        ),
        ("cap: 100", "adopted_by: {NLD: refuse}", "NLD: 'refuse' does not say whether"),
        ("cap: 100", "adopted_by: {NLD: 1}", "or {since: ..., share: ...}"),
        ("    mine:", '    "":', "'' cannot be the id of an instrument"),
        ("    mine:", "    a.b:", "'a.b' cannot be the id of an instrument"),
        ("    mine:", "    1:", "regime.add.1: must be text, not 1"),
        ("  add:", "  remove: [[a]]\n  add:", "no instrument called ['a'] in the base"),
        ("  add:", "  remove: no\n  add:", "regime.remove: must be a list, such as"),
        ("kind: quota", "kind: [service_ban]", "kind: ['service_ban'] is not a known"),
        ("issuer: USA", "issuer: FRA", "'FRA' is not a known issuer"),
        ("[CHN]", "[null]", "scope.destinations: is null; leave it out"),
    ],
)
def test_a_scenario_that_is_surely_wrong_is_refused(
    refused, scenario_file, old, new, expected
):
    assert old in LAW
    words = scenario_file(LAW.replace(old, new))
    assert expected in refused("task=law", "query.day=2026-01", *words)


def test_an_act_that_was_expected_and_never_bound_may_be_amended(ask):
    word = "scenario.regime.amend.us_2025_01_diffusion.end=2025-05-13"
    outcome = ask("scenario=tight_quota", "task=law", "query.day=2025-04", word)
    assert outcome.status == 0


def test_a_file_that_no_scenario_of_a_sweep_uses_does_no_harm(ask, scenario_file):
    scenario_file("question: !!set {a}", "unused")
    folder, name = scenario_file(LAW)
    words = ("-m", folder, name, "seed=1,2", "draws=1", "sweep.dry_run=true")
    assert ask(*words).status == 0


def test_a_single_value_cannot_be_swept_from_a_notebook(desk):
    with pytest.raises(SettingsError, match="nothing is swept|several values"):
        sim.sweep({"seed": 5}, scenario="truce", draws=1)


def test_a_folder_that_was_deleted_is_said_to_be_gone(desk, capsys, monkeypatch):
    gone = desk / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert main(["scenario=truce", "draws=1"]) == MISTAKE
    assert capsys.readouterr().err == (
        "error: the folder in which this command is given does not exist any more\n"
    )


# --- what nobody foresaw --------------------------------------------------------------


def broken_task(_command):
    """Fail as only a bug does."""
    return {}["no such key"]


@pytest.fixture
def bug(monkeypatch, tmp_path):
    """A task with a bug; its reports go into a folder of their own."""
    task = Task("broken", "fails", f"{__name__}:broken_task")
    monkeypatch.setitem(TASKS, "scenarios", task)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_bug_is_one_line_and_a_file_to_send(ask, bug):
    outcome = ask("task=scenarios")
    assert outcome.status == FAULT
    [report] = bug.glob("chipwar-bug-*.txt")
    assert outcome.err == (
        "error: this is a bug in the simulator (KeyError: 'no such key'); please send "
        f"{report}, which says where it arose\n"
    )
    text = report.read_text("utf-8")
    assert text.startswith("command: python -m sim task=scenarios\n")
    assert "broken_task" in text
    assert text.endswith("KeyError: 'no such key'\n")


def test_a_bug_shows_its_place_in_the_code_when_asked(ask, bug):
    with pytest.raises(KeyError):
        ask("task=scenarios", "debug=true")


# --- output that nobody reads to its end ----------------------------------------------


@pytest.mark.parametrize("words", [("task=scenarios",), ("--help",), ("-c", "job")])
def test_output_may_be_cut_short(words, capsys, monkeypatch):
    """As by `| head -1`: the reader has closed the pipe."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        status = main(words)
    assert (status, capsys.readouterr().err) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
def test_output_on_a_full_disk_is_one_line(capsys, monkeypatch):
    with open("/dev/full", "w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        status = main(["--help"])
    assert (status, capsys.readouterr().err) == (
        MISTAKE,
        "error: standard output cannot be written: no space left on device\n",
    )


def finished(_command):
    """Return where the results are, as a run does."""
    return [os.curdir]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
def test_results_are_found_though_nothing_can_be_printed(capsys, monkeypatch):
    task = Task("finished", "ends", f"{__name__}:finished")
    monkeypatch.setitem(TASKS, "scenarios", task)
    with open("/dev/full", "w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert main(["task=scenarios"]) == MISTAKE
    line = capsys.readouterr().err
    assert line.endswith("no space left on device; the results are in .\n")


def test_figures_that_could_not_be_drawn_are_a_fault_that_leaves_the_results(capsys):
    with pytest.raises(NotDrawnError) as error:
        folder_line(Path("outputs/x"), "ValueError: no font")
    assert capsys.readouterr().out == "outputs/x\n"
    assert _described(error.value, []) == (
        "the figures could not be drawn (ValueError: no font); all else is in "
        "outputs/x, and figures=false leaves them out",
        FAULT,
    )


@pytest.mark.parametrize("text", ["\ud800", "a\udcffb"])
def test_text_that_is_no_utf_8_is_refused(refused, scenario_file, text):
    assert refused("scenario=truce", f"outputs='{text}'").endswith(
        "is not text in UTF-8"
    )
    words = scenario_file(LAW.replace("title: A test", 'title: "\\ud800"'))
    assert refused("task=law", "query.day=2026-01", *words).endswith(
        "line 9: \\ud800 is half of a character; write the whole one"
    )
