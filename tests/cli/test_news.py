"""The study of news: the model's one-day returns beside those observed."""

import pandas as pd
import pytest

import sim

QUICK = ("task=news", "draws=3")


@pytest.fixture
def told(ask):
    outcome = ask(*QUICK)
    assert outcome.status == 0, outcome.err
    return outcome.out


def test_it_says_what_shares_did_and_how_often_the_model_is_right(told):
    words = " ".join(told.split())
    for expected in (
        "2025-01-27 DeepSeek R1 [test]",
        "2025-02-25 Report that upkeep of tools in China shall stop",
        "inside the model's 90 % range with its noise",
        "same sign on",
        "Misses, with what was seen:",
    ):
        assert expected in words
    assert max(map(len, told.splitlines())) <= 100


def test_it_leaves_a_folder_with_a_table_and_a_figure(ask, desk):
    outcome = ask(*QUICK)
    folder = desk / outcome.out.splitlines()[-1]
    table = pd.read_csv(folder / "event_returns.csv")
    assert {"event", "firm", "model", "abnormal", "raw", "inside"} <= set(table)
    assert len(table) > 150
    assert (folder / "figures" / "event_returns.png").stat().st_size > 10_000
    assert (folder / "config.yaml").is_file()
    assert (folder / "provenance.json").is_file()


def test_quiet_and_without_figures_it_names_the_folder_alone(ask, desk):
    outcome = ask(*QUICK, "quiet=true", "figures=false")
    (line,) = outcome.out.splitlines()
    assert not (desk / line / "figures").exists()


def test_chunks_change_nothing(ask, desk):
    whole, parts = (
        ask(*QUICK, "quiet=true", "figures=false", f"chunk={size}").out.strip()
        for size in (3, 2)
    )
    one, other = (
        pd.read_csv(desk / folder / "event_returns.csv") for folder in (whole, parts)
    )
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_a_scenario_without_controls_has_no_news_of_them(ask, desk):
    outcome = ask(*QUICK, "scenario=no_controls", "quiet=true", "figures=false")
    table = pd.read_csv(desk / outcome.out.strip() / "event_returns.csv")
    moved = set(table.loc[table["model"] != 0.0, "event"])
    assert "E22_2025-01-27" in moved
    assert "E23_2025-02-25" not in moved


def test_a_horizon_before_the_first_day_is_refused(refused):
    assert refused("task=news", "horizon=2022-05") == (
        "horizon=2022-05: the first day with observed returns is 2022-09-01; look "
        "further ahead"
    )


def test_a_horizon_leaves_later_days_out(ask, desk):
    words = ("horizon=2023-06", "quiet=true", "figures=false")
    table = pd.read_csv(desk / ask(*QUICK, *words).out.strip() / "event_returns.csv")
    assert table["date"].max() == "2023-06-30"


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
    study = sim.news(draws=2, quiet=True, figures=False)
    assert len(study.table) == len(study.days)
    assert study.folder.is_dir()
