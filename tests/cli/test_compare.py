"""Scenarios side by side: on the command line and in a notebook."""

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

import sim
from sim.domain.errors import SettingsError
from sim.settings.shipped_files import CONFIGS
from tests.displays import assert_short

FEW = ("draws=3", "horizon=2025-10")
TWO = ("task=compare", "scenario=h20_ban,tight_quota", *FEW)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of a comparison of two scenarios, with an objective of one's own."""
    outputs = tmp_path_factory.mktemp("compare")
    result = sim.compare(
        ["h20_ban", "tight_quota"],
        draws=3,
        horizon="2025-10",
        outputs=outputs,
        objectives={
            "tools": "sum(china_revenue[asml, tel])",
            "one_lab": "ai_compute_stock[alibaba]",
            "enforcement": None,
        },
        quiet=True,
    )
    assert_short(result)
    return result.folder


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv")


def test_all_tables_and_figures_are_written(folder):
    names = {path.name for path in folder.iterdir()}
    tables = ("objectives", "ranks", "pairs", "timing", "measures")
    assert {f"{name}.csv" for name in tables} | {"summary.md", "manifest.json"} <= names
    assert {path.name for path in (folder / "figures").glob("*.png")} == {
        "differences.png",
        "over_time_china_compute.png",
        "over_time_china_lag.png",
        "pairs.png",
    }


def test_all_laws_are_compared_by_every_objective(folder):
    effects = table(folder, "objectives")
    assert set(effects["law"]) == {"baseline", "h20_ban", "tight_quota"}
    assert {"tools", "one_lab"} <= set(effects["objective"])
    assert "enforcement" not in set(effects["objective"])
    assert not effects["unit"].isna().any()
    assert len(effects) == 3 * effects["objective"].nunique()


def test_the_summary_says_what_the_tables_have(folder):
    page = (folder / "summary.md").read_text("utf-8")
    assert page.startswith("# h20_ban and tight_quota against baseline, October 2025")
    ranks = table(folder, "ranks")
    compute = ranks[ranks["objective"] == "china_compute"].set_index("law")
    best = compute["best_in"].idxmax()
    assert f"It is lowest under {best} in all 3 draws" in page


def test_the_scenarios_and_objectives_are_kept(folder):
    config = yaml.safe_load((folder / "config.yaml").read_text("utf-8"))
    assert config["scenario"] == ["h20_ban", "tight_quota"]
    assert config["objectives"]["tools"]["value"] == "sum(china_revenue[asml, tel])"
    kept = {path.name for path in (folder / "scenarios").iterdir()}
    assert kept == {"baseline.yaml", "h20_ban.yaml", "tight_quota.yaml"}
    hashes = json.loads((folder / "provenance.json").read_text("utf-8"))["scenarios"]
    assert set(hashes) == {"baseline", "h20_ban", "tight_quota"}


def test_a_comparison_is_run_again_to_the_byte(folder):
    again = sim.rerun(folder, quiet=True)
    assert again.same, again.differences
    assert again.compared >= 13


def test_the_command_line_prints_sentences_and_one_table(ask):
    outcome = ask(*TWO, "figures=false")
    assert outcome.status == 0, outcome
    assert "- China's AI compute, " in outcome.out
    assert "2 scenarios against baseline at 2025-10" in outcome.out
    assert outcome.out.count("tight_quota") > 10
    assert Path(outcome.out.splitlines()[-1]).is_dir()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((), "which scenarios? give two or more"),
        (("scenario=h20_ban",), "scenario=h20_ban: give two or more to compare"),
        (("scenario=h20_ban,h20_ban",), "h20_ban appears twice"),
        (("scenario=[h20_ban,h20_ban]",), "h20_ban is given twice"),
        (("scenario=h20_ban,tight_qouta",), "did you mean 'tight_quota'?"),
        (("scenario=h20_ban,baseline",), "is the baseline that all are compared with"),
        (("scenario=null",), "give names of scenarios"),
        (("scenario=h20_ban,truce", "scenario.base=x"), "as their files have them"),
        (("scenario=h20_ban,truce", "attribution=true"), "does not split"),
        (("scenario=h20_ban,truce", "record=all"), "keeps the headline"),
        (("scenario=h20_ban,truce", "horizon=2024-12"), "does not differ"),
        (
            ("scenario=h20_ban,truce", "objectives.mine=revenue"),
            "objectives.mine: revenue stands alone",
        ),
        (
            ("scenario=h20_ban,truce", "objectives.mine='revenu[asml]'"),
            "objectives.mine: there is no measure called 'revenu'",
        ),
        (
            ("scenario=h20_ban,truce", "objectives=[1]"),
            "objectives=[1]: must be names with formulas",
        ),
        (
            ("scenario=h20_ban,truce", "objectives.mine=3"),
            "objectives.mine.value=3: must be text",
        ),
        (("scenario=[]",), "which scenarios? give two or more"),
        (
            ("scenario=h20_ban,truce", "objectives.china_lag.better=worse"),
            "objectives.china_lag.better=worse",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(refused, words, reason):
    assert reason in refused("task=compare", *words)


def test_objectives_belong_to_a_comparison(refused):
    line = refused("scenario=h20_ban", "objectives.mine='revenue[asml]'")
    assert "this is a setting of task=compare" in line


def test_without_any_objective_there_is_nothing_to_compare_by(refused):
    shipped = yaml.safe_load((CONFIGS / "task" / "compare.yaml").read_text("utf-8"))
    none_left = [f"objectives.{name}=null" for name in shipped["objectives"]]
    assert "none is left" in refused(*TWO, *none_left)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (["h20_ban"], "give two or more to compare"),
        (["h20_ban", "h20_ban"], "h20_ban is given twice"),
        (["h20_ban", "h20_bann"], "did you mean 'h20_ban'?"),
    ],
)
def test_python_refuses_the_same(given, reason):
    with pytest.raises(SettingsError) as refusal:
        sim.compare(given)
    assert reason in str(refusal.value)


def test_names_and_readings_of_runs_do_not_go_together():
    with pytest.raises(SettingsError, match="are for runs"):
        sim.compare(["h20_ban", "truce"], "ai_compute_stock")
