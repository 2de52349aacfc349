"""Runs draw from the posterior of their data, unless they are asked not to."""

import json

import numpy as np
import pandas as pd
import pytest
import yaml

import sim
from sim.domain.ensemble import Draws
from sim.experiments.one_world import run_world
from sim.records import load_records
from sim.settings.compose import read_command
from sim.tasks.prepare import prepare_one_world
from tests.records.posteriors import (
    CALIBRATED,
    GROWTH,
    PARTS,
    data_with,
    data_without,
)
from tests.records.test_broken import set_cell

OPEN = "scenario=no_controls"
FEW = ("draws=2", "horizon=2022-12", "figures=false")
"""A scenario that differs from the baseline early, in a run that is quick."""

NONE = "Assumptions are drawn from their ranges; the data hold no posterior."
ASKED = "Assumptions are drawn from their ranges, as asked."
DRAWN = (
    "3 assumptions drawn from the posterior (observations to 2024-12), the others from "
    "their ranges."
)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Data without a posterior, as a word."""
    return f"data={data_without(tmp_path_factory.mktemp('bare'))}"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Data with a posterior."""
    return data_with(tmp_path_factory.mktemp("calibrated"))


@pytest.fixture(scope="module")
def stale(tmp_path_factory):
    """Data of which a range has moved since the calibration, as a word."""
    moved = data_with(tmp_path_factory.mktemp("stale"))
    names = [row.name for row in load_records(moved).assumptions]
    row = names.index(GROWTH) + 2
    set_cell(moved / "assumptions.csv", "high", "0.7", row=row)
    return f"data={moved}"


def numbers(ask, desk, *words):
    """Return the quantiles of a quiet run, and what it was made from."""
    outcome = ask(OPEN, *FEW, "quiet=true", *words)
    assert outcome.status == 0, outcome.err
    folder = desk / outcome.out.strip()
    provenance = json.loads((folder / "provenance.json").read_text("utf-8"))
    return pd.read_csv(folder / "quantiles.csv"), provenance["assumptions"]


def test_a_posterior_in_the_data_is_drawn_from_and_said(ask, desk, data):
    outcome = ask(OPEN, *FEW, f"data={data}")
    assert outcome.status == 0, outcome.err
    assert DRAWN in " ".join(outcome.out.split())
    (file,) = desk.rglob("provenance.json")
    provenance = json.loads(file.read_text("utf-8"))
    assert provenance["assumptions"] == {
        "drawn_from": "posterior",
        "asked_for": "posterior",
        "posterior": load_records(data).posterior.digest,
        "rows": 40,
        "calibrated": list(CALIBRATED),
        "calibration_seed": 7,
        "observations_to": "2024-12",
        "made": "2026-11-26",
    }
    assert "posterior/draws.csv" in provenance["data"]
    (config,) = desk.rglob("config.yaml")
    assert yaml.safe_load(config.read_text("utf-8"))["drawn_from"] == "posterior"


def test_data_without_one_are_drawn_from_by_range_and_that_is_said(ask, bare):
    assert NONE in " ".join(ask(OPEN, *FEW, bare).out.split())
    assert ASKED in " ".join(ask(OPEN, *FEW, bare, "assumptions=prior").out.split())


def test_the_prior_is_what_data_without_a_posterior_give(ask, desk, data, bare):
    word = f"data={data}"
    drawn, _ = numbers(ask, desk, word)
    prior, provenance = numbers(ask, desk, word, "assumptions=prior")
    without, also_said = numbers(ask, desk, bare)
    pd.testing.assert_frame_equal(prior, without, check_exact=True)
    assert not drawn.equals(prior)
    assert provenance == {"drawn_from": "prior", "asked_for": "prior"}
    assert also_said == {"drawn_from": "prior", "asked_for": "posterior"}


@pytest.mark.parametrize(
    "words",
    [
        ("assumptions=prior", f"assumptions.{PARTS}=0.3"),
        (f"assumptions.{PARTS}=0.3", "assumptions=prior"),
        (f"assumptions={{{PARTS}: 0.3}}", "assumptions='prior'"),
        ("drawn_from=prior", f"assumptions={{{PARTS}: 0.3}}"),
        ("assumptions=posterior", f"assumptions.{PARTS}=0.3", "drawn_from=prior"),
    ],
)
def test_a_place_to_draw_from_and_fixed_values_go_together(desk, words):
    settings = read_command([OPEN, *words]).settings
    assert settings.drawn_from == "prior"
    assert settings.assumptions == {PARTS: 0.3}


def assumed(data, *words):
    """Return what is assumed in draw 17."""
    given = ["task=replay", "draw=17", "horizon=2022-01", f"data={data}", *words]
    setup = prepare_one_world(read_command(given)).setup
    return run_world(setup, setup.baseline).assumed


def test_one_world_has_the_row_of_its_draw_and_keeps_what_is_not_fixed(data):
    posterior, prior = assumed(data), assumed(data, "assumptions=prior")
    fixed = assumed(data, f"assumptions.{PARTS}=0.3")
    row = load_records(data).posterior.values(Draws(1, 17), seed=2025)
    for name, values in posterior.items():
        expected = row.get(name, prior[name])
        np.testing.assert_array_equal(values, expected, name)
        held = np.array([0.3]) if name == PARTS else values
        np.testing.assert_array_equal(fixed[name], held, name)


def test_a_story_says_where_its_world_is_from(ask, data):
    words = ("task=replay", "draw=3", "horizon=2022-06", f"data={data}")
    told = " ".join(ask(*words).out.split())
    assert f"What distinguishes this world. {DRAWN} Of the assumptions" in told
    assert ASKED in " ".join(ask(*words, "assumptions=prior").out.split())


def test_laws_are_compared_in_the_world_that_is_drawn(ask, data):
    words = ("task=diverge", OPEN, "draw=3", "horizon=2022-12", f"data={data}")
    posterior, prior = ask(*words), ask(*words, "assumptions=prior")
    assert posterior.status == prior.status == 0
    assert posterior.out != prior.out


def test_news_say_where_their_worlds_are_from(ask, data):
    words = ("task=news", "draws=2", "horizon=2022-12", "figures=false")
    outcome = ask(*words, f"data={data}")
    assert outcome.status == 0, outcome.err
    assert DRAWN in " ".join(outcome.out.split())


@pytest.mark.parametrize(
    "words",
    [(OPEN,), ("task=replay", "draw=1"), ("task=news",), ("-m", OPEN, "seed=1,2")],
)
def test_a_stale_calibration_is_refused_in_one_line(refused, stale, words):
    message = refused(*words, stale)
    assert message.startswith(
        f"posterior/provenance.yaml, priors.{GROWTH}: the range was"
    )
    assert message.endswith(
        "task=calibrate makes it again, assumptions=prior does without"
    )


def test_a_stale_calibration_may_be_done_without(ask, stale):
    assert ask(OPEN, *FEW, stale, "assumptions=prior").status == 0


def test_law_does_not_ask_what_is_assumed(ask, stale):
    query = ("query.chip=H20", "query.buyer=alibaba", "query.day=2024-06-01")
    assert ask("task=law", *query, stale).status == 0


def test_a_notebook_chooses_as_the_command_line_does(desk, data):
    few = {"draws": 2, "horizon": "2022-12", "figures": False, "data": str(data)}
    run = sim.run("no_controls", quiet=True, assumptions="prior", **few)
    assert run.provenance["assumptions"]["drawn_from"] == "prior"
    words = {"assumptions": {PARTS: 0.3}, "drawn_from": "prior"}
    held = sim.run("no_controls", quiet=True, **words, **few)
    assert held.provenance["assumptions"]["drawn_from"] == "prior"
    drawn = sim.run("no_controls", quiet=True, assumptions={PARTS: 0.3}, **few)
    assert drawn.provenance["assumptions"]["drawn_from"] == "posterior"
    assert not drawn.headline.equals(held.headline)
