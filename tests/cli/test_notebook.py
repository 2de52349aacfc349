"""From Python, the same as from the command line."""

import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.domain.ensemble import Draws
from sim.domain.errors import ChipWarError, OutputError, ScenarioError, SettingsError
from sim.outcomes.attribution import TITLES
from tests.cli.conftest import FEW
from tests.displays import assert_short

ROOT = Path(__file__).parents[2]

FROM_PYTHON = sorted(
    set(re.findall(r"`run\.(\w+)", (ROOT / "docs" / "outputs.md").read_text("utf-8")))
)
SOON = {"draws": 2, "horizon": "2025-09", "figures": False}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run just made; it is not changed."""
    return sim.run("service_ban", **SOON, outputs=tmp_path_factory.mktemp("outputs"))


def test_a_run_gives_its_folder_and_all_draws(run):
    assert (run.folder / "headline.csv").is_file()
    assert (run.scenario, run.baseline) == ("service_ban", "baseline")
    assert run.results.draws == run.baseline_results.draws == run.draws == Draws(2)


@pytest.mark.parametrize("name", FROM_PYTHON)
def test_a_run_just_made_has_what_the_page_on_outputs_promises(name, run):
    if name.startswith("attribution"):
        with pytest.raises(OutputError, match="attribution=true"):
            getattr(run, name)
    else:
        assert getattr(run, name) is not None


def test_a_saved_run_can_be_loaded(run):
    loaded = sim.load(run.folder)
    assert loaded.provenance["draws"] == 2
    assert set(loaded.quantiles["scenario"]) == {"baseline", "service_ban"}
    for side in ("results", "baseline_results"):
        recorded, kept = getattr(run, side), getattr(loaded, side)
        assert kept.series.keys() == recorded.series.keys()
        for key, series in recorded.series.items():
            np.testing.assert_array_equal(kept.series[key], series)


def test_a_run_shows_its_headline_and_its_folder_in_short(run):
    for shown in (run, sim.load(run.folder)):
        assert "Lag behind" in repr(shown)
        assert repr(shown).endswith(f"Folder: {run.folder}")
        assert "<table class" in shown._repr_html_()
        assert_short(shown)


def test_a_run_and_its_folder_are_compared(run):
    both = (each for each in (run, str(run.folder)))
    table = sim.compare(both, "frontier_lag_months", when="2025-06")
    assert list(table.index.get_level_values("run")) == [
        "service_ban",
        "service_ban (2)",
    ]
    assert table["difference_p50"].iloc[1] == 0.0
    with pytest.raises(SettingsError, match="when=soon: 'soon' is not a date"):
        sim.compare([run, run], when="soon")


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
    assert set(at_horizon["channel"]) == set(TITLES)
    assert run.split.draws.count == SOON["draws"]


def test_a_mistake_raises_what_the_command_line_says(desk):
    with pytest.raises(SettingsError, match="draws=0: must be at least 1"):
        sim.run("service_ban", draws=0)
    with pytest.raises(SettingsError, match="did you mean 'service_ban'"):
        sim.run("service_bann")
    with pytest.raises(ScenarioError, match="did you mean 'service_ban'"):
        sim.run("service_ban", **{"scenario.regime.add.service_bann.end": "2026-01"})
    assert list(desk.iterdir()) == []


@pytest.mark.parametrize("given", [5, None, b"x", print, {"a": 1}, [1, 2], "outputs"])
@pytest.mark.parametrize(
    "function",
    [
        *(sim.load, sim.load_sweep, sim.compare, sim.sweep, sim.rerun, sim.verify),
        *(sim.run, sim.sensitivity, partial(sim.diverge, draw=0)),
    ],
)
def test_a_first_argument_of_another_type_is_one_clear_line(desk, function, given):
    with pytest.raises(ChipWarError) as refused:
        function(given)
    assert "\n" not in str(refused.value)


def test_one_run_is_not_enough_to_compare(run):
    for given in (run, [run], str(run.folder)):
        with pytest.raises(SettingsError, match="give two or more runs to compare"):
            sim.compare(given)


def test_warnings_are_wrapped_at_the_width_of_the_screen(desk, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "60")
    # What is warned of is known before anything is run.
    monkeypatch.delattr("sim.tasks.notebook.run_and_write")
    with pytest.raises(NameError, match="run_and_write"):
        sim.run("service_ban", **SOON)
    rows = capsys.readouterr().err.splitlines()
    assert rows[0].startswith("warning: ")
    assert len(rows) > 1
    assert max(map(len, rows)) <= 60


def test_the_scenarios_are_listed():
    assert "service_ban" in sim.scenarios()


def test_the_law_answers_and_shows_why():
    (answer,) = sim.law(day="2024-06-01", chip="H20", buyer="alibaba")
    assert answer.verdict.startswith("free")
    answers = sim.law(day="2025-05-01", chip="H20", buyer="alibaba")
    assert repr(answers) == "\n".join(answers[0].rows())
    assert "<td" in answers._repr_html_()
    assert_short(answers)


def test_the_law_answers_without_a_sale_without_a_day_and_for_several_days():
    law = sim.law(day="2024-06-01")
    assert repr(law).startswith("29 instruments in force on 2024-06-01")
    assert list(law.table["id"]) == [act.id for act in law.law.acts]
    history = sim.law(chip="H20", buyer="alibaba")
    assert list(history.table["verdict"].str[:4])[:2] == ["free", "bloc"]
    assert history.table["changed_by"][1].startswith("us_2025_04_h20_letter")
    both = sim.law(day=["2024-06-01", "2025-05-01"], chip="H20", buyer="alibaba")
    assert [len(answer.reasons) for answer in both] == [0, 1]
    assert list(both.table["instrument"].fillna("")) == ["", "us_2025_04_h20_letter"]
    chip = dict.fromkeys(("tpp", "density", "interconnect", "memory_bandwidth"), 1)
    (free,) = sim.law(day="2024-06-01", attributes=chip, buyer="alibaba")
    assert free.word == "free"
    for shown in (law, history, both):
        assert "<td" in shown._repr_html_()
        assert_short(shown)


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


def test_a_sweep_of_no_settings_is_refused_with_an_example():
    with pytest.raises(SettingsError, match=r"what is swept\? give settings with thei"):
        sim.sweep(["assumptions.fab.initial_slack"])
