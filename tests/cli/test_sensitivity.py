"""What a scenario's effects depend on: on the command line and in a notebook."""

from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.__main__ import main
from tests.displays import assert_short

QUICK = ("scenario=service_ban_unilateral", "draws=100", "horizon=2025-09")


@dataclass(frozen=True)
class Printed:
    """What was printed, and where the folder is."""

    out: str
    folder: Path


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    folder, out = tmp_path_factory.mktemp("sensitivity"), StringIO()
    with redirect_stdout(out):
        assert main(["task=sensitivity", *QUICK, f"outputs={folder}"]) == 0
    text = out.getvalue()
    return Printed(text, Path(text.splitlines()[-1]))


def test_it_names_the_effect_and_what_it_depends_on(printed):
    words = " ".join(printed.out.split())
    assert "What service_ban_unilateral against baseline at the horizon" in words
    assert "SMIC advanced:" in words
    assert "no observation has narrowed it" in words
    assert "sensitivity.csv holds every effect and assumption." in words


def test_wear_without_service_decides_how_available_tools_are(printed):
    table = pd.read_csv(printed.folder / "sensitivity.csv")
    tools = table[table["measure"] == "tool_availability"]
    assert tools["assumption"].str.startswith("service.").mean() > 0.4
    assert table["share"].between(0.0, 1.0).all()
    assert (printed.folder / "figures" / "sensitivity.png").stat().st_size > 10_000
    assert "depends on" in (printed.folder / "figures" / "tornado.txt").read_text(
        "utf-8"
    )
    assert (printed.folder / "provenance.json").is_file()


def test_too_few_draws_are_refused_in_one_line(ask):
    outcome = ask("task=sensitivity", "scenario=service_ban", "draws=20")
    assert outcome.status == 2
    assert "draws=20" in outcome.err
    assert "100 or more" in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_notebook_gets_the_same_table(printed, tmp_path):
    done = sim.sensitivity(
        "service_ban_unilateral",
        draws=100,
        horizon="2025-09",
        figures=False,
        quiet=True,
        outputs=str(tmp_path),
    )
    saved = pd.read_csv(printed.folder / "sensitivity.csv")
    pd.testing.assert_frame_equal(done.table, saved, check_dtype=False)
    assert_short(done)
    assert str(done.folder) in repr(done)
