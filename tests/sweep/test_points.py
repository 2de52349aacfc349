"""A point is the single run with the same words, or is refused as that run is."""

import shutil
from math import inf, nan

import pytest
import yaml

from sim.domain.errors import ChipWarError
from sim.records.data_folder import SHIPPED
from sim.settings.compose import read_command
from sim.settings.shipped_files import SCENARIOS
from sim.tasks.prepare import prepare
from sim.tasks.sweep import point_key
from sim.tasks.sweep.point_composer import PointComposer
from tests.sweep.samples import key_at, setup_at

pytestmark = pytest.mark.usefixtures("quick")

BAN = "scenario=service_ban"
ADDED = "scenario.regime.add.service_ban"
SKILL = "assumptions.service.grey_market_parts_coverage"
HALF = "service.recovery_halflife_months"


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def alone(composer, values):
    """Return the single run that a point stands for."""
    return prepare(read_command(composer.overrides(values)))


def same_case(one, other):
    if one is None or other is None:
        return one is other
    return (
        one.name == other.name
        and one.assumptions == other.assumptions
        and one.mechanisms == other.mechanisms
        and list(one.regime.instruments) == list(other.regime.instruments)
        and one.regime.instruments == other.regime.instruments
        and one.regime.decisions == other.regime.decisions
    )


POINTS = [
    ([BAN], {SKILL: 0.3}),
    ([BAN], {SKILL: 1}),
    ([BAN, f"{SKILL}=0.1"], {f"assumptions.{HALF}": 9}),
    ([BAN], {"mechanisms.talent": False, "seed": 7}),
    ([BAN], {"mechanisms.talent": "off"}),
    ([BAN], {"horizon": "2028-06", "start": "2024-01"}),
    ([BAN], {f"{ADDED}.approval": 0.25}),
    ([BAN], {f"{ADDED}.approval": 1}),
    ([BAN], {f"{ADDED}.effective": "2026-07", f"{ADDED}.announced": "2026-01-15"}),
    ([BAN], {f"{ADDED}.end": "2028-07", f"{ADDED}.reach.NLD": 0.5}),
    ([BAN], {f"{ADDED}.adopted_by.NLD": "2026-07"}),
    ([BAN], {f"{ADDED}.adopted_by.NLD.share": 0.5}),
    ([BAN], {f"{ADDED}.adopted_by.NLD.share": 0.5, f"{ADDED}.adopted_by.NLD": None}),
    ([BAN], {f"{ADDED}.adopted_by.DEU": "2026-07"}),
    ([BAN], {f"{ADDED}.ask.coercion": 0.9, f"{ADDED}.ask.deadline": "2026-02"}),
    ([BAN], {f"{ADDED}.scope.facilities": "any"}),
    ([BAN], {f"{ADDED}.scope.goods.0": "etch"}),
    ([BAN], {f"{ADDED}.coverage": 0.5}),
    ([BAN], {"scenario.decisions.allies": "recorded"}),
    ([BAN], {f"scenario.{SKILL}": 0.5}),
    ([BAN], {"scenario.mechanisms.talent": "off"}),
    ([BAN], {"scenario.base": "no_controls"}),
    ([BAN], {"scenario.base.as_of": "2025-01"}),
    ([BAN], {"scenario.regime.amend.us_2025_01_diffusion.cap": 25000}),
    ([BAN], {"scenario.question": "What, if 'so' \\ or not?"}),
    ([BAN], {"baseline": "no_controls"}),
    ([BAN], {"assumptions": "prior"}),
    ([], {"assumptions": "prior", "scenario": "truce"}),
    (["assumptions=prior", BAN], {SKILL: 0.3}),
    (["draws=3"], {"scenario": "adaptive", "scenario.decisions.since": "2026-12"}),
    (["draws=3"], {"scenario": "baseline", "seed": 3}),
    (
        [
            "scenario=tight_quota",
            "~scenario.regime.amend.us_2025_01_diffusion.exception",
        ],
        {"scenario.regime.amend.us_2025_01_diffusion.cap": 10_000},
    ),
    (
        ["scenario=tight_quota"],
        {"scenario.regime.amend.us_2025_01_diffusion.period_months": 6},
    ),
    (
        [
            "scenario=tight_quota",
            "++scenario.regime.add.levy={kind: revenue_share, title: A levy, "
            "issuer: USA, announced: 2026-11, effective: 2026-12, share: 0.1, "
            "reference: none, source: a test}",
        ],
        {"scenario.regime.add.levy.share": 0.4},
    ),
]


@pytest.mark.parametrize(("fixed", "point"), POINTS)
def test_a_point_is_the_single_run_with_the_same_words(fixed, point):
    composer = PointComposer(fixed, list(point))
    values = list(point.values())
    first_result, second_result = (
        setup_at(composer, values),
        alone(composer, values).setup,
    )
    command, single = composer.command(values), read_command(composer.overrides(values))
    assert command.settings == single.settings
    assert command.scenario == single.scenario
    assert list(command.overrides) == list(single.overrides)
    assert point_key.scenario_digest(command.scenario) == point_key.scenario_digest(
        single.scenario
    )
    assert same_case(first_result.baseline, second_result.baseline)
    assert same_case(first_result.scenario, second_result.scenario)
    for name in ("draws", "seed", "start", "horizon", "record", "fork", "chunk"):
        assert getattr(first_result, name) == getattr(second_result, name), name
    assert (first_result.posterior is None) == (second_result.posterior is None)


def test_points_of_a_sweep_do_not_touch_one_another():
    keys = ["scenario", SKILL, f"scenario.assumptions.{HALF}"]
    composer = PointComposer(["seed=3"], keys)
    points = [("service_ban", 0.1, 8), ("tight_quota", 0.2, 9), ("service_ban", 0.3, 7)]
    before = [key_at(composer, point) for point in points]
    for point in (*points, *reversed(points)):
        first_result, second_result = (
            setup_at(composer, point),
            alone(composer, point).setup,
        )
        assert same_case(first_result.scenario, second_result.scenario)
    assert [key_at(composer, point) for point in points] == before
    assert len(set(before)) == len(points)
    assert [
        key_at(PointComposer(["seed=3"], keys), point) for point in points
    ] == before


BAD = [
    ({SKILL: nan}, f"{SKILL}=nan: must be a finite number"),
    ({SKILL: inf}, f"{SKILL}=inf: must be a finite number"),
    ({SKILL: "high"}, f"{SKILL}=high: must be a number"),
    (
        {SKILL: -0.5},
        f"{SKILL}: -0.5 is not from 0 to 1 (share of needed controlled parts)",
    ),
    (
        {"assumptions.service.engineers_weigh": 0.5},
        "there is no such assumption; did you mean",
    ),
    (
        {"assumptions.service.engineers_weight": 1.4},
        "assumptions.service.engineers_weight: 1.4 is not from 0 to 1 (share)",
    ),
    ({"assumptions": "range"}, "must be posterior or prior, or names with values"),
    ({"assumptions": nan}, "must be posterior or prior, or names with values"),
    ({"mechanisms.gravity": False}, "there is no such mechanism"),
    ({"mechanisms.talent": 0.5}, "mechanisms.talent=0.5: must be true or false"),
    ({"seed": 1.5}, "seed=1.5: must be a whole number"),
    ({"seed": -1}, "seed=-1: must be at least 0"),
    ({"horizon": "2020-01"}, "horizon=2020-01 lies before start=2022-01"),
    ({"horizon": nan}, "horizon=nan: nan is not a date"),
    ({"horizon": "2023-06"}, "service_ban does not differ from baseline before"),
    ({"baseline": "basline"}, "there is no scenario called 'basline'"),
    ({"scenario": "service_bann"}, "there is no scenario called 'service_bann'"),
    ({"scenario": nan}, "there is no scenario called 'nan'"),
    ({"scenario": None}, "scenario=null: give one scenario by its name"),
    ({"scenario": "truce"}, "the scenario adds no instrument called 'service_ban'"),
    ({f"{ADDED}.approval": 1.5}, "approval: 1.5 is not a share; give a number from 0"),
    ({f"{ADDED}.approval": nan}, "approval: nan is not a finite number"),
    ({f"{ADDED}.effective": "2019-06"}, "lies before announced 2025-02-24"),
    ({f"{ADDED}.effective": 2026}, "2026 is not a date; write 2025-07 or 2025-07-15"),
    ({f"{ADDED}.efective": "2026-07"}, "no such field; did you mean 'effective'?"),
    ({"scenario.regime.add.bann.approval": 0.5}, "adds no instrument called 'bann'"),
    ({"scenario.decisions.allies": "maybe"}, "'maybe' is neither endogenous nor"),
    ({"scenario.base": "nothing"}, "'nothing' is not a record of law"),
]


@pytest.mark.parametrize(("point", "message"), BAD)
def test_a_bad_point_is_refused_as_the_single_run_would_be(point, message):
    fixed = [f"{ADDED}.approval=0"] if "scenario" in point else [BAN]
    composer, values = PointComposer(fixed, list(point)), list(point.values())
    refusals = []
    for ask in (
        lambda: setup_at(composer, values),
        lambda: setup_at(composer, values),
        lambda: alone(composer, values),
    ):
        with pytest.raises(ChipWarError) as refusal:
            ask()
        refusals.append((type(refusal.value), str(refusal.value)))
    assert message in refusals[0][1]
    assert "\n" not in refusals[0][1]
    assert refusals == [refusals[0]] * 3


def test_a_scenario_that_does_not_differ_from_its_baseline_is_refused():
    composer = PointComposer(["scenario=tight_quota"], ["baseline"])
    with pytest.raises(ChipWarError, match="baseline=tight_quota are the same"):
        setup_at(composer, ["tight_quota"])


def test_a_point_without_a_scenario_is_refused():
    with pytest.raises(ChipWarError, match="which scenario"):
        setup_at(PointComposer([], ["seed"]), [1])


def keyed(*words, **point):
    return key_at(PointComposer(list(words), list(point)), list(point.values()))


def test_the_key_does_not_know_how_a_point_is_computed_or_in_which_words():
    first = keyed(BAN, f"{ADDED}.approval=0.1", f"{ADDED}.end=2029-07", seed=3)
    for other in (
        keyed(f"{ADDED}.end=2029-07", f"{ADDED}.approval=0.1", BAN, seed=3),
        keyed(BAN, f"{ADDED}.approval=0.1", f"{ADDED}.end=2029-07", "seed=3"),
        keyed(BAN, f"{ADDED}={{end: 2029-07, approval: 0.1}}", seed=3),
    ):
        assert other == first
    for word in (
        "draws=7",
        "first_draw=3",
        "workers=2",
        "chunk=3",
        "fork=false",
        "quiet=true",
        "figures=false",
        "outputs=elsewhere",
        "debug=true",
        "recorded_draws=3",
        "sweep.block=7",
    ):
        assert (
            keyed(BAN, f"{ADDED}.approval=0.1", f"{ADDED}.end=2029-07", word, seed=3)
            == first
        ), word


def test_a_changed_scenario_is_not_taken_for_the_baseline_of_its_name():
    quota = "scenario.regime.amend.us_2025_01_diffusion.cap"
    fixed = ["scenario=tight_quota", "baseline=tight_quota"]
    changed = PointComposer([*fixed, f"{quota}=30000"], ["seed"])
    setup = setup_at(changed, (1,))
    assert setup.scenario is not None
    assert not same_case(setup.scenario, setup.baseline)
    assert key_at(changed, (1,)) != key_at(PointComposer(fixed, ["seed"]), (1,))
    assert key_at(changed, (1,)) == key_at(
        PointComposer(fixed, [quota, "seed"]), (30000, 1)
    )


def test_one_and_true_are_not_one_value():
    composer = PointComposer([BAN], ["mechanisms.talent", "seed"])
    assert composer.command((True, 1)).settings.mechanisms == {"talent": True}
    with pytest.raises(ChipWarError, match="seed"):
        composer.command((True, 1.5))
    values = [True, 1]
    first = composer.command(values)
    values[1] = 2
    assert composer.command(values).settings.seed == 2
    assert first.settings.seed == 1


def test_a_fixed_number_and_a_swept_one_are_one_point():
    word = keyed(BAN, f"{SKILL}=0.5", seed=1)
    assert word == key_at(PointComposer([BAN, "seed=1"], [SKILL]), [0.5])
    assert keyed(BAN, f"{SKILL}=1", seed=1) == keyed(BAN, f"{SKILL}=1.0", seed=1)
    one, other = (
        key_at(PointComposer([BAN], [f"{ADDED}.approval"]), [value])
        for value in (1, 1.0)
    )
    assert one == other


def test_whatever_moves_a_number_changes_the_key(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(SHIPPED, data)
    words = [
        [BAN],
        [BAN, "seed=4"],
        [BAN, "horizon=2029-12"],
        [BAN, "start=2023-01"],
        [BAN, "record=all"],
        [BAN, "record=[frontier_lag_months]"],
        [BAN, "baseline=no_controls"],
        [BAN, f"{SKILL}=0.5"],
        [BAN, "assumptions=prior"],
        [BAN, "mechanisms.talent=off"],
        [BAN, f"{ADDED}.approval=0.1"],
        [BAN, f"scenario.{SKILL}=0.5"],
        ["scenario=service_ban_unilateral"],
    ]
    keys = [key_at(PointComposer(each, []), []) for each in words]
    assert key_at(PointComposer([BAN, f"data={data}"], []), []) == keys[0]
    table = data / "assumptions.csv"
    table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    keys.append(key_at(PointComposer([BAN, f"data={data}"], []), []))
    assert len(set(keys)) == len(keys)


def test_the_key_follows_what_a_scenario_file_says(tmp_path):
    content = yaml.safe_load((SCENARIOS / "service_ban.yaml").read_text("utf-8"))
    words = ["scenario=mine", f"scenario_folder={tmp_path}"]

    def key():
        (tmp_path / "mine.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
        return key_at(PointComposer(words, ["seed"]), [1])

    first = key()
    assert key() == first
    content["regime"]["add"]["service_ban"]["approval"] = 0.01
    assert key() != first


def test_the_key_follows_the_code_but_not_the_figures(tmp_path):
    package = tmp_path / "package"
    (package / "presentation").mkdir(parents=True)
    (package / "rule.py").write_text("x = 1\n", encoding="utf-8")
    first = point_key.numerical_digest(package)
    (package / "presentation" / "figure.py").write_text("y = 1\n", encoding="utf-8")
    assert point_key.numerical_digest(package) == first
    (package / "rule.py").write_text("x = 2\n", encoding="utf-8")
    assert point_key.numerical_digest(package) != first


def test_the_key_follows_the_arithmetic_of_the_machine(monkeypatch):
    first = key_at(PointComposer([BAN], []), [])
    other = {**point_key.arithmetic(), "c_library": "another 1.0"}
    monkeypatch.setattr(point_key, "arithmetic", lambda: other)
    assert key_at(PointComposer([BAN], []), []) != first
