"""The task score, asked for as a user does."""

import json
from shutil import copytree

import pandas as pd
import pytest

import sim
from tests.displays import assert_short

HEADER = "measure,actor,period,value,source\n"
LINE = "china_revenue,nvidia,2023Q2,3000,a report\n"
FORECAST = {
    "as_of": "2023-03",
    "start": "2023-04",
    "horizon": "2023-09",
    "record": ["china_revenue", "china_share", "ai_compute_stock", "hbm_made"],
    "draws": 6,
    "drawn_from": "prior",
    "quiet": True,
    "figures": False,
    "workers": 1,
}


@pytest.fixture(scope="module")
def forecast(tmp_path_factory):
    """A forecast of a few draws and months, as a user would have it on disk."""
    outputs = tmp_path_factory.mktemp("forecast")
    return sim.forecast(**FORECAST, outputs=str(outputs))


@pytest.fixture
def words(forecast, desk):
    """Return the words that score the forecast on some lines."""

    def of(lines, folder=forecast.folder):
        (desk / "mine.csv").write_text(HEADER + lines, "utf-8")
        return ("task=score", f"folder={folder}", "observations=mine.csv")

    return of


def test_it_leaves_a_folder_and_says_how_little_it_proves(ask, desk, words):
    more = (
        "china_share,nvidia,2023-05 to 2023-07,0.2,a report\n"
        "hbm_made,cxmt,2023H1,0,a guess\n"
    )
    outcome = ask(*words(LINE + more))
    assert outcome.status == 0, outcome
    said = " ".join(outcome.out.split())
    assert "3 new observations of 3 series" in said
    assert "So few observations prove little" in said
    folder = desk / outcome.out.strip().splitlines()[-1]
    names = {path.name for path in folder.iterdir()}
    assert {
        *("summary.md", "periods.csv", "series.csv", "totals.csv", "observations.csv"),
        *("config.yaml", "provenance.json", "manifest.json"),
    } <= names
    assert (folder / "figures" / "scores.png").stat().st_size > 10_000
    origin = json.loads((folder / "provenance.json").read_text("utf-8"))
    assert origin["scored"]["observed_to"] == "2023-03"
    again = ask("task=rerun", f"folder={folder}")
    assert "reproduced to the byte" in again.out


def test_its_quantiles_are_those_of_the_forecast(forecast):
    table = forecast.table
    rows = table[(table["actor"] == "nvidia") & (table["measure"] == "china_revenue")]
    rows = rows[rows["period"] != "month"]
    assert set(rows["period"]) == {"quarter", "fiscal quarter"}
    mine = pd.DataFrame(
        {
            "measure": rows["measure"],
            "actor": rows["actor"],
            "period": rows["start"].str[:7] + " to " + rows["end"].str[:7],
            "value": 3000.0,
            "source": "by hand",
        }
    )
    score = sim.score(forecast, mine, figures=False)
    assert_short(score)
    for level in ("p05", "p50", "p95"):
        scored = score.table.set_index("end")[level].sort_index()
        written = rows.set_index("end")[level].sort_index()
        assert scored.to_numpy() == pytest.approx(written.to_numpy(), rel=1e-5)


def test_a_plain_run_is_scored_on_its_draws_alone(ask, desk, words):
    run = ("scenario=h20_ban", "draws=4", "horizon=2025-09", "figures=false")
    folder = desk / ask(*run, "quiet=true", "workers=1").out.strip()
    outcome = ask(*words("china_revenue,nvidia,2025Q3,3000,a report\n", folder))
    assert "The bands are those of the draws alone" in " ".join(outcome.out.split())


def test_a_share_of_sales_needs_the_sales(ask, refused, desk, words):
    run = ("scenario=h20_ban", "draws=2", "horizon=2025-09", "record=[china_share]")
    given = (*run, "figures=false", "quiet=true", "workers=1")
    folder = desk / ask(*given).out.strip()
    message = refused(*words("china_share,nvidia,2025Q3,0.1,a report\n", folder))
    assert message == (
        "mine.csv, row 2, measure: china_share over a period is computed from "
        "china_revenue and revenue, and the folder has no china_revenue"
    )


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            "china_revenu,nvidia,2023Q2,3000,x\n",
            "mine.csv, row 2, measure: there is no measure 'china_revenu'; did you "
            "mean 'china_revenue'?",
        ),
        (
            "die_yield,smic_advanced,2023Q2,0.3,x\n",
            "mine.csv, row 2, measure: the folder has no die_yield; "
            "record=[die_yield] forecasts it",
        ),
        (
            "china_revenue,nvidai,2023Q2,3000,x\n",
            "mine.csv, row 2, actor: china_revenue was not forecast for 'nvidai'; did "
            "you mean 'nvidia'?",
        ),
        (
            "china_revenue,nvidia,2023Q4,3000,x\n",
            "mine.csv, row 2, period: 2023Q4 is outside the forecast, of periods that "
            "end from 2023-04 to 2023-09 and begin in 2022-05 or later",
        ),
        (
            "china_revenue,nvidia,2023Q5,3000,x\n",
            "mine.csv, row 2, period: '2023Q5' is not a period; write 2025-07, 2025Q3, "
            "2025H2, 2025 or, with a firm's own quarters, 2025-05 to 2025-07",
        ),
        (
            LINE + "china_revenue,nvidia,2023-04 to 2023-06,1,x\n",
            "mine.csv, row 3: 'china_revenue nvidia 2023Q2' appears twice",
        ),
        (
            "china_share,nvidia,2023Q2,13,x\n",
            "mine.csv, row 2, value 13 is above 1 (share)",
        ),
        (
            "china_revenue,nvidia,2023Q2,-5,x\n",
            "mine.csv, row 2, value: -5 is below 0, which china_revenue never is",
        ),
        (
            "china_revenue,nvidia,2023Q2,much,x\n",
            "mine.csv, row 2, value: must be a number, not 'much'",
        ),
        (
            "china_revenue,nvidia,2022Q4,3000,x\n",
            "mine.csv: the forecast knew observations to 2023-03, and none of the rows "
            "is about a later month",
        ),
        (
            "china_revenue,nvidia,2023Q2,,x\n",
            "mine.csv, row 2, value: the cell is empty",
        ),
    ],
)
def test_a_bad_row_is_refused_in_a_line(refused, words, lines, message):
    assert refused(*words(lines)) == message


def test_another_unit_is_refused(refused, words, desk):
    given = words("")
    (desk / "mine.csv").write_text(f"unit,{HEADER}USD billion,{LINE}", "utf-8")
    assert refused(*given) == (
        "mine.csv, row 2, unit: china_revenue is in 'USD million', not 'USD billion'"
    )


def test_a_forecast_that_kept_no_draws_is_refused(refused, words, forecast, desk):
    old = copytree(forecast.folder, desk / "old")
    (old / "draws.parquet").unlink()
    assert refused(*words(LINE, old)).startswith(f"{old} cannot be scored: ")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            ("observations=mine.csv",),
            "task=score: which run? give folder=..., such as "
            "folder=outputs/forecast/<time>",
        ),
        (
            ("folder={}",),
            "task=score: which observations? give observations=..., a CSV file with "
            "the columns measure, actor, period, value and source",
        ),
        (
            ("folder={}", "observations=no.csv"),
            "observations=no.csv: there is no such file",
        ),
        (
            ("folder={}", "observations=no.csv", "draws=3"),
            "draws=3: task=score scores the draws that the folder holds",
        ),
    ],
)
def test_what_is_missing_is_named(refused, forecast, given, message):
    words = (word.format(forecast.folder) for word in given)
    assert refused("task=score", *words) == message
