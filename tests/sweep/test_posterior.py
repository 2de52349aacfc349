"""Points that draw from a posterior are the single runs that do, to the last bit."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from sim.__main__ import FAULT, main
from sim.domain.ensemble import Draws
from sim.experiments.chunks import run_pair
from sim.experiments.side_by_side import compatibility_key
from sim.experiments.simulation import run_chunk
from sim.settings.sweep_command import read_sweep
from sim.tasks.sweep.point_composer import PointComposer
from tests.experiments.questions import assert_same, ready
from tests.records.posteriors import GROWTH, PARTS, data_with, say
from tests.sweep.samples import key_at, setup_at
from tests.sweep.side_by_side import assert_as_if_alone, assuming, silent, unlike

pytestmark = pytest.mark.usefixtures("quick")

SOON = "horizon=2022-10"
EARLY = "decided_history"
"""A scenario that differs from the baseline early."""

FEW = ("draws=3", "first_draw=38", SOON, "figures=false", "quiet=true")
HERE = "hydra/launcher=basic"
"""Blocks are run in this process: who runs them is tested elsewhere."""
KEYS = ["measure", "actor"]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return data_with(tmp_path_factory.mktemp("calibrated"))


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """A folder in which results could be written; none are."""
    return tmp_path_factory.mktemp("outputs")


@pytest.fixture(scope="module")
def drawn(outputs, data):
    return ready(outputs, EARLY, SOON, f"data={data}")


def test_what_is_fixed_may_differ_side_by_side(drawn):
    setups = [
        drawn,
        assuming(drawn, **{PARTS: 0.1}),
        assuming(drawn, **{GROWTH: 0.5, "redesign.margin": 0.02}),
    ]
    found = assert_as_if_alone(setups, Draws(3, 38))
    assert unlike(found) == len(setups)


def test_draws_from_two_places_are_not_run_together(drawn):
    assert compatibility_key(drawn) != compatibility_key(replace(drawn, posterior=None))


def test_a_draw_is_the_same_in_company_and_at_the_end_of_a_block(drawn):
    whole = run_chunk(drawn, Draws(4, 38), silent)
    for draw in (39, 40):
        alone = run_chunk(drawn, Draws(1, draw), silent)
        assert_same(alone, whole)


def test_chunks_and_processes_change_nothing(drawn):
    some = replace(drawn, draws=Draws(3, 38))
    parts = replace(some, chunk=2, workers=2)
    assert_same(run_pair(parts), run_chunk(some, some.draws, silent))


@pytest.fixture(scope="module")
def swept(tmp_path_factory, data):
    """A sweep over a calibrated assumption and over where the others are drawn from."""
    into = tmp_path_factory.mktemp("swept")
    words = (f"scenario={EARLY}", f"assumptions.{PARTS}=0.2,0.4", f"data={data}")
    given = [*FEW, *words, "assumptions=posterior,prior", f"outputs={into}"]
    assert main(["-m", HERE, *given]) == 0
    (folder,) = (one for one in (into / "sweeps").iterdir() if one.name != "blocks")
    return folder


@pytest.mark.parametrize("place", ["posterior", "prior"])
def test_a_point_is_the_single_run_bit_for_bit(swept, tmp_path, data, place):
    words = (f"scenario={EARLY}", f"assumptions.{PARTS}=0.4", f"assumptions={place}")
    assert main([*FEW, *words, f"data={data}", f"outputs={tmp_path}"]) == 0
    (folder,) = (tmp_path / EARLY).iterdir()
    alone = pd.read_csv(folder / "headline.csv").query("when == 'horizon'")
    table = pd.read_parquet(swept / "sweep.parquet")
    chosen = (table["assumptions"] == place) & (table[f"assumptions.{PARTS}"] == 0.4)
    numbers = [name for name in table if name.endswith(("p05", "p50", "p95", "rease"))]
    actual, reference = (
        frame.astype({"measure": str, "actor": str}).set_index(KEYS)[numbers]
        for frame in (table[chosen], alone)
    )
    pd.testing.assert_frame_equal(
        actual.loc[reference.index], reference, check_exact=True
    )


def test_a_sweep_says_where_its_points_draw_from(swept):
    said = json.loads((swept / "provenance.json").read_text("utf-8"))["assumptions"]
    assert said["asked_for"] == "swept"
    assert said["calibration_seed"] == 7


def test_a_sweep_tells_on_the_screen_where_it_draws_from(tmp_path, data, capsys):
    words = (f"scenario={EARLY}", "seed=1,2", f"data={data}", f"outputs={tmp_path}")
    assert main(["-m", HERE, *FEW[:-1], *words]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "3 assumptions drawn from the posterior (observations to 2024-12)" in said


def test_points_that_do_without_a_broken_posterior_go_on(tmp_path, capsys):
    data = data_with(tmp_path)
    say(data, seed=None)
    words = (f"scenario={EARLY}", "assumptions=prior,posterior", f"data={data}")
    assert main(["-m", HERE, *FEW, *words, f"outputs={tmp_path / 'o'}"]) == FAULT
    folder = capsys.readouterr().out.strip()
    design = pd.read_csv(f"{folder}/design.csv")
    assert design["status"].tolist() == ["done", "failed"]
    assert design["error"][1] == "posterior/provenance.yaml, seed: is missing"


def test_the_key_of_a_point_follows_the_posterior(tmp_path):
    data = data_with(tmp_path)

    def key(*words):
        return key_at(
            PointComposer([f"scenario={EARLY}", f"data={data}", *words], []), []
        )

    first, prior = key(), key("assumptions=prior")
    assert first != prior
    assert key("assumptions=posterior") == first
    say(data, seed=8)
    assert key() != first


def test_a_table_of_points_may_say_where_each_draws_from(tmp_path, data):
    table = tmp_path / "points.csv"
    table.write_text("scenario,assumptions\nservice_ban,prior\ntruce,posterior\n")
    words = ["sweep.design=table", f"sweep.table={table}", f"data={data}"]
    command = read_sweep(words)
    design = command.design()
    composer = PointComposer(command.fixed, design.keys)
    drawn = [
        setup_at(composer, values).posterior is not None for values in design.points
    ]
    assert drawn == [False, True]
