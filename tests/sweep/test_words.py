"""The words of a sweep become factors in Hydra's grammar, or are refused in a line."""

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser

from sim.domain.errors import ChipWarError
from sim.experiments.factors import Factor
from sim.settings.scenario_files import ScenarioFiles
from sim.settings.sweep_command import read_sweep

pytestmark = pytest.mark.usefixtures("quick")

SKILL = "assumptions.service.skill"
DAY = "scenario.regime.add.service_ban.effective"
BAN = "scenario=service_ban"


def factor(word, *others):
    """Return the one factor of a sweep over a setting of the service ban."""
    (found,) = read_sweep([BAN, word, *others]).factors
    return found


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("0.1,0.3,0.5", (0.1, 0.3, 0.5)),
        ("choice(0.1,0.3)", (0.1, 0.3)),
        ("range(1,3)", (1, 2)),
        ("range(0.4,0.5,0.02)", (0.4, 0.42, 0.44, 0.46, 0.48)),
        ("range(3,0,-1)", (3, 2, 1)),
        ("sort(0.3,0.1,0.2)", (0.1, 0.2, 0.3)),
        ("sort(0.3,0.1,reverse=true)", (0.3, 0.1)),
        ("float(range(1,3))", (1.0, 2.0)),
        ("int(0.9,1.9)", (0, 1)),
        ("str(1,2)", ("1", "2")),
        ("null,1e-3", (None, 0.001)),
        ("'a, b',c", ("a, b", "c")),
    ],
)
def test_lists_and_ranges_are_read_as_hydra_reads_them(values, expected):
    found = factor(f"{SKILL}={values}", "sweep.seed=3")
    assert found == Factor(SKILL, expected)
    assert [type(one) for one in found.values] == [type(one) for one in expected]


@pytest.mark.parametrize("word", ["a,b", "choice(1,2.5)", "range(1,9,3)", "sort(b,a)"])
def test_values_are_those_that_hydra_itself_would_run(word):
    override = OverridesParser.create().parse_override(f"{SKILL}={word}")
    assert list(factor(f"{SKILL}={word}").values) == list(override.sweep_iterator())


def test_a_shuffled_list_keeps_its_order_with_the_seed_of_the_design():
    word = f"{SKILL}=shuffle(range(0,40))"
    first = factor(word, "sweep.seed=1").values
    assert sorted(first) == list(range(40))
    assert first == factor(word, "sweep.seed=1").values
    assert first not in (factor(word).values, tuple(range(40)))


def test_a_glob_chooses_scenarios_and_leaves_out_what_is_excluded():
    names = list(ScenarioFiles.find().files)
    (every,) = read_sweep(["scenario=glob(*)"]).factors
    assert list(every.values) == names
    (some,) = read_sweep(["scenario=glob(service_*,exclude=*unilateral)"]).factors
    assert some.values == ("service_ban",)


def test_intervals_hold_numbers_whole_numbers_or_months():
    more = ("sweep.design=sobol", "sweep.points=4")
    assert factor(f"{SKILL}=interval(0.1,0.5)", *more) == Factor(
        SKILL, low=0.1, high=0.5
    )
    assert factor("seed=interval(1,9)", *more).whole
    assert factor(f"{SKILL}=int(interval(1,9))", *more).whole
    assert factor("scenario.regime.amend.x.period_months=interval(1,9)", *more).whole
    assert factor(f"{SKILL}=tag(log,interval(0.1,10))", *more).scale == "log"
    for day in (DAY, "horizon", "scenario.decisions.since"):
        assert factor(f"{day}=interval(2026,2028.5)", *more).scale == "months"


def test_a_range_of_dates_steps_in_years():
    found = factor(f"{DAY}=range(2026,2028,0.5)")
    assert found.values == ("2026-01", "2026-07", "2027-01", "2027-07")
    assert factor(f"{DAY}=2026-07,2027-01-15").values == ("2026-07", "2027-01-15")


def test_factors_keep_the_order_of_the_words_and_the_rest_is_fixed():
    words = ["seed=1,2", "draws=5", "scenario=truce,h20_ban", "sweep.name=mine"]
    command = read_sweep(words)
    assert [one.key for one in command.factors] == ["seed", "scenario"]
    assert command.fixed == ("draws=5",)
    assert command.options.name == "mine"
    assert command.design().points == (
        (1, "truce"),
        (1, "h20_ban"),
        (2, "truce"),
        (2, "h20_ban"),
    )


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ("horizon", ("horizon",)),
        ("all", ("all",)),
        ("2027", ("2027",)),
        ("[2027,horizon]", ("2027", "horizon")),
    ],
)
def test_times_may_be_years(times, expected):
    words = [BAN, "seed=1,2", f"sweep.times={times}"]
    assert read_sweep(words).options.times == expected


MUSEUM = [
    (
        [BAN],
        "nothing is swept; give a setting several values, such as "
        "scenario=service_ban,tight_quota, or leave -m out",
    ),
    (
        ["seed=1,2"],
        "which scenario? give scenario=..., or scenario=a,b",
    ),
    (
        [BAN, "draws=10,20"],
        "draws=10,20: draws cannot be swept; scenario, baseline, assumptions, seed, "
        "horizon, start can, and what is below assumptions, mechanisms, scenario",
    ),
    (
        [BAN, "assumptions={a:1},{a:2}"],
        "assumptions={a:1},{a:2}: each value must be a number, a text or a date, not a "
        "list or mapping",
    ),
    (
        [BAN, "assumptions=prior,posterir"],
        "assumptions=prior,posterir: posterir is neither posterior nor prior; values "
        "of one assumption are swept by its name, assumptions.<name>=0.1,0.3",
    ),
    (
        [BAN, "assumptions=interval(0,1)"],
        "assumptions=interval(0,1): assumptions is chosen by name; give the values, "
        "such as assumptions=a,b",
    ),
    (
        [BAN, "assumptions=prior,posterior", "assumptions=prior"],
        "assumptions=prior: assumptions is swept by another override; give one of them",
    ),
    (
        [BAN, "drawn_from=prior,posterior"],
        "drawn_from=prior,posterior: drawn_from cannot be swept; scenario, baseline, "
        "assumptions, seed, horizon, start can",
    ),
    (
        [BAN, "sede=1,2"],
        "sede=1,2: there is no setting 'sede'; did you mean 'seed'?",
    ),
    (
        [BAN, "seed=1,2", "sweep.pionts=3"],
        "sweep.pionts=3: sweep has no setting 'pionts'; did you mean 'points'?",
    ),
    (
        [BAN, "sweep.seed=1,2"],
        "sweep.seed=1,2: one value is expected here; a list is [a,b]",
    ),
    (
        [BAN, "seed=1,2", "seed=3,4"],
        "seed=3,4: seed is swept already; give all its values in one override",
    ),
    (
        [BAN, "seed=1,2", "seed=3"],
        "seed=3: seed is swept by another override; give one of them",
    ),
    ([BAN, "seed=1,2,1"], "seed=1,2,1: 1 appears twice"),
    (
        [BAN, f"{SKILL}=1,0.5,1.0"],
        f"{SKILL}=1,0.5,1.0: 1.0 appears twice",
    ),
    (
        [BAN, f"{SKILL}=[1],[2]"],
        f"{SKILL}=[1],[2]: each value must be a number, a text or a date, not a list "
        "or mapping",
    ),
    (
        [BAN, f"{SKILL}=interval(0,1)"],
        f"{SKILL}: an interval has no steps, so a grid cannot be laid over it; give "
        "values or a range, or sweep.design=sobol",
    ),
    (
        [BAN, "seed=range(0,4000)", "horizon=range(2026,2300,0.1)"],
        "the design has 10 960 000 points; at most 10 000 000 can be swept",
    ),
    (
        [BAN, "seed=range(0,99999999)"],
        "seed=range(0,99999999): the range holds more than 10000000 values",
    ),
    (
        [BAN, "seed=1,2", "sweep.design=sobol"],
        "sweep.design=sobol: how many points? give sweep.points=256",
    ),
    (
        [BAN, "seed=1,2", "sweep.points=8"],
        "sweep.points=8: a grid has as many points as there are combinations; leave it "
        "out, or give sweep.design=sobol",
    ),
    (
        [BAN, "seed=1,2", "sweep.points=0", "sweep.design=sobol"],
        "sweep.points=0: must be at least 1",
    ),
    (
        [BAN, "seed=1,2", "sweep.points=99999999"],
        "sweep.points=99999999: must be at most 10 000 000",
    ),
    (
        [BAN, "seed=1,2", "sweep.design=gird"],
        "sweep.design=gird: must be 'grid', 'latin_hypercube', 'sobol' or 'table'",
    ),
    (
        [BAN, "seed=1,2", "sweep.times=[2027,soon]"],
        "sweep.times=[2027,soon]: must be horizon, all, or a list of years [2027,2030]",
    ),
    (
        [BAN, "seed=1,2", "sweep.times=[2027,2027]"],
        "sweep.times=[2027,2027]: holds a time twice",
    ),
    (
        [BAN, "seed=1,2", "sweep.each_draw=5"],
        "sweep.each_draw=5: must be true or false (on or off)",
    ),
    (
        [BAN, "seed=1,2", f"sweep.name={101 * 'a'}"],
        f"sweep.name={57 * 'a'}...: must have at most 100 letters",
    ),
    (
        [BAN, "seed=range(a,b)"],
        "seed=range(a,b): range and interval take numbers; dates are given in years, "
        "such as interval(2026,2028.5)",
    ),
    (
        [BAN, "seed=1,2", "sweep.table=a.csv"],
        "sweep.table=a.csv: is read by sweep.design=table alone, and the design is "
        "grid",
    ),
    (
        [BAN, "sweep.design=table"],
        "sweep.design=table: which table? give sweep.table=points.csv",
    ),
    (
        [BAN, "seed=1,2", "sweep.design=table", "sweep.table=a.csv"],
        "seed: the points are in the table a.csv; give it a column there, or one "
        "value here",
    ),
    (
        [BAN, "sweep.design=table", "sweep.table=a.csv", "sweep.points=4"],
        "sweep.points=4: a table has as many points as rows; leave it out",
    ),
    (
        [BAN, "seed=range(1,5,0)"],
        "seed=range(1,5,0): a range has finite ends, and steps other than 0",
    ),
    (
        [BAN, f"{SKILL}=range(0,inf)"],
        f"{SKILL}=range(0,inf): a range has finite ends, and steps other than 0",
    ),
    (
        [BAN, "seed=range(5,1)"],
        "seed=range(5,1): the range holds no value; write range(from,to,step), which "
        "ends before to",
    ),
    (
        [BAN, "horizon=range(1,3)"],
        "horizon=range(1,3): dates in a range or interval are given in years, such as "
        "range(2026,2028,0.5); or list them, such as 2026-07,2027-01",
    ),
    (
        [BAN, f"{DAY}=interval(2026,2026.01)"],
        f"{DAY}=interval(2026,2026.01): there is no month between; dates are given in "
        "years, such as interval(2026,2028.5)",
    ),
    (
        [BAN, f"{SKILL}=interval(0.5,0.1)"],
        f"{SKILL}=interval(0.5,0.1): an interval goes from a number to a higher one, "
        "interval(0.1,0.5)",
    ),
    (
        [BAN, f"{SKILL}=interval(nan,1)"],
        f"{SKILL}=interval(nan,1): an interval goes from a number to a higher one, "
        "interval(0.1,0.5)",
    ),
    (
        [BAN, "seed=interval(0.2,0.8)"],
        "seed=interval(0.2,0.8): there is no whole number between",
    ),
    (
        [BAN, f"{SKILL}=tag(log,interval(0,1))"],
        f"{SKILL}=tag(log,interval(0,1)): on a log scale an interval holds numbers "
        "above 0, not whole ones",
    ),
    (
        [BAN, f"{SKILL}=tag(cubic,interval(0,1))"],
        f"{SKILL}=tag(cubic,interval(0,1)): there is no tag 'cubic'; "
        "tag(log,interval(...)) is the only one",
    ),
    (
        [BAN, f"{SKILL}=tag(log,choice(1,2))"],
        f"{SKILL}=tag(log,choice(1,2)): only an interval can be tagged log",
    ),
    (
        [BAN, f"{SKILL}=interval(1)"],
        f"{SKILL}=interval(1): missing a required argument: 'end'",
    ),
    (
        [BAN, f"{DAY}=interval('2026-01','2028-12')"],
        f"{DAY}=interval('2026-01','2028-12'): range and interval take numbers; dates "
        "are given in years, such as interval(2026,2028.5)",
    ),
    (
        [BAN, "seed=foo(1)"],
        "seed=foo(1): Unknown function 'foo' Available: bool,choice,float,glob,int,",
    ),
    (
        [BAN, "mechanisms.talent=interval(0,1)"],
        "mechanisms.talent=interval(0,1): mechanisms.talent is chosen by name; give "
        "the values, such as mechanisms.talent=a,b",
    ),
    (
        [BAN, "seed=glob(*)"],
        "seed=glob(*): glob() chooses among the names of scenarios; it goes with "
        "scenario= or baseline=",
    ),
    (
        [BAN, "seed=1,2", "task=law"],
        "task=law: only task=run can be swept",
    ),
    (
        [BAN, "seed=1,2", "attribution=true"],
        "attribution=true: a sweep does not split the change of the lag; run the "
        "points of interest alone",
    ),
    (
        [BAN, "scenario.regime.add.service_bann.approval=0.1,0.2"],
        "scenario.regime.add.service_bann.approval=0.1,0.2: the scenario adds no "
        "instrument called 'service_bann'; did you mean 'service_ban'?",
    ),
    (
        [BAN, f"{SKILL}=${{seed}},1"],
        f"{SKILL}=${{seed}},1: what is swept refers to nothing outside itself",
    ),
    (
        ["scenario=service_bann", "seed=1,2"],
        "there is no scenario called 'service_bann'",
    ),
    (["scenario=glob(nope*)"], "scenario=glob(nope*): no scenario has such a name"),
    (["-m", BAN, "seed=1,2"], "'-m' is not a setting"),
]


@pytest.mark.parametrize(("words", "message"), MUSEUM)
def test_a_sweep_that_cannot_be_is_refused_in_one_clear_line(words, message):
    with pytest.raises(ChipWarError) as refusal:
        read_sweep(words)
    said = str(refusal.value)
    assert "\n" not in said
    assert message in said
