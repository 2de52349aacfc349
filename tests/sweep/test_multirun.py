"""`python -m sim -m`: overrides go to the sweep as given, Hydra's to Hydra."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hydra.core.config_store import ConfigStore

from sim.__main__ import main
from sim.domain.errors import ChipWarError, SettingsError
from sim.settings.multirun import multirun, simulator_overrides
from tests.sweep.stand_in import task

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def given_to_sweep(tmp_path, monkeypatch) -> Callable[..., Any]:
    """Give a command from an empty folder; return the overrides of the sweep."""
    monkeypatch.chdir(tmp_path)

    def give(*words: str) -> Any:
        given = ["-m", *words]
        return multirun(given, task(lambda _launch: simulator_overrides(given)))

    return give


@pytest.mark.parametrize(
    "words",
    [
        ("scenario=service_ban,tight_quota",),
        ("scenario=glob(tight*)", "draws=3"),
        ("scenario=service_ban", "assumptions.service.skill=0.1,0.3,0.5"),
        ("seed=range(1,4)", "assumptions.service.skill=interval(0,1)"),
        ("scenario=service_ban", "+scenario.regime.add.mine.kind=ban"),
        ("scenario=service_ban", 'outputs="a=b c\'s"'),
        ("seed=choice(1,2)", "mechanisms.grey_market=off,on"),
    ],
)
def test_the_simulators_words_reach_the_sweep_as_they_were_given(given_to_sweep, words):
    assert given_to_sweep(*words) == words


def test_hydras_words_go_to_hydra_alone(given_to_sweep):
    words = ("hydra/launcher=basic", "hydra.verbose=false", "hydra.job.num=3", "seed=1")

    assert given_to_sweep(*words) == ("seed=1",)


def test_planning_leaves_no_folder(given_to_sweep, tmp_path):
    given_to_sweep("scenario=service_ban,tight_quota", "outputs=there")

    assert list(tmp_path.iterdir()) == []


def test_scenarios_are_offered_to_hydra_no_longer_than_it_composes(given_to_sweep):
    given_to_sweep("scenario=service_ban,tight_quota")

    assert "scenario" not in ConfigStore.instance().repo


def test_scenarios_of_ones_own_can_be_swept(given_to_sweep, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "ban_and_more.yaml").write_text("defaults: [service_ban]\n")

    words = ("scenario_folder=mine", "scenario=ban_and_more,service_ban")

    assert given_to_sweep(*words) == words


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        ("hydra/launcher=proceses", "did you mean 'processes'"),
        ("hydra/launcher=nonesuch", "choose from basic"),
        ("hydra.launcher.wrokers=3", "hydra.launcher.wrokers"),
        ("hydra/launcher=basic,processes", "hydra"),
        ("hydra.verbose=[", "hydra.verbose=["),
    ],
)
def test_a_mistake_in_hydras_words_is_reported_in_one_line(
    given_to_sweep, word, complaint
):
    with pytest.raises(SettingsError) as error:
        given_to_sweep(word)

    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_an_error_of_the_sweep_itself_comes_through(tmp_path):
    def run_sweep(_launch):
        raise ChipWarError("no")

    with pytest.raises(ChipWarError, match="no"):
        multirun(["-m"], task(run_sweep))


def test_a_mistake_in_the_simulators_words_is_reported_in_one_line(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)

    status = main(["-m", "scenario=service_ban", "drwas=3"])

    err = capsys.readouterr().err
    assert status == 2
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert "draws" in err
    assert list(tmp_path.iterdir()) == []


def test_another_sweeper_makes_single_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ("draws=1", "horizon=2022-12", "figures=false", "quiet=true")

    hydras = ("-m", "hydra/sweeper=basic", "hydra/launcher=basic")

    status = main(
        [*hydras, *words, "scenario=no_controls,decided_history", "outputs=out"]
    )

    assert status == 0
    assert sorted(path.name for path in Path("out").iterdir() if path.is_dir()) == [
        "decided_history",
        "no_controls",
        "sweeps",
    ]
