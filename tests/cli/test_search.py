"""The best designs: on the command line and in a notebook, with real worlds."""

import shutil

import numpy as np
import pandas as pd
import pytest

import sim
from tests.displays import assert_short

LEFT_OUT = ("tools", "memory_tools", "chips", "cloud", "enforcement")
SMALL = {
    "draws": 3,
    "horizon": "2028-06",
    "search.population": 6,
    "search.generations": 2,
    "search.fresh": 3,
    "search.members": 3,
    "search.last": "2027-04",
    "search.objectives": ["china_compute", "domestic_chips", "allied_revenue"],
    "search.rivals_from": "2027-01",
    **{f"levers.{name}": None for name in LEFT_OUT},
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return sim.search(
        **SMALL, outputs=tmp_path_factory.mktemp("search"), workers=1, quiet=True
    )


def files(folder):
    names = ("front.csv", "evaluated.csv", "hypervolume.csv", "summary.md")
    kept = [*(folder / name for name in names), *(folder / "members").iterdir()]
    kept += [folder / "worlds.parquet", folder / "figures" / "front.png"]
    return {path.name: path.read_bytes() for path in kept}


def test_the_folder_has_the_front_and_a_scenario_file_for_each_member(result):
    assert_short(result)
    front = pd.read_csv(result.folder / "front.csv")
    members = front[front["kind"] == "member"]
    assert 1 <= len(members) <= 3
    assert {f"{name}.yaml" for name in members["law"]} == {
        path.name for path in (result.folder / "members").iterdir()
    }
    worlds = result.worlds()
    change = worlds["design_01:china_compute"] - worlds["baseline:china_compute"]
    assert members["china_compute"].iloc[0] == pytest.approx(change.mean())


def test_no_member_is_dominated_by_another_scenario(result):
    front = pd.read_csv(result.folder / "front.csv")
    losses = front[SMALL["search.objectives"]].to_numpy() * [1.0, 1.0, -1.0]
    is_member = (front["kind"] == "member").to_numpy()
    assert {"ally_defection", "baseline"} <= set(front["law"][~is_member])
    for own in losses[is_member]:
        for other in losses[~is_member]:
            assert not ((other <= own).all() and (other < own).any())


def test_a_killed_search_goes_on_to_the_same_bytes_whatever_the_workers(
    result, tmp_path
):
    [evaluated] = (result.folder.parent / "evaluated").iterdir()
    copied = tmp_path / "search" / "evaluated" / evaluated.name
    copied.mkdir(parents=True)
    first = evaluated / "generation_0000.csv"
    shutil.copy(first, copied)
    again = sim.search(**SMALL, outputs=tmp_path, workers=2, quiet=True)
    assert files(again.folder) == files(result.folder)
    assert {path.name for path in copied.iterdir()} == {
        path.name for path in evaluated.iterdir()
    }


def test_a_member_runs_as_a_scenario_with_what_the_search_has(result, tmp_path):
    run = sim.run(
        "design_01",
        scenario_folder=result.folder / "members",
        **{"draws": 3, "first_draw": 3, "horizon": "2028-06", "figures": False},
        outputs=tmp_path,
        quiet=True,
    )
    month = run.results.months[-1]
    levels = [
        side.over_year(("ai_compute_stock", "china"), month)
        for side in (run.results, run.baseline_results)
    ]
    worlds = result.worlds()
    for law, own in zip(("design_01", "baseline"), levels, strict=True):
        np.testing.assert_array_equal(worlds[f"{law}:china_compute"], own)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("scenario=truce",), "leave the scenario out"),
        (("search.objectives=[china_compute]",), "name 2 to 8 objectives"),
        (("search.objectives=[china_compute,x]",), "there is no such objective"),
        (("enough.china_leg=1",), "enough.china_leg: there is no such objective"),
        (("search.last=2026-01",), "lies before search.first=2027-01"),
        (("levers.cap.options.x=[1]",), "begins with no instrument"),
        (("levers.cap.add.hub_cap.unit=tonnes",), "levers.cap: "),
        (("levers.cap.notice=-1",), "levers.cap.notice"),
    ],
)
def test_what_cannot_be_searched_is_refused(refused, words, reason):
    assert reason in refused("task=search", *words)
