"""The walk-through of CONTRIBUTING.md that writes a scenario."""

from pathlib import Path

import pytest

import sim
from sim.domain.months import Month
from tests.walkthroughs.steps import blocks
from tests.worlds import unchecked

FORK = Month(2022, 8)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The scenario beside its baseline, some months beyond the first difference."""
    folder = tmp_path_factory.mktemp("walkthrough")
    (step,) = blocks("A scenario", "yaml")
    file = folder / step.file
    file.parent.mkdir()
    file.write_text(step.text, encoding="utf-8")
    with unchecked():
        return sim.run(
            Path(step.file).stem,
            quiet=True,
            draws=2,
            horizon="2022-12",
            figures=False,
            record="all",
            scenario_folder=str(file.parent),
            outputs=str(folder / "outputs"),
        )


def test_the_worlds_are_the_same_until_the_law_differs(run):
    for key, series in run.baseline_results.series.items():
        months = FORK - run.baseline_results.months[0]
        if key in run.results.series:
            assert (series[:months] == run.results.series[key][:months]).all(), key


def test_a_chip_that_was_stopped_is_sold(run):
    assert (run.baseline_results.of("units_by_chip", "nvidia:H100")[-1] == 0.0).all()
    assert (run.results.of("units_by_chip", "nvidia:H100")[-1] > 0.0).all()


def test_its_folder_has_the_difference(run):
    assert (run.folder / "headline.csv").exists()
    assert (run.folder / "law.csv").exists()
