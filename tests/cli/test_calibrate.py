"""The task `calibrate`: its files, its alarm, and what it refuses."""

import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
import yaml

from sim.__main__ import main
from sim.experiments.calibration import convergence
from sim.records import load_records
from sim.records.discrepancy_row import DiscrepancyRow
from sim.records.posterior import read_posterior

pytestmark = pytest.mark.slow

QUICK = (
    "task=calibrate",
    "calibrate.worlds=150",
    "calibrate.steps=100",
    "calibrate.rows=20",
    "calibrate.ensembles=2",
    "calibrate.matters=0.3",
)
"""Far too few steps to converge, and enough to see every file."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder of data that a calibration put its posterior into.

    So few steps count as enough here.
    """
    data = tmp_path_factory.mktemp("data") / "posterior"
    data.mkdir()
    (data / "draws.csv").write_text("an earlier posterior")
    return data


@pytest.fixture(scope="module")
def results(tmp_path_factory, installed):
    root = tmp_path_factory.mktemp("one")
    words = (f"outputs={root}", f"calibrate.to={installed}", "quiet=true", "workers=1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(convergence, "LARGEST_R_HAT", float("inf"))
        assert main([*QUICK, *words]) == 0
    (folder,) = (root / "calibrate").iterdir()
    return folder


@dataclass(frozen=True)
class Again:
    """The same calibration once more, by two workers."""

    status: int
    out: str
    err: str
    folder: Path
    to: Path


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    root = tmp_path_factory.mktemp("two")
    words = ("workers=2", "chunk=100", "figures=false", f"calibrate.to={root / 'to'}")
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        status = main([*QUICK, f"outputs={root}", *words])
    (folder,) = (root / "calibrate").iterdir()
    return Again(status, out.getvalue(), err.getvalue(), folder, root / "to")


def test_the_posterior_is_one_that_runs_can_draw_from(results, tmp_path):
    (tmp_path / "posterior").symlink_to(results / "posterior")
    shipped = load_records()
    sizes = shipped.facts.rows(DiscrepancyRow)
    posterior = read_posterior(tmp_path, shipped.assumptions, sizes)
    assert posterior is not None
    assert posterior.count == 20
    assert str(posterior.origin.observations_to) == "2024-12"
    assert {"spread.tool_sales", "memory.lag"} <= set(posterior.discrepancy_columns)


def test_numbers_have_six_digits_and_a_row_for_each_draw(results):
    text = (results / "posterior" / "draws.csv").read_text()
    digits = [
        cell.split("e")[0].replace(".", "").lstrip("-0")
        for line in text.splitlines()[1:]
        for cell in line.split(",")
    ]
    assert max(map(len, digits)) <= 6
    assert len(text.splitlines()) == 21


def test_what_it_was_made_from_is_recorded(results):
    made = yaml.safe_load((results / "posterior" / "provenance.yaml").read_text())
    assert made["seed"] == 2025
    assert made["r_hat_max"] > 1.05
    assert set(made["libraries"]) >= {"emcee", "arviz", "scikit-learn"}
    assert len(made["digests"]["assumptions.csv"]) == 64
    assert set(made["priors"]) < set(made["r_hat"])


def test_every_assumption_is_listed_the_unserviced_scanner_among_them(results):
    table = pd.read_csv(results / "identifiability.csv").set_index("assumption")
    assert set(table.index) == {row.name for row in load_records().assumptions}
    scanner = table.loc["service.uptime_decay_per_month.scanner_no_vendor_no_spares"]
    assert scanner.verdict == "not informed by the data"
    assert not scanner["sampled"]


def test_observations_are_beside_the_predictions_of_the_posterior(results):
    table = pd.read_csv(results / "observations.csv")
    assert table.end.max() <= "2024-12-31"
    assert (table.posterior_low <= table.posterior_mid).all()
    series = pd.read_csv(results / "series.csv")
    assert series.observations.sum() == len(table)
    assert series.covered_90.sum() == table.covered_90.sum()


def test_there_are_figures(results):
    names = {path.name for path in (results / "figures").glob("*.png")}
    assert names == {
        "prior_and_posterior.png",
        "convergence.png",
        "posterior_predictive.png",
        "correlations.png",
    }


def test_the_posterior_depends_on_seed_and_data_alone(results, again):
    for name in ("posterior/draws.csv", "posterior/discrepancy.csv", "series.csv"):
        assert (again.folder / name).read_bytes() == (results / name).read_bytes()


def test_walkers_that_have_not_converged_are_an_error_and_nothing_is_put_anywhere(
    again,
):
    assert again.status == 2
    assert again.err.startswith("error: calibrate.steps=100: too few; R-hat of ")
    assert "Nothing was put into the data; what was computed is in" in again.err
    assert "assumptions fitted:" in again.out
    assert not again.to.exists()
    assert (again.folder / "posterior" / "draws.csv").is_file()


def test_what_says_where_things_are_on_a_machine_stays_out_of_the_data(again):
    made = yaml.safe_load((again.folder / "posterior/provenance.yaml").read_text())
    assert made["command"] == "python -m sim " + " ".join(QUICK)


def test_a_posterior_that_has_converged_takes_the_place_of_another(results, installed):
    made = {path.name: path.read_bytes() for path in (results / "posterior").iterdir()}
    assert len(made) > 1
    assert {path.name: path.read_bytes() for path in installed.iterdir()} == made


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("draws=100", "task=calibrate has calibrate.worlds and calibrate.rows instead"),
        ("calibrate.step=9", "did you mean 'steps'?"),
        ("calibrate.steps=9", "must be at least 100"),
        ("as_of=2022-01", "lies before"),
        ("calibrate.to=/proc/nowhere", "calibrate.to=/proc/nowhere: cannot be written"),
    ],
)
def test_a_slip_is_refused_in_one_line(refused, word, expected):
    assert expected in refused("task=calibrate", word)


def test_settings_of_a_calibration_belong_to_it(refused):
    assert "this is a setting of task=calibrate" in refused("calibrate.steps=500")


def test_a_library_that_is_not_installed_is_named_with_its_extra(refused, monkeypatch):
    for name in [name for name in sys.modules if "calibrat" in name]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "emcee", None)
    assert refused("task=calibrate") == (
        "task=calibrate: emcee is not installed; install the simulator's extra "
        "[calibration]"
    )
