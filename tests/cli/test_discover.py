"""Under which conditions: on the command line and in a notebook."""

import pandas as pd
import pytest

import sim
from tests.displays import assert_short

FEW = ("draws=100", "discover.fresh=100", "horizon=2025-10")
TARGET = 530_000
BAN = ("task=discover", "scenario=h20_ban", *FEW)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """What the tight quota depends on, if it is to cost China so many H100e."""
    return sim.discover(
        "tight_quota",
        target=-TARGET,
        fresh=150,
        draws=200,
        horizon="2026-06",
        outputs=tmp_path_factory.mktemp("discover"),
        quiet=True,
    )


def test_tables_say_what_the_worlds_have(result):
    assert_short(result)
    worlds = pd.read_parquet(result.folder / "worlds.parquet")
    assert len(worlds) == 350
    change = worlds["tight_quota:china_compute"] - worlds["baseline:china_compute"]
    missed = change > -TARGET
    scores = pd.read_csv(result.folder / "scores.csv").set_index("draws")
    assert scores.loc["search", "interesting"] == missed[:200].sum()
    assert scores.loc["fresh", "interesting"] == missed[200:].sum()
    inside = pd.Series(data=True, index=worlds.index)
    for limit in pd.read_csv(result.folder / "limits.csv").itertuples():
        inside &= ~(worlds[limit.assumption] <= limit.low)
        inside &= ~(worlds[limit.assumption] >= limit.high)
    assert scores.loc["search", "inside"] == inside[:200].sum()
    assert scores.loc["fresh", "both"] == (inside & missed)[200:].sum()


def test_the_answer_is_in_words_with_its_fresh_score(result):
    text = (result.folder / "summary.md").read_text("utf-8")
    assert "tight_quota misses the target of −530k H100e for China's AI compute" in text
    assert not result.limits.empty
    assert "In 150 fresh draws" in text
    assert (result.folder / "figures" / "discovery.png").exists()
    assert (result.folder / "figures" / "discovery.txt").read_text("utf-8") == text


def test_a_tree_and_a_rival_are_asked_for_on_the_command_line(ask):
    words = ("discover.against=tight_quota", "discover.where=better")
    outcome = ask(*BAN, *words, "discover.method=tree", "figures=false")
    assert outcome.status == 0, outcome
    assert "h20_ban beats tight_quota: China's AI compute is lower" in outcome.out


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("discover.objective=china_compte",), "did you mean 'china_compute'?"),
        (("objectives.china_compute.better=null",), "which values are better?"),
        (("discover.against=baseline",), "leave it out to compare with the baseline"),
        (("discover.against=h20_bann",), "did you mean 'h20_ban'?"),
        (("discover.where=equal",), "discover.where=equal"),
    ],
)
def test_what_cannot_be_answered_is_refused(refused, words, reason):
    assert reason in refused(*BAN, *words)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("scenario=baseline", "draws=100"), "is the baseline itself"),
        (("scenario=truce", "draws=50"), "is told of 100 or more"),
        (("scenario=truce", "discover.fresh=10"), "discover.fresh=10"),
    ],
)
def test_too_few_draws_and_the_baseline_are_refused(refused, words, reason):
    assert reason in refused("task=discover", *words)
