"""Places that results go to: ~ is the home folder everywhere, obstacles are found."""

import pytest

import sim
from sim.domain.errors import OutputError, SettingsError
from sim.outcomes.folder_path import with_home
from sim.settings.compose import read_command
from sim.settings.scenario_files import ScenarioFiles
from sim.tasks.output_folder import check_writable
from sim.tasks.sweep.sweep_plan import _check_places as check_places


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "x").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("words", "setting"),
    [
        ((), "outputs"),
        ((), "data"),
        ((), "scenario_folder"),
        ((), "law_folder"),
        (("task=rerun",), "folder"),
        (("task=calibrate",), "calibrate.to"),
    ],
)
def test_a_tilde_is_the_home_folder_in_every_setting(home, words, setting):
    value = read_command([*words, f"{setting}='~/x'"]).settings
    for name in setting.split("."):
        value = getattr(value, name)
    assert value == str(home / "x")


def test_a_tilde_is_the_home_folder_of_what_is_loaded(home):
    assert ScenarioFiles.find("~/x").folder == home / "x"
    for load in (sim.load, sim.load_sweep):
        with pytest.raises(OutputError, match=f"^{home / 'x'} holds no"):
            load("~/x")


def test_a_user_whom_nobody_knows_has_no_home():
    with pytest.raises(SettingsError, match="no home folder is known for the ~"):
        with_home("~nobody-of-this-name/x")
    with pytest.raises(SettingsError, match="^outputs=~nobody-of-this-name: "):
        _ = read_command(["outputs='~nobody-of-this-name'"]).settings


@pytest.mark.parametrize(
    "name", ["sweeps", "sweeps/blocks", "sweeps/s", "sweeps/s/jobs", "sweeps/s/figures"]
)
def test_a_file_in_the_way_of_a_sweep_is_found_beforehand(tmp_path, name):
    place = tmp_path / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("mine")
    folder = tmp_path / "sweeps"
    with pytest.raises(OutputError) as refusal:
        check_places(tmp_path, folder / "blocks", folder / "s")
    assert str(refusal.value) == (
        f"outputs={tmp_path}: {place} cannot be written to, not a directory"
    )
    assert place.read_text() == "mine"


@pytest.mark.parametrize("name", ["sweep.parquet", "design.csv", "manifest.json"])
def test_a_folder_in_the_place_of_a_file_of_a_sweep_is_found_beforehand(tmp_path, name):
    folder = tmp_path / "sweeps" / "s"
    (folder / name).mkdir(parents=True)
    with pytest.raises(OutputError, match=f"{name} is a folder, and would have to be"):
        check_places(tmp_path, folder.parent / "blocks", folder)


def test_a_place_for_a_posterior_is_checked_beforehand(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="^calibrate.to=.*, not a directory$"):
        check_writable(tmp_path / "file", "calibrate.to")
