"""Why a number differs: the chain of measures behind it."""

import numpy as np
import pytest

import sim
from sim.domain.errors import SettingsError
from sim.outcomes.measures import QUANTITIES
from sim.outcomes.measures.measure_inputs import (
    LAW_ACTS_ON,
    MEASURE_INPUTS,
    keys_behind,
)
from sim.settings.shipped_files import CHECKOUT
from sim.tasks.covered_actors import actors_by_measure

FEW = {"draws": 20, "horizon": "2026-06", "quiet": True}


@pytest.fixture(scope="module")
def chain():
    return sim.why("h20_ban", **FEW).chain


def test_the_number_asked_about_comes_first_and_what_is_behind_it_below(chain):
    assert tuple(chain.iloc[0][["measure", "actor", "depth"]]) == (
        *("ai_compute_stock", "china"),
        0,
    )
    assert (chain["depth"].diff().dropna() <= 1).all()
    assert (chain["depth"].iloc[1:] >= 1).all()
    assert (chain["differs_in"] > 0).all()


def test_numbers_are_those_of_a_run(chain, tmp_path):
    run = sim.run("h20_ban", figures=False, outputs=str(tmp_path), **FEW)
    rows = run.headline
    [row] = rows[
        (rows["measure"] == "ai_compute_stock")
        & (rows["actor"] == "china")
        & (rows["when"] == "horizon")
    ].to_dict("records")
    assert row["difference_p50"] == chain["difference"].iloc[0][1]
    assert row["scenario_p95"] == chain["scenario"].iloc[0][2]


def test_inputs_of_a_measure_come_by_how_far_they_go_with_it(chain):
    first = chain[chain["depth"] == 1]
    strength = first["correlation"].abs().fillna(0.0).to_numpy()
    assert (np.diff(strength) <= 0.0).all()


def test_the_instruments_of_the_scenario_are_named():
    text = " ".join(str(sim.why("h20_ban", "units_shipped", "nvidia", **FEW)).split())
    assert "us_2025_08_h20_licences (removed" in text
    assert "acts on Nvidia: Accelerators sold in China" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"measure": "nothing"}, "measure=nothing: there is no such measure"),
        ({"actor": "mars"}, "actor=mars: ai_compute_stock has no values for it"),
        ({"month": "2030-01"}, "month=2030-01: is outside the months that are run"),
    ],
)
def test_what_cannot_be_asked_is_one_clear_line(words, said):
    with pytest.raises(SettingsError, match=said):
        sim.why("h20_ban", **words, **FEW)


def test_links_are_of_measures_and_actors_that_exist(records):
    actors = actors_by_measure(records)
    ends = {end for link in MEASURE_INPUTS for end in (link.output, link.input)}
    assert [key for key in ends if key[1] not in actors.get(key[0], ())] == []
    assert set(LAW_ACTS_ON) <= set(QUANTITIES)


def test_links_name_mechanisms_of_the_description():
    text = (CHECKOUT / "docs" / "ODD.md").read_text("utf-8")
    named = {link.mechanism for link in MEASURE_INPUTS}
    assert [name for name in named if f"### {name} " not in text] == []


def test_what_is_behind_a_number_is_found_once():
    behind = keys_behind(("frontier_lag_months", "china"))
    assert len(behind) == len(set(behind))
    assert ("service_stopped", "asml") in behind
