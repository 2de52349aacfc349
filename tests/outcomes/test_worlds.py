"""The drawn worlds, and the forms in which other tools take results."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.domain.errors import OutputError, SettingsError
from sim.outcomes.exchange_forms import iamc_table
from sim.outcomes.folder_writer import RunMetadata, write_run
from sim.outcomes.run_tables import RunTables
from sim.outcomes.worlds import (
    assumptions_of,
    outcomes_of_side,
    worlds_frame,
    worlds_table,
)
from sim.presentation.written_run import load
from tests.outcomes.samples import narrowed, results
from tests.outcomes.small_world import BEFORE, world

ASSUMED = {
    "fab.slack": np.array([0.1, 0.4, 0.2, 0.3]),
    "fab.fixed": np.full(4, 2.0),
}
UNITS = {"fab.slack": "share"}
CHANGES = [1.0, 2.0, -1.0, 0.0]
LAG = "frontier_lag_months:china"
REVENUE = "china_revenue:asml"


def written(folder, *, alone=False):
    """Return a saved run of four draws, or of its baseline alone."""
    base = replace(results(), regime=BEFORE, network=world().network)
    scenario = base if alone else narrowed(base, CHANGES)
    write_run(
        folder / "run",
        RunTables.of(scenario, base),
        RunMetadata("seed: 7\n", {"seed": 7}),
        worlds=worlds_table(scenario, base, ASSUMED, UNITS),
    )
    return load(folder / "run")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return written(tmp_path_factory.mktemp("worlds"))


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    return written(tmp_path_factory.mktemp("alone"), alone=True)


def test_each_draw_has_what_was_assumed_and_what_came_of_it(run):
    worlds = run.worlds()
    assert worlds.index.tolist() == [0, 1, 2, 3]
    assert worlds["fab.slack"].tolist() == ASSUMED["fab.slack"].tolist()
    assert worlds[f"baseline:{LAG}"].tolist() == [6.0, 7.0, 8.0, 9.0]
    assert worlds[f"scenario:{LAG}"].tolist() == [7.0, 9.0, 7.0, 9.0]
    assert worlds[f"difference:{LAG}"].tolist() == CHANGES


def test_a_flow_is_that_of_the_last_twelve_months(run):
    months = results().series["china_revenue", "asml"][-12:]
    actual = run.worlds()[f"baseline:{REVENUE}"].to_numpy()
    assert actual == pytest.approx(months.sum(axis=0))


def test_what_is_not_of_the_headline_is_left_out(run):
    assert not [name for name in run.worlds() if "hbm_stock" in name]


def test_columns_have_their_units(run):
    units = run.worlds().attrs["units"]
    assert units["fab.slack"] == "share"
    assert units[f"difference:{LAG}"] == "months"
    assert units[f"scenario:{REVENUE}"] == "USD million a year"


def test_draws_keep_their_numbers():
    base = results(first=17)
    frame = worlds_frame(worlds_table(base, base, {}, {}))
    assert frame.index.tolist() == [17, 18, 19, 20]
    assert all(name.startswith("baseline:") for name in frame)


def test_columns_part_into_assumptions_and_outcomes(run):
    worlds = run.worlds()
    assert list(assumptions_of(worlds)) == list(ASSUMED)
    sides = [
        outcomes_of_side(worlds, x) for x in ("scenario", "baseline", "difference")
    ]
    assert {tuple(sorted(side)) for side in sides} == {(REVENUE, LAG)}


def test_experiments_have_the_form_of_ema_workbench(run):
    experiments, outcomes = run.to_ema()
    assert list(experiments) == ["fab.slack", "scenario", "policy", "model"]
    assert experiments["policy"].tolist() == ["service_ban"] * 4
    assert experiments["scenario"].tolist() == [0, 1, 2, 3]
    assert experiments.index.tolist() == [0, 1, 2, 3]
    assert outcomes[LAG].tolist() == CHANGES
    assert all(len(values) == len(experiments) for values in outcomes.values())


def test_levels_are_an_experiment_for_each_law(run):
    experiments, outcomes = run.to_ema("levels")
    assert experiments["policy"].tolist() == ["baseline"] * 4 + ["service_ban"] * 4
    assert experiments["fab.slack"].tolist() == 2 * ASSUMED["fab.slack"].tolist()
    assert outcomes[LAG].tolist() == [6.0, 7.0, 8.0, 9.0, 7.0, 9.0, 7.0, 9.0]


def test_a_baseline_alone_has_levels_and_no_difference(alone):
    experiments, outcomes = alone.to_ema("levels")
    assert len(experiments) == len(outcomes[LAG]) == 4
    with pytest.raises(SettingsError, match="nothing differs; give of=levels"):
        alone.to_ema()
    with pytest.raises(SettingsError, match="must be difference or levels"):
        alone.to_ema("levles")


def test_the_headline_has_the_long_form_of_the_iamc(run):
    table = run.to_iamc()
    columns = ["model", "scenario", "region", "variable", "unit", "year"]
    assert list(table) == [*columns, "value"]
    assert not table.duplicated(columns).any()
    assert not table["value"].isna().any()
    assert table["year"].dtype.kind == "i"
    assert set(table["scenario"]) == {"baseline", "service_ban"}
    lag = table[table["variable"] == "Lag behind the frontier|Median"]
    assert set(lag["region"]) == {"China"}
    by_key = lag.set_index(["scenario", "year"])["value"]
    assert by_key["baseline", 2026] == 7.5
    assert by_key["service_ban", 2026] == 8.0
    revenue = "Revenue from China|ASML|95th Percentile"
    assert set(table[table["variable"] == revenue]["region"]) == {"World"}


def test_of_a_baseline_alone_there_is_one_scenario(alone):
    assert set(alone.to_iamc()["scenario"]) == {"baseline"}


def test_a_folder_without_worlds_says_so(tmp_path):
    base = results()
    write_run(tmp_path / "run", RunTables.of(base, base), RunMetadata("", {"seed": 7}))
    old = load(tmp_path / "run")
    for ask in (old.worlds, lambda: old.to_ema("levels")):
        with pytest.raises(OutputError, match=r"worlds\.parquet is missing"):
            ask()


def test_rows_survive_a_csv_file(run, tmp_path):
    table = run.to_iamc()
    table.to_csv(tmp_path / "iamc.csv", index=False)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "iamc.csv"), table)


@pytest.mark.filterwarnings("ignore")
def test_ema_workbench_scores_what_the_effects_depend_on(tmp_path):
    """Runs where EMA workbench is installed: it comes with the extra `benchmark`."""
    scoring = pytest.importorskip("ema_workbench.analysis.feature_scoring")
    prim = pytest.importorskip("ema_workbench.analysis.prim")
    draws = 60
    base = results(draws=draws)
    slack = np.linspace(0.0, 1.0, draws)
    assumed = {"fab.slack": slack, "fab.other": np.tile([0.1, 0.9, 0.5], draws // 3)}
    scenario = narrowed(base, list(4.0 * slack))
    write_run(
        tmp_path / "run",
        RunTables.of(scenario, base),
        RunMetadata("", {"seed": 7}),
        worlds=worlds_table(scenario, base, assumed, {}),
    )
    experiments, outcomes = load(tmp_path / "run").to_ema()
    effect = outcomes[LAG]
    scores = scoring.get_feature_scores_all(experiments[list(assumed)], {LAG: effect})
    assert scores[LAG].idxmax() == "fab.slack"
    box = prim.Prim(experiments, effect > 3.0, threshold=0.5).find_box()
    assert box.coverage > 0.8
    assert box.density > 0.8


@pytest.mark.filterwarnings("ignore")
def test_pyam_reads_the_long_form(run):
    """Runs where pyam is installed."""
    pyam = pytest.importorskip("pyam")
    frame = pyam.IamDataFrame(run.to_iamc())
    assert frame.scenario == ["baseline", "service_ban"]
    lag = frame.filter(variable="Lag behind the frontier|Median", year=2026)
    assert sorted(lag.data["value"]) == [7.5, 8.0]


def test_without_a_whole_year_there_is_no_form_for_the_iamc(run):
    months = run.headline[run.headline["when"] == "horizon"]
    with pytest.raises(SettingsError, match="holds nothing by year"):
        iamc_table(months, {"scenario": "ban", "baseline": "baseline"}, {})
