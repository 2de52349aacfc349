"""The tasks attribute and voi, and indices of an effect, asked for as a user does."""

import pandas as pd
import pytest

import sim
from tests.displays import assert_short

ACT = "scenario.regime.add.service_ban"
SOON = {
    **{f"{ACT}.announced": "2022-05-24", f"{ACT}.effective": "2022-07-01"},
    **{"scenario.decisions.since": "2022-05", "horizon": "2022-10"},
    **{"workers": 1, "quiet": True},
}


def words_of(result):
    return " ".join((result.folder / "summary.md").read_text("utf-8").split())


def test_an_effect_is_shared_out_and_told(tmp_path):
    given = {**SOON, "draws": 2, "attribution_draws": 1, "outputs": str(tmp_path)}
    done = sim.attribute("service_ban", "tool_availability", "lam", **given)
    assert_short(done)
    at_end = done.instruments[done.instruments["when"] == "horizon"]
    means = at_end.set_index("player")["mean"]
    assert means["service_ban"] + means["without_any"] == pytest.approx(means["whole"])
    assert means["whole"] < 0.0
    assert (done.folder / "figures" / "shares.png").stat().st_size > 10_000
    assert "service_ban (No allied engineers" in words_of(done)
    assert len(pd.read_csv(done.folder / "channels.csv")) > 7


def test_one_effect_gets_indices_besides(tmp_path):
    given = {**SOON, "draws": 100, "outputs": str(tmp_path)}
    done = sim.sensitivity(
        "service_ban", "tool_availability", "lam", leading=1, rows=64, **given
    )
    assert_short(done)
    assert set(done.indices["month"]) == {"2022-10"}
    assert done.screening["has_indices"].sum() == 1
    assert (done.folder / "figures" / "indices.png").stat().st_size > 10_000
    assert "total index" in words_of(done)


def test_what_information_is_worth_is_told(tmp_path):
    done = sim.voi(
        ["no_controls", "decided_history"],
        objective="balance",
        objectives={
            "balance": {
                "value": "sum(revenue[USA]) - ai_compute_stock[china] / 8",
                "better": "higher",
            }
        },
        draws=100,
        horizon="2023-01",
        start="2022-12",
        workers=1,
        quiet=True,
        outputs=str(tmp_path),
    )
    assert_short(done)
    everything = done.table.iloc[0]
    assert everything["known"] == "everything"
    assert (done.table["value"] <= everything["value"] + 1e-9).all()
    assert done.laws["chosen"].sum() == 1
    assert "is chosen of 3 laws" in words_of(done)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            "task=voi scenario=h20_ban,truce voi.objective=china_comput",
            "voi.objective=china_comput: there is no such objective",
        ),
        (
            "task=voi scenario=h20_ban,truce draws=50",
            "draws=50: what information is worth is estimated over the draws; give 100",
        ),
        (
            "task=voi scenario=h20_ban,truce objectives.china_compute.better=null",
            "voi.objective=china_compute: says not which values are better",
        ),
        (
            "task=voi scenario=h20_ban,truce voi.groups={x:[lab.budget_facto]}",
            "voi.groups.x: lab.budget_facto is not an assumption",
        ),
        (
            "task=attribute scenario=baseline",
            "attribute.measure=frontier_lag_months: baseline is compared with itself",
        ),
        (
            "task=attribute scenario=truce attribute.actor=chin",
            "attribute.actor=chin: frontier_lag_months does not cover it",
        ),
        (
            "task=sensitivity scenario=truce sensitivity.measure=comput",
            "sensitivity.measure=comput: there is no such measure",
        ),
        (
            "task=sensitivity scenario=truce sensitivity.rows=1000",
            "sensitivity.rows=1000: 1000 is not a power of two, such as 4096 or 8192",
        ),
    ],
)
def test_what_is_wrong_is_refused_in_one_line(refused, words, message):
    assert message in refused(*words.split())
