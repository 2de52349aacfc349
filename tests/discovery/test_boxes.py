"""Boxes: planted ones are found, luck is not, and limits say what holds."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.discovery.box_choice import chance_of_as_many, find_box
from sim.experiments.discovery.classification_tree import tree_boxes
from sim.experiments.discovery.peeling import peeled_boxes
from sim.experiments.discovery.world_boxes import BoxScore, Limit, WorldBox, in_any

ROWS, COLUMNS = 2_000, 60


def table(seed: int = 0, rows: int = ROWS) -> dict[str, np.ndarray]:
    values = np.random.default_rng(seed).uniform(size=(COLUMNS, rows))
    return {f"a{number}": row for number, row in enumerate(values)}


def planted(assumed: dict[str, np.ndarray]) -> np.ndarray:
    """Draws in a box of three limits, with every tenth draw left to luck."""
    inside = (assumed["a3"] > 0.6) & (assumed["a7"] < 0.5) & (assumed["a11"] > 0.3)
    luck = np.random.default_rng(1).uniform(size=(2, len(inside)))
    return np.where(luck[0] < 0.05, luck[1] < 0.2, inside)


def test_a_planted_box_is_found_and_holds_in_fresh_draws():
    assumed, fresh = table(), table(seed=9)
    found = find_box(assumed, planted(assumed), resamples=4)
    assert {limit.assumption for limit in found.box.limits} == {"a3", "a7", "a11"}
    for draws in (assumed, fresh):
        score = BoxScore.of(found.box.holds(draws), planted(draws))
        assert score.coverage > 0.8
        assert score.density > 0.8
    assert all(side.resamples > 0.5 for side in found.sides)
    assert found.agreement > 0.7
    low = next(side for side in found.sides if side.side.assumption == "a3")
    assert low.place == pytest.approx(0.6, abs=0.05)
    assert low.lowest <= low.place + 0.05


def test_a_tree_finds_either_of_two_boxes():
    assumed = table()
    interest = ((assumed["a1"] > 0.8) & (assumed["a2"] > 0.4)) | (assumed["a1"] < 0.15)
    boxes = tree_boxes(assumed, interest)
    assert len(boxes) >= 2
    score = BoxScore.of(in_any(boxes, assumed), interest)
    assert min(score.coverage, score.density) > 0.9


@pytest.mark.parametrize("seed", range(3))
def test_luck_alone_makes_hardly_any_box(seed):
    assumed = table(seed)
    interest = np.random.default_rng(seed + 50).uniform(size=ROWS) < 0.2
    found = find_box(assumed, interest, resamples=0)
    fresh = table(seed + 100)
    score = BoxScore.of(
        found.box.holds(fresh), np.random.default_rng(7).uniform(size=ROWS) < 0.2
    )
    luck = chance_of_as_many(score.both, score.inside, score.base_rate)
    assert not found.box.limits or luck > 0.01


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_without_a_difference_there_is_no_box(share):
    assumed = table(rows=200)
    interest = np.full(200, bool(share))
    found = find_box(assumed, interest)
    assert found.box == WorldBox()
    assert not found.candidates
    assert tree_boxes(assumed, interest) == []


def test_a_missing_value_is_refused_by_name():
    assumed = table(rows=200)
    assumed["a5"][3] = np.nan
    with pytest.raises(ValueError, match="a5: a value is missing"):
        find_box(assumed, assumed["a1"] > 0.5)


def test_values_that_are_equal_are_taken_off_together():
    steps = np.repeat(np.arange(4.0), 50)
    [first, *_] = peeled_boxes({"steps": steps, "fixed": steps * 0.0}, steps > 2.0)
    assert first == WorldBox((Limit("steps", low=0.5),))


@given(st.integers(0, 1_000), st.integers(20, 200))
def test_peeling_never_lowers_the_density_below_the_base_rate(seed, rows):
    luck = np.random.default_rng(seed)
    assumed = {name: np.round(luck.normal(size=rows), 1) for name in "abc"}
    interest = luck.uniform(size=rows) < 0.4
    inside = rows
    for box in peeled_boxes(assumed, interest):
        score = BoxScore.of(box.holds(assumed), interest)
        assert 0 < score.inside < inside
        inside = score.inside


def test_scores_by_hand():
    inside = np.array([True, True, True, False, False, False, False, False])
    interest = np.array([True, True, False, True, False, False, False, False])
    score = BoxScore.of(inside, interest)
    assert (score.coverage, score.density, score.mass) == (2 / 3, 2 / 3, 3 / 8)
    assert score.correlation == pytest.approx(np.corrcoef(inside, interest)[0, 1])


def test_ends_of_limits_join_and_leave():
    box = WorldBox.of_sides(
        [
            Limit("a", low=0.1),
            Limit("a", low=0.2),
            Limit("a", high=0.5),
            Limit("b", 1.0),
        ]
    )
    assert box.limits == (Limit("a", 0.2, 0.5), Limit("b", 1.0, inf))
    assert box.without(Limit("b", 1.0)).limits == (Limit("a", 0.2, 0.5),)
    assert box.without(Limit("a", 0.2)).limits[0] == Limit("a", high=0.5)


def test_the_box_is_as_good_as_that_of_another_implementation():
    prim = pytest.importorskip("ema_workbench.analysis.prim")
    import pandas as pd

    assumed = table()
    interest = planted(assumed)
    other = prim.Prim(
        pd.DataFrame({name: assumed[name] for name in list(assumed)[:20]}),
        interest,
        threshold=0.8,
    ).find_box()
    theirs = other.peeling_trajectory
    best = theirs[theirs["density"] > 0.85]["coverage"].max()
    own = find_box(assumed, interest, resamples=0)
    assert own.score.density > 0.85
    assert own.score.coverage > best - 0.1
