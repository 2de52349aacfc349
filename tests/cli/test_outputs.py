"""A run leaves a whole folder, or nothing."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import sim
from tests.cli.conftest import FEW, FEW_WITH_FIGURES

ROOT = Path(__file__).parents[2]


def test_a_run_writes_one_folder_and_says_where(ask, desk):
    outcome = ask("scenario=service_ban", *FEW_WITH_FIGURES)
    assert outcome.status == 0
    assert outcome.err == ""
    (folder,) = (desk / "outputs" / "service_ban").iterdir()
    assert outcome.out.strip().splitlines()[-1] == str(folder.relative_to(desk))
    written = {path.name for path in folder.iterdir()}
    assert written >= {"headline.csv", "provenance.json", "config.yaml", "figures"}
    assert {path.name for path in desk.iterdir()} == {"outputs"}


def test_a_quiet_run_prints_its_folder_alone(ask, desk):
    outcome = ask("scenario=service_ban", *FEW, "quiet=true")
    assert outcome.out.count("\n") == 1
    assert (desk / outcome.out.strip() / "headline.csv").is_file()


def test_the_difference_of_law_and_what_it_does_are_said_before_the_table(ask, desk):
    outcome = ask("scenario=service_ban", *FEW)
    (folder,) = (desk / "outputs" / "service_ban").iterdir()
    page = sim.load(folder).summary
    assert page == (folder / "summary.md").read_text("utf-8")
    sentences = [line for line in page.splitlines() if line.startswith("- ")]
    assert len(sentences) >= 2
    before, _ = outcome.out.split("service_ban against baseline at 2025-09")
    assert "added" in before
    assert " ".join(sentences) in " ".join(before.split())


def test_who_decides_is_said_before_the_run_and_what_they_decided_after(ask, desk):
    outcome = ask("scenario=service_ban", *FEW)
    before, after = outcome.out.split("What governments decided under service_ban")
    words = "The Netherlands, Japan, South Korea and Taiwan decide for themselves"
    assert words in before
    assert "Netherlands" in after
    (table,) = desk.rglob("bargaining.csv")
    assert "gov_nl" in table.read_text("utf-8")


def test_where_all_follow_the_record_there_is_no_bargaining(ask, desk):
    outcome = ask("scenario=service_ban", *FEW, "scenario.decisions.allies=recorded")
    assert outcome.status == 0
    assert "What governments decided" not in outcome.out
    assert not list(desk.rglob("bargaining.csv"))


def test_a_scenario_can_be_changed_by_its_ids(ask, desk):
    word = "scenario.regime.add.service_ban.effective=2025-08"
    outcome = ask("scenario=service_ban", *FEW, word)
    assert outcome.status == 0
    assert "2025-08-01" in outcome.out
    (config,) = desk.rglob("config.yaml")
    assert "effective: 2025-08" in config.read_text("utf-8")


def test_the_baseline_can_be_run_alone(ask, desk):
    outcome = ask("scenario=baseline", *FEW)
    assert outcome.status == 0
    assert (desk / "outputs" / "baseline").is_dir()
    assert "- Under baseline the AI compute that China can use" in outcome.out


def test_the_lag_is_split_by_channel_on_demand(ask, desk):
    soon = ("draws=3", "horizon=2023-03", "attribution=true", "attribution_draws=2")
    outcome = ask("scenario=no_controls", *soon)
    assert outcome.status == 0
    assert "by channel, months (2 draws)" in outcome.out
    assert "- On average over 2 draws the lag changes by" in outcome.out
    (folder,) = (desk / "outputs" / "no_controls").iterdir()
    run = sim.load(folder)
    assert set(run.attribution_draws["draw"]) == {0, 1}
    assert set(run.attribution["when"]) == {"2022", "horizon"}
    assert (folder / "figures" / "channels.png").is_file()
    assert "lag_channel" in set(run.headline["measure"])


def test_a_split_of_nothing_is_refused_before_the_run(refused):
    message = refused("scenario=baseline", "attribution=true")
    assert message.startswith("attribution=true: baseline is compared with itself")


def test_a_folder_that_cannot_be_written_to_is_refused_before_the_run(
    refused, desk, monkeypatch
):
    (desk / "file").write_text("in the way")
    monkeypatch.setattr("sim.tasks.run.run_pair", _must_not_run)
    message = refused("scenario=service_ban", "outputs=file/below")
    assert message.startswith("outputs=file/below: cannot be written to, ")


def _must_not_run(*_args: object) -> None:
    raise AssertionError("computed in vain")


def test_a_full_disk_leaves_nothing(refused, monkeypatch):
    def full(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(
        "sim.outcomes.folder_writer.parquet.ParquetWriter.write_table", full
    )
    assert "no space left" in refused("scenario=service_ban", *FEW).lower()


def test_a_file_in_the_way_is_not_overwritten(refused, desk):
    (desk / "outputs").write_text("in the way")
    refused("scenario=service_ban", *FEW)
    assert (desk / "outputs").read_text() == "in the way"


def test_as_a_program_a_run_ends_with_status_0(desk):
    few = ("draws=2", "horizon=2022-12", "figures=false")
    done = _program("scenario=no_controls", *few, "quiet=true", cwd=desk)
    assert (done.returncode, done.stderr) == (0, "")


def test_as_a_program_a_mistake_ends_with_status_2(desk):
    done = _program("scenario=service_ban", "draws=0", cwd=desk)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: draws=0: must be at least 1\n"
    assert list(desk.iterdir()) == []


def test_output_that_nobody_reads_to_the_end_is_no_error(desk):
    command = f"{sys.executable} -m sim --help | head -1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=desk,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def _program(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(*words),
        cwd=cwd,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "sim", *words]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}
