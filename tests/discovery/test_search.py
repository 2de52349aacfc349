"""Searches over designs: what may be chosen, how it is searched, what is left."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.months import Month
from sim.experiments.regime_search.design_space import DesignSpace, Lever
from sim.experiments.regime_search.evaluation import WIDTH
from sim.experiments.regime_search.evolution import evolve, first_generation
from sim.experiments.regime_search.front import (
    dominates,
    front_of,
    spread_out,
    volumes,
)
from sim.outcomes.formula import Formula
from sim.outcomes.law_scores import law_scores, loss
from sim.outcomes.objectives import Objective
from sim.tasks.search_archive import SearchArchive

BAN = {"kind": "service_ban", "scope": {"goods": ["engineers"]}, "approval": 0.0}
LEVERS = [
    Lever(
        "service",
        "ban on service",
        {"ban": {**BAN, "adopted_by": {"NLD": None}}},
        4,
        0.6,
        {"ban.approval": [0.0, 0.5], "ban.scope.goods": [["engineers"], ["parts"]]},
    ),
    Lever("cap", "cap", {"cap": {"kind": "quota"}}, 2, 0.6, {"cap.cap": [5, 6, 7]}),
    Lever("staff", "more staff", {"more": {"kind": "x"}}, 0, -0.5, {}),
]
SPACE = DesignSpace(LEVERS, Month(2027, 1), Month(2028, 1), 2, 1.0)
OBJECTIVES = [
    Objective(name, name, Formula.parse("revenue[asml]"), "", better)
    for name, better in (("compute", "lower"), ("revenue", "higher"))
]


def test_a_design_is_written_as_a_scenario_with_dates_after_its_notice():
    content = SPACE.content(SPACE.clean([1, 2, 1, 1, 0, 3, 2, 0, 0]))
    [(name, act)] = content["regime"]["add"].items()
    assert name == "ban"
    assert (act["announced"], act["effective"]) == ("2027-07-01", "2027-11-01")
    assert (act["approval"], act["scope"]["goods"]) == (0.5, ["parts"])
    assert content["decisions"] == {"allies": "endogenous"}
    assert "ban on service from 2027-11 (approval 0.5, scope.goods parts)" in str(
        content["question"]
    )
    assert BAN["approval"] == 0.0


def test_nobody_decides_where_no_ally_is_asked():
    assert "decisions" not in SPACE.content(SPACE.alone(LEVERS[1]))


def test_limits_count_levers_and_staff():
    service, cap, staff = (SPACE.alone(lever) for lever in LEVERS)
    both = SPACE.clean(np.add(service, cap))
    assert SPACE.is_allowed(service)
    assert not SPACE.is_allowed(both)
    assert SPACE.excess(both) == (0.0, pytest.approx(0.2))
    assert SPACE.excess(SPACE.clean(np.add(both, staff)))[0] == 1.0


def test_designs_that_share_levers_and_dates_differ_in_numbers():
    assert SPACE.shared_genes == [0, 1, 3, 4, 5, 7, 8]


@given(st.lists(st.integers(-2, 9), min_size=9, max_size=9))
def test_clean_genes_are_within_bounds_and_stay_as_they_are(genes):
    clean = SPACE.clean(genes)
    assert SPACE.clean(clean) == clean
    assert all(0 <= gene < size for gene, size in zip(clean, SPACE.sizes, strict=True))
    if not clean[0]:
        assert not any(clean[:4])


def test_the_first_generation_has_no_lever_and_each_alone():
    designs = [tuple(row) for row in first_generation(SPACE, 30, 1)]
    assert len(set(designs)) == len(designs) == 30
    assert {(0,) * 9, *(SPACE.alone(lever) for lever in LEVERS)} <= set(designs)


def losses_of(designs):
    """Losses that trade off: early and strict costs, late and mild does little."""
    rows = [
        (
            -sum(design) + 3.0 * design[4],
            float(design[1] + 4 * design[2] + design[6]),
        )
        for design in designs
    ]
    return np.array(rows).reshape(len(designs), 2)


def searched(folder, seed=3):
    archive = SearchArchive(folder, ["a", "b"], losses_of)
    evolve(SPACE, archive, objectives=2, population=20, generations=6, seed=seed)
    return archive


def test_a_search_keeps_the_limits_and_finds_the_front(tmp_path):
    archive = searched(tmp_path / "one")
    assert all(map(SPACE.is_allowed, archive.losses))
    every = [
        SPACE.clean(genes)
        for genes in np.ndindex(*SPACE.sizes)
        if SPACE.is_allowed(SPACE.clean(genes))
    ]
    best = losses_of(every)
    known = np.array(list(archive.losses.values()))
    sizes = volumes([0] * len(best), best)[-1], volumes([0] * len(known), known)[-1]
    assert sizes[1] > 0.5 * sizes[0]
    grown = volumes([archive.born[genes] for genes in archive.losses], known)
    assert len(grown) == 6
    assert all(a <= b + 1e-12 for a, b in pairwise(grown))


def test_the_same_seed_asks_for_the_same_designs_and_a_killed_search_goes_on(tmp_path):
    whole = searched(tmp_path / "whole")
    (tmp_path / "killed").mkdir()
    for number in range(3):
        name = f"generation_{number:04d}.csv"
        (tmp_path / "killed" / name).write_bytes(
            (tmp_path / "whole" / name).read_bytes()
        )
    run = []
    archive = SearchArchive(
        tmp_path / "killed", ["a", "b"], lambda d: run.append(d) or losses_of(d)
    )
    evolve(SPACE, archive, objectives=2, population=20, generations=6, seed=3)
    assert archive.losses == whole.losses
    assert archive.born == whole.born
    assert len(run) < 6
    files = [
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("whole", "killed")
    ]
    assert files[0] == files[1]


def test_designs_of_a_generation_come_in_groups_with_the_same_dates():
    asked = []
    evolve(
        SPACE,
        lambda designs: asked.append(designs) or losses_of(designs),
        objectives=2,
        population=20,
        generations=3,
        seed=0,
    )
    last = asked[-1]
    shapes = {tuple(design[i] for i in SPACE.shared_genes) for design in last}
    assert WIDTH > 1
    assert len(shapes) < len(set(last))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1))
def test_the_front_is_what_nothing_dominates(rows):
    losses = np.array(rows, dtype=float)
    front = front_of(losses)
    for place, row in enumerate(rows):
        beaten = any(dominates(other, row) for other in rows)
        if place in front:
            assert not beaten
        elif not beaten:
            assert any(rows[other] == row for other in front)


def test_members_are_the_best_by_each_objective_and_far_apart():
    losses = np.array([[0.0, 9.0], [1.0, 8.0], [5.0, 4.0], [9.0, 0.0]])
    assert spread_out(losses, 3) == [0, 3, 2]
    assert spread_out(losses[:1], 3) == [0]


def test_losses_regret_and_what_is_enough_by_hand():
    changes = {
        "a": np.array([[-2.0, -1.0], [-3.0, 1.0]]),
        "b": np.array([[-1.0, -2.0], [0.0, 0.0]]),
    }
    assert loss(OBJECTIVES, changes["a"]).tolist() == [-1.5, 1.0]
    assert loss(OBJECTIVES, changes["a"], "worst")[0] == pytest.approx(-1.1)
    first, second = law_scores(OBJECTIVES, changes, {"compute": -1.5, "revenue": -1.0})
    assert first.regret.tolist() == [0.5, 1.5]
    assert second.regret.tolist() == [0.5, 0.5]
    assert (first.enough, second.enough) == (0.0, 0.5)


def test_a_damaged_file_of_a_generation_is_named(tmp_path):
    searched(tmp_path / "x")
    (tmp_path / "x" / "generation_0001.csv").write_text("genes,a,b\n1 2,x,3\n")
    with pytest.raises(Exception, match="generation_0001.csv: is not what this search"):
        searched(tmp_path / "x")
