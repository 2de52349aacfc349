"""A setting that is wrong is said in one line, and nothing is computed or written."""

import pytest


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("draws=0", "draws=0: must be at least 1"),
        ("draws=-3", "draws=-3: must be at least 1"),
        ("draws=many", "draws=many: must be a whole number"),
        ("draws=1.5", "draws=1.5: must be a whole number"),
        ("draws=", "draws=: must be a whole number"),
        ("draws=[1]", "draws=[1]: must be a whole number"),
        ("draws=null", "draws=null: must be a whole number"),
        ("draws=99999999999", "draws=99999999999: must be at most 10 000 000"),
        ("first_draw=-1", "first_draw=-1: must be at least 0"),
        ("workers=0", "workers=0: must be at least 1"),
        ("chunk=0", "chunk=0: must be at least 1"),
        ("attribution_draws=0", "attribution_draws=0: must be at least 1"),
        ("attribution=some", "attribution=some: must be true or false (on or off)"),
        ("recorded_draws=0", "recorded_draws=0: must be at least 1"),
        ("seed=-1", "seed=-1: must be at least 0"),
        ("quiet=maybe", "quiet=maybe: must be true or false (on or off)"),
        (
            "assumptions.service.skill=1e400",
            "assumptions.service.skill=1e400: must be a finite number",
        ),
        ('outputs=""', "outputs=: must be a name, not nothing"),
        ("horizon=2030", "horizon=2030: 2030 is not a date; write one such as 2030-12"),
        (
            "horizon=soon",
            "horizon=soon: 'soon' is not a date; write 2025-07 or 2025-07-15",
        ),
        (
            "horizon=2021-06",
            "horizon=2021-06 lies before start=2022-01; the horizon is the last month",
        ),
        (
            "assumptions.service.skill=high",
            "assumptions.service.skill=high: must be a number",
        ),
        (
            "assumptions.service.skill=nan",
            "assumptions.service.skill=nan: must be a finite number",
        ),
        (
            "assumptions=3",
            "assumptions=3: must be posterior or prior, or names with values, such as "
            "{name: 1}",
        ),
        (
            "assumptions=pior",
            "assumptions=pior: must be posterior or prior, or names with values, such "
            "as {name: 1}; did you mean 'prior'?",
        ),
        (
            "assumptions=[prior]",
            "assumptions=[prior]: must be posterior or prior, or names with values, "
            "such as {name: 1}; did you mean 'prior'?",
        ),
        (
            "drawn_from=range",
            "drawn_from=range: must be 'posterior' or 'prior'",
        ),
        ("drwas=1", "drwas=1: there is no setting 'drwas'; did you mean 'draws'?"),
        ("+drwas=1", "+drwas=1: there is no setting 'drwas'; did you mean 'draws'?"),
        ("draws.x=1", "draws.x=1: draws is a single value; write draws=..."),
        ("~draws", "~draws: a setting cannot be taken away; give it a value"),
        (
            "draws=1,2",
            "draws=1,2: one value is expected here; write a list as [a,b], or begin "
            "the command with -m to sweep over several values",
        ),
        (
            "scenario=truce,h20_ban",
            "scenario=truce,h20_ban: one value is expected here; add task=compare to "
            "run scenarios side by side, or begin the command with -m to sweep over "
            "several values",
        ),
        (
            "sweep.points=8",
            "sweep.points=8: this is a setting of a sweep; begin the command with -m",
        ),
        (
            "sweep.pints=8",
            "sweep.pints=8: sweep has no setting 'pints'; did you mean 'points'?",
        ),
        (
            "task=rnu",
            "task=rnu: there is no task called 'rnu'; did you mean 'run'?",
        ),
        (
            "query.day=2024-06-01",
            "query.day=2024-06-01: this is a setting of task=law, and the task is run",
        ),
        (
            "baseline=../x",
            "baseline=../x: '../x' is not a name; letters, digits, _ and - may be used",
        ),
        ("scenario_folder=/nope", "scenario_folder=/nope: there is no such folder"),
        (
            "outputs=${nope}",
            "outputs=${nope}: ${...} refers to nothing that has a value",
        ),
        (
            "mechanisms=off",
            "mechanisms=off: must be names, each on or off, such as "
            "mechanisms.smuggling=off",
        ),
        (
            "horizon=[2030]",
            "horizon=[2030]: [2030] is not a date; write one such as 2030-12",
        ),
        (
            f"draws={13 * '['}{13 * ']'}",
            f"draws={13 * '['}{13 * ']'}: nests deeper than 12 levels",
        ),
        (f"{201 * 'x'}=1", f"{201 * 'x'}=1: no setting has a name of 201 letters"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(refused, word, message):
    assert refused("scenario=service_ban", word) == message


def test_a_setting_misspelt_in_a_mapping_gets_the_nearest_beside_it(refused):
    assert refused("task=law", "query={buyr: baidu}") == (
        "there is no setting 'query.buyr'; did you mean 'buyer'?"
    )


def test_a_value_that_cannot_be_read_is_one_clear_line(refused):
    assert refused("scenario=service_ban", "draws=(").startswith(
        "draws=(: the value cannot be read"
    )


@pytest.mark.parametrize("word", ["hydra.run.dir=x", "hydra/launcher=joblib", "a@b=c"])
def test_the_machinery_of_hydra_is_no_setting(refused, word):
    assert "there is no setting" in refused("scenario=service_ban", word)


@pytest.mark.parametrize("flag", ["-m", "--multirun"])
def test_a_sweep_of_nothing_is_refused(refused, flag):
    assert refused(flag, "scenario=service_ban") == (
        "nothing is swept; give a setting several values, such as "
        "scenario=service_ban,tight_quota, or leave -m out"
    )


def test_a_run_without_a_scenario_asks_which(refused):
    message = refused("draws=2")
    assert message.startswith("which scenario? give scenario=..., one of adaptive, ")
    assert message.endswith(" more: task=scenarios")


def test_an_unknown_scenario_is_refused_with_the_nearest_right_word(refused):
    message = refused("scenario=service_bann")
    assert "there is no scenario called 'service_bann'" in message
    assert message.endswith("did you mean 'service_ban'?")


@pytest.mark.parametrize("name", ["../baseline", "/etc/passwd", "a/../b", "'x y'"])
def test_a_scenario_is_a_name_and_never_a_path(refused, name):
    assert "there is no scenario called" in refused(f"scenario={name}")


def test_a_change_to_a_scenario_that_is_not_chosen_is_refused(refused):
    word = "scenario.regime.add.service_ban.effective=2027-07"
    assert (
        refused(word)
        == f"{word}: choose a scenario first, such as scenario=service_ban"
    )


def test_an_unknown_assumption_is_refused_with_the_nearest_right_word(refused):
    message = refused("scenario=service_ban", "assumptions.service.spare_part_months=3")
    assert message.startswith(
        "assumptions.service.spare_part_months: there is no such assumption; did you"
    )


@pytest.mark.parametrize("where", ["", "scenario."])
def test_an_assumption_outside_what_the_quantity_can_be_is_refused(refused, where):
    word = f"{where}assumptions.service.engineers_weight=1.4"
    message = refused("scenario=service_ban", word)
    assert message.endswith(
        "assumptions.service.engineers_weight: 1.4 is not from 0 to 1 (share)"
    )


def test_a_baseline_that_is_changed_has_nothing_to_be_compared_with(refused):
    words = ("scenario=baseline", "scenario.regime.remove=[us_2024_12_hbm]")
    assert refused(*words) == (
        "scenario=baseline is compared with itself, so it cannot be changed; choose "
        "another scenario, or baseline=... another baseline"
    )


def test_an_unknown_mechanism_is_refused(refused):
    message = refused("scenario=service_ban", "mechanisms.gravity=off")
    assert message.startswith("mechanisms.gravity: there is no such mechanism; ")


def test_an_unknown_measure_is_refused_with_the_nearest_right_word(refused):
    message = refused("scenario=service_ban", "record=[frontier_lag_month]")
    assert "did you mean 'frontier_lag_months'?" in message


@pytest.mark.parametrize("setting", ["start", "horizon"])
def test_a_month_before_history_begins_is_refused(refused, setting):
    words = {"start": "2019-01", "horizon": "2030-12"} | {setting: "2019-06"}
    given = [f"{name}={month}" for name, month in words.items()]
    assert "lies before 2022-01" in refused("scenario=service_ban", *given)


def test_a_horizon_before_the_laws_differ_is_refused(refused):
    message = refused("scenario=service_ban", "horizon=2023-06")
    assert message.startswith("horizon=2023-06: service_ban does not differ from ")


def test_what_is_unusual_is_said_before_the_run_which_goes_on(ask):
    words = ("draws=2", "horizon=2025-09", "figures=false")
    outcome = ask("scenario=service_ban", *words, "assumptions.fab.initial_slack=9")
    assert outcome.status == 0
    before, _, _ = outcome.out.partition("service_ban narrows")
    text = " ".join(before.split())
    assert "warning: draws=2 is few" in text
    assert "warning: assumptions.fab.initial_slack=9: outside its range" in text


@pytest.mark.parametrize("horizon", ["2051-01", "2200-01", "9999-12"])
def test_a_horizon_of_which_nothing_can_be_said_is_refused(refused, horizon):
    message = refused("scenario=service_ban", f"horizon={horizon}")
    assert message.startswith(f"horizon={horizon}: must be 2050-12 at the latest; ")
