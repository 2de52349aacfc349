"""From Python, the same as from the command line."""

import subprocess
import sys

import numpy as np
import pytest

import sim
from sim.domain.errors import ScenarioError, SettingsError
from tests.cli.conftest import FEW

SOON = {"draws": 2, "horizon": "2025-09", "figures": False}


def test_a_run_gives_results_and_their_folder(desk):
    run = sim.run("service_ban", **SOON)
    assert run.folder.is_relative_to("outputs")
    assert (desk / run.folder / "headline.csv").is_file()
    assert run.scenario == "service_ban"
    assert run.baseline == "baseline"
    assert {"measure", "p50"} <= set(run.headline.columns) | {"p50"}


def test_a_saved_run_can_be_loaded(desk):
    run = sim.run("service_ban", **SOON)
    loaded = sim.load(run.folder)
    assert loaded.provenance["draws"] == 2
    assert set(loaded.quantiles["scenario"]) == {"baseline", "service_ban"}


def test_python_and_the_command_line_agree(desk, ask):
    word = "scenario.regime.add.service_ban.effective"
    run = sim.run("service_ban", **SOON, **{word: "2025-08"})
    typed = ask(
        "scenario=service_ban",
        *FEW,
        f"{word}=2025-08",
        "quiet=true",
    )
    from_command = sim.load(typed.out.strip()).quantiles
    from_python = sim.load(run.folder).quantiles
    np.testing.assert_array_equal(from_python["p50"], from_command["p50"])


def test_the_lag_can_be_split_from_python(desk):
    run = sim.run("service_ban", **SOON, attribution=True)
    at_horizon = run.attribution[run.attribution["when"] == "horizon"]
    assert len(at_horizon) == 7
    assert run.split.draws.count == SOON["draws"]


def test_a_mistake_raises_what_the_command_line_says(desk):
    with pytest.raises(SettingsError, match="draws=0: must be at least 1"):
        sim.run("service_ban", draws=0)
    with pytest.raises(SettingsError, match="did you mean 'service_ban'"):
        sim.run("service_bann")
    with pytest.raises(ScenarioError, match="did you mean 'service_ban'"):
        sim.run("service_ban", **{"scenario.regime.add.service_bann.end": "2026-01"})
    assert list(desk.iterdir()) == []


def test_the_scenarios_are_listed():
    assert "service_ban" in sim.scenarios()


def test_the_law_answers():
    (answer,) = sim.law(day="2024-06-01", chip="H20", buyer="alibaba")
    assert answer.verdict.startswith("free")


def test_plot_is_at_hand():
    assert callable(sim.plot.fan)


def test_names_can_be_discovered():
    assert {"run", "load", "law", "scenarios", "plot"} <= set(dir(sim))
    assert sim.__version__.count(".") == 2
    with pytest.raises(AttributeError):
        _ = sim.nothing


def test_importing_the_package_imports_nothing_heavy():
    code = "import sim, sys; print(sorted(sys.modules))"
    modules = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    for heavy in ("numpy", "pandas", "matplotlib", "mesa", "hydra", "xarray"):
        assert f"'{heavy}'" not in modules
