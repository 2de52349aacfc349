"""The task break_even, asked for as a user does."""

import json

import pandas as pd
import pytest

import sim
from sim.outcomes.saved_run import RunFolder
from tests.displays import assert_short

PARTS = "assumptions.service.grey_market_parts_coverage"
SHORT = ("scenario=service_ban", "draws=6", "break_even.month=2027-06", "workers=1")
FEW = ("figures=false", "break_even.scan=3")
AVAILABILITY = ("break_even.measure=tool_availability", "break_even.actor=asml")


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    """How much cover by grey parts halves what the ban does to ASML's tools."""
    return sim.break_even(
        "service_ban",
        PARTS,
        measure="tool_availability",
        actor="asml",
        month="2027-06",
        low=0.0,
        high=1.0,
        target=-0.02,
        draws=6,
        workers=1,
        quiet=True,
        outputs=str(tmp_path_factory.mktemp("break_even")),
    )


def test_more_grey_parts_keep_tools_up(answer):
    assert_short(answer)
    medians = answer.table["p50"].tolist()
    assert medians == sorted(medians)
    assert medians[0] < -0.02 < medians[-1]
    [crossing] = answer.crossings.to_dict("records")
    below = answer.table[answer.table["value"] < crossing["value"]]
    assert (below["side"] == "below").all()
    assert 0.0 <= crossing["low"] <= crossing["value"] <= crossing["high"] <= 1.0
    assert 0.0 <= crossing["beyond"] <= 1.0


def test_it_leaves_a_folder_and_says_how_sure_it_is(answer):
    names = {path.name for path in answer.folder.iterdir()}
    assert {"summary.md", "curve.csv", "crossings.csv", "manifest.json"} <= names
    assert (answer.folder / "figures" / "break_even.png").stat().st_size > 10_000
    words = " ".join((answer.folder / "summary.md").read_text("utf-8").split())
    assert "rises past −2 percentage points where" in words
    assert "How sure" in words
    assert "As things are it is" in words
    origin = json.loads((answer.folder / "provenance.json").read_text("utf-8"))
    assert origin["draws"] == 6


def test_a_point_is_the_run_that_fixes_the_number(answer):
    run = sim.run(
        "service_ban",
        assumptions={"service.grey_market_parts_coverage": 1.0},
        draws=6,
        horizon="2027-06",
        record=["tool_availability"],
        figures=False,
        quiet=True,
        workers=1,
        outputs=str(answer.folder.parent),
    )
    new, old = (
        side.of("tool_availability", "asml")[-1]
        for side in (run.results, run.baseline_results)
    )
    assert answer.table["p95"].iloc[-1] == pytest.approx(
        float(pd.Series(new - old).quantile(0.95)), rel=1e-9
    )


def test_chunks_change_nothing(ask, desk):
    given = (*SHORT, *FEW, "quiet=true", *AVAILABILITY, f"break_even.over={PARTS}")
    whole, chunked = (
        RunFolder.read(desk / ask("task=break_even", *given, *more).out.strip())
        for more in ((), ("chunk=4",))
    )
    for name in ("curve.csv", "crossings.csv"):
        assert (whole.folder / name).read_bytes() == (
            chunked.folder / name
        ).read_bytes()
    again = ask("task=rerun", f"folder={whole.folder}")
    assert "reproduced to the byte" in again.out


def test_a_date_of_the_law_is_varied_by_months(ask, desk):
    given = (
        "break_even.over=scenario.regime.add.service_ban.effective",
        *("break_even.low=2025-09", "break_even.high=2026-03"),
    )
    outcome = ask("task=break_even", *SHORT, *FEW, *AVAILABILITY, *given)
    folder = desk / outcome.out.strip().splitlines()[-1]
    table = pd.read_csv(folder / "curve.csv")
    assert table["value"].iloc[[0, -1]].tolist() == ["2025-09", "2026-03"]
    assert "as the scenario has it" in " ".join(outcome.out.split())
    # A ban that comes later does less by the same month.
    assert table["p50"].iloc[0] <= table["p50"].iloc[-1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            (),
            "task=break_even: which number is varied? give break_even.over=..., such "
            "as break_even.over=assumptions.service.grey_market_parts_coverage",
        ),
        (
            ("break_even.over=draws",),
            "break_even.over=draws: must be an assumption, assumptions.NAME, a "
            "number or a date of the scenario, scenario...., or assumptions, to try "
            "them all",
        ),
        (
            ("break_even.over=assumptions.service.skil",),
            "break_even.over=assumptions.service.skil: there is no such assumption",
        ),
        (
            ("break_even.over=scenario.regime.add.service_ban.effective",),
            "break_even.over=scenario.regime.add.service_ban.effective: between "
            "which values? give break_even.low=... and break_even.high=..., such as "
            "2026-01 and 2028-01",
        ),
        (
            ("break_even.over=assumptions", "break_even.low=0"),
            "break_even.over=assumptions: each goes over its own range; leave "
            "break_even.low and break_even.high out",
        ),
        (
            (f"break_even.over={PARTS}", "break_even.high=2"),
            "break_even.high=2: 2 is not from 0 to 1 (share of needed "
            "controlled parts)",
        ),
        (
            (f"break_even.over={PARTS}", "break_even.low=0.5", "break_even.high=0.2"),
            "break_even.low: must be below break_even.high",
        ),
        (
            (f"break_even.over={PARTS}", "break_even.measure=lag"),
            "break_even.measure=lag: there is no such measure",
        ),
        (
            (
                f"break_even.over={PARTS}",
                "break_even.statistic=share",
                "break_even.target=2",
            ),
            "break_even.target=2: a share of draws is from 0 to 1",
        ),
        (
            (f"break_even.over={PARTS}", "break_even.low=none_at_all"),
            "break_even.low=none_at_all: must be a number",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_line(refused, given, message):
    assert refused("task=break_even", *SHORT, *given).startswith(message)


@pytest.mark.slow
def test_assumptions_that_turn_the_answer_are_told_nearest_first(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.tasks.break_even._FEW", 2)
    answer = sim.break_even(
        "service_ban",
        "assumptions",
        measure="tool_availability",
        actor="asml",
        month="2026-12",
        statistic="median",
        target=-0.018,
        draws=6,
        workers=1,
        quiet=True,
        outputs=str(tmp_path),
    )
    tried = answer.tried
    assert len(tried) == 12
    turning = tried[tried["value"].notna()]
    assert turning["distance"].is_monotonic_increasing
    assert tried["value"].notna().iloc[: len(turning)].all()
    # Whatever turns the answer has it on both sides at the ends of its range.
    for row in turning.to_dict("records"):
        assert min(row["level_low"], row["level_high"]) <= -0.018
        assert max(row["level_low"], row["level_high"]) >= -0.018
        assert row["low"] <= row["value"] <= row["high"]
    assert (turning["points"] > 2).sum() == min(4, len(turning))
    words = answer.report.paragraph
    assert len(turning)
    assert f"{turning['assumption'].iloc[0]} at " in words
    assert (answer.folder / "figures" / "break_even.png").stat().st_size > 10_000


@pytest.mark.parametrize("month", ["2021-12", "2031-01"])
def test_an_effect_is_read_between_start_and_horizon(refused, month):
    given = (f"break_even.over={PARTS}", f"break_even.month={month}")
    line = refused("task=break_even", "scenario=service_ban", "draws=6", *given)
    assert line.startswith(f"break_even.month={month}: must be from start=2022-01 to")


def test_the_baseline_has_no_effect(refused):
    message = refused(
        "task=break_even", "scenario=baseline", f"break_even.over={PARTS}"
    )
    assert message.startswith("scenario=baseline is the baseline itself")


def test_an_actor_of_whom_nothing_is_measured_is_named(refused):
    given = ("break_even.actor=nobody", f"break_even.over={PARTS}")
    message = refused("task=break_even", *SHORT, *FEW, *given)
    assert message.startswith("break_even.actor=nobody: ai_compute_stock does not")
