"""A run says what it was made from."""

import json
import subprocess
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import yaml

from sim.experiments import provenance
from sim.experiments.arithmetic import arithmetic
from tests.cli.conftest import FEW

ROOT = Path(__file__).parents[2]


def test_a_run_says_what_it_was_made_from(ask, desk):
    words = ("scenario=service_ban", *FEW, "seed=11", "first_draw=3")
    assert ask(*words).status == 0
    (file,) = desk.rglob("provenance.json")
    provenance = json.loads(file.read_text("utf-8"))
    assert (provenance["draws"], provenance["first_draw"], provenance["seed"]) == (
        2,
        3,
        11,
    )
    assert provenance["command"] == ["python -m sim", *words]
    assert set(provenance["scenarios"]) == {"baseline", "service_ban"}
    assert provenance["wall_time_seconds"] > 0
    assert provenance["libraries"]["numpy"]
    assert provenance["arithmetic"] == arithmetic()
    table = "sim/data/actors.csv"
    assert (
        provenance["data"]["actors.csv"]
        == sha256((ROOT / table).read_bytes()).hexdigest()
    )
    assert any(name.startswith("law/") for name in provenance["data"])


def test_the_resolved_configuration_says_every_choice_and_the_scenario(ask, desk):
    ask("scenario=service_ban", *FEW)
    (file,) = desk.rglob("config.yaml")
    config = yaml.safe_load(file.read_text("utf-8"))
    assert config["draws"] == 2
    assert config["horizon"] == "2025-09"
    assert config["scenario"]["name"] == "service_ban"
    assert "service_ban" in config["scenario"]["regime"]["add"]


def test_the_same_scenario_has_the_same_hash_and_another_has_another(ask, desk):
    hashes = []
    for effective in ("2025-09", "2025-09", "2025-10"):
        word = f"scenario.regime.add.service_ban.effective={effective}"
        folder = ask("scenario=service_ban", *FEW, "quiet=true", word).out.strip()
        provenance = json.loads((desk / folder / "provenance.json").read_text("utf-8"))
        hashes.append(provenance["scenarios"]["service_ban"])
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_clock_that_is_set_back_makes_no_time_negative(monkeypatch):
    start = provenance.RunStart(datetime.now(UTC) + timedelta(hours=1))
    assert 0.0 <= start.seconds_ago < 60.0
    seconds = start.clock + 2.5
    monkeypatch.setattr(time, "monotonic", lambda: seconds)
    assert start.seconds_ago == 2.5


def test_a_copy_that_is_no_checkout_has_no_commit(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "PACKAGE", tmp_path / "site-packages" / "sim")
    assert provenance.checkout_state() is None


def test_a_checkout_without_git_has_no_commit(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(provenance, "PACKAGE", tmp_path / "sim")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert provenance.checkout_state() is None


def test_a_checkout_has_its_commit_and_says_whether_it_was_changed(
    tmp_path, monkeypatch
):
    def git(*words: str) -> None:
        who = ["-c", "user.name=me", "-c", "user.email=me@example.org"]
        subprocess.run(["git", "-C", str(tmp_path), *who, *words], check=True)

    git("init", "-q")
    (tmp_path / "file").write_text("one")
    git("add", "file")
    git("commit", "-q", "--no-verify", "-m", "first")
    monkeypatch.setattr(provenance, "PACKAGE", tmp_path / "sim")
    clean = provenance.checkout_state()
    (tmp_path / "file").write_text("two")
    changed = provenance.checkout_state()
    assert clean is not None
    assert len(clean["commit"]) == 40
    assert changed == {**clean, "dirty": True}
    assert not clean["dirty"]
