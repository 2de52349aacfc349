"""The tasks hindcast, forecast and structure, asked for as a user does."""

import json
import shutil
from dataclasses import replace

import pandas as pd
import pytest

import sim
from sim.records.data_folder import SHIPPED
from sim.settings.compose import read_command
from sim.tasks.inputs import read_history
from sim.tasks.prepare import prepare
from tests.displays import assert_short

pytestmark = pytest.mark.slow

QUICK = ("draws=4", "assumptions=prior", "quiet=true", "figures=false", "workers=1")


@pytest.fixture(scope="module")
def hindcast(tmp_path_factory):
    """One hindcast of a few draws, with its figures; what it says is kept."""
    folder = tmp_path_factory.mktemp("hindcast")
    return sim.hindcast(
        draws=4, drawn_from="prior", quiet=True, workers=1, outputs=str(folder)
    )


def test_it_leaves_a_folder_with_tables_and_figures(hindcast):
    names = {path.name for path in hindcast.folder.iterdir()}
    assert {
        *("periods.csv", "series.csv", "totals.csv", "bands.csv", "patterns.csv"),
        *("published.csv", "event_returns.csv", "config.yaml", "provenance.json"),
    } <= names
    drawn = {path.name for path in (hindcast.folder / "figures").glob("*.png")}
    assert {"skill.png", "coverage.png", "fans_tool_sales.png"} <= drawn


def test_a_notebook_shows_it_in_short(hindcast):
    assert "Scoreboard of 4 draws" in repr(hindcast)
    assert_short(hindcast)


def test_every_observed_series_is_scored_in_both_variants(hindcast):
    rows = pd.read_csv(hindcast.folder / "periods.csv")
    assert set(rows["variant"]) == {"model", "carried"}
    later = rows[(rows["variant"] == "carried") & (rows["part"] == "test")]
    assert later["end"].min() >= "2025-01-31"
    assert later["end"].max() == "2025-06-30"
    assert (rows["p05"] <= rows["p95"]).all()
    assert rows["crps"].notna().all()


def test_totals_tell_what_later_facts_add(hindcast):
    totals = pd.read_csv(hindcast.folder / "totals.csv")
    assert set(totals["facts"]) == {"to 2024-12", "all"}
    assert set(totals["part"]) == {"calibration", "test"}


def test_with_the_whole_record_there_are_no_later_facts_to_compare_with(ask, desk):
    words = ("as_of=null", "draws=2", *QUICK[1:])
    folder = desk / ask("task=hindcast", *words).out.strip()
    assert pd.read_csv(folder / "periods.csv")["end"].max() == "2025-06-30"
    assert set(pd.read_csv(folder / "totals.csv")["facts"]) == {"all"}


def test_every_pattern_is_judged(hindcast):
    patterns = hindcast.patterns
    assert set(patterns["pattern"]) == {f"P{number}" for number in range(1, 14)}
    assert set(patterns["verdict"]) <= {"in band", "low", "high"}
    assert patterns["share_in_band"].between(0.0, 1.0).all()


def test_provenance_says_the_vintage(hindcast):
    origin = json.loads((hindcast.folder / "provenance.json").read_text())
    assert origin["vintage"]["as_of"] == "2024-12"


def test_a_posterior_that_has_seen_the_test_is_said_to_be_no_test(hindcast):
    fitted = replace(hindcast, prepared=prepare(read_command(["scenario=baseline"])))
    seen_to = fitted.prepared.setup.posterior.origin.observations_to
    warning = "no test; assumptions=prior has not."
    early = replace(fitted, vintage=seen_to + -1)
    assert early.assumption_source.endswith(warning)
    for one in (hindcast, replace(fitted, vintage=seen_to)):
        assert warning not in one.assumption_source


def test_it_prints_the_scoreboard_and_ends_with_a_sentence(hindcast, capsys):
    from sim.presentation.hindcast import print_hindcast

    print_hindcast(hindcast)
    printed = capsys.readouterr().out
    for words in ("Scoreboard of 4 draws", "Patterns of the record", "2025, the test"):
        assert words in printed
    assert "After the vintage the 90 % bands cover" in " ".join(printed.split())


def test_chunks_change_nothing(ask, desk):
    """The same draws in chunks of three give the same bytes."""
    words = ("start=2022-10", "horizon=2022-12", "record=[china_revenue,die_yield]")
    unchunked, chunked = (
        desk / ask("task=forecast", *QUICK, *words, *more).out.strip() / "forecast.csv"
        for more in ((), ("chunk=3",))
    )
    assert unchunked.read_bytes() == chunked.read_bytes()


def test_the_forecast_has_quantiles_by_month_quarter_and_year(desk):
    forecast = sim.forecast(
        draws=4,
        drawn_from="prior",
        quiet=True,
        figures=False,
        record=["china_revenue", "china_share", "frontier_lag_months", "hbm_made"],
    )
    assert_short(forecast)
    folder = forecast.folder
    table = pd.read_csv(folder / "forecast.csv")
    assert set(table["period"]) == {"month", "quarter", "fiscal quarter", "year"}
    assert table["end"].min() >= "2025-07-31"
    assert table["end"].max() == "2026-12-31"
    levels = table[["p05", "p10", "p25", "p50", "p75", "p90", "p95"]]
    assert (levels.diff(axis=1).iloc[:, 1:] >= -1e-9).all(axis=None)
    rests = table.groupby(["measure", "actor"])["rests_on"].first()
    assert rests["china_revenue", "nvidia"] == "carried forward"
    assert rests["hbm_made", "cxmt"] == "draws alone"
    nvidia = table[(table["actor"] == "nvidia") & (table["period"] == "fiscal quarter")]
    assert set(nvidia["end"].str[5:7]) == {"01", "04", "07", "10"}
    origin = json.loads((folder / "provenance.json").read_text())
    assert origin["conditioned_on"] == "observations to 2025-06"


def test_structure_gives_a_verdict_on_each_mechanism(ask, desk, monkeypatch):
    # That every mechanism can be switched off is tested in tests/invariants/test_null.
    few = ("redesign", "smuggling", "talent")
    monkeypatch.setattr("sim.tasks.structure.MECHANISMS", few)
    early = ("as_of=2023-03", "horizon=2023-06", "draws=2")
    folder = desk / ask("task=structure", *early, *QUICK[1:]).out.strip()
    verdicts = pd.read_csv(folder / "verdicts.csv")
    assert set(verdicts["part"]) == {"calibration", "test"}
    assert set(verdicts["mechanism"]) == set(few)
    assert not (folder / "left_out.csv").exists()


def test_structure_leaves_each_series_out_of_a_fit(ask, desk, monkeypatch):
    monkeypatch.setattr("sim.tasks.structure.MECHANISMS", ("talent",))
    early = ("as_of=2023-03", "horizon=2023-06", "draws=4", "assumptions=posterior")
    asked = ask("task=structure", *early, *QUICK[2:])
    left_out = pd.read_csv(desk / asked.out.strip() / "left_out.csv")
    assert len(left_out) > 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ("task=hindcast", "scenario=service_ban"),
            "scenario=service_ban: task=hindcast runs the law of record; "
            "leave the scenario out",
        ),
        (
            ("task=hindcast", "horizon=2024-06"),
            "horizon=2024-06: observations from 2025-01 to 2025-06 are scored; look "
            "further ahead, or choose an earlier as_of",
        ),
        (
            ("task=structure", "mechanisms.smuggling=off"),
            "mechanisms: task=structure switches each off in turn; leave them on",
        ),
        (
            ("task=forecast", "start=2022-01"),
            "start=2022-01: nothing was observed before it, and a forecast goes on "
            "from what was; begin later",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_line(refused, words, expected):
    assert refused(*words) == expected


def test_a_row_about_an_actor_of_whom_its_measure_says_nothing_is_refused(
    refused, tmp_path_factory
):
    data = shutil.copytree(SHIPPED, tmp_path_factory.mktemp("own") / "data")
    assert read_history(read_command([f"data={data}"]).settings).folder == data
    table = data / "history" / "observations.csv"
    rows = table.read_text("utf-8")
    table.write_text(rows.replace("china_system_sales,asml", "china_system_sales,lab"))
    message = refused("task=hindcast", f"data={data}")
    assert "row 2, actor: china_system_sales does not cover 'lab'" in message


def test_a_vintage_keeps_later_observations_from_a_forecast(ask, desk):
    words = ("as_of=2023-03", "start=2023-07", "horizon=2023-07", "record=[die_yield]")
    folder = desk / ask("task=forecast", *QUICK, *words).out.strip()
    origin = json.loads((folder / "provenance.json").read_text())
    assert origin["conditioned_on"] == "observations to 2023-03"
