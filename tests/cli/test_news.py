"""The study of news: the model's one-day returns beside those observed."""

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.__main__ import main
from tests.displays import assert_short

QUICK = ("task=news", "draws=3")


BARE = ("quiet=true", "figures=false")


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What the study prints; its last line is the folder that it leaves."""
    folder = tmp_path_factory.mktemp("news")
    with redirect_stdout(StringIO()) as out:
        assert main([*QUICK, f"outputs={folder}"]) == 0
    return out.getvalue()


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """The folder of a short study, quiet and without figures: all that it prints."""
    folder = tmp_path_factory.mktemp("short")
    with redirect_stdout(StringIO()) as out:
        assert main([*QUICK, *BARE, "horizon=2023-06", f"outputs={folder}"]) == 0
    (line,) = out.getvalue().splitlines()
    return Path(line)


def test_it_says_what_shares_did_and_how_often_the_model_is_right(printed):
    words = " ".join(printed.split())
    for expected in (
        "2025-01-27 DeepSeek R1 [test]",
        "2025-02-25 Report that upkeep of tools in China shall stop",
        "inside the model's 90 % range with its noise",
        "same sign on",
        "a rival that knows only whether law tightens or loosens has the sign right on",
        "Not heard (the model has no news of them",
        "2024-04-17 Bookings of ASML disappoint",
        "Misses, with what was observed:",
    ):
        assert expected in words
    assert max(map(len, printed.splitlines()[:-1])) <= 100


def test_signs_and_ranks_are_right_more_often_than_those_of_a_rival(printed):
    """On days to the end of 2024 that nothing else moved, and that the model does."""
    folder = Path(printed.splitlines()[-1])
    days = pd.read_csv(folder / "event_returns.csv")
    days["seen"] = days["abnormal"].fillna(days["raw"])
    days["rival"] = -days["direction"] * days["ordinary"]
    clean = days[(days["use"] == "calibration") & days["confounded"].isna()]
    moved = clean[clean["model"].abs() >= 0.25 * clean["ordinary"]]
    signs = {x: (moved[x] * moved["seen"] > 0.0).mean() for x in ("model", "rival")}
    ranks = moved[["model", "rival", "seen"]].corr("spearman")["seen"]
    assert len(moved) >= 30
    assert signs["model"] >= max(0.75, signs["rival"])
    assert ranks["model"] > max(0.5, ranks["rival"])


def test_it_leaves_a_folder_with_a_table_and_a_figure(printed):
    folder = Path(printed.splitlines()[-1])
    table = pd.read_csv(folder / "event_returns.csv")
    assert {"event", "firm", "model", "abnormal", "raw", "inside"} <= set(table)
    assert len(table) > 150
    assert (folder / "figures" / "event_returns.png").stat().st_size > 10_000
    assert (folder / "config.yaml").is_file()
    assert (folder / "provenance.json").is_file()


def test_chunks_change_nothing(short, ask, desk):
    chunked = desk / ask(*QUICK, *BARE, "horizon=2023-06", "chunk=2").out.strip()
    tables = (pd.read_csv(folder / "event_returns.csv") for folder in (short, chunked))
    pd.testing.assert_frame_equal(*tables, check_exact=True)


def test_a_scenario_without_controls_has_no_news_of_them(ask, desk):
    outcome = ask(*QUICK, *BARE, "scenario=no_controls")
    table = pd.read_csv(desk / outcome.out.strip() / "event_returns.csv")
    moved = set(table.loc[table["model"] != 0.0, "event"])
    assert "E22_2025-01-27" in moved
    assert "E23_2025-02-25" not in moved


def test_a_horizon_before_the_first_day_is_refused(refused):
    assert refused("task=news", "horizon=2022-05") == (
        "horizon=2022-05: the first day with observed returns is 2022-09-01; look "
        "further ahead"
    )


def test_a_horizon_leaves_later_days_out(short):
    table = pd.read_csv(short / "event_returns.csv")
    assert table["date"].max() == "2023-06-30"


def test_it_is_run_again_from_its_folder_and_has_no_draws_to_verify(short, ask, desk):
    outcome = ask("task=rerun", f"folder={short}", "outputs=again")
    assert outcome.status == 0, outcome
    assert "was reproduced to the byte" in outcome.out
    assert len(list((desk / "again" / "news").iterdir())) == 1
    outcome = ask("task=verify", f"folder={short}")
    assert outcome.status == 2
    assert "holds no draws to verify; task=rerun runs the whole news ag" in outcome.err


def test_quiet_and_without_figures_it_names_the_folder_alone(short):
    assert not (short / "figures").exists()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("scenario=servce_ban", "did you mean 'service_ban'?"),
        ("month=2025-01", "this is a setting of task=network"),
        ("mechanisms.newz=off", "did you mean 'news'?"),
    ],
)
def test_what_is_not_known_is_refused(refused, word, expected):
    assert expected in refused("task=news", word)


def test_a_notebook_gets_the_same(desk):
    study = sim.news(draws=2, horizon="2023-06", quiet=True, figures=False)
    assert len(study.table) == len(study.days)
    assert study.folder.is_dir()
    assert_short(study)
